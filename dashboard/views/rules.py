"""指标编制: which rules are in force, which are handed in, what they change and for whom; approved here too."""

from __future__ import annotations

import streamlit as st

from dashboard.pieces.parts import Cell, ShownColumn, keep_line, keep_parts, show_table
from dashboard.rulebook.handing_in import show_handing_in
from dashboard.rulebook.rule_workshop import show_workshop
from dashboard.rulebook.rules_compared import read_rules, show_change, show_trial
from dashboard.rulebook.rules_shown import show_rules
from dashboard.runs.choices import choose
from dashboard.visits.session import current_visit, read_people, today
from dashboard.visits.work_keys import RulesKey
from dashboard.work.actions import show_actions, show_told, stop_others
from dashboard.work.objects import show_history, show_object
from data.clock import office_time
from data.runs.force import find_taken
from data.store.database import reading
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from scoring.office.rule_versions import ListedRules, list_rules

MODES = {"see": "看规则：施行的、提交的、批准", "write": "写规则：从文件起草，逐条改，试算，提交"}

context, actor = current_visit()
stop_others(actor, "rules.py")
names = read_people(context)


def show_current() -> None:
    """The rules in force: who brought them, when and why."""
    pack = context.pack
    st.subheader(f"现在施行的规则：{pack.head.version} 版")
    with reading(context.ledger.engine) as connection:
        taken = find_taken(connection, pack)
    years = pack.head.years
    rows = [
        ["名称", pack.head.title],
        ["适用年度", f"{years.first or '…'}–{years.last or '…'}"],
        ["指标", f"{len(pack.indicators)} 项"],
    ]
    if taken is not None:
        who = name_person(taken.actor)
        rows.append(["怎么来的", f"{office_time(taken.at):%Y-%m-%d %H:%M}，{who}：{taken.reason}"])
    rows.append(["校验码", pack.sha256[:16]])
    show_table([ShownColumn("项目"), ShownColumn("内容")], rows)


def name_person(id: str | None) -> str:
    """What an account is called."""
    return names.get(id or "", id or "")


def show_versions(versions: list[ListedRules]) -> None:
    """All that was handed in, the newest first."""
    titles = ("编号", "版本", "现在", "施行日期", "谁提交", "谁批准", "为什么改")
    rows: list[list[Cell]] = []
    for each in versions:
        known = each.version
        handed = keep_parts(f"{name_person(known.created_by)} ", f"{office_time(known.created_at):%Y-%m-%d}")
        approved = keep_parts(f"{name_person(known.approved_by)} ", known.approved_on or "—")
        standing = f"{each.standing}：{each.told}" if each.told else each.standing
        line = (known.release, standing, keep_line(known.in_force_from), handed, approved, known.grounds)
        rows.append([keep_line(known.id), *line])
    show_table([ShownColumn(title) for title in titles], rows)


def show_version(listed: ListedRules) -> Pack:
    """One of them: how its checks came out, what it changes, for whom, and what can be done with it; its rules."""
    row = listed.version
    show_object(context, actor, "rules", row)
    try:
        pack = read_rules(context, row)
    except Refusal as refusal:
        st.error(str(refusal))
        return context.pack
    if pack.sha256 == context.pack.sha256:
        st.caption("这一版就是现在施行的规则。")
    else:
        show_change(context, pack)
        show_trial(context, actor, pack)
    st.subheader("办理")
    if row.state == "submitted":
        st.caption(f"批准以后，从 {max(row.day, today())} 起评分、填报都按这一版；以前的结果不变。")
    show_actions(context, actor, "rules", row)
    show_history(context, actor, "rules", row.id)
    return pack


st.title("指标编制")
show_told()
if choose("做什么", list(MODES), RulesKey.MODE, "do", lambda each: MODES[each]) == "write":
    show_workshop(context, actor)
    st.stop()
show_current()
st.subheader("提交过的版本")
versions = list_rules(context.ledger, actor.id, today())
if versions:
    show_versions(versions)
else:
    st.info("还没有人提交过新版规则。")
show_handing_in(context, actor)
chosen = context.pack
if versions:
    found = {each.version.id: each for each in versions}
    id = st.selectbox(
        "打开",
        list(found),
        key=RulesKey.CHOSEN,
        format_func=lambda each: f"{each}（{found[each].version.release} 版，{found[each].standing}）",
    )
    chosen = show_version(found[id])
show_rules(context, chosen)
