"""Which of several values of a number a year is scored by, since when, and which document brought it."""

from __future__ import annotations

from datetime import date

from indicators.pack.dated import HeldValue, NumberChange, Valid, count_days
from indicators.pack.model import Indicator, Pack, Part
from scoring.base.amounts import name_column, write_day

_WITHIN = {"pro_rata": "当年按天数折算", "next_year": "从下一年度起适用", "by_date": "按每条记录的日期适用"}


def describe_valid(valid: Valid, indicator: Indicator, pack: Pack) -> str:
    """The sentence of the rule; empty where the first value holds and nothing changes in the year."""
    if valid.date is not None and valid.part is not None:
        told = "、".join(_describe_open_span(span, pack) for span in valid.spans)
        by = _name_date(valid.date, indicator.parts[valid.part - 1], pack)
        return f"「{valid.title}」有变动，每条记录按{by}适用：{told}。"
    if len(valid.spans) > 1:
        told = "、".join(_describe_span(span, pack) for span in valid.spans)
        return f"「{valid.title}」年内有变动，按天数折算为{valid.value}：{told}。"
    (span,) = valid.spans
    now = f"「{valid.title}」按{valid.value}，{_describe_source(span.change, pack)}" if span.change else ""
    if valid.later is not None:
        change = valid.later
        now = now or f"「{valid.title}」本年度仍按{valid.value}"
        now += f"；{_describe_source(change, pack)}改为{change.value}，从下一年度起适用"
    return f"{now}。" if now else ""


def describe_part(indicator: Indicator, part: int, pack: Pack) -> str:
    """The sentences that stand before the calculation of a part, counted from 1: the line itself ends in marks."""
    return "".join(describe_valid(valid, indicator, pack) for valid in indicator.valid if valid.part in (part, None))


def describe_changes(indicator: Indicator, pack: Pack) -> list[str]:
    """One sentence for each number that has changed or changes in the year; of no year in particular, each change."""
    if indicator.changes:
        return [
            f"「{change.title}」{_describe_source(change, pack)}改为{change.value}，{_WITHIN[change.within_year]}。"
            for change in indicator.changes
        ]
    return [said for valid in indicator.valid if (said := describe_valid(valid, indicator, pack))]


def _describe_span(span: HeldValue, pack: Pack) -> str:
    days = f"{count_days(span)}天"
    if span.change is None:
        return f"{write_day(date.fromisoformat(span.last))}以前{span.value}（{days}）"
    return f"{_describe_source(span.change, pack)}{span.value}（{days}）"


def _name_date(name: str, part: Part, pack: Pack) -> str:
    """The column as its table calls it: a part that reads two tables may have it in one of them."""
    datasets = (pack.dataset(each) for each in part.measure.chosen.datasets())
    return next((name_column(dataset, name) for dataset in datasets if dataset.column(name) is not None), name)


def _describe_open_span(span: HeldValue, pack: Pack) -> str:
    if span.change is None:
        return f"{write_day(date.fromisoformat(span.last))}以前{span.value}"
    return f"{_describe_source(span.change, pack)}{span.value}"


def _describe_source(change: NumberChange, pack: Pack) -> str:
    title = next((source.title for source in pack.sources if source.id == change.source), "")
    why = f"《{title}》" if title else change.local_choice or ""
    return f"{write_day(change.first_day)}起（{why}）"
