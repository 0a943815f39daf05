"""Stored runs as frames, and what-if: with nothing moved they are the run, exactly.

Not proved here: that the run is right (the reference scorer does that).
"""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from data.runs.folder import RunFolder
from indicators.pack.model import Grade, Pack
from scoring.engine.run import Result
from scoring.results.losses import list_losses
from scoring.results.result import add_ends, lay_out_items, write_frame, write_json, write_parquet
from scoring.results.scale import measure_scores
from scoring.results.scores import Scores, read_scores, restore_result, write_marks
from scoring.trials.whatif import Board, build_board, play
from tests.reference.generator import World, random_world
from tests.reference.joined import joined_worlds
from tests.scoring.test_agreement import score_world

WORLDS, BLOCK = 36, 6


def store(world: World, result: Result, folder: Path) -> Scores:
    """The run of a world on disk, read back."""
    manifest = {"id": "1", "year": world.year, "as_of": world.as_of.isoformat(), "fictional": True, "batches": []}
    folder.mkdir()
    (folder / "result.json").write_bytes(write_json(manifest, world.pack, result))
    (folder / "items.parquet").write_bytes(write_parquet(add_ends(lay_out_items(world.pack, result), result)))
    (folder / "parts.parquet").write_bytes(write_frame(result.parts))
    return read_scores(RunFolder(folder, manifest, None, ""), world.pack)


@pytest.mark.parametrize("first", range(0, WORLDS, BLOCK))
def test_a_stored_run_comes_back_and_what_if_with_nothing_moved_is_the_run(first: int, tmp_path: Path) -> None:
    # Two worlds each for itself, and the others at once.
    together = joined_worlds(range(first + 2, first + BLOCK))
    for seed, world in enumerate((random_world(first), random_world(first + 1), together), first):
        (tmp_path / f"{seed}").mkdir()
        result = score_world(world, tmp_path / f"{seed}")
        folder = tmp_path / f"run{seed}"
        scores = store(world, result, folder)
        restored = restore_result(RunFolder(folder, {}, None, ""), world.pack, scores)
        assert restored.items.equals(result.items), seed
        assert restored.parts.equals(result.parts), seed
        for cohort in world.pack.head.cohorts:
            _check_board(world.pack, scores, cohort.id, seed)


def _check_scale(pack: Pack, scores: Scores, board: Board, seed: int) -> None:
    """What marks are worth in the total is by how much the total rises with them, before limits and vetoes."""
    free = replace(board, floor=None, ceiling=None, zeroed=np.zeros_like(board.zeroed))
    scale, cohort, before = measure_scores(pack, scores), board.cohort.id, play(free).totals
    dice = random.Random(seed)
    for place, unit in enumerate(board.units):
        for loss in dice.sample(losses := list_losses(scores.of_cohort(cohort), unit, scale), min(3, len(losses))):
            counted = int(board.counted[place, board.indicators.index(loss.indicator)])
            moved = play(free, {(unit, loss.indicator): counted + loss.lost}).totals
            assert loss.in_total == moved[place] - before[place], (seed, unit, loss)


def _check_board(pack: Pack, scores: Scores, cohort: str, seed: int) -> None:
    board = build_board(pack, scores, cohort)
    _check_scale(pack, scores, board, seed)
    outcome = play(board)
    totals = {row["unit"]: row for row in scores.of_cohort(cohort).totals.iter_rows(named=True)}
    for number, unit in enumerate(board.units):
        row = totals[unit]
        assert outcome.totals[number] == row["total"], (seed, unit)
        assert (None if outcome.ranks[number] < 0 else outcome.ranks[number]) == row["rank"], (seed, unit)
        if row["rank"] is not None:
            assert outcome.grades[number] == row["grade"], (seed, unit)
    assert {unit for unit, row in totals.items() if row["total"] is not None} == set(board.units)


def widen(board: Board, units: int, indicators: int) -> Board:
    """A board of many units and indicators with random marks, under the same rules."""
    import numpy as np

    chance = np.random.default_rng(1)
    base = next(section for section in board.sections if board.kinds[section] == "base")
    names = tuple(f"u{n}" for n in range(units))
    full = np.full((units, indicators), 100, dtype=np.int64)
    return Board(
        **{
            **board.__dict__,
            "units": names,
            "names": names,
            "indicators": tuple(f"i{n}" for n in range(indicators)),
            "sections": tuple([base] * indicators),
            "counted": chance.integers(0, 101, (units, indicators)),
            "applicable": full,
            "full": np.full(units, 10_000, dtype=np.int64),
            "zeroed": np.zeros(units, dtype=bool),
            "ranked": np.ones(units, dtype=bool),
            "caps": dict.fromkeys(names),
        }
    )


