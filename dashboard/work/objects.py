"""An object of the ledger on a page: its fields by their titles, its evidence to open, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard.pieces.fields import name_indicator, name_unit, title_field
from dashboard.pieces.parts import Cell, ShownColumn, keep_line, offer_file, say_size, show_table
from dashboard.runs.choices import name_run
from dashboard.visits.session import Context, read_people
from data.backup.audit import describe_event
from data.ledger.fields import FIELDS, STEPS, name_field
from data.ledger.machines import MACHINES
from data.ledger.reading import list_history, read_visible
from data.ledger.rights.roles import ROLES
from data.ledger.rows import ClaimedStep, EvidenceRow, JudgementRow, LedgerRow, RectificationRow, UserRow
from data.trail.refusals import RefusedAction
from indicators.meaning.judging import find_judging, turn_marks
from scoring.results.written_differences import read_difference, tell_difference

_HIDDEN = ("credential", "sha256", "data_sha256", "pack_sha256")


def show_object(context: Context, actor: UserRow, kind: str, row: LedgerRow) -> None:
    """The object's fields as a table of two columns, and its evidence."""
    machine = MACHINES[kind]
    cycle = f"（第 {row.cycle} 轮，反弹重开）" if isinstance(row, RectificationRow) and row.cycle > 1 else ""
    rows: list[tuple[Cell, Cell]] = [("编号", row.id), ("状态", machine.state(row.state).word + cycle)]
    if (unit := row.get("unit")) and "unit" not in FIELDS[kind]:
        rows.append(("单位", name_unit(context, unit)))
    rows += [
        (keep_line(title_field(kind, name, row)), _say_field(context, kind, name, row))
        for name in FIELDS[kind]
        if name in row and name not in _HIDDEN and row[name] not in (None, [], {})
    ]
    show_table([ShownColumn("项目"), ShownColumn("内容")], rows, caption=f"{machine.noun} {row.id}")
    show_evidence(context, actor, list_cited(row))


def _say_field(context: Context, kind: str, name: str, row: LedgerRow) -> str:
    if isinstance(row, JudgementRow) and name == "marks":
        judging = find_judging(context.pack, row.unit, row.indicator)
        if judging is not None and judging.deducts:
            return f"扣 {turn_marks(judging, row[name])} 分"
    return say_value(context, kind, name, row[name])


def _say_team(context: Context, value: list[str]) -> str:
    names = read_people(context)
    return "、".join(names.get(each, each) for each in value)


def _say_changes(context: Context, value: dict[str, object]) -> str:
    return "\n".join(
        f"{name_field('finding', each)}：{say_value(context, 'finding', each, value[each])}" for each in value
    )


def _say_comparison(context: Context, value: dict[str, object]) -> str:
    text = tell_difference(read_difference(value)).strip()
    for cohort in context.pack.head.cohorts:
        text = text.replace(f"（{cohort.id}）", f"（{cohort.title}）")
    for run in (str(value["before"]), str(value["after"])):
        text = text.replace(run, name_run(run))
    return text


def _say_claim(context: Context, value: list[ClaimedStep]) -> str:
    return "\n".join(f"第 {each['step']} 项：{'、'.join(each['evidence']) or '（没有佐证）'}" for each in value)


#: Fields whose values are no words yet.
_SAID: dict[str, Callable[[Context, Any], str]] = {
    "unit": name_unit,
    "units": lambda context, value: "、".join(name_unit(context, each) for each in value),
    "indicator": name_indicator,
    "proposed_marks": lambda context, value: f"{value} 分",
    "marks": lambda context, value: f"{value} 分",
    "roles": lambda context, value: "、".join(ROLES[each] for each in value),
    "team": _say_team,
    "changes": _say_changes,
    "comparison": _say_comparison,
    "claim": _say_claim,
}


def say_value(context: Context, kind: str, name: str, value: object) -> str:
    """A value as people read it."""
    if value in (None, "", [], {}):
        return "（空）"
    if (write := _SAID.get(name)) is not None:
        return write(context, value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "\n".join(_say_entry(each) for each in value)
    if isinstance(value, list):
        return "、".join(str(each) for each in value)
    return str(value)


def _say_entry(entry: dict[str, Any]) -> str:
    words = []
    order = ("step", "on", "number", "text", "person", "due_on", "evidence")
    for name, value in sorted(entry.items(), key=lambda each: order.index(each[0]) if each[0] in order else 9):
        if name == "step":
            words.append(STEPS.get(value, str(value)))
        elif isinstance(value, list):
            words += [f"证据 {'、'.join(value)}"] if value else []
        else:
            words.append(f"{value} 前完成" if name == "due_on" else str(value))
    return "，".join(words)


def list_cited(value: object) -> list[str]:
    """The numbers of all evidence that is named anywhere in an object, each once."""
    found: list[str] = []
    if isinstance(value, dict):
        for name, each in value.items():
            if name == "evidence" and isinstance(each, list):
                found += each
            elif name not in ("approved",):
                found += list_cited(each)
    elif isinstance(value, list):
        for each in value:
            found += list_cited(each)
    return list(dict.fromkeys(found))


def show_evidence(context: Context, actor: UserRow, ids: list[str]) -> None:
    """A link to open each piece of evidence that this person may see."""
    for id in ids:
        try:
            row = read_visible(context.ledger, actor.id, EvidenceRow, id)
        except RefusedAction:
            continue
        if row.state != "kept":
            st.caption(f"{id} {row.original_name}：{MACHINES['evidence'].state(row.state).word}")
            continue
        offer_file(f"打开证据 {id} {row.original_name}（{say_size(row.size)}）", "evidence", id)


def show_history(context: Context, actor: UserRow, kind: str, id: str) -> None:
    """What happened to an object, for whom its trail is."""
    try:
        events = list_history(context.ledger, actor.id, kind, id)
    except RefusedAction:
        return
    names = read_people(context)
    with st.expander(f"办理经过（{len(events)} 条留痕）"):
        rows = [describe_event(event, names) for event in events]
        titles = ("时间", "谁", "做了什么", "结果", "理由", "改动")
        show_table([ShownColumn(title) for title in titles], [[row[title] for title in titles] for row in rows])
