"""Marks against the other units of the cohort."""

from __future__ import annotations

import math
from fractions import Fraction

from indicators.rules.relative import Relative
from tests.reference.awards import clip, count_steps, number, worth
from tests.reference.results import round_half_up

FIGURE_DECIMALS = 12


def compare_units(rule: Relative, figures: dict[str, Fraction], full: Fraction) -> dict[str, Fraction]:
    """Unrounded marks per unit; ``figures`` holds exactly the units that have one."""
    values = {unit: round_half_up(figure, FIGURE_DECIMALS) for unit, figure in figures.items()}
    if len(set(values.values())) <= 1:
        return {unit: clip(worth(rule.all_equal, full), Fraction(0), full) for unit in values}
    return {unit: clip(place_unit(rule, values, value, full), Fraction(0), full) for unit, value in values.items()}


def place_unit(rule: Relative, values: dict[str, Fraction], value: Fraction, full: Fraction) -> Fraction:
    """The marks of a unit with ``value`` where not all are equal."""
    higher = rule.better == "higher"
    best, worst = (max, min) if higher else (min, max)
    top, bottom = best(values.values()), worst(values.values())
    rank = 1 + sum(other > value if higher else other < value for other in values.values())
    if rule.rank_table is not None:
        table = rule.rank_table.marks
        return worth(table[rank - 1] if rank <= len(table) else rule.rank_table.beyond, full)
    if (shared := rule.rank_share) is not None:
        for step in shared.steps:
            last = Fraction(step.upto.rstrip("%")) / (100 if step.upto.endswith("%") else 1) * len(values)
            if rank <= (math.ceil(last) if shared.partial == "up" else math.floor(last)):
                return worth(step.marks, full)
        return worth(shared.beyond, full)
    if rule.rank_step is not None:
        step = rule.rank_step
        return max(worth(step.floor, full), worth(step.first, full) - (rank - 1) * worth(step.step, full))
    if rule.ratio_to_best is not None:
        if higher:
            return full * max(Fraction(0), value) / top if top > 0 else Fraction(0)
        if value == top:
            return full
        return full * top / value if top > 0 else Fraction(0)
    if rule.min_max is not None:
        base = worth(rule.min_max.base, full)
        return base + (full - base) * (value - bottom) / (top - bottom)
    assert rule.peer_mean is not None
    mean = sum(values.values(), Fraction(0)) / len(values)
    worse = max(Fraction(0), mean - value if higher else value - mean)
    loss = worth(rule.peer_mean.each, full) * count_steps(worse, number(rule.peer_mean.per), rule.peer_mean.partial)
    return full - min(worth(rule.peer_mean.cap, full), loss)
