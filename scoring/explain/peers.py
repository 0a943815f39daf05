"""Marks against the others of the cohort: the figures of all are compared at twelve decimals, as the engine does."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from indicators.rules.relative import PeerMean, Relative
from scoring.base.amounts import is_finite, round_half_up
from scoring.base.arithmetic import Calculation, Term, Words, write_marks_term, write_percent_term, write_term
from scoring.explain.case import Case
from scoring.explain.rules import count_steps, deduct

PLACES = 12


@dataclass(frozen=True)
class Peers:
    """The figures of the cohort's units that have one, as the engine compares them; ``ordered`` is ascending."""

    values: Mapping[str, Fraction]
    ordered: tuple[Fraction, ...]
    total: Fraction
    higher: bool


@dataclass(frozen=True)
class Standing:
    """Where a unit stands among its peers, itself included."""

    peers: Peers
    unit: str

    @property
    def values(self) -> Mapping[str, Fraction]:
        """The figures by unit."""
        return self.peers.values

    @property
    def higher(self) -> bool:
        """Whether more is better."""
        return self.peers.higher

    @property
    def own(self) -> Fraction:
        """This unit's figure."""
        return self.values[self.unit]

    @property
    def best(self) -> Fraction:
        """The best figure of the cohort."""
        return self.peers.ordered[-1 if self.higher else 0]

    @property
    def worst(self) -> Fraction:
        """The worst figure of the cohort."""
        return self.peers.ordered[0 if self.higher else -1]

    @property
    def place(self) -> int:
        """1 and as many more as are strictly better."""
        ordered = self.peers.ordered
        return 1 + (len(ordered) - bisect_right(ordered, self.own) if self.higher else bisect_left(ordered, self.own))

    @property
    def ahead(self) -> Fraction | None:
        """The nearest figure that is strictly better; None for the best."""
        ordered = self.peers.ordered
        place = bisect_right(ordered, self.own) if self.higher else bisect_left(ordered, self.own) - 1
        return ordered[place] if 0 <= place < len(ordered) else None


def gather_peers(rule: Relative, figures: Mapping[str, Fraction]) -> Peers:
    """The figures of a cohort by unit, ready to be compared."""
    values = {name: round_half_up(value, PLACES) for name, value in figures.items()}
    return Peers(values, tuple(sorted(values.values())), sum(values.values(), Fraction(0)), rule.better == "higher")


def show(case: Case, value: Fraction) -> Term:
    """A figure of the comparison, a percentage for shares."""
    return write_percent_term(value) if case.percent else write_term(value)


def calculate_relative(case: Case, standing: Standing) -> Calculation:
    """The marks of a relative rule, step by step."""
    rule = case.part.part.marks.relative
    assert rule is not None
    own = show(case, standing.own)
    exact = is_finite(case.figure.actual.value, PLACES)
    actual = case.figure.actual
    said = own.text if actual.level == 3 else f"{actual.text} {'=' if exact else '≈'} {own.text}"
    before: list[Words] = [f"本单位 {said}"]
    if standing.best == standing.worst:
        number = len(standing.values)
        words = "只有本单位有数据" if number == 1 else f"全组 {number} 个有数据的单位数值都相同"
        return case.finish(write_marks_term(case.worth(rule.all_equal)), [*before, words], "得 ")
    best, worst = show(case, standing.best), show(case, standing.worst)
    if rule.rank_table is not None or rule.rank_step is not None:
        return _calculate_place(case, rule, standing, before)
    full = write_marks_term(case.full)
    before.append(f"全组 {len(standing.values)} 个有数据的单位中最好的是 {best.text}")
    if rule.ratio_to_best is not None:
        if standing.own == standing.best and (standing.best > 0 or not standing.higher):
            return case.finish(full, [*before, "本单位最好"], "得 ")
        if standing.best <= 0 or (standing.higher and standing.own <= 0):
            return case.finish(write_marks_term(Fraction(0)), [*before, "算不出正的比例"], "得 ")
        return case.finish(full * own / best if standing.higher else full * best / own, before)
    if rule.min_max is not None:
        before.append(f"最差的是 {worst.text}")
        base = case.worth(rule.min_max.base)
        if standing.own in (standing.best, standing.worst):
            amount = case.full if standing.own == standing.best else base
            return case.finish(write_marks_term(amount), before, "得 ")
        share = (own - worst) / (best - worst)
        if not base:
            return case.finish(full * share, before)
        return case.finish(write_marks_term(base) + (full - write_marks_term(base)) * share, before)
    assert rule.peer_mean is not None
    return _calculate_mean(case, rule.peer_mean, standing, before[:1])


def _calculate_place(case: Case, rule: Relative, standing: Standing, before: list[Words]) -> Calculation:
    place = standing.place
    before = [*before, f"在全组 {len(standing.values)} 个有数据的单位中排第 {place} 名"]
    if rule.rank_table is not None:
        table = rule.rank_table
        worth = table.marks[place - 1] if place <= len(table.marks) else table.beyond
        return case.finish(write_marks_term(case.worth(worth)), before, "得 ")
    assert rule.rank_step is not None
    first, floor = case.worth(rule.rank_step.first), case.worth(rule.rank_step.floor)
    step = case.worth(rule.rank_step.step)
    if place == 1:
        return case.finish(write_marks_term(max(first, floor)), before, "得 ")
    before.append(f"比第 1 名退 {place - 1} 名")
    term = write_marks_term(first) - write_marks_term(step) * write_term(place - 1)
    if term.value < floor:
        return case.finish(write_marks_term(floor), [*before, "逐名减少后低于最低分，按最低分计"], "得 ")
    return case.finish(term, before)


def _calculate_mean(case: Case, rule: PeerMean, standing: Standing, before: list[Words]) -> Calculation:
    number = len(standing.values)
    mean = show(case, standing.peers.total) / write_term(number)
    before = [*before, f"全组 {number} 个有数据的单位平均是 {mean.text}"]
    worse = mean.value - standing.own if standing.higher else standing.own - mean.value
    own = show(case, standing.own)
    if worse <= 0:
        return case.finish(write_marks_term(case.full), [*before, "本单位不差于平均数"], "得 ")
    gap = mean - own if standing.higher else own - mean
    steps, lines = count_steps(gap, case.goal_term(rule.per), rule.partial, Fraction(rule.per.value) == 1)
    cost = write_marks_term(case.worth(rule.each)) * steps
    return deduct(case, case.full, cost, case.worth(rule.cap), [*before, *lines])
