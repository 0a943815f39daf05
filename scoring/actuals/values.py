"""Single values: the latest one, another assessment's score, an inspector's judgement, other items' marks."""

from __future__ import annotations

from indicators.measures import Imported, Judgement, Latest
from indicators.model import Pack
from scoring.actuals.raw import Moment, name_reported, scale_of, write_period, write_raw
from scoring.parts import to_millionths
from scoring.sql import join_and, quote_name, quote_text, write_where


def write_latest(latest: Latest, pack: Pack, moment: Moment) -> str:
    """Per unit: how many different values the latest rows hold, and one of them."""
    dataset = pack.dataset(latest.dataset)
    where = join_and(
        [
            write_period(pack, dataset, moment.year, "to_date"),
            write_where(latest.where, dataset),
            f"{quote_name(latest.order)} IS NOT NULL",
        ]
    )
    return (
        f"SELECT _unit AS unit, {_spread(quote_name(latest.column), 10 ** scale_of(dataset, latest.column))}\n"
        f"FROM (SELECT * FROM {name_reported(dataset)} WHERE {where}\n"
        f"      QUALIFY {quote_name(latest.order)} = max({quote_name(latest.order)}) OVER (PARTITION BY _unit))\n"
        "GROUP BY _unit"
    )


def write_imported(imported: Imported, pack: Pack, moment: Moment) -> str:
    """Per unit: how many different scores its rows hold, and one of them."""
    dataset = pack.dataset(imported.dataset)
    where = join_and([write_period(pack, dataset, moment.year, "year"), write_where(imported.where, dataset)])
    factor = 10 ** scale_of(dataset, imported.column)
    return (
        f"SELECT _unit AS unit, {_spread(quote_name(imported.column), factor)}\n"
        f"FROM {name_reported(dataset)}\nWHERE {where}\nGROUP BY _unit"
    )


def write_judgement(judgement: Judgement, indicator: str, column: str, pack: Pack, moment: Moment) -> str:
    """Per unit: how many different judgements there are, their sum and their number."""
    dataset = pack.dataset(judgement.dataset)
    where = join_and([write_period(pack, dataset, moment.year, "year"), f"indicator = {quote_text(indicator)}"])
    name = quote_name(column)
    factor = 10 ** scale_of(dataset, column)
    whole = [f"({wanted}({name}) * {factor})::HUGEINT" if column == "marks" else "0::HUGEINT" for wanted in _SPREAD]
    return (
        f"SELECT _unit AS unit, count(DISTINCT {name}) AS different, count({name}) AS given,\n"
        f"       {whole[0]} AS total, {whole[1]} AS lowest, {whole[2]} AS highest\n"
        f"FROM {name_reported(dataset)}\nWHERE {where}\nGROUP BY _unit"
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


def _spread(name: str, factor: int) -> str:
    different, given = f"count(DISTINCT {name}) AS different", f"count({name}) AS given"
    return f"{different},\n       {given},\n       (max({name}) * {factor})::HUGEINT AS value"


def write_value_raw(figure: int, source: str, factor: int, den: str) -> str:
    """The branch of ``latest`` and ``imported``."""
    return write_raw(
        f"units u LEFT JOIN {source} v ON v.unit = u.unit",
        figure=str(figure),
        unit="u.unit",
        num=f"v.value * {factor}",
        den=den,
        conflict="CASE WHEN v.different > 1 THEN 'contradicting_rows' END",
        pending="CASE WHEN coalesce(v.given, 0) = 0 THEN 'no_value' END",
    )


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
        pending="CASE WHEN coalesce(v.given, 0) = 0 THEN 'no_value' END",
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
