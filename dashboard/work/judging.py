"""The form of a judgement: a level or marks that data cannot tell; and the clause that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import InvalidOperation
from typing import Any

import streamlit as st

from dashboard.pieces.fields import CHOOSE, FieldContext, ask_evidence, moment, name_indicator, name_unit, store_files
from dashboard.pieces.keystrokes import show_saved
from dashboard.pieces.plain import join_words, say
from dashboard.visits.session import Context
from dashboard.visits.work_keys import EntryKey
from dashboard.work.actions import tell
from dashboard.work.drafts import find_prefix
from data.clock import office_time
from data.forms.judgements import find_judged_datasets
from data.ledger.reading import list_visible
from data.ledger.rows import InspectionRow, JudgementRow, UserRow
from data.ledger.transitions import apply_transition
from data.ledger.unsent import Unsent, drop_unsent, keep_unsent, read_unsent
from data.trail.refusals import RefusedAction
from indicators.entries.amounts import plain
from indicators.meaning.judging import Judging, list_judged, turn_marks
from indicators.pack.model import Indicator
from indicators.pack.sources import name_article
from scoring.explain.record import SUPPORTS


def show_clause(indicator: Indicator) -> None:
    """What the document says stands there; what to look at, and what the office chose, at a click."""
    words = [(cite, "、".join(SUPPORTS[each] for each in cite.supports)) for cite in indicator.cites]
    if quoted := [f"{name_article(cite.article)}「{cite.quote}」（{about}）" for cite, about in words if cite.quote]:
        st.caption("\n\n".join(quoted))
    chosen = [say("- 本办选择：{}（{}）", cite.local_choice, about) for cite, about in words if not cite.quote]
    with st.expander("核查清单、材料和本办的选择"):
        lines = [say("- {}", each) for each in indicator.checklist]
        if indicator.evidence:
            lines.append(say("- 要看的材料：{}", "、".join(indicator.evidence)))
        st.markdown(join_words([*lines, *chosen], "\n"))


def find_own(context: Context, actor: UserRow, judging: Judging, year: int) -> JudgementRow | None:
    """What this person judged of it before."""
    rows = list_visible(
        context.ledger, actor.id, JudgementRow, state="given", indicator=judging.indicator.id, year=year
    )
    own = [row for row in rows if row.unit == judging.unit.id and row.inspector == actor.id]
    return own[0] if own else None


def describe_level(judging: Judging, level: str) -> str:
    """What a level gives; where marks are only taken off, how many it takes."""
    worth = judging.levels[level]
    return f"扣 {plain(judging.full - worth)} 分" if judging.deducts else f"{plain(worth)} 分"


def title_marks(judging: Judging) -> str:
    """What is asked for: marks that are given or, where marks are only taken off, those that are lost."""
    if judging.deducts:
        return f"扣多少分，{plain(judging.least)} 到 {plain(judging.most)} 分（扣 1 分就填 1，不扣填 0）"
    return f"评分，{plain(judging.low)} 到 {plain(judging.high)} 分"


_JUDGED = {EntryKey.LEVEL: "level", EntryKey.MARKS: "marks", EntryKey.GROUNDS: "grounds", EntryKey.JUDGE_REASON: ""}


def _restore(desk: FieldContext, place: str, judging: Judging, own: JudgementRow | None) -> Unsent | None:
    """Put into the form what this person has written and not handed in, or else what was judged before."""
    kept = read_unsent(desk.context.ledger.engine, desk.actor.id, place)
    for name, field in _JUDGED.items():
        value = kept.content.get(name) if kept is not None else (own.get(field) if own is not None else None)
        if kept is None and name == EntryKey.MARKS and value is not None:
            value = turn_marks(judging, value)
        if desk.key(name) not in st.session_state and value is not None:
            st.session_state[desk.key(name)] = value
    return kept


def _keep(desk: FieldContext, place: str) -> None:
    """Keep what stands in the form, as it is being written."""
    content = {str(name): st.session_state[desk.key(name)] for name in _JUDGED if desk.key(name) in st.session_state}
    keep_unsent(desk.context.ledger.engine, desk.actor.id, place, content, moment())


def show_judgement(context: Context, actor: UserRow, inspection: InspectionRow, unit: str) -> None:
    """A level or marks for an indicator that data cannot tell, with the reason."""
    pack, year = context.pack, inspection.year
    judged = {
        each.indicator.id: each
        for table in find_judged_datasets(pack, year)
        for each in list_judged(pack, table.id, year)
        if each.unit.id == unit
    }
    if not judged:
        st.info(f"{year} 年没有要评定{name_unit(context, unit)}的指标。")
        return
    done = {key for key, each in judged.items() if find_own(context, actor, each, year)}
    st.caption(f"要评定 {len(judged)} 项，您已评定 {len(done)} 项。")
    id = st.selectbox(
        "指标（可输入字查找）",
        list(judged),
        index=None,
        key=f"{find_prefix()}_{EntryKey.JUDGED_INDICATOR}_{unit}",
        placeholder=CHOOSE,
        format_func=lambda each: ("✓ 已评定 " if each in done else "") + name_indicator(context, each),
    )
    if id is None:
        return
    _show_form(context, actor, inspection, judged[id])


def _show_form(context: Context, actor: UserRow, inspection: InspectionRow, judging: Judging) -> None:
    """One judgement: what it is about, what is entered, and what is stored when it is handed in."""
    id, unit, year = judging.indicator.id, judging.unit.id, inspection.year
    own = find_own(context, actor, judging, year)
    show_clause(judging.indicator)
    row = own or {"unit": unit, "inspection": inspection.id, "indicator": id, "year": year}
    desk = FieldContext(
        context, actor, "judgement", row, f"{find_prefix()}_judge_{unit}_{id}_{own.version if own else 0}"
    )
    place = f"judgement/{inspection.id}/{unit}/{id}/{own.version if own else 0}"
    kept = _restore(desk, place, judging, own)
    keeping: dict[str, Any] = {"on_change": _keep, "args": (desk, place)}
    given = ask_outcome(desk, judging, keeping)
    given["grounds"] = st.text_area("理由（必填）", key=desk.key(EntryKey.GROUNDS), **keeping)
    given["evidence"] = ask_evidence(desk, "证据", "evidence", (own.evidence if own is not None else None) or [])
    reason = st.text_input("为什么改评（必填）", key=desk.key(EntryKey.JUDGE_REASON), **keeping) if own else None
    show_saved(f"已存草稿 {office_time(kept.kept_at):%H:%M:%S}，还没有存为评定，打开本页可以接着写。" if kept else "")
    if st.button("改评" if own else "存为评定", key=EntryKey.JUDGE, type="primary"):
        about = {"inspection": inspection.id, "unit": unit, "indicator": id} if own is None else {}
        _store(desk, place, own, about, given, reason)


def ask_outcome(desk: FieldContext, judging: Judging, keeping: dict[str, Any]) -> dict[str, object]:
    """The level or the marks, as they are stored."""
    if judging.by_level:
        level = st.radio(
            "等级",
            list(judging.levels),
            index=None,
            format_func=lambda each: f"{each}（{describe_level(judging, each)}）",
            horizontal=True,
            key=desk.key(EntryKey.LEVEL),
            **keeping,
        )
        return {"level": level}
    text = st.text_input(title_marks(judging), key=desk.key(EntryKey.MARKS), **keeping)
    return {"marks": turn_marks(judging, text.strip()) or None}


def _store(
    desk: FieldContext,
    place: str,
    own: JudgementRow | None,
    about: Mapping[str, object],
    given: dict[str, object],
    reason: str | None,
) -> None:
    """Judge, or revise ``own``; what was kept while it was written is given up then."""
    context, actor = desk.context, desk.actor
    try:
        entered = {name: value for name, value in store_files(desk, given).items() if value not in (None, "")}
        done = apply_transition(
            context.ledger,
            actor.id,
            "judgement",
            own.id if own else None,
            "revise" if own else "judge",
            {**about, **entered},
            base_version=own.version if own else None,
            reason=reason,
            now=moment(),
        )
    except (RefusedAction, InvalidOperation) as refused:
        st.error(getattr(refused, "sentence", "请填数，如 0.5"))
        return
    drop_unsent(context.ledger.engine, actor.id, place)
    result = JudgementRow.read(done)
    what = f"{name_unit(context, result.unit)} {name_indicator(context, result.indicator)}"
    tell(f"已{'改评' if own else '评定'}：{result.id} {what}。")
    st.rerun()
