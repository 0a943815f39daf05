"""Doubts about a unit's figures: two that disagree, one that jumped, a rate over a handful of cases."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from indicators.measures.rows import Tally
from indicators.pack.doubts import ComparedFigure, DoubtRule, Exceeds
from scoring.base.sql import quote_name, write_where
from scoring.doubts.doubt import Found, NamedNumber, SearchedData, Sighting, Trace, Value, show_number
from scoring.measures.feeds import name_row
from scoring.measures.raw import name_reported
from scoring.measures.words import describe_where


def find_exceeding(scene: SearchedData, rule: DoubtRule) -> list[Found]:
    """Units whose figure is above its limit (or apart from it). Both must have been reported."""
    check = rule.check.exceeds
    assert check is not None
    figures, limits = (
        read_figure(scene, check.figure, scene.moment.year),
        read_figure(scene, check.limit, scene.moment.year),
    )
    name, other = name_figure(scene, check.figure), name_figure(scene, check.limit)
    sightings = []
    for unit in scene.units:
        if unit not in figures or unit not in limits:
            continue
        figure, limit = Fraction(figures[unit]), Fraction(limits[unit])
        allowed = Fraction(check.tolerance.value) * (abs(limit) if check.tolerance.percent else 1)
        apart = figure - limit
        if apart <= allowed and not (check.either_way and -apart > allowed):
            continue
        word = "多" if apart > 0 else "少"
        margin = f"（容许相差 {check.tolerance}）" if check.tolerance.value else ""
        seen = (
            f"{name}为 {show_number(figure)}，{other}为 {show_number(limit)}，{word} {show_number(abs(apart))}{margin}"
        )
        shown = (NamedNumber(name, figures[unit]), NamedNumber(other, limits[unit]))
        weight = abs(apart) / max(abs(limit), Fraction(1))
        sightings.append(Sighting(unit, seen, shown, weight, ((unit, ""),)))
    traces = (_trace_strangers(scene, check), trace_figure(scene, check.limit))
    return [Found(tuple(dict.fromkeys(traces)), tuple(sightings))]


def _trace_strangers(scene: SearchedData, check: Exceeds) -> Trace:
    """The rows of the figure; where both count values (people), those first that the limit does not know."""
    trace = trace_figure(scene, check.figure)
    if check.figure.distinct is None or check.limit.distinct is None:
        return trace
    dataset = scene.pack.dataset(check.limit.dataset)
    known = scene.condition(dataset, write_where(check.limit.where, dataset))
    there = f"SELECT _unit || '|' || {quote_name(check.limit.distinct)}::VARCHAR FROM {name_reported(dataset)}"
    here = f"r._unit || '|' || r.{quote_name(check.figure.distinct)}::VARCHAR"
    return replace(trace, first=f"coalesce({here} IN ({there} WHERE {known}), FALSE)")


def find_jumps(scene: SearchedData, rule: DoubtRule) -> list[Found]:
    """Units whose figure is far from the year before. Both years must have been reported."""
    check = rule.check.jump
    assert check is not None
    year = scene.moment.year
    now, before = read_figure(scene, check.figure, year), read_figure(scene, check.figure, year - 1)
    name, factor = name_figure(scene, check.figure), Fraction(check.factor)
    sightings = []
    for unit in scene.units:
        if unit not in now or unit not in before:
            continue
        this, last = Fraction(now[unit]), Fraction(before[unit])
        far = this > factor * last or last > factor * this
        if not far or abs(this - last) <= Fraction(check.floor) or min(this, last) < 0:
            continue
        seen = f"{name}本年为 {show_number(this)}，上年为 {show_number(last)}"
        if this < last:
            seen += f"，降到上年的 {show_number(this * 100 / last)}%"
        elif last:
            seen += f"，是上年的 {show_number(this / last)} 倍"
        shown = (NamedNumber(f"{year} 年", now[unit]), NamedNumber(f"{year - 1} 年", before[unit]))
        weight = max(this, last) / max(min(this, last), Fraction(1))
        sightings.append(Sighting(unit, seen, shown, weight, ((unit, ""),)))
    traces = (trace_figure(scene, check.figure), trace_figure(scene, check.figure, year - 1))
    return [Found(traces, tuple(sightings))]


def find_small_numbers(scene: SearchedData, rule: DoubtRule) -> list[Found]:
    """Rates over fewer cases than ``below``: no question of honesty, a warning to who reads the rate."""
    check = rule.check.small_number
    assert check is not None
    return [
        _find_small_ratio(scene, name, number, check.below)
        for name in check.indicators
        for number, part in enumerate(scene.pack.indicator(name).parts)
        if part.measure.chosen.small_base is not None
    ]


def _find_small_ratio(scene: SearchedData, name: str, number: int, below: int) -> Found:
    indicator = scene.pack.indicator(name)
    part = indicator.parts[number]
    base = part.measure.chosen.small_base
    assert base is not None
    top, bottom = (_as_figure(tally) for tally in base)
    cohorts = [cohort for cohort in scene.pack.head.cohorts if cohort.id in indicator.marks]
    asked = {unit.id for cohort in cohorts for unit in scene.pack.members(cohort, scene.succession.day)}
    takers = scene.succession.takers
    asked -= {unit.id for unit in indicator.list_excluded(scene.pack.registry, scene.moment.year, takers)}
    tops, bottoms = read_figure(scene, top, scene.moment.year), read_figure(scene, bottom, scene.moment.year)
    title = f"「{indicator.name}」" + (f"（{part.title}）的" if part.title else "的")
    sightings = []
    for unit in scene.units:
        if unit not in asked or unit not in tops or unit not in bottoms:
            continue
        whole, done = bottoms[unit], tops[unit]
        if not 0 < whole < below:
            continue
        seen = (
            f"{title}分母只有 {show_number(whole)}（其中 {show_number(done)}），"
            f"一件之差就是 {show_number(Fraction(100) / Fraction(whole))} 个百分点"
        )
        shown = (NamedNumber("分子", done), NamedNumber("分母", whole))
        sightings.append(Sighting(unit, seen, shown, 1 / Fraction(whole), ((unit, ""),), name))
    return Found((trace_figure(scene, bottom),), tuple(sightings))


def _as_figure(tally: Tally) -> ComparedFigure:
    return ComparedFigure(dataset=tally.dataset, where=tally.where, sum=tally.sum)


def read_figure(scene: SearchedData, figure: ComparedFigure, year: int) -> dict[str, Value]:
    """The figure of every unit that has reported; a unit whose cells are all empty has none."""
    dataset = scene.pack.dataset(figure.dataset)
    value = "count(*)"
    if figure.sum is not None:
        value = f"sum(r.{quote_name(figure.sum)})"
    elif figure.distinct is not None:
        value = f"count(DISTINCT r.{quote_name(figure.distinct)})"
    condition = scene.condition(dataset, write_where(figure.where, dataset), year)
    query = f"SELECT u.unit, {value}\nFROM {scene.source(dataset, condition)}\nGROUP BY u.unit"
    rows: dict[str, int | Decimal | None] = dict(scene.connection.execute(query).fetchall())
    found = {unit: rows.get(unit, 0) for unit in scene.reported(dataset, year)}
    return {unit: value for unit, value in found.items() if value is not None}


def name_figure(scene: SearchedData, figure: ComparedFigure) -> str:
    """What a sentence calls the figure."""
    if figure.title is not None:
        return figure.title
    dataset = scene.pack.dataset(figure.dataset)
    where = describe_where(figure.where, dataset)
    column = dataset.column(figure.sum or figure.distinct or "")
    what = "行数" if column is None else f"「{column.title}」{'合计' if figure.sum else '个数'}"
    return f"《{dataset.title}》{what}" + (f"（{where}）" if where else "")


def trace_figure(scene: SearchedData, figure: ComparedFigure, year: int | None = None) -> Trace:
    """The rows that a figure is made of, the largest first."""
    dataset = scene.pack.dataset(figure.dataset)
    chosen = [name for name in (figure.sum, figure.distinct) if name is not None]
    columns = tuple(dict.fromkeys([*chosen, *name_row(dataset)[:2], *figure.where]))
    first = f"r.{quote_name(figure.sum)} DESC NULLS LAST" if figure.sum else ""
    return Trace(dataset.id, scene.condition(dataset, write_where(figure.where, dataset), year), columns, first=first)
