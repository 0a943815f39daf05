"""Parsers that also know the units, the indicators and how people are written."""

from __future__ import annotations

import re
from collections.abc import Callable

from data.cells.values import CellMistake, Parsed
from data.files.names import fold_name
from data.register.units import Registry, Undecided
from data.sheets.other_rows import TOTALS
from indicators.entries.tables import Column

#: Letters of alphabets of which some look like ours: Ο, А, Р.
_ALIKE = re.compile("[\u0370-\u03ff\u0400-\u052f]")
#: Looking for similar names is slow; a file of another city would need thousands of suggestions.
SUGGESTIONS = 20


def add_lookup(
    parse: Callable[[object], Parsed], column: Column, registry: Registry, indicators: frozenset[str]
) -> Callable[[object], Parsed]:
    """A parser that also looks units and indicators up."""
    if column.type not in ("unit", "indicator"):
        return parse
    known: dict[str, Parsed] = {}
    refused: set[str] = set()

    def look_up(name: str) -> Parsed:
        if column.type == "indicator":
            return (
                name if name in indicators else CellMistake(f"「{column.title}」填的「{name}」不是本指标包的指标编号")
            )
        unit = registry.resolve(name)
        if unit is not None:
            return unit
        if registry.list_claims(name):
            return Undecided(name)
        refused.add(name)
        return _refuse_unit(name, column, registry, may_suggest=len(refused) <= SUGGESTIONS)

    def parse_known(value: object) -> Parsed:
        text = parse(value)
        if not isinstance(text, str):
            return text
        if text not in known:
            known[text] = look_up(text)
        return known[text]

    return parse_known


def _refuse_unit(name: str, column: Column, registry: Registry, may_suggest: bool) -> CellMistake:
    if fold_name(name).rstrip(":").endswith(TOTALS):
        return CellMistake(f"「{column.title}」填的是「{name}」，像是合计行又认不准；请删去合计行，或只写「合计」")
    near = registry.suggest(name) if may_suggest else ()
    hint = f"；是不是「{'」或「'.join(near)}」？" if near else "；"
    return CellMistake(f"名录里没有单位「{name}」{hint}请改用名录中的全称、简称或编号")


def read_named(parse: Callable[[object], Parsed], column: Column, value: object) -> Parsed:
    """What ``parse`` makes of a cell that names somebody, in one form."""
    found = parse(value)
    return read_person(found, column) if isinstance(found, str) else found


def read_person(name: str, column: Column) -> str | CellMistake:
    """A name in one form. A question mark or a box in it stands for a rare character that a program lost."""
    folded = fold_name(name)
    if lost := re.search("[?□■〓�]", folded):
        return CellMistake(
            f"「{column.title}」填的是「{name}」，其中的「{lost[0]}」多半是没有保存下来的生僻字；"
            "请另存为 xlsx 或「CSV UTF-8」，并补上这个字"
        )
    if (alike := _ALIKE.search(folded)) and re.search("[0-9A-Za-z]", folded):
        return CellMistake(
            f"「{column.title}」填的是「{name}」，其中的「{alike[0]}」是希腊或俄文字母，只是看起来像英文字母或数字；"
            "请改用英文字母和数字"
        )
    return folded
