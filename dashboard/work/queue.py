"""A list of objects by whose turn it is, and the one that was chosen with everything that can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

import streamlit as st

from dashboard.pieces.fields import moment, name_indicator, name_unit
from dashboard.pieces.parts import Cell, Markup, ShownColumn, keep_line, keep_parts, keep_wide, link, show_table
from dashboard.runs.choices import page_through
from dashboard.visits.session import Context, today
from dashboard.visits.shelf import keep_by
from dashboard.visits.work_keys import Queue
from dashboard.work.actions import Start, show_actions, show_meanwhile, show_told
from dashboard.work.objects import show_history, show_object
from data.ledger.queues import Queued, Turn, list_turns
from data.ledger.rights.roles import is_contact
from data.ledger.rows import RectificationRow, UserRow

#: So many rows are listed at once; the object that is open stands below them.
PAGE = 25
_TURNS: dict[str, str] = {
    "mine": "轮到我",
    "office": "轮到督察办",
    "unit": "轮到单位",
    "open": "全部未办结",
    "final": "已办结",
}


def show_queue(
    context: Context,
    actor: UserRow,
    kind: Queued,
    address: str,
    *,
    empty: str,
    list_starts: Callable[[Turn], Sequence[Start]] = lambda turn: (),
    show_more: Callable[[Turn], None] = lambda turn: None,
) -> None:
    """The whole page of a kind of object: what is waiting, the one that is open, and what can be done with it."""
    show_told()
    show_meanwhile(context, actor)
    key = *context.key_ledger(), actor.id, kind, today(), "turns"
    turns = keep_by(key, lambda: list_turns(context.ledger, actor.id, kind, moment()))
    if not turns:
        st.info(empty)
        return
    listed = _choose_turns(kind, turns, actor)
    if not listed:
        st.caption("这里现在没有。")
        return
    turn = _choose_turn(context, kind, listed, address)
    show_object(context, actor, kind, turn.row)
    if kind != "finding" and turn.finding is not None:
        with st.expander(f"所依据的问题 {turn.finding.id}"):
            show_object(context, actor, "finding", turn.finding)
    show_more(turn)
    show_actions(context, actor, kind, turn.row, list_starts(turn))
    show_history(context, actor, kind, turn.row.id)


def _find_asked(kind: Queued) -> str | None:
    """What the address names (``""`` for nothing), where that is newer than what was last written there."""
    named = str(st.query_params.get(Queue.CHOSEN, ""))
    return named if named != st.session_state.get(f"{kind}_{Queue.TOLD}") else None


def _choose_turns(kind: Queued, turns: Sequence[Turn], actor: UserRow) -> list[Turn]:
    """Those whose turn it is, all that are open, or what is settled, as a person chooses."""
    # A contact's turn is the unit's: one name for it is enough.
    names = [name for name in _TURNS if name != ("mine" if is_contact(actor.roles) else "")]
    listed_by = {name: [turn for turn in turns if _belongs(turn, name, actor)] for name in names}
    counts = {name: len(found) for name, found in listed_by.items()}
    # Where an address names an object, it is among those that are listed first.
    address, turns_key = str(st.query_params.get(Queue.CHOSEN, "")), f"{kind}_{Queue.TURN}"
    own = "unit" if "mine" not in names else "mine"
    start = next((name for name in (own, "open", "final") if counts[name]), "open")
    if address:
        start = next((name for name in names if any(turn.row.id == address for turn in listed_by[name])), start)
    held, asked = st.session_state.get(turns_key), _find_asked(kind)
    if held not in names or (asked is not None and all(turn.row.id != asked for turn in listed_by[held])):
        st.session_state[turns_key] = start
    chosen = st.segmented_control(
        "看哪些",
        names,
        format_func=lambda name: f"{_TURNS[name]} {counts[name]}",
        key=turns_key,
        required=True,
    )
    return listed_by[str(chosen)]


def _choose_turn(context: Context, kind: Queued, listed: Sequence[Turn], address: str) -> Turn:
    """The one that is open, which the address names from then on."""
    chosen = st.session_state[f"{kind}_{Queue.TURN}"]
    key, search = f"{kind}_{Queue.PAGE}_{chosen}", f"{kind}_{Queue.SEARCH}_{chosen}"
    shown = page_through(listed, PAGE, key, search, lambda turn: _name_turn(context, turn), "单位、指标或编号的一部分")
    show_turns(context, kind, shown, address)
    by_id = {str(turn.row.id): turn for turn in listed}
    ids = list(by_id)
    opened = f"{kind}_{Queue.CHOSEN}_{chosen}"
    asked, named = _find_asked(kind), str(st.query_params.get(Queue.CHOSEN, ""))
    if asked in ids or st.session_state.get(opened) not in ids:
        st.session_state[opened] = named if named in ids else ids[0]
    id = st.selectbox("打开", ids, format_func=lambda each: _name_turn(context, by_id[each]), key=opened)
    st.session_state[f"{kind}_{Queue.TOLD}"] = st.query_params[Queue.CHOSEN] = id
    return by_id[id]


def _belongs(turn: Turn, name: str, actor: UserRow) -> bool:
    if name == "mine":
        return turn.waits_for(actor)
    if name in ("open", "final"):
        return turn.final == (name == "final")
    return not turn.final and turn.holder == name


def _name_turn(context: Context, turn: Turn) -> str:
    unit = name_unit(context, turn.row.get("unit"))
    indicator = name_indicator(context, turn.finding.indicator) if turn.finding else ""
    return f"{turn.row.id} {unit} {indicator} {turn.state}"


def show_turns(context: Context, kind: Queued, turns: Sequence[Turn], address: str) -> None:
    """The list itself: whose turn, both clocks and what is due, in words."""
    day = today()
    due: dict[Literal["finding", "appeal", "rectification"], str] = {
        "finding": "申请复核的期限",
        "appeal": "办理期限",
        "rectification": "整改时限",
    }
    columns = [
        ShownColumn("编号"),
        ShownColumn("单位"),
        ShownColumn("指标"),
        ShownColumn("状态"),
        ShownColumn("轮到谁"),
        ShownColumn("单位天数", "number"),
        ShownColumn("督察办天数", "number"),
        ShownColumn(due[kind]),
    ]
    if kind == "rectification":
        columns.append(ShownColumn("第几轮"))
    rows: list[list[Cell]] = []
    for turn in turns:
        cells: list[Cell] = [
            Markup(f'<span style="white-space:nowrap">{link(address, turn.row.id, id=turn.row.id).html}</span>'),
            keep_line(name_unit(context, turn.row.get("unit"))),
            keep_wide(name_indicator(context, turn.finding.indicator) if turn.finding else ""),
            keep_line(turn.state),
            keep_line(turn.turn),
            str(turn.clocks.unit_days),
            str(turn.clocks.office_days),
            _write_due(turn, day),
        ]
        if isinstance(turn.row, RectificationRow):
            cycle = turn.row.cycle
            cells.append(keep_parts(str(cycle), "（反弹重开）" if cycle > 1 else ""))
        rows.append(cells)
    show_table(columns, rows)


def _write_due(turn: Turn, day: date) -> Cell:
    """How far away the day is, and in brackets the day itself, on a line of its own where the column is narrow."""
    words, bracket, rest = turn.describe_due(day).partition("（")
    return keep_parts(("▲ " if turn.late else "") + words, bracket + rest)
