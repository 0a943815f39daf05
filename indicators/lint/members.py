"""Columns, conditions and other indicators that a measure names must exist and be of a fitting type."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from indicators.entries.amounts import has_no_end, parse_number
from indicators.entries.nearest import suggest
from indicators.entries.tables import NUMERIC, ORDERED, Column, Dataset, can_compare
from indicators.entries.targets import parse_day
from indicators.lint.problem import Problem
from indicators.measures.kind import Kind
from indicators.measures.rows import EXCEPT, Condition, OtherColumn, Where
from indicators.pack.model import Indicator, Pack, Part


def check_columns(pack: Pack) -> Iterator[Problem]:
    """A measure reads columns that its dataset has, of a type that fits."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            place, measure = ("parts", number, "measure"), part.measure.chosen
            for text in (*_describe_needs(measure, pack), *_describe_levels(part, pack)):
                yield Problem(text, position, place)
            for text in measure.find_mistakes(pack, part.beside):
                yield Problem(text, position, place)
            for text in _describe_start(measure, part.beside.after, pack):
                yield Problem(text, position, ("parts", number, "target"))


def _describe_needs(measure: Kind, pack: Pack) -> Iterator[str]:
    for need in measure.list_needs():
        dataset = pack.dataset(need.dataset)
        column = dataset.column(need.column)
        if column is None:
            names = [column.name for column in dataset.columns]
            yield f"台账 {dataset.id} 没有列 {need.column}（{need.use}用）{suggest(need.column, names)}"
        elif column.type not in need.types:
            fitting = "/".join(need.types)
            yield f"台账 {dataset.id} 的列 {need.column} 是 {column.type} 类型，{need.use}请用 {fitting} 类型的列"


def _describe_start(measure: Kind, after: str | None, pack: Pack) -> Iterator[str]:
    """What is wrong with the column of the day from which a deadline runs."""
    if after is None or measure.event is None:
        return
    column = pack.dataset(measure.event).column(after)
    if column is None or column.type != "date":
        yield f"期限的起算列 {after} 应是台账 {measure.event} 的日期列；请改 after"


def _describe_levels(part: Part, pack: Pack) -> Iterator[str]:
    """Levels with marks are exactly the values that the column of levels can hold."""
    levels, name = part.marks.chosen.find_levels(), part.measure.chosen.level_column
    # Levels that days divide are made from those that were looked at as they are written.
    if levels is None or name is None or part.measure.chosen.dated_levels is not None:
        return
    column = pack.dataset(part.measure.datasets()[0]).column(name)
    if column is None or column.type != "choice":
        return
    for level in levels:
        if level not in column.choices:
            yield f"levels 里的「{level}」不是列 {name} 的值{suggest(level, list(column.choices))}"
    if missing := [choice for choice in column.choices if choice not in levels]:
        yield f'levels 缺少列 {name} 的 {"、".join(missing)}；每一档都要写明分值（不计分的写 "0"）'


