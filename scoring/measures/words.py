"""Words that several kinds of measure use: conditions, rows of a dataset, tallies and ratios."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from indicators.entries.amounts import plain
from indicators.entries.tables import Column, Dataset
from indicators.measures.ratio import Ratio
from indicators.measures.rows import EXCEPT, Bound, Condition, OtherColumn, Tally, Where
from indicators.pack.model import Pack
from scoring.base.amounts import name_column, name_dataset, write_day, write_month_day


def describe_where(where: Where, dataset: Dataset) -> str:
    """Conditions joined by 、; empty where there is none."""
    return "、".join(
        "、".join(f"不同时符合（{describe_where(group, dataset)}）" for group in condition.excluded)
        if name == EXCEPT
        else _describe_condition(dataset, name, condition)
        for name, condition in where.items()
    )


#: Sign -> how numbers and how days are said to stand to each other.
_SIGNS = {">=": ("不低于", "不早于"), "<=": ("不高于", "不晚于"), ">": ("高于", "晚于"), "<": ("低于", "早于")}


def _describe_shift(bound: OtherColumn) -> str:
    amount, unit = (bound.months, "个月") if bound.months else (bound.days, "日")
    return f"{'之后' if amount > 0 else '之前'}{abs(amount)}{unit}" if amount else ""


def _describe_bound(column: Column | None, sign: str, bound: Bound, dataset: Dataset, unit: str) -> str:
    word = _SIGNS[sign][column is not None and column.type == "date"]
    if isinstance(bound, OtherColumn):
        return f"{word}{name_column(dataset, bound.column)}{_describe_shift(bound)}"
    if isinstance(bound, Decimal):
        return f"{word}{plain(bound)}{unit}"
    if len(bound) == 10:
        return f"{word}{write_day(date.fromisoformat(bound))}"
    return f"{word}当年{write_month_day(bound)}"


def _describe_condition(dataset: Dataset, name: str, condition: Condition) -> str:
    column = dataset.column(name)
    title = f"「{column.title if column else name}」"
    unit = (column.unit_of_measure or "") if column else ""
    words = []
    if condition.any_of:
        words.append(f"为{'或'.join(condition.any_of)}")
    if condition.none_of:
        words.append(f"不是{'、'.join(condition.none_of)}")
    words += [_describe_bound(column, sign, bound, dataset, unit) for sign, bound in condition.bounds]
    words += [f"与{name_column(dataset, other)}相同" for other in (condition.same_as,) if other is not None]
    words += [f"与{name_column(dataset, other)}不同" for other in (condition.differs_from,) if other is not None]
    if condition.empty is not None:
        words.append("为空" if condition.empty else "已填写")
    return f"{title}{'且'.join(words)}"


def name_rows(dataset: Dataset, where: Where, when: str) -> str:
    """《台账》中本年度「…」为…的记录。"""
    when = "" if dataset.period.standing else when
    condition = describe_where(where, dataset)
    return f"{name_dataset(dataset)}中{when}{condition}{'的' if when or condition else ''}记录"


def name_time(over: str, year: str) -> str:
    """The year itself, or all years up to it."""
    return f"截至{year}历年" if over == "to_date" else year


def describe_tally(tally: Tally, pack: Pack, year: str) -> str:
    """Rows that are counted, or a column that is added up."""
    dataset = pack.dataset(tally.dataset)
    rows = name_rows(dataset, tally.where, name_time(tally.over, year))
    if tally.sum is None:
        return f"{rows}条数"
    return f"{rows}的{name_sum(tally, dataset)}"


def name_sum(tally: Tally, dataset: Dataset) -> str:
    """The added column, 「总数」合计, less another one where that is asked."""
    assert tally.sum is not None
    less = f"减去{name_column(dataset, tally.less)}合计" if tally.less is not None else ""
    return f"{name_column(dataset, tally.sum)}合计{less}"


def describe_ratio(ratio: Ratio, pack: Pack, year: str) -> str:
    """Numerator ÷ denominator, as shortly as what they share allows."""
    top, bottom = ratio.numerator, ratio.denominator
    dataset = pack.dataset(bottom.dataset)
    if (top.dataset, top.over) == (bottom.dataset, bottom.over):
        rows = name_rows(dataset, bottom.where, name_time(bottom.over, year))
        if top.where == bottom.where and top.sum and bottom.sum:
            above, below = name_sum(top, dataset), name_sum(bottom, dataset)
            return f"{rows}的{above} ÷ {f'({below})' if bottom.less else below}"
        more = {name: condition for name, condition in top.where.items() if bottom.where.get(name) != condition}
        same_column = (top.sum, top.less) == (bottom.sum, bottom.less)
        if len(top.where) - len(more) == len(bottom.where) and more and same_column:
            what = f"的{name_sum(top, dataset)}" if top.sum else "的条数"
            return f"{rows}里，{describe_where(more, dataset)}的{what.removeprefix('的')}所占的比例"
    return f"比率 = 分子 ÷ 分母，分子是{describe_tally(top, pack, year)}，分母是{describe_tally(bottom, pack, year)}"
