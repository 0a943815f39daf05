"""督察任务: what is inspected, by whom and where; drafted, approved by another, concluded, closed. And exemptions."""

from __future__ import annotations

import streamlit as st

from dashboard.pieces.fields import name_indicator, name_unit
from dashboard.pieces.parts import ShownColumn, show_table
from dashboard.visits.session import current_visit
from dashboard.visits.work_keys import Queue
from dashboard.work.actions import show_actions, show_told, stop_others
from dashboard.work.blind import show_blind, show_consistency
from dashboard.work.new_objects import show_new
from dashboard.work.objects import show_history, show_object
from data.ledger.machines import MACHINES
from data.ledger.reading import list_missing_steps, list_visible
from data.ledger.rows import InspectionRow

context, actor = current_visit()
stop_others(actor, "inspections.py")
st.title("督察任务和豁免")
show_told()
PARTS = {"inspection": "督察任务", "exemption": "豁免", "judgement": "评定"}
part = st.segmented_control(
    "看哪些", list(PARTS), default="inspection", format_func=PARTS.__getitem__, key=Queue.TURN, required=True
)
kind = str(part)
rows = list_visible(context.ledger, actor.id, kind)
machine = MACHINES[kind]
if kind == "inspection":
    show_table(
        [ShownColumn(title) for title in ("编号", "名称", "年度", "状态", "还没登记的步骤")],
        [
            [
                row.id,
                row.title or "",
                str(row.year),
                machine.state(row.state).word,
                "、".join(list_missing_steps(row)) or "—",
            ]
            for row in rows
            if isinstance(row, InspectionRow)
        ],
    )
else:
    show_table(
        [ShownColumn(title) for title in ("编号", "单位", "指标", "年度", "状态")],
        [
            [
                row.id,
                name_unit(context, row["unit"]),
                name_indicator(context, row["indicator"]),
                str(row.year),
                machine.state(row.state).word,
            ]
            for row in rows
        ],
    )
if rows:
    ids = [row.id for row in rows][::-1]
    id = st.selectbox("打开", ids, key=f"{kind}_{Queue.CHOSEN}")
    row = next(each for each in rows if each.id == id)
    show_object(context, actor, kind, row)
    show_actions(context, actor, kind, row)
    show_history(context, actor, kind, id)
else:
    st.info(f"还没有{machine.noun}。")
if kind == "judgement":
    show_blind(context, actor)
    show_consistency(context, actor, sorted({row.year for row in rows}, reverse=True))
else:
    show_new(context, actor, kind, "draft" if kind == "inspection" else "propose")
