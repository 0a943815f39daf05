"""What the record of a part says that follows from its figure alone: worked out once for all units that have the same.

In a cohort of thousands many have three lectures of three. Nothing here may depend on who has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from indicators.pack.model import Pack
from scoring.base.amounts import is_finite, print_points, round_half_up, write_number, write_printed
from scoring.base.arithmetic import Calculation
from scoring.base.parts import ScoredPart
from scoring.explain.calculation import calculate
from scoring.explain.changes import describe_change, find_change_to_target, find_changes
from scoring.explain.figures import list_figures, read_figure
from scoring.measures.figure import Figure, Shown
from scoring.measures.registry import find_measure
from scoring.rules.case import Case, compare_figure
from scoring.rules.goals import is_reached
from scoring.rules.standing import Standing
from scoring.wording.dated import describe_part as describe_valid_values
from scoring.wording.reasons import describe_outcome, describe_reason

#: A row of part results by the names of its columns.
PartRow = Mapping[str, Any]
#: What marks, in whole units of the last decimal, are worth in the total of a unit; None where it has none.
Worth = Callable[[int], int | None]
#: Without marks the engine's figure still tells something; for all other reasons it is half a figure.
_TELLING = ("not_due", "numerator_above_denominator", "negative", "zero_denominator", "from_zero")


@dataclass(frozen=True)
class SaidChange:
    """A change of the figure in words, the marks that would be had then, and whether they are the full ones."""

    words: str
    marks: Fraction
    in_full: bool


class RecalledStep:
    """The next step of units with the same figure, made once for all whose totals give the same answers to it.

    What it says differs between them by nothing but what marks are worth, so it is found by the marks that it asked
    for, one after the other, and by what they were worth.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int | None, ...], int | str] = {}

    def find(self, worth: Worth, make: Callable[[Worth], str]) -> str:
        """The words; ``make`` must make them of what it is told of ``worth`` and of nothing else that may differ."""
        answers: tuple[int | None, ...] = ()
        while (found := self._known.get(answers)) is not None:
            if isinstance(found, str):
                return found
            answers = (*answers, worth(found))
        given: list[int | None] = []

        def ask(points: int) -> int | None:
            self._known[tuple(given)] = points
            given.append(worth(points))
            return given[-1]

        words = make(ask)
        self._known[tuple(given)] = words
        return words


@dataclass(frozen=True)
class SettledPart:
    """A scored part with the engine's ``marks``; ``case`` is without the unit, whose total they have another worth in.

    ``alone`` is False where it has no marks of its own but must reach its target.
    """

    case: Case
    calculation: Calculation
    marks: Fraction
    alone: bool
    pack: Pack
    _steps: dict[date | None, RecalledStep] = field(default_factory=dict, repr=False, compare=False)

    def recall_step(self, last_day: date | None) -> RecalledStep:
        """The next step where this is the last day in time of its first row; of rules without dates None."""
        return self._steps.setdefault(last_day, RecalledStep())

    @cached_property
    def is_reached(self) -> bool | None:
        """Whether the figure is what was asked; None where nothing was."""
        # A forced part may have nothing to divide by: its figure is not to be asked.
        forced = self.case.forced
        return forced == "full" if forced is not None else is_reached(self.case.part.part.target, self.case.figure)

    @cached_property
    def full(self) -> Fraction:
        """The full marks as they are printed."""
        return round_half_up(self.case.full, self.case.precision)

    @cached_property
    def line(self) -> str:
        """The line of the calculation as the record has it."""
        if self.alone:
            own = self.calculation.text
        elif self.case.forced is not None:
            own = self.calculation.text.split("；")[0]
        else:
            own = compare_figure(self.case)
        part = self.case.part
        return describe_valid_values(part.indicator, part.index + 1, self.pack) + own

    @cached_property
    def changes(self) -> tuple[SaidChange, ...]:
        """What would bring more marks: the least change, and the one that brings them all."""
        return tuple(
            SaidChange(describe_change(change, self.pack), change.marks, change.marks >= self.full)
            for change in find_changes(self.case, self.marks)
        )

    @cached_property
    def aim(self) -> str:
        """What would reach the target."""
        if self.case.forced == "zero":
            return "上年度为 0 的，本年度也为 0 才算达到。"
        if self.case.figure.is_deadline or self.case.figure.one_by_one:
            return "已经过期，补不回来；应在期限内完成。"
        target = self.case.part.part.target
        change = find_change_to_target(self.case, target) if target is not None else None
        return (
            f"{describe_change(change, self.pack)}，即达到目标。"
            if change is not None
            else "按现有的总数，达不到目标。"
        )

    @cached_property
    def operands(self) -> dict[str, object]:
        """The numbers that the marks were worked out from, exactly: a decimal, or ``a/b`` where it has no end.

        ``now`` over ``of``, the same a year before, how they are compared (``form``); for dates how many were late or
        missing and for how many days; rows per level; ``forced`` where the rule settles the marks without a figure.
        """
        figure = self.case.figure
        return {
            "form": figure.form,
            "now": _write_exact(figure.now),
            "of": _write_exact(figure.of),
            "before": _write_exact(figure.before),
            "before_of": _write_exact(figure.before_of),
            "late": figure.late,
            "missing": figure.missing,
            "days": figure.days,
            "levels": dict(self.case.levels),
            "forced": self.case.forced,
        }


