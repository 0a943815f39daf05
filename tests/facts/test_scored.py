"""The published dates, imported like any file and scored by the engine, come to the verdicts worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from data.batches.records import current_inputs
from data.intake.imports import import_files
from data.store.workspace import create_workspace
from indicators.reader import find_pack, load_pack
from scoring.engine.run import score
from scoring.results.result import list_items
from tests.facts.verdicts import ANNUAL_REPORTS, AS_OF, DECISION_CATALOGUES, SCORE_ITEMS

Items = dict[tuple[str, str, int], tuple[str, str | None, str | None]]


@pytest.fixture(scope="module")
def items(tmp_path_factory: pytest.TempPathFactory) -> Items:
    folder = find_pack("published-dates")
    pack = load_pack(folder)
    workspace = create_workspace(tmp_path_factory.mktemp("facts") / "workspace", folder)
    paths = [Path(str(files("data") / "published"))]
    import_files(workspace, pack, paths, now=datetime(2026, 4, 1, tzinfo=UTC), user="test")
    inputs = current_inputs(workspace, pack)
    return {
        (item.indicator, item.unit_name, year): (item.outcome, item.marks, item.reason)
        for year in range(2020, 2026)
        for item in list_items(pack, score(pack, inputs, year, date.fromisoformat(AS_OF)))
    }


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [("34.annual-report-published", ANNUAL_REPORTS), ("11.decision-catalogue-published", DECISION_CATALOGUES)],
)
def test_every_published_date_comes_to_its_verdict(indicator: str, expected: tuple, items: Items) -> None:  # type: ignore[type-arg]
    different = {}
    for report in expected:
        outcome, marks, reason = SCORE_ITEMS[report.verdict]
        wanted = (outcome, None if marks is None else f"{marks}", reason)
        got = items[indicator, report.unit, report.year]
        if (got[0], None if got[1] is None else got[1].rstrip("0").rstrip(".") or "0", got[2]) != wanted:
            different[report] = got
    assert not different


def test_a_place_without_a_document_is_not_judged(items: Items) -> None:
    reported = {(entry.unit, entry.year) for entry in ANNUAL_REPORTS}
    others = [
        value
        for (name, unit, year), value in items.items()
        if name == "34.annual-report-published" and (unit, year) not in reported
    ]
    assert {(outcome, reason) for outcome, _, reason in others} == {("pending", "not_reported")}
