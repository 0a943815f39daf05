"""What is measured, in one sentence for each member."""

from __future__ import annotations

from indicators.entries.amounts import plain
from indicators.entries.tables import Column, Dataset
from indicators.measures.change import Change
from indicators.measures.count import Count
from indicators.measures.date import EventDate
from indicators.measures.findings import Findings
from indicators.measures.imported import Imported
from indicators.measures.judgement import Judgement
from indicators.measures.latest import Latest
from indicators.measures.of_marks import OfMarks
from indicators.measures.ratio import Ratio
from indicators.measures.registry import Measure
from indicators.measures.rows import Condition, Tally, Where
from indicators.measures.share_of_people import ShareOfPeople
from indicators.pack.model import Pack
from scoring.base.amounts import name_column, name_dataset, write_amount_unit


def describe_measure(measure: Measure, pack: Pack) -> str:
    """One sentence, without a full stop, that says how the figure is found."""
    match measure.kind:
        case "count":
            assert measure.count is not None
            return _describe_count(measure.count, pack)
        case "sum":
            return describe_tally(measure.chosen.list_tallies()[0], pack, "本年度")
        case "ratio":
            assert measure.ratio is not None
            return _describe_ratio(measure.ratio, pack, "本年度")
        case "share_of_people":
            assert measure.share_of_people is not None
            return _describe_people(measure.share_of_people, pack)
        case "date":
            assert measure.date is not None
            return _describe_date(measure.date, pack)
        case "latest":
            assert measure.latest is not None
            return _describe_latest(measure.latest, pack)
        case "change":
            assert measure.change is not None
            return _describe_change(measure.change, pack)
        case "judgement":
            assert measure.judgement is not None
            return _describe_judgement(measure.judgement, pack)
        case "findings":
            assert measure.findings is not None
            return _describe_findings(measure.findings, pack)
        case "imported":
            assert measure.imported is not None
            return _describe_imported(measure.imported, pack)
    assert measure.of_marks is not None
    return _describe_of_marks(measure.of_marks, pack)


def describe_where(where: Where, dataset: Dataset) -> str:
    """Conditions joined by 、; empty where there is none."""
    return "、".join(_describe_condition(dataset.column(name), name, condition) for name, condition in where.items())


def _describe_condition(column: Column | None, name: str, condition: Condition) -> str:
    title = f"「{column.title if column else name}」"
    unit = (column.unit_of_measure or "") if column else ""
    words = []
    if condition.any_of:
        words.append(f"为{'或'.join(condition.any_of)}")
    if condition.none_of:
        words.append(f"不是{'、'.join(condition.none_of)}")
    bounds = (
        ("不低于", condition.at_least),
        ("不高于", condition.at_most),
        ("高于", condition.above),
        ("低于", condition.below),
    )
    words += [f"{word}{plain(bound)}{unit}" for word, bound in bounds if bound is not None]
    if condition.empty is not None:
        words.append("为空" if condition.empty else "已填写")
    return f"{title}{'且'.join(words)}"


def _name_rows(dataset: Dataset, where: Where, when: str) -> str:
    """《台账》中本年度「…」为…的记录."""
    when = "" if dataset.period.standing else when
    condition = describe_where(where, dataset)
    return f"{name_dataset(dataset)}中{when}{condition}{'的' if when or condition else ''}记录"


def _name_time(over: str, year: str) -> str:
    return f"截至{year}历年" if over == "to_date" else year


def describe_tally(tally: Tally, pack: Pack, year: str) -> str:
    """Rows that are counted, or a column that is added up."""
    dataset = pack.dataset(tally.dataset)
    rows = _name_rows(dataset, tally.where, _name_time(tally.over, year))
    if tally.sum is None:
        return f"{rows}条数"
    return f"{rows}的{name_sum(tally, dataset)}"


def name_sum(tally: Tally, dataset: Dataset) -> str:
    """The added column, 「总数」合计, less another one where that is asked."""
    assert tally.sum is not None
    less = f"减去{name_column(dataset, tally.less)}合计" if tally.less is not None else ""
    return f"{name_column(dataset, tally.sum)}合计{less}"


def _describe_count(count: Count, pack: Pack) -> str:
    dataset = pack.dataset(count.dataset)
    rows = _name_rows(dataset, count.where, _name_time(count.over, "本年度"))
    if count.distinct is not None:
        return f"{rows}里,{name_column(dataset, count.distinct)}有几个不同的内容(重复的只算一个)"
    if count.by is not None:
        return f"{rows}条数,按{name_column(dataset, count.by)}分别计数"
    return f"{rows}条数"


def _describe_ratio(ratio: Ratio, pack: Pack, year: str) -> str:
    top, bottom = ratio.numerator, ratio.denominator
    dataset = pack.dataset(bottom.dataset)
    if (top.dataset, top.over) == (bottom.dataset, bottom.over):
        rows = _name_rows(dataset, bottom.where, _name_time(bottom.over, year))
        if top.where == bottom.where and top.sum and bottom.sum:
            above, below = name_sum(top, dataset), name_sum(bottom, dataset)
            return f"{rows}的{above} ÷ {f'({below})' if bottom.less else below}"
        more = {name: condition for name, condition in top.where.items() if bottom.where.get(name) != condition}
        same_column = (top.sum, top.less) == (bottom.sum, bottom.less)
        if len(top.where) - len(more) == len(bottom.where) and more and same_column:
            what = f"的{name_sum(top, dataset)}" if top.sum else "的条数"
            return f"{rows}里,{describe_where(more, dataset)}的{what.removeprefix('的')}所占的比例"
    return f"比率 = 分子 ÷ 分母,分子是{describe_tally(top, pack, year)},分母是{describe_tally(bottom, pack, year)}"


