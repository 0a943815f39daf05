"""Forms to begin what is about nothing else: an inspection, an exemption, a person."""

from __future__ import annotations

import streamlit as st

from dashboard.pieces.fields import FieldContext, ask_fields, moment, store_files
from dashboard.visits.session import Context
from dashboard.visits.work_keys import Doing
from dashboard.work.actions import tell
from data.ledger.machines import MACHINES, USER
from data.ledger.rows import UserRow
from data.ledger.transitions import apply_transition
from data.ledger.users import add_user
from data.trail.refusals import RefusedAction


def show_new(context: Context, actor: UserRow, kind: str, action: str) -> None:
    """A form to begin an object that is about no other; nothing for whom has no right to it."""
    transition = MACHINES[kind].find(None, action)
    assert transition is not None
    if not set(actor.roles) & set(transition.roles):
        return
    noun = MACHINES[kind].noun
    with st.expander(f"{transition.verb}{noun}"):
        made = int(st.session_state.get(Doing.MADE, 0))
        desk = FieldContext(context, actor, kind, {}, f"new_{kind}_{made}")
        given = ask_fields(desk, transition.sets, transition.needs)
        if not st.button(f"{transition.verb}{noun}", key=f"{desk.prefix}_{Doing.SUBMIT}"):
            return
        try:
            entered = {name: value for name, value in store_files(desk, given).items() if value not in (None, "", [])}
            done = apply_transition(context.ledger, actor.id, kind, None, action, entered, now=moment())
        except RefusedAction as refused:
            st.error(refused.sentence)
            return
        st.session_state[Doing.MADE] = made + 1
        tell(f"已{transition.verb}：{noun} {done.id}。")
        st.rerun()


def show_new_user(context: Context, actor: UserRow) -> None:
    """A form to add a person; the password is set afterwards."""
    made = int(st.session_state.get(Doing.MADE, 0))
    with st.expander("添加用户"):
        desk = FieldContext(context, actor, "user", {}, f"new_user_{made}")
        id = st.text_input("用户名（必填），字母或数字", key=desk.key("id"))
        given = ask_fields(desk, USER.content, ("name", "roles"))
        if not st.button("添加", key=desk.key(Doing.SUBMIT)):
            return
        try:
            row = add_user(
                context.ledger,
                actor.id,
                id.strip(),
                given["name"],
                given["roles"],
                given["unit"],
                person=given["person"],
                now=moment(),
            )
        except RefusedAction as refused:
            st.error(refused.sentence)
            return
        st.session_state[Doing.MADE] = made + 1
        tell(f"已添加 {row.id} {row.name}。请打开这个账号，设置密码。")
        st.rerun()
