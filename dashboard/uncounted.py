"""What was confirmed since the newest run: the ranks that it would give, and the button that has it counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl
import streamlit as st

from dashboard.hindrances import score_or_say
from dashboard.keys import Overview
from dashboard.parts import Cell, Column, show_rest, show_table
from dashboard.session import Context, keep_by, now, read_run_manifest, read_run_result
from data.batches import count_batches, reported_inputs
from data.ledger.schema import Record
from indicators.refusal import Refusal
from scoring.preview import Shift, list_shifts, score_now
from scoring.rescoring import may_rescore, rescore
from scoring.scores import Scores, write_marks
from scoring.uncounted import Uncounted, list_uncounted

#: So many units are named, and so many listed openly that would stand elsewhere.
NAMED, SHIFTED = 5, 12


def show_uncounted(context: Context, actor: Record, scores: Scores, cohort: str) -> None:
    """Above the ranking of the newest run; nothing where it is up to date, and for an older run.

    What was confirmed is seen at once in the ranks that it would give; only a new run makes them the ranking.
    """
    run = scores.run
    if run != context.runs[0]:
        return
    manifest = read_run_manifest(context, run)
    key = str(context.workspace.root.resolve()), run, context.head
    found = keep_by((*key, "uncounted"), lambda: list_uncounted(context.workspace, context.ledger, manifest))
    if not found:
        return
    st.warning(describe_uncounted({unit.id: unit.name for unit in context.pack.registry.units}, found))
    # A file may have come in, or the pack been changed, without anything new in the ledger.
    batches = count_batches(context.workspace)
    try:
        now_scored = keep_by(
            (*key, context.pack.sha256, batches, "scored now"), lambda: _score_now(context, run, batches)
        )
    except Refusal as refusal:
        st.error(str(refusal))
        return
    _show_shifts(list_shifts(scores.totals, now_scored, cohort), scores.precision)
    if may_rescore(context.ledger, actor["id"]) and st.button("重新评分", key=Overview.RESCORE):
        _rescore(context, actor, int(manifest["year"]), date.fromisoformat(manifest["as_of"]))


def _score_now(context: Context, run: str, batches: int) -> pl.DataFrame:
    """The totals of all units as the ledger and the ``batches`` stand."""
    manifest, folder = read_run_manifest(context, run), context.workspace.runs_folder / run
    workspace, pack = context.workspace, context.pack
    reported = keep_by(
        (str(workspace.root.resolve()), pack.sha256, batches, "reported"),
        lambda: reported_inputs(workspace, pack),
        "large",
    )
    return score_now(workspace, pack, folder, manifest, read_run_result(context, run), reported).totals


def _show_shifts(shifts: Sequence[Shift], precision: int) -> None:
    if not shifts:
        st.write("按现在的台账试算:这一组的总分、名次和等次都不变。")
        return
    columns = [Column("单位"), Column("现在的名次", "number"), Column("试算名次", "number")]
    columns += [Column("现在的总分", "number"), Column("试算总分", "number"), Column("增减", "number")]
    columns += [Column("现在的等次", "short"), Column("试算等次", "short")]

    def show(part: Sequence[Shift]) -> None:
        rows: list[list[Cell]] = [
            [
                shift.name,
                *("—" if rank is None else str(rank) for rank in shift.rank),
                *(write_marks(total, precision) for total in shift.total),
                "—" if shift.change is None else write_marks(shift.change, precision, signed=True),
                *(grade or "未定" for grade in shift.grade),
            ]
            for shift in part
        ]
        show_table(columns, rows, caption="按现在的台账试算,有变化的单位(还不是评分结果)")

    show_rest(shifts, SHIFTED, show, "个单位")


def describe_uncounted(names: Mapping[str, str], found: Sequence[Uncounted]) -> str:
    """The sentence, with the units named as far as they are few."""
    units = list(dict.fromkeys(each.unit for each in found))
    numbers: dict[str, int] = {}
    for each in found:
        numbers[each.title] = numbers.get(each.title, 0) + each.number
    what = "、".join(f"{title} {number} 条" for title, number in numbers.items())
    who = "、".join(names.get(unit, unit) for unit in units[:NAMED])
    more = f" 等 {len(units)} 个单位" if len(units) > NAMED else ""
    return f"这次评分以后有变动,还没有计入排名:{what}({who}{more})。"


def _rescore(context: Context, actor: Record, year: int, as_of: date) -> None:
    if score_or_say(lambda: rescore(context.ledger, context.workspace, actor["id"], year, as_of, now=now())) is None:
        return
    st.session_state.pop(Overview.RUN, None)
    st.rerun()
