"""What of two packs is not the same beside their indicators, value by value, as the packs write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from indicators.entries.labels import WORDS
from indicators.pack.model import Pack
from indicators.pack.plain_values import Plain, write_plain
from scoring.results.changed_rules import list_common

NOTHING = "（没有）"


def list_changed_values(older: Pack, newer: Pack) -> tuple[str, ...]:
    """A line for each: 「考核组 县 满分：26 → 24」."""
    names = {each.id: each.title for pack in (older, newer) for each in pack.head.cohorts}
    names |= {each.id: each.title for pack in (older, newer) for each in pack.head.sections}
    lines = []
    for field, sides in list_common(older, newer).items():
        before, after = (dict(_list_leaves(write_plain(side), (WORDS.get(field, field),), names)) for side in sides)
        for path in dict.fromkeys((*before, *after)):
            if before.get(path) != after.get(path):
                old, new = before.get(path, NOTHING), after.get(path, NOTHING)
                lines.append(f"{' '.join(path)}：{old} → {new}")
    return tuple(lines)


def _list_leaves(
    value: Plain, path: tuple[str, ...], names: Mapping[str, str]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every value with the words that lead to it: keys by their Chinese names, entries of a list by their own."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _list_leaves(each, (*path, names.get(key) or WORDS.get(key, key)), names)
    elif (
        isinstance(value, Sequence) and not isinstance(value, str) and any(isinstance(each, Mapping) for each in value)
    ):
        for number, each in enumerate(value, 1):
            yield from _list_leaves(each, (*path, _name(each) or f"第 {number} 个"), names)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield path, "、".join(map(str, value))
    elif value is not None:
        yield path, ("是" if value else "否") if isinstance(value, bool) else str(value)


def _name(entry: Plain) -> str:
    if not isinstance(entry, Mapping):
        return ""
    return str(entry.get("title") or entry.get("name") or entry.get("id") or "")
