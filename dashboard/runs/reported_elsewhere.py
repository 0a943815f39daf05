"""What this pack asks for and another pack of the workspace takes in: where it is reported, and what came there."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.pieces.parts import Cell, ShownColumn, keep_line, keep_wide, show_table
from dashboard.visits.session import Context
from dashboard.visits.shelf import keep_by
from data.clock import office_time
from data.intake.reporting import ReportState, list_visible_batches
from data.ledger.rows import UserRow
from data.runs.elsewhere import Elsewhere, find_elsewhere
from indicators.entries.refusal import Refusal


def show_elsewhere(context: Context, actor: UserRow, states: Sequence[ReportState]) -> None:
    """The tables of the year that are not to be reported here; nothing where there are none."""
    if context.workspace.host is None:
        return
    try:
        elsewhere = find_elsewhere(context.workspace, context.pack)
    except (Refusal, OSError):
        name = context.workspace.host.root.name
        st.warning(
            f"主指标包（{name}）现在读不出来，哪些台账报到那边没法看；这里收过的照常使用。请先不要报送，告诉系统管理员。"
        )
        return
    asked = [each for each in states if each.status != "not_asked" and each.dataset.id in elsewhere.tables]
    if asked:
        _show_tables(context, actor, asked, elsewhere)


def _show_tables(context: Context, actor: UserRow, asked: Sequence[ReportState], elsewhere: Elsewhere) -> None:
    st.info(
        f"下列台账报给《{elsewhere.title}》：在那边报一次，这里同时使用，不用在这里再报，还没有的也请到那边报；这里的填报表没有这些表。"
    )
    records = keep_by(
        (*context.key_ledger(), actor.id, "received"),
        lambda: {each.id: each for each in list_visible_batches(context.ledger, context.workspace, actor.id)},
    )
    own = len({each.unit.id for each in asked}) == 1
    lines: list[list[Cell]] = []
    for table in dict.fromkeys(each.dataset.id for each in asked):
        mine = [each for each in asked if each.dataset.id == table]
        came = [each for each in mine if each.batch is not None]
        days = [records[each.batch].accepted_at for each in came if each.batch in records]
        when = f"{office_time(max(days)):%Y-%m-%d %H:%M}" if days else "统一报送" if came else "—"
        said = came[0].mark if own and came else "✕ 还没有" if own else f"{len(came)}／{len(mine)} 个单位"
        lines.append([keep_wide(elsewhere.tables[table]), keep_line(said), keep_line(when)])
    show_table([ShownColumn("台账"), ShownColumn("那边收到"), ShownColumn("最近一次")], lines)
