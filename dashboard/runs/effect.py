"""What a finding would do to the unit's total and rank, said before it is handed in and before it is confirmed."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from typing import Any

import polars as pl
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.pieces.waiting import show_wait
from dashboard.runs.newer import find_since, read_reported
from dashboard.visits.admission import ADMISSION, HEAVY
from dashboard.visits.session import (
    Context,
    list_visible_units,
    read_run_folder,
    read_run_manifest,
    read_run_result,
    sign_pack,
)
from dashboard.visits.shelf import Key, find_or_begin, keep_by
from data.ledger.rows import FindingRow, UserRow
from data.ledger.snapshot import snapshot_ledger
from indicators.entries.refusal import Refusal
from indicators.meaning.uses import moves_marks
from scoring.results.differences import compare_totals
from scoring.trials.firmness.study import MANY
from scoring.trials.preview import describe_shift, score_now
from scoring.wording.reasons import describe_outcome

#: What a run looks at in a finding; whatever else is typed changes no mark.
_LOOKED_AT = ("unit", "year", "indicator", "kind", "severity", "proposed_marks", "method", "place", "seen_on")
#: All totals, or with a supposed finding its unit's, and the outcome of that finding's item in each of its cohorts.
_Scored = tuple[pl.DataFrame, tuple[tuple[str, str], ...]]
WAITING = "正在试算认定以后总分和名次会怎样，单位多的要十几秒。算好以后会出现在这里；可以先做别的。"


def show_effect(context: Context, actor: UserRow, finding: FindingRow) -> None:
    """The unit's total and rank by the newest run of the year, without the finding and with it.

    Of more than MANY units that is tried out beside the page, which says so meanwhile.
    """
    run = next((name for name in context.runs if name.startswith(f"{finding.year}-")), None)
    visible = list_visible_units(actor)
    if run is None or not _is_told(context, finding) or (visible is not None and finding.unit not in visible):
        return
    line = context.root, str(finding.id), "effects"
    try:
        if len(context.pack.registry.units) > MANY:
            key = *_key_trial(context, run, finding), "sentences"
            said = find_or_begin(key, lambda: _describe_beside(context, run, finding), line, "small")
        else:
            said = _describe(context, run, finding)
    except Refusal as refusal:
        st.caption(f"影响还算不出来：{refusal}")
        return
    if said is None:
        show_wait(line, WAITING)
    for sentence in said or ():
        st.info(sentence)


def _describe_beside(context: Context, run: str, finding: FindingRow) -> tuple[str, ...]:
    # One after the other, however many people are at findings: pages are made meanwhile.
    with HEAVY.turn(lambda: None):
        return _describe(context, run, finding)


def _describe(context: Context, run: str, finding: FindingRow) -> tuple[str, ...]:
    """A sentence for each cohort of the unit. Raises what scoring raises."""
    # Where nothing is newer than the run, it is what stands now: of thousands of units to score takes seconds.
    newer = bool(find_since(context, run).newer)
    before = _score(context, run, ())[0] if newer else read_run_result(context, run).totals
    after, outcomes = _score(context, run, (finding,))
    precision, as_of = context.pack.head.precision, date.fromisoformat(read_run_manifest(context, run)["as_of"])
    own = (frame.filter(pl.col("unit") == finding.unit) for frame in (before, after))
    units = {unit.cohort: unit for unit in compare_totals(*own)}
    said = []
    for cohort, outcome in outcomes:
        shift = describe_shift(units[cohort], precision)
        # What has no marks yet hides what the finding costs: that is no "unchanged".
        hidden = (
            "" if outcome == "scored" else f"；这一项现在是「{describe_outcome(outcome)}」，要等有了得分才看得出扣多少"
        )
        said.append(f"认定以后：{shift}{hidden}（截至 {as_of} 试算）。")
    return tuple(said)


def may_move_marks(context: Context, indicator: str) -> bool:
    """Whether a finding about this indicator can change any mark."""
    return keep_by((context.pack.sha256, indicator, "moves marks"), lambda: moves_marks(context.pack, indicator))


def _is_told(context: Context, finding: FindingRow) -> bool:
    """Whether what its indicator reads of a finding is filled in."""
    name = finding.indicator
    if name is None or finding.unit is None or not finding.seen_on or not may_move_marks(context, name):
        return False
    read = [rows for part in context.pack.indicator(name).parts for rows in part.list_rows() if rows.of_indicator]
    wanted = {column for rows in read if rows.states for column in rows.list_needed()}
    return all(finding.get(column) for column in wanted)


def _sign_ledger(context: Context) -> tuple[int, ...]:
    """What the ledger counts for marks, told apart: most of what is written there changes nothing of it."""
    frames = snapshot_ledger(context.ledger.engine, context.pack)
    return tuple(hash(str(frame.table.to_pydict())) for frame in frames)


def _key_trial(context: Context, run: str, *supposed: FindingRow) -> Key:
    """All that a trial depends on: the run, what is reported, what of the ledger counts, and what is supposed."""
    signed = sign_pack(context.pack)
    counted = keep_by((*context.key_ledger(), *signed, "counted"), lambda: _sign_ledger(context))
    told = tuple(tuple(str(row.get(name)) for name in _LOOKED_AT) for row in supposed)
    return (context.root, run, *signed, context.batches, counted, told)


def _score(context: Context, run: str, supposed: tuple[FindingRow, ...]) -> _Scored:
    """As the ledger and what was reported stand, with a finding or none supposed; kept until something changes."""
    workspace, pack = context.workspace, context.pack
    reported = read_reported(context)
    on_page = get_script_run_ctx(suppress_warning=True) is not None

    def make() -> Any:
        folder, result = read_run_folder(context, run), read_run_result(context, run)
        # As long as the engine is at it this page lets others go on.
        with st.spinner("正在试算…") if on_page else nullcontext(), ADMISSION.aside():
            now = score_now(workspace, pack, folder, result, reported, supposed)
        about = [(pl.col("unit") == row.unit) & (pl.col("indicator") == row.indicator) for row in supposed]
        own = now.items.filter(pl.any_horizontal(*about, pl.lit(False)))
        # Of a state that is supposed nobody asks about anybody else.
        units = [row.unit for row in supposed]
        totals = now.totals.filter(pl.col("unit").is_in(units)) if supposed else now.totals
        return totals, tuple(own.select("cohort", "outcome").iter_rows())

    found: _Scored = keep_by((*_key_trial(context, run, *supposed), "effect"), make)
    return found
