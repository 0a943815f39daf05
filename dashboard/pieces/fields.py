"""Widgets for what the ledger keeps: one for each kind of field, with the same title and key rule on every page.

A widget's key is the page's prefix and the field's name, so that what was typed is still there after a refusal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

import streamlit as st

from dashboard.visits import session
from dashboard.visits.session import Context
from dashboard.visits.shelf import keep_by
from data.ledger.evidence import add_evidence
from data.ledger.fields import KINDS, METHODS, OUTCOMES, REFUSED_FOR, STEPS, STOPPED_FOR, name_field
from data.ledger.ledger import list_records
from data.ledger.machines import EVIDENCE, FINDING
from data.ledger.reading import list_visible
from data.ledger.references import list_severities
from data.ledger.rights.roles import ROLES
from data.ledger.rows import EvidenceRow, FindingRow, UserRow
from data.store.database import reading
from indicators.meaning.asked import find_applying
from indicators.pack.model import Indicator, Pack
from indicators.pack.sources import name_article

CHOOSE = "请选择"
_LONG = {"statement", "grounds", "decision", "required_action", "missing", "scope", "description"}
_DAYS = {"seen_on", "notified_on", "more_by", "due_on", "asked_due_on", "expires_on", "begins_on", "ends_on"}
_DAYS |= {"captured_on"}
_TODAY = {"seen_on", "notified_on", "captured_on"}
#: A time limit is set anew: the one that has passed, and what it rested on, would be refused or wrong.
_ANEW = {"due_on", "due_source"}
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "method": METHODS,
    "outcome": tuple(OUTCOMES.values()),
    "refused_for": REFUSED_FOR,
    "stopped_for": STOPPED_FOR,
    "requested": ("撤销", "变更"),
}
#: Who may put evidence in; the others choose among what is there.
_HOLDERS = frozenset(next(row.roles for row in EVIDENCE.transitions if row.action == "store"))
_STORED = "stored_uploads"


@dataclass
class ChosenEvidence:
    """What was chosen, and files that are stored as evidence once the action is asked for."""

    chosen: list[str]
    files: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class FieldContext:
    """Where fields are asked for: the workspace, the person, the object and the prefix of the widgets' keys."""

    context: Context
    actor: UserRow
    kind: str
    row: Mapping[str, Any]
    prefix: str

    def key(self, name: str) -> str:
        """The key of the widget for a field."""
        return f"{self.prefix}_{name}"


def ask_fields(desk: FieldContext, names: Sequence[str], needs: Sequence[str] = ()) -> dict[str, Any]:
    """A widget for each field; returns what stands in them."""
    return {name: ask_field(desk, name, needed=name in needs) for name in names}


def ask_field(desk: FieldContext, name: str, *, needed: bool = False) -> object:
    """The widget for one field, filled with what the object has."""
    title = title_field(desk.kind, name, desk.row) + ("（必填）" if needed else "")
    key, value = desk.key(name), None if name in _ANEW else desk.row.get(name)
    if name in ("evidence", "claim", "reports", "verification", "steps", "changes"):
        return _ask_nested(desk, name, title)
    if name in _CHOICES:
        options = _CHOICES[name]
        index = options.index(value) if value in options else None
        return st.selectbox(title, options, index=index, key=key, placeholder=CHOOSE)
    if name == "indicator":
        return _ask_indicator(desk, title)
    if name == "severity":
        return _ask_severity(desk, title)
    if name == "legal_basis":
        text = st.text_area(f"{title}，一行一条", value="\n".join(value or []), key=key, height=80)
        return [line.strip() for line in text.splitlines() if line.strip()]
    if name in ("unit", "units", "team", "roles"):
        return _ask_members(desk, name, title)
    if name == "year":
        return int(
            st.number_input(title, value=int(value or desk.context.pack.head.years.last or 2024), step=1, key=key)
        )
    if name in _DAYS:
        return st.text_input(
            f"{title}，如 2024-05-06", value=value or (today_text() if name in _TODAY else ""), key=key
        )
    if name in _LONG:
        return st.text_area(title, value=value or "", key=key, height=110)
    return st.text_input(title, value=value or "", key=key)


def title_field(kind: str, name: str, row: Mapping[str, Any]) -> str:
    """The title of a field as it is read in an object: what is proposed may be marks to add."""
    if kind == "finding" and name == "proposed_marks" and row.get("kind") == "加分":
        return "建议加分"
    return name_field(kind, name)


def today_text() -> str:
    """Today, as a field has it."""
    return session.today().isoformat()


def moment() -> datetime:
    """The moment of an action by the clock on the wall: the office's days begin at its own midnight."""
    return session.now()


