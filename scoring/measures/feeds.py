"""Rows to cite for the tallies of several kinds of measure: the engine's own conditions, and the columns to show."""

from __future__ import annotations

from indicators.entries.tables import Dataset
from indicators.measures.ratio import Ratio
from indicators.measures.rows import Tally, Where, list_asked
from indicators.pack.model import Pack
from scoring.base.cells import Wanted
from scoring.base.remarks import IN_BOTH
from scoring.base.sql import join_and, quote_name, quote_text, write_where
from scoring.measures.raw import write_period


def name_row(dataset: Dataset) -> tuple[str, ...]:
    """The columns by which a person recognises a row: its key without the unit and the year."""
    known = (dataset.unit, dataset.period.year)
    names = tuple(name for name in dataset.key if name not in known)
    return names or dataset.key


def list_present(dataset: Dataset, *names: str) -> tuple[str, ...]:
    """Those of the names that the dataset has."""
    return tuple(name for name in names if dataset.column(name) is not None)


def join_columns(dataset: Dataset, *names: str | None, where: Where | None = None) -> tuple[str, ...]:
    """The columns that count, and those that name the row; the conditions only where nothing else is said."""
    wanted = [name for name in names if name is not None]
    wanted += [*name_row(dataset)[:2], *(name for name, _ in list_asked(where or {}))]
    return tuple(dict.fromkeys(wanted))


def _write_tally(tally: Tally, dataset: Dataset, pack: Pack, year: int) -> str:
    return join_and([write_period(pack, dataset, year, tally.over), write_where(tally.where, dataset)])


def feed_tally(tally: Tally, pack: Pack, year: int, use: str, distinct: str | None = None) -> Wanted:
    """The rows of one tally; those without a number come first."""
    dataset = pack.dataset(tally.dataset)
    condition = _write_tally(tally, dataset, pack, year)
    first = f"{_write_added(tally)} IS NULL" if tally.sum else "FALSE"
    columns = join_columns(dataset, tally.sum, tally.less, distinct, where=tally.where)
    return Wanted(dataset.id, use, condition, columns, first=first)


def _write_added(tally: Tally) -> str:
    return " - ".join(quote_name(name) for name in (tally.sum, tally.less) if name is not None)


def feed_ratio(ratio: Ratio, pack: Pack, year: int, when: str) -> list[Wanted]:
    """One list of rows where both tallies read the same dataset: those that are not in both come first."""
    top, bottom = ratio.numerator, ratio.denominator
    if top.dataset != bottom.dataset:
        return [feed_tally(top, pack, year, f"{when}分子"), feed_tally(bottom, pack, year, f"{when}分母")]
    dataset = pack.dataset(top.dataset)
    above, below = (f"coalesce({_write_tally(tally, dataset, pack, year)}, FALSE)" for tally in (top, bottom))
    remark, first = "''", "FALSE"
    if above != below:
        remark = (
            f"CASE WHEN {above} AND {below} THEN {quote_text(IN_BOTH)}"
            f" WHEN {below} THEN '只计入分母' ELSE '只计入分子' END"
        )
        first = f"NOT ({above} AND {below})"
    empty = [f"({c} AND {_write_added(tally)} IS NULL)" for c, tally in ((above, top), (below, bottom)) if tally.sum]
    if empty:
        first = " OR ".join([first, *empty])
    differing = {name: condition for name, condition in top.where.items() if bottom.where.get(name) != condition}
    # What tells the one from the other stands before what names the row.
    telling = (name for name, _ in list_asked(differing))
    columns = join_columns(dataset, top.sum, top.less, bottom.sum, bottom.less, *telling)
    return [Wanted(dataset.id, f"{when}分子和分母", f"{above} OR {below}", columns, remark, f"({first})")]
