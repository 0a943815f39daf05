"""Doubts about how a unit's values lie: everybody exactly at the target, figures that are all round."""

from __future__ import annotations

from fractions import Fraction

from indicators.pack.doubts import AtTarget, DoubtRule
from scoring.base.sql import join_and, quote_name, quote_number, write_where
from scoring.doubts.doubt import Found, NamedNumber, SearchedData, Sighting, Trace, show_share

#: So many groups are named in the rows that are cited.
_EXAMPLES = 3
#: Percentages are compared as whole millionths.
_MILLION = 10**6


def find_at_target(scene: SearchedData, rule: DoubtRule) -> list[Found]:
    """Units where nearly every group stands exactly at the target."""
    check = rule.check.at_target
    assert check is not None
    dataset = scene.pack.dataset(check.dataset)
    done, per = f"r.{quote_name(check.sum)}", f"r.{quote_name(check.per)}"
    base = f", sum(r.{quote_name(check.out_of)}) AS base" if check.out_of else ""
    where = join_and([scene.condition(dataset, write_where(check.where, dataset)), f"{per} IS NOT NULL"])
    query = (
        f"WITH groups AS (\n  SELECT u.unit, {per}::VARCHAR AS name, sum({done}) AS done{base}\n"
        f"  FROM {scene.source(dataset, where)}\n  GROUP BY ALL)\n"
        f"SELECT unit, count(*), count(*) FILTER (exact),\n"
        f"       (list(name ORDER BY name) FILTER (exact))[1:{_EXAMPLES}]\n"
        f"FROM (SELECT *, coalesce({_write_exact(check)}, FALSE) AS exact FROM groups"
        f"{' WHERE base > 0' if check.out_of else ' WHERE done > 0'})\n"
        "GROUP BY unit"
    )
    column, group = dataset.column(check.sum), dataset.column(check.per)
    assert column is not None and group is not None
    word = column.unit_of_measure or ""
    goal = f"{check.target}{word}" if not check.within else f"{check.target}{word}及以上 {check.within} 以内"
    sightings = []
    for unit, groups, exact, names in scene.connection.execute(query).fetchall():
        if groups < check.least or Fraction(exact, groups) < Fraction(check.share.value):
            continue
        seen = (
            f"《{dataset.title}》按「{group.title}」合计的 {groups} 份「{column.title}」中，"
            f"有 {exact} 份（{show_share(exact, groups)}）恰好是 {goal}"
        )
        if check.out_of:
            seen += "（再少 1 就不够）"
        shown = (NamedNumber("共", groups), NamedNumber("恰好达标", exact))
        points = tuple((unit, name) for name in names)
        sightings.append(Sighting(unit, seen, shown, Fraction(exact, groups) * exact, points))
    columns = (check.per, check.sum, *((check.out_of,) if check.out_of else ()))
    return [Found((Trace(dataset.id, where, columns, f"{per}::VARCHAR"),), tuple(sightings))]


def _write_exact(check: AtTarget) -> str:
    """The SQL condition that a group stands exactly at the target; a rate is never divided."""
    if check.out_of is None:
        least, most = check.target.value, check.target.value + check.within
        return f"done BETWEEN {quote_number(least)} AND {quote_number(most)}"
    needed = f"{int(check.target.value * _MILLION)} * base"
    return f"done * {_MILLION} >= {needed} AND (done - 1) * {_MILLION} < {needed} AND done < base"


def find_heaping(scene: SearchedData, rule: DoubtRule) -> list[Found]:
    """Units whose figures are nearly all multiples of ten."""
    check = rule.check.heaping
    assert check is not None
    dataset = scene.pack.dataset(check.dataset)
    values = ", ".join(f"r.{quote_name(name)}::DECIMAL(38, 6)" for name in check.columns)
    where = scene.condition(dataset, write_where(check.where, dataset))
    query = (
        f"SELECT unit, count(*), count(*) FILTER (value % {check.step} = 0)\n"
        f"FROM (SELECT u.unit, unnest([{values}]) AS value FROM {scene.source(dataset, where)})\n"
        f"WHERE value >= {check.step} GROUP BY unit"
    )
    sightings = []
    for unit, figures, even in scene.connection.execute(query).fetchall():
        if figures < check.least or Fraction(even, figures) < Fraction(check.share.value):
            continue
        seen = (
            f"《{dataset.title}》不小于 {check.step} 的 {figures} 个数中，"
            f"有 {even} 个（{show_share(even, figures)}）是 {check.step} 的倍数；据实统计时大约只有 1/{check.step}"
        )
        shown = (NamedNumber("共", figures), NamedNumber("倍数", even))
        sightings.append(Sighting(unit, seen, shown, Fraction(even, figures) * even, ((unit, ""),)))
    round_ones = " OR ".join(
        f"(r.{name} >= {check.step} AND r.{name} % {check.step} = 0)" for name in map(quote_name, check.columns)
    )
    trace = Trace(dataset.id, join_and([where, f"({round_ones})"]), check.columns)
    return [Found((trace,), tuple(sightings))]