def check_conditions(pack: Pack) -> Iterator[Problem]:
    """A condition names a column of its dataset and values that the column can hold."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            for name, where in part.measure.chosen.list_conditions():
                for text in describe_conditions(pack.dataset(name), where):
                    yield Problem(text, position, ("parts", number, "measure"))


def describe_conditions(dataset: Dataset, where: Where) -> Iterator[str]:
    """What is wrong with conditions on the columns of a dataset."""
    for name, condition in where.items():
        for group in condition.excluded:
            yield from describe_conditions(dataset, group)
        if name == EXCEPT:
            if condition.asks_value and not condition.excluded:
                yield "not（除去）后面请写同时成立的条件：`not: {列: 值, 列: 值}`"
            continue
        column = dataset.column(name)
        if column is None:
            yield f"台账 {dataset.id} 没有列 {name}{suggest(name, [column.name for column in dataset.columns])}"
            continue
        if condition.excluded:
            yield f"excluded 只写在 not 下面，不写在列 {name} 下面；请写 `where: {{not: {{列: 值}}}}`"
        yield from _describe_bounds(dataset, column, condition)
        for value in (*condition.any_of, *condition.none_of):
            yield from _describe_value(column, value)


def _describe_bounds(dataset: Dataset, column: Column, condition: Condition) -> Iterator[str]:
    for _, bound in condition.bounds:
        if isinstance(bound, str) and column.type != "date":
            yield f"列 {column.name} 不是日期列，不能与 {bound} 比；请改条件或换一列"
        elif isinstance(bound, Decimal) and column.type == "date":
            yield f'列 {column.name} 是日期列，请与日期比，如 "2024-07-01"，或每年都一样的 "07-01"'
        elif column.type not in ORDERED:
            yield f"列 {column.name} 不是数，不能比大小；请改用值的列表"
    yield from _describe_compared(dataset, column, condition)


def _describe_compared(dataset: Dataset, column: Column, condition: Condition) -> Iterator[str]:
    shifted = any(isinstance(bound, OtherColumn) and bound.is_shifted for _, bound in condition.bounds)
    if shifted and column.type != "date":
        yield f"列 {column.name} 不是日期列，不能写 days 或 months；请删去"
    for name in condition.compared:
        other = dataset.column(name)
        if other is None:
            yield f"台账 {dataset.id} 没有列 {name}{suggest(name, [each.name for each in dataset.columns])}"
        elif not can_compare(column, other):
            yield f"列 {column.name} 与列 {name} 类型不同，不能比；请选同为数、日期、年度或文字的两列"
        elif name in (condition.same_as, condition.differs_from) and (column.month_allowed or other.month_allowed):
            yield f"列 {column.name} 或 {name} 可以只填到月，比不出是否同一天；请改用 at_least、at_most"


def _describe_value(column: Column, value: str) -> Iterator[str]:
    name = column.name
    if column.type == "choice" and value not in column.choices:
        yield f"列 {name} 没有「{value}」这个值{suggest(value, list(column.choices))}"
    if column.type == "flag" and value not in ("是", "否"):
        yield f"列 {name} 是是否列，条件请写「是」或「否」，不是「{value}」"
    if column.type == "date" and column.month_allowed:
        yield f"列 {name} 可以只填到月，不能等于某一日；请改用 at_least、at_most"
    if column.type in (*NUMERIC, "year", "date"):
        try:
            parse_day(value) if column.type == "date" else parse_number(value)
        except ValueError as error:
            yield f"列 {name} 是{'日期' if column.type == 'date' else '数'}：{error}"


def check_other_indicators(pack: Pack) -> Iterator[Problem]:
    """A measure that uses marks names other indicators of the same cohorts, and no circle of them."""
    known = {indicator.id: indicator for indicator in pack.indicators}
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            used = part.measure.chosen.list_used()
            if not used:
                continue
            place = ("parts", number, "measure", part.measure.kind)
            for name in used:
                if name not in known:
                    yield Problem(f"指标 {name} 不存在{suggest(name, sorted(known))}", position, place)
                    continue
                below = name in part.measure.chosen.read_below
                find = (
                    _find_unread_below(pack, indicator, known[name]) if below else _find_unread(indicator, known[name])
                )
                yield from (Problem(text, position, place) for text in find)
            if indicator.id in _reach(indicator.id, pack):
                yield Problem(f"指标 {indicator.id} 的得分绕一圈取自己的得分；请断开这个圈", position, place)


def _find_unread(indicator: Indicator, used: Indicator) -> Iterator[str]:
    """Why the marks of an indicator make no share for those of whom another is asked."""
    if missing := [cohort for cohort in indicator.marks if cohort not in used.marks]:
        yield f"指标 {used.id} 不考核 {'、'.join(missing)}，取不到它的得分；请换一个指标"
    elif any(map(has_no_end, used.marks.values())):
        yield f"指标 {used.id} 的得分不封顶，折不成比率；请换一个指标，或给它写满分"
    elif any(used.find_lowest(cohort) < 0 for cohort in indicator.marks):
        yield f"指标 {used.id} 的得分可以是负数，折不成比率；请换一个指标，或把它的 at_least 改为 0"


def _find_unread_below(pack: Pack, indicator: Indicator, used: Indicator) -> Iterator[str]:
    """Of units below others: there are some that the indicator is asked of, each once, and its marks make a sum."""
    cohorts = [cohort for cohort in pack.head.cohorts if cohort.id in used.marks]
    lower = [unit for cohort in cohorts for unit in pack.members(cohort)]
    for cohort in pack.head.cohorts:
        members = {unit.id for unit in pack.members(cohort)} if cohort.id in indicator.marks else set()
        if members and not any(unit.parent in members for unit in lower):
            yield f"{cohort.title}组没有一个单位有考核指标 {used.id} 的下级单位（parent）；请核对单位的 parent 和考核组"
    names = [unit.id for unit in lower]
    if twice := sorted({unit.name for unit in lower if names.count(unit.id) > 1}):
        yield f"{'、'.join(twice[:3])}在两个考核组里都考核指标 {used.id}，取下级单位的得分会重复；请只留在一个组"
    if any(map(has_no_end, used.marks.values())) or any(used.find_lowest(cohort.id) < 0 for cohort in cohorts):
        yield f"指标 {used.id} 的得分不封顶或者可以是负数，汇总不了；请换一个指标"


def _reach(start: str, pack: Pack) -> set[str]:
    uses = {
        indicator.id: {name for part in indicator.parts for name in part.measure.chosen.list_used()}
        for indicator in pack.indicators
    }
    reached: set[str] = set()
    waiting = list(uses.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += uses.get(name, ())
    return reached


def check_exemptions(pack: Pack) -> Iterator[Problem]:
    """Exemptions come from a dataset with indicator, year, reason, approver and expires_on."""
    name = pack.head.exemptions
    if name is None:
        return
    datasets = {dataset.id: dataset for dataset in pack.datasets}
    if name not in datasets:
        yield Problem(f"台账 {name} 不存在{suggest(name, sorted(datasets))}", place=("exemptions",))
        return
    for column, types in (
        ("indicator", ("indicator",)),
        ("year", ("year",)),
        ("reason", ("text",)),
        ("approver", ("text",)),
        ("expires_on", ("date",)),
    ):
        found = datasets[name].column(column)
        if found is None or found.type not in types:
            yield Problem(f"豁免台账 {name} 请补上 {column} 列（{types[0]} 类型）", place=("exemptions",))
