"""What is newer than a ranking: everything that a new run would see, its ranks, and the button that has it counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
import streamlit as st

from dashboard.pieces.parts import Cell, ShownColumn, show_rest, show_table
from dashboard.pieces.scoring_refusals import score_or_say
from dashboard.visits.keys import Overview
from dashboard.visits.session import (
    Context,
    list_visible_units,
    now,
    read_run_folder,
    read_run_manifest,
    read_run_result,
    sign_pack,
)
from dashboard.visits.shelf import keep_by
from data.batches.records import Inputs, reported_inputs
from data.ledger.rows import UserRow
from data.runs.folder import read_moment
from indicators.entries.refusal import Refusal
from scoring.results.differences import NOWHERE, UnitDifference, compare_totals
from scoring.results.scores import Scores, write_marks
from scoring.runs.newer import Since, describe_newer, describe_other_days, look_since
from scoring.runs.rescoring import may_rescore, rescore
from scoring.runs.store import read_run
from scoring.runs.versions import Twin, find_twins
from scoring.trials.preview import InputsMoved, score_now

#: So many units are listed openly that would stand elsewhere.
SHIFTED = 12


def show_newer(context: Context, actor: UserRow, run: str) -> bool:
    """On every page with a ranking: everything that is newer than it. Returns whether anything is.

    Who may not see all units reads what kind of thing it is, and of nobody.
    """
    newer = find_since(context, run).newer
    if newer:
        st.warning(describe_newer(newer, in_full=list_visible_units(actor) is None))
    if others := describe_other_days(context.runs[::-1], run):
        st.caption(others)
    for twin in _find_twins(context, run):
        _show_twin(twin.of_units(list_visible_units(actor)))
    return bool(newer)


def _find_twins(context: Context, run: str) -> list[Twin]:
    """Runs of the same inputs by other versions of the program; looked for again once a run was stored."""
    key = context.root, run, tuple(context.runs), "twins"
    return keep_by(key, lambda: find_twins(context.workspace, read_run(context.workspace, run)))


def _show_twin(twin: Twin) -> None:
    """That there is another run of the same inputs and, in a table, what it gives otherwise."""
    st.info(twin.sentence)
    if not twin.differing:
        return
    columns = [ShownColumn("单位"), ShownColumn("项目"), ShownColumn("那次"), ShownColumn("这次")]
    rows: list[list[Cell]] = [[each.unit_name, each.title, each.there, each.here] for each in twin.differing]
    with st.expander("两个结果版本的不同之处"):
        show_table(columns, rows, caption=f"那次：{twin.run}")


def find_since(context: Context, run: str) -> Since:
    """What a run made now would see and this one did not; looked for again once anything was written."""
    # A file may have come in, or the pack been changed, without anything new in the ledger.
    key = context.root, run, context.head, *sign_pack(context.pack), context.batches, "newer"

    def look() -> Since:
        manifest = read_run_manifest(context, run)
        return look_since(context.workspace, context.ledger, manifest, read_reported(context))

    return keep_by(key, look)


def show_trial(context: Context, actor: UserRow, scores: Scores, cohort: str) -> None:
    """Below what is newer than the newest run: the ranks that a new one would give, and the button for it.

    Only a new run makes them the ranking.
    """
    run = scores.run
    if run != context.runs[0]:
        return
    manifest = read_run_manifest(context, run)
    # By what the run would be: most of what is written, a draft that is edited say, changes nothing that counts.
    now_run = find_since(context, run).run
    key = context.root, run, now_run, "scored now"
    try:
        now_scored = keep_by(key, lambda: _score_now(context, run, now_run))
    except InputsMoved:
        st.rerun()
    except Refusal as error:
        st.error(str(error))
        return
    own = (frame.filter(pl.col("cohort") == cohort) for frame in (scores.totals, now_scored))
    _show_shifts([unit for unit in compare_totals(*own) if unit.moved], scores.precision)
    if may_rescore(context.ledger, actor.id) and st.button("重新评分", key=Overview.RESCORE):
        _rescore(context, actor, *read_moment(manifest))


def _score_now(context: Context, run: str, now_run: str) -> pl.DataFrame:
    """The totals of all units in a run of now, which would have the id ``now_run``."""
    workspace, pack = context.workspace, context.pack
    reported = read_reported(context)
    folder, result = read_run_folder(context, run), read_run_result(context, run)
    totals = score_now(workspace, pack, folder, result, reported, expected=now_run).totals
    names = {unit.id: unit.name for unit in pack.registry.units}
    return totals.with_columns(unit_name=pl.col("unit").replace(names))


def read_reported(context: Context) -> Inputs:
    """What is current of the files that were taken in, as it stood at the beginning of the visit."""
    workspace, pack = context.workspace, context.pack
    key = context.root, pack.sha256, context.batches, "reported"
    return keep_by(key, lambda: reported_inputs(workspace, pack), "large")


def _show_shifts(shifts: Sequence[UnitDifference], precision: int) -> None:
    if not shifts:
        st.write("按现在的台账试算：这一组的总分、名次和等次都不变。")
        return
    columns = [ShownColumn("单位"), ShownColumn("现在的名次", "number"), ShownColumn("试算名次", "number")]
    columns += [ShownColumn("现在的总分", "number"), ShownColumn("试算总分", "number"), ShownColumn("增减", "number")]
    columns += [ShownColumn("现在的等次", "short"), ShownColumn("试算等次", "short")]

    def show(part: Sequence[UnitDifference]) -> None:
        rows: list[list[Cell]] = []
        for shift in part:
            sides = shift.before or NOWHERE, shift.after or NOWHERE
            rows.append(
                [
                    shift.name,
                    *("—" if side.rank is None else str(side.rank) for side in sides),
                    *(write_marks(side.total, precision) for side in sides),
                    write_marks(shift.marks, precision, signed=True),
                    *(side.grade or "未定" for side in sides),
                ]
            )
        show_table(columns, rows, caption="按现在的台账试算，有变化的单位（还不是评分结果）")

    show_rest(shifts, SHIFTED, show, "个单位")


def _rescore(context: Context, actor: UserRow, year: int, as_of: date) -> None:
    if score_or_say(lambda: rescore(context.ledger, context.workspace, actor.id, year, as_of, now=now())) is None:
        return
    st.session_state.pop(Overview.RUN, None)
    st.rerun()
