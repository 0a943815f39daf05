"""Trials of other weights, on a small table that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from indicators.pack.model import Cohort
from scoring.results.scores import Scores
from scoring.trials.robustness import list_intervals, list_pairs, try_weights
from scoring.trials.whatif import Board, play

UNITS = ("jia", "yi", "bing")
COHORT = Cohort.model_validate({"id": "c", "title": "组", "members": {"units": list(UNITS)}, "full": "100"})


def make_board(*counted: tuple[int, int]) -> Board:
    """Units with marks in two sections, 法 worth 60 and 数 worth 40."""
    number = len(counted)
    return Board(
        cohort=COHORT,
        precision=0,
        units=UNITS[:number],
        names=("甲", "乙", "丙")[:number],
        indicators=("a", "b"),
        sections=("law", "data"),
        counted=np.array(counted, dtype=np.int64),
        applicable=np.array([(60, 40)] * number, dtype=np.int64),
        full=np.array([100] * number, dtype=np.int64),
        zeroed=np.zeros(number, dtype=np.bool_),
        ranked=np.ones(number, dtype=np.bool_),
        caps=dict.fromkeys(UNITS),
        reviews={"": 1_000_000},
        review_of={"law": "", "data": ""},
        kinds={"law": "base", "data": "base"},
        extra_caps={},
        floor=None,
        ceiling=None,
    )


def make_scores(board: Board, **bounds: tuple[int, int]) -> Scores:
    totals = play(board).totals
    rows = [
        {"unit": unit, "low": bounds.get(unit, (int(total),))[0], "high": bounds.get(unit, (int(total),))[-1]}
        for unit, total in zip(board.units, totals, strict=True)
    ]
    return Scores("r", 2024, date(2025, 4, 10), 0, True, (), pl.DataFrame(), pl.DataFrame(rows))


@pytest.fixture
def board() -> Board:
    # 甲 60+20=80, 乙 40+38=78, 丙 10+10=20: at half of 法 甲 has 50/70 = 71 and 乙 58/70 = 83 of a hundred.
    return make_board((60, 20), (40, 38), (10, 10))


def test_every_section_gets_every_weight_while_the_others_keep_theirs(board: Board) -> None:
    trials = try_weights(board, (50, 150))
    assert trials.tried == (("law", 50), ("law", 150), ("data", 50), ("data", 150))
    assert trials.totals[0].tolist() == [71, 83, 21]
    assert trials.now.tolist() == [80, 78, 20]


def test_an_interval_is_the_best_and_the_worst_rank_of_all_trials(board: Board) -> None:
    found = [(row.name, row.rank, row.best, row.worst) for row in list_intervals(try_weights(board, (50, 150)))]
    assert found == [("甲", 1, 1, 2), ("乙", 2, 1, 2), ("丙", 3, 3, 3)]


def test_the_tipping_point_is_the_least_change_that_turns_a_pair_around(board: Board) -> None:
    pairs = {(pair.upper, pair.lower): pair for pair in list_pairs(try_weights(board), make_scores(board))}
    tip = pairs["甲", "乙"]
    assert tip.gap == 2 and not tip.firm and tip.section is not None and tip.weight is not None
    caught = play(board, None, {tip.section: tip.weight}).totals
    assert caught[1] >= caught[0]
    nearer = [weight for weight in try_weights(board).weights if abs(weight - 100) < abs(tip.weight - 100)]
    for section in ("law", "data"):
        for weight in nearer:
            totals = play(board, None, {section: weight}).totals
            assert totals[0] > totals[1]
    assert pairs["乙", "丙"].firm and pairs["乙", "丙"].section is None


def test_with_nothing_between_them_or_something_unknown_a_pair_cannot_be_told_apart() -> None:
    level = make_board((50, 30), (50, 30))
    assert [pair.firm for pair in list_pairs(try_weights(level), make_scores(level))] == [False]
    apart = make_board((60, 40), (30, 20))
    (firm,) = list_pairs(try_weights(apart), make_scores(apart))
    (unknown,) = list_pairs(try_weights(apart), make_scores(apart, yi=(50, 100)))
    assert (firm.firm, firm.open) == (True, False)
    assert (unknown.firm, unknown.open, unknown.section) == (False, True, None)


def test_who_is_not_ranked_takes_no_part(board: Board) -> None:
    trials = try_weights(replace(board, ranked=np.array([True, False, True])))
    assert [row.name for row in list_intervals(trials)] == ["甲", "丙"]
    assert [(pair.upper, pair.lower) for pair in list_pairs(trials, make_scores(board))] == [("甲", "丙")]
