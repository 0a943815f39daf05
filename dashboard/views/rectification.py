"""整改台账: from what is required to the close-out with evidence, and what came back (反弹)."""

from __future__ import annotations

import streamlit as st

from dashboard.visits.session import current_visit
from dashboard.work.actions import stop_others
from dashboard.work.queue import show_queue
from data.ledger.rights.roles import is_contact

context, actor = current_visit()
stop_others(actor, "rectification.py")
st.title("整改台账")
st.caption("轮到单位时算单位的天数，轮到督察办时算督察办的天数；中止的天数不算，整改时限顺延。")
contact = is_contact(actor.roles)
show_queue(
    context,
    actor,
    "rectification",
    "rectification",
    empty="您单位没有整改事项。" if contact else "还没有整改事项。负责人在「问题」页对已反馈的问题下达。",
)
