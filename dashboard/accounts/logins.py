"""Where somebody is logged in: listed on 我的账号 and 系统管理, with a button to end each of one's own."""

from __future__ import annotations

import streamlit as st

from dashboard.pieces.parts import ShownColumn, show_table
from dashboard.visits.keys import Shell
from dashboard.visits.session import Context, now
from dashboard.visits.work_keys import Administration
from dashboard.work.actions import tell
from data.clock import office_time
from data.ledger.logins import Login, end_login, end_logins, list_logins
from data.ledger.rows import UserRow
from data.store.database import writing

#: How browsers and systems call themselves, the more special before those that they pass themselves off as.
_BROWSERS = {"Edg": "Edge", "QQBrowser": "QQ 浏览器", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Windows": "Windows",
    "Android": "安卓",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "HarmonyOS": "鸿蒙",
    "Linux": "Linux（含统信、麒麟）",
}
#: Of so many others each has a button; all of them can be ended at once.
MOST = 10


def show_own_logins(context: Context, actor: UserRow) -> None:
    """One's own: each can be ended, and all others at once."""
    engine, this = context.ledger.engine, str(st.session_state[Shell.IDENTITY])
    found = list_logins(engine, actor.id, now())
    _show(found, this)
    st.caption(
        "「退出登录」只退出这个浏览器（它的各个标签页）。不认得的登录请结束它，并修改密码；"
        "修改密码、角色或单位变动、停用账号会结束全部登录。"
    )
    others = [login for login in found if login.id != this]
    for login in others[:MOST]:
        # Where the list has moved meanwhile, the button is another one and nothing is ended by mistake.
        key = f"{Administration.OWN_END}_{login.id[:8]}"
        if st.button(f"结束 {office_time(login.opened):%m-%d %H:%M} 开始的登录（{name_browser(login)}）", key=key):
            end_login(engine, actor.id, login.id, now())
            tell("那一次登录已经结束。")
            st.rerun()
    if others and st.button(f"结束其他全部登录（{len(others)} 个）", key=Administration.OWN_END_OTHERS):
        with writing(engine) as connection:
            end_logins(connection, actor.id, now(), but=this)
        tell("其他登录都已结束，这个浏览器不受影响。")
        st.rerun()


def show_logins(context: Context, person: str) -> None:
    """Those of an account, for administrators; they are ended by its action 「结束登录」, with a reason."""
    found = list_logins(context.ledger.engine, person, now())
    if not found:
        st.caption("现在没有登录。")
        return
    _show(found, str(st.session_state[Shell.IDENTITY]))


def _show(found: list[Login], this: str) -> None:
    rows = [
        [
            f"{office_time(login.opened):%Y-%m-%d %H:%M}",
            f"{office_time(login.seen):%H:%M}",
            login.origin.address or "本机",
            name_browser(login) + ("（现在用的这个）" if login.id == this else ""),
        ]
        for login in found
    ]
    columns = [
        ShownColumn("开始", "short"),
        ShownColumn("最近操作", "short"),
        ShownColumn("地址"),
        ShownColumn("浏览器"),
    ]
    show_table(columns, rows, caption="正在用的登录")


def name_browser(login: Login) -> str:
    """What a browser says it is, as people call it."""
    said = login.origin.browser
    names = [next((word for mark, word in known.items() if mark in said), "") for known in (_BROWSERS, _SYSTEMS)]
    return "，".join(name for name in names if name) or "其他"
