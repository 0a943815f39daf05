"""Two versions of a pack side by side: which rules read otherwise, and with the same data who gains and who loses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from data.batches.records import current_inputs
from data.store.drafts import draft_folder
from data.store.workspace import Workspace
from indicators.pack.model import Indicator, Pack
from scoring.base.amounts import write_marks as write_worth
from scoring.engine.run import Result, score
from scoring.results.changed_fields import list_changed_values
from scoring.results.changed_rules import compare_rules, list_words
from scoring.results.scores import write_marks
from scoring.wording.reasons import describe_outcome
from scoring.wording.rules import describe_rule

_ITEM = ("unit", "indicator", "outcome", "points", "full_points")


@dataclass(frozen=True)
class RuleChange:
    """An indicator that is not the same in both packs.

    ``before`` and ``after`` are the sentences that only one of them has, none on the side that lacks the indicator.
    ``words``: what of it changed that moves no mark, in the words of the form; ``moves`` whether anything else did.
    """

    indicator: str
    name: str
    moves: bool
    before: tuple[str, ...]
    after: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class PackChange:
    """All that is not the same: rule by rule, and of the pack as a whole ``common``, its ``values``, and ``words``."""

    versions: tuple[str, str]
    titles: tuple[str, str]
    rules: tuple[RuleChange, ...]
    common: tuple[str, ...]
    values: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def moves(self) -> bool:
        """Whether any mark, place or grade may come out otherwise."""
        return bool(self.common) or any(rule.moves for rule in self.rules)


@dataclass(frozen=True)
class Place:
    """Where a unit stands by one pack: total and rank as they are printed, 「—」 where there is none."""

    total: str
    rank: str
    grade: str


@dataclass(frozen=True)
class UnitShift:
    """A unit of a cohort by both packs.

    ``change``: by how much the total rises, in the cohort's ``scale``; None where there is none on one side.
    """

    unit: str
    name: str
    before: Place
    after: Place
    change: int | None

    @property
    def rank(self) -> str:
        """3, or 3 → 5."""
        return _tell_both(self.before.rank, self.after.rank)

    @property
    def grade(self) -> str:
        """The same of the grade."""
        return _tell_both(self.before.grade, self.after.grade)


def _tell_both(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


@dataclass(frozen=True)
class ItemShift:
    """What a unit has for an indicator by both packs, where it is not the same; 「—」 where a pack has no such item."""

    unit: str
    indicator: str
    before: str
    after: str


@dataclass(frozen=True)
class CohortShift:
    """A cohort by both packs, in the order of the older ranking; ``scale`` is the number of decimals of a change."""

    cohort: str
    title: str
    scale: int
    units: tuple[UnitShift, ...]
    items: tuple[ItemShift, ...]

    @property
    def gaining(self) -> int:
        """How many units' totals rise."""
        return sum(1 for unit in self.units if unit.change is not None and unit.change > 0)

    @property
    def losing(self) -> int:
        """How many units' totals fall."""
        return sum(1 for unit in self.units if unit.change is not None and unit.change < 0)

    @property
    def moving(self) -> int:
        """How many units have another rank or grade."""
        return sum(
            1 for each in self.units if (each.before.rank, each.before.grade) != (each.after.rank, each.after.grade)
        )


def compare_packs(older: Pack, newer: Pack) -> PackChange:
    """What is not the same in the two packs, told by their sentences; a function of the packs alone."""
    moving = compare_rules(older, newer)
    moved = frozenset(moving.indicators) if moving is not None else frozenset()
    before, after = ({each.id: each for each in pack.indicators} for pack in (older, newer))
    rules = []
    for id in dict.fromkeys((*before, *after)):
        one, other = before.get(id), after.get(id)
        words = list_words(one, other) if one is not None and other is not None else ()
        if id not in moved and not words:
            continue
        told, now = (list(_tell(pack, each)) for pack, each in ((older, one), (newer, other)))
        known = other or one
        assert known is not None
        rules.append(
            RuleChange(
                id,
                known.name,
                id in moved,
                tuple(line for line in told if line not in now),
                tuple(line for line in now if line not in told),
                words,
            )
        )
    common = moving.common if moving is not None else ()
    versions, titles = (older.head.version, newer.head.version), (older.head.title, newer.head.title)
    return PackChange(
        versions, titles, tuple(rules), common, list_changed_values(older, newer), list_words(older.head, newer.head)
    )