def _write_exact(value: Fraction | None) -> str | None:
    return None if value is None else write_number(value) if is_finite(value) else str(value)


@dataclass(frozen=True)
class ReckonedPart:
    """The figure of a part in words, the marks that an open part stands at (``provisional``), and what is settled."""

    figures: tuple[Shown, ...]
    full_marks: str
    provisional: str
    settled: SettledPart | None
    ending: Mapping[str, object]


def reckon_part(
    pack: Pack,
    part: ScoredPart,
    row: PartRow,
    precision: int,
    levels: tuple[tuple[str, int], ...],
    standing: Standing | None,
) -> ReckonedPart:
    """The figure of a row of part results and what follows from it, with its rows per level and its ``standing``."""
    outcome, points = row["outcome"], row["points"]
    figure, alone = read_figure(part, row, pack, precision), part.indicator.has_own_marks(part.part)
    settled, provisional = None, ""
    if figure is not None and points is not None and outcome in ("scored", "pending"):
        case = _make_case(pack, part, row, figure, precision, levels, standing)
        calculation = calculate(case)
        if outcome == "scored":
            settled = SettledPart(case, calculation, Fraction(points, 10**precision), alone, pack)
        elif row["reason"] == "not_due" and alone:
            provisional = write_printed(calculation.marks, precision)
    shown: list[Shown] = []
    eventless = part.part.measure.chosen.event is None
    if figure is not None and (outcome == "scored" or (row["reason"] in _TELLING and eventless)):
        shown = list_figures(part, figure, pack)
        shown += [{"label": f"「{level}」", "value": str(number), "unit": "条"} for level, number in levels]
    full = print_points(row["full_points"] or int(part.full // 10 ** (6 - precision)), precision)
    return ReckonedPart(tuple(shown), full, provisional, settled, _tell_ending(row, precision, full, settled))


def _tell_ending(row: PartRow, precision: int, full: str, settled: SettledPart | None) -> dict[str, object]:
    """How the part ended, as the record has it."""
    outcome, reason = row["outcome"], row["reason"] or ""
    return {
        "calculation": settled.line if settled is not None else "",
        "marks": print_points(row["points"], precision) if settled is not None and settled.alone else None,
        "full_marks": full,
        "reached": bool(row["reached"]) if settled is not None else None,
        "outcome": outcome,
        "outcome_text": describe_outcome(outcome),
        "reason": reason,
        "reason_text": describe_reason(reason, outcome) if reason else "",
    }


def _make_case(
    pack: Pack,
    part: ScoredPart,
    row: PartRow,
    figure: Figure,
    precision: int,
    levels: tuple[tuple[str, int], ...],
    standing: Standing | None,
) -> Case:
    return Case(
        part,
        figure,
        precision,
        find_measure(part.part.measure).find_unit(pack),
        row["forced"],
        dict(levels),
        deducts=pack.takes_off(part.indicator, part.part),
        standing=standing,
    )
