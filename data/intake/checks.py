"""Checks on a row, beyond what a single cell shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from data.cells.values import CellValue, Span
from data.files.mistakes import FileMistake
from data.sheets.parsed import ParsedSheet
from indicators.entries.amounts import plain
from indicators.entries.tables import RowCheck


def check_rows(sheet: ParsedSheet) -> list[FileMistake]:
    """Every mistake in the rows, each by itself. Cells that are empty or already mistaken take part in no check."""
    return [
        *_check_limits(sheet),
        *(mistake for check in sheet.dataset.checks.rows for mistake in _check_row_order(sheet, check)),
        *_check_terms(sheet),
    ]


def _check_limits(sheet: ParsedSheet) -> Iterator[FileMistake]:
    for column in sheet.dataset.columns:
        low, high = column.at_least, column.at_most
        if low is None and high is None:
            continue
        values = sheet.find_values(column.name)
        if _are_within(values, low, high):
            continue
        below = _find(pc.less, values, low)
        above = _find(pc.greater, values, high)
        for index in sorted({*below, *above}):
            value = values[index].as_py()
            if low is not None and index in below:
                text = f"「{column.title}」不能小于 {plain(low)}，填的是 {show_value(value)}；请核对"
                yield sheet.mistake(index, column.name, text)
            if high is not None and index in above:
                text = f"「{column.title}」不能大于 {plain(high)}，填的是 {show_value(value)}；请核对"
                yield sheet.mistake(index, column.name, text)


def _are_within(values: pa.Array, low: Decimal | None, high: Decimal | None) -> bool:
    """Whether the least and the largest figure keep the limits, and with them all."""
    ends = pc.min_max(values).as_py()
    if ends["min"] is None:
        return True
    return (low is None or low <= ends["min"]) and (high is None or ends["max"] <= high)


def _find(compare: Callable[[pa.Array, pa.Scalar], pa.Array], values: pa.Array, limit: Decimal | None) -> set[int]:
    """The rows whose figures stand to the limit so."""
    if limit is None:
        return set()
    # As wide as both need, so that neither is rounded.
    places = max(values.type.scale if pa.types.is_decimal(values.type) else 0, -int(limit.as_tuple().exponent), 0)
    wide = pa.decimal128(38, places)
    return {*_list_true(compare(values.cast(wide), pa.scalar(limit, type=wide)))}


def _list_true(found: pa.Array) -> list[int]:
    places: list[int] = pc.indices_nonzero(found).to_pylist()
    return places


def _check_row_order(sheet: ParsedSheet, check: RowCheck) -> Iterator[FileMistake]:
    left, right = (sheet.dataset.column(name) for name in (check.left, check.at_most))
    assert left is not None and right is not None, "the model refuses checks on unknown columns"
    dates = left.type == "date"
    # Most such pairs are the numerator and the denominator of a rate.
    rule = "不能晚于" if dates else "不能大于（分子不能大于分母）"
    say = check.say or f"「{left.title}」{rule}「{right.title}」"
    for index in _find_exceeding(sheet, left.name, right.name):
        low, high = (_read_one(sheet, name, index) for name in (left.name, right.name))
        figures = f"「{left.title}」填的是 {show_value(low)}，「{right.title}」填的是 {show_value(high)}"
        yield sheet.mistake(index, left.name, f"{say}：{figures}；请核对")


def _find_exceeding(sheet: ParsedSheet, low: str, high: str) -> list[int]:
    """The rows in which ``low`` is certainly above ``high``; a month is no later than another day of itself."""
    return _list_true(pc.greater(sheet.find_values(low), sheet.find_lasts(high)))


def _read_one(sheet: ParsedSheet, name: str, index: int) -> CellValue:
    first: CellValue = sheet.find_values(name)[index].as_py()
    column = sheet.dataset.column(name)
    if column is not None and column.month_allowed and isinstance(first, date):
        return Span(first, sheet.find_lasts(name)[index].as_py())
    return first


def _check_terms(sheet: ParsedSheet) -> Iterator[FileMistake]:
    people = sheet.dataset.people
    if people is None or people.joined is None or people.left is None:
        return
    joined_title, left_title = (
        column.title for name in (people.joined, people.left) if (column := sheet.dataset.column(name))
    )
    for index in _find_exceeding(sheet, people.joined, people.left):
        joined, left = (_read_one(sheet, name, index) for name in (people.joined, people.left))
        text = (
            f"「{left_title}」{show_value(left)} 早于「{joined_title}」{show_value(joined)}，离任不能早于到任；请核对"
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
