"""Whatever explanations are given of a run is compared before one of them is taken over from another run.

That what was taken over is what would be made is the matter of ``tests/scoring/test_partly.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

import polars as pl
import pytest

from scoring.engine.run import Result, score
from scoring.explain.grounds import Ground, Grounds, ItemPlace, ItemRows, gather_grounds
from tests.reference.examples import EXAMPLES
from tests.worlds import store_tables

EXAMPLE = EXAMPLES[0]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    inputs = store_tables(EXAMPLE.pack, EXAMPLE.tables, EXAMPLE.scopes, tmp_path_factory.mktemp("batches"))
    return score(EXAMPLE.pack, inputs, EXAMPLE.year, EXAMPLE.as_of, threads=1)


@pytest.fixture(scope="module")
def grounds(result: Result) -> Grounds:
    return gather_grounds(EXAMPLE.pack.of_year(EXAMPLE.year), result)


def test_the_same_run_stands_on_the_same(grounds: Grounds, result: Result) -> None:
    again = gather_grounds(EXAMPLE.pack.of_year(EXAMPLE.year), result)
    assert grounds.list_same(again) == grounds.items.list_places() != []


@pytest.mark.parametrize("name", [each.name for each in fields(Grounds)])
def test_every_ground_is_asked(grounds: Grounds, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_moved(self: Ground, before: Ground, places: Sequence[ItemPlace]) -> set[ItemPlace]:
        return {places[0]}

    monkeypatch.setattr(type(getattr(grounds, name)), "find_moved", find_moved)
    assert grounds.list_same(grounds) == grounds.items.list_places()[1:]


def test_an_item_stands_on_its_row_its_parts_and_its_peers(grounds: Grounds) -> None:
    first, *rest = grounds.items.list_places()
    rows, parts = grounds.items.frame, grounds.parts.frame
    own = pl.all_horizontal(pl.col(name) == getattr(first, name) for name in ("cohort", "unit", "indicator"))
    other = pl.when(own).then(pl.lit("error")).otherwise("outcome").alias("outcome")
    before = replace(grounds, items=ItemRows(rows.with_columns(other)))
    assert grounds.list_same(before) == rest
    before = replace(grounds, parts=replace(grounds.parts, frame=parts.with_columns(other)))
    assert grounds.list_same(before) == rest
    numbers = frozenset(parts["part"])
    compared = [each for each in rest if (each.cohort, each.indicator) != (first.cohort, first.indicator)]
    now = replace(grounds, parts=replace(grounds.parts, comparing=numbers))
    assert now.list_same(before) == compared != rest
