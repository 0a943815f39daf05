"""Deadlines, and what a date, a month or the bounds of an unknown date say about them."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from indicators.entries.targets import By
from indicators.measures.date import EventDate
from indicators.pack.model import NotApplicableWhen, Part
from tests.reference.figures import NOT_APPLICABLE
from tests.reference.results import Figure, Lateness, NoCalendar, Row, Stop
from tests.reference.rows import Found, Setting, find_rows

Span = tuple[date, date]
ONE_DAY = timedelta(days=1)


def place_day(month_day: str, year: int) -> date:
    """``04-30`` or ``02-end`` in a year."""
    month, day = month_day.split("-")
    return date(year, int(month), calendar.monthrange(year, int(month))[1] if day == "end" else int(day))


def move_off_rest(setting: Setting, day: date) -> date:
    """The day, moved off a rest day as the policy says."""
    policy = setting.pack.head.policy.rest_day
    step = {"as_is": None, "next_working_day": ONE_DAY, "previous_working_day": -ONE_DAY}[policy]
    while step is not None and not setting.working_day(day):
        day += step
    return day


def name_due(setting: Setting, part: Part) -> date:
    """The day that the pack names for a part, on whatever weekday it falls."""
    by = part.target.by if part.target is not None else None
    if by is not None and by.on is not None:
        return date.fromisoformat(by.on)
    if by is not None and by.every is not None:
        return place_day(by.every, setting.year + by.years_later)
    return place_day(part.due.every, setting.year + part.due.years_later) if part.due else date(setting.year, 12, 31)


def find_due(setting: Setting, part: Part) -> date:
    """The last day in time of a part that has no deadline of its own."""
    due = part.due
    day = place_day(due.every, setting.year + due.years_later) if due else date(setting.year, 12, 31)
    return move_off_rest(setting, day)


def add_working_days(setting: Setting, day: date, count: int) -> date:
    while count:
        day += ONE_DAY
        count -= setting.working_day(day)
    return day


def months_on(day: date, count: int) -> date:
    """The day of the same number so many months on or back; a month that has none gives its last one."""
    months = day.year * 12 + (day.month - 1) + count
    for number in range(day.day, 0, -1):
        try:
            return date(months // 12, months % 12 + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def find_last_day(setting: Setting, by: By, row: Row | None) -> date | None:
    """The last day in time; None where no row says from when its days are counted."""
    if by.after is not None:
        start = None if row is None else row.get(f"{by.after}__last") or row[by.after]
        if start is None:
            return None
        if by.days is not None:
            day = start + by.days * ONE_DAY
        elif by.months is not None or by.years is not None:
            day = months_on(start, (by.months or 0) + 12 * (by.years or 0))
        else:
            day = add_working_days(setting, start, by.working_days or 0)
    elif by.on is not None:
        day = date.fromisoformat(by.on)
    else:
        assert by.every is not None
        day = place_day(by.every, setting.year + by.years_later)
    day = move_off_rest(setting, day)
    return day if by.day_itself == "in_time" else day - ONE_DAY


def read_span(row: Row, column: str | None) -> Span | None:
    """First and last day that a cell can mean."""
    if column is None or row[column] is None:
        return None
    return row[column], row.get(f"{column}__last") or row[column]


@dataclass(frozen=True)
class Verdict:
    """``days`` late, None where nobody knows; ``word`` a verdict of the page or the reason of a conflict."""

    word: str
    days: int | None = 0


CONFLICTS = ("before_year_end", "dates_disagree")


def is_done(setting: Setting, row: Row, measure: EventDate) -> bool:
    """Whether the row shows something done by the as-of day."""
    known = read_span(row, measure.column)
    floor, ceiling = read_span(row, measure.not_before), read_span(row, measure.no_later_than)
    if known is None and floor is None:
        return ceiling is not None
    first = known or floor
    assert first is not None
    return first[0] <= setting.as_of


def find_conflict(setting: Setting, row: Row, measure: EventDate, last_day: date | None) -> str | None:
    known = read_span(row, measure.column)
    floor, ceiling = read_span(row, measure.not_before), read_span(row, measure.no_later_than)
    upper = known[1] if known else ceiling[1] if ceiling else None
    period = setting.year if setting.standing[measure.dataset] else row["_period"]
    if measure.after_year_end and upper is not None and upper <= date(period, 12, 31):
        return "before_year_end"
    if known and floor and known[1] < floor[0]:
        return "dates_disagree"
    if last_day and known and ceiling:
        in_time_but = known[1] <= last_day < ceiling[0]
        late_but = ceiling[1] <= last_day < known[0]
        return "dates_disagree" if in_time_but or late_but else None
    return None


def try_last_day(setting: Setting, by: By, row: Row | None) -> tuple[date | None, bool]:
    """The last day in time, and whether it is only the calendar that is wanting."""
    try:
        return find_last_day(setting, by, row), False
    except NoCalendar:
        return None, True


def find_late_unit(part: Part) -> str:
    """In what the rule counts how late a date is."""
    late = part.marks.late
    return "day" if late is None else "week" if late.per_week else "month" if late.per_month else "day"


def count_late(unit: str, last_day: date, day: date) -> int:
    """Days, or weeks or months of which a started one is a whole one: the first day in time of so many steps."""
    if unit == "day":
        return (day - last_day).days
    steps = 0
    while (months_on(last_day, steps) if unit == "month" else last_day + 7 * steps * ONE_DAY) < day:
        steps += 1
    return steps


def judge_row(
    setting: Setting, row: Row | None, measure: EventDate, last_day: date | None, unit: str = "day"
) -> Verdict:
    """The verdict on one row, or on the lack of any."""
    done = row is not None and is_done(setting, row, measure)
    if row is not None and done and (conflict := find_conflict(setting, row, measure, last_day)):
        return Verdict(conflict)
    if last_day is None:
        return Verdict("undecided")
    if row is None or not done:
        if setting.as_of <= last_day:
            return Verdict("not_due")
        return Verdict("missing", count_late(unit, last_day, setting.as_of))
    known = read_span(row, measure.column)
    floor, ceiling = read_span(row, measure.not_before), read_span(row, measure.no_later_than)
    low = known[0] if known else floor[0] if floor else date.min
    high = known[1] if known else ceiling[1] if ceiling else date.max
    if high <= last_day:
        return Verdict("in_time")
    if low > last_day:
        least, most = (None if day is date.max else count_late(unit, last_day, day) for day in (low, high))
        return Verdict("late", least if least == most else None)
    return Verdict("undecided")


def pick_row(setting: Setting, rows: list[Row], measure: EventDate, by: By) -> Row:
    """The first or last row; an empty cell comes last, as what is not done comes after all that is.

    Of rows on the same day the one with a stated date counts, the earlier end, lower bound, upper bound and deadline.
    """
    sign = 1 if measure.pick == "first" else -1

    def order(row: Row) -> tuple[int, ...]:
        known, floor, ceiling = (
            read_span(row, name) for name in (measure.column, measure.not_before, measure.no_later_than)
        )
        shown = known or ceiling or floor
        ties = (
            known and known[0],
            known and known[1],
            floor and floor[0],
            ceiling and ceiling[1],
            try_last_day(setting, by, row)[0],
        )
        return (sign * (shown[0] if shown else date.max).toordinal(), *((day or date.max).toordinal() for day in ties))

    return min(rows, key=order)


def measure_date(setting: Setting, unit: str, part: Part, rule: NotApplicableWhen) -> Figure | Stop:
    """``first``/``last``: 1/1 in time, 0/1 not; ``each``: rows in time / rows."""
    measure, by = part.measure.date, part.target.by if part.target else None
    assert measure is not None and by is not None
    # Where the date that is judged is the row's own, an empty one says that nothing was done.
    undated = setting.pack.dataset(measure.dataset).event_date == measure.column
    found = find_rows(setting, measure.dataset, unit, measure.where, setting.year, setting.year, undated)
    rows = found.rows
    if measure.pick == "each":
        return measure_each(setting, found, part, rule)
    if by.after is None and measure.inherited == "each":
        day = find_last_day(setting, by, None)
        assert day is not None
        debtors = list_debtors(setting, unit, day)
        if len(debtors) > 1:
            return measure_debts(setting, found, debtors, part, rule)
    if found.may_count:
        return Stop("pending", "counts_missing")
    row = pick_row(setting, rows, measure, by) if rows else None
    if row is None and rule.rows == "none":
        return NOT_APPLICABLE
    if row is None and by.after is not None:
        return Stop("pending", "no_value")
    last_day, unknown = try_last_day(setting, by, row)
    verdict = judge_row(setting, row, measure, last_day, find_late_unit(part))
    if unknown and verdict.word == "undecided":
        verdict = Verdict("no_calendar")
    return judge_verdicts(setting, [verdict], part, last_day)


def list_debtors(setting: Setting, unit: str, day: date) -> list[str]:
    """Who of the unit and of those that live on in it existed on the last day in time: each of them owed it."""
    return setting.list_answering(unit, (day, day))


def measure_debts(
    setting: Setting, found: Found, debtors: list[str], part: Part, rule: NotApplicableWhen
) -> Figure | Stop:
    """The same thing asked of several: a verdict on what each of them reported itself."""
    measure, by = part.measure.date, part.target.by if part.target else None
    assert measure is not None and by is not None
    if any(row["_unit"] in debtors for row in found.may_count):
        return Stop("pending", "counts_missing")
    own = {name: [row for row in found.rows if row["_unit"] == name] for name in debtors}
    if rule.rows == "none" and not any(own.values()):
        return NOT_APPLICABLE
    day = find_last_day(setting, by, None)
    picked = [pick_row(setting, some, measure, by) if some else None for some in own.values()]
    return judge_verdicts(
        setting, [judge_row(setting, row, measure, day, find_late_unit(part)) for row in picked], part, day
    )


def measure_each(setting: Setting, found: Found, part: Part, rule: NotApplicableWhen) -> Figure | Stop:
    measure, by = part.measure.date, part.target.by if part.target else None
    assert measure is not None and by is not None
    rows = found.rows
    if not rows and found.may_count:
        return Stop("pending", "counts_missing")
    if not rows:
        if rule.rows == "none" or rule.denominator == "zero":
            return NOT_APPLICABLE
        return Stop("pending", "zero_denominator")
    days = [try_last_day(setting, by, row) for row in rows]
    unit = find_late_unit(part)
    verdicts = [judge_row(setting, row, measure, day, unit) for row, (day, _) in zip(rows, days, strict=True)]
    verdicts = [
        Verdict("no_calendar") if unknown and verdict.word == "undecided" else verdict
        for verdict, (_, unknown) in zip(verdicts, days, strict=True)
    ]
    if found.may_count and not any(verdict.word in CONFLICTS for verdict in verdicts):
        return Stop("pending", "counts_missing")
    return judge_verdicts(setting, verdicts, part, days[0][0] if by.after is None else find_due(setting, part))


def judge_verdicts(setting: Setting, verdicts: list[Verdict], part: Part, last_day: date | None) -> Figure | Stop:
    """A conflict comes before missing evidence, and that before a row that is not due."""
    words = [verdict.word for verdict in verdicts]
    for conflict in CONFLICTS:
        if conflict in words:
            return Stop("conflict", conflict)
    measure = part.measure.date
    assert measure is not None
    per_day = part.marks.late is not None and part.marks.late.late is None
    days_matter = per_day or (part.marks.ladder is not None and measure.pick != "each")
    days = [verdict.days for verdict in verdicts]
    if "undecided" in words or (days_matter and None in days):
        return Stop("pending", "evidence_needed")
    if "no_calendar" in words:
        return Stop("pending", "calendar_missing")
    if "not_due" in words:
        return Stop("pending", "not_due")
    known = [day for day in days if day is not None]
    lateness = Lateness(sum(known) if len(known) == len(days) else None, words.count("late"), words.count("missing"))
    return Figure(
        Fraction(words.count("in_time")),
        Fraction(len(words)),
        dates=lateness,
        last_day=last_day,
    )
