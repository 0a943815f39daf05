"""Dates against deadlines: each row is in time, late, missing, not due, undecided or contradictory.

A date is a span of days, since a month may be all that is known; bounds in other columns narrow it.
"""

from __future__ import annotations

from datetime import date

from indicators.entries.tables import Dataset
from indicators.entries.targets import By
from indicators.measures.date import EventDate
from indicators.measures.rows import LateUnit
from indicators.pack.model import Pack
from scoring.base.calendar import count_late
from scoring.base.sql import join_and, quote_date, quote_name, write_months_on
from scoring.measures.raw import Moment, can_be_open, name_reported, write_condition, write_period, write_raw


def write_dates(
    figure: int,
    event: EventDate,
    by: By,
    pack: Pack,
    moment: Moment,
    last_day: date | None,
    split: bool = False,
    unit: LateUnit = "day",
) -> dict[str, str]:
    """CTEs ``dated_N`` (spans), ``judged_N`` (a verdict per row) and ``dates_N`` (one row per unit).

    ``split``: units in the relation ``owed`` answer for a row of each of those that they took over. ``unit``: in what
    lateness is told.
    """
    dataset = read_dataset(event, pack)
    spans = _write_spans(event, by, pack, moment, last_day)
    ctes = {f"dated_{figure}": spans.replace("SELECT ", f"SELECT {_write_origin(figure)} AS origin, ", 1)}
    if not split:
        ctes = {f"dated_{figure}": spans}
    ctes[f"judged_{figure}"] = _write_verdicts(f"dated_{figure}", event, dataset, moment, unit)
    if event.pick == "each":
        ctes[f"dates_{figure}"] = _write_each(f"judged_{figure}")
    else:
        write = _write_split if split else _write_one
        ctes[f"dates_{figure}"] = write(figure, event.pick, _judge_absence(moment, last_day, unit))
    return ctes


def read_dataset(event: EventDate, pack: Pack) -> Dataset:
    """The dataset of the dates; where the date that is judged is the row's own, an empty one says: not done."""
    dataset = pack.dataset(event.dataset)
    return dataset.model_copy(update={"event_date": None}) if event.column == dataset.event_date else dataset


def _first(dataset: Dataset, name: str | None) -> str:
    return quote_name(name) if name else "NULL::DATE"


def _last(dataset: Dataset, name: str | None) -> str:
    column = dataset.column(name) if name else None
    if column is None:
        return "NULL::DATE"
    return quote_name(f"{column.name}__last") if column.month_allowed else quote_name(column.name)


def _write_spans(event: EventDate, by: By, pack: Pack, moment: Moment, last_day: date | None) -> str:
    dataset, rest_day = read_dataset(event, pack), pack.head.policy.rest_day
    condition = write_condition(event.where, dataset, moment)
    is_open = can_be_open(event.where, dataset)
    # A row that counts or not, for all that its cells say, stays and is judged as such.
    asked = f"({condition}) IS NOT FALSE" if is_open else condition if condition != "TRUE" else ""
    where = join_and([write_period(pack, dataset, moment.year, "year"), asked])
    limit = quote_date(last_day) if by.after is None and last_day is not None else _write_row_limit(by, rest_day)
    return (
        "SELECT _unit AS unit, CASE WHEN _period = 0 THEN "
        f"{moment.year} ELSE _period END AS period,\n"
        f"       {_first(dataset, event.column)} AS said_low, {_last(dataset, event.column)} AS said_high,\n"
        f"       {_first(dataset, event.not_before)} AS bound_low,\n"
        f"       {_last(dataset, event.no_later_than)} AS bound_high,\n"
        f"       {_first(dataset, event.no_later_than)} AS bound_high_first,\n"
        f"       {_first(dataset, by.after)} AS started, {limit} AS last_day,\n"
        f"       {f'({condition}) IS NULL' if is_open else 'FALSE'} AS may_count\n"
        f"FROM {name_reported(dataset)}\nWHERE {where}"
    )


def _write_row_limit(by: By, rest_day: str) -> str:
    """The last day in time of a row, from the date of its event; NULL where the calendar ends."""
    assert by.after is not None
    started = quote_name(by.after)
    if by.working_days is not None:
        day = _shift_day(started, str(by.working_days)) if by.working_days else started
    elif (months := by.count_months()) is not None:
        day = write_months_on(started, months)
    else:
        day = f"{started} + {by.days}"
    # A working day is no day of rest.
    if rest_day != "as_is" and not by.working_days:
        day = _shift_day(day, "CASE WHEN c.working THEN 0 ELSE 1 END" if rest_day == "next_working_day" else "0")
    return f"({day}) - 1" if by.day_itself == "too_late" else f"({day})"


def _shift_day(day: str, steps: str) -> str:
    """The working day so many steps on from ``day``. The calendar meets itself first: few days, not rows times days."""
    return (
        f"(SELECT w.day FROM calendar c JOIN calendar w ON w.working AND w.ordinal = c.ordinal + {steps}"
        f" WHERE c.day = {day})"
    )