def name_unit(context: Context, unit: str | None) -> str:
    """The unit's name; its id where the register has none."""
    return context.ledger.registry.name(unit) if unit else ""


def name_indicator(context: Context, indicator: str | None) -> str:
    """The indicator's name with the clause it rests on: both are searched. With its id where that is not unique."""
    names = keep_by((context.pack.sha256, "names of indicators"), lambda: _name_all(context.pack))
    return names.get(indicator or "", indicator or "")


def _bracket(place: str) -> str:
    return place if place.startswith("（") else f"（{place}）"


def _name_all(pack: Pack) -> dict[str, str]:
    number = Counter(each.name for each in pack.indicators)
    articles = {each.id: next((cite.article for cite in each.cites if cite.article), None) for each in pack.indicators}
    return {
        each.id: f"{each.name}（{each.id}）"
        if articles[each.id] is None or number[each.name] > 1
        else f"{each.name}{_bracket(name_article(articles[each.id]))}"
        for each in pack.indicators
    }


def list_indicators(context: Context, unit: str | None, year: int | None) -> list[Indicator]:
    """The indicators that apply to a unit in a year; all where one of them is not known yet."""
    if unit is None or year is None:
        return list(context.pack.indicators)
    applying = keep_by((context.pack.sha256, year, "applying"), lambda: find_applying(context.pack, year))
    return list(applying.get(unit, context.pack.indicators))


def _ask_indicator(desk: FieldContext, title: str) -> str | None:
    options = [each.id for each in list_indicators(desk.context, desk.row.get("unit"), desk.row.get("year"))]
    value = desk.row.get("indicator")
    index = options.index(value) if value in options else None
    return st.selectbox(
        title,
        options,
        index=index,
        key=desk.key("indicator"),
        placeholder=CHOOSE,
        format_func=lambda each: name_indicator(desk.context, each),
    )


def list_levels(context: Context, indicator: str | None) -> list[str]:
    """The severities that an indicator's marks know; none where they do not ask for one."""
    entry = next((each for each in context.pack.indicators if each.id == indicator), None)
    return [level for part in entry.parts for level in list_severities(part)] if entry is not None else []


def _ask_severity(desk: FieldContext, title: str) -> str | None:
    """One of the severities that the indicator knows, which may be chosen in the same form; no widget for none."""
    chosen = st.session_state.get(desk.key("indicator"), desk.row.get("indicator"))
    levels, value = list_levels(desk.context, chosen), desk.row.get("severity")
    if not levels:
        return None
    index = levels.index(value) if value in levels else None
    # Another indicator has other levels, and a widget of its own.
    return st.selectbox(title, levels, index=index, key=f"{desk.key('severity')}_{chosen}", placeholder=CHOOSE)


def _ask_members(desk: FieldContext, name: str, title: str) -> object:
    context, value, key = desk.context, desk.row.get(name), desk.key(name)
    if name == "roles":
        return st.multiselect(
            title, list(ROLES), default=value or [], key=key, placeholder=CHOOSE, format_func=lambda each: ROLES[each]
        )
    if name == "team":
        people = {row.id: row.name for row in _list_inspectors(context)}
        kept = [each for each in value or [] if each in people]
        return st.multiselect(
            title, list(people), default=kept, key=key, placeholder=CHOOSE, format_func=lambda each: people[each]
        )
    units = [each.id for each in context.pack.registry.units]
    if name == "units":
        return st.multiselect(
            title,
            units,
            default=value or [],
            key=key,
            placeholder=CHOOSE,
            format_func=lambda each: name_unit(context, each),
        )
    index = units.index(value) if value in units else None
    return st.selectbox(
        title, units, index=index, key=key, placeholder=CHOOSE, format_func=lambda each: name_unit(context, each)
    )


def _list_inspectors(context: Context) -> list[UserRow]:
    with reading(context.ledger.engine) as connection:
        rows = list_records(connection, UserRow, state="active")
    return [row for row in rows if "inspector" in row.roles]


def _ask_nested(desk: FieldContext, name: str, title: str) -> object:
    if name == "evidence":
        return ask_evidence(desk, title, "evidence", desk.row.get("evidence") or [])
    if name == "changes":
        return _ask_changes(desk)
    if name == "steps" and desk.kind == "inspection":
        return _ask_step(desk)
    if name == "steps":
        return _ask_plan(desk, title)
    if name == "claim":
        steps = desk.row.get("steps") or []
        return [
            {
                "step": number,
                "evidence": ask_evidence(desk, f"第 {number} 项措施的佐证：{step['text']}", f"claim{number}", []),
            }
            for number, step in enumerate(steps, start=1)
        ]
    on = st.text_input("日期，如 2024-05-06", value=today_text(), key=desk.key(f"{name}_on"))
    text = st.text_area(title, key=desk.key(f"{name}_text"), height=100)
    return {"on": on, "text": text, "evidence": ask_evidence(desk, "证据", f"{name}_evidence", [])}


