"""What an entry of a pack names anywhere within it: closed by default, whoever may read it there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from pydantic import BaseModel


def list_mentioned(entry: BaseModel, names: Collection[str], apart: Collection[str] = ()) -> frozenset[str]:
    """Those of the names that stand as a value, or as a key, anywhere in an entry and in what it is made of.

    ``apart`` are fields of the entry itself that are not looked at. A word of another meaning that is spelt like a name
    is taken for it: rather one too many than one forgotten.
    """
    looked_at = (value for field, value in entry if field not in apart)
    return frozenset(word for value in looked_at for word in _list_words(value) if word in names)


def _list_words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        for _, inner in value:
            yield from _list_words(inner)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _list_words(getattr(value, each.name))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _list_words(key)
            yield from _list_words(inner)
    elif isinstance(value, Sequence | set | frozenset):
        for inner in value:
            yield from _list_words(inner)
