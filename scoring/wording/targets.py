"""What was asked, in words, and the day by which."""

from __future__ import annotations

from indicators.entries.targets import By, Target, Trend
from indicators.measures.registry import Measure
from indicators.pack.model import Pack
from scoring.base.amounts import name_column, write_figure, write_month_day
from scoring.measures.registry import find_measure

REST_DAYS = {
    "as_is": "遇休息日不顺延",
    "next_working_day": "遇休息日顺延到下一个工作日",
    "previous_working_day": "遇休息日提前到上一个工作日",
}


def describe_target(target: Target | None, measure: Measure, pack: Pack) -> str:
    """The target without a full stop, e.g. ``不低于90%``; a deadline names its day and whether that day counts."""
    if target is None:
        return "不设目标数，按计分办法直接算分"
    if target.by is not None:
        every = measure.chosen.judged_one_by_one
        return f"{'100%按期，期限是' if every else ''}{describe_deadline(target.by, measure, pack)}"
    room = find_measure(measure)
    unit = room.find_unit(pack)
    if target.at_least is not None:
        word = "不少于" if room.counts_things else "不低于"
        return f"{word}{write_figure(target.at_least, unit)}"
    if target.at_most is not None:
        word = "不多于" if room.counts_things else "不高于"
        return f"{word}{write_figure(target.at_most, unit)}"
    if target.equals is not None:
        return f"正好{write_figure(target.equals, unit)}"
    if target.none is not None:
        return "不得发生，应为0"
    if target.rising is not None:
        return _describe_trend(target.rising, "提高", measure, unit)
    assert target.falling is not None
    return _describe_trend(target.falling, "下降", measure, unit)


def _describe_trend(trend: Trend, word: str, measure: Measure, unit: str) -> str:
    if trend.at_least is None:
        return f"比上年度{word}，持平不算"
    amount = write_figure(trend.at_least, unit)
    if measure.chosen.in_points and trend.at_least.percent:
        amount = f"{amount.removesuffix('%')}个百分点"
    return f"比上年度至少{word}{amount}"


def describe_deadline(by: By, measure: Measure, pack: Pack) -> str:
    """The deadline with 含当日 or 不含当日, and what becomes of rest days."""
    rest = REST_DAYS[pack.head.policy.rest_day]
    included = by.day_itself == "in_time"
    if by.after is not None:
        assert measure.chosen.event is not None
        return f"{_describe_event(by, name_column(pack.dataset(measure.chosen.event), by.after), included)}，{rest}"
    if by.on is not None:
        year, month_day = by.on.split("-", 1)
        day = f"{year}年{write_month_day(month_day)}"
    else:
        assert by.every is not None
        year = ("当年", "次年")[by.years_later] if by.years_later < 2 else f"{by.years_later}年后"
        day = f"{year}{write_month_day(by.every)}"
    return f"{f'不晚于{day}（含当日）' if included else f'{day}之前（不含当日）'}，{rest}"


def _describe_event(by: By, event: str, included: bool) -> str:
    if by.days == 0 or by.working_days == 0:
        return f"不晚于{event}当日（含当日）" if included else f"{event}之前（不含当日）"
    if by.count_months() is not None:
        count = f"{by.years}年" if by.years is not None else f"{by.months}个月"
        last = "到期月的同一日为最后一日，没有同一日的为月末"
        return f"{event}之后{count}内（{last}，{'含' if included else '不含'}最后一日）"
    count = f"{by.working_days}个工作日" if by.working_days is not None else f"{by.days}日"
    return f"{event}之后{count}内（从次日起算，{'含' if included else '不含'}最后一日）"