def _write_verdicts(dated: str, event: EventDate, dataset: Dataset, moment: Moment, unit: LateUnit) -> str:
    as_of = quote_date(moment.as_of)
    overdue, least, most = (_write_lateness(day, unit) for day in (as_of, "low", "high"))
    early = "FALSE"
    if event.after_year_end:
        early = "coalesce(high <= make_date(period, 12, 31), FALSE)"
    return (
        "SELECT *, coalesce(said_low, bound_high_first, bound_low) AS sort_day,\n"
        "       CASE WHEN may_count THEN 'may_count'\n"
        "            WHEN not_done AND last_day IS NULL AND started IS NOT NULL THEN 'no_calendar'\n"
        "            WHEN not_done AND last_day IS NULL THEN 'undecided'\n"
        f"            WHEN not_done AND {as_of} > last_day THEN 'missing'\n"
        "            WHEN not_done THEN 'not_due'\n"
        f"            WHEN {early} THEN 'before_year_end'\n"
        "            WHEN said_high < bound_low THEN 'dates_disagree'\n"
        "            WHEN last_day IS NULL AND started IS NOT NULL THEN 'no_calendar'\n"
        "            WHEN last_day IS NULL THEN 'undecided'\n"
        "            WHEN said_high <= last_day AND bound_high_first > last_day THEN 'dates_disagree'\n"
        "            WHEN said_low > last_day AND bound_high <= last_day THEN 'dates_disagree'\n"
        "            WHEN high <= last_day THEN 'in_time'\n"
        "            WHEN low > last_day THEN 'late'\n"
        "            ELSE 'undecided' END AS verdict,\n"
        f"       CASE WHEN not_done THEN {overdue}\n"
        f"            ELSE {least} END AS days_low,\n"
        f"       CASE WHEN not_done THEN {overdue}\n"
        f"            ELSE coalesce({most}, {least} + 1)"
        " END AS days_high\n"
        "FROM (SELECT *, coalesce(said_low, bound_low) AS low, coalesce(said_high, bound_high) AS high,\n"
        f"             coalesce(coalesce(said_low, bound_low) > {as_of}, said_low IS NULL AND bound_high IS NULL "
        "AND bound_low IS NULL) AS not_done\n"
        f"      FROM {dated})"
    )


def _write_lateness(day: str, unit: LateUnit) -> str:
    """How long after the last day in time a day is; a week or a month that has started is a whole one."""
    days = f"date_diff('day', last_day, {day})"
    if unit == "day":
        return days
    if unit == "week":
        return f"(({days} + 6) // 7)"
    # In a month without the day of the last day in time no day is later than its last one.
    apart = f"12 * (year({day}) - year(last_day)) + month({day}) - month(last_day)"
    return f"({apart} + CASE WHEN day({day}) > day(last_day) THEN 1 ELSE 0 END)"


def _write_each(judged: str) -> str:
    conflicts = "verdict IN ('before_year_end', 'dates_disagree')"
    return (
        "SELECT unit, count(*) FILTER (WHERE verdict = 'in_time') AS num, count(*) AS den,\n"
        f"       min(verdict) FILTER (WHERE {conflicts}) AS conflict,\n"
        "       CASE WHEN count(*) FILTER (WHERE verdict = 'may_count') > 0 THEN 'counts_missing'\n"
        "            WHEN count(*) FILTER (WHERE verdict = 'undecided') > 0 THEN 'evidence_needed'\n"
        "            WHEN count(*) FILTER (WHERE verdict = 'no_calendar') > 0 THEN 'calendar_missing'\n"
        "            WHEN count(*) FILTER (WHERE verdict = 'not_due') > 0 THEN 'not_due' END AS pending,\n"
        "       count(*) FILTER (WHERE verdict = 'late') AS late,\n"
        "       count(*) FILTER (WHERE verdict = 'missing') AS missing,\n"
        "       coalesce(sum(days_low) FILTER (WHERE verdict IN ('late', 'missing')), 0) AS days_low,\n"
        "       coalesce(sum(days_high) FILTER (WHERE verdict IN ('late', 'missing')), 0) AS days_high\n"
        f"FROM {judged}\nGROUP BY unit"
    )


def _order_rows(pick: str) -> str:
    """The order in which the row that decides comes first."""
    order = "sort_day ASC NULLS LAST" if pick == "first" else "sort_day DESC NULLS FIRST"
    return f"may_count DESC, {order}, said_low, said_high, bound_low, bound_high, last_day"


#: The verdict on no row at all, and how late it is.
Absence = tuple[str, str]


def _judge_absence(moment: Moment, last_day: date | None, unit: LateUnit) -> Absence:
    if last_day is None:
        return "'no_value'", "0"
    if moment.as_of > last_day:
        return "'missing'", str(count_late(last_day, moment.as_of, unit))
    return "'not_due'", "0"


