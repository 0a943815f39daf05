"""Two versions of a pack side by side: which rules read otherwise, and with the same data who gains and who loses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from data.batches.records import current_inputs
from data.store.drafts import draft_folder
from data.store.workspace import Workspace
from indicators.pack.model import Indicator, Pack
from scoring.base.amounts import write_marks as write_worth
from scoring.engine.run import score
from scoring.results.changed_fields import list_changed_values
from scoring.results.changed_rules import compare_rules, list_words
from scoring.results.differences import NOWHERE, ItemDifference, ItemState, RunDifference, UnitDifference, compare_runs
from scoring.results.scores import Scores, frame_result, write_marks
from scoring.trials.grade_shifts import GradeShift, list_grade_shifts
from scoring.wording.reasons import describe_outcome
from scoring.wording.rules import describe_rule


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


class UnitCells(NamedTuple):
    """A line of a unit as it is printed: 「—」 where a side has nothing, 「3 → 5」 where the sides are not the same."""

    name: str
    before: str
    after: str
    change: str
    rank: str
    grade: str


@dataclass(frozen=True)
class CohortShift:
    """A cohort by both packs; ``found`` holds all of its units, in the order of the older ranking, and what differs.

    ``grades`` tell grade by grade who comes and who goes; empty where neither pack has grades.
    """

    cohort: str
    title: str
    found: RunDifference
    grades: tuple[GradeShift, ...] = ()

    @property
    def units(self) -> tuple[UnitDifference, ...]:
        """The units, changed or not."""
        return self.found.units

    @property
    def items(self) -> tuple[ItemDifference, ...]:
        """The items that are not the same, as they are printed."""
        return tuple(item for item in self.found.items if len(set(self.write_item(item))) > 1)

    @property
    def gaining(self) -> int:
        """How many units' totals rise."""
        return sum(1 for unit in self.units if unit.marks is not None and unit.marks > 0)

    @property
    def losing(self) -> int:
        """How many units' totals fall."""
        return sum(1 for unit in self.units if unit.marks is not None and unit.marks < 0)

    @property
    def moving(self) -> int:
        """How many units have another rank or grade."""
        return sum(unit.replaced for unit in self.units)

    def write_unit(self, unit: UnitDifference) -> UnitCells:
        """The line of one of the units."""
        before, after = self.write_places(unit)
        change = write_marks(unit.marks, self.found.scale, signed=True)
        return UnitCells(
            unit.name,
            before.total,
            after.total,
            change,
            _tell_both(before.rank, after.rank),
            _tell_both(before.grade, after.grade),
        )

    def write_places(self, unit: UnitDifference) -> tuple[Place, Place]:
        """Where a unit stands on both sides."""
        sides = unit.before or NOWHERE, unit.after or NOWHERE
        totals = self.found.write(sides[0].total, sides[1].total)
        one, other = (
            Place(total, str(side.rank or "—"), side.grade or "—") for total, side in zip(totals, sides, strict=True)
        )
        return one, other

    def write_item(self, item: ItemDifference) -> tuple[str, str]:
        """What an item has on both sides: 「2.00 / 3.00」, 「−1.00」 of a deduction, or why there are no marks."""
        sides = item.before, item.after
        marks = self.found.write(*(None if side is None else side.marks for side in sides))
        full = self.found.write(*(None if side is None else side.full for side in sides))
        one, other = (_write_state(*each) for each in zip(sides, marks, full, strict=True))
        return one, other


def _write_state(side: ItemState | None, marks: str, full: str) -> str:
    if side is None:
        return "—"
    if side.marks is None:
        return describe_outcome(side.outcome)
    return f"{marks} / {full}" if side.full else marks


class Place(NamedTuple):
    """Where a unit stands by one pack: total and rank as they are printed, 「—」 where there is none."""

    total: str
    rank: str
    grade: str


def _tell_both(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


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
    return tuple(_compare_cohorts(older, newer, before, after))


def _try(workspace: Workspace, pack: Pack, year: int, as_of: date) -> Scores:
    with draft_folder() as ledger_files:
        result = score(pack, current_inputs(workspace, pack, ledger_files=ledger_files), year, as_of)
    return frame_result(pack, result)


def _compare_cohorts(older: Pack, newer: Pack, before: Scores, after: Scores) -> Iterator[CohortShift]:
    both = {cohort.id: cohort for cohort in newer.head.cohorts}
    for cohort in (each for each in older.head.cohorts if each.id in both):
        found = compare_runs(before.of_cohort(cohort.id), after.of_cohort(cohort.id))
        told = ((unit.name, (unit.before or NOWHERE).grade, (unit.after or NOWHERE).grade) for unit in found.units)
        grades = list_grade_shifts(cohort.grades, both[cohort.id].grades, told)
        yield CohortShift(cohort.id, cohort.title, found, grades)
