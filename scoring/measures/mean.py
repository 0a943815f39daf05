"""The mean of a column over its rows: weighted, of some of them alone, of several assessors, and the mean age."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd

from indicators.entries.amounts import plain
from indicators.entries.targets import find_day
from indicators.measures.mean import AssessorShares, MeanValue, Moderation
from indicators.pack.model import Pack
from scoring.base.amounts import is_finite, name_column, write_month_day
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.sql import join_and, quote_list, quote_name, quote_text, write_where
from scoring.measures.feeds import join_columns
from scoring.measures.figure import Figure, Shown, read_pair, show, show_quotient
from scoring.measures.layer import Layer
from scoring.measures.measure import Lever, ScoredMeasure, change_by, find_column_unit
from scoring.measures.raw import Moment, name_reported, scale_of, write_condition, write_period, write_raw
from scoring.measures.words import name_rows, name_time

#: Rows in the order of their values, those that are known apart from the others, within their group.
ORDERED = """SELECT *, row_number() OVER (PARTITION BY unit, grouped, known ORDER BY value) AS place,
       count(*) OVER (PARTITION BY unit, grouped, known) AS present
FROM ({0})"""


class MeanMeasure(ScoredMeasure[MeanValue]):
    """What the values come to together, for each row or for each unit of weight."""

    name = "mean"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """The sum of values times weights, the sum of weights, and how many rows leave either open."""
        name, (decimals, _) = f"mean_{figure}", self._find_decimals(layer.pack)
        few = " WHEN coalesce(m.weight, 0) = 0 THEN 'too_few_rows'" if self.kind.needs_several else ""
        branch = write_raw(
            f"units u LEFT JOIN {name} m ON m.unit = u.unit",
            figure=str(figure),
            unit="u.unit",
            num="coalesce(m.total, 0)::HUGEINT",
            den=f"(coalesce(m.weight, 0) * {10**decimals})::HUGEINT",
            conflict="CASE WHEN m.open > 0 THEN NULL WHEN m.least < 0 THEN 'negative' END",
            pending=f"CASE WHEN m.open > 0 THEN 'counts_missing'{few} END",
            no_rows="coalesce(m.n + m.open, 0) = 0",
        )
        layer.add(branch, self._write_ctes(figure, layer.pack, layer.moment))

    def _find_decimals(self, pack: Pack) -> tuple[int, int]:
        """Those of the values and of the weights."""
        dataset = pack.dataset(self.kind.dataset)
        return scale_of(dataset, self.kind.column), scale_of(dataset, self.kind.weight)

    def _write_ctes(self, figure: int, pack: Pack, moment: Moment) -> dict[str, str]:
        """The rows together; where some of them alone count in their order, and group by group before."""
        mean, name = self.kind, f"mean_{figure}"
        rows = self._write_rows(pack, moment)
        if mean.moderation is not None:
            scale, known = 10 ** self._find_decimals(pack)[0], "FILTER (WHERE known)"
            sums = _write_sums("unit, grouped", rows, f"sum(value) {known}", f"count(*) {known}", _ENDS)
            return {f"groups_{figure}": sums, name: _write_moderated(mean.moderation, f"groups_{figure}", scale)}
        if not mean.picks and mean.shares is None:
            return {name: _write_sums("unit", rows, "sum(value * weight)", "sum(weight)")}
        ctes = {}
        if mean.picks:
            ctes[f"ordered_{figure}"] = ORDERED.format(rows)
            rows = f"FROM ordered_{figure}"
        kept = f" FILTER (WHERE {self._write_kept()})"
        own = f"sum(value){kept}", f"count(*){kept}"
        if mean.shares is None:
            return ctes | {name: _write_sums("unit", rows, *own)}
        ctes[f"groups_{figure}"] = _write_sums("unit, grouped", rows, *own)
        return ctes | {name: _write_shares(mean.shares, f"groups_{figure}")}

    def _write_kept(self) -> str:
        """The condition that a row is one of those that count."""
        mean = self.kind
        if mean.trim is not None:
            return f"known AND place > {mean.trim} AND place <= present - {mean.trim}"
        if mean.top is not None:
            return f"known AND place > present - {mean.top}"
        return f"known AND place <= {mean.bottom}" if mean.bottom is not None else "known"

    def _write_rows(self, pack: Pack, moment: Moment) -> str:
        """Of each row that counts or may count its value, its weight, and whether both are known."""
        mean, dataset = self.kind, pack.dataset(self.kind.dataset)
        decimals, more = self._find_decimals(pack)
        value, weight, least = f"{quote_name(mean.column)} * {10**decimals}", "1", "NULL"
        if mean.weight is not None:
            weight = least = f"{quote_name(mean.weight)} * {10**more}"
        if mean.age_on is not None:
            value = _write_age(quote_name(mean.column), mean.age_on, moment.year)
            least = f"least({value}, {weight})"
        condition = write_condition(mean.where, dataset, moment)
        period = write_period(pack, dataset, moment.year, mean.over)
        where, column = [period, f"({condition}) IS NOT FALSE" if condition != "TRUE" else ""], ""
        known = f"({condition}) IS NOT NULL AND {value} IS NOT NULL AND {weight} IS NOT NULL"
        if mean.shares is not None:
            group = quote_name(mean.shares.column)
            known, column = f"{known} AND {group} IS NOT NULL", f", {group} AS grouped"
            where.append(f"({group} IS NULL OR {group} IN {quote_list(tuple(mean.shares.list_counted()))})")
        elif mean.moderation is not None:
            group = quote_name(mean.moderation.column)
            known = f"{known} AND {group} IS NOT NULL"
            column = f", {group} = {quote_text(mean.moderation.by)} AS grouped"
        elif mean.picks:
            column = ", '' AS grouped"
        return (
            f"SELECT _unit AS unit{column}, ({value})::HUGEINT AS value, ({weight})::HUGEINT AS weight,\n"
            f"             ({least})::HUGEINT AS least,\n"
            f"             {known} AS known\n"
            f"      FROM {name_reported(dataset)} WHERE {join_and(where)}"
        )

    def describe(self, pack: Pack) -> str:
        """Whose mean, by what weight, and on which day an age is told."""
        mean, dataset = self.kind, pack.dataset(self.kind.dataset)
        rows = name_rows(dataset, mean.where, name_time(mean.over, "本年度"))
        column = name_column(dataset, mean.column)
        what = column
        if mean.age_on is not None:
            what = f"从{column}到本年度{write_month_day(mean.age_on)}的整年数（不满一年的不算）"
        weighted = f"，按{name_column(dataset, mean.weight)}加权" if mean.weight is not None else ""
        return f"{rows}的{what}的平均数{weighted}{self._describe_rows(pack)}"

    def _describe_rows(self, pack: Pack) -> str:
        """Which of the rows count, and how much each group."""
        mean, said = self.kind, ""
        each = "各类里" if mean.shares is not None else ""
        if mean.trim is not None:
            said = f"，{each}去掉{mean.trim}个最高的和{mean.trim}个最低的"
        elif mean.picks:
            said = f"，{each}只算最{'高' if mean.top else '低'}的{mean.top or mean.bottom}条（不足的有几条算几条）"
        if mean.moderation is not None:
            by = name_column(pack.dataset(mean.dataset), mean.moderation.column)
            apart = f"最高与最低相差超过{plain(mean.moderation.beyond)}的，以{by}为{mean.moderation.by}的为准"
            return f"（至少两人评，{apart}）"
        if mean.shares is None:
            return said
        by = name_column(pack.dataset(mean.dataset), mean.shares.column)
        parts = "、".join(f"{choice}占{weight}" for choice, weight in mean.shares.list_counted().items())
        return f"{said}，按{by}分别平均后合成：{parts}"

    def find_unit(self, pack: Pack | None) -> str:
        """That of the column, years of an age."""
        return "岁" if self.kind.age_on else find_column_unit(pack, self.kind.dataset, self.kind.column)

    def name_figure(self, pack: Pack) -> str:
        """「学时」平均数。"""
        return f"{name_column(pack.dataset(self.kind.dataset), self.kind.column)}平均数"

    def _name_sum(self, pack: Pack) -> str:
        column = name_column(pack.dataset(self.kind.dataset), self.kind.column)
        if self.kind.shares is not None:
            return f"{column}按比例合成"
        return f"{column}{'乘权重' if self.kind.weight else '整年数' if self.kind.age_on else ''}合计"

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """The sum of the values over the same rows."""
        return Lever(self._name_sum(pack), self.find_unit(pack), change_by(way))

    def read_figure(self, part: ScoredPart, row: Mapping[str, object], pack: Pack, precision: int) -> Figure | None:
        """The sum and what it is divided by, with the decimals of their columns; of shares what they come to."""
        if self.kind.shares is not None:
            total, weight = read_pair(row)
            value = total / weight if weight else Fraction(0)
            now, of = (value, Fraction(1)) if is_finite(value) else map(Fraction, value.as_integer_ratio())
            granule = Fraction(1, 10 ** self._find_decimals(pack)[0])
            return Figure("quotient", now, of, granule=granule, may_be_negative=True)
        scale = 10 ** sum(self._find_decimals(pack))
        now, of = (value / scale for value in read_pair(row))
        return Figure("quotient", now, of, granule=Fraction(1, scale), may_be_negative=True)

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """The sum, the number of rows or the sum of weights, and the mean; of shares the mean alone."""
        if self.kind.shares is not None:
            return [show_quotient(self.name_figure(pack), figure.now, figure.of, self.find_unit(pack))]
        dataset, weight = pack.dataset(self.kind.dataset), self.kind.weight
        by = (f"{name_column(dataset, weight)}合计", find_column_unit(pack, dataset.id, weight)) if weight else None
        return [
            show(self._name_sum(pack), figure.now, self.find_unit(pack)),
            show(*(by[0], figure.of, by[1]) if by is not None else (self._name_rows(), figure.of, "条")),
            show_quotient(self.name_figure(pack), figure.now, figure.of, self.find_unit(pack)),
        ]

    def _name_rows(self) -> str:
        return "计入的记录条数" if self.kind.picks or self.kind.moderation is not None else "记录条数"

    def choose_figure(self, figures: list[Shown], figure: Figure) -> Shown:
        """The mean."""
        return figures[-1]

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The rows that count; those without a value come first."""
        mean, dataset = self.kind, pack.dataset(self.kind.dataset)
        condition = join_and([write_period(pack, dataset, moment.year, mean.over), write_where(mean.where, dataset)])
        names = [name for name in (mean.column, mean.weight, mean.group_column) if name is not None]
        first = " OR ".join(f"{quote_name(name)} IS NULL" for name in names)
        columns = join_columns(dataset, *names, where=mean.where)
        return [Wanted(dataset.id, "求平均的记录", condition, columns, first=f"({first})")]


