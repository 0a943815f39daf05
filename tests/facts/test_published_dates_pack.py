"""The pack ``published-dates`` fits its data, and its cases agree with a plain reading of its rules.

The cases are judged here by ``plain_dates``, not by the engine: this shows that the pack's author and
a second reader understand the words alike, not that the engine does.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from tests.facts.plain_dates import judge
from tests.facts.verdicts import ANNUAL_REPORTS, DECISION_CATALOGUES, SCORE_ITEMS

FOLDER = find_pack("published-dates")
PUBLISHED = Path(__file__).parents[2] / "data" / "published"
CASES: list[dict[str, Any]] = [
    case
    for path in sorted((FOLDER / "cases").glob("*.yaml"))
    for case in YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["cases"]
]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(FOLDER)


def test_nobody_is_ranked_and_the_pack_says_why(pack: Pack) -> None:
    assert not any(cohort.ranked or cohort.grades for cohort in pack.head.cohorts)
    assert "不是抽样" in (pack.head.not_a_ranking or "")


def test_every_unit_of_the_data_belongs_to_exactly_one_cohort(pack: Pack) -> None:
    members = [unit.name for cohort in pack.head.cohorts for unit in pack.members(cohort)]
    assert len(members) == 121
    assert set(members) == {entry.unit for entry in (*ANNUAL_REPORTS, *DECISION_CATALOGUES)}


@pytest.mark.parametrize("dataset", ["annual_reports", "decision_catalogues"])
def test_the_header_of_a_file_is_the_titles_of_its_columns(pack: Pack, dataset: str) -> None:
    with (PUBLISHED / f"{dataset}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == [column.title for column in pack.dataset(dataset).columns]


def test_every_choice_beyond_the_texts_is_said_to_be_one(pack: Pack) -> None:
    for indicator in pack.indicators:
        chosen = {name for cite in indicator.cites if cite.local_choice for name in cite.supports}
        assert chosen == {"marks", "scope", "deadline", "measure"}, indicator.id


def test_cases_have_ids_of_their_own_and_reach_every_outcome_of_both_indicators() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
    reached = {(case["indicator"], case["expect"].get("reason", case["expect"].get("marks"))) for case in CASES}
    both = {"1", "0", "evidence_needed", "dates_disagree", "not_due", "not_reported"}
    assert reached == {
        *(("34.annual-report-published", word) for word in both | {"before_year_end"}),
        *(("11.decision-catalogue-published", word) for word in both),
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_a_case_agrees_with_a_plain_reading(case: dict[str, Any]) -> None:
    annual = case["indicator"] == "34.annual-report-published"
    dataset = "annual_reports" if annual else "decision_catalogues"
    year, as_of = int(case["year"]), date.fromisoformat(case["as_of"])
    last_day = date(year + 1, 3, 31) if annual else date(year, 4, 30)
    rows = case["rows"].get(dataset, [{}])
    # Only rows that tell their own day are several: the earliest is the day of publication.
    assert case["reported"] in ([], [dataset]) and (len(rows) == 1 or all(row["published_on"] for row in rows))
    first = min(rows, key=lambda row: row.get("published_on", ""))
    verdict = judge(first, last_day, as_of, date(year, 12, 31) if annual else None)
    assert case["expect"] == describe(verdict if case["reported"] else "not_reported")


def describe(verdict: str) -> dict[str, str]:
    """The ``expect`` mapping of a case with that verdict."""
    if verdict in ("not_due", "not_reported"):
        return {"outcome": "pending", "reason": verdict}
    ((outcome, marks, reason),) = [item for name, item in SCORE_ITEMS.items() if name == verdict]
    expected = {"outcome": outcome, "marks": None if marks is None else str(marks), "reason": reason}
    return {name: value for name, value in expected.items() if value is not None}
