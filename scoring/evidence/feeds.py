"""Which rows feed a measure: the engine's own conditions, as rows to cite instead of aggregates."""

from __future__ import annotations

from indicators.entries.tables import Dataset
from indicators.measures.count import Count
from indicators.measures.findings import Findings
from indicators.measures.latest import Latest
from indicators.measures.ratio import Ratio
from indicators.measures.registry import Measure
from indicators.measures.rows import Tally, Where
from indicators.pack.model import Pack
from scoring.base.cells import Wanted
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_list, quote_name, quote_text, write_where
from scoring.measures.raw import Moment, name_reported, write_period

IN_BOTH = "分子分母都计入"


def list_feeds(part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
    """The rows behind a measure; none for people, dates and other items' marks, which are looked at elsewhere."""
    measure = part.part.measure
    if measure.count is not None:
        return [_feed_count(measure.count, pack, moment)]
    if measure.ratio is not None:
        return _feed_ratio(measure.ratio, pack, moment.year, "")
    if measure.change is not None and measure.change.ratio is not None:
        ratio = measure.change.ratio
        return _feed_ratio(ratio, pack, moment.year, "本年") + _feed_ratio(ratio, pack, moment.year - 1, "上年")
    if measure.change is not None and measure.change.sum is not None:
        tally = measure.change.sum
        return [_feed_tally(tally, pack, moment.year, "本年"), _feed_tally(tally, pack, moment.year - 1, "上年")]
    if measure.sum is not None:
        return [_feed_tally(measure.chosen.list_tallies()[0], pack, moment.year, "相加的数")]
    return _feed_single(part, measure, pack, moment)


def _feed_single(part: ScoredPart, measure: Measure, pack: Pack, moment: Moment) -> list[Wanted]:
    if measure.findings is not None:
        return [_feed_findings(measure.findings, part.indicator.id, pack, moment)]
    if measure.judgement is not None:
        dataset = pack.dataset(measure.judgement.dataset)
        condition = join_and(
            [write_period(pack, dataset, moment.year, "year"), f"indicator = {quote_text(part.indicator.id)}"]
        )
        value = part.part.marks.chosen.find_judged_column() or "marks"
        return [Wanted(dataset.id, "评定", condition, (value, *_present(dataset, "reason", "inspector")))]
    if measure.latest is not None:
        return [_feed_latest(measure.latest, pack, moment)]
    if measure.imported is not None:
        dataset = pack.dataset(measure.imported.dataset)
        condition = join_and(
            [write_period(pack, dataset, moment.year, "year"), write_where(measure.imported.where, dataset)]
        )
        return [Wanted(dataset.id, "成绩", condition, (measure.imported.column,))]
    return []


def name_rows(dataset: Dataset) -> tuple[str, ...]:
    """The columns by which a person recognises a row: its key without the unit and the year."""
    known = (dataset.unit, dataset.period.year)
    names = tuple(name for name in dataset.key if name not in known)
    return names or dataset.key


def _present(dataset: Dataset, *names: str) -> tuple[str, ...]:
    return tuple(name for name in names if dataset.column(name) is not None)


def _join_columns(dataset: Dataset, *names: str | None, where: Where | None = None) -> tuple[str, ...]:
    """The columns that count, and those that name the row; the conditions only where nothing else is said."""
    wanted = [name for name in names if name is not None]
    wanted += [*name_rows(dataset)[:2], *(where or {})]
    return tuple(dict.fromkeys(wanted))


def _feed_count(count: Count, pack: Pack, moment: Moment) -> Wanted:
    dataset = pack.dataset(count.dataset)
    condition = join_and([write_period(pack, dataset, moment.year, count.over), write_where(count.where, dataset)])
    columns = _join_columns(dataset, count.distinct, count.by, where=count.where)
    return Wanted(dataset.id, "计入的记录", condition, columns)


def _write_tally(tally: Tally, dataset: Dataset, pack: Pack, year: int) -> str:
    return join_and([write_period(pack, dataset, year, tally.over), write_where(tally.where, dataset)])


def _feed_tally(tally: Tally, pack: Pack, year: int, use: str) -> Wanted:
    dataset = pack.dataset(tally.dataset)
    condition = _write_tally(tally, dataset, pack, year)
    first = f"{_write_added(tally)} IS NULL" if tally.sum else "FALSE"
    columns = _join_columns(dataset, tally.sum, tally.less, where=tally.where)
    return Wanted(dataset.id, use, condition, columns, first=first)


def _write_added(tally: Tally) -> str:
    return " - ".join(quote_name(name) for name in (tally.sum, tally.less) if name is not None)


def _feed_ratio(ratio: Ratio, pack: Pack, year: int, when: str) -> list[Wanted]:
    """One list of rows where both tallies read the same dataset: those that are not in both come first."""
    top, bottom = ratio.numerator, ratio.denominator
    if top.dataset != bottom.dataset:
        return [_feed_tally(top, pack, year, f"{when}分子"), _feed_tally(bottom, pack, year, f"{when}分母")]
    dataset = pack.dataset(top.dataset)
    above, below = (f"coalesce({_write_tally(tally, dataset, pack, year)}, FALSE)" for tally in (top, bottom))
    remark, first = "''", "FALSE"
    if above != below:
        remark = (
            f"CASE WHEN {above} AND {below} THEN {quote_text(IN_BOTH)}"
            f" WHEN {below} THEN '只计入分母' ELSE '只计入分子' END"
        )
        first = f"NOT ({above} AND {below})"
    empty = [f"({c} AND {_write_added(tally)} IS NULL)" for c, tally in ((above, top), (below, bottom)) if tally.sum]
    if empty:
        first = " OR ".join([first, *empty])
    differing = {name: condition for name, condition in top.where.items() if bottom.where.get(name) != condition}
    columns = _join_columns(dataset, top.sum, top.less, bottom.sum, bottom.less, *differing)
    return [Wanted(dataset.id, f"{when}分子和分母", f"{above} OR {below}", columns, remark, f"({first})")]


def _feed_findings(findings: Findings, indicator: str, pack: Pack, moment: Moment) -> Wanted:
    dataset = pack.dataset(findings.dataset)
    condition = join_and(
        [
            write_period(pack, dataset, moment.year, "year"),
            f"indicator = {quote_text(indicator)}",
            f"state IN {quote_list(findings.states)}",
            write_where(findings.where, dataset),
        ]
    )
    columns = _join_columns(dataset, findings.by, findings.sum, *_present(dataset, "state", "found_on", "statement"))
    return Wanted(dataset.id, "认定的问题", condition, columns)


def _feed_latest(latest: Latest, pack: Pack, moment: Moment) -> Wanted:
    dataset = pack.dataset(latest.dataset)
    order = quote_name(latest.order)
    condition = join_and(
        [
            write_period(pack, dataset, moment.year, "to_date"),
            write_where(latest.where, dataset),
            f"{order} IS NOT NULL",
        ]
    )
    newest = f"(SELECT _unit, max({order}) FROM {name_reported(dataset)} WHERE {condition} GROUP BY _unit)"
    columns = (latest.column, latest.order)
    return Wanted(dataset.id, "最新的记录", join_and([condition, f"(_unit, {order}) IN {newest}"]), columns)
