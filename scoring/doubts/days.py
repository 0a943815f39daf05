"""Doubts about when something is said to have happened: outside its year, on New Year's Day, on days off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from indicators.entries.tables import Column, Dataset
from indicators.pack.doubts import DoubtRule, OutsideYear
from scoring.base.sql import join_and, quote_name, write_where
from scoring.doubts.doubt import Found, NamedNumber, SearchedData, Sighting, Trace, show_share
from scoring.measures.feeds import name_row


def find_outside_year(scene: SearchedData, rule: DoubtRule) -> list[Found]:
    """Units with rows dated outside the year that they report, and what else is odd about the days."""
    check = rule.check.outside_year
    assert check is not None
    dataset = scene.pack.dataset(check.dataset)
    column = dataset.column(check.date)
    assert column is not None
    day, expected = f"r.{quote_name(check.date)}", scene.moment.year + check.years_later
    where = join_and([scene.condition(dataset, write_where(check.where, dataset)), f"{day} IS NOT NULL"])
    # A month is kept as its first and last day, so neither a rest day nor a first of January is known of it.
    whole = f"{day} = r.{quote_name(f'{check.date}__last')}" if column.month_allowed else "TRUE"
    outside, new_year = f"year({day}) <> {expected}", f"(month({day}) = 1 AND day({day}) = 1 AND {whole})"
    resting = f"({day} IN (SELECT day FROM calendar WHERE NOT working) AND {whole})"
    query = (
        f"SELECT u.unit, count(*), count(*) FILTER (year({day}) < {expected}),\n"
        f"       count(*) FILTER (year({day}) > {expected}), count(*) FILTER ({new_year}),\n"
        f"       count(*) FILTER ({resting if check.rest_days else 'FALSE'}), min({day}), max({day})\n"
        f"FROM {scene.source(dataset, where)} GROUP BY u.unit"
    )
    rows = [_Days(unit, *numbers) for unit, *numbers in scene.connection.execute(query).fetchall()]
    listings = (_list_strange(rows, expected), _list_openings(rows, check), _list_resting(rows, check))
    told = ([_see(dataset, column, *seen) for seen in listing] for listing in listings)
    columns = tuple(dict.fromkeys((check.date, *name_row(dataset)[:2])))

    def trace(condition: str) -> tuple[Trace, ...]:
        return (Trace(dataset.id, join_and([where, condition]), columns),)

    pairs = zip((outside, new_year, resting), told, strict=True)
    return [Found(trace(condition), tuple(sightings)) for condition, sightings in pairs if sightings]


class _Days(NamedTuple):
    """How many rows of a unit have which days."""

    unit: str
    rows: int
    before: int
    after: int
    openings: int
    resting: int
    least: date
    most: date


#: The unit's days, what is seen of them with a place for the column, the number beside the rows, and how far it goes.
_Seen = tuple[_Days, str, tuple[NamedNumber, ...], Fraction]


def _see(
    dataset: Dataset, column: Column, days: _Days, words: str, told: tuple[NamedNumber, ...], far: Fraction
) -> Sighting:
    seen = f"《{dataset.title}》{days.rows} 行中，{words.format(column.title)}"
    return Sighting(days.unit, seen, (NamedNumber("行数", days.rows), *told), far, ((days.unit, ""),))


def _list_strange(rows: Sequence[_Days], expected: int) -> Iterator[_Seen]:
    """Units with rows of other years."""
    for each in rows:
        if not each.before and not each.after:
            continue
        span = f"在 {expected} 年{'以前' if each.before else '以后'}的 {each.before or each.after} 行"
        if each.before and each.after:
            span = f"在 {expected} 年以前的 {each.before} 行、以后的 {each.after} 行"
        told = NamedNumber("以前", each.before), NamedNumber("以后", each.after)
        words = f"「{{}}」{span}（最早 {each.least}，最晚 {each.most}）"
        yield each, words, told, Fraction(each.before + each.after)


def _list_openings(rows: Sequence[_Days], check: OutsideYear) -> Iterator[_Seen]:
    """Units with rows of the first of January, as they are typed where the day is not known."""
    for each in rows:
        if check.new_year and each.openings:
            words = f"有 {each.openings} 行的「{{}}」是 1 月 1 日，像是不知道日期时的填法"
            yield each, words, (NamedNumber("1月1日", each.openings),), Fraction(each.openings, each.rows)


def _list_resting(rows: Sequence[_Days], check: OutsideYear) -> Iterator[_Seen]:
    """Units with more rows of days of rest than may be."""
    limit = check.rest_days
    for each in rows:
        if limit is None or each.rows < check.least:
            continue
        far = Fraction(each.resting, each.rows)
        if far > Fraction(limit.value):
            words = f"有 {each.resting} 行（{show_share(each.resting, each.rows)}）的「{{}}」是休息日或节假日"
            yield each, words, (NamedNumber("休息日", each.resting),), far
