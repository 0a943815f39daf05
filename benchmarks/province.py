"""A made-up province: a pack over six datasets whose indicators cover the costly kinds of rule."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from indicators.entries.tables import Dataset
from indicators.lint import LOOKUPS, MEANINGS, REFERENCES
from indicators.pack.model import Indicator, Pack, PackFile
from indicators.pack.register import Register

YEAR = 2024
COHORT = "counties"
Body = dict[str, Any]


def _column(name: str, kind: str, **more: Any) -> Body:
    return {"name": name, "title": name, "type": kind, **more}


def _dataset(name: str, period: Body, key: list[str], *columns: Body, **more: Any) -> Body:
    own = [_column("unit", "unit"), *columns]
    return {"id": name, "title": name, "columns": own, "key": ["unit", *key], "period": period, **more}


DATASETS = (
    _dataset(
        "people",
        {"standing": "true"},
        ["person_id", "joined"],
        _column("person_id", "text"),
        _column("role", "choice", choices=["复议人员", "执法人员", "领导", "其他"]),
        _column("joined", "date"),
        _column("left", "date", required=False),
        people={"person": "person_id", "joined": "joined", "left": "left"},
    ),
    _dataset(
        "training",
        {"date": "held_on"},
        ["person_id", "held_on", "topic"],
        _column("person_id", "text"),
        _column("held_on", "date"),
        _column("category", "choice", choices=["业务", "执法", "法治", "讲座"]),
        _column("hours", "decimal", decimals=1, at_least="0", at_most="24"),
        _column("topic", "text"),
        event_date="held_on",
    ),
    _dataset(
        "activities",
        {"date": "held_on"},
        ["number"],
        _column("number", "integer"),
        _column("held_on", "date"),
        _column("kind", "choice", choices=["讲座", "旁听", "宣讲"]),
        _column("level", "choice", choices=["国家级", "省级", "市级", "其他"]),
        _column("topic", "text"),
        _column("audience", "integer", required=False),
        event_date="held_on",
    ),
    _dataset(
        "reports",
        {"year": "year"},
        ["number"],
        _column("year", "year"),
        _column("number", "integer"),
        _column("kind", "choice", choices=["年度报告", "半年报", "答复", "整改"]),
        _column("received_on", "date"),
        _column("published_on", "date", required=False),
    ),
    _dataset(
        "lawsuits",
        {"year": "year"},
        ["number"],
        _column("year", "year"),
        _column("number", "integer"),
        _column("kind", "choice", choices=["行政诉讼", "行政复议"]),
        _column("lost", "flag"),
        _column("appeared", "flag"),
        _column("grave", "flag"),
        _column("cost", "decimal", decimals=2, required=False),
    ),
    _dataset(
        "filings",
        {"year": "year"},
        ["number"],
        _column("year", "year"),
        _column("number", "integer"),
        _column("counted_on", "date"),
        _column("issued", "integer"),
        _column("filed", "integer"),
        _column("satisfaction", "decimal", decimals=1),
    ),
)


def _people(role: str | None, records: Body, least: str, prorate: str) -> Body:
    roster = {"dataset": "people", "where": {"role": role} if role else {}}
    reaching = {"at_least": least, "prorate": prorate}
    return {"share_of_people": {"roster": roster, "records": {"dataset": "training", **records}, "reaching": reaching}}


def _share(dataset: str, part: Body, whole: Body) -> Body:
    numerator = {"dataset": dataset, "where": {**whole, **part}}
    return {"numerator": numerator, "denominator": {"dataset": dataset, "where": whole}}


def _date(kind: str, pick: str) -> Body:
    return {"date": {"dataset": "reports", "column": "published_on", "where": {"kind": kind}, "pick": pick}}


def _late(**by: Any) -> Body:
    return {"by": {"day_itself": "in_time", **by}}


_FROM_RECEIPT = {"after": "received_on"}
_LOST = _share("lawsuits", {"lost": "是"}, {})
_REVIEWS_LOST = _share("lawsuits", {"lost": "是"}, {"kind": "行政复议"})
_LEVELS = {"国家级": "0.2", "省级": "0.1", "市级": "0.05", "其他": "0"}

#: id, full marks, measure, target, marks
RULES: tuple[tuple[str, str, Body, Body | None, Body], ...] = (
    (
        "people-months",
        "4",
        _people("复议人员", {"where": {"category": "业务"}, "sum": "hours"}, "10", "months_in_post"),
        {"at_least": "100%"},
        {"proportional": {}},
    ),
    (
        "people-shortfall",
        "5",
        _people("执法人员", {"where": {"category": "执法"}, "sum": "hours"}, "8", "months_in_post"),
        {"at_least": "95%"},
        {"per_shortfall": {"each": "0.1", "per": "1%", "partial": "up"}},
    ),
    (
        "people-ladder",
        "4",
        _people(None, {"where": {"category": "法治"}}, "2", "whole"),
        None,
        {
            "ladder": {
                "steps": [
                    {"below": "50%", "marks": "0"},
                    {"at_least": "50%", "below": "72%", "marks": "2"},
                    {"at_least": "72%", "marks": "4"},
                ]
            }
        },
    ),
    (
        "people-days",
        "4",
        _people("领导", {"where": {"category": "讲座"}}, "2", "days_in_post"),
        {"at_least": "70%"},
        {"all_or_nothing": {"otherwise": "1"}},
    ),
    (
        "training-hours",
        "3",
        {"sum": {"dataset": "training", "column": "hours"}},
        {"at_least": "5300"},
        {"proportional": {"from": "5000"}},
    ),
    (
        "training-growth",
        "2",
        {"change": {"sum": {"dataset": "training", "sum": "hours"}, "by": "rate", "from_zero": "pending"}},
        {"rising": {"at_least": "1%"}},
        {"all_or_nothing": {"otherwise": "0.5"}},
    ),
    (
        "lectures",
        "3",
        {"count": {"dataset": "activities", "where": {"kind": "讲座"}}},
        {"at_least": "30"},
        {"per_shortfall": {"each": "0.3", "partial": "up"}},
    ),
    (
        "topics",
        "3",
        {"count": {"dataset": "activities", "distinct": "topic"}},
        {"at_least": "58"},
        {"proportional": {"from": "50"}},
    ),
    (
        "levels",
        "5",
        {"count": {"dataset": "activities", "by": "level"}},
        None,
        {"award": {"levels": _LEVELS}},
    ),
    (
        "audience",
        "4",
        {"sum": {"dataset": "activities", "column": "audience"}},
        None,
        {"relative": {"better": "higher", "min_max": {"base": "40%"}}},
    ),
    (
        "attendance-growth",
        "2",
        {
            "change": {
                "sum": {"dataset": "activities", "where": {"kind": "旁听"}},
                "by": "difference",
                "from_zero": "compare",
            }
        },
        {"rising": {}},
        {"all_or_nothing": {}},
    ),
    ("annual-report", "3", _date("年度报告", "first"), _late(every="01-31"), {"late": {"per_day": "0.1"}}),
    (
        "replies",
        "4",
        _date("答复", "each"),
        _late(working_days="15", **_FROM_RECEIPT),
        {"proportional": {}},
    ),
    (
        "rectification",
        "3",
        _date("整改", "each"),
        _late(days="30", **_FROM_RECEIPT),
        {"late": {"late": "0.05", "missing": "0.1"}},
    ),
    (
        "half-year-report",
        "2",
        _date("半年报", "last"),
        _late(every="12-20"),
        {
            "ladder": {
                "steps": [
                    {"at_most": "0", "marks": "2"},
                    {"above": "0", "at_most": "10", "marks": "1"},
                    {"above": "10", "marks": "0"},
                ]
            }
        },
    ),
    (
        "suits-lost",
        "5",
        {"ratio": _LOST},
        {"at_most": "10%"},
        {"per_shortfall": {"each": "0.2", "per": "1%", "partial": "down"}},
    ),
    (
        "heads-appearing",
        "4",
        {"ratio": _share("lawsuits", {"appeared": "是"}, {"kind": "行政诉讼"})},
        {"at_least": "90%"},
        {"proportional": {"from": "50%"}},
    ),
    (
        "suits-lost-change",
        "4",
        {"change": {"ratio": _LOST, "by": "difference", "from_zero": "compare"}},
        {"falling": {"at_least": "1%"}},
        {"proportional": {}},
    ),
    (
        "grave-cases",
        "2",
        {"count": {"dataset": "lawsuits", "where": {"grave": "是"}}},
        {"none": {}},
        {"per_occurrence": {"each": ["0.1", "0.2", "0.5"], "free": "1"}},
    ),
    (
        "reviews-lost",
        "3",
        {"ratio": _REVIEWS_LOST},
        None,
        {"relative": {"better": "lower", "peer_mean": {"each": "0.1", "per": "1%"}}},
    ),
    (
        "documents-filed",
        "4",
        {
            "ratio": {
                "numerator": {"dataset": "filings", "sum": "filed"},
                "denominator": {"dataset": "filings", "sum": "issued"},
            }
        },
        {"at_least": "100%"},
        {"proportional": {"from": "80%"}},
    ),
    (
        "costs",
        "3",
        {"sum": {"dataset": "lawsuits", "column": "cost"}},
        {"at_most": "3600"},
        {"per_shortfall": {"each": "0.01", "per": "10", "partial": "exact"}},
    ),
    (
        "satisfaction",
        "2",
        {"latest": {"dataset": "filings", "column": "satisfaction", "order": "counted_on"}},
        None,
        {
            "ladder": {
                "steps": [
                    {"below": "70", "marks": "0"},
                    {"at_least": "70", "below": "85", "marks": "1"},
                    {"at_least": "85", "marks": "2"},
                ]
            }
        },
    ),
)

INDICATORS = tuple(rule[0] for rule in RULES)


def build_indicator(name: str, full: str, measure: Body, target: Body | None, marks: Body) -> Indicator:
    """An indicator of one part for the only cohort."""
    part = {"measure": measure, "marks": marks} | ({"target": target} if target else {})
    cites = [{"supports": ["target", "marks"], "local_choice": "只用于测速"}]
    body = {"id": name, "name": name, "section": "all", "marks": {COHORT: full}, "cites": cites, "parts": [part]}
    return Indicator.model_validate(body)


def build_pack(datasets: tuple[Body, ...], indicators: tuple[Indicator, ...], units: int) -> Pack:
    """A pack with one cohort of all units. Raises AssertionError if it breaks a rule about rules."""
    full = f"{sum((indicator.marks[COHORT] for indicator in indicators), Decimal(0)):f}"
    head = {
        "id": "benchmark",
        "title": "测速",
        "issuer": "测速",
        "version": "1版",
        "years": {"first": str(YEAR - 1)},
        "fictional": "true",
        "cohorts": [{"id": COHORT, "title": "县", "members": {"kinds": ["county"]}, "full": full}],
        "sections": [{"id": "all", "title": "全部", "marks": {COHORT: full}}],
    }
    register = {
        "kinds": [{"id": "county", "title": "县"}],
        "units": [{"id": name_unit(n), "name": f"第{n}县", "kind": "county"} for n in range(units)],
    }
    pack = Pack(
        head=PackFile.model_validate(head),
        sources=(),
        texts={},
        datasets=tuple(Dataset.model_validate(body) for body in datasets),
        registry=Register.model_validate(register),
        indicators=indicators,
        sha256="0" * 64,
    )
    problems = [problem.text for rule in (*REFERENCES, *MEANINGS, *LOOKUPS) for problem in rule(pack)]
    assert not problems, problems
    return pack


def name_unit(number: int) -> str:
    """The id of the unit of that number."""
    return f"u{number:04d}"


def build_province(units: int) -> Pack:
    """The pack of the benchmark ``scoring``: 23 indicators over six datasets."""
    return build_pack(DATASETS, tuple(build_indicator(*rule) for rule in RULES), units)
