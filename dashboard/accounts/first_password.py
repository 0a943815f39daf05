"""The page of whose password another person has set: it is changed before anything else is seen or done."""

from __future__ import annotations

import streamlit as st

from dashboard.accounts.login import begin_session, end_session
from dashboard.visits.admission import ADMISSION
from dashboard.visits.keys import Shell
from dashboard.visits.session import Context, now
from data.ledger.ledger import read_record
from data.ledger.logins import Login
from data.ledger.rows import UserRow
from data.ledger.users import set_password
from data.store.database import reading
from data.trail.refusals import RefusedAction


def show_first_password(context: Context, login: Login) -> None:
    """Ask for a password that nobody else knows; a good one begins a login that can do what the person may."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.html('<span class="dc-login"></span>')
        st.title("先换一个自己的密码")
        st.write(f"{login.user.name}，您好。现在的密码是别人给您设置的，设置的人也知道；换过以后才能办理。")
        with st.form("first_password", border=True):
            new = st.text_input(
                "新密码（至少 10 位）",
                type="password",
                key=Shell.FIRST_NEW,
                autocomplete="new-password",
                max_chars=200,
                help="几个互不相干的词，或者没有规律的字符。常用密码、拼音、年份日期、自己的姓名都容易被猜到。",
            )
            again = st.text_input(
                "再输一遍", type="password", key=Shell.FIRST_AGAIN, autocomplete="new-password", max_chars=200
            )
            if st.form_submit_button("换密码，进入系统", key=Shell.FIRST_SET, type="primary", width="stretch"):
                _change(context, login, new, again)
        st.button("退出登录", key=Shell.LEAVE, on_click=end_session, args=(context, login), width="stretch")


def _change(context: Context, login: Login, new: str, again: str) -> None:
    id = str(login.user.id)
    if new != again:
        st.error("两遍新密码不一样，请重新输入。")
        return
    try:
        with ADMISSION.aside():
            set_password(context.ledger, id, id, new, now=now())
    except RefusedAction as refused:
        st.error(f"{refused.sentence}。")
        return
    with reading(context.ledger.engine) as connection:
        user = read_record(connection, UserRow, id)
    begin_session(context, user)
    st.rerun()