def _ask_changes(desk: FieldContext) -> dict[str, object] | None:
    """What a decision varies of the finding; asked for only where the decision is to vary."""
    if st.session_state.get(desk.key("outcome")) != OUTCOMES["vary"]:
        return None
    found = list_visible(desk.context.ledger, desk.actor.id, FindingRow, id=desk.row["finding"])
    finding = found[0] if found else {}
    titles = {name: title_field("finding", name, finding) for name in FINDING.content}
    for name in ("unit", "evidence", *(() if list_levels(desk.context, finding.get("indicator")) else ("severity",))):
        titles.pop(name)
    names = st.multiselect(
        "变更哪几项", list(titles), key=desk.key("changed"), placeholder=CHOOSE, format_func=lambda each: titles[each]
    )
    inner = FieldContext(desk.context, desk.actor, "finding", finding, desk.key("changes"))
    return ask_fields(inner, names) or None


def _ask_step(desk: FieldContext) -> dict[str, object]:
    known = [entry["step"] for entry in desk.row.get("steps") or []]
    waiting = [step for step in STEPS if step not in known]
    step = st.selectbox("步骤", waiting, key=desk.key("step"), format_func=lambda each: STEPS[each])
    number = st.text_input("文号（必填）", key=desk.key("step_number"))
    return {"step": step, "number": number, "on": st.text_input("日期", value=today_text(), key=desk.key("step_on"))}


def _ask_plan(desk: FieldContext, title: str) -> list[dict[str, str]]:
    known = desk.row.get("steps") or []
    count = int(st.number_input(f"{title}几项", 1, 20, max(len(known), 1), key=desk.key("count")))
    steps = []
    for number in range(1, count + 1):
        old = known[number - 1] if number <= len(known) else {"text": "", "due_on": "", "person": ""}
        text, due, person = st.columns([3, 1, 1])
        steps.append(
            {
                "text": text.text_input(f"第 {number} 项措施", value=old["text"], key=desk.key(f"step{number}_text")),
                "due_on": due.text_input("完成时限", value=old["due_on"], key=desk.key(f"step{number}_due_on")),
                "person": person.text_input("责任人", value=old["person"], key=desk.key(f"step{number}_person")),
            }
        )
    return steps


def list_usable(desk: FieldContext) -> dict[str, EvidenceRow]:
    """The evidence about the object's unit that is in use and that this person may cite, by its number."""
    rows = list_visible(desk.context.ledger, desk.actor.id, EvidenceRow, state="kept", unit=desk.row.get("unit"))
    return {row.id: row for row in rows}


def ask_evidence(desk: FieldContext, title: str, name: str, value: Sequence[str]) -> ChosenEvidence:
    """Evidence about the object's unit that is in use, and files to add: photographs straight from a phone too."""
    usable = list_usable(desk)
    chosen = list(value)
    if usable or value:
        options = list(dict.fromkeys([*value, *usable]))
        chosen = st.multiselect(
            title,
            options,
            default=list(value),
            key=desk.key(name),
            placeholder="可选已存入的",
            format_func=lambda each: f"{each} {usable[each].original_name}" if each in usable else each,
        )
    if not _HOLDERS & set(desk.actor.roles):
        return ChosenEvidence(chosen)
    files = st.file_uploader(
        f"添加{title}：拍照或选择文件，可多选", accept_multiple_files=True, key=desk.key(f"{name}_files")
    )
    return ChosenEvidence(chosen, list(files or []))


def store_files(desk: FieldContext, given: object) -> Any:
    """What was entered with every new file stored and named by its number. Raises a Refused.

    A file that was stored before the action was refused is not stored again.
    """
    if isinstance(given, ChosenEvidence):
        known: dict[str, str] = st.session_state.setdefault(_STORED, {})
        for file in given.files:
            if file.file_id not in known:
                about = {"unit": desk.row.get("unit"), "inspection": desk.row.get("inspection")}
                about = {name: value for name, value in about.items() if value}
                content = BytesIO(file.getvalue())
                row = add_evidence(desk.context.ledger, desk.actor.id, content, file.name, about, now=moment())
                known[file.file_id] = row.id
        return list(dict.fromkeys([*given.chosen, *(known[file.file_id] for file in given.files)]))
    if isinstance(given, Mapping):
        return {name: store_files(desk, value) for name, value in given.items()}
    if isinstance(given, list):
        return [store_files(desk, value) for value in given]
    return given
