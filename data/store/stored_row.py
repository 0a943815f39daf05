"""A row of the store as a frozen dataclass, and as a mapping for what handles every kind of row alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Self


@dataclass(frozen=True)
class StoredRow(Mapping[str, Any]):
    """The fields of a subclass are the columns of its table, in their order; the mapping gives them by name."""

    @classmethod
    def read(cls, columns: Mapping[str, object]) -> Self:
        """The row of these columns; what an older one lacks is empty, as a later column begins."""
        values: dict[str, Any] = {name: columns.get(name) for name in list_columns(cls)}
        return cls(**values)

    def __getitem__(self, name: str) -> Any:
        if name not in list_columns(type(self)):
            raise KeyError(name)
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(list_columns(type(self)))

    def __len__(self) -> int:
        return len(list_columns(type(self)))


@cache
def list_columns(row_type: type[StoredRow]) -> dict[str, None]:
    """The columns of a table in its order: every field that is given by place."""
    return dict.fromkeys(each.name for each in fields(row_type) if not each.kw_only)
