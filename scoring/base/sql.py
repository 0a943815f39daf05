"""The only place where names and values of a pack become SQL text.

Identifiers are always quoted, text is always escaped, numbers and dates come from typed values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from indicators.entries.tables import Column, Dataset
from indicators.measures.rows import EXCEPT, Bound, Condition, OtherColumn, Where


def quote_name(name: str) -> str:
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text literal."""
    if "\x00" in text:
        raise ValueError("NUL in a text literal")
    return "'" + text.replace("'", "''") + "'"


def quote_date(day: date) -> str:
    """A date literal."""
    return f"DATE '{day.isoformat()}'"


def quote_number(number: Decimal | int) -> str:
    """A number literal; DuckDB reads it as an exact DECIMAL or integer."""
    return f"({number:f})" if number < 0 else f"{number:f}" if isinstance(number, Decimal) else str(number)


def quote_list(texts: Iterable[str]) -> str:
    """A parenthesised list of text literals."""
    return "(" + ", ".join(quote_text(text) for text in texts) + ")"


def join_and(conditions: Iterable[str]) -> str:
    """Conditions joined by AND; TRUE where there is none."""
    return " AND ".join(condition for condition in conditions if condition) or "TRUE"


def write_with(ctes: dict[str, str], select: str, inlined: Collection[str] = ()) -> str:
    """Named CTEs and a SELECT as one statement, each CTE on its own lines.

    The ``inlined`` ones are worked out where they are read, so that only what is asked of them is.
    """
    if not ctes:
        return select
    named = ",\n\n".join(
        f"{quote_name(name)} AS{' NOT MATERIALIZED' if name in inlined else ''} (\n{_indent(text)}\n)"
        for name, text in ctes.items()
    )
    return f"WITH {named}\n\n{select}"


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def write_where(where: Where, dataset: Dataset) -> str:
    """The conditions of a measure as SQL; TRUE where there is none."""
    return join_and(
        _write_except(condition, dataset)
        if name == EXCEPT
        else _write_condition(_known(dataset, name), condition, dataset)
        for name, condition in where.items()
    )


def _write_except(condition: Condition, dataset: Dataset) -> str:
    """Rows in which all of a group hold do not count; an empty cell leaves that open unless another member fails."""
    return join_and(f"NOT ({write_where(group, dataset)})" for group in condition.excluded)


def _known(dataset: Dataset, name: str) -> Column:
    column = dataset.column(name)
    assert column is not None, f"lint lets no unknown column pass: {name}"
    return column


def _write_condition(column: Column, condition: Condition, dataset: Dataset) -> str:
    name = quote_name(column.name)
    written = [_write_bound(column, sign, bound, dataset) for sign, bound in condition.bounds]
    for sign, other in (("=", condition.same_as), ("<>", condition.differs_from)):
        if other is not None:
            written.append(f"{name} {sign} {quote_name(other)}")
    if condition.any_of:
        written.append(f"{name} IN ({', '.join(_write_value(column, value) for value in condition.any_of)})")
    if condition.none_of:
        written.append(f"{name} NOT IN ({', '.join(_write_value(column, value) for value in condition.none_of)})")
    if condition.empty is not None:
        written.append(f"{name} IS {'' if condition.empty else 'NOT '}NULL")
    return join_and(written)


def _write_bound(column: Column, sign: str, bound: Bound, dataset: Dataset) -> str:
    """A comparison; of a month whose days lie on both sides of it nobody knows."""
    first, last = _name_ends(column)
    if isinstance(bound, OtherColumn):
        low, high = (_shift(end, bound) for end in _name_ends(_known(dataset, bound.column)))
        return _compare(sign, (first, last), (low, high))
    if isinstance(bound, Decimal):
        return f"{first} {sign} {quote_number(bound)}"
    if len(bound) == 10:
        day = quote_date(date.fromisoformat(bound))
        return _compare(sign, (first, last), (day, day))
    month, day_of_month = map(int, bound.split("-"))
    point = str(month * 100 + day_of_month)
    first, last = (f"month({end}) * 100 + day({end})" for end in (first, last))
    return _compare(sign, (first, last), (point, point))


def _shift(day: str, bound: OtherColumn) -> str:
    if bound.months:
        return write_months_on(day, bound.months)
    return f"({day} + {bound.days})" if bound.days else day


def write_months_on(day: str, count: int) -> str:
    """So many months on, or the last day of a month that is too short."""
    return f"CAST({day} + INTERVAL '{count}' MONTH AS DATE)"


def _name_ends(column: Column) -> tuple[str, str]:
    """The first and the last day that a cell may mean; the same where it holds a day or no date."""
    return quote_name(column.name), quote_name(f"{column.name}__last" if column.month_allowed else column.name)


def _compare(sign: str, left: tuple[str, str], right: tuple[str, str]) -> str:
    """TRUE where it holds of all days that are meant, FALSE where of none, NULL in between."""
    if left[0] == left[1] and right[0] == right[1]:
        return f"{left[0]} {sign} {right[0]}"
    (low, high), (other_low, other_high) = left, right
    if sign.startswith("<"):
        low, high, other_low, other_high = high, low, other_high, other_low
    return f"CASE WHEN {low} {sign} {other_high} THEN TRUE WHEN NOT ({high} {sign} {other_low}) THEN FALSE END"


def _write_value(column: Column, value: str) -> str:
    if column.type in ("integer", "decimal", "year"):
        return quote_number(Decimal(value))
    if column.type == "flag":
        return "TRUE" if value == "是" else "FALSE"
    if column.type == "date":
        return quote_date(date.fromisoformat(value))
    return quote_text(value)
