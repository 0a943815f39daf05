"""Marks over the figure: what a rule gives along all figures that matter, by its own line of calculation."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from indicators.pack.model import Pack
from scoring.base.amounts import round_half_up, write_number, write_printed
from scoring.base.parts import ScoredPart
from scoring.explain.calculation import calculate
from scoring.measures.figure import Figure
from scoring.measures.registry import find_measure
from scoring.rules.case import Case
from scoring.rules.goals import find_shortfall
from scoring.rules.reach import EnoughMarks
from scoring.rules.registry import find_rule

#: So many steps along the figure, and so many doublings in search of where nothing changes any more.
STEPS, DOUBLINGS = 200, 12
#: Up to so many whole things are shown one by one.
WHOLES = 40
#: Fewer points than this are all told.
TABLE = 14


@dataclass(frozen=True)
class Curve:
    """Figures with their marks as they are printed; of a share the figures are percentages. ``unit`` may be empty.

    ``whole``: there is nothing between two of the figures.
    """

    share: bool
    whole: bool
    unit: str
    points: tuple[tuple[Fraction, Fraction], ...]


def list_samples(curve: Curve) -> list[tuple[str, str]]:
    """Some of the figures with their marks, in words: all where they are few, else some ten of them.

    All marks have as many decimals as the one with most.
    """
    last = len(curve.points) - 1
    every = 1 if last < TABLE else max(1, last // 10)
    chosen = [point for at, point in enumerate(curve.points) if not at % every or at == last]
    unit = "%" if curve.share else f" {curve.unit}" if curve.unit else ""
    decimals = max(len(write_number(marks).partition(".")[2]) for _, marks in chosen)
    return [(f"{write_number(figure, 2)}{unit}", write_printed(marks, decimals)) for figure, marks in chosen]


def find_curve(part: ScoredPart, pack: Pack) -> Curve | None:
    """The curve of a part; None where its marks do not follow from one figure of one year alone.

    That is so of judgements, comparisons with others or with the year before, deadlines, levels and vetoes.
    """
    if not follows_one_figure(part):
        return None
    measure = part.part.measure.chosen
    case = Case(part, Figure("plain", Fraction(0), Fraction(1)), pack.head.precision)
    end, tallies, most = _find_end(case), measure.list_tallies(), measure.find_most(pack)
    end = end if most is None else Fraction(most)
    counted = most is not None or (len(tallies) == 1 and tallies[0].sum is None)
    things = find_rule(part.part.marks).goes_by_number or counted
    whole = things and not measure.is_share and end <= WHOLES
    figures = map(Fraction, range(ceil(end) + 1)) if whole else (end * step / STEPS for step in range(STEPS + 1))
    size = 100 if measure.is_share else 1
    points = tuple((figure * size, _mark(case, figure)) for figure in figures)
    return Curve(measure.is_share, whole, find_measure(part.part.measure).find_unit(pack), points)


def follows_one_figure(part: ScoredPart) -> bool:
    """Whether the marks of a part are those of one number, whatever else is known of it."""
    measure, marks = part.part.measure.chosen, part.part.marks
    rule, dated = find_rule(marks), measure.is_deadline or measure.judged_one_by_one or measure.looks_back
    # Of occurrences out of a whole the number counts and the figure is the share.
    missed = measure.counts_missed and rule.goes_by_number
    several = marks.chosen.find_levels() is not None or bool(measure.list_used()) or missed
    return rule.follows_figure and not several and not dated and part.indicator.has_own_marks(part.part)


def _find_end(case: Case) -> Fraction:
    """The figure beyond which marks stay as they are, as far as that is soon; of a share the whole."""
    scale = case.part.part.measure.chosen.reach
    if scale is not None and scale[1] is not None:
        return Fraction(scale[1])
    target = case.part.part.target
    goals = [find_shortfall(target, Fraction(0))[1]] if target is not None else []
    wanted = (EnoughMarks(case.full), EnoughMarks(Fraction(0), above=True))
    spans = (span for each in wanted for span in find_rule(case.part.part.marks).find_reach(case, each))
    ends = [end for span in spans for end in (span.low, span.high) if end is not None]
    known = max([Fraction(4), *(goal * Fraction(5, 4) for goal in (*goals, *ends))])
    end = known
    for _ in range(DOUBLINGS):
        if len({_mark(case, end * step / 8) for step in range(4, 9)}) == 1:
            return end
        end *= 2
    return known


def _mark(case: Case, figure: Fraction) -> Fraction:
    moved = Case(case.part, Figure("plain", figure, Fraction(1)), case.precision)
    return round_half_up(calculate(moved).marks, case.precision)