def a_board(tmp_path: Path) -> Board:
    """A board with a base section and a unit."""
    for seed in range(50):
        world = random_world(seed)
        (tmp_path / f"{seed}").mkdir()
        scores = store(world, score_world(world, tmp_path / f"{seed}"), tmp_path / f"run{seed}")
        for cohort in world.pack.head.cohorts:
            board = build_board(world.pack, scores, cohort.id)
            if board.units and "base" in {board.kinds[section] for section in board.sections}:
                return board
    raise AssertionError("no world has a base section")


def test_a_moved_item_moves_its_unit_alone_and_ties_share_a_rank(tmp_path: Path) -> None:
    board = widen(a_board(tmp_path), 200, 10)
    before = play(board)
    chosen = random.Random(1).choice(board.units)
    number = board.units.index(chosen)
    after = play(board, {(chosen, "i0"): int(board.counted[number, 0]) + 500})
    changed = [n for n in range(200) if before.totals[n] != after.totals[n]]
    assert changed == [number]
    for n in range(200):
        assert after.ranks[n] == 1 + sum(after.totals > after.totals[n])
    with pytest.raises(KeyError):
        play(board, {("nobody", "i0"): 1})


def test_what_is_too_large_for_64_bits_is_exact_too(tmp_path: Path) -> None:
    board = widen(a_board(tmp_path), 20, 5)
    huge = Board(**{**board.__dict__, "full": board.full * 10**9, "ceiling": None, "extra_caps": {}})
    for number, total in enumerate(play(huge).totals):
        earned, applies = int(board.counted[number].sum()), int(board.applicable[number].sum())
        assert int(total) == (2 * earned * 10**13 + applies) // (2 * applies)


def test_3000_units_and_100_indicators_are_played_as_by_hand(tmp_path: Path) -> None:
    board = widen(a_board(tmp_path), 3000, 100)
    section = board.sections[0]
    bands = tuple(Grade.model_validate(band) for band in BANDS)
    precise = {"precision": 2, "floor": None, "ceiling": None, "extra_caps": {}}
    board = Board(**{**board.__dict__, **precise, "cohort": board.cohort.model_copy(update={"grades": bands})})
    board = Board(**{**board.__dict__, "caps": {**board.caps, "u7": "中"}, "reviews": {board.review_of[section]: 1}})
    then = play(board, {("u5", "i7"): 0}, {section: 150})
    totals = []
    for number, row in enumerate(board.counted.tolist()):
        earned = sum(row) - (row[7] if number == 5 else 0)
        totals.append((2 * earned * 10_000 + 10_000) // 20_000)
    assert then.totals.tolist() == totals
    ordered = sorted(totals, reverse=True)
    assert then.ranks.tolist() == [ordered.index(total) + 1 for total in totals]
    held = [next(band.name for band in bands if band.holds(Decimal(total) / 100)) for total in totals]
    held[7] = min(held[7], "中", key=lambda name: [band.name for band in bands].index(name))
    assert then.grades == tuple(held) and len(set(held)) == len(bands)


#: From the lowest up, with every kind of bound; 50.00 itself is held by one band alone.
BANDS: tuple[dict[str, str], ...] = (
    {"name": "差", "below": "48.5"},
    {"name": "中", "at_least": "48.5", "at_most": "50"},
    {"name": "良", "above": "50", "below": "51.005"},
    {"name": "优", "at_least": "51.005"},
)


@pytest.mark.parametrize(
    ("points", "precision", "signed", "text"),
    [(150, 2, False, "1.50"), (-5, 2, True, "−0.05"), (5, 2, True, "+0.05"), (0, 2, True, "0.00"), 
     (None, 2, False, "—"), (7, 0, False, "7")],
)  # fmt: skip
def test_marks_are_written_with_their_decimals(points: int | None, precision: int, signed: bool, text: str) -> None:
    assert write_marks(points, precision, signed=signed) == text
    if points is not None and text[0].isdigit():
        assert Decimal(text).scaleb(precision) == points
