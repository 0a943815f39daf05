"""DuckDB and the plain-Python reference agree on hundreds of generated packs and data, in ``make soak`` on thousands.

Both were written from docs/pack-format.md. What this does not prove: that the page says what an office
means, and anything about packs that the generator does not make (YAML, files).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.pack.model import Pack
from scoring.engine.run import Result, score
from scoring.results.rounding import find_moved
from tests.reference.generator import World, random_world
from tests.reference.joined import OUTCOMES, joined_worlds, list_outcomes
from tests.reference.random_days import ask
from tests.reference.results import ReferenceResult
from tests.reference.scorer import score_reference
from tests.worlds import store_tables

#: `make test` tries this many worlds, `make soak` ten thousand.
WORLDS, BLOCK = int(os.environ.get("DUCHA_WORLDS", "240")), 20
#: Of each block so many have a year, days, policies and precision of their own; the others are joined, so many at once.
ALONE, TOGETHER = 4, 16


def list_differences(result: Result, reference: ReferenceResult) -> list[str]:
    """Every item and total in which the two differ."""
    return list_differing_items(result, reference) + _list_differing_totals(result, reference)


def list_differing_items(result: Result, reference: ReferenceResult) -> list[str]:
    """Every item in which the two differ."""
    unit = Decimal(1).scaleb(-result.precision)
    found = []
    items = {(row["cohort"], row["unit"], row["indicator"]): row for row in result.items.iter_rows(named=True)}
    for key in items.keys() | reference.items.keys():
        row, item = items.get(key), reference.items.get(key)
        if row is None or item is None:
            found.append(f"{key}: only in {'the reference' if row is None else 'DuckDB'}")
            continue
        ours = {
            "outcome": row["outcome"],
            "reason": row["reason"] if row["outcome"] in ("pending", "conflict", "error") else None,
            "marks": None if row["points"] is None else row["points"] * unit,
            "applicable": row["applicable_points"] * unit,
            "veto": row["veto"],
        }
        theirs = {
            "outcome": item.outcome,
            "reason": item.reason if item.outcome in ("pending", "conflict", "error") else None,
            "marks": item.marks,
            "applicable": item.applicable,
            "veto": item.veto,
        }
        if ours != theirs:
            found.append(f"{key}: DuckDB {ours}, reference {theirs}")
    return found


def _list_differing_totals(result: Result, reference: ReferenceResult) -> list[str]:
    unit = Decimal(1).scaleb(-result.precision)
    found = []
    for row in result.totals.iter_rows(named=True):
        who = (row["cohort"], row["unit"])
        total, bounds = reference.totals[who], reference.bounds[who]
        ours_total = [_scale(row[name], unit) for name in ("total", "full_points")]
        if [*ours_total, row["grade"], row["rank"]] != [total.total, total.full, total.grade, total.rank]:
            found.append(f"{who}: DuckDB {ours_total}, reference {total}")
        marks = [_scale(row[name], unit) for name in ("low", "high", "widest_points")]
        others = [row[name] for name in ("rank_best", "rank_worst", "grade_best", "grade_worst", "widest")]
        theirs_marks = [bounds.low, bounds.high, bounds.widest_marks]
        theirs_others = [bounds.rank_best, bounds.rank_worst, bounds.grade_best, bounds.grade_worst, bounds.widest]
        if [marks, others] != [theirs_marks, theirs_others]:
            found.append(f"{who}: DuckDB {marks} {others}, reference {bounds}")
    return found


def list_moved(pack: Pack, result: Result, reference: ReferenceResult) -> list[str]:
    """Every unit of which the two do not say the same about what rounding moved."""
    ours = {key: (found.total, found.rank, found.grade) for key, found in find_moved(pack, result).items()}
    theirs = {
        key: (found.total, found.rank, found.grade)
        for key, found in reference.unrounded.items()
        if (found.rank, found.grade) != (reference.totals[key].rank, reference.totals[key].grade)
    }
    apart = [key for key in ours | theirs if ours.get(key) != theirs.get(key)]
    return [f"{key}: DuckDB {ours.get(key)}, reference {theirs.get(key)}" for key in apart]


def _scale(points: int | None, unit: Decimal) -> Decimal | None:
    return None if points is None else points * unit


def score_world(world: World, folder: Path) -> Result:
    """The world through DuckDB."""
    inputs = store_tables(world.pack, world.tables, world.scopes, folder, world.declared)
    return score(world.pack, inputs, world.year, world.as_of, threads=1)


def list_worlds(first: int) -> Iterator[tuple[range, World]]:
    """The worlds of a block by their seeds."""
    joined = first + ALONE
    for seed in range(first, joined):
        yield range(seed, seed + 1), random_world(seed)
    for seed in range(joined, first + BLOCK, TOGETHER):
        seeds = range(seed, seed + TOGETHER)
        yield seeds, joined_worlds(seeds)


@pytest.mark.parametrize("block", range(WORLDS // BLOCK))
def test_sql_and_reference_agree(block: int, tmp_path: Path) -> None:
    for seeds, world in list_worlds(block * BLOCK):
        reference = score_reference(
            world.pack, world.tables, world.scopes, world.year, world.as_of, ask(world.pack.calendar), world.declared
        )
        result = score_world(world, tmp_path)
        differences = list_differences(result, reference) + list_moved(world.pack, result, reference)
        assert not differences, f"{seeds}\n" + "\n".join(differences)


def test_joined_worlds_have_every_outcome_that_there_is() -> None:
    lacking = set(OUTCOMES)
    for first in range(0, WORLDS, BLOCK):
        for seeds, world in list_worlds(first):
            if len(seeds) > 1:
                lacking -= list_outcomes(world)
        if not lacking:
            break
    assert len(OUTCOMES) == 6 and not lacking
