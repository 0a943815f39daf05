"""The login page: local accounts, or the organisation's own login by OIDC where it is configured."""

from __future__ import annotations

import json
from datetime import timedelta

import streamlit as st

from dashboard.pieces.plain import join_words, say
from dashboard.visits.admission import ADMISSION
from dashboard.visits.keys import Shell
from dashboard.visits.session import Context, find_login, find_token, is_demo, now
from data.demo.accounts import DEMO_PASSWORD, DEMO_PEOPLE
from data.ledger import logins
from data.ledger.demonstration import is_demo_account
from data.ledger.ledger import find_record, list_records
from data.ledger.logins import IDLE, Login, Origin
from data.ledger.persons import has_number
from data.ledger.rights.roles import ROLES
from data.ledger.rows import UserRow
from data.ledger.users import check_password
from data.store.database import reading
from data.trail.refusals import RefusedAction

#: The claim of the organisation's login that names the account here, unless secrets.toml says otherwise.
CLAIM = "preferred_username"
#: By how much the clock of the organisation's login may differ from ours.
_SKEW = timedelta(minutes=2)


def show_login(context: Context) -> None:
    """Ask who it is; a right answer begins a session and shows the page that was asked for.

    Whoever had a session is told, once, that it has ended.
    """
    had = st.session_state.get(Shell.LOGIN) or find_token()
    if had and st.session_state.get(Shell.ENDED) != had:
        st.session_state[Shell.ENDED] = had
        _tell_once(
            f"登录已经结束（超过 {IDLE.seconds // 60} 分钟没有操作，在别处被退出，或者账号有变动），"
            "请重新登录；存好的草稿都在。"
        )
    _, middle, _ = st.columns([1, 2, 1])
    with middle:
        st.html('<span class="dc-login"></span>')
        st.title("督察评分")
        st.write(context.pack.head.title)
        if message := st.session_state.pop(Shell.TOLD, ""):
            st.info(message)
        with reading(context.ledger.engine) as connection:
            users = list_records(connection, UserRow)
        if not users:
            st.warning("这个工作区还没有用户。请在服务器上运行 ducha user add 建立第一位系统管理员，再回到这里登录。")
            return
        with st.form("login", border=True):
            name = st.text_input("用户名", key=Shell.USER, autocomplete="username", max_chars=64)
            password = st.text_input(
                "密码", type="password", key=Shell.PASSWORD, autocomplete="current-password", max_chars=200
            )
            if st.form_submit_button("登录", key=Shell.ENTER, type="primary", width="stretch"):
                _enter_by_password(context, name.strip(), password)
        if has_oidc():
            st.button("用单位统一身份登录", key=Shell.OIDC, on_click=st.login, width="stretch")
        if any(is_demo_account(user.id) for user in users):
            _show_demo_accounts(context, users)


def _enter_by_password(context: Context, name: str, password: str) -> None:
    if is_demo_account(name) and not is_demo(context):
        st.error("这是演示账号，只能在演示工作区里使用；这个工作区里有真实数据。")
        return
    try:
        address = st.context.ip_address or "127.0.0.1"
        with ADMISSION.aside():
            user = check_password(context.ledger, name, password, now=now(), address=address)
    except RefusedAction as refused:
        st.error(refused.sentence)
        return
    begin_session(context, user)
    st.rerun()


def begin_session(context: Context, user: UserRow) -> None:
    """Open a session for a person who was recognised."""
    _hold_login(logins.open_login(context.ledger.engine, user, now(), _find_origin()))


def _hold_login(id: str) -> None:
    st.session_state[Shell.LOGIN] = id


def _find_origin() -> Origin:
    return Origin(st.context.ip_address or "", st.context.headers.get("user-agent", ""))


def end_session(context: Context, login: Login) -> None:
    """Log out in this browser: in all of its tabs, for they hold the same cookie."""
    logins.end_login(context.ledger.engine, login.user.id, login.id, now())
    st.session_state[Shell.TOLD] = "您已退出登录。"
    st.session_state[Shell.ENDED] = st.session_state.get(Shell.LOGIN) or find_token()
    # What was looked at is nobody else's business either.
    st.query_params.clear()
    if has_oidc() and st.user.is_logged_in:
        st.logout()


def send_cookie(context: Context) -> None:
    """Once after a login, let the page fetch its cookie, so that a reload or a new tab needs no second login."""
    id = st.session_state.get(Shell.LOGIN)
    if id is None or st.session_state.get(Shell.COOKIE_SENT):
        return
    st.session_state[Shell.COOKIE_SENT] = True
    held = find_login(context.ledger.engine, token=find_token(), touch=False)
    if held is not None and held.id == id:
        return
    ticket = logins.issue_ticket(context.ledger.engine, id, now())
    st.html(f'<span data-ducha-ticket="{ticket}"></span>')


def has_oidc() -> bool:
    """Whether ``.streamlit/secrets.toml`` configures the organisation's login."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def enter_by_oidc(context: Context) -> Login | None:
    """The login of somebody whom the organisation's login vouches for; it must have been added here before."""
    if not has_oidc() or not st.user.is_logged_in:
        return None
    claims = st.user.to_dict()
    claim = st.secrets.get("ducha", {}).get("oidc_claim", CLAIM)
    name = str(claims.get(claim) or "")
    with reading(context.ledger.engine) as connection:
        user = find_record(connection, UserRow, name) if name and name.isprintable() else None
    if not name:
        _tell_once(f"统一身份登录没有给出「{claim}」这一项，不知道是哪个账号，请联系系统管理员。")
        return None
    if user is None or user.state != "active" or is_demo_account(name):
        _tell_once(f"统一身份「{name}」在这里没有启用的账号，请联系系统管理员。")
        return None
    person = st.secrets.get("ducha", {}).get("oidc_person")
    if person is not None and not has_number(user, str(claims.get(person) or "")):
        _tell_once(f"统一身份登录给出的「{person}」和账号「{name}」的人员编号不一样，请联系系统管理员核对。")
        return None
    moment = now()
    id = None
    if moment.timestamp() < float(str(claims.get("exp") or 0)) + _SKEW.total_seconds():
        proof = json.dumps(claims, sort_keys=True, default=str)
        id = logins.open_by_proof(context.ledger.engine, user, proof, moment, _find_origin())
    if id is None:
        _tell_once("登录已经结束或过期，请重新登录。")
        return None
    _hold_login(id)
    return find_login(context.ledger.engine, id=id)


def _tell_once(sentence: str) -> None:
    st.session_state.setdefault(Shell.TOLD, sentence)


def _show_demo_accounts(context: Context, users: list[UserRow]) -> None:
    if not is_demo(context):
        st.warning("这个工作区不作演示，演示账号都不能用。没有自己的账号，请联系系统管理员。")
        return
    known = {user.id for user in users}
    rows = [person for person in DEMO_PEOPLE if person.id in known]
    lines = [
        say("| {} | {} | {} |", person.id, person.name, "、".join(ROLES[role] for role in person.roles))
        for person in rows
    ]
    st.info(
        say(
            "**这是演示工作区**，数据是虚构的。下面的账号只在这里有，密码都是 **{}**。\n\n"
            "| 用户名 | 姓名 | 角色 |\n| --- | --- | --- |\n{}",
            DEMO_PASSWORD,
            join_words(lines, "\n"),
        )
    )
