"""What a pack says as plain values: the texts of its author; what was left out is left out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from pydantic import BaseModel

from indicators.entries.amounts import OPEN, OPEN_MARKS, Quantity
from indicators.measures.rows import Condition

Plain = str | int | None | Mapping[str, "Plain"] | Sequence["Plain"]
#: The same with every value as its text, as a file has it.
Texts = str | None | Mapping[str, "Texts"] | Sequence["Texts"]


def write_plain(value: object) -> Plain:
    """``1.50%`` stays ``1.50%``; the keys of an entry come in the order of its model; an empty one that is what
    there would be without it is left out. Read again, it is the same value."""
    if isinstance(value, BaseModel):
        return _write_condition(value) if isinstance(value, Condition) else _write_entry(value)
    if isinstance(value, dict):
        return {name: write_plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [write_plain(each) for each in value]
    if isinstance(value, Decimal):
        return OPEN if value == OPEN_MARKS else f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str | Quantity):
        return str(value)
    raise TypeError(f"a pack holds a {type(value).__name__}, of which nothing is known here")


def _write_entry(value: BaseModel) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for name, field in type(value).model_fields.items():
        if name not in value.model_fields_set:
            continue
        written = write_plain(getattr(value, name))
        empty = written is None or (isinstance(written, dict | list) and not written)
        if empty and not field.is_required() and getattr(value, name) == field.get_default(call_default_factory=True):
            continue
        found[field.alias or name] = written
    return found


def _write_condition(value: Condition) -> Plain:
    """A value or several alone are written as such."""
    written = _write_entry(value)
    if written.keys() == {"any_of"}:
        words = written["any_of"]
        return words[0] if isinstance(words, list) and len(words) == 1 else words
    if written.keys() == {"none_of"}:
        return {"not": written["none_of"]}
    return written


def write_texts(value: Plain) -> Texts:
    """The same with every value as its text, as a file has it."""
    if isinstance(value, Mapping):
        return {name: write_texts(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [write_texts(each) for each in value]
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def write_tree(value: Mapping[str, Plain]) -> dict[str, Texts]:
    """The same of a file."""
    return {name: write_texts(each) for name, each in value.items()}
