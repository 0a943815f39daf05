"""To hand in a version of the rules: the workbook of those in force to take along, and the changed one to send in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import streamlit as st

from dashboard.pieces.fields import moment
from dashboard.pieces.parts import ShownColumn, offer_file, show_table
from dashboard.visits.admission import busy
from dashboard.visits.session import Context, today
from dashboard.visits.shelf import keep_by
from dashboard.visits.work_keys import RulesKey
from dashboard.work.actions import tell
from dashboard.work.checked import CHECKS
from data.files.mistakes import FileRefused
from data.ledger.ledger import Ledger
from data.ledger.possible import list_possible, refuse_new
from data.ledger.rows import LedgerRow, RulesRow, UserRow
from data.store.drafts import draft_folder
from indicators.entries.refusal import Refusal
from scoring.office.books_apart import read_book_apart
from scoring.office.rule_versions import CasesFailed, list_rules, submit_rules
from scoring.office.rulebooks import RulebookRefused

SHOWN = 50


def show_handing_in(context: Context, actor: UserRow) -> None:
    """The workbook of the rules in force, and for whom has the right a form to hand in a changed one."""
    if context.pack.layers:
        below = context.pack.layers[-2]
        st.caption(
            f"本指标包叠在上级的《{below.title}》上面，不能转成工作簿；新版请改好文件夹，用 ducha pack submit 提交。"
        )
        return
    offer_file(f"下载现在施行的 {context.pack.head.version} 版（Excel 工作簿），在里面改", "rules", context.pack.sha256)
    person = actor.id
    if refused := refuse_new(context.ledger, person, "rules", "submit", {}, moment()):
        st.caption(f"{refused}，由另一位督察办负责人批准。")
        return
    with st.expander("提交新版规则"):
        st.caption(
            "工作簿里改好规则，换一个版本号，再传上来。写法有一处错、有一个用例算出来不符，就不收，并说明错在哪一格；"
            "收下以后由另一位督察办负责人批准，从施行日期起按它评分，以前的结果不变。"
        )
        turn = int(st.session_state.get(RulesKey.ROUND, 0))
        file = st.file_uploader("改好的工作簿（xlsx）", type=["xlsx"], key=f"{RulesKey.FILE}_{turn}")
        day = st.date_input("从哪一天起施行", value=today(), min_value=today(), key=f"{RulesKey.DAY}_{turn}")
        grounds = st.text_area("为什么改（必填），如会议和文号", key=f"{RulesKey.GROUNDS}_{turn}", height=80)
        if not st.button("检查并提交", key=RulesKey.SUBMIT, type="primary"):
            return
        if file is None or not grounds.strip() or not isinstance(day, date):
            st.error("请选好工作簿和施行日期，并写明为什么改。")
            return
        row = _submit(context, person, Path(file.name.replace("\\", "/")).name, file.getvalue(), grounds, day)
    if row is not None:
        st.session_state[RulesKey.ROUND] = turn + 1
        done = RulesRow.read(row)
        tell(f"已提交：规则版本 {done.id}（{done.release} 版），{done.checks}。请另一位督察办负责人批准。")
        st.rerun()


def show_waiting(context: Context, actor: UserRow) -> None:
    """On the first page: which versions wait for this person's approval."""
    person = actor.id
    waiting = keep_by((*context.key_ledger(), person, "rules waiting"), lambda: _list_waiting(context.ledger, person))
    if waiting:
        st.info(f"规则版本 {'、'.join(waiting)}等您批准或退回，请打开「指标编制」。")


def _list_waiting(ledger: Ledger, person: str) -> list[str]:
    found = []
    for each in list_rules(ledger, person, today()):
        if each.version.state == "submitted":
            possible = list_possible(ledger, person, "rules", each.version.id, moment())
            if any(step.action == "approve" and step.blocked is None for step in possible):
                found.append(f"{each.version.id}（{each.version.release} 版）")
    return found


def _submit(context: Context, person: str, name: str, content: bytes, grounds: str, day: date) -> LedgerRow | None:
    """The row of what was taken; None where it was refused, and the page says why."""
    try:
        with busy("正在检查写法、运行用例…"), draft_folder() as folder:
            place = folder / name
            place.write_bytes(content)
            read_book_apart(place, folder / "pack")
            return submit_rules(context.ledger, context.workspace, person, folder / "pack", grounds, day, now=moment())
    except Refusal as refusal:
        show_refusal(person, name, content, refusal)
    return None


def show_refusal(person: str, name: str, content: bytes, refusal: Refusal) -> None:
    """Why rules were not taken: every mistake with its cell, every case that does not hold."""
    if isinstance(refusal, RulebookRefused):
        refused = refusal
        st.error(f"没有收：工作簿里有 {len(refused.mistakes)} 处错误。请照下表改正后重新上传。")
        rows = [[each.sheet or "", each.cell or "（整张表）", each.text] for each in refused.mistakes]
        _show_some(("工作表", "单元格", "怎么改"), rows)
        held = CHECKS.keep(person, FileRefused(refused.mistakes), {name: content})
        if held.files:
            offer_file(f"下载带批注的「{name}」，在原处改正", "check", held.key, "0")
    elif isinstance(refusal, CasesFailed):
        failed = refusal.failures
        st.error(f"没有收：有 {len(failed)} 处与规则自己的用例不符。请改规则，或者改「用例」表里写的结果。")
        _show_some(("用例和不符之处",), [[each] for each in failed])
    else:
        st.error(str(refusal))


def _show_some(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    show_table([ShownColumn(title) for title in titles], rows[:SHOWN])
    if len(rows) > SHOWN:
        st.caption(f"另有 {len(rows) - SHOWN} 处没有列出，先改上面的。")
