"""复核: what units appealed against, by whose turn it is; two people sign, none of whom made the finding."""

from __future__ import annotations

import streamlit as st

from dashboard.visits.session import current_visit
from dashboard.work.actions import stop_others
from dashboard.work.queue import show_queue
from data.ledger.rights.roles import is_contact

context, actor = current_visit()
stop_others(actor, "appeals.py")
st.title("复核")
st.caption("自提出之日起 30 日内作出决定，等单位补正的天数不算。办理人拟定，负责人签发；参与认定的人回避。")
contact = is_contact(actor.roles)
show_queue(
    context,
    actor,
    "appeal",
    "appeals",
    empty="您单位没有复核申请。对反馈的问题不服的，在「问题」页提出。" if contact else "还没有复核申请。",
)
