"""留痕: every event of everything for the auditor, and whether all still agrees with it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TypedDict

import streamlit as st

from dashboard.pieces.fields import moment
from dashboard.pieces.parts import Cell, Markup, ShownColumn, keep_line, keep_parts, offer_file, show_table
from dashboard.visits.admission import busy
from dashboard.visits.session import current_visit
from dashboard.visits.work_keys import Trail
from dashboard.work.actions import stop_others
from data.backup.audit import COLUMNS, THINGS, audit_ledger, describe_event, list_trail, read_names, read_trail_head
from data.clock import office_time
from data.ledger.machines import MACHINES
from data.signing.place import find_trusted
from data.trail.events import Head
from data.trail.noted import NOTED

context, actor = current_visit()
stop_others(actor, "trail.py")
PAGE = 50


def show_verification() -> None:
    """The head to note down, and a verification on demand."""
    head = read_trail_head(context.ledger, actor.id)
    st.write(f"现在的链头（打印或抄下来，以后可以核对）：第 {head.seq} 条")
    st.code(str(head), language=None, wrap_lines=True)
    heads = st.text_area("以前抄下或打印的链头，一行一个（可不填）", key=Trail.HEADS, height=80)
    if st.button("核验留痕", key=Trail.VERIFY, type="primary"):
        try:
            known = tuple(Head.parse(line) for line in heads.splitlines() if line.strip())
        except ValueError as error:
            st.error(str(error))
            return
        with busy("正在逐条核验…"):
            st.session_state[Trail.RESULT] = audit_ledger(context.ledger, actor.id, moment(), known, find_trusted())
    audit = st.session_state.get(Trail.RESULT)
    if audit is None:
        return
    if audit.caution:
        st.warning(f"{audit.caution}。")
    for notice in audit.notices:
        st.info(f"{notice}。")
    said = f"{office_time(audit.checked_at):%Y-%m-%d %H:%M} 核验：{audit.sentence}。"
    if not audit.problems:
        st.success(said)
        return
    st.error(said)
    show_table([ShownColumn("不符之处")], [[str(problem)] for problem in audit.problems])


def _fit(title: str, text: str) -> Cell:
    if title in ("时间", "对象"):
        first, blank, rest = text.partition(" ")
        return keep_parts(first + blank, rest)
    if title not in ("理由", "改动"):
        return keep_line(text)
    # A hash is one long word: it is broken rather than pushing the table out of sight.
    width = 12 if title == "改动" else 8
    return Markup(
        f'<span style="display:inline-block;min-width:{width}em;overflow-wrap:anywhere">{escape(text)}</span>'
    )


def show_events() -> None:
    """The events, newest first, page by page."""
    names = read_names(context.ledger)
    before = st.session_state.get(Trail.BEFORE)
    events = list_trail(context.ledger, actor.id, **_ask_filters(names), before=before, limit=PAGE)
    rows = [describe_event(event, names) for event in events]
    columns = [ShownColumn(title, "short" if title in ("序号", "做了什么", "结果") else "text") for title in COLUMNS]
    show_table(columns, [[_fit(title, row[title]) for title in COLUMNS] for row in rows])
    if not rows:
        st.caption("没有这样的留痕。")
    if len(rows) == PAGE and st.button("看更早的", key=Trail.OLDER):
        st.session_state[Trail.BEFORE] = events[-1].seq
        st.rerun()
    if before is not None and st.button("回到最新的", key=Trail.NEWEST):
        st.session_state.pop(Trail.BEFORE)
        st.rerun()


class Filters(TypedDict):
    """Which events are looked for; None for all."""

    kind: str | None
    object_id: str | None
    who: str | None
    outcome: str | None


def _ask_filters(names: Mapping[str, str]) -> Filters:
    people = [name for name in names if not name.startswith(THINGS)]
    nouns = {kind: machine.noun for kind, machine in MACHINES.items()}
    nouns |= {kind: noun for kind, (noun, _) in NOTED.items()}
    first, second, third, fourth = st.columns(4)
    kind = first.selectbox(
        "对象",
        list(nouns),
        index=None,
        key=Trail.KIND,
        placeholder="全部",
        format_func=nouns.__getitem__,
    )
    id = second.text_input("编号", key=Trail.OBJECT).strip()
    who = third.selectbox(
        "谁", people, index=None, key=Trail.WHO, placeholder="所有人", format_func=lambda each: names[each]
    )
    outcomes = {"done": "已办", "refused": "被拒绝"}
    outcome = fourth.selectbox(
        "结果", list(outcomes), index=None, key=Trail.OUTCOME, placeholder="全部", format_func=outcomes.__getitem__
    )
    return {"kind": kind, "object_id": id or None, "who": who, "outcome": outcome}


st.title("留痕")
st.caption("每一次办理和被拒绝的尝试都在这里，逐条相接：改动、删去、插入都能发现。")
show_verification()
show_events()
with st.container(horizontal=True):
    offer_file("导出全部留痕（表格）", "trail.csv")
    offer_file("导出全部留痕（逐行 JSON，可核验）", "trail.jsonl")