def _tell(pack: Pack, indicator: Indicator | None) -> Iterator[str]:
    """All that a sheet says of the rule, a line each; of a cohort by itself where cohorts differ."""
    if indicator is None:
        return
    titles = {cohort.id: cohort.title for cohort in pack.head.cohorts}
    yield f"一级指标：{pack.section(indicator.section).title}"
    worth = "、".join(f"{titles[cohort]} {write_worth(marks)}" for cohort, marks in indicator.marks.items())
    yield f"满分：{worth}"
    told = {cohort: describe_rule(indicator, cohort, pack) for cohort in indicator.marks}
    alike = len({tuple(lines) for lines in told.values()}) == 1
    for cohort, lines in list(told.items())[: 1 if alike else None]:
        yield from (line if alike else f"（{titles[cohort]}）{line}" for line in lines)


def try_packs(workspace: Workspace, older: Pack, newer: Pack, year: int, as_of: date) -> tuple[CohortShift, ...]:
    """Both packs over the data that the workspace holds now, for the cohorts that both have. Nothing is stored.

    Raises what scoring raises: YearNotInPack where one of them does not hold in that year.
    """
    before, after = (_try(workspace, pack, year, as_of) for pack in (older, newer))
    return compare_results(older, newer, before, after)


def _try(workspace: Workspace, pack: Pack, year: int, as_of: date) -> Result:
    with draft_folder() as ledger_files:
        return score(pack, current_inputs(workspace, pack, ledger_files=ledger_files), year, as_of)


def compare_results(older: Pack, newer: Pack, before: Result, after: Result) -> tuple[CohortShift, ...]:
    """The same data by two packs, cohort by cohort."""
    names = {unit.id: unit.name for pack in (newer, older) for unit in pack.registry.units}
    both = {cohort.id for cohort in newer.head.cohorts}
    scale = max(before.precision, after.precision)
    found = []
    for cohort in (each for each in older.head.cohorts if each.id in both):
        old, new = _read_standings(before, cohort.id, scale), _read_standings(after, cohort.id, scale)
        units = tuple(_shift(unit, names[unit], old.get(unit), new.get(unit)) for unit in dict.fromkeys((*old, *new)))
        found.append(CohortShift(cohort.id, cohort.title, scale, units, tuple(_list_items(before, after, cohort.id))))
    return tuple(found)


@dataclass(frozen=True)
class _Standing:
    place: Place
    total: int | None


def _read_standings(result: Result, cohort: str, scale: int) -> dict[str, _Standing]:
    """Where each unit stands, in the order of the ranking; totals in ``scale`` decimals."""
    rows = result.totals.filter(pl.col("cohort") == cohort).select("unit", "total", "rank", "grade")
    found = {}
    for unit, total, rank, grade in rows.iter_rows():
        marks = None if total is None else int(total)
        place = Place(write_marks(marks, result.precision), str(rank or "—"), grade or "—")
        found[unit] = _Standing(place, None if marks is None else int(marks * 10 ** (scale - result.precision)))
    return found


def _shift(unit: str, name: str, before: _Standing | None, after: _Standing | None) -> UnitShift:
    nowhere = _Standing(Place("—", "—", "—"), None)
    old, new = before or nowhere, after or nowhere
    change = None if old.total is None or new.total is None else new.total - old.total
    return UnitShift(unit, name, old.place, new.place, change)


def _list_items(before: Result, after: Result, cohort: str) -> Iterator[ItemShift]:
    old, new = _read_items(before, cohort), _read_items(after, cohort)
    for unit, indicator in dict.fromkeys((*old, *new)):
        pair = (unit, indicator)
        if old.get(pair) != new.get(pair):
            yield ItemShift(unit, indicator, old.get(pair, "—"), new.get(pair, "—"))


def _read_items(result: Result, cohort: str) -> dict[tuple[str, str], str]:
    """What stands for each unit and indicator."""
    rows = result.items.filter(pl.col("cohort") == cohort)
    found = {}
    for unit, indicator, outcome, points, full in rows.select(_ITEM).iter_rows():
        marks = [write_marks(int(each), result.precision) for each in (points, full) if each is not None]
        found[unit, indicator] = (
            " / ".join(marks) if outcome == "scored" and points is not None else describe_outcome(outcome)
        )
    return found
