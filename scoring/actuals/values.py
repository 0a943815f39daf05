"""Single values: the latest one, another assessment's score, an inspector's judgement, other items' marks."""

from __future__ import annotations

import math

from indicators.entries.scales import find_scale
from indicators.entries.tables import Dataset
from indicators.measures.imported import Imported
from indicators.measures.judgement import Judgement
from indicators.measures.latest import Latest
from indicators.pack.model import Pack
from scoring.base.parts import to_millionths
from scoring.base.sql import join_and, quote_name, quote_text
from scoring.measures.raw import Moment, name_reported, scale_of, write_condition, write_period, write_raw


def write_latest(latest: Latest, pack: Pack, moment: Moment) -> str:
    """Per unit: how many different values the latest rows hold, the least and the largest of them, and what is open.

    A row that may be the latest, for all that its cells say, stands beside those that are.
    """
    dataset = pack.dataset(latest.dataset)
    order = quote_name(latest.order)
    condition = write_condition(latest.where, dataset, moment)
    period = join_and([write_period(pack, dataset, moment.year, "to_date"), f"({condition}) IS NOT FALSE"])
    return (
        f"SELECT _unit AS unit, {_spread(latest.column, dataset, f'sure AND {order} IS NOT NULL')}\n"
        f"FROM (SELECT *, max({order}) FILTER (WHERE sure) OVER (PARTITION BY _unit) AS newest\n"
        f"      FROM (SELECT *, coalesce({condition}, FALSE) AS sure FROM {name_reported(dataset)} WHERE {period}))\n"
        f"WHERE ({order} >= newest) IS NOT FALSE\nGROUP BY _unit"
    )


def write_imported(imported: Imported, pack: Pack, moment: Moment) -> str:
    """Per unit: how many different scores its rows hold, the least and the largest of them, and what is open."""
    dataset = pack.dataset(imported.dataset)
    condition = write_condition(imported.where, dataset, moment)
    period = join_and([write_period(pack, dataset, moment.year, "year"), f"({condition}) IS NOT FALSE"])
    return (
        f"SELECT _unit AS unit, {_spread(imported.column, dataset, condition)}\n"
        f"FROM {name_reported(dataset)}\nWHERE {period}\nGROUP BY _unit"
    )


def write_judgement(judgement: Judgement, indicator: str, column: str, pack: Pack, moment: Moment) -> str:
    """Per unit: how many different judgements there are, their sum and their number, and how many say nothing."""
    dataset = pack.dataset(judgement.dataset)
    condition = write_condition({}, dataset, moment, f"indicator = {quote_text(indicator)}")
    period = join_and([write_period(pack, dataset, moment.year, "year"), f"({condition}) IS NOT FALSE"])
    name = quote_name(column)
    factor = 10 ** scale_of(dataset, column)
    sure = f" FILTER (WHERE {condition})"
    whole = [f"({each}({name}){sure} * {factor})::HUGEINT" if column == "marks" else "0::HUGEINT" for each in _SPREAD]
    return (
        f"SELECT _unit AS unit, count(DISTINCT {name}){sure} AS different, count({name}){sure} AS given,\n"
        f"       count(*) - count({name}){sure} AS open,\n"
        f"       {whole[0]} AS total, {whole[1]} AS lowest, {whole[2]} AS highest\n"
        f"FROM {name_reported(dataset)}\nWHERE {period}\nGROUP BY _unit"
    )


_SPREAD = ("sum", "min", "max")


def write_judged_levels(figure: int, judgement: Judgement, indicator: str, pack: Pack, moment: Moment) -> str:
    """How often each level was given."""
    dataset = pack.dataset(judgement.dataset)
    where = join_and(
        [
            write_period(pack, dataset, moment.year, "year"),
            f"indicator = {quote_text(indicator)}",
            "level IS NOT NULL",
        ]
    )
    return (
        f"SELECT {figure} AS figure, _unit AS unit, level, count(*)::HUGEINT AS n\n"
        f"FROM {name_reported(dataset)}\nWHERE {where}\nGROUP BY ALL"
    )


def _spread(column: str, dataset: Dataset, sure: str) -> str:
    """Aggregates over the rows that count for ``sure``; ``open`` are the others, and those without a value."""
    name, factor = quote_name(column), 10 ** scale_of(dataset, column)
    chosen = f" FILTER (WHERE {sure})" if sure != "TRUE" else ""
    return (
        f"count(DISTINCT {name}){chosen} AS different,\n"
        f"       count({name}){chosen} AS given, count(*) - count({name}){chosen} AS open,\n"
        f"       (min({name}){chosen} * {factor})::HUGEINT AS lowest,\n"
        f"       (max({name}){chosen} * {factor})::HUGEINT AS value"
    )


