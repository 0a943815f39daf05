"""What of the data the newest run does not look at, and why: on the page where data come in."""

from __future__ import annotations

import streamlit as st

from dashboard.pieces.parts import ShownColumn, show_table
from dashboard.visits.session import Context, read_run_folder
from scoring.runs.account import REASONS, read_account


def show_account(context: Context) -> None:
    """One line, and below it the rows that count for nobody."""
    account = read_account(read_run_folder(context, context.runs[0])) if context.runs else None
    if account is None:
        return
    with st.expander(f"最近一次评分：{account.sentence}"):
        rows = [
            [each.title, str(each.rows), REASONS[each.reason], "、".join(each.units[:8])] for each in account.left_out
        ]
        show_table(
            [ShownColumn("台账"), ShownColumn("行数", "number"), ShownColumn("为什么不计"), ShownColumn("单位")], rows
        )
