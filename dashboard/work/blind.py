"""盲评: a second mark by somebody who has not seen the first; and, for who compares, whether all mark alike."""

from __future__ import annotations

from decimal import InvalidOperation

import streamlit as st

from dashboard.pieces.fields import CHOOSE, FieldContext, ask_evidence, moment, name_indicator, name_unit, store_files
from dashboard.pieces.parts import ShownColumn, show_table
from dashboard.visits.session import Context
from dashboard.visits.work_keys import BlindKey
from dashboard.work.actions import tell
from dashboard.work.judging import ask_outcome, show_clause
from data.ledger.reading import list_blind
from data.ledger.rights.sight import compares_marks
from data.ledger.rows import UserRow
from data.ledger.second_marks import Blind
from data.ledger.transitions import apply_transition
from data.trail.refusals import RefusedAction
from indicators.meaning.judging import find_judging
from scoring.office.consistency import Consistency, compare_judges, describe_agreement, describe_leaning


def show_blind(context: Context, actor: UserRow) -> None:
    """The form of a second mark for whom something waits; nothing for others."""
    if "inspector" not in actor.roles:
        return
    waiting = list_blind(context.ledger, actor.id)
    with st.expander(f"盲评：有 {len(waiting)} 项等没有参加督察的人再评一次"):
        st.caption("抽中的项由别的督察员不看原来的评定再评一次，只用来看各组评得是否一致，不影响任何得分。")
        chosen = st.selectbox(
            "评哪一项",
            waiting,
            index=None,
            placeholder=CHOOSE,
            key=BlindKey.THING,
            format_func=lambda each: f"{name_unit(context, each.unit)} {name_indicator(context, each.indicator)}",
        )
        if chosen is not None:
            _show_form(context, actor, chosen)


def _show_form(context: Context, actor: UserRow, thing: Blind) -> None:
    judging = find_judging(context.pack, thing.unit, thing.indicator)
    if judging is None:
        st.info("现在的指标包里，这一项不由督察员评定。")
        return
    show_clause(judging.indicator)
    about: dict[str, object] = {"inspection": thing.inspection, "unit": thing.unit, "indicator": thing.indicator}
    desk = FieldContext(context, actor, "judgement", about, f"blind_{thing.inspection}_{thing.unit}_{thing.indicator}")
    given = ask_outcome(desk, judging, {})
    given["grounds"] = st.text_area("理由（必填）", key=desk.key("grounds"))
    given["evidence"] = ask_evidence(desk, "证据", "evidence", [])
    if not st.button("存为盲评", key=BlindKey.STORE, type="primary"):
        return
    try:
        entered = {name: value for name, value in store_files(desk, given).items() if value not in (None, "", [])}
        apply_transition(context.ledger, actor.id, "judgement", None, "judge_again", {**about, **entered}, now=moment())
    except (RefusedAction, InvalidOperation) as refused:
        st.error(getattr(refused, "sentence", "请填数，如 0.5"))
        return
    tell("已盲评，不影响得分。")
    st.rerun()


def show_consistency(context: Context, actor: UserRow, years: list[int]) -> None:
    """Who marks severely, how well marks agree, and what should be looked at together; nothing for who may not."""
    if not (compares_marks(actor) and years):
        return
    st.subheader("评定是否一致")
    year = st.selectbox("年度", years, key=BlindKey.YEAR)
    found = compare_judges(context.ledger, actor.id, int(year))
    st.write(describe_agreement(found))
    if found.waiting:
        st.caption(f"抽中盲评、还没有盲评的有 {len(found.waiting)} 项。")
    for title, severities in (("督察组", found.teams), ("督察员", found.people)):
        rows = [[each.team, str(each.things), describe_leaning(each)] for each in severities]
        if rows:
            show_table([ShownColumn(title), ShownColumn("评过两次的"), ShownColumn("偏严偏宽")], rows, caption=title)
    _show_outliers(context, found)


def _show_outliers(context: Context, found: Consistency) -> None:
    if not found.outliers:
        return
    rows = [
        [
            name_unit(context, twice.first.unit),
            name_indicator(context, twice.first.indicator),
            f"{twice.pair.first_team} {twice.pair.first:.0%}",
            f"{twice.pair.second_team} {twice.pair.second:.0%}",
        ]
        for twice in found.outliers
    ]
    columns = [ShownColumn(title) for title in ("单位", "指标", "先评", "再评")]
    show_table(columns, rows, caption="差得多、请一起复议的项（占可给分的多少）")
