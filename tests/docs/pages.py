"""What of the docs is made from the program itself. ``python -m tests.docs.pages`` writes it anew.

``docs/commands.md`` and ``docs/schema/explain.v1.json`` are whole of this kind, ``docs/design.md`` in its table of
rooms, ``docs/handbook.md`` in its table of phrases.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import typer

ROOT = Path(__file__).parents[2]
COMMANDS_PAGE, DESIGN_PAGE = ROOT / "docs" / "commands.md", ROOT / "docs" / "design.md"
EXPLAIN_SCHEMA = ROOT / "docs" / "schema" / "explain.v1.json"
FLOORS = ("dashboard", "scoring", "data", "indicators")
_HEAD = """# The command `ducha`

Made from the program by `python -m tests.docs.pages`, and held to it by `tests/docs/test_pages.py`: what stands here
is what `ducha COMMAND --help` says. `-w FOLDER` before a command names the workspace (without it `./workspace`, or
what `DUCHA_WORKSPACE` says). A command ends with 0 when it is done, with 1 when it refuses, every reason printed, and
with 2 when it was called wrongly.
"""
#: What an argument or option takes, in a word.
_TYPES: dict[Any, str] = {str: "text", int: "number", float: "number", Path: "path"}
HANDBOOK = ROOT / "docs" / "handbook.md"
KEYS_PAGE = ROOT / "docs" / "pack-keys.zh-CN.md"
_BEGIN, _END = "<!-- rooms -->", "<!-- /rooms -->"
_SAID, _SAID_END = "<!-- said -->", "<!-- /said -->"
#: Which figure a kind of rule is shown with, where it is no count.
_SHOWN_WITH = {
    "judged": "judgement",
    "ladder": "ratio",
    "late": "date",
    "per_occurrence": "findings",
    "proportional": "ratio",
    "relative": "ratio",
    "veto": "findings",
}
_FIGURES: dict[str, dict[str, Any]] = {
    "count": {"count": {"dataset": "articles"}},
    "date": {"date": {"dataset": "talks", "column": "held_on"}},
    "findings": {"findings": {"dataset": "findings"}},
    "judgement": {"judgement": {"dataset": "judgements"}},
    "ratio": {"ratio": {"numerator": {"dataset": "articles"}, "denominator": {"dataset": "articles"}}},
}
#: What phrases are filled with, by what they are for; the first that the words begin with.
_NUMBERS: dict[str, tuple[str, ...]] = {
    "分两档": ("90%", "10", "6"),
    "分三档": ("90%", "10", "60%", "6", "0"),
    "督察员在_": ("2", "8"),
    "迟报": ("1", "3"),
    "按比例，从_起": ("60%",),
    "一票否决：等次": ("良好",),
    "一票否决：一级指标": ("service",),
    "没有通过": ("初审",),
    "": ("1", "3"),
}


def write_commands() -> str:
    """The page of all commands and their options, in the order of ``ducha --help``."""
    from scoring.cli.commands import COMMANDS
    from scoring.cli.main import app

    group: Any = typer.main.get_group(app)
    commands = {name: group.get_command(None, name) for name in COMMANDS}
    listed = "\n".join(f"- [`ducha {name}`](#ducha-{name}) {COMMANDS[name][1]}" for name in commands)
    own = _write_parameters(group)
    return "\n".join((_HEAD, listed, "", own, *(_write_command(name, each) for name, each in commands.items())))


def _write_command(path: str, command: Any) -> str:
    lines = [
        f"{'#' * min(2 + path.count(' '), 4)} ducha {path}",
        "",
        _join(command.help),
        "",
        _write_parameters(command),
    ]
    for name, each in getattr(command, "commands", {}).items():
        lines.append(_write_command(f"{path} {name}", each))
    return "\n".join(lines)


def _write_parameters(command: Any) -> str:
    rows = [_describe(each) for each in command.params if not getattr(each, "hidden", False) and each.name != "help"]
    if not rows:
        return ""
    lines = [f"| {' | '.join(each)} |" for each in (("", "", ""), ("---",) * 3, *rows)]
    return "\n".join((*lines, ""))


def _describe(parameter: Any) -> tuple[str, str, str]:
    """How it is written, what it takes, and what it is for."""
    option = parameter.param_type_name == "option"
    name = ", ".join((*parameter.opts, *parameter.secondary_opts)) if option else parameter.name.upper()
    annotation = parameter.type_descriptor.annotation
    annotation = (*get_args(annotation), annotation)[0]
    if option and parameter.is_flag:
        takes = ""
    elif isinstance(annotation, type) and issubclass(annotation, Enum):
        takes = " / ".join(f"`{each.value}`" for each in annotation)
    else:
        takes = _TYPES[annotation]
    marks = [word for word, holds in (("required", parameter.required), ("repeatable", _repeats(parameter))) if holds]
    said = _join(getattr(parameter, "help", None) or "")
    return f"`{name}`", ", ".join((*([takes] if takes else []), *marks)), said


def _repeats(parameter: Any) -> bool:
    return bool(getattr(parameter, "multiple", False) or parameter.nargs == -1)


def _join(text: str | None) -> str:
    return re.sub(r"\s*\n\s*", " ", text or "").replace("|", "\\|").strip()


def write_rooms() -> str:
    """A table of the rooms of each floor, with the first sentence of what each says of itself."""
    rows = [f"| `{folder.relative_to(ROOT).as_posix()}/` | {_read_purpose(folder)} |" for folder in list_rooms()]
    return "\n".join(("| room | what it is |", "| --- | --- |", *rows))


def list_rooms() -> Iterator[Path]:
    """Every package inside a floor."""
    for floor in FLOORS:
        yield from sorted(path.parent for path in (ROOT / floor).glob("*/__init__.py"))


def _read_purpose(folder: Path) -> str:
    told = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    return _join(told.split("\n\n")[0]).replace("``", "`")


def put_rooms(page: str) -> str:
    """The page with its table of rooms made anew."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{write_rooms()}\n{_END}{after}"


