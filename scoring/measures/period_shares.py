"""Shares of periods: what is counted of each quarter or round out of the whole of it."""

from __future__ import annotations

from fractions import Fraction

from indicators.entries.tables import Dataset
from indicators.measures.rounds import OutOf, Rounds
from indicators.measures.rows import Where
from scoring.base.parts import to_millionths
from scoring.base.sql import join_and, quote_name
from scoring.measures.raw import Moment, name_reported, scale_of, write_condition, write_raw

#: Shares that are averaged or compared have so many decimals: 4 of a percentage.
GRAIN = 10**6
PART_OF_GRAIN = Fraction(1, GRAIN)


def write_period_shares(
    figure: int, rounds: Rounds, out_of: OutOf, dataset: Dataset, moment: Moment, own: str, among: list[str]
) -> dict[str, str]:
    """Both numbers of each period that has rows, its share, and all periods together.

    ``own`` is the period of a row, ``among`` which rows belong to the year at all.
    """
    factor = 10 ** (scale_of(dataset, rounds.sum) + scale_of(dataset, out_of.sum))
    top = _write_added(rounds.where, rounds.sum, dataset, moment, factor)
    bottom = _write_added(out_of.where, out_of.sum, dataset, moment, factor)
    counts = " OR ".join(f"({condition}) IS NOT FALSE" for condition, _ in (top, bottom))
    known = " AND ".join(
        f"({condition}) IS NOT NULL AND (NOT ({condition}) OR {value} IS NOT NULL)"
        for condition, value in (top, bottom)
    )
    num, den = (f"sum(CASE WHEN {condition} THEN {value} ELSE 0 END)::HUGEINT" for condition, value in (top, bottom))
    each = (
        f"SELECT _unit AS unit, {own} AS period,\n       {num} AS num,\n       {den} AS den,\n"
        f"       count(*) FILTER (WHERE NOT ({known}) OR {own} IS NULL) AS open\n"
        f"FROM {name_reported(dataset)}\nWHERE {join_and([*among, f'({counts})'])}\nGROUP BY ALL"
    )
    shares = (
        f"SELECT *, CASE WHEN den > 0 THEN (2 * num * {GRAIN} + den) // (2 * den) END AS share\n"
        f"FROM period_sums_{figure}"
    )
    together = (
        f"SELECT unit, sum(open) AS open, count(*) FILTER (WHERE den > 0) AS n,\n"
        f"       {_write_figure(rounds)} AS num,\n"
        "       bool_or(num > den) AS beyond, bool_or(num < 0 OR den < 0) AS negative\n"
        f"FROM period_shares_{figure}\nGROUP BY unit"
    )
    return {f"period_sums_{figure}": each, f"period_shares_{figure}": shares, f"rounds_{figure}": together}


def _write_added(where: Where, column: str | None, dataset: Dataset, moment: Moment, factor: int) -> tuple[str, str]:
    """The condition of the rows that count, and what each of them adds, in whole numbers."""
    value = str(factor) if column is None else f"{quote_name(column)} * {factor}"
    return write_condition(where, dataset, moment), value


def _write_figure(rounds: Rounds) -> str:
    if rounds.reaching is None:
        return {"mean": "sum(share)", "least": "min(share)", "most": "max(share)"}[rounds.pick]
    sign = ">=" if rounds.pick == "reached" else "<"
    return f"count(*) FILTER (WHERE den > 0 AND num * {GRAIN} {sign} {to_millionths(rounds.reaching.value)} * den)"


def write_shares_raw(figure: int, rounds: Rounds) -> str:
    """The branch: a number of periods, or a share of them in millionths; nothing to divide by without a period."""
    n = "coalesce(p.n, 0)"
    den = f"CASE WHEN {n} > 0 THEN {1 if rounds.reaching is not None else GRAIN} ELSE 0 END"
    if rounds.pick == "mean":
        den = f"{n} * {GRAIN}"
    return write_raw(
        f"units u LEFT JOIN rounds_{figure} p ON p.unit = u.unit",
        figure=str(figure),
        unit="u.unit",
        num="coalesce(p.num, 0)::HUGEINT",
        den=f"({den})::HUGEINT",
        conflict=(
            "CASE WHEN p.open > 0 THEN NULL WHEN p.beyond THEN 'numerator_above_denominator'"
            " WHEN p.negative THEN 'negative' END"
        ),
        pending="CASE WHEN p.open > 0 THEN 'counts_missing' END",
    )
