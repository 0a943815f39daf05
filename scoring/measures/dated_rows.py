"""What each row's dates came to: the engine's own verdicts, asked for one row at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from indicators.entries.tables import Dataset
from indicators.entries.targets import By
from indicators.measures.date import EventDate
from indicators.pack.model import Pack
from scoring.base.amounts import write_day
from scoring.base.cells import Reader
from scoring.base.cited import CitedRow
from scoring.base.parts import ScoredPart
from scoring.base.sql import quote_name, write_with
from scoring.measures.deadlines import write_dates
from scoring.measures.feeds import name_row
from scoring.measures.raw import Moment

#: What lateness is told in, as people say it.
LATE_UNITS = {"day": "日", "week": "周", "month": "个月"}
VERDICTS = {
    "in_time": "按期",
    "late": "逾期",
    "missing": "没有完成",
    "not_due": "还没有到期",
    "undecided": "判断不了是否按期",
    "no_calendar": "缺工作日历，判断不了是否按期",
    "may_count": "有空格，是否计入定不了",
    "before_year_end": "日期早于所报年度结束",
    "dates_disagree": "几个日期互相矛盾",
}


@dataclass(frozen=True)
class DatedRow:
    """A row with its verdict, its last day in time and how many days late it is (None where it is not).

    Of a rule by weeks or months ``days`` are these.
    """

    row: CitedRow
    verdict: str
    last_day: date | None
    days: int | None


def find_dates(
    reader: Reader, part: ScoredPart, event: EventDate, by: By, moment: Moment, unit: str
) -> tuple[int, tuple[DatedRow, ...]]:
    """How many rows a unit has, and some of them: for ``first`` and ``last`` the row that decides comes first."""
    judged = reader.keep(("dates", part.figure), lambda: _judge_rows(reader, part, event, by, moment))
    return judged.get(unit, (0, ()))


def _judge_rows(
    reader: Reader, part: ScoredPart, event: EventDate, by: By, moment: Moment
) -> dict[str, tuple[int, tuple[DatedRow, ...]]]:
    """For each unit how many rows there are, and up to ``limit`` of them with their verdicts."""
    pack, dataset = reader.pack, reader.pack.dataset(event.dataset)
    named = (event.column, event.not_before, event.no_later_than, by.after, *name_row(dataset)[:1])
    columns = tuple(dict.fromkeys(name for name in named if name is not None))
    copy = reader.keep(("by row", dataset.id), lambda: _copy_by_row(reader, dataset))
    shadow = Pack.model_construct(**{**dict(pack), "datasets": (copy,)})
    last_day, unit = part.last_day if by.after is None else None, part.part.beside.late_unit
    ctes = write_dates(0, event.model_copy(update={"dataset": copy.id}), by, shadow, moment, last_day, unit=unit)
    order = _order_judged(event)
    query = write_with(
        {name: text for name, text in ctes.items() if name != "dates_0"},
        "SELECT r.*, d.verdict AS _verdict, d.last_day AS _limit_day, d.days_low AS _days,\n"
        "       count(*) OVER (PARTITION BY _owner) AS _rows FROM judged_0 d\n"
        f"JOIN reported.{quote_name(copy.id)} r ON r._unit = d.unit\n"
        f"QUALIFY row_number() OVER (PARTITION BY _owner ORDER BY {order}) <= {reader.limit}\n"
        f"ORDER BY _owner, {order}",
    )
    judged: dict[str, tuple[int, tuple[DatedRow, ...]]] = {}
    for row in reader.fetch(query):
        total, before = judged.get(row["_owner"], (int(row["_rows"]), ()))
        judged[row["_owner"]] = (total, (*before, _cite_judged(reader, dataset, row, columns, LATE_UNITS[unit])))
    return judged


def _copy_by_row(reader: Reader, dataset: Dataset) -> Dataset:
    """A copy of the dataset in which every row is a unit of its own lets the engine's SQL judge row by row."""
    copy = dataset.model_copy(update={"id": f"{dataset.id} by row"})
    reader.connection.execute(
        f"CREATE OR REPLACE TABLE reported.{quote_name(copy.id)} AS\n"
        f"SELECT * REPLACE (_number::VARCHAR AS _unit), _unit AS _owner\n"
        f"FROM (SELECT *, row_number() OVER (ORDER BY _period, _file, _sheet, _row) AS _number\n"
        f"      FROM {reader.name_view(dataset.id)} WHERE {reader.of_units()})"
    )
    return copy


def _order_judged(event: EventDate) -> str:
    """What is not in time comes first; of a single date the row that decides, as the engine picks it."""
    if event.judged_one_by_one:
        return "d.verdict <> 'may_count', d.verdict = 'in_time', d.days_low DESC NULLS LAST, _number"
    way = "ASC NULLS LAST" if event.pick == "first" else "DESC NULLS FIRST"
    ties = "d.said_low, d.said_high, d.bound_low, d.bound_high, d.last_day, _number"
    return f"d.may_count DESC, d.sort_day {way}, {ties}"


def _cite_judged(
    reader: Reader, dataset: Dataset, row: dict[str, Any], columns: tuple[str, ...], unit: str
) -> DatedRow:
    verdict, limit_day = row["_verdict"], row["_limit_day"]
    days = int(row["_days"]) if verdict in ("late", "missing") and row["_days"] is not None else None
    remark = VERDICTS[verdict] + (f"{days}{unit}" if verdict == "late" and days else "")
    remark += f"，最迟{write_day(limit_day)}" if limit_day is not None else ""
    cited = reader.cite_row(dataset, {**row, "_unit": row["_owner"], "_remark": remark}, columns)
    return DatedRow(cited, verdict, limit_day, days)
