"""Single values of a column: how many different ones the rows of a unit hold, and the branch that one yields."""

from __future__ import annotations

from indicators.entries.tables import Dataset
from scoring.base.sql import quote_name
from scoring.measures.raw import scale_of, write_raw


def spread_values(column: str, dataset: Dataset, sure: str) -> str:
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
PENDING = "CASE WHEN coalesce(v.given, 0) = 0 THEN 'no_value' WHEN v.open > 0 THEN 'counts_missing' END"


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
        pending=PENDING,
    )
