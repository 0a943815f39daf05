"""Checks on the rows of one file, beyond what a single cell shows."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from data.mistakes import Mistake
from data.raw_cells import CellValue, Span
from data.sheets import ParsedSheet
from data.units import fold_name
from indicators.amounts import plain
from indicators.tables import Column, RowCheck, SumCheck


def check_sheet(sheet: ParsedSheet, name_unit: Callable[[str], str]) -> list[Mistake]:
    """Every mistake in the rows. Cells that are empty or already mistaken take part in no check.

    ``name_unit`` gives the full name of a unit id, for the sentences.
    """
    return [
        *_check_limits(sheet),
        *(mistake for check in sheet.dataset.checks.rows for mistake in _check_row_order(sheet, check)),
        *(mistake for check in sheet.dataset.checks.sums for mistake in _check_sums(sheet, check)),
        *_check_keys(sheet, name_unit),
        *_check_terms(sheet),
        *_check_posts(sheet, name_unit),
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


def _check_sums(sheet: ParsedSheet, check: SumCheck) -> Iterator[Mistake]:
    grouping = [column for name in check.per if (column := sheet.dataset.column(name))]
    # Most groups are far below the limit: adding up by hash leaves the few that need a closer look.
    suspects = _find_large_sums(sheet, check, grouping)
    if not suspects:
        return
    groups: dict[tuple[Hashable, ...], list[int]] = defaultdict(list)
    for index, group in enumerate(zip(*(sheet.columns[column.name] for column in grouping), strict=True)):
        folded = _fold_values(group, grouping)
        # What is known only to the month cannot be added up by the day.
        if hash(folded) in suspects and all(value is not None and not _is_month(value) for value in group):
            groups[folded].append(index)
    column = sheet.dataset.column(check.column)
    assert column is not None, "the model refuses checks on unknown columns"
    per = "、".join(column.title for column in grouping)
    values = sheet.columns[check.column]
    for indexes in groups.values():
        figures = [(index, Decimal(value)) for index in indexes if isinstance(value := values[index], (int, Decimal))]
        total = sum((value for _, value in figures), Decimal(0))
        if total > check.at_most:
            rows = "、".join(str(sheet.rows[index]) for index, _ in figures)
            say = check.say or f"同一「{per}」的「{column.title}」合计不能超过 {plain(check.at_most)}"
            text = f"{say}:第 {rows} 行合计 {plain(total)};请核对"
            yield sheet.mistake(figures[-1][0], check.column, text)


def _find_large_sums(sheet: ParsedSheet, check: SumCheck, grouping: Sequence[Column]) -> frozenset[int]:
    """Hashes of groups whose sum may exceed the limit; figures below zero may belong to another and are left out."""
    hashes = (
        hash(_fold_values(group, grouping))
        for group in zip(*(sheet.columns[column.name] for column in grouping), strict=True)
    )
    # Floats are good enough to tell what is far below; the limit is lowered by more than they can err.
    figures = array(
        "d",
        (max(float(value), 0.0) if isinstance(value, (int, Decimal)) else 0.0 for value in sheet.columns[check.column]),
    )
    table = pa.table({"group": pa.array(array("q", hashes)), "figure": pa.array(figures)})
    sums = table.group_by("group").aggregate([("figure", "sum")])
    limit = float(check.at_most) - abs(float(check.at_most)) * 1e-9 - 1e-6
    return frozenset(sums.filter(pc.greater(sums["figure_sum"], limit))["group"].to_pylist())


def _is_month(value: CellValue) -> bool:
    return isinstance(value, Span) and value.first != value.last


def _check_keys(sheet: ParsedSheet, name_unit: Callable[[str], str]) -> Iterator[Mistake]:
    if not sheet.dataset.key:
        return
    columns = [column for name in sheet.dataset.key if (column := sheet.dataset.column(name))]
    repeated = _find_repeated(
        hash(_fold_values(key, columns))
        for key in zip(*(sheet.columns[column.name] for column in columns), strict=True)
    )
    if not repeated:
        return
    seen: dict[tuple[Hashable, ...], tuple[int, tuple[CellValue, ...]]] = {}
    for index, key in enumerate(zip(*(sheet.columns[column.name] for column in columns), strict=True)):
        if None in key or hash(_fold_values(key, columns)) not in repeated:
            continue
        first, written = seen.setdefault(_fold_values(key, columns), (index, key))
        if first != index:
            words = "、".join(
                f"{column.title} {name_unit(str(value)) if column.type == 'unit' else show_value(value)}"
                for column, value in zip(columns, key, strict=True)
            )
            text = f"第 {sheet.rows[index]} 行与第 {sheet.rows[first]} 行重复({words});请只留一行"
            text += "(全角、大小写、空格不同的写法算同一个)" if written != key else ""
            yield sheet.mistake(index, columns[0].name, text)


def _find_repeated(hashes: Iterable[int]) -> frozenset[int]:
    """The hashes that occur more than once. Eight bytes a row: to keep every key would take a few hundred."""
    counts = pa.array(array("q", hashes)).value_counts()
    values, times = counts.field("values"), counts.field("counts")
    return frozenset(values.filter(pc.greater(times, 1)).to_pylist())


def _fold_values(values: Sequence[CellValue], columns: Sequence[Column]) -> tuple[Hashable, ...]:
    """The values with texts folded: what differs only in white space, case or full-width forms is the same."""
    return tuple(
        fold_name(value).casefold() if column.type == "text" and isinstance(value, str) else value
        for column, value in zip(columns, values, strict=True)
    )


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


def _check_posts(sheet: ParsedSheet, name_unit: Callable[[str], str]) -> Iterator[Mistake]:
    """One person in post in two units at once. Posts known by the month count only where they surely overlap."""
    people = sheet.dataset.people
    if people is None:
        return
    nothing: list[CellValue] = [None] * len(sheet.rows)
    joined = sheet.columns[people.joined] if people.joined else nothing
    left = sheet.columns[people.left] if people.left else nothing
    posts: dict[tuple[str, int | None], list[tuple[date, date, int]]] = defaultdict(list)
    names = sheet.columns[people.person]
    repeated = _find_repeated(
        hash((fold_name(str(person)).casefold(), period)) for person, period in zip(names, sheet.periods, strict=True)
    )
    for index, (person, period) in enumerate(zip(names, sheet.periods, strict=True)):
        if hash((fold_name(str(person)).casefold(), period)) not in repeated:
            continue
        start, end = _surely_from(joined[index]), _surely_until(left[index])
        if person is not None and sheet.units[index] is not None and start <= end:
            posts[fold_name(str(person)).casefold(), period].append((start, end, index))
    for terms in posts.values():
        terms.sort()
        for position, (start, _, index) in enumerate(terms):
            for _, other_end, other in terms[:position]:
                if sheet.units[other] != sheet.units[index] and start < other_end:
                    who = show_value(sheet.columns[people.person][index])
                    units = [name_unit(str(sheet.units[which])) for which in (other, index)]
                    text = (
                        f"「{who}」同时在两个单位任职:第 {sheet.rows[other]} 行在「{units[0]}」,"
                        f"第 {sheet.rows[index]} 行在「{units[1]}」;请填写离任日期或删去一行"
                    )
                    yield sheet.mistake(index, people.person, text)
                    break


def _surely_from(joined: CellValue) -> date:
    if isinstance(joined, Span):
        return joined.last
    return joined if isinstance(joined, date) else date.min


def _surely_until(left: CellValue) -> date:
    if isinstance(left, Span):
        return left.first
    return left if isinstance(left, date) else date.max


def show_value(value: CellValue) -> str:
    """A value as a person would write it."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Span):
        return value.first.isoformat() if value.first == value.last else value.first.strftime("%Y-%m")
    return str(value)
