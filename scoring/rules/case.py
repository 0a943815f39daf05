"""A part of one unit with its figure: what its marks depend on, and how it stands to its target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from indicators.entries.amounts import Quantity
from scoring.base.amounts import count_points, print_points, write_number
from scoring.base.arithmetic import (
    Calculation,
    Term,
    Words,
    equate,
    finish,
    write_percent_term,
    write_term,
)
from scoring.base.parts import ScoredPart
from scoring.measures.figure import Figure
from scoring.rules.goals import find_shortfall, is_reached
from scoring.rules.standing import Standing


@dataclass(frozen=True)
class Case:
    """A part of one unit with its figure: all that its marks depend on, with its ``standing`` where peers decide."""

    part: ScoredPart
    figure: Figure
    precision: int
    unit: str = ""
    forced: str | None = None
    levels: Mapping[str, int] = field(default_factory=dict)
    in_total: Callable[[int], int | None] = lambda points: None
    deducts: bool = False
    standing: Standing | None = None

    def write_gain(self, gained: Fraction) -> str:
        """Marks that would be had more, and what they are in the total where that is another number."""
        points = count_points(gained, self.precision)
        worth, printed = self.in_total(points), print_points(points, self.precision)
        total = printed if worth is None else print_points(worth, self.precision)
        return f"{printed} 分" + (f"（折合总分 {total} 分）" if total != printed else "")

    @property
    def full(self) -> Fraction:
        """The part's full marks."""
        return self.part.full_marks

    @property
    def percent(self) -> bool:
        """Whether the figure is a share."""
        return self.part.part.measure.chosen.is_share

    def worth(self, amount: Quantity) -> Fraction:
        """An amount of marks of the rule."""
        return amount.share_of(self.full)

    def goal_term(self, amount: Quantity | Fraction) -> Term:
        """A figure of the rule, a percentage where the figure is a share."""
        value = amount if isinstance(amount, Fraction) else Fraction(amount.value)
        return write_percent_term(value) if self.percent else write_term(value)

    def finish(self, term: Term, before: list[Words] | None = None, prefix: str = "") -> Calculation:
        """The last step at the pack's precision."""
        return finish(term, self.precision, before, prefix)


def compare_figure(case: Case) -> str:
    """The figure beside its target, e.g. ``57 ÷ 60 = 95% ≥ 90%,达到目标``."""
    target, figure = case.part.part.target, case.figure
    reached = is_reached(target, figure)
    if target is None or reached is None:
        return equate(figure.actual, case.percent, case.unit)
    if figure.is_deadline:
        return describe_lateness(figure)
    verdict = "达到目标" if reached else "没有达到目标"
    x = figure.actual
    _, goal = find_shortfall(target, x.value)
    sign = ">" if x.value > goal else "<" if x.value < goal else "="
    exact = x.level < 3 and (x.value * 10_000 * (100 if case.percent else 1)).denominator == 1
    shown = equate(x, case.percent) if exact and x.value != goal else x.text
    return f"{shown} {sign} {case.goal_term(goal).text}，{verdict}"


def describe_lateness(figure: Figure) -> str:
    """What became of a single date, or of those that several merged units owed."""
    if figure.late + figure.missing > 1:
        late, missing = write_number(Fraction(figure.late)), write_number(Fraction(figure.missing))
        together = f"{write_number(figure.now)} {figure.late_unit}"
        return f"合并前各单位应办的各算一件，逾期完成 {late} 件，没有完成 {missing} 件，到截止日合计逾期 {together}"
    if figure.missing:
        return f"没有完成，到截止日已逾期 {write_number(figure.now)} {figure.late_unit}"
    return f"逾期 {write_number(figure.now)} {figure.late_unit}" if figure.late else "按期完成"
