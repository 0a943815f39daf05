"""What a person types for a field of the ledger: one option per field, lists by repeating, entries as 键=值."""

from __future__ import annotations

import json
from collections.abc import Sequence

from data.ledger.fields import FIELDS, KINDS, METHODS, OUTCOMES, REFUSED_FOR, SECRECY, STEPS, STOPPED_FOR
from data.trail.refusals import FieldRefused
from indicators.entries.numbers import read_whole

#: Fields that hold a list of words: the option may be written several times.
LISTS: dict[str, tuple[str, ...]] = {
    "user": ("roles",),
    "inspection": ("units", "team"),
    "finding": ("legal_basis", "evidence"),
    "judgement": ("evidence",),
    "appeal": ("evidence",),
}
#: Fields of named parts, and whether there may be several such entries.
ENTRIES: dict[tuple[str, str], tuple[tuple[str, ...], bool]] = {
    ("inspection", "steps"): (("step", "number", "on"), False),
    ("rectification", "steps"): (("text", "due_on", "person"), True),
    ("rectification", "reports"): (("on", "text", "evidence"), False),
    ("rectification", "verification"): (("on", "text", "evidence"), False),
    ("rectification", "claim"): (("step", "evidence"), True),
    ("appeal", "changes"): (("proposed_marks", "kind", "severity", "statement"), False),
}
#: Fields that hold a whole number.
WHOLE = ("year",)
#: Options whose name on the command line says more than the field's.
OPTIONS = {"units": "unit", "roles": "role", "legal_basis": "legal-basis", "steps": "step", "reports": "report"}

#: Closed sets of words, for the help.
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "method": METHODS,
    "secrecy": SECRECY,
    "requested": ("撤销", "变更"),
    "refused_for": REFUSED_FOR,
    "outcome": tuple(OUTCOMES.values()),
    "stopped_for": STOPPED_FOR,
}
#: What the help of an option must say beyond the field's name.
HINTS = {("judgement", "marks"): "只扣分的指标写扣多少分：扣 3 分写 3"}

_STEP_IDS = {word: step for step, word in STEPS.items()}


def name_option(name: str) -> str:
    """The option for a field, with its dashes."""
    return "--" + OPTIONS.get(name, name).replace("_", "-")


def is_many(kind: str, name: str) -> bool:
    """Whether the option may be written several times."""
    return name in LISTS.get(kind, ()) or ENTRIES.get((kind, name), ((), False))[1]


def describe_entry(kind: str, name: str, required: bool) -> str:
    """The help of an option."""
    words = [FIELDS[kind][name].title + ("（必填）" if required else "")]
    if (kind, name) in ENTRIES:
        parts, several = ENTRIES[(kind, name)]
        words.append("写作 " + "；".join(f"{part}=…" for part in parts) + "，或 JSON")
        if (kind, name) == ("inspection", "steps"):
            words.append("step：" + "、".join(f"{step}（{word}）" for step, word in STEPS.items()))
        if several:
            words.append("可写几次")
    elif is_many(kind, name):
        words.append("可写几次")
    if (kind, name) in HINTS:
        words.append(HINTS[(kind, name)])
    if name in CHOICES:
        words.append("、".join(CHOICES[name]))
    return "；".join(words)


def read_entry(kind: str, name: str, typed: str | Sequence[str]) -> object:
    """What was typed as the ledger takes it. Raises FieldRefused with a sentence."""
    title = FIELDS[kind][name].title
    if name in WHOLE:
        number = read_whole(str(typed).strip())
        if number is None:
            raise FieldRefused(f"「{title}」请填整数", name)
        return number
    if (kind, name) in ENTRIES:
        parts, several = ENTRIES[(kind, name)]
        texts = [typed] if isinstance(typed, str) else list(typed)
        made = [_read_parts(title, text, parts) for text in texts]
        return made if several else made[0]
    return typed if isinstance(typed, str) else [text for text in typed if text.strip()]


def _read_parts(title: str, text: str, parts: tuple[str, ...]) -> dict[str, object]:
    if text.lstrip().startswith("{"):
        try:
            return dict(json.loads(text, parse_float=str))
        except ValueError:
            raise FieldRefused(f"「{title}」不是合格的 JSON", title) from None
    found: dict[str, object] = {}
    for piece in text.replace("；", ";").split(";"):
        name, equals, value = piece.partition("=")
        name = name.strip()
        if not piece.strip():
            continue
        if not equals or name not in parts:
            raise FieldRefused(
                f"「{title}」请写作 {'；'.join(f'{part}=…' for part in parts)}；看不懂「{piece.strip()}」", title
            )
        found[name] = _read_part(title, parts, name, value.strip())
    if "evidence" in parts:
        found.setdefault("evidence", [])
    return found


def _read_part(title: str, parts: tuple[str, ...], name: str, value: str) -> object:
    if name == "evidence":
        return [each.strip() for each in value.replace("，", ",").replace("、", ",").split(",") if each.strip()]
    if name == "step" and "number" in parts:
        return _STEP_IDS.get(value, value)
    if name == "step":
        number = read_whole(value)
        if number is None:
            raise FieldRefused(f"「{title}」的 step 请填第几项措施，如 1", title)
        return number
    return value
