"""The plain scorer beside the engine wherever cases are run."""

from __future__ import annotations

from datetime import date

import pytest

from data.batches.records import Inputs
from indicators.pack.model import Pack
from scoring.engine.run import Result, score
from tests.reference.random_days import ask
from tests.reference.scorer import score_reference
from tests.scoring.test_agreement import list_differing_items
from tests.worlds import read_declared, read_tables


def judge_twice(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the reference score all that cases are run on, too; what it gives otherwise is added to the list.

    Totals are not compared: where cases are scored together, items stand side by side that no table holds.
    """
    differing: list[str] = []

    def score_twice(pack: Pack, inputs: Inputs, year: int, as_of: date, threads: int | None = None) -> Result:
        result = score(pack, inputs, year, as_of, threads=threads)
        tables, declared = read_tables(pack, inputs), read_declared(pack, inputs)
        reference = score_reference(pack, tables, set(inputs.scopes), year, as_of, ask(pack.calendar), declared)
        differing.extend(list_differing_items(result, reference))
        return result

    monkeypatch.setattr("scoring.cases.run.score", score_twice)
    return differing
