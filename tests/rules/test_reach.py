"""The next step is the least change: what a rule turned round says is what trying one step after the other finds.

Parts of random worlds with random figures, near the edges of their rules and far from them. What this does not prove:
that the steps are told in the right words, or that a change is one that a unit can make.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from random import Random

import pytest

from indicators.rules.registry import RULES as MODELS
from scoring.base.amounts import round_half_up
from scoring.base.parts import ScoredPart, list_parts
from scoring.explain.calculation import calculate
from scoring.explain.changes import FigureMove, find_change_to, find_change_to_target, find_limit, find_way
from scoring.measures.figure import Figure
from scoring.rules.case import Case
from scoring.rules.goals import is_reached
from scoring.rules.registry import RULES
from scoring.rules.rule import ScoredRule
from tests.reference.generator import random_world

WORLDS, FIGURES = 48, 4
#: So many steps are tried one by one; further away only the step itself and the one before it.
TRIED = 40
TURNED = [name for name, rule in RULES.items() if rule.follows_figure]
FORMS = ("plain", "ratio", "difference", "rate", "ratio_difference", "ratio_rate")


@cache
def list_examples() -> list[tuple[ScoredPart, int]]:
    """The parts of random worlds whose marks follow from the figure alone, with the precision of their pack."""
    worlds = [random_world(seed) for seed in range(WORLDS)]
    return [
        (part, world.pack.head.precision)
        for world in worlds
        for part in list_parts(world.pack, world.year)
        if part.part.marks.kind in TURNED and part.part.marks.chosen.find_levels() is None
    ]


def random_figure(part: ScoredPart, dice: Random) -> Figure:
    """A figure such as the measure of a part could have; the year before is rarely nothing and sometimes below it."""
    granule = Fraction(1, dice.choice((1, 1, 10)))
    of, shared = Fraction(dice.choice((1, 3, 7, 60, 400))), part.part.measure.chosen.counts_missed
    form = "ratio" if shared else dice.choice(FORMS)
    largest = int(of / granule) if form.startswith("ratio") else 300
    now, before = dice.randint(0, largest) * granule, None
    if form not in ("plain", "ratio"):
        before = Fraction(dice.randint(1, 60)) * dice.choice((1, 1, 1, -1))
    of = of if form.startswith("ratio") else Fraction(1)
    missed = "没有达到要求的人数" if shared else ""
    return Figure(form, now, of, before, Fraction(dice.randint(1, 60)), granule, missed=missed)


def list_cases(name: str) -> Iterator[Case]:
    dice = Random(name)
    for part, precision in list_examples():
        if part.part.marks.kind == name:
            for _ in range(FIGURES):
                yield Case(part, random_figure(part, dice), precision)


def count_units(case: Case) -> int:
    return int(round_half_up(calculate(case).marks, case.precision) * 10**case.precision)


def check_least(case: Case, found: FigureMove | None, holds: Callable[[Case], bool]) -> bool:
    """The change is the first after which it holds, by trying; returns whether there is one."""
    way = find_way(case)
    limit = find_limit(case, way) if way else 0

    def holds_after(steps: int) -> bool:
        return holds(FigureMove(case, steps, way).moved)

    tried = next((steps for steps in range(1, min(limit, TRIED) + 1) if holds_after(steps)), None)
    if found is None or found.steps <= TRIED:
        assert (found.steps if found is not None else None) == tried, (case, way, limit)
    else:
        assert tried is None and found.steps <= limit, (case, found)
        assert holds_after(found.steps) and not holds_after(found.steps - 1), (case, found)
    return found is not None


@pytest.mark.parametrize("name", TURNED)
def test_the_least_change_that_gains_marks_is_what_trying_finds(name: str) -> None:
    seen: Counter[bool] = Counter()
    for case in list_cases(name):
        units, top = count_units(case), int(round_half_up(case.full, case.precision) * 10**case.precision)
        for wanted in {units + 1, (units + top) // 2, top} - {units}:
            if wanted > units:
                found = find_change_to(case, wanted)
                seen[check_least(case, found, lambda moved, wanted=wanted: count_units(moved) >= wanted)] += 1  # type: ignore[misc]
    assert seen[True] and seen[False]


def test_the_least_change_that_reaches_a_target_is_what_trying_finds() -> None:
    seen: Counter[str] = Counter()
    for case in (case for name in TURNED for case in list_cases(name)):
        target = case.part.part.target
        if target is not None and not is_reached(target, case.figure):
            found = find_change_to_target(case, target)
            check_least(case, found, lambda moved: bool(is_reached(moved.part.part.target, moved.figure)))
            seen[target.kind] += found is not None
    kinds = {kind for kind, number in seen.items() if number}
    assert {"at_least", "at_most", "none"} <= kinds and kinds & {"rising", "falling"}


def test_what_follows_from_the_figure_is_turned_round_or_says_its_next_step_itself() -> None:
    turned = {name for name, rule in RULES.items() if rule.find_reach is not ScoredRule.find_reach}
    assert turned == set(TURNED) <= set(MODELS)


def test_a_quotient_rises_by_a_part_of_what_is_added_to_it() -> None:
    assert Figure("quotient", Fraction(6), Fraction(2)).slope == Figure("ratio", Fraction(1), Fraction(2)).slope
    assert Figure("plain", Fraction(6), Fraction(1)).slope == 1
