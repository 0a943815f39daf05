"""What the level of a row is, in SQL and in words: a column, the span in which its day lies, or both."""

from __future__ import annotations

from indicators.entries.tables import Dataset
from indicators.measures.dated_levels import DatedLevels
from scoring.base.amounts import name_column
from scoring.base.sql import quote_name, quote_text


def write_level(column: str | None, dated: DatedLevels | None) -> str:
    """An expression that is the level's name, NULL where a cell that says it is empty."""
    if dated is None:
        return quote_name(column or "")
    if column is None:
        return _write_spans(dated, "")
    spans = " ".join(f"WHEN {quote_text(level)} THEN {_write_spans(dated, level)}" for level in dated.days)
    return f"CASE {quote_name(column)} {spans} ELSE {quote_name(column)} END"


def _write_spans(dated: DatedLevels, level: str) -> str:
    day, names = quote_name(dated.date), [quote_text(name) for name in dated.list_names(level)]
    before = " ".join(
        f"WHEN {day} < DATE '{first}' THEN {name}" for first, name in zip(dated.days[level], names, strict=False)
    )
    return f"CASE {before} WHEN {day} IS NOT NULL THEN {names[-1]} END"


def name_level(dataset: Dataset, column: str | None, dated: DatedLevels | None) -> str:
    """By what rows are counted, in words."""
    names = [name for name in (column, dated.date if dated is not None else None) if name is not None]
    return "和".join(name_column(dataset, name) for name in names)
