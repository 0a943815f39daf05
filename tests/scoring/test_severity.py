"""A team that marks one level too low is found, and where all mark alike hardly ever anybody is named.

Simulated with seeds, so that each run of the test sees the same worlds. What this does not prove: anything about teams
that differ otherwise than by a fixed amount, or about things that were not drawn at random.
"""

from __future__ import annotations

import numpy as np
import pytest

from scoring.trials.severity import ALARM, FEW, MarkedTwice, find_outliers, find_severities, measure_agreement

TEAMS = ("甲组", "乙组", "丙组", "丁组")
LEVELS, THINGS, ALIKE, PLANTED = 4, 60, 400, 100
STEP = 1 / (LEVELS - 1)
#: So often signs are turned here; more only makes the chances finer.
TURNS = 199


def draw_pairs(dice: np.random.Generator, severe: str = "", noise: float = 0.6) -> list[MarkedTwice]:
    """Things of four levels that two teams marked, each off the truth by chance; ``severe`` gives one level less."""

    def mark(true: float, team: str) -> float:
        level = round(true + dice.normal(0, noise)) - (team == severe)
        return float(np.clip(level, 0, LEVELS - 1)) * STEP

    pairs = []
    for number in range(THINGS):
        first, second = dice.choice(TEAMS, 2, replace=False)
        true = dice.uniform(0, LEVELS - 1)
        pairs.append(MarkedTwice(str(number), first, second, mark(true, first), mark(true, second)))
    return pairs


def list_found(pairs: list[MarkedTwice]) -> dict[str, float]:
    return {each.team: each.leaning for each in find_severities(pairs, 1, TURNS) if each.is_found}


def test_where_all_mark_alike_somebody_is_named_in_five_cases_of_a_hundred() -> None:
    dice = np.random.default_rng(20241)
    share = sum(bool(list_found(draw_pairs(dice))) for _ in range(ALIKE)) / ALIKE
    print(f"false alarms: {share:.1%} of {ALIKE} worlds, {ALARM:.0%} meant")  # noqa: T201
    assert 0.02 <= share <= 0.08


def test_a_team_that_marks_one_level_too_low_is_found_and_nobody_else_takes_the_blame() -> None:
    dice = np.random.default_rng(20242)
    worlds = [list_found(draw_pairs(dice, "乙组")) for _ in range(PLANTED)]
    found = sum("乙组" in world and world["乙组"] < 0 for world in worlds) / PLANTED
    blamed = sum(bool(world.keys() - {"乙组"}) for world in worlds) / PLANTED
    print(f"one level: found in {found:.0%} of {PLANTED} worlds, another named in {blamed:.0%}")  # noqa: T201
    assert found >= 0.9
    assert blamed <= 0.15


def test_kappa_is_one_for_equal_marks_and_near_nothing_for_marks_at_random() -> None:
    dice = np.random.default_rng(20243)
    equal = [MarkedTwice(str(n), "甲组", "乙组", x, x) for n, x in enumerate(dice.random(40))]
    assert measure_agreement(equal, 1).kappa == pytest.approx(1)
    mixed = [MarkedTwice(str(n), "甲组", "乙组", *dice.integers(0, 4, 2) * STEP) for n in range(400)]
    agreement = measure_agreement(mixed, 1)
    assert agreement.low is not None and agreement.high is not None and agreement.low < 0 < agreement.high


def test_kappa_is_that_of_the_textbook_with_squared_weights() -> None:
    table = {(0, 0): 11, (0, 1): 3, (1, 0): 1, (1, 1): 9, (1, 2): 4, (2, 0): 1, (2, 1): 2, (2, 2): 12}
    pairs = [
        MarkedTwice(f"{a}{b}{n}", "甲组", "乙组", a / 2, b / 2) for (a, b), many in table.items() for n in range(many)
    ]
    number = sum(table.values())
    rows = [sum(many for (a, _), many in table.items() if a == level) for level in range(3)]
    columns = [sum(many for (_, b), many in table.items() if b == level) for level in range(3)]
    apart = sum(many * (a - b) ** 2 for (a, b), many in table.items()) / number
    expected = sum(rows[a] * columns[b] * (a - b) ** 2 for a in range(3) for b in range(3)) / number**2
    assert measure_agreement(pairs, 1).kappa == pytest.approx(1 - apart / expected)


def test_what_lies_far_apart_stands_out_once_the_severity_of_teams_is_taken_off() -> None:
    usual = [MarkedTwice(str(n), "甲组", "乙组", 0.6 + 0.01 * (n % 3), 0.6) for n in range(20)]
    assert find_outliers(usual, []) == []
    odd = MarkedTwice("odd", "甲组", "乙组", 0.9, 0.2)
    assert find_outliers([*usual, odd], []) == [odd]
    severe = [MarkedTwice(str(n), "甲组", "乙组", 0.2 + 0.01 * (n % 3), 0.6) for n in range(20)]
    assert find_outliers([*severe, odd], find_severities(severe, 1)) == [odd]


def test_few_things_say_nothing() -> None:
    few = [MarkedTwice(str(n), "甲组", "乙组", 0.0, 1.0) for n in range(FEW - 1)]
    assert find_severities(few, 1) == [] and measure_agreement(few, 1).kappa is None
