"""What 县区对比 reads of a run, for pages and for what is read ahead of them; for those who may see all units."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.pieces.parts import name_items
from dashboard.runs.changed_rules import find_changed_rules
from dashboard.visits.session import Context, compare_run_values, read_cohort_scores
from dashboard.visits.shelf import keep_by
from indicators.pack.model import Pack
from scoring.results.comparison import Gap, Matrix, PeerResult, compare_indicator, compare_sections, list_gaps
from scoring.results.reckoning import Marks
from scoring.results.scores import Scores, write_marks
from scoring.results.years import Course, list_years

#: So many units stand side by side before anybody chooses.
SIDE_BY_SIDE = 2


def read_matrix(context: Context, pack: Pack, scores: Scores) -> Matrix:
    """The shares of all sections, for each unit of the cohort."""
    key = *context.key_run(scores.run), scores.cohort, "matrix"
    return keep_by(key, lambda: compare_sections(pack, scores))


def name_indicators(context: Context, scores: Scores) -> dict[str, str]:
    """The titles of the cohort's indicators by their ids, in their order."""
    key = *context.key_run(scores.run), scores.cohort, "titles"
    columns = ("indicator", "indicator_name")
    return keep_by(key, lambda: name_items(scores.items.select(columns).unique(maintain_order=True).iter_rows()))


def read_gaps(context: Context, scores: Scores, units: Sequence[str]) -> list[Gap]:
    """Where a few units differ, the widest gap first."""
    key = *context.key_run(scores.run), scores.cohort, tuple(units), "gaps"
    return keep_by(key, lambda: list_gaps(scores, units))


def read_peers(context: Context, scores: Scores, indicator: str) -> list[PeerResult]:
    """What all units of the cohort have in one indicator."""
    key = *context.key_run(scores.run), scores.cohort, indicator, "peers"
    return keep_by(key, lambda: compare_indicator(scores, indicator))


def find_years(context: Context, run: str) -> dict[str, str]:
    """The run of each year, oldest first: the newest of it, and of its own year this one."""
    newest = {run.split("-")[0]: run}
    for name in context.runs:
        newest.setdefault(name.split("-")[0], name)
    return dict(sorted(newest.items()))


def read_years(context: Context, years: dict[str, str], cohort: str) -> list[Course]:
    """Total and rank of the cohort's units in several years, whose runs are given."""
    found = [read_cohort_scores(context, run, cohort) for run in years.values()]
    return keep_by((context.root, *years.values(), cohort, "years"), lambda: list_years(found))


def read_comparison(context: Context, pack: Pack, scores: Scores) -> None:
    """Everything that the page shows of a cohort before anything is chosen."""
    if not len(scores.totals):
        return
    matrix, titles = read_matrix(context, pack, scores), name_indicators(context, scores)
    read_gaps(context, scores, [unit for unit, _ in matrix.units[:SIDE_BY_SIDE]])
    for indicator in [*titles][:1]:
        read_peers(context, scores, indicator)
        compare_run_values(context, pack, scores, scores.cohort, indicator)
    years = find_years(context, scores.run)
    if len(years) > 1:
        read_years(context, years, scores.cohort)
        earlier, last = [*years.values()][-2:]
        find_changed_rules(context, last, earlier)


def write_extra(made: int, counted: Marks, precision: int) -> str:
    """+5.00, or +5.00（计 +3.00）where the section's cap cuts it."""
    if not made:
        return ""
    text = write_marks(made, precision, signed=True)
    return text if counted == made else f"{text}（计 {write_marks(int(counted), precision, signed=True)}）"