def _write_one(figure: int, pick: str, absence: Absence) -> str:
    absent, days = absence
    return (
        "SELECT u.unit, p.unit IS NULL AS no_rows,\n"
        f"       coalesce(p.verdict, {absent}) AS verdict,\n"
        f"       coalesce(p.days_low, {days}) AS days_low, coalesce(p.days_high, {days}) AS days_high\n"
        "FROM units u\n"
        f"LEFT JOIN (SELECT * FROM judged_{figure}\n"
        f"           QUALIFY row_number() OVER (PARTITION BY unit ORDER BY {_order_rows(pick)}) = 1) p\n"
        "  ON p.unit = u.unit"
    )


def _write_origin(figure: int) -> str:
    """Whose duty a row is about: of who reported it, where the unit answers for several."""
    return f"CASE WHEN _unit IN (SELECT unit FROM owed WHERE figure = {figure}) THEN _origin ELSE _unit END"


def _write_split(figure: int, pick: str, absence: Absence) -> str:
    """As for one duty, but of each duty that a unit answers for; in time is who was in time with all of them."""
    absent, days = absence
    overdue = "verdict IN ('late', 'missing')"
    owing = f"SELECT unit FROM owed WHERE figure = {figure}"
    return (
        "SELECT unit, bool_and(absent) AS no_rows,\n"
        "       coalesce(CASE WHEN bool_or(verdict = 'may_count') THEN 'may_count' END,\n"
        "                min(verdict) FILTER (WHERE verdict IN ('before_year_end', 'dates_disagree')),\n"
        "                CASE WHEN bool_or(verdict = 'undecided') THEN 'undecided'\n"
        "                     WHEN bool_or(verdict = 'not_due') THEN 'not_due'\n"
        "                     WHEN bool_or(verdict = 'missing') THEN 'missing'\n"
        "                     WHEN bool_or(verdict = 'late') THEN 'late' ELSE 'in_time' END) AS verdict,\n"
        "       count(*) FILTER (WHERE verdict = 'late') AS late,\n"
        "       count(*) FILTER (WHERE verdict = 'missing') AS missing,\n"
        f"       coalesce(sum(days_low) FILTER (WHERE {overdue}), 0) AS days_low,\n"
        f"       coalesce(sum(days_high) FILTER (WHERE {overdue}), 0) AS days_high\n"
        "FROM (\n"
        "  SELECT o.unit, p.unit IS NULL AS absent,\n"
        f"         coalesce(p.verdict, {absent}) AS verdict,\n"
        f"         coalesce(p.days_low, {days}) AS days_low, coalesce(p.days_high, {days}) AS days_high\n"
        f"  FROM (SELECT unit, origin FROM owed WHERE figure = {figure}\n"
        f"        UNION ALL SELECT unit, unit FROM units WHERE unit NOT IN ({owing})) o\n"
        f"  LEFT JOIN (SELECT * FROM judged_{figure}\n"
        f"             QUALIFY row_number() OVER (PARTITION BY unit, origin ORDER BY {_order_rows(pick)}) = 1) p\n"
        "    ON p.unit = o.unit AND p.origin = o.origin\n"
        ")\n"
        "GROUP BY unit"
    )


def write_dates_raw(figure: int, event: EventDate, split: bool = False) -> str:
    """The branch of one date measure. A single date's figure is its days late, 0 when in time."""
    if event.pick == "each":
        return write_raw(
            f"units u LEFT JOIN dates_{figure} d ON d.unit = u.unit",
            figure=str(figure),
            unit="u.unit",
            num="coalesce(d.num, 0)::HUGEINT",
            den="coalesce(d.den, 0)::HUGEINT",
            conflict="d.conflict",
            pending="d.pending",
            no_rows="d.unit IS NULL",
            late="coalesce(d.late, 0)::HUGEINT",
            missing="coalesce(d.missing, 0)::HUGEINT",
            days_low="coalesce(d.days_low, 0)::HUGEINT",
            days_high="coalesce(d.days_high, 0)::HUGEINT",
        )
    overdue = "verdict IN ('late', 'missing')"
    return write_raw(
        f"dates_{figure}",
        figure=str(figure),
        unit="unit",
        num=f"CASE WHEN {overdue} THEN days_low ELSE 0 END::HUGEINT",
        conflict="CASE WHEN verdict IN ('before_year_end', 'dates_disagree') THEN verdict END",
        pending=(
            "CASE verdict WHEN 'may_count' THEN 'counts_missing'"
            " WHEN 'undecided' THEN 'evidence_needed' WHEN 'not_due' THEN 'not_due'"
            " WHEN 'no_value' THEN 'no_value' WHEN 'no_calendar' THEN 'calendar_missing' END"
        ),
        no_rows="no_rows",
        late="late::HUGEINT" if split else "(verdict = 'late')::HUGEINT",
        missing="missing::HUGEINT" if split else "(verdict = 'missing')::HUGEINT",
        days_low=f"CASE WHEN {overdue} THEN days_low ELSE 0 END::HUGEINT",
        days_high=f"CASE WHEN {overdue} THEN days_high ELSE 0 END::HUGEINT",
    )
