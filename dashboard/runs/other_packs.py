"""The way from each page to the other packs of the workspace, in the side bar."""

from __future__ import annotations

import streamlit as st

from dashboard.visits.neighbours import list_neighbours
from dashboard.visits.session import Context
from data.ledger.rows import UserRow


def show_neighbours(context: Context, actor: UserRow) -> None:
    """Which pack this is, and a link to each other one in which the person has an account; nothing where none is."""
    others = list_neighbours(context, actor)
    if others:
        st.caption(f"这里办理《{context.pack.head.title}》。")
    for each in others:
        if each.title is None:
            st.caption(f"▲ 并列的指标包 {each.name} 现在打不开，这里不受影响；请告诉系统管理员。")
        elif each.address is None:
            st.caption(f"您在《{each.title}》也有账号，那边的网址请问系统管理员。")
        else:
            st.link_button(f"转到《{each.title}》", each.address, width="stretch", help="另开一页，那边另行登录。")
