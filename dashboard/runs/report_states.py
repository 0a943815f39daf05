"""Who has reported and who has not, and by which day what is still owed is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from dashboard.pieces.fields import moment
from dashboard.pieces.parts import Cell, ShownColumn, keep_line, keep_wide, show_table, write_table
from dashboard.runs.choices import page_through
from dashboard.visits.session import Context, read_run_manifest, sign_pack
from dashboard.visits.shelf import Key, keep_by
from dashboard.visits.work_keys import Reporting
from data.clock import office_time
from data.intake.reporting import (
    MARKS,
    ReportState,
    Status,
    list_all_report_states,
    list_outside_offices,
    list_visible_batches,
)
from data.ledger.rows import UserRow
from indicators.entries.tables import Dataset
from indicators.pack.register import UnitEntry
from scoring.office.upcoming import find_reporting_days

#: So many units are listed at once.
PAGE = 50
#: The first year to choose where the pack names none.
FIRST_YEAR = 2000
#: By the name of a unit and the title of a dataset.
ByUnit = dict[str, dict[str, ReportState]]


def find_year(context: Context) -> int:
    """The year that is shown before another one is chosen: that of the newest run, within those of the pack."""
    years, now = context.pack.head.years, moment().year
    scored = int(read_run_manifest(context, context.runs[0])["year"]) if context.runs else now
    return min(max(scored, years.first or FIRST_YEAR), years.last or now)


def key_report_states(context: Context, units: Sequence[UnitEntry], year: int) -> Key:
    """Who has reported is the same for all who may see the same units: everybody's, or the own one's."""
    own = units[0].id if len(units) == 1 else None
    return (context.root, context.pack.sha256, year, context.batches, own, "states")


def read_all_report_states(context: Context, year: int) -> None:
    """Everything that the page shows of all units, before any of those who may see it asks."""
    key = key_report_states(context, context.pack.registry.units, year)
    states = keep_by(key, lambda: tuple(list_all_report_states(context.ledger, year)))
    if states:
        _read_count(key, states)
        _read_missing(context, year, key, states)
        _read_groups(key, states)
        _read_outside(context, year, key)


def show_report_states(context: Context, actor: UserRow, year: int, key: Key, states: Sequence[ReportState]) -> None:
    """Who has reported: units down, datasets across, a word and a shape in each cell. They are kept by ``key``."""
    if not states:
        st.caption(f"{year} 年没有要报的台账。")
        return
    st.write(_read_count(key, states))
    if missing := _read_missing(context, year, key, states):
        st.html(missing)
    by_unit = _read_groups(key, states)
    if len(by_unit) == 1:
        (own,) = by_unit.values()
        _show_own(context, actor, own, _read_days(context, year))
        return
    _show_units(by_unit)
    if outside := _read_outside(context, year, key):
        words = [[who, table.title, MARKS[status]] for who, table, status in outside]
        show_table([ShownColumn("统一报送单位"), ShownColumn("台账"), ShownColumn("报送情况")], words)


def _read_count(key: Key, states: Sequence[ReportState]) -> str:
    return keep_by((*key, "counted"), lambda: _count(states))


def _read_days(context: Context, year: int) -> Mapping[str, date]:
    today = moment().date()
    key = *sign_pack(context.pack), year, today, "reporting days"
    return keep_by(key, lambda: find_reporting_days(context.pack, year, today))


def _read_missing(context: Context, year: int, key: Key, states: Sequence[ReportState]) -> str:
    days = _read_days(context, year)
    return keep_by((*key, moment().date(), "missing"), lambda: write_missing(states, days))


def _read_groups(key: Key, states: Sequence[ReportState]) -> ByUnit:
    return keep_by((*key, "by unit"), lambda: _group(states))


def _read_outside(context: Context, year: int, key: Key) -> list[tuple[str, Dataset, Status]]:
    return keep_by((*key, "outside"), lambda: list_outside_offices(context.ledger, year))


def _group(states: Sequence[ReportState]) -> ByUnit:
    """With many units those that owe most come first; with few the order of the register is easier to read."""
    found: ByUnit = {}
    for each in states:
        found.setdefault(each.unit.name, {})[each.dataset.title] = each
    if len(found) <= PAGE:
        return found
    return dict(sorted(found.items(), key=lambda each: -sum(cell.status == "missing" for cell in each[1].values())))


def _count(states: Sequence[ReportState]) -> str:
    counts = {status: sum(each.status == status for each in states) for status in MARKS}
    asked = len(states) - counts["not_asked"]
    done = counts["reported"] + counts["nil"] + counts["open"]
    said = f"应报 {asked} 份，已报 {done} 份（其中零报告 {counts['nil']} 份），还差 {counts['missing']} 份。"
    return said + (f"{counts['open']} 份替所有单位报的还没有声明齐全。" if counts["open"] else "")


def _show_own(
    context: Context, actor: UserRow, own: Mapping[str, ReportState], days: Mapping[str, date | None]
) -> None:
    """What one unit has reported, and when it is due."""
    received = keep_by(
        (*context.key_ledger(), actor.id, "received"),
        lambda: {each.id: each for each in list_visible_batches(context.ledger, context.workspace, actor.id)},
    )
    rows: list[list[Cell]] = []
    for title, standing in own.items():
        record = received.get(standing.batch or "")
        # A file for several units is seen by those who sent it: the unit is told that there is one.
        sent_by_others = "统一报送" if standing.batch else "—"
        taken = f"{office_time(record.accepted_at):%Y-%m-%d %H:%M}" if record else sent_by_others
        day = days.get(standing.dataset.id)
        due = say_day(day) if standing.status == "missing" else keep_line(str(day or "—"))
        rows.append([keep_wide(title), keep_line(standing.mark), due, keep_line(taken)])
    show_table([ShownColumn("台账"), ShownColumn("报送情况"), ShownColumn("期限"), ShownColumn("收到")], rows)


def _show_units(by_unit: ByUnit) -> None:
    """How much each unit has reported, and cell by cell for those who ask."""
    tables = list(next(iter(by_unit.values())))
    shown = page_through(list(by_unit.items()), PAGE, Reporting.PAGE, Reporting.SEARCH, lambda each: each[0])
    lines: list[list[Cell]] = []
    for name, cells in shown:
        found = {status: [title for title in tables if cells[title].status == status] for status in MARKS}
        done = len(found["reported"]) + len(found["nil"]) + len(found["open"])
        wanted = len(tables) - len(found["not_asked"])
        said = [f"✕ {'、'.join(found['missing'])}"] if found["missing"] else []
        said += [f"◐ {'、'.join(found['open'])}（未声明齐全）"] if found["open"] else []
        missing = "；".join(said) or "● 都报了"
        lines.append([keep_line(name), str(wanted), str(done), str(len(found["missing"])), missing])
    numbers = (ShownColumn(title, "number") for title in ("应报", "已报", "还差"))
    show_table([ShownColumn("单位"), *numbers, ShownColumn("差哪些")], lines)
    # A cell for each unit and dataset, which few look at: it is drawn for those who ask.
    if st.toggle("逐张看", key=Reporting.GRID):
        grid = [[name, *(cells[title].mark for title in tables)] for name, cells in shown]
        columns = [ShownColumn("单位", "short"), *(ShownColumn(title, "short") for title in tables)]
        show_table(columns, grid, caption="，".join(MARKS.values()))


def write_missing(states: Sequence[ReportState], days: Mapping[str, date]) -> str:
    """What is still owed, by the day it is due; empty where nothing is."""
    waiting: dict[str, list[str]] = {}
    titles = {each.dataset.id: each.dataset.title for each in states}
    for each in states:
        if each.status == "missing":
            waiting.setdefault(each.dataset.id, []).append(each.unit.name)
    order = sorted(waiting, key=lambda id: (days.get(id, date.max), titles[id]))
    rows: list[list[Cell]] = [
        [
            say_day(days.get(id)),
            keep_wide(titles[id]),
            keep_wide("、".join(names) if len(names) <= 8 else f"{len(names)} 个单位"),
        ]
        for id, names in ((id, waiting[id]) for id in order)
    ]
    columns = [ShownColumn("期限"), ShownColumn("还没报的台账"), ShownColumn("单位")]
    return write_table(columns, rows, caption="还差的，按期限") if rows else ""


def say_day(day: date | None) -> Cell:
    """A day, and how far away it is."""
    if day is None:
        return "—"
    left = (day - moment().date()).days
    word = f"还有 {left} 天" if left > 0 else "今天到期" if left == 0 else f"▲ 已过 {-left} 天"
    return keep_line(f"{day}（{word}）")
