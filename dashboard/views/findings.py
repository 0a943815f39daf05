"""问题: from the draft to the end, by whose turn it is; a county appeals here against what it was told."""

from __future__ import annotations

import streamlit as st

from dashboard.actions import Start, stop_others
from dashboard.effect import show_effect
from dashboard.parts import link
from dashboard.queue import show_queue
from dashboard.session import current_visit, today
from data.ledger.clocks import appeal_until
from data.ledger.machine import is_contact
from data.ledger.queues import Turn
from indicators.uses import moves_marks
from scoring.wording.findings import IDLE

context, actor = current_visit()
stop_others(actor, "findings.py")
contact = is_contact(actor["roles"])
st.title("反馈给本单位的问题" if contact else "问题")


def list_starts(turn: Turn) -> list[Start]:
    """What can be begun about a finding."""
    about = {"finding": turn.row["id"]}
    starts = [Start("appeal", "file", about)] if contact else []
    return [*starts, Start("rectification", "require", about)] if "lead" in actor["roles"] else starts


def show_more(turn: Turn) -> None:
    """Until when the unit may appeal; where a draft is written on."""
    if turn.row["state"] in ("draft", "returned") and turn.waits_for(actor):
        st.html(link("entry", "在「督察录入」里接着写", draft=turn.row["id"]).html)
    if (indicator := turn.row["indicator"]) is not None and not moves_marks(context.pack, indicator):
        st.warning(IDLE)
    if turn.row["state"] == "submitted" and not contact:
        show_effect(context, actor, turn.row)
    until = appeal_until(turn.row)
    if turn.row["state"] == "notified" and until is not None:
        over = ",已经过了" if until < today() else ""
        st.caption(f"送达之日起 30 日内可以申请复核,最晚 {until}{over}。")


show_queue(
    context,
    actor,
    "finding",
    "findings",
    empty="没有反馈给您单位的问题。" if contact else "还没有您能看的问题。督察员在「督察录入」里起草。",
    list_starts=list_starts,
    show_more=show_more,
)
