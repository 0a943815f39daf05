"""A year whose days of rest are not known yet makes only those items wait that depend on them, and says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data.backup.verification import verify_workspace
from data.batches.records import current_inputs
from data.calendar.office_years import CalendarRefused, import_calendar, list_calendars, load_workspace_pack
from data.ledger.ledger import open_ledger
from data.store.database import writing
from data.store.workspace import Workspace, create_workspace, open_workspace_store
from indicators.entries.mistakes import PackRefused
from indicators.pack.calendar import CalendarEnds, WorkCalendar, read_shipped
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.base.calendar import add_working_days, hash_used_years
from scoring.base.parts import list_parts
from scoring.engine.run import score
from scoring.explain.record import explain_item
from scoring.results.changed_rules import compare_rules
from scoring.runs.newer import list_newer
from scoring.runs.store import check_run, read_inputs, read_run, store_run
from tests import published_days
from tests.indicators.small_pack import FILES, HEAD_FILE, write_pack
from tests.reference.example import IN_PROPORTION, YES_NO, Body, Example, make_example, make_indicator, row
from tests.reference.random_days import ask
from tests.reference.scorer import score_reference
from tests.worlds import store_tables

SHIPPED = read_shipped()
KNOWN_TO_2024 = WorkCalendar(years=tuple(year for year in SHIPPED.years if year.year <= 2024))
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
COUNT: Body = {"measure": {"count": {"dataset": "meetings"}}, "target": {"at_least": "2"}, "marks": IN_PROPORTION}
AFTER: Body = {"working_days": "3", "after": "accepted_on", "day_itself": "in_time"}
EACH: Body = {
    "measure": {"date": {"dataset": "reports", "column": "published", "pick": "each"}},
    "target": {"by": AFTER},
    "marks": YES_NO,
}


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
    pack: Pack = world.pack.reckoned_by(KNOWN_TO_2024)
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
    reference = score_reference(pack, world.tables, world.scopes, world.year, world.as_of, ask(pack.calendar))
    assert {
        (indicator, unit): (item.outcome, item.reason) for (_, unit, indicator), item in reference.items.items()
    } == found
    record = explain_item(pack, inputs, result, "g", "b", "later")
    (part,) = record["parts"]
    assert "国务院办公厅" in part["reason_text"] and "规则和数据都不用改" in part["reason_text"]
    assert part["next_step"].startswith("缺的是 2025 年的放假安排")


def test_what_the_program_brings_is_what_the_library_says_and_is_asked_no_more() -> None:
    assert published_days.write_calendar() == published_days.SHIPPED.read_text(encoding="utf-8")
    day = date(published_days.list_years()[0], 1, 1)
    while day.year <= published_days.list_years()[-1]:
        assert SHIPPED.is_working_day(day) == published_days.is_working_day(day), day
        day += timedelta(days=1)
    with pytest.raises(CalendarEnds):
        SHIPPED.is_working_day(day)


@pytest.mark.parametrize(
    ("started", "count", "last"),
    [
        # The last days of a year and the first of the next: 1 January is off, and 2023-12-31 is a Sunday.
        (date(2023, 12, 29), 1, date(2024, 1, 2)),
        # Across a leap day, which is worked; the Spring Festival of 2024 is made up for on 18 February.
        (date(2024, 2, 28), 1, date(2024, 2, 29)),
        (date(2024, 2, 9), 1, date(2024, 2, 18)),
        (date(2024, 2, 29), 1, date(2024, 3, 1)),
    ],
)
def test_days_of_work_go_over_the_year_s_end_and_a_leap_day(started: date, count: int, last: date) -> None:
    assert add_working_days(started, count, SHIPPED) == last


YEAR = """calendar:
- year: 2024
  notice: 本办关于调整2024年劳动节放假的通知
  number: 示〔2024〕1号
  holidays: [{name: 劳动节, first: "2024-04-30", last: "2024-05-05"}]