_PRORATE = {
    "whole": "",
    "months_in_post": ";全年在岗按此要求,不满一年的按在岗整月折算(每个整月为十二分之一),没有一个整月的不计入",
    "days_in_post": ";全年在岗按此要求,不满一年的按在岗天数折算",
}


def _describe_people(people: ShareOfPeople, pack: Pack) -> str:
    roster, records = pack.dataset(people.roster.dataset), pack.dataset(people.records.dataset)
    who = describe_where(people.roster.where, roster)
    done = describe_where(people.records.where, records)
    unit = write_amount_unit(records, people.records.sum)
    least = f"{people.reaching.at_least}{unit}"
    what = f"{name_column(records, people.records.sum)}合计" if people.records.sum else "记录"
    when = "任期内" if people.within == "term" else "本年度"
    text = (
        f"{name_dataset(roster)}中{who}{'、' if who else ''}本年度在岗过的人员里,达到要求的人所占的比例;"
        f"每人的要求是:{when}在{name_dataset(records)}中{done}{'的' if done else ''}{what}不少于{least}"
        f"{_PRORATE[people.reaching.prorate]}"
    )
    if people.within == "term":
        text += ";一人有几段任期的分段看,任期未满、还没有达到的暂不计入"
    return text


def _describe_date(event: EventDate, pack: Pack) -> str:
    dataset = pack.dataset(event.dataset)
    column = name_column(dataset, event.column)
    rows = _name_rows(dataset, event.where, "本年度")
    if event.pick == "each":
        text = f"{rows}逐条看{column},按期的条数所占的比例"
    else:
        which = "最早" if event.pick == "first" else "最晚"
        text = f"{rows}的{column},有几条的看{which}的一条"
    bounds = []
    if event.not_before is not None:
        bounds.append(f"不早于{name_column(dataset, event.not_before)}")
    if event.no_later_than is not None:
        bounds.append(f"不晚于{name_column(dataset, event.no_later_than)}")
    if bounds:
        text += f";日期没有填或者只填到月的,按{'、'.join(bounds)}来推断,推断不出的要补证"
    if event.after_year_end:
        text += ";日期应在所报年度结束之后"
    return text


def _describe_latest(latest: Latest, pack: Pack) -> str:
    dataset = pack.dataset(latest.dataset)
    rows = _name_rows(dataset, latest.where, "截至本年度")
    return f"{rows}里,{name_column(dataset, latest.order)}最新一条的{name_column(dataset, latest.column)}"


def _describe_change(change: Change, pack: Pack) -> str:
    if change.sum is not None:
        what = describe_tally(change.sum, pack, "当年")
    else:
        assert change.ratio is not None
        what = _describe_ratio(change.ratio, pack, "当年")
    way = "本年度比上年度增减多少" if change.by == "difference" else "本年度比上年度增减的幅度,即(本年 - 上年) ÷ 上年"
    zero = {
        "still_zero_reaches": "上年度为0的,本年度仍为0算达到,不为0算未达到",
        "not_applicable": "上年度为0的,本项不适用",
        "pending": "上年度为0的,由督察办研究后确定",
        "compare": "上年度为0的,照常比较",
    }[change.from_zero]
    return f"{what},看{way};{zero}"


def _describe_judgement(judgement: Judgement, pack: Pack) -> str:
    dataset = pack.dataset(judgement.dataset)
    several = "几人评定的取平均" if judgement.several == "mean" else "几人评定不一致的,算数据矛盾"
    return f"督察员在{name_dataset(dataset)}中对本指标的评定;{several}"


def _describe_findings(findings: Findings, pack: Pack) -> str:
    dataset = pack.dataset(findings.dataset)
    where = describe_where(findings.where, dataset)
    state = "、".join(findings.states)
    rows = f"{name_dataset(dataset)}中本年度属于本指标、状态为{state}{'、' if where else ''}{where}的问题"
    if findings.sum is not None:
        return f"{rows}的{name_column(dataset, findings.sum)}合计"
    if findings.by is not None:
        return f"{rows}件数,按{name_column(dataset, findings.by)}分别计数"
    return f"{rows}件数"


def _describe_imported(imported: Imported, pack: Pack) -> str:
    dataset = pack.dataset(imported.dataset)
    rows = _name_rows(dataset, imported.where, "本年度")
    return f"{rows}的{name_column(dataset, imported.column)}占满分{imported.out_of}的比例"


def _describe_of_marks(of_marks: OfMarks, pack: Pack) -> str:
    names = "、".join(f"「{pack.indicator(name).name}」" for name in of_marks.indicators)
    return f"指标{names}的得分占它们满分的比例"
