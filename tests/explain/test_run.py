"""All records of a run at once are the same as each of them alone.

This says nothing about whether a record is right: the other tests of this folder do.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scoring.base import cells
from scoring.engine.run import score
from scoring.evidence import open_evidence
from scoring.explain.record import explain_item, explain_run
from tests.reference.joined import joined_worlds
from tests.worlds import store_tables

#: Worlds are scored so many at once, and so many items of each are explained alone.
WORLDS_EACH, ITEMS_EACH = 5, 6
#: `make soak` tries more.
SEEDS = range(1000, 1000 + WORLDS_EACH * int(os.environ.get("DUCHA_LINE_BATCHES", "3")), WORLDS_EACH)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_record_is_the_same_alone_and_among_all(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Few, so that what is wanted of a dataset is sometimes shared out to several statements.
    monkeypatch.setattr(cells, "ROWS_AT_ONCE", 60)
    world = joined_worlds(range(seed, seed + WORLDS_EACH))
    inputs = store_tables(world.pack, world.tables, world.scopes, tmp_path, world.declared)
    result = score(world.pack, inputs, world.year, world.as_of, threads=1)
    # Small batches, so that a unit of a later batch is looked at as well.
    found = list(explain_run(world.pack, inputs, result, run_id="r", limit=3, batch=2))
    records = [record for unit in found for record in unit.records]
    order = [(row["cohort"], row["unit"], row["indicator"]) for row in result.items.iter_rows(named=True)]
    assert [(record["cohort"], record["unit"], record["indicator"]) for record in records] == order
    with open_evidence(world.pack, inputs, world.year, world.as_of) as connection:
        for place in range(seed // 5 % 5, len(records), max(len(records) // (WORLDS_EACH * ITEMS_EACH), 1)):
            alone = explain_item(world.pack, inputs, result, *order[place], run_id="r", connection=connection, limit=3)
            assert records[place] == alone
