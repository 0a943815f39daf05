"""A version of the rules beside the one in force: sentence by sentence, and who gains and who loses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

import streamlit as st

from dashboard.pieces.parts import Cell, Markup, ShownColumn, keep_wide, name_items, show_rest, show_table
from dashboard.pieces.plain import say
from dashboard.pieces.waiting import show_wait
from dashboard.visits.session import Context, list_visible_units, read_run_manifest
from dashboard.visits.shelf import find_or_begin, keep_by
from dashboard.visits.work_keys import RulesKey
from data.calendar.office_years import reckon_by_office
from data.ledger.rows import RulesRow, UserRow
from data.runs.folder import read_moment
from data.runs.force import find_submitted
from indicators.entries.nearest import compare_pieces
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.documents.changed_rules_paper import describe_change, tell_sides
from scoring.results.differences import UnitDifference
from scoring.trials.changed_pack import CohortShift, RuleChange, compare_packs, try_packs
from scoring.trials.grade_shifts import TITLES, write_grade_shift

FEW = 10
_PIECES = re.compile(r"[0-9]+(?:[.][0-9]+)?%?|[^0-9]")


def read_rules(context: Context, version: RulesRow) -> Pack:
    """The pack that was handed in, checked by its hash. Raises RulesLost."""
    place = find_submitted(context.workspace, version.id, version.release, version.sha256)
    pack = keep_by((context.root, version.sha256, "rules"), lambda: load_pack(place), "large")
    return reckon_by_office(pack, context.ledger.engine)


def show_change(context: Context, pack: Pack) -> None:
    """What reads otherwise than in the rules in force."""
    change = keep_by(
        (context.root, context.pack.sha256, pack.sha256, "change"), lambda: compare_packs(context.pack, pack)
    )
    st.subheader(f"与现在施行的 {context.pack.head.version} 版相比")
    st.write(describe_change(change, ()))
    if change.values:
        show_rest(change.values, FEW, _show_values, "处对全部单位的改动")
    moving = [rule for rule in change.rules if rule.moves]
    if moving:
        show_rest(moving, FEW, _show_rules, "项规则")
    if worded := [rule for rule in change.rules if not rule.moves]:
        rows = [[f"{rule.name}（{rule.indicator}）", "、".join(rule.words)] for rule in worded]
        show_table([ShownColumn("指标"), ShownColumn("改了的文字")], rows, caption="只改文字，不影响得分")


def _show_values(values: Sequence[str]) -> None:
    show_table([ShownColumn("对全部单位")], [[value] for value in values])


def _show_rules(rules: Sequence[RuleChange]) -> None:
    rows: list[list[Cell]] = []
    for rule in rules:
        before, after = map("\n".join, tell_sides(rule))
        rows.append([keep_wide(f"{rule.name}（{rule.indicator}）"), *mark_changes(before, after)])
    show_table([ShownColumn("指标"), ShownColumn("原来"), ShownColumn("改为")], rows, caption="影响得分的改动")


def mark_changes(before: str, after: str) -> tuple[Markup, Markup]:
    """Both texts with what only one of them has set apart: a number is one piece, so that 90 and 50 are told whole."""
    one, other = (_PIECES.findall(text) for text in (before, after))
    sides: tuple[list[str], list[str]] = ([], [])
    for same, *pieces in compare_pieces(one, other):
        for side, own in zip(sides, pieces, strict=True):
            text = escape("".join(own)).replace("\n", "<br>")
            side.append(text if same or not text else f"<mark>{text}</mark>")
    return Markup("".join(sides[0])), Markup("".join(sides[1]))


def show_trial(context: Context, actor: UserRow, pack: Pack) -> None:
    """Both versions over what the workspace holds now, for the year and day of the newest run; nothing is stored."""
    if list_visible_units(actor) is not None:
        return
    st.subheader("用现在的数据试算：谁得谁失")
    if not context.runs:
        st.caption("还没有评过分，没有可以试算的年度。")
        return
    manifest = read_run_manifest(context, context.runs[0])
    year, as_of = read_moment(manifest)
    words = f"{year} 年度，截至 {as_of}"
    if st.button(f"试算（{words}）", key=RulesKey.TRY):
        st.session_state[RulesKey.TRIED] = pack.sha256
    if st.session_state.get(RulesKey.TRIED) != pack.sha256:
        st.caption("新旧两份规则都按现在的数据和认定算一遍，不保存，不改变任何结果。")
        return
    # The calendar is part of what is tried; it is another one only with another head of the trail.
    key = (context.root, context.pack.sha256, pack.sha256, year, as_of, context.head, context.batches, "trial")
    try:
        shifts = find_or_begin(key, lambda: try_packs(context.workspace, context.pack, pack, year, as_of))
    except Refusal as refusal:
        st.error(f"没有算出来：{refusal}")
        return
    if shifts is None:
        show_wait(key, f"正在用 {words} 的数据试算新旧两份规则，算好以后会出现在这里。")
        return
    for shift in shifts:
        _show_cohort(shift, pack)


def _show_cohort(shift: CohortShift, pack: Pack) -> None:
    moved = sorted((unit for unit in shift.units if unit.moved), key=lambda unit: -abs(unit.marks or 0))
    st.markdown(say("**{}**", shift.title))
    if not moved:
        st.write(f"{len(shift.units)} 个单位的总分、名次和等次都不变。")
        return
    st.write(
        f"{len(shift.units)} 个单位中，{shift.gaining} 个总分上升，{shift.losing} 个下降，"
        f"{shift.moving} 个名次或等次变动。"
    )

    def show_units(units: Sequence[UnitDifference]) -> None:
        rows = [[*shift.write_unit(unit)] for unit in units]
        numbers = [ShownColumn(title, "number") for title in ("原总分", "新总分", "变动")]
        show_table([ShownColumn("单位"), *numbers, ShownColumn("名次"), ShownColumn("等次")], rows)

    show_rest(moved, FEW, show_units, "个单位")
    if shift.grades:
        columns = [ShownColumn(title, "number" if title in TITLES[1:3] else "text") for title in TITLES]
        show_table(columns, [write_grade_shift(grade) for grade in shift.grades], caption="逐个等次")
    if shift.items:
        titles = name_items((each.id, each.name) for each in pack.indicators)
        rows = [
            [item.unit_name, titles.get(item.indicator, item.indicator), *shift.write_item(item)]
            for item in shift.items
        ]
        with st.expander(f"{shift.title}：得分不同的项（{len(rows)}）"):
            columns = [ShownColumn("单位"), ShownColumn("指标"), ShownColumn("原得分"), ShownColumn("新得分")]
            show_table(columns, rows)
