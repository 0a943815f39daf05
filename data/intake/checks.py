"""Checks on a row, beyond what a single cell shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from data.cells.values import CellValue, Span
from data.files.mistakes import Mistake
from data.sheets.reader import ParsedSheet
from indicators.entries.amounts import plain
from indicators.entries.tables import RowCheck


def check_rows(sheet: ParsedSheet) -> list[Mistake]:
    """Every mistake in the rows, each by itself. Cells that are empty or already mistaken take part in no check."""
    return [
        *_check_limits(sheet),
        *(mistake for check in sheet.dataset.checks.rows for mistake in _check_row_order(sheet, check)),
        *_check_terms(sheet),
    ]


def _check_limits(sheet: ParsedSheet) -> Iterator[Mistake]:
    for column in sheet.dataset.columns:
        low, high = column.at_least, column.at_most
        if low is None and high is None:
            continue
        for index, value in enumerate(sheet.columns[column.name]):
            if not isinstance(value, (int, Decimal)):
                continue
            if low is not None and value < low:
                text = f"「{column.title}」不能小于 {plain(low)},填的是 {show_value(value)};请核对"
                yield sheet.mistake(index, column.name, text)
            if high is not None and value > high:
                text = f"「{column.title}」不能大于 {plain(high)},填的是 {show_value(value)};请核对"
                yield sheet.mistake(index, column.name, text)


def _check_row_order(sheet: ParsedSheet, check: RowCheck) -> Iterator[Mistake]:
    left, right = (sheet.dataset.column(name) for name in (check.left, check.at_most))
    assert left is not None and right is not None, "the model refuses checks on unknown columns"
    pairs = zip(sheet.columns[left.name], sheet.columns[right.name], strict=True)
    for index, (low, high) in enumerate(pairs):
        if low is None or high is None or not _exceeds(low, high):
            continue
        dates = isinstance(low, date | Span)
        # Most such pairs are the numerator and the denominator of a rate.
        rule = "不能晚于" if dates else "不能大于(分子不能大于分母)"
        say = check.say or f"「{left.title}」{rule}「{right.title}」"
        figures = f"「{left.title}」填的是 {show_value(low)},「{right.title}」填的是 {show_value(high)}"
        yield sheet.mistake(index, left.name, f"{say}:{figures};请核对")


def _exceeds(low: CellValue, high: CellValue) -> bool:
    """Whether ``low`` is certainly above ``high``; a month is no later than another day of itself."""
    first = low.first if isinstance(low, Span) else low
    last = high.last if isinstance(high, Span) else high
    return bool(first > last)  # type: ignore[operator]


def _check_terms(sheet: ParsedSheet) -> Iterator[Mistake]:
    people = sheet.dataset.people
    if people is None or people.joined is None or people.left is None:
        return
    joined_title, left_title = (
        column.title for name in (people.joined, people.left) if (column := sheet.dataset.column(name))
    )
    for index, (joined, left) in enumerate(zip(sheet.columns[people.joined], sheet.columns[people.left], strict=True)):
        if joined is not None and left is not None and _exceeds(joined, left):
            text = (
                f"「{left_title}」{show_value(left)} 早于「{joined_title}」{show_value(joined)},离任不能早于到任;请核对"
            )
            yield sheet.mistake(index, people.left, text)


def show_value(value: CellValue) -> str:
    """A value as a person would write it."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Span):
        return value.first.isoformat() if value.first == value.last else value.first.strftime("%Y-%m")
    return str(value)
