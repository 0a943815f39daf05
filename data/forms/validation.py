"""The checks that Excel makes while a cell is being typed, in Chinese."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from data.cells.dates import FIRST_DATE_YEAR, LAST_YEAR
from data.cells.parser import FIRST_YEAR, LARGEST
from data.files.mistakes import name_cell
from data.forms.words import describe_column
from indicators.entries.amounts import plain
from indicators.entries.tables import Column

#: Excel's own limits for lists in the formula, the title and the message of a check.
_INLINE, _TITLE, _MESSAGE = 255, 30, 250


def fits_inline(choices: tuple[str, ...]) -> bool:
    """Whether a list can stand in the check itself; otherwise it needs cells on the hidden sheet."""
    joined = ",".join(choices)
    # Excel counts UTF-16 units, and a comma or a quotation mark in a choice would split the list.
    length = len(joined.encode("utf-16-le")) // 2
    return length <= _INLINE and not any(sign in choice for choice in choices for sign in ',"')


def make_check(
    column: Column,
    row: int,
    place: int,
    source: str | list[str] | None,
    help: str = "",
    year: int | None = None,
) -> dict[str, object]:
    """The options of ``data_validation`` for the cells that begin at that row (from 1) and place.

    ``source``: the list to choose from, for columns that have one; a range on the hidden sheet or the words.
    ``year``: the only one that a date or year may lie in.
    """
    message = help or describe_column(column)
    options: dict[str, object] = {
        "ignore_blank": True,
        "input_title": _cut(column.title, _TITLE),
        "input_message": _cut(message, _MESSAGE),
        "error_title": _cut(f"「{column.title}」填得不对", _TITLE),
        "error_message": _cut(f"请改正：{message}", _MESSAGE),
    }
    if source is not None:
        # A unit may be written by any of its names, so the list only helps there.
        warn = {"error_type": "warning"} if column.type == "unit" else {}
        return {**options, **warn, "validate": "list", "source": source}
    cell = name_cell(row, place)
    match column.type:
        case "integer" | "decimal":
            return {**options, "validate": "custom", "value": _number_formula(column, cell)}
        case "year":
            bounds = {"minimum": year or FIRST_YEAR, "maximum": year or LAST_YEAR}
            return {**options, "validate": "integer", "criteria": "between", **bounds}
        case "date" if column.month_allowed:
            return {**options, "validate": "length", "criteria": "between", "minimum": 5, "maximum": 20}
        case "date":
            first, last = date(year or FIRST_DATE_YEAR, 1, 1), date(year or LAST_YEAR, 12, 31)
            return {**options, "validate": "date", "criteria": "between", "minimum": first, "maximum": last}
        case _:
            return {**options, "validate": "any"}


def _number_formula(column: Column, cell: str) -> str:
    low = column.at_least if column.at_least is not None else Decimal(-LARGEST)
    high = column.at_most if column.at_most is not None else Decimal(LARGEST)
    places = column.decimals if column.type == "decimal" else 0
    number = f"AND(ISNUMBER({cell}),{cell}>={plain(low)},{cell}<={plain(high)},ROUND({cell},{places})={cell})"
    words = [f'{cell}="{_escape(word)}"' for word in column.zero_words]
    return f"=OR({number},{','.join(words)})" if words else f"={number}"


def make_marks_check(column: Column, low: Decimal, high: Decimal, help: str) -> dict[str, object]:
    """A check on marks between two numbers, both allowed."""
    options = make_check(column, 1, 0, None, help)
    return {
        **{name: value for name, value in options.items() if name not in ("validate", "value")},
        "validate": "decimal",
        "criteria": "between",
        "minimum": float(low),
        "maximum": float(high),
    }


def _escape(text: str) -> str:
    return text.replace('"', '""')


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
