"""The only place where names and values of a pack become SQL text.

Identifiers are always quoted, text is always escaped, numbers and dates come from typed values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from indicators.entries.tables import Column, Dataset
from indicators.measures.rows import Condition, Where


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
    return join_and(_write_condition(_known(dataset, name), condition) for name, condition in where.items())


def _known(dataset: Dataset, name: str) -> Column:
    column = dataset.column(name)
    assert column is not None, f"lint lets no unknown column pass: {name}"
    return column


def _write_condition(column: Column, condition: Condition) -> str:
    name = quote_name(column.name)
    bounds = (
        (">=", condition.at_least),
        ("<=", condition.at_most),
        (">", condition.above),
        ("<", condition.below),
    )
    written = [f"{name} {sign} {quote_number(bound)}" for sign, bound in bounds if bound is not None]
    if condition.any_of:
        written.append(f"{name} IN ({', '.join(_write_value(column, value) for value in condition.any_of)})")
    if condition.none_of:
        written.append(f"{name} NOT IN ({', '.join(_write_value(column, value) for value in condition.none_of)})")
    if condition.empty is not None:
        written.append(f"{name} IS {'' if condition.empty else 'NOT '}NULL")
    return join_and(written)


def _write_value(column: Column, value: str) -> str:
    if column.type in ("integer", "decimal", "year"):
        return quote_number(Decimal(value))
    if column.type == "flag":
        return "TRUE" if value == "是" else "FALSE"
    return quote_text(value)
