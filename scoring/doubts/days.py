"""Doubts about when something is said to have happened: outside its year, on New Year's Day, on days off."""

from __future__ import annotations

from fractions import Fraction

from indicators.pack.doubts import DoubtRule
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
    strange, first, off = [], [], []
    for unit, rows, before, after, opening, resting_rows, least, most in scene.connection.execute(query).fetchall():
        points, name = ((unit, ""),), f"《{dataset.title}》{rows} 行中"
        if before or after:
            span = (
                f"在 {expected} 年以前的 {before} 行、以后的 {after} 行"
                if before and after
                else (f"在 {expected} 年{'以前' if before else '以后'}的 {before or after} 行")
            )
            seen = f"{name}，「{column.title}」{span}（最早 {least}，最晚 {most}）"
            figures = (NamedNumber("行数", rows), NamedNumber("以前", before), NamedNumber("以后", after))
            strange.append(Sighting(unit, seen, figures, Fraction(before + after), points))
        if check.new_year and opening:
            seen = f"{name}，有 {opening} 行的「{column.title}」是 1 月 1 日，像是不知道日期时的填法"
            shown = (NamedNumber("行数", rows), NamedNumber("1月1日", opening))
            first.append(Sighting(unit, seen, shown, Fraction(opening, rows), points))
        limit = check.rest_days
        if limit is not None and rows >= check.least and Fraction(resting_rows, rows) > Fraction(limit.value):
            share = show_share(resting_rows, rows)
            seen = f"{name}，有 {resting_rows} 行（{share}）的「{column.title}」是休息日或节假日"
            shown = (NamedNumber("行数", rows), NamedNumber("休息日", resting_rows))
            off.append(Sighting(unit, seen, shown, Fraction(resting_rows, rows), points))
    columns = tuple(dict.fromkeys((check.date, *name_row(dataset)[:2])))

    def trace(condition: str) -> tuple[Trace, ...]:
        return (Trace(dataset.id, join_and([where, condition]), columns),)

    pairs = ((outside, strange), (new_year, first), (resting, off))
    return [Found(trace(condition), tuple(sightings)) for condition, sightings in pairs if sightings]
