"""What each row's dates came to: the engine's own verdicts, asked for one row at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from indicators.measures import EventDate
from indicators.model import Pack
from indicators.targets import By
from scoring.actuals.compile import write_with
from scoring.actuals.dates import write_dates
from scoring.actuals.raw import Moment, write_period
from scoring.evidence.cells import CitedRow, Reader, Source, Wanted
from scoring.evidence.feeds import name_rows
from scoring.parts import ScoredPart
from scoring.sql import join_and, quote_name, quote_text, write_where
from scoring.wording.amounts import write_day

VERDICTS = {
    "in_time": "按期",
    "late": "逾期",
    "missing": "没有完成",
    "not_due": "还没有到期",
    "undecided": "判断不了是否按期",
    "before_year_end": "日期早于所报年度结束",
    "dates_disagree": "几个日期互相矛盾",
}


@dataclass(frozen=True)
class DatedRow:
    """A row with its verdict, its last day in time and how many days late it is (None where it is not)."""

    row: CitedRow
    verdict: str
    last_day: date | None
    days: int | None


def find_dates(reader: Reader, part: ScoredPart, moment: Moment, unit: str) -> tuple[Source, tuple[DatedRow, ...]]:
    """The rows of a date measure: for ``first`` and ``last`` the row that decides comes first."""
    event, target = part.part.measure.date, part.part.target
    assert event is not None and target is not None and target.by is not None
    by = target.by
    dataset = reader.pack.dataset(event.dataset)
    condition = join_and([write_period(dataset, moment.year, "year"), write_where(event.where, dataset)])
    columns = tuple(
        dict.fromkeys(
            name
            for name in (event.column, event.not_before, event.no_later_than, by.after, *name_rows(dataset)[:1])
            if name is not None
        )
    )
    total = reader.count_rows(Wanted(event.dataset, "", condition, ()), unit)
    last_day = part.last_day if by.after is None else None
    rows = judge_rows(reader, event, by, moment, last_day, unit, columns)
    cited = tuple(row.row for row in rows)
    return Source(dataset.id, dataset.title, "日期", total, cited), rows


def judge_rows(
    reader: Reader, event: EventDate, by: By, moment: Moment, last_day: date | None, unit: str, columns: tuple[str, ...]
) -> tuple[DatedRow, ...]:
    """Up to ``limit`` rows with their verdicts.

    A copy of the dataset in which every row is a unit of its own lets the engine's SQL judge row by row.
    """
    pack, dataset = reader.pack, reader.pack.dataset(event.dataset)
    copy = dataset.model_copy(update={"id": f"{dataset.id} by row"})
    connection = reader.connection
    connection.execute(
        f"CREATE OR REPLACE TABLE reported.{quote_name(copy.id)} AS\n"
        f"SELECT * REPLACE (number::VARCHAR AS _unit)\n"
        f"FROM (SELECT *, row_number() OVER (ORDER BY _period, _file, _sheet, _row) AS number\n"
        f"      FROM {reader.name_view(dataset.id)} WHERE _unit = {quote_text(unit)})"
    )
    shadow = Pack.model_construct(**{**dict(pack), "datasets": (copy,)})
    ctes = write_dates(0, event.model_copy(update={"dataset": copy.id}), by, shadow, moment, last_day)
    order = "d.verdict = 'in_time', d.days_low DESC NULLS LAST, number"
    if event.pick != "each":
        # The same order in which the engine picks its row.
        way = "ASC NULLS LAST" if event.pick == "first" else "DESC NULLS FIRST"
        order = f"d.sort_day {way}, d.said_low, d.said_high, d.bound_low, d.bound_high, d.last_day"
    query = write_with(
        {name: text for name, text in ctes.items() if name != "dates_0"},
        f"SELECT r.*, d.verdict, d.last_day AS limit_day, d.days_low AS days FROM judged_0 d\n"
        f"JOIN reported.{quote_name(copy.id)} r ON r._unit = d.unit ORDER BY {order} LIMIT {reader.limit}",
    )
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description or ()]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    judged = []
    for row in found:
        overdue = row["verdict"] in ("late", "missing")
        limit_day = row["limit_day"]
        days = int(row["days"]) if overdue and row["days"] is not None else None
        remark = VERDICTS[row["verdict"]] + (f"{days}日" if row["verdict"] == "late" and days else "")
        remark += f",最迟{write_day(limit_day)}" if limit_day is not None else ""
        cited = reader.cite_row(dataset, {**row, "_unit": unit, "_remark": remark}, columns)
        judged.append(DatedRow(cited, row["verdict"], limit_day, days))
    return tuple(judged)