def write_said() -> str:
    """A table of the short forms of rules: how each is written, and what a score sheet says of it."""
    from data.rulebook.phrases import count_slots, fill_phrase, list_phrases
    from indicators.measures.registry import Measure
    from indicators.reader import load_pack
    from indicators.rules.registry import MarksRule
    from scoring.wording.marks import describe_marks

    pack = load_pack(ROOT / "docs" / "composed-pack")
    lines = ["| 常用说法 | YAML | 评分表上的话（满分 10 分）|", "| --- | --- | --- |"]
    for kind, phrase in list_phrases():
        start = next(words for words in _NUMBERS if phrase.words.startswith(words))
        rule = fill_phrase(phrase.words, _NUMBERS[start][: count_slots(phrase.words)])
        figure = "ratio" if "百分点" in phrase.words else _SHOWN_WITH.get(kind, "count")
        measure = Measure.model_validate(_FIGURES[figure])
        said = describe_marks(MarksRule.model_validate(rule), Decimal(10), measure, pack)
        lines.append(f"| {phrase.words.replace('_', '＿')} | `{_write_flow(rule)[1:-1]}` | {said} |")
    return "\n".join(lines) + "\n"


def _write_flow(value: Any) -> str:
    """Plain data in one line, as YAML has it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_write_flow(each)}" for key, each in value.items()) + "}"
    return "[" + ", ".join(map(_write_flow, value)) + "]" if isinstance(value, list) else str(value)


def put_said(page: str) -> str:
    """The handbook with its table of phrases made anew."""
    before, _, rest = page.partition(_SAID)
    _, _, after = rest.partition(_SAID_END)
    return f"{before}{_SAID}\n{write_said()}{_SAID_END}{after}"


def write_explain_schema() -> str:
    """The JSON Schema of a record ``explain.v1``, of the model by which it is read."""
    from scoring.explain.explanation import Explanation

    schema = Explanation.model_json_schema(by_alias=True, mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "explain.v1"}
    return json.dumps({**head, **schema}, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write what is made."""
    from tests.docs.reference import write_reference

    KEYS_PAGE.write_text(write_reference(), encoding="utf-8")
    EXPLAIN_SCHEMA.write_text(write_explain_schema(), encoding="utf-8")
    COMMANDS_PAGE.write_text(write_commands(), encoding="utf-8")
    HANDBOOK.write_text(put_said(HANDBOOK.read_text(encoding="utf-8")), encoding="utf-8")
    DESIGN_PAGE.write_text(put_rooms(DESIGN_PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