#: Nothing is known where no value is given; where one is, an empty cell beside it may hold another.
_PENDING = "CASE WHEN coalesce(v.given, 0) = 0 THEN 'no_value' WHEN v.open > 0 THEN 'counts_missing' END"


def write_value_raw(figure: int, source: str, factor: int, den: str, scale: tuple[int | None, int | None]) -> str:
    """The branch of ``latest`` and ``imported``; ``scale`` is the least and the largest value that can be true."""
    low, high = scale
    outside = [f"v.lowest < {low}"] if low is not None else []
    outside += [f"v.value > {high}"] if high is not None else []
    beyond = f" WHEN {' OR '.join(outside)} THEN 'outside_scale'" if outside else ""
    return write_raw(
        f"units u LEFT JOIN {source} v ON v.unit = u.unit",
        figure=str(figure),
        unit="u.unit",
        num=f"v.value * {factor}",
        den=den,
        conflict=f"CASE WHEN v.different > 1 THEN 'contradicting_rows'{beyond} END",
        pending=_PENDING,
    )


def scale_latest(latest: Latest, pack: Pack) -> tuple[int | None, int | None]:
    """The scale of the column, in whole units of its last decimal."""
    dataset = pack.dataset(latest.dataset)
    column = dataset.column(latest.column)
    assert column is not None
    factor = 10 ** scale_of(dataset, latest.column)
    low, high = (None if end is None else end * factor for end in find_scale(column))
    # Half a unit more says nothing of whole numbers, so that a fraction of one is cut off towards the scale.
    return (None if low is None else math.ceil(low)), (None if high is None else math.floor(high))


def scale_imported(imported: Imported, pack: Pack) -> tuple[int, int]:
    """From nothing to the full score, in whole units of the column's last decimal."""
    return 0, math.floor(imported.out_of.value * 10 ** scale_of(pack.dataset(imported.dataset), imported.column))


def write_imported_den(imported: Imported, pack: Pack) -> str:
    """``out_of`` in millionths and scaled like the score; the score itself is then taken in millionths."""
    scale = scale_of(pack.dataset(imported.dataset), imported.column)
    return f"{to_millionths(imported.out_of.value) * 10**scale}::HUGEINT"


def write_judgement_raw(figure: int, source: str, judgement: Judgement, scale: int) -> str:
    """The branch of ``judgement``: the (mean of the) marks given; levels are counted elsewhere."""
    conflict = "NULL::VARCHAR"
    if judgement.several == "conflict":
        conflict = "CASE WHEN v.different > 1 THEN 'contradicting_rows' END"
    return write_raw(
        f"units u LEFT JOIN {source} v ON v.unit = u.unit",
        figure=str(figure),
        unit="u.unit",
        num="v.total",
        den=f"greatest(coalesce(v.given, 0), 1)::HUGEINT * {10**scale}",
        conflict=conflict,
        pending=_PENDING,
        lowest="v.lowest * v.given",
        highest="v.highest * v.given",
    )


def write_of_marks(figure: int, cohort: str, indicators: tuple[str, ...]) -> str:
    """Per unit of the cohort: the marks of other items and their full marks."""
    names = ", ".join(quote_text(name) for name in indicators)
    return write_raw(
        "(SELECT m.unit, sum(i.points) FILTER (WHERE i.outcome = 'scored') AS got,\n"
        "        sum(i.applicable_points) FILTER (WHERE i.outcome = 'scored') AS possible,\n"
        "        count(*) FILTER (WHERE i.outcome IN ('pending', 'conflict', 'error')) AS open\n"
        "      FROM members m\n"
        f"      LEFT JOIN items i ON i.cohort = m.cohort AND i.unit = m.unit AND i.indicator IN ({names})\n"
        f"      WHERE m.cohort = {quote_text(cohort)} GROUP BY m.unit) o",
        figure=str(figure),
        unit="o.unit",
        num="coalesce(o.got, 0)::HUGEINT",
        den="coalesce(o.possible, 0)::HUGEINT",
        pending="CASE WHEN o.open > 0 THEN 'items_open' END",
    )
