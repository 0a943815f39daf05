"""我的账号: who one is here, a new password, and where one is logged in."""

from __future__ import annotations

import streamlit as st

from dashboard.accounts.logins import show_own_logins
from dashboard.pieces.fields import moment, name_unit
from dashboard.pieces.parts import ShownColumn, show_table
from dashboard.visits.admission import ADMISSION
from dashboard.visits.keys import Shell
from dashboard.visits.session import current_visit
from dashboard.visits.work_keys import Administration
from dashboard.work.actions import show_told, stop_others
from data.ledger.rights.roles import ROLES
from data.ledger.users import change_password
from data.trail.refusals import RefusedAction

context, actor = current_visit()
stop_others(actor, "account.py")
st.title("我的账号")
show_told()
rows = [["用户名", actor.id], ["姓名", actor.name], ["角色", "、".join(ROLES[role] for role in actor.roles)]]
if actor.unit:
    rows.append(["单位", name_unit(context, actor.unit)])
show_table([ShownColumn("项目"), ShownColumn("内容")], rows)
st.subheader("修改密码")
old = st.text_input("现在的密码", type="password", key=Administration.OWN_OLD)
new = st.text_input("新密码（至少 10 位）", type="password", key=Administration.OWN_NEW)
again = st.text_input("再输一遍新密码", type="password", key=Administration.OWN_AGAIN)
if st.button("修改密码", key=Administration.OWN_SET, type="primary"):
    if new != again:
        st.error("两遍新密码不一样，请重新输入。")
    else:
        try:
            with ADMISSION.aside():
                change_password(context.ledger, actor.id, old, new, now=moment())
        except RefusedAction as refused:
            st.error(refused.sentence)
        else:
            # All of this visit's state ends with its login, but for what the login page is to say.
            st.session_state[Shell.TOLD] = "密码已修改，请用新密码重新登录。"
            st.rerun()
st.subheader("登录")
show_own_logins(context, actor)
