"""What two runs give otherwise, unit by unit and item by item: the one record of it, of which all others are views.

Marks of both sides are whole units of one last decimal, that of the finer run, so that they can be subtracted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from scoring.results.scores import Scores, write_marks

_UNIT, _ITEM = ("cohort", "unit"), ("cohort", "unit", "indicator")
_TOTAL_MARKS, _TOTAL_WORDS = ("total", "low", "high"), ("rank", "grade", "status")
_ITEM_MARKS, _ITEM_WORDS = ("marks", "counted", "full_marks"), ("outcome", "reason", "veto")
_AFTER = "_after"


@dataclass(frozen=True)
class UnitState:
    """What a unit has in a run, and from what to what its total may still end."""

    total: int | None
    low: int | None
    high: int | None
    rank: int | None
    grade: str | None
    status: str


#: What a unit has in a run that it is not compared in.
NOWHERE = UnitState(None, None, None, None, None, "")


@dataclass(frozen=True)
class UnitDifference:
    """A unit of a cohort in both runs, changed or not; None on the side where it is not compared."""

    cohort: str
    unit: str
    name: str
    before: UnitState | None
    after: UnitState | None

    @property
    def marks(self) -> int | None:
        """By how much the total rose; None where there is none on one side."""
        return _rise((self.before or NOWHERE).total, (self.after or NOWHERE).total)

    @property
    def places(self) -> int | None:
        """By how many places the unit rose; None where it has no rank on one side."""
        return _rise((self.after or NOWHERE).rank, (self.before or NOWHERE).rank)

    @property
    def moved(self) -> bool:
        """Whether total, rank or grade are other ones."""
        one, other = self.before or NOWHERE, self.after or NOWHERE
        return one.total != other.total or self.replaced

    @property
    def replaced(self) -> bool:
        """Whether rank or grade are other ones."""
        one, other = self.before or NOWHERE, self.after or NOWHERE
        return (one.rank, one.grade) != (other.rank, other.grade)


def _rise(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before


@dataclass(frozen=True)
class ItemState:
    """What an item has in a run: its marks if it is scored, and what it adds to the total now."""

    marks: int | None
    counted: int
    full: int
    outcome: str
    reason: str | None
    veto: str | None


@dataclass(frozen=True)
class ItemDifference:
    """An item that is not the same in both runs; None on the side that has no such item.

    ``causes``: which inputs of it changed, where the runs were looked through for that.
    """

    cohort: str
    unit: str
    unit_name: str
    indicator: str
    indicator_name: str
    before: ItemState | None
    after: ItemState | None
    causes: tuple[str, ...] = ()

    @property
    def counts_otherwise(self) -> bool:
        """Whether it adds something else to the total, or for another outcome."""
        one, other = ((side.counted, side.outcome) if side else None for side in (self.before, self.after))
        return one != other

    @property
    def change(self) -> int:
        """By how much the item counts more; an item that there is not counts nothing."""
        return (self.after.counted if self.after else 0) - (self.before.counted if self.before else 0)


@dataclass(frozen=True)
class RunDifference:
    """All of two runs that can be compared: every unit in the order of the older ranking, and the items that differ.

    ``precisions`` are both runs' numbers of decimals, ``scale`` that of the marks here.
    """

    precisions: tuple[int, int]
    units: tuple[UnitDifference, ...]
    items: tuple[ItemDifference, ...]

    @property
    def scale(self) -> int:
        """How many decimals the marks of this record have."""
        return max(self.precisions)

    def write(self, before: int | None, after: int | None) -> tuple[str, str]:
        """Marks of both sides as each run prints them; 「—」 where there are none."""
        one, other = (
            write_marks(None if marks is None else marks // 10 ** (self.scale - own), own)
            for marks, own in zip((before, after), self.precisions, strict=True)
        )
        return one, other


def compare_runs(before: Scores, after: Scores) -> RunDifference:
    """The difference of two runs, a pure function of them."""
    one, other = _choose_grains(before, after)
    items = _compare_items(_grind(before.items, _ITEM_MARKS, one), _grind(after.items, _ITEM_MARKS, other))
    return RunDifference((before.precision, after.precision), tuple(compare_standings(before, after)), tuple(items))


def compare_standings(before: Scores, after: Scores) -> list[UnitDifference]:
    """The units of :func:`compare_runs` alone: of many units this takes far less."""
    one, other = _choose_grains(before, after)
    return compare_totals(_grind(before.totals, _TOTAL_MARKS, one), _grind(after.totals, _TOTAL_MARKS, other))


def _choose_grains(before: Scores, after: Scores) -> tuple[int, int]:
    scale = max(before.precision, after.precision)
    return 10 ** (scale - before.precision), 10 ** (scale - after.precision)


def _grind(frame: pl.DataFrame, columns: Iterable[str], grain: int) -> pl.DataFrame:
    return frame if grain == 1 else frame.with_columns(pl.col(name) * grain for name in columns)


def compare_totals(before: pl.DataFrame, after: pl.DataFrame) -> list[UnitDifference]:
    """Every unit of two tables of totals of the same precision, in the order of the first, then of the second."""
    old, new = _read_totals(before), _read_totals(after)
    found = []
    for cohort, unit in dict.fromkeys((*old, *new)):
        (name, one), (later, other) = (side.get((cohort, unit), (None, None)) for side in (old, new))
        found.append(UnitDifference(cohort, unit, later or name or unit, one, other))
    return found


def _read_totals(totals: pl.DataFrame) -> dict[tuple[str, str], tuple[str | None, UnitState]]:
    """By cohort and unit the name, where the table has it, and the standing."""
    named = totals if "unit_name" in totals.columns else totals.with_columns(unit_name=pl.lit(None, pl.String))
    marks = (pl.col(name).cast(pl.Int64) for name in _TOTAL_MARKS)
    rows = named.select(*_UNIT, "unit_name", *marks, *_TOTAL_WORDS).iter_rows()
    return {(cohort, unit): (name, UnitState(*rest)) for cohort, unit, name, *rest in rows}


def _compare_items(before: pl.DataFrame, after: pl.DataFrame) -> list[ItemDifference]:
    """The items that are not the same, in the order of the first table, then of the second."""
    columns = *_ITEM_MARKS, *_ITEM_WORDS
    old, new = (frame.select(*_ITEM, "unit_name", "indicator_name", *columns) for frame in (before, after))
    joined = old.join(new, on=_ITEM, how="full", suffix=_AFTER, coalesce=True, maintain_order="left_right")
    # What there is on one side only has no outcome on the other.
    changed = joined.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(name + _AFTER)) for name in columns))
    names = (pl.coalesce(name + _AFTER, name).alias(name) for name in ("unit_name", "indicator_name"))
    sides = [_list_states(changed.select(pl.col(name + end).alias(name) for name in columns)) for end in ("", _AFTER)]
    places = changed.select(*_ITEM, *names).select("cohort", "unit", "unit_name", "indicator", "indicator_name")
    return [ItemDifference(*place, *states) for place, *states in zip(places.iter_rows(), *sides, strict=True)]


def _list_states(items: pl.DataFrame) -> list[ItemState | None]:
    rows = items.select("marks", "counted", "full_marks", "outcome", "reason", "veto").iter_rows()
    return [None if row[3] is None else ItemState(*row) for row in rows]
