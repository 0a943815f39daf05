"""Rows of the ledger have the columns of their tables, and whoever is not told a column has nothing of it.

Not proven here: that a column which may be empty in the table is filled wherever its class says so: the
transitions that make an object demand it.
"""

from __future__ import annotations

from types import NoneType, UnionType
from typing import get_args, get_origin, get_type_hints

import pytest
import sqlalchemy as sa

from data.ledger.rows import ROW_TYPES, FindingRow, UserRow
from data.store.stored_row import list_columns
from data.store.tables import TABLES, Canonical


def test_every_table_has_its_class() -> None:
    assert list(ROW_TYPES) == list(TABLES)


@pytest.mark.parametrize("kind", TABLES)
def test_a_row_has_the_columns_of_its_table_in_their_order(kind: str) -> None:
    assert list(list_columns(ROW_TYPES[kind])) == list(TABLES[kind].c.keys())


@pytest.mark.parametrize("kind", TABLES)
def test_a_column_is_of_the_type_of_its_table(kind: str) -> None:
    hints = get_type_hints(ROW_TYPES[kind])
    for column in TABLES[kind].c:
        hint = hints[column.name]
        parts = set(get_args(hint)) if isinstance(hint, UnionType) else {hint}
        assert column.nullable or NoneType not in parts, column
        (type_,) = parts - {NoneType}
        if isinstance(column.type, Canonical):
            assert get_origin(type_) in (list, dict), column
        else:
            assert type_ is (int if isinstance(column.type, sa.Integer) else str), column


def test_what_is_hidden_is_neither_named_nor_kept() -> None:
    row = UserRow.read({"id": "a", "name": "李明", "credential": "0" * 64, "roles": ["lead"]})
    shown = row.hide(("credential", "no such column"))
    assert "credential" not in shown and "0" * 64 not in repr(shown) and shown.name == "李明"
    assert dict(row) == {**dict(shown), "credential": "0" * 64}


def test_a_row_of_an_older_version_is_empty_where_a_column_came_later() -> None:
    assert FindingRow.read({"id": "f", "unit": "zezhou"})["notified_on"] is None