def _write_age(column: str, age_on: str, year: int) -> str:
    """Whole years from a date to a day of the scored year: one more only from the same month and day on."""
    day = find_day(age_on, year)
    past = f"month({column}) * 100 + day({column}) > {day.month * 100 + day.day}"
    return f"({day.year} - year({column}) - CASE WHEN {past} THEN 1 ELSE 0 END)"


#: How far apart the values lie.
_ENDS = ", max(value) AS highest, min(value) AS lowest"


def _write_sums(by: str, rows: str, total: str, weight: str, more: str = "") -> str:
    """What the rows of a unit, or of a group of its rows, come to."""
    source = rows.removeprefix("FROM ") if rows.startswith("FROM ") else f"({rows})"
    return (
        f"SELECT {by}, count(*) FILTER (WHERE known) AS n, count(*) FILTER (WHERE NOT known) AS open,\n"
        f"       {total} AS total, {weight} AS weight, min(least) AS least{more}\n"
        f"FROM {source}\n"
        f"GROUP BY {by}"
    )


def _write_moderated(moderation: Moderation, groups: str, scale: int) -> str:
    """The mean of the first assessors where two of them at least lie close together, else that of the one who decides.

    The weight is 0 while somebody is still missing.
    """
    first, third = "FILTER (WHERE NOT grouped)", "FILTER (WHERE grouped)"
    spread = f"(max(highest) {first} - min(lowest) {first}) * {10**6}"
    apart = f"{spread} > {to_millionths(moderation.beyond) * scale}"
    return (
        f"SELECT unit, sum(n) AS n, sum(open) AS open, min(least) AS least,\n"
        f"       CASE WHEN {apart} THEN max(total) {third} ELSE max(total) {first} END AS total,\n"
        f"       CASE WHEN coalesce(max(weight) {first}, 0) < 2 THEN 0\n"
        f"            WHEN {apart} THEN max(weight) {third} ELSE max(weight) {first} END AS weight\n"
        f"FROM {groups}\nGROUP BY unit"
    )


def _write_shares(shares: AssessorShares, groups: str) -> str:
    """The means of all groups by their weights over one denominator, which is 0 where one of them has no mean."""
    parts = {choice: to_millionths(weight.value) for choice, weight in shares.list_counted().items()}
    common = gcd(*parts.values())
    sums, counts = [], []
    for choice in parts:
        own = f"FILTER (WHERE grouped = {quote_text(choice)}), 0)::HUGEINT"
        sums.append(f"coalesce(sum(total) {own}")
        counts.append(f"coalesce(sum(weight) {own}")
    terms = [
        " * ".join([str(weight // common), sums[at], *counts[:at], *counts[at + 1 :]])
        for at, weight in enumerate(parts.values())
    ]
    total = "\n         + ".join(terms)
    weight = " * ".join([str(sum(parts.values()) // common), *counts])
    return (
        f"SELECT unit, sum(n) AS n, sum(open) AS open, min(least) AS least,\n       ({total}) AS total,\n"
        f"       ({weight}) AS weight\nFROM {groups}\nGROUP BY unit"
    )
