"""A year whose days of rest are not known yet makes only those items wait that depend on them, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from indicators.pack.model import Pack
from scoring.base import calendar
from scoring.base.calculator import _make_calendar
from scoring.engine.run import score
from scoring.explain.record import explain_item
from tests.reference.example import IN_PROPORTION, YES_NO, Body, Example, make_example, make_indicator, row
from tests.reference.results import NoCalendar
from tests.reference.scorer import score_reference
from tests.worlds import store_tables

LAST_KNOWN = 2024
COUNT: Body = {"measure": {"count": {"dataset": "meetings"}}, "target": {"at_least": "2"}, "marks": IN_PROPORTION}
AFTER: Body = {"working_days": "3", "after": "accepted_on", "day_itself": "in_time"}
EACH: Body = {
    "measure": {"date": {"dataset": "reports", "column": "published", "pick": "each"}},
    "target": {"by": AFTER},
    "marks": YES_NO,
}


@pytest.fixture(autouse=True)
def _known_to_2024(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = calendar.is_working_day

    def ask(day: date) -> bool:
        if day.year > LAST_KNOWN:
            raise calendar.CalendarEnds(day.year)
        return known(day)

    for cached in (calendar.list_working_days, _make_calendar):
        cached.cache_clear()
    monkeypatch.setattr(calendar, "is_working_day", ask)
    yield
    for cached in (calendar.list_working_days, _make_calendar):
        cached.cache_clear()


def ask_reference(day: date) -> bool:
    try:
        return calendar.is_working_day(day)
    except calendar.CalendarEnds:
        raise NoCalendar from None


def make_world() -> Example:
    reports = [
        row("a", published=date(2024, 6, 5), accepted_on=date(2024, 6, 3)),
        row("b", published=date(2024, 12, 31), accepted_on=date(2024, 12, 30)),
        row("b", published=date(2024, 6, 5), accepted_on=date(2024, 6, 3)),
        row("c", published=date(2024, 6, 5)),
        row("c", published=date(2024, 12, 31), accepted_on=date(2024, 12, 30)),
    ]
    return make_example(
        "calendar",
        [
            make_indicator("now", "10", [COUNT]),
            make_indicator("later", "10", [{**COUNT, "due": {"every": "03-31", "years_later": "1"}}]),
            make_indicator("rows", "10", [EACH]),
        ],
        {"meetings": [row("a")], "reports": reports},
        {("a", "now"): ("scored", None, "5"), ("b", "now"): ("scored", None, "0"), ("c", "now"): ("scored", None, "0")},
        head={"policy": {"rest_day": "next_working_day"}},
    )


def test_only_what_needs_the_missing_calendar_waits(tmp_path: Path) -> None:
    world = make_world()
    pack: Pack = world.pack
    inputs = store_tables(pack, world.tables, world.scopes, tmp_path)
    result = score(pack, inputs, world.year, world.as_of, threads=1)
    found = {
        (item["indicator"], item["unit"]): (item["outcome"], item["reason"])
        for item in result.items.iter_rows(named=True)
    }
    missing, evidence = ("pending", "calendar_missing"), ("pending", "evidence_needed")
    assert found == {
        **{("now", unit): ("scored", None) for unit in "abc"},
        **{("later", unit): missing for unit in "abc"},
        ("rows", "a"): ("scored", None),
        ("rows", "b"): missing,
        ("rows", "c"): evidence,
    }
    reference = score_reference(pack, world.tables, world.scopes, world.year, world.as_of, ask_reference)
    assert {
        (indicator, unit): (item.outcome, item.reason) for (_, unit, indicator), item in reference.items.items()
    } == found
    record = explain_item(pack, inputs, result, "g", "b", "later")
    (part,) = record["parts"]
    assert "国务院办公厅" in part["reason_text"] and "规则和数据都不用改" in part["reason_text"]
    assert part["next_step"].startswith("缺的是 2025 年的放假安排")
