"""Columns, conditions and other indicators that a measure names must exist and be of a fitting type."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.entries.amounts import parse_number
from indicators.entries.tables import Dataset
from indicators.lint.problem import Problem
from indicators.lint.references import suggest
from indicators.measures.measure import Measure, Where
from indicators.pack.model import Pack, Part

NUMERIC = ("integer", "decimal")
ANY = ("text", "integer", "decimal", "date", "year", "choice", "flag", "unit", "indicator")
WORDS = ("text", "choice")
ORDERED = ("integer", "decimal", "date", "year")

#: dataset, column, allowed types, what it is for
Need = tuple[str, str, tuple[str, ...], str]


def list_needs(measure: Measure, pack: Pack) -> Iterator[Need]:
    """The columns that a measure reads, besides those in its conditions."""
    for tally in measure.tallies():
        if tally.sum is not None:
            yield tally.dataset, tally.sum, NUMERIC, "求和"
        if tally.less is not None:
            yield tally.dataset, tally.less, NUMERIC, "减去"
    if measure.count is not None:
        for name in (measure.count.by, measure.count.distinct):
            if name is not None:
                yield measure.count.dataset, name, ANY if name == measure.count.distinct else WORDS, "分级或去重"
    if (people := measure.share_of_people) is not None:
        yield people.records.dataset, people.records.person, ("text",), "对应人员"
        if people.records.sum is not None:
            yield people.records.dataset, people.records.sum, NUMERIC, "求和"
    if (event := measure.date) is not None:
        for name in (event.column, event.not_before, event.no_later_than):
            if name is not None:
                yield event.dataset, name, ("date",), "日期"
    if (latest := measure.latest) is not None:
        yield latest.dataset, latest.column, NUMERIC, "取值"
        yield latest.dataset, latest.order, ORDERED, "比先后"
    if (imported := measure.imported) is not None:
        yield imported.dataset, imported.column, NUMERIC, "取值"
    if (judgement := measure.judgement) is not None:
        yield judgement.dataset, "indicator", ("indicator",), "评判对象"
        yield judgement.dataset, "reason", ("text",), "评判理由"
    if (findings := measure.findings) is not None:
        yield findings.dataset, "indicator", ("indicator",), "问题所属指标"
        yield findings.dataset, "state", WORDS, "问题状态"
        if findings.by is not None:
            yield findings.dataset, findings.by, WORDS, "分级"
        if findings.sum is not None:
            yield findings.dataset, findings.sum, NUMERIC, "求和"


def check_columns(pack: Pack) -> Iterator[Problem]:
    """A measure reads columns that its dataset has, of a type that fits."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            place = ("parts", number, "measure")
            for dataset_name, name, types, use in list_needs(part.measure, pack):
                dataset = pack.dataset(dataset_name)
                column = dataset.column(name)
                if column is None:
                    names = [column.name for column in dataset.columns]
                    text = f"台账 {dataset.id} 没有列 {name}({use}用){suggest(name, names)}"
                    yield Problem(text, position, place)
                elif column.type not in types:
                    text = f"台账 {dataset.id} 的列 {name} 是 {column.type} 类型,{use}请用 {'/'.join(types)} 类型的列"
                    yield Problem(text, position, place)
            for text in (*_describe_levels(part, pack), *_describe_people_and_events(part.measure, pack)):
                yield Problem(text, position, place)
            for text in (*_describe_judged(part, pack), *_describe_less(part.measure, pack)):
                yield Problem(text, position, place)
            by = part.target.by if part.target is not None else None
            if by is not None and by.after is not None and part.measure.date is not None:
                column = pack.dataset(part.measure.date.dataset).column(by.after)
                if column is None or column.type != "date":
                    text = f"期限的起算列 {by.after} 应是台账 {part.measure.date.dataset} 的日期列;请改 after"
                    yield Problem(text, position, ("parts", number, "target"))


def _describe_levels(part: Part, pack: Pack) -> Iterator[str]:
    """Levels with marks are exactly the values that the column of levels can hold."""
    rule = part.marks.per_occurrence or part.marks.award or part.marks.judged
    measure = part.measure
    source = measure.count or measure.findings or measure.judgement
    if rule is None or rule.levels is None or source is None:
        return
    name = "level" if measure.judgement is not None else measure.count.by if measure.count else None
    name = name or (measure.findings.by if measure.findings else None)
    column = pack.dataset(source.dataset).column(name) if name is not None else None
    if column is None or column.type != "choice":
        return
    for level in rule.levels:
        if level not in column.choices:
            yield f"levels 里的「{level}」不是列 {name} 的值{suggest(level, list(column.choices))}"
    if missing := [choice for choice in column.choices if choice not in rule.levels]:
        yield f'levels 缺少列 {name} 的 {"、".join(missing)};每一档都要写明分值(不计分的写 "0")'


