"""指标编制 from a document to what is handed in: begin a draft, see what it still lacks, try it, submit it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import streamlit as st

from dashboard.pieces.fields import moment
from dashboard.pieces.parts import ShownColumn, offer_file, show_table
from dashboard.pieces.plain import say
from dashboard.pieces.waiting import show_wait
from dashboard.rulebook.handing_in import show_refusal
from dashboard.rulebook.rule_desk import RULES_SHEET, examine, list_unconfirmed, name_entries, show_desk
from dashboard.rulebook.rules_compared import show_change, show_trial
from dashboard.rulebook.rules_shown import show_rule
from dashboard.visits.admission import busy
from dashboard.visits.session import Context, today
from dashboard.visits.shelf import find_or_begin
from dashboard.visits.work_keys import DeskKey
from dashboard.work.actions import tell
from data.clock import office_time
from data.ledger.possible import refuse_new
from data.ledger.rows import RulesRow, UserRow
from data.rulebook.entry_forms import HEAD_FILE, EntryPlace, list_places
from data.rulebook.layout import HEAD_SHEET, PLANS, find_file
from data.rulebook.rule_drafts import (
    ExaminedDraft,
    PlacedMistake,
    RulesDraft,
    drop_draft,
    find_draft,
    keep_draft,
    write_draft,
)
from data.store.drafts import draft_folder
from indicators.entries.refusal import Refusal
from scoring.office.rule_drafts import (
    TriedIndicator,
    add_case,
    begin_from_book,
    begin_from_document,
    begin_from_rules,
    tell_case,
    try_indicator,
)
from scoring.office.rule_versions import submit_rules

SHOWN = 50
_DOCUMENTS = ["txt", "docx", "pdf", "xlsx"]
_WAYS = {
    "document": "从文件起草：方案、办法、通知，或者现成的评分表（txt、docx、pdf、xlsx）",
    "rules": "从现在施行的规则改起",
    "book": "从改了一半的规则工作簿接着改（xlsx）",
}


def show_workshop(context: Context, actor: UserRow) -> None:
    """All of it, for who may hand in rules."""
    if refused := refuse_new(context.ledger, actor.id, "rules", "submit", {}, moment()):
        st.info(f"{refused}。规则的草稿由他们写。")
        return
    if context.pack.layers:
        st.info("本指标包叠在上级的指标包上面，网页上不能改；请改好文件夹，用 ducha pack submit 提交。")
        return
    kept = find_draft(context.ledger.engine, actor.id)
    if kept is None:
        _show_beginning(context, actor)
        return
    draft = kept.draft
    examined = examine(context, draft)
    st.caption(
        f"这份草稿是您自己的，{draft.origin}；{office_time(kept.kept_at):%Y-%m-%d %H:%M} 保存。提交以前别人看不到。"
    )
    _show_state(context, draft, examined)
    place = show_desk(context, actor, draft, examined)
    if place is not None and place.sheet == RULES_SHEET:
        name = next(id for each, id in list_places(draft.files, RULES_SHEET) if each == place)
        _show_trial_of(context, actor, draft, name)
        if examined.pack is not None:
            st.subheader("这一条会怎样说、怎样得分")
            show_rule(context, examined.pack, name)
    if examined.pack is not None and not list_unconfirmed(draft):
        show_change(context, examined.pack)
        show_trial(context, actor, examined.pack)
    _show_submission(context, actor, draft, examined)


def _show_beginning(context: Context, actor: UserRow) -> None:
    st.write("还没有草稿。选一种开头：")
    way = st.radio("怎样开始", list(_WAYS), key=DeskKey.BEGIN, format_func=lambda each: _WAYS[each])
    file, year = None, today().year
    if way == "document":
        st.caption(
            "程序把每项要求、每条评分标准读成一条规则草稿，附着原话；读不准的不猜，留给督察员评定。逐条核对、确认以后才能用。"
        )
        file = st.file_uploader("文件", type=_DOCUMENTS, key=f"{DeskKey.SOURCE}_document")
        year = int(st.number_input("从哪一年起评分", 2000, 2100, value=year, key=DeskKey.YEAR))
    elif way == "book":
        file = st.file_uploader("规则的工作簿", type=["xlsx"], key=f"{DeskKey.SOURCE}_book")
    if not st.button("开始", key=DeskKey.READ, type="primary"):
        return
    if way != "rules" and file is None:
        st.error("请先选好文件。")
        return
    try:
        with busy("正在读文件…"):
            current = begin_from_rules(context.pack, context.workspace.pack_folder)
            if file is None:
                draft = current
            elif way == "book":
                draft = begin_from_book(file.name, file.getvalue())
            else:
                draft = begin_from_document(file.name, file.getvalue(), year, current)
    except Refusal as refusal:
        show_refusal(actor.id, Path(file.name).name if file else "", file.getvalue() if file else b"", refusal)
        return
    keep_draft(context.ledger.engine, actor.id, draft, moment())
    tell("草稿已建好，存在这里；离开再回来可以接着写。")
    st.rerun()


def _show_state(context: Context, draft: RulesDraft, examined: ExaminedDraft) -> None:
    """What is still to be done before it can be handed in, and what the reader had to say of the document."""
    waiting = list_unconfirmed(draft)
    left = [f"{len(waiting)} 条还没有确认"] if waiting else []
    if examined.mistakes:
        left.append(f"{len(examined.mistakes)} 处写法有错")
    if left:
        st.warning(f"提交以前还要做完：{'，'.join(left)}。")
    else:
        st.success("写法没有错误，各条都确认了，可以提交。")
        offer_file("下载这份草稿的工作簿（Excel），可以发给别人核对", "draft-rules", draft.key)
    if draft.remarks:
        with st.expander(f"读文件时的说明（{len(draft.remarks)}）"):
            for remark in draft.remarks:
                st.write(say("- {}", remark))
    if examined.mistakes:
        counts = Counter(_name_sheet(each) for each in examined.mistakes)
        named = "，".join(f"「{sheet}」{number} 处" for sheet, number in counts.items())
        with st.expander(f"全部错误：{named}"):
            rows = [[_name_sheet(each), _name_entry(draft, each), each.text] for each in examined.mistakes[:SHOWN]]
            show_table([ShownColumn(title) for title in ("部分", "哪一条", "怎么改")], rows)


def _name_sheet(mistake: PlacedMistake) -> str:
    pattern = find_file(mistake.file)
    for plan in PLANS:
        if plan.file == pattern and plan.parent is None and mistake.place[:1] == (plan.field,):
            return plan.title
    return HEAD_SHEET if mistake.file == HEAD_FILE else mistake.file


def _name_entry(draft: RulesDraft, mistake: PlacedMistake) -> str:
    sheet = _name_sheet(mistake)
    at = mistake.place[1] if len(mistake.place) > 1 else None
    if sheet in (HEAD_SHEET, mistake.file) or not isinstance(at, int):
        return "—"
    names = name_entries(draft, sheet)
    wanted = EntryPlace(sheet, mistake.file, at)
    return next((names.get(id, id) for place, id in list_places(draft.files, sheet) if place == wanted), "—")


def _show_trial_of(context: Context, actor: UserRow, draft: RulesDraft, name: str) -> None:
    """The cases of an indicator, and the changes of it that none of them would notice."""
    key = (context.root, draft.key, name, "desk trial")
    if st.button("试这一条的用例，再逐处改动看用例发现不发现", key=DeskKey.TRY):
        st.session_state[DeskKey.TRIED] = key
    if st.session_state.get(DeskKey.TRIED) != key:
        return
    try:
        tried = find_or_begin(key, lambda: try_indicator(draft, name))
    except Refusal:
        st.error("草稿里还有写法错误，改好以后再试。")
        return
    if tried is None:
        show_wait(key, "正在运行用例、逐处改动规则，算好以后会出现在这里。")
        return
    _show_tried(context, actor, draft, tried)


def _show_tried(context: Context, actor: UserRow, draft: RulesDraft, tried: TriedIndicator) -> None:
    if not tried.cases:
        st.warning("这一条没有用例。请在「用例」里照别的用例加一个：给出几行数据，写明应得几分。")
    elif tried.failures:
        st.error(f"{tried.cases} 个用例，{len(tried.failures)} 个不符：")
        show_table([ShownColumn("用例和不符之处")], [[each] for each in tried.failures])
    if tried.report is None:
        return
    report = tried.report
    st.write(
        f"{tried.cases} 个用例全部相符；把规则逐处改动一步，共 {report.tried} 处，"
        f"{report.tried - len(report.survivors)} 处有用例发现，{len(report.survivors)} 处没有。"
    )
    for number, each in enumerate(report.survivors[:SHOWN]):
        if each.witness is None:
            st.write(say("- {}：没有用例发现，也没有找到能看出差别的数据。", each.text))
            continue
        st.write(say("- {}：没有用例发现。", each.text))
        with st.expander("能发现它的用例"):
            show_table([ShownColumn("用例"), ShownColumn("内容")], [[*row] for row in tell_case(draft, each.witness)])
            if st.button("核对过了，加进草稿", key=f"{DeskKey.CASE}_{number}"):
                keep_draft(context.ledger.engine, actor.id, add_case(draft, each.witness), moment())
                tell("用例已加进草稿。")
                st.rerun()


def _show_submission(context: Context, actor: UserRow, draft: RulesDraft, examined: ExaminedDraft) -> None:
    st.subheader("提交")
    head = draft.files[HEAD_FILE]
    version = st.text_input("新的版本号", value=str(head.get("version", "")), key=DeskKey.VERSION)
    day = st.date_input("从哪一天起施行", value=today(), min_value=today(), key=DeskKey.DAY)
    grounds = st.text_area("为什么改（必填），如会议和文号", key=DeskKey.GROUNDS, height=80)
    if st.button("检查并提交", key=DeskKey.SUBMIT, type="primary", disabled=examined.pack is None):
        if not grounds.strip() or not version.strip() or not isinstance(day, date):
            st.error("请写好版本号、施行日期，并写明为什么改。")
        else:
            files = {**draft.files, HEAD_FILE: {**head, "version": version.strip()}}
            _submit(context, actor, RulesDraft(files, draft.texts, draft.origin), grounds, day)
    with st.expander("放弃这份草稿"):
        sure = st.checkbox("不要了，删去全部改动", key=DeskKey.SURE)
        if st.button("放弃", key=DeskKey.GIVE_UP, disabled=not sure):
            drop_draft(context.ledger.engine, actor.id)
            tell("草稿已经放弃。")
            st.rerun()


def _submit(context: Context, actor: UserRow, draft: RulesDraft, grounds: str, day: date) -> None:
    try:
        with busy("正在检查写法、运行用例…"), draft_folder() as folder:
            write_draft(draft, folder / "pack")
            row = submit_rules(context.ledger, context.workspace, actor.id, folder / "pack", grounds, day, now=moment())
    except Refusal as refusal:
        show_refusal(actor.id, "", b"", refusal)
        return
    drop_draft(context.ledger.engine, actor.id)
    done = RulesRow.read(row)
    tell(f"已提交：规则版本 {done.id}（{done.release} 版），{done.checks}。请另一位督察办负责人批准。")
    st.rerun()
