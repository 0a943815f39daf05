"""What Streamlit runs for every visit: the login, then the page that the address names."""

from __future__ import annotations

from contextlib import ExitStack

import streamlit as st

from dashboard.accounts.first_password import show_first_password
from dashboard.accounts.login import end_session, enter_by_oidc, send_cookie, show_login
from dashboard.menu import list_pages
from dashboard.pieces.keystrokes import take_typing
from dashboard.pieces.parts import show_style
from dashboard.pieces.plain import guard_texts
from dashboard.runs.other_packs import show_neighbours
from dashboard.sitemap import SitePage, list_places
from dashboard.visits.keys import Shell
from dashboard.visits.session import (
    Context,
    begin_visit,
    find_newcomer,
    find_own_login,
    is_demo,
    now,
    visiting,
)
from dashboard.visits.sessions import begin_identity
from dashboard.web.scripts import load_scripts
from data.ledger.logins import Login
from data.ledger.rights.roles import ROLES
from indicators.entries.refusal import Refusal
from scoring.wording.totals import FICTIONAL

guard_texts()


def run() -> None:
    """One run of the script."""
    st.set_page_config(page_title="督察评分", layout="wide")
    show_style()
    load_scripts()
    take_typing()
    with ExitStack() as visit:
        try:
            context = visit.enter_context(visiting())
        except Refusal as refusal:
            st.error(str(refusal))
            return
        _show(context)


def _show(context: Context) -> None:
    login = find_own_login(context)
    newcomer = None if login is not None else find_newcomer(context)
    if login is None and newcomer is None:
        login = enter_by_oidc(context)
        newcomer = None if login is not None else find_newcomer(context)
    begin_identity("" if login is None else login.id, now())
    # Every address is known to everybody, so that a page asked for before the login is there after it, and a page for
    # others says so in its own words; the menu shows what the person has use for.
    places = list_places(login.user.roles) if login is not None else []
    home = st.Page(lambda: _go_home(places), title="督察评分", url_path="home", default=True, visibility="hidden")
    page = st.navigation({"": [home], **list_pages(places)}, position="sidebar" if places else "hidden", expanded=True)
    if newcomer is not None:
        show_first_password(context, newcomer)
        return
    if login is None:
        show_login(context)
        return
    begin_visit(context, login.user)
    _show_person(context, login)
    if is_demo(context):
        st.html(f'<p class="dc-demo">{FICTIONAL}</p>')
    page.run()
    send_cookie(context)


def _go_home(places: list[SitePage]) -> None:
    if places:
        st.switch_page(f"views/{places[0].file}")
    st.info("您的角色没有可看的页面，请联系系统管理员。")


def _show_person(context: Context, login: Login) -> None:
    with st.sidebar:
        st.caption(f"{login.user.name} · {'、'.join(ROLES[role] for role in login.user.roles)}")
        st.button("退出登录", key=Shell.LEAVE, on_click=end_session, args=(context, login), width="stretch")
        st.caption("只退出这个浏览器；别处的登录在「我的账号」里结束。")
        show_neighbours(context, login.user)


run()