def _describe_people_and_events(measure: Measure, pack: Pack) -> Iterator[str]:
    if (people := measure.share_of_people) is not None:
        roster = pack.dataset(people.roster.dataset)
        if roster.people is None:
            yield f"台账 {roster.id} 没有写 people(人员列、到岗列、离岗列),不能作名册;请补上"
        elif (people.within == "term" or people.reaching.prorate != "whole") and (
            roster.people.joined is None or roster.people.left is None
        ):
            yield f"台账 {roster.id} 的 people 请写明 joined 和 left,才能按任期或按在岗时间折算"
        if people.within == "term" and pack.dataset(people.records.dataset).event_date is None:
            yield f"台账 {people.records.dataset} 请写明 event_date(每条记录的日期),才能按任期取数"
        if people.within == "term" and people.reaching.prorate != "whole":
            yield "按任期(within: term)考核时不按在岗时间折算;prorate 请写 whole 或不写"
    if measure.change is not None:
        for name in dict.fromkeys(measure.datasets()):
            if pack.dataset(name).period.standing:
                yield f"台账 {name} 只有最新状态(standing),没有上年数,不能用于 change;请换一个按年报的台账"
        if any(tally.over == "to_date" for tally in measure.tallies()):
            yield "change 比较两年的数;请删去 over: to_date"


def _describe_less(measure: Measure, pack: Pack) -> Iterator[str]:
    for tally in measure.tallies():
        columns = [pack.dataset(tally.dataset).column(name or "") for name in (tally.sum, tally.less)]
        scales = {column.decimals if column.type == "decimal" else 0 for column in columns if column is not None}
        if tally.less is not None and len(scales) > 1:
            yield f"列 {tally.sum} 与要减去的列 {tally.less} 的小数位数不同,减不了;请改成一样"


def _describe_judged(part: Part, pack: Pack) -> Iterator[str]:
    judgement, judged = part.measure.judgement, part.marks.judged
    if judgement is None or judged is None:
        return
    name, types, word = ("marks", NUMERIC, "得分") if judged.range is not None else ("level", WORDS, "等级")
    column = pack.dataset(judgement.dataset).column(name)
    if column is None or column.type not in types:
        yield f"台账 {judgement.dataset} 请补上 {name} 列({word},{'/'.join(types)} 类型)"


def list_conditions(measure: Measure) -> Iterator[tuple[str, Where]]:
    """Dataset and conditions, for every place of a measure that can hold conditions."""
    for tally in measure.tallies():
        yield tally.dataset, tally.where
    if (people := measure.share_of_people) is not None:
        yield people.roster.dataset, people.roster.where
        yield people.records.dataset, people.records.where
    for member in (measure.date, measure.latest, measure.findings, measure.imported):
        if member is not None:
            yield member.dataset, member.where


def check_conditions(pack: Pack) -> Iterator[Problem]:
    """A condition names a column of its dataset and values that the column can hold."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            for name, where in list_conditions(part.measure):
                for text in describe_conditions(pack.dataset(name), where):
                    yield Problem(text, position, ("parts", number, "measure"))
            for text in _describe_states(part.measure, pack):
                yield Problem(text, position, ("parts", number, "measure"))


def describe_conditions(dataset: Dataset, where: Where) -> Iterator[str]:
    """What is wrong with conditions on the columns of a dataset."""
    for name, condition in where.items():
        column = dataset.column(name)
        if column is None:
            yield f"台账 {dataset.id} 没有列 {name}{suggest(name, [column.name for column in dataset.columns])}"
            continue
        bounds = (condition.at_least, condition.at_most, condition.above, condition.below)
        if any(bound is not None for bound in bounds) and column.type not in (*NUMERIC, "year"):
            yield f"列 {name} 不是数,不能比大小;请改用值的列表"
        for value in (*condition.any_of, *condition.none_of):
            if column.type == "choice" and value not in column.choices:
                yield f"列 {name} 没有「{value}」这个值{suggest(value, list(column.choices))}"
            if column.type == "flag" and value not in ("是", "否"):
                yield f"列 {name} 是是否列,条件请写「是」或「否」,不是「{value}」"
            if column.type == "date":
                yield f"列 {name} 是日期列,不能在条件里比;请用 period、期限或 empty"
            if column.type in (*NUMERIC, "year"):
                try:
                    parse_number(value)
                except ValueError as error:
                    yield f"列 {name} 是数:{error}"


def _describe_states(measure: Measure, pack: Pack) -> Iterator[str]:
    findings = measure.findings
    # The usual states need not all occur in a table; those that the author names do.
    if findings is None or "states" not in findings.model_fields_set:
        return
    column = pack.dataset(findings.dataset).column("state")
    for state in findings.states:
        if column is not None and column.type == "choice" and state not in column.choices:
            yield f"列 state 没有「{state}」这个值{suggest(state, list(column.choices))}"


def check_other_indicators(pack: Pack) -> Iterator[Problem]:
    """``of_marks`` names other indicators of the same cohorts, and no circle of them."""
    known = {indicator.id: indicator for indicator in pack.indicators}
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            if part.measure.of_marks is None:
                continue
            place = ("parts", number, "measure", "of_marks")
            for name in part.measure.of_marks.indicators:
                if name not in known:
                    yield Problem(f"指标 {name} 不存在{suggest(name, sorted(known))}", position, place)
                elif missing := [cohort for cohort in indicator.marks if cohort not in known[name].marks]:
                    text = f"指标 {name} 不考核 {'、'.join(missing)},取不到它的得分;请换一个指标"
                    yield Problem(text, position, place)
            if indicator.id in _reach(indicator.id, pack):
                yield Problem(f"指标 {indicator.id} 的得分绕一圈取自己的得分;请断开这个圈", position, place)


def _reach(start: str, pack: Pack) -> set[str]:
    uses = {
        indicator.id: {
            name for part in indicator.parts if part.measure.of_marks for name in part.measure.of_marks.indicators
        }
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
            yield Problem(f"豁免台账 {name} 请补上 {column} 列({types[0]} 类型)", place=("exemptions",))
