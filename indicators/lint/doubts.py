"""Rules about the doubts that a pack declares: they name what exists, and look where something can be found."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.entries.nearest import suggest
from indicators.entries.tables import ANY, NUMERIC, ORDERED, WORDS, Dataset
from indicators.lint.members import describe_conditions
from indicators.lint.problem import Problem
from indicators.measures.rows import Where
from indicators.pack.doubts import ComparedFigure, DoubtRule
from indicators.pack.model import Pack

_FILE = "doubts.yaml"
#: A column, the types that fit, what it is for.
_Use = tuple[str, tuple[str, ...], str]


def check_doubts(pack: Pack) -> Iterator[Problem]:
    """A doubt names datasets, columns and indicators that exist, and looks where something can be found."""
    ids = [rule.id for rule in pack.doubts]
    for index, rule in enumerate(pack.doubts):
        if rule.id in ids[:index]:
            yield Problem(f"疑点编号 {rule.id} 用了两次；请改其中一个", file=_FILE, place=("doubts", index, "id"))
        place = ("doubts", index, "check", rule.check.kind)
        for text in (*_describe_indicators(rule, pack), *_describe_data(rule, pack)):
            yield Problem(text, file=_FILE, place=place)


def _describe_indicators(rule: DoubtRule, pack: Pack) -> Iterator[str]:
    known = {indicator.id: indicator for indicator in pack.indicators}
    small = rule.check.small_number
    for name in dict.fromkeys((*rule.indicators, *(small.indicators if small else ()))):
        if name not in known:
            yield f"指标 {name} 不存在{suggest(name, sorted(known))}"
        elif (
            small and name in small.indicators and not any(part.measure.chosen.small_base for part in known[name].parts)
        ):
            yield f"指标 {name} 没有按比率（ratio）计量的部分，谈不上基数太小；请删去"


def _describe_data(rule: DoubtRule, pack: Pack) -> Iterator[str]:
    datasets = {dataset.id: dataset for dataset in pack.datasets}
    for name, where, uses in _list_reads(rule):
        dataset = datasets.get(name)
        if dataset is None:
            yield f"台账 {name} 不存在{suggest(name, list(datasets))}"
            continue
        yield from describe_conditions(dataset, where)
        for column_name, types, use in uses:
            column = dataset.column(column_name)
            if column is None:
                names = [column.name for column in dataset.columns]
                yield f"台账 {name} 没有列 {column_name}（{use}用）{suggest(column_name, names)}"
            elif column.type not in types:
                yield f"台账 {name} 的列 {column_name} 是 {column.type} 类型，{use}请用 {'/'.join(types)} 类型的列"
        yield from _describe_misfit(rule, dataset)


def _describe_misfit(rule: DoubtRule, dataset: Dataset) -> Iterator[str]:
    check = rule.check
    yearly = check.jump is not None or check.outside_year is not None
    if check.alike is not None and check.alike.against == "year_before":
        yearly = True
    if yearly and dataset.period.standing:
        yield f"台账 {dataset.id} 只有最新状态（standing），没有年度可比；请换一个按年报的台账"
    outside = check.outside_year
    other = outside is not None and (outside.new_year or outside.rest_days is not None or outside.years_later)
    if outside is not None and dataset.period.date == outside.date and not other:
        yield f"台账 {dataset.id} 的年度就取自 {outside.date}，不会在年度之外；请换一列，或写 new_year、rest_days"
    if check.duplicate_people is not None and dataset.people is None:
        yield f"台账 {dataset.id} 没有写 people（人员列），不能查人员编号；请补上"


def _list_reads(rule: DoubtRule) -> Iterator[tuple[str, Where, list[_Use]]]:
    """Dataset, conditions, and (column, types, use) of everything that a rule reads."""
    check = rule.check
    figures: list[ComparedFigure] = []
    if check.exceeds is not None:
        figures = [check.exceeds.figure, check.exceeds.limit]
    elif check.jump is not None:
        figures = [check.jump.figure]
    for figure in figures:
        uses: list[_Use] = [(figure.sum, NUMERIC, "求和")] if figure.sum else []
        uses += [(figure.distinct, ANY, "去重")] if figure.distinct else []
        yield figure.dataset, figure.where, uses
    if (target := check.at_target) is not None:
        uses = [(target.per, ANY, "分组"), (target.sum, NUMERIC, "求和")]
        if target.out_of is not None:
            uses = [(target.per, ANY, "分组"), *((name, ("integer",), "比率") for name in (target.sum, target.out_of))]
        yield target.dataset, target.where, uses
    if (alike := check.alike) is not None:
        uses = [(name, NUMERIC, "比较") for name in alike.columns]
        uses += [(alike.text, ("text",), "比较")] if alike.text else []
        yield alike.dataset, alike.where, uses
    if (outside := check.outside_year) is not None:
        yield outside.dataset, outside.where, [(outside.date, ("date",), "日期")]
    if (heaping := check.heaping) is not None:
        yield heaping.dataset, heaping.where, [(name, NUMERIC, "看尾数") for name in heaping.columns]
    if (people := check.duplicate_people) is not None:
        uses = [(people.name, ("text",), "姓名")]
        uses += [(name, (*ORDERED, *WORDS, "flag"), "比较") for name in people.also_same]
        yield people.dataset, people.where, uses
