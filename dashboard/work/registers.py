"""Where an office declares that a register, which it reports for everybody, is complete up to a day."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import streamlit as st

from dashboard.pieces.fields import CHOOSE, moment
from dashboard.pieces.parts import Cell, ShownColumn, keep_line, keep_wide, show_table
from dashboard.visits.session import Context
from dashboard.visits.shelf import keep_by
from dashboard.visits.work_keys import Reporting
from dashboard.work.actions import tell
from data.batches.registers import DeclarationRefused
from data.intake.reporting import declare_complete, list_declarable
from data.ledger.rows import UserRow
from data.runs.companions import list_shared_tables
from indicators.entries.refusal import Refusal
from indicators.entries.tables import Dataset


def show_registers(context: Context, actor: UserRow, year: int) -> None:
    """What is declared of the registers that the person reports, and a declaration to make; nothing for others."""
    key = *context.key_ledger(), context.pack.sha256, actor.id, year, "declarable"
    registers = keep_by(key, lambda: list_declarable(context.ledger, actor.id, year))
    if not registers:
        return
    st.subheader("三、声明台账齐全")
    st.caption(
        "下面这些台账由一家替所有单位报。声明齐全以前，没有写到的单位不算零，用到它的项目都待报；"
        "声明以后又收了新的一批，要重新声明。"
    )
    shared = _list_shared(context)
    lines: list[list[Cell]] = [
        [
            keep_wide(table.title),
            keep_wide("在主指标包报送和声明") if table.id in shared else keep_line(table.reported_by or "—"),
            keep_line(_say_day(day, year)),
        ]
        for table, day in registers
    ]
    show_table([ShownColumn("台账"), ShownColumn("报送单位"), ShownColumn(f"{year} 年度齐全至")], lines)
    if own := [table for table, _ in registers if table.id not in shared]:
        _offer_declaration(context, actor, year, own)


def _list_shared(context: Context) -> frozenset[str]:
    """What is declared to the host of a companion; where that cannot be read, declaring refuses and says so."""
    with suppress(Refusal, OSError):
        return frozenset(table.id for table in list_shared_tables(context.workspace, context.pack))
    return frozenset()


def _say_day(day: date | None, year: int) -> str:
    if day is None:
        return "✕ 没有声明"
    return f"{'●' if day >= date(year, 12, 31) else '◐'} {day}"


def _offer_declaration(context: Context, actor: UserRow, year: int, tables: list[Dataset]) -> None:
    """A form of three fields; the person and the moment are noted with the declaration."""
    titles = {table.id: table.title for table in tables}
    name = st.selectbox(
        "台账",
        list(titles),
        index=None,
        key=Reporting.REGISTER,
        placeholder=CHOOSE,
        format_func=titles.__getitem__,
    )
    if name is None:
        return
    today = moment().date()
    day = st.date_input(
        "齐全至（含当日）",
        value=min(today, date(year, 12, 31)),
        max_value=today,
        key=f"{Reporting.COMPLETE_TO}_{year}",
        format="YYYY-MM-DD",
    )
    nothing = st.checkbox(f"{year} 年度确实一件也没有（零报告）", key=Reporting.NOTHING)
    st.caption(f"我声明：到这一天为止，{year} 年度的《{titles[name]}》已全部登记，没有写到的单位就是没有。")
    if not st.button("声明齐全", key=Reporting.DECLARE, type="primary") or not isinstance(day, date):
        return
    try:
        about = (context.ledger, context.workspace, actor.id, name, day)
        declare_complete(*about, year=year, nothing=nothing, now=moment())
    except DeclarationRefused as refused:
        st.error(refused.sentence)
        return
    tell(f"已登记声明：《{titles[name]}》{year} 年度齐全至 {day}。")
    st.rerun()
