"""Dates as people write them: whole days, months where they are allowed, never a guess."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from data.cells.values import CellMistake, Parsed, Span, half_width, refuse_invisible, refuse_kind
from data.files.raw_cells import MonthDate, PartOfDate, PercentNumber
from indicators.entries.numerals import read_digits, read_numeral
from indicators.entries.tables import Column

LAST_YEAR = 2100
#: Dates may be older than any year that is reported: people have been in post since before 1990.
FIRST_DATE_YEAR = 1949
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})[日号])(?:[ T](?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?)?"
)
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})|/([0-9]{1,2})|\.([0-9]{1,2})|年([0-9]{1,2})月份?)")
_CHINESE_DATE = re.compile("([^年]+)年([^月]+)月(?:份|([^日号]+)[日号])?")
_YEARLESS = re.compile(
    r"[0-9]{1,2}(?:月[0-9]{1,2}[日号]?|[-/.][0-9]{1,2})|[一二三四五六七八九十]+月[一二三四五六七八九十]+[日号]"
)
_SHORT_YEAR = re.compile(r"'?[0-9]{2}(?:年[0-9]{1,2}月.*|([-/.])[0-9]{1,2}\1[0-9]{1,2})")
_DATE_HELP = "请填 2024-03-01、2024/3/1、2024.3.1 或 2024年3月1日"


def parse_date(value: object, column: Column) -> Parsed:
    if isinstance(value, PartOfDate):
        return CellMistake(
            f"「{column.title}」的单元格没有把年月日显示全（存的是 {value.isoformat()[:10]}）；"
            "请把单元格格式改为年月日，核对年份后重新保存"
        )
    if isinstance(value, MonthDate):
        return _keep_month(value.year, value.month, column)
    if isinstance(value, date):
        return _keep_day(value.year, value.month, value.day, column)
    if isinstance(value, (int, float)) and not isinstance(value, (bool, PercentNumber)):
        return _parse_number(value, column)
    if not isinstance(value, str):
        return refuse_kind(value, column, "日期")
    if hidden := refuse_invisible(value, column):
        return hidden
    text = half_width(value)
    spaceless = "".join(text.split())
    parts = _read_arabic(text, spaceless) or _read_chinese(spaceless)
    if parts is not None:
        year, month, day = parts
        return _keep_month(year, month, column) if day is None else _keep_day(year, month, day, column)
    lacks = "，没有写年份；" if _YEARLESS.fullmatch(spaceless) else ""
    lacks = lacks or ("，年份要写四位；" if _SHORT_YEAR.fullmatch(spaceless) else "")
    if lacks:
        return CellMistake(f"「{column.title}」填的是「{value}」{lacks}{_DATE_HELP}")
    return CellMistake(f"「{column.title}」应为日期，填的是「{value}」；{_DATE_HELP}")


def _parse_number(value: float, column: Column) -> Parsed:
    """A day that was typed as one number, 20240301; any other number is none."""
    if float(value).is_integer() and 19000000 <= value < 22000000:
        return _keep_day(int(value) // 10000, int(value) // 100 % 100, int(value) % 100, column)
    return CellMistake(
        f"「{column.title}」应为日期，单元格里是数字 {value:.10g}{_suggest_day(value)}；请设为日期格式，或{_DATE_HELP}"
    )


def _read_arabic(text: str, spaceless: str) -> tuple[int, int, int | None] | None:
    """Year, month and, but for a month, day; None where the text is neither."""
    if found := _DATE.fullmatch(text) or _DATE.fullmatch(spaceless):
        year, month, day = (int(part) for part in found.groups() if part is not None)
        return year, month, day
    if found := _MONTH.fullmatch(spaceless):
        year, month = (int(part) for part in found.groups() if part is not None)
        return year, month, None
    if re.fullmatch("[0-9]{8}", text):
        return int(text[:4]), int(text[4:6]), int(text[6:])
    return None


def _read_chinese(spaceless: str) -> tuple[int, int, int | None] | None:
    """The same of 二〇二四年三月一日."""
    found = _CHINESE_DATE.fullmatch(spaceless)
    if found is None:
        return None
    year, month, day = (_read_date_part(part) for part in found.groups())
    if not year or year < 1000 or not month:
        return None
    if found[3] is None:
        return year, month, None
    return (year, month, day) if day else None


def _read_date_part(text: str | None) -> int | None:
    """A year, month or day in Arabic or Chinese numerals; None if it is neither."""
    if text is None:
        return None
    if re.fullmatch("[0-9]{1,4}", text):
        return int(text)
    number = read_numeral(text)
    if number is not None and number == number.to_integral_value():
        return int(number)
    digits = read_digits(text)
    return int(digits) if digits is not None and len(digits) == 4 else None


def _suggest_day(number: float) -> str:
    """The day that Excel's usual counting would make of the number, if it is believable."""
    if not 18264 <= number <= 73415:
        return ""
    return f"（若是没有设格式的日期，通常是 {date(1899, 12, 30) + timedelta(days=int(number))}）"


def _keep_day(year: int, month: int, day: int, column: Column) -> Parsed:
    if wrong := _refuse_month(year, month, column):
        return wrong
    longest = monthrange(year, month)[1]
    if not 1 <= day <= longest:
        missing = f"{year} 年 {month} 月只有 {longest} 天，没有 {day} 日"
        return CellMistake(f"「{column.title}」填的日期不存在：{missing}；请核对")
    whole = date(year, month, day)
    return Span(whole, whole) if column.month_allowed else whole


def _keep_month(year: int, month: int, column: Column) -> Parsed:
    if wrong := _refuse_month(year, month, column):
        return wrong
    if not column.month_allowed:
        return CellMistake(f"「{column.title}」只填到了月（{year} 年 {month} 月），这一列要填到日；{_DATE_HELP}")
    return Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _refuse_month(year: int, month: int, column: Column) -> CellMistake | None:
    if not FIRST_DATE_YEAR <= year <= LAST_YEAR:
        return CellMistake(
            f"「{column.title}」的年份 {year} 不可信，"
            f"日期应在 {FIRST_DATE_YEAR}-01-01 到 {LAST_YEAR}-12-31 之间；请核对"
        )
    if not 1 <= month <= 12:
        return CellMistake(f"「{column.title}」填的日期不存在：没有 {month} 月；请核对")
    return None
