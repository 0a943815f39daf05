"""134 published reports, their dates as found, and what the plan's two deadlines make of them.

Read here in plain Python from the shipped CSV files, and compared with numbers and verdicts written
out by hand. This proves nothing about the scoring engine, nothing about pages that were not found,
and not that a web page said what the CSV says it said.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.facts.plain_dates import judge, read_span
from tests.facts.verdicts import ANNUAL_REPORTS, AS_OF, DECISION_CATALOGUES, SCORE_ITEMS, Expected

PUBLISHED = Path(__file__).parents[2] / "data" / "published"
COLUMNS = {"成文日期": "drafted_on", "公布日期": "published_on", "网址日期": "url_date"}
Row = dict[str, str]


def read_rows(dataset: str) -> list[Row]:
    with (PUBLISHED / f"{dataset}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REPORTS = read_rows("annual_reports")
CATALOGUES = read_rows("decision_catalogues")
ALL_ROWS = [*REPORTS, *CATALOGUES]


def name_of(row: Row) -> str:
    return f"{row['单位']} {row['年度']}"


def judge_report(row: Row) -> str:
    """「4月1日之前」 of the next year: 31 March is the last day, and the year must be over."""
    year = int(row["年度"])
    dates = {COLUMNS[title]: cell for title, cell in row.items() if title in COLUMNS}
    return judge(dates, date(year + 1, 3, 31), date.fromisoformat(AS_OF), date(year, 12, 31))


def judge_catalogue(row: Row) -> str:
    """「4月底前」 of the same year: 30 April is the last day."""
    dates = {COLUMNS[title]: cell for title, cell in row.items() if title in COLUMNS}
    return judge(dates, date(int(row["年度"]), 4, 30), date.fromisoformat(AS_OF))


def test_there_are_95_annual_reports_and_39_catalogues_of_121_units() -> None:
    assert (len(REPORTS), len(CATALOGUES)) == (95, 39)
    assert len({row["单位"] for row in ALL_ROWS}) == 121


@pytest.mark.parametrize("rows", [REPORTS, CATALOGUES], ids=["annual_reports", "decision_catalogues"])
def test_a_unit_has_one_report_a_year(rows: list[Row]) -> None:
    assert max(Counter(name_of(row) for row in rows).values()) == 1


def test_annual_reports_come_out_as_91_in_time_3_undecided_1_conflict() -> None:
    assert Counter((row["年度"], judge_report(row)) for row in REPORTS) == {
        ("2020", "in_time"): 1,
        ("2021", "in_time"): 1,
        ("2022", "in_time"): 7,
        ("2023", "in_time"): 14,
        ("2024", "in_time"): 12,
        ("2024", "evidence_needed"): 3,
        ("2025", "in_time"): 56,
        ("2025", "before_year_end"): 1,
    }


def test_catalogues_come_out_as_14_in_time_20_late_4_undecided_1_conflict() -> None:
    assert Counter((row["年度"], judge_catalogue(row)) for row in CATALOGUES) == {
        ("2022", "in_time"): 1,
        ("2022", "late"): 5,
        ("2022", "evidence_needed"): 3,
        ("2023", "in_time"): 3,
        ("2023", "late"): 5,
        ("2024", "in_time"): 4,
        ("2024", "late"): 7,
        ("2025", "in_time"): 6,
        ("2025", "late"): 3,
        ("2025", "evidence_needed"): 1,
        ("2025", "dates_disagree"): 1,
    }


def judge_by_any_date(row: Row, last_day: date) -> str:
    """What a reader does who takes whatever date is at hand and calls it the date of publication."""
    span = read_span(row["公布日期"] or row["网址日期"] or row["成文日期"])
    assert span is not None
    return "in_time" if span[1] <= last_day else "late"


def test_taking_any_date_at_hand_would_call_3_reports_and_21_catalogues_late() -> None:
    reports = [judge_by_any_date(row, date(int(row["年度"]) + 1, 3, 31)) for row in REPORTS]
    catalogues = [judge_by_any_date(row, date(int(row["年度"]), 4, 30)) for row in CATALOGUES]
    assert Counter(reports) == {"in_time": 92, "late": 3}
    assert Counter(catalogues) == {"in_time": 18, "late": 21}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(REPORTS, ANNUAL_REPORTS), (CATALOGUES, DECISION_CATALOGUES)],
    ids=["annual_reports", "decision_catalogues"],
)
def test_every_row_has_its_expected_verdict(rows: list[Row], expected: tuple[Expected, ...]) -> None:
    judge_row = judge_report if rows is REPORTS else judge_catalogue
    assert [(row["单位"], int(row["年度"]), judge_row(row)) for row in rows] == list(expected)
    assert {entry.verdict for entry in expected} <= set(SCORE_ITEMS)


@pytest.mark.parametrize("row", ALL_ROWS, ids=name_of)
def test_a_date_stands_in_the_column_that_its_provenance_allows(row: Row) -> None:
    note = row["出处说明"]
    assert bool(row["公布日期"]) == ("公布日期取自页面" in note)
    assert bool(row["网址日期"]) == ("日期取自网址" in note or "另有网址日期" in note)
    assert "材料 " in note
    if "公布日期不详" in note:
        assert row["成文日期"] and not row["公布日期"] and not row["网址日期"]


def test_a_month_stays_a_month_and_says_so() -> None:
    months = [name_of(row) for row in ALL_ROWS if any(len(row[title]) == 7 for title in COLUMNS)]
    assert months == ["邵阳市武冈市龙溪镇 2024", "朝阳市 2023", "吐鲁番市高昌区 2025"]
    assert months == [name_of(row) for row in ALL_ROWS if "只到月" in row["出处说明"]]


@pytest.mark.parametrize(
    ("rows", "unit", "year", "drafted", "published", "address", "verdict"),
    [
        (REPORTS, "天津市静海区", "2024", "", "", "2025-04-22", "evidence_needed"),
        (REPORTS, "长治市", "2024", "", "", "2025-04-11", "evidence_needed"),
        (REPORTS, "邵阳市武冈市龙溪镇", "2024", "", "", "2025-04", "evidence_needed"),
        (REPORTS, "晋城市沁水县郑庄镇", "2025", "", "", "2025-12-09", "before_year_end"),
        (REPORTS, "枣庄市滕州市羊庄镇", "2025", "", "", "2026-01-13", "in_time"),
        (CATALOGUES, "枣庄市市中区", "2025", "2025-03-31", "2025-03-31", "2025-05-20", "dates_disagree"),
        (CATALOGUES, "天津市河北区", "2022", "2022-04-28", "", "2022-05-19", "evidence_needed"),
        (CATALOGUES, "黄石市黄石经开区·铁山区", "2024", "", "2024-09-27", "2024-12-19", "late"),
        (CATALOGUES, "滨州市", "2022", "2022-04-26", "", "", "evidence_needed"),
        (CATALOGUES, "曲靖市麒麟区", "2023", "2023-05-10", "", "", "late"),
        (CATALOGUES, "朝阳市", "2023", "", "", "2023-03", "in_time"),
        (CATALOGUES, "吐鲁番市高昌区", "2025", "2025-03-29", "", "2025-04", "in_time"),
    ],
)
def test_the_rows_that_look_simple_and_are_not(
    rows: list[Row], unit: str, year: str, drafted: str, published: str, address: str, verdict: str
) -> None:
    (row,) = [row for row in rows if (row["单位"], row["年度"]) == (unit, year)]
    assert [row.get(title, "") for title in COLUMNS] == [drafted, published, address]
    assert (judge_report if rows is REPORTS else judge_catalogue)(row) == verdict


def test_no_page_date_contradicts_its_own_draft() -> None:
    for row in ALL_ROWS:
        drafted, known = read_span(row["成文日期"]), read_span(row["公布日期"] or row["网址日期"])
        assert drafted is None or known is None or drafted[0] <= known[1], name_of(row)
