"""How a figure can change: in which direction, by how little, how far, and how to say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from indicators.entries.amounts import has_no_end
from indicators.entries.targets import Target
from indicators.pack.model import Pack
from scoring.base.amounts import round_half_up, write_number
from scoring.explain.calculation import calculate
from scoring.measures.registry import find_measure
from scoring.rules.case import Case
from scoring.rules.goals import find_shortfall
from scoring.rules.reach import FigureSpan, count_steps_into, find_fulfilled, want_units
from scoring.rules.registry import find_rule

#: No figure is said to change by more than this many of its smallest steps.
FAR = 10**12


@dataclass(frozen=True)
class FigureMove:
    """So many of the figure's smallest steps, up or down, and the marks that would be had then."""

    case: Case
    steps: int
    way: int

    @cached_property
    def moved(self) -> Case:
        """The case after the change."""
        return replace(self.case, figure=self.case.figure.move(self.way * self.steps * self.case.figure.granule))

    @cached_property
    def marks(self) -> Fraction:
        """The printed marks after the change."""
        return round_half_up(calculate(self.moved).marks, self.case.precision)


def find_way(case: Case) -> int:
    """1 where more is better, -1 where less is; 0 where nothing can be said."""
    target, x = case.part.part.target, case.figure.actual.value
    if target is None:
        return find_rule(case.part.part.marks).find_way(case)
    way, goal = find_shortfall(target, x)
    return way or (1 if x < goal else -1)


def find_limit(case: Case, way: int) -> int:
    """How many steps the figure can go: a share not above its whole, a count not below nothing."""
    figure = case.figure
    if way > 0 and figure.form.startswith("ratio"):
        return max(int((figure.of - figure.now) / figure.granule), 0)
    if way < 0 and not figure.may_be_negative:
        return max(int(figure.now / figure.granule), 0)
    return FAR


def find_changes(case: Case, marks: Fraction) -> list[FigureMove]:
    """The least change that gains a printed unit more than ``marks``, and the least that gains full marks."""
    units = [int(marks * 10**case.precision) + 1]
    if not has_no_end(case.full):
        units.append(int(round_half_up(case.full, case.precision) * 10**case.precision))
    found: list[FigureMove] = []
    for number in units:
        change = find_change_to(case, number)
        if change is not None and (not found or found[-1].steps != change.steps):
            found.append(change)
    return found


def find_change_to(case: Case, units: int) -> FigureMove | None:
    """The least change that gains at least so many units of the last printed decimal, of which the case has fewer."""
    wanted = want_units(units, case.precision)
    return _find_change(case, lambda: find_rule(case.part.part.marks).find_reach(case, wanted))


def find_change_to_target(case: Case, target: Target) -> FigureMove | None:
    """The least change that fulfils the target, which the case does not."""
    return _find_change(case, lambda: (find_fulfilled(target, case.figure),))


def _find_change(case: Case, find_spans: Callable[[], tuple[FigureSpan, ...]]) -> FigureMove | None:
    way = find_way(case)
    limit = find_limit(case, way) if way else 0
    if not limit:
        return None
    steps = count_steps_into(case.figure, find_spans(), way, limit)
    return FigureMove(case, steps, way) if steps is not None else None


def describe_change(change: FigureMove, pack: Pack) -> str:
    """What would have to happen, e.g. ``再有 3 人达到要求（由 57 人到 60 人）``."""
    figure, measure = change.case.figure, change.case.part.part.measure
    amount = write_number(change.steps * figure.granule)
    subject, unit, verb = find_measure(measure).find_lever(pack, change.way)
    now, then = write_number(figure.now), write_number(change.moved.figure.now)
    unit = f" {unit}" if unit else ""
    # What has happened cannot be unreported: a gap is stated, never advised to be made smaller on paper.
    remark = "" if change.way > 0 else "；这是差距，已经发生的不能改报"
    return f"{subject}{verb.format(amount + unit)}（由 {now} {'增' if change.way > 0 else '减'}至 {then}{remark}）"