"""


def make_office(folder: Path, extra: dict[str, str] | None = None) -> Workspace:
    head = FILES[HEAD_FILE] + "policy: {rest_day: previous_working_day}\n"
    source = write_pack(folder / "small", {**FILES, HEAD_FILE: head, **(extra or {})})
    return create_workspace(folder / "w", source)


def take(workspace: Workspace, text: str) -> int:
    file = workspace.root.parent / "放假安排.yaml"
    file.write_text(text, encoding="utf-8")
    return len(import_calendar(workspace, file, now=NOW, user="张某"))


def find_due(workspace: Workspace) -> date | None:
    """The last day of the report, 30 April 2024 unless that is a day of rest."""
    parts = list_parts(load_workspace_pack(workspace), 2024)
    return next(part.last_day for part in parts if part.due_by_target)


def test_an_imported_year_holds_from_then_on_and_old_runs_stay_what_they_were(tmp_path: Path) -> None:
    workspace = make_office(tmp_path)
    pack = load_workspace_pack(workspace)
    by_pack, inputs = find_due(workspace), current_inputs(workspace, pack)
    run, _ = store_run(workspace, pack, inputs, 2024, date(2025, 3, 1), now=NOW, user="张某")
    assert run.manifest["calendar"] == hash_used_years(pack, 2024) and "2024" in run.manifest["calendar"]
    assert take(workspace, YEAR) == 1 and take(workspace, YEAR) == 0, "the same file twice is one import"
    assert by_pack == date(2024, 4, 30) and find_due(workspace) == date(2024, 4, 29)
    ledger = open_ledger(workspace, load_workspace_pack(workspace))
    assert [each.words for each in list_newer(workspace, ledger, run.manifest)] == ["工作日历（2024 年）"]
    check_run(workspace, read_run(workspace, run.id))
    changed = compare_rules(read_inputs(workspace, run)[0], ledger.pack)
    assert changed is not None and (changed.indicators, changed.common) == ({}, ("2024 年的工作日历",))
    again, _ = store_run(workspace, ledger.pack, inputs, 2024, date(2025, 3, 1), now=NOW, user="张某")
    assert again.id != run.id and list_newer(workspace, ledger, again.manifest) == []
    check_run(workspace, read_run(workspace, again.id))


def test_a_year_that_no_rule_asks_for_is_newer_than_nothing(tmp_path: Path) -> None:
    workspace = make_office(tmp_path)
    before = hash_used_years(load_workspace_pack(workspace), 2024)
    assert take(workspace, YEAR.replace("2024", "2031")) == 1
    assert hash_used_years(load_workspace_pack(workspace), 2024) == before


def test_a_pack_brings_years_and_the_office_s_own_stand_above_them(tmp_path: Path) -> None:
    other = YEAR.replace('"2024-04-30", last', '"2024-04-28", last')
    workspace = make_office(tmp_path, {"calendar.yaml": other})
    assert find_due(workspace) == date(2024, 4, 26), "27 April is a Saturday"
    take(workspace, YEAR)
    assert find_due(workspace) == date(2024, 4, 29)


def test_what_was_imported_is_on_the_trail_and_not_changed_unseen(tmp_path: Path) -> None:
    workspace = make_office(tmp_path)
    take(workspace, YEAR)
    engine = open_workspace_store(workspace)
    assert verify_workspace(engine, workspace.root, NOW).problems == ()
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE calendar SET content = replace(content, '05-05', '05-06')")
    faults = [problem.fault for problem in verify_workspace(engine, workspace.root, NOW).problems]
    assert faults == ["calendar_changed"]
    (record,) = list_calendars(engine)
    assert record.imported_by == "张某" and record.holds


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("year: 2024", "year: 2023", "不在这一年"),
        ('last: "2024-05-05"}]', 'last: "2024-05-05"}]\n  workdays: ["2024-05-06"]', "不是周六、周日"),
        ('last: "2024-05-05"}]', 'last: "2024-05-05"}]\n  workdays: ["2024-05-04"]', "写了两次"),
        ('first: "2024-04-30"', 'first: "2024-05-06"', "晚于最后一天"),
        ("  notice: 本办关于调整2024年劳动节放假的通知\n", "", "缺少「notice」"),
        ("notice:", "notise:", "不认识的键「notise」"),
        ('[{name: 劳动节, first: "2024-04-30", last: "2024-05-05"}]', "[]", "不能为空"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_as_import_and_in_a_pack(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = YEAR.replace(old, new)
    with pytest.raises(CalendarRefused, match=said):
        take(make_office(tmp_path), text)
    with pytest.raises(PackRefused, match=f"calendar.yaml:.*{said}"):
        load_pack(write_pack(tmp_path / "other", {**FILES, "calendar.yaml": text}))
