"""A page shows both runs of the same inputs, where two versions of results gave other marks. How: tests/scoring."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.batches.records import Inputs
from data.intake.imports import import_files
from scoring.engine.run import Result, score
from scoring.runs import making, manifests, store
from scoring.runs.rescoring import rescore
from tests.dashboard.office import found_office


def see_nothing(pack: Any, inputs: Inputs, year: int, as_of: date, **options: Any) -> Result:
    """The engine of an older program, to which nothing is reported."""
    return score(pack, replace(inputs, scopes=frozenset()), year, as_of, **options)


def test_beside_a_ranking_stands_what_another_version_gave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = found_office(tmp_path / "workspace")
    workspace, world = office.workspace, office.world
    path = tmp_path / "司法建议.csv"
    path.write_text("单位,建议书编号,收到日期\n高平市,1号,2024-01-05\n泽州县,2号,2024-01-05\n", encoding="utf-8")
    import_files(workspace, world.ledger.pack, [path], now=world.tick(), user="lead")
    with monkeypatch.context() as older:
        older.setattr(making, "score", see_nothing)
        first = rescore(world.ledger, workspace, "lead", 2024, date(2025, 4, 10), now=world.tick())
    for module in (manifests, store):
        monkeypatch.setattr(module, "RESULTS_VERSION", 2)
    second = rescore(world.ledger, workspace, "lead", 2024, date(2025, 4, 10), now=world.tick())
    with office.open("lead", "overview", run=second.id) as at:
        (said,) = (each.value for each in at.info if "另有一次评分" in each.value)
        assert first.id in said and "那次是结果版本 1，这次是结果版本 2" in said
        (table,) = (str(each.body) for each in at.get("html") if f"那次：{first.id}" in str(each.body))
        assert "高平市" in table and "泽州县" in table
    with office.open("lead", "overview", run=first.id) as at:
        assert any(second.id in each.value for each in at.info), "the older one opens, and names the newer"
    with office.open("zz", "unit", run=second.id) as at:
        (table,) = (str(each.body) for each in at.get("html") if f"那次：{first.id}" in str(each.body))
        assert "泽州县" in table and "高平市" not in table, "a county reads of its own marks alone"
