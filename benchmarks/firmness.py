"""Firmness at size: the distribution of ranks in many worlds, beside a bare product of matrices with its ranking.

The bare one is what nobody can leave out: weights times marks, and the places of every row's totals. Ours besides
rounds totals as they are printed, minds ties, draws the weights in two levels and counts every unit's every rank.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.timing import console, measure_alone, print_table, take_turns
from indicators.pack.model import Cohort
from scoring.trials.firmness.draws import Draws, draw_ranks
from scoring.trials.firmness.fields import Doubts, DrawInputs, Variant, order_board
from scoring.trials.firmness.openings import POINTS
from scoring.trials.whatif import Board, play

INDICATORS, SECTIONS = 100, 10


def measure_firmness(units: int, draws: int, rounds: int) -> None:
    """Print the medians and their ratio to the bare product; a twentieth of the items is in doubt in the last row."""
    plain, doubted = make_field(units, 0.0), make_field(units, 0.05)
    calls: dict[str, Callable[[], object]] = {
        "numpy: product and ranking": partial(rank_bare, plain, draws),
        "ducha: distribution of ranks, weights": partial(draw_plain, plain, draws),
        "ducha: the same, and 5 % of the items in doubt": partial(draw_plain, doubted, draws),
    }
    times = take_turns(calls, rounds)
    bare = times["numpy: product and ranking"]
    rows = [
        (
            name,
            f"{each.median_wall:.2f}",
            f"{each.median_cpu:.2f}",
            f"{each.median_wall / bare.median_wall:.2f}",
            f"{each.median_cpu / bare.median_cpu:.2f}",
        )
        for name, each in times.items()
    ]
    print_table(
        f"{draws:,} draws, {units:,} units, {INDICATORS} indicators",
        ("", "seconds", "of processor", "ratio", "ratio of processor"),
        rows,
    )
    peak, _ = measure_alone(draw_alone, units, draws)
    console.print(f"peak memory of a process that draws with items in doubt: {peak:,.0f} MiB")


def draw_alone(units: int, draws: int) -> int:
    """For the memory: everything in a process of its own."""
    return draw_plain(make_field(units, 0.05), draws).number


def draw_plain(field: DrawInputs, draws: int) -> Draws:
    """Only ranks: neither pairs nor grades."""
    return draw_ranks(field, draws, seed=1, pairs=False, grades=False)


def rank_bare(field: DrawInputs, draws: int) -> int:
    """Weights times marks and the rank of every total, in pieces that fit the memory; floats, and ties as they fall."""
    rng, marks = np.random.default_rng(1), field.variants[0].counted.T
    places, seen = np.arange(field.number)[None, :], 0
    for start in range(0, draws, 200):
        weights = rng.dirichlet(np.full(INDICATORS, 10.0), size=min(200, draws - start))
        order = np.argsort(-(weights @ marks), axis=1)
        ranks = np.empty_like(order)
        np.put_along_axis(ranks, order, places, axis=1)
        seen += int(ranks[0, 0])
    return seen


def make_field(units: int, doubted: float) -> DrawInputs:
    """Units with marks at random in ten sections of ten indicators."""
    rng = np.random.default_rng(7)
    names = tuple(f"u{n}" for n in range(units))
    sections = tuple(f"s{n * SECTIONS // INDICATORS}" for n in range(INDICATORS))
    board = order_board(
        Board(
            cohort=Cohort.model_validate({"id": "c", "title": "c", "members": {"units": ["u0"]}, "full": "100"}),
            precision=2,
            units=names,
            names=names,
            indicators=tuple(f"i{n}" for n in range(INDICATORS)),
            sections=sections,
            counted=rng.integers(0, 101, (units, INDICATORS)),
            applicable=np.full((units, INDICATORS), 100, dtype=np.int64),
            full=np.full(units, 10_000, dtype=np.int64),
            zeroed=np.zeros(units, dtype=np.bool_),
            ranked=np.ones(units, dtype=np.bool_),
            caps=dict.fromkeys(names),
            reviews={"": 1_000_000},
            review_of=dict.fromkeys(sections, ""),
            kinds=dict.fromkeys(sections, "base"),
            extra_caps={},
            floor=None,
            ceiling=None,
        )
    )
    now = play(board)
    rows, columns = np.nonzero(rng.random((units, INDICATORS)) < doubted)
    more = np.linspace(0, 100, POINTS)[None, :] - board.counted[rows, columns][:, None]
    own = Variant(
        "rescale", board.counted.astype(np.float64), board.applicable.astype(np.float64), board.full.astype(np.float64)
    )
    return DrawInputs(
        board=board,
        ranks=now.ranks,
        totals=now.totals,
        marks=np.full(INDICATORS, 100.0),
        base=np.arange(INDICATORS),
        variants=(own,),
        opened=Doubts(rows, columns, more),
        counted=Doubts.of((), 1),
        absences=(),
    )
