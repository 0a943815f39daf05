"""What a form says about itself: how a column is filled in, who needs it and by when."""

from __future__ import annotations

from collections.abc import Iterable

from data.cells.dates import FIRST_DATE_YEAR, LAST_YEAR
from data.cells.parser import FIRST_YEAR
from indicators.entries.amounts import plain
from indicators.entries.tables import Column, Dataset
from indicators.entries.targets import By
from indicators.meaning.uses import ColumnUse
from indicators.pack.model import Indicator, Part
from indicators.pack.sources import name_article

_KINDS = {
    "text": "文字",
    "integer": "整数",
    "decimal": "数",
    "date": "日期，如 2024-03-01",
    "year": "四位数的年份，如 2024",
    "choice": "从下拉框里选",
    "flag": "填 是 或 否",
    "unit": "单位的全称、简称或编号",
    "indicator": "指标编号",
}


def describe_column(column: Column, choices: tuple[str, ...] = ()) -> str:
    """How the column is filled in, in one line."""
    words = [_KINDS[column.type]]
    if column.month_allowed:
        words[0] = "日期，如 2024-03-01；只知道月份的填 2024-03"
    if column.type == "decimal":
        words[0] = f"数，至多 {column.decimals} 位小数" if column.decimals else "整数"
    if column.unit_of_measure is not None:
        words.append(f"单位：{column.unit_of_measure}")
    if limits := describe_limits(column):
        words.append(limits)
    if column.type == "choice":
        words.append("、".join(choices or column.choices))
    if column.zero_words:
        words.append(f"没有的填 0，也可以写 {'、'.join(column.zero_words)}")
    words.append("必填" if column.required else "没有或不清楚的留空")
    if column.note is not None:
        words.append(column.note)
    return "；".join(words)


def describe_limits(column: Column) -> str:
    """What values are taken, in words; empty where any is."""
    if column.type == "date":
        return f"{FIRST_DATE_YEAR} 年到 {LAST_YEAR} 年之间"
    if column.type == "year":
        return f"{FIRST_YEAR} 到 {LAST_YEAR} 之间"
    if column.at_least is not None and column.at_most is not None:
        return f"{plain(column.at_least)} 到 {plain(column.at_most)} 之间"
    if column.at_least is not None:
        return f"不小于 {plain(column.at_least)}"
    return f"不大于 {plain(column.at_most)}" if column.at_most is not None else ""


def describe_use(use: ColumnUse) -> str:
    """What the column is for, without the indicators."""
    return {
        "read": "计分要用",
        "row": "说明是哪个单位、哪一时间、哪一项",
        "check": "只用于导入时核对",
        "exemptions": "批准豁免要用",
        "none": "不参与计分，只供核对佐证",
    }[use.purpose]


def name_indicators(indicators: Iterable[Indicator]) -> str:
    """The names and ids of indicators, one a line."""
    return "\n".join(f"{indicator.name}（{indicator.id}）" for indicator in indicators)


def quote_indicators(indicators: Iterable[Indicator]) -> str:
    """Article and quotation of each indicator, the same one once; what the office chose is said to be so."""
    lines: dict[str, None] = {}
    for indicator in indicators:
        quotes = [cite for cite in indicator.cites if cite.quote is not None]
        for cite in quotes:
            place = name_article(cite.article)
            lines[f"{place}{'：' if place else ''}「{cite.quote}」"] = None
        if not quotes:
            lines[f"{indicator.name}：原文没有规定，本办选择：{indicator.cites[0].local_choice}"] = None
    return "\n".join(lines)


def describe_deadlines(indicators: Iterable[Indicator], dataset: Dataset, year: int) -> str:
    """The days by which something must be done or reported, as the indicators declare them; empty if none does."""
    lines: dict[str, None] = {}
    for indicator in indicators:
        for part in indicator.parts:
            if dataset.id in part.measure.datasets() and (text := _describe_deadline(part, dataset, year)):
                lines[f"{indicator.name}：{text}"] = None
    return "\n".join(lines)


def _describe_deadline(part: Part, dataset: Dataset, year: int) -> str:
    by = part.target.by if part.target is not None else None
    if by is not None:
        return _describe_by(by, dataset, year)
    if part.due is not None:
        return f"数据截至 {_name_day(year + part.due.years_later, part.due.every)}"
    return ""


def _describe_by(by: By, dataset: Dataset, year: int) -> str:
    itself = "（当天算按期）" if by.day_itself == "in_time" else "（当天算逾期）"
    if by.on is not None:
        return f"{by.on} 前完成{itself}"
    if by.every is not None:
        return f"{_name_day(year + by.years_later, by.every)} 前完成{itself}"
    start = dataset.column(by.after or "")
    spans = ((by.days, "日"), (by.working_days, "个工作日"), (by.months, "个月"), (by.years, "年"))
    span = next(f"{count} {unit}" for count, unit in spans if count is not None)
    return f"自「{start.title if start is not None else by.after}」起 {span}内{itself}"


def _name_day(year: int, month_day: str) -> str:
    month, day = month_day.split("-")
    return f"{year} 年 {int(month)} 月{'底' if day == 'end' else f' {int(day)} 日'}"


def describe_dataset(dataset: Dataset) -> list[str]:
    """Who reports, for which time, and what an import does with what was reported before."""
    lines = [f"谁来报：{dataset.reported_by or '各单位自己报'}。"]
    if dataset.covers == "all_units":
        lines.append("由一家替所有单位报：表里没有写到的单位就是没有（零），请一次报全；几家合报的请合成一份。")
    if dataset.period.standing:
        lines.append("期间：永远只看最新一份。再报时会整份取代以前的，请把仍然有效的行都留着。")
    else:
        column = dataset.column(dataset.period.year or dataset.period.date or "")
        lines.append(
            f"期间：按「{column.title if column is not None else ''}」所在的年度。"
            "再报时会取代同一单位、同一年度以前报的全部行，请报全。"
        )
    if dataset.note is not None:
        lines.append(dataset.note)
    return lines
