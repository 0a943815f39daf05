"""What stands behind the cells of a sheet of xlsx: its merges, and the rules by which cells change their looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

from data.files.hiding import COMPARE, HidingRule, SheetNotes
from data.files.looks import judge_change
from data.files.packages import local_name, refuse_declarations
from data.files.raw_sheets import MergeArea
from data.files.xlsx_rows import LAST_COLUMN, LAST_ROW, PLACE, count_column, is_true

_CHUNK = 1 << 16
#: A plain search is many times as fast as to parse a sheet, and nearly none has anything of this.
_TOLD = (b"mergeCell", b"conditionalFormatting")
_OWN_ERROR = re.compile(r"(?:ISERROR|ISERR|ISNA)\(\$?([A-Z]{1,3})\$?([0-9]{1,7})\)", re.IGNORECASE)


def read_tail(open_part: Callable[[], IO[bytes]], hiding: Sequence[bool]) -> SheetNotes:
    """The merges and the hiding rules of a sheet, in one pass over it. ``hiding`` tells which looks hide."""
    if not _is_told(open_part):
        return SheetNotes()
    gatherer = _TailGatherer()
    with open_part() as part:
        for first, chunk in enumerate(iter(lambda: part.read(_CHUNK), b"")):
            if not first:
                refuse_declarations(chunk)
            gatherer.parser.Parse(chunk)
    gatherer.parser.Parse(b"", True)
    return SheetNotes(gatherer.merges, [rule for found in gatherer.formattings for rule in _read_rules(found, hiding)])


def hides_by(number: str | None, hiding: Sequence[bool]) -> bool:
    """Whether the look of that number, if there is one, hides something."""
    return number is not None and 0 <= int(number) < len(hiding) and hiding[int(number)]


def parse_range(reference: str) -> MergeArea:
    """``A3:B9`` as a MergeArea. Raises ValueError."""
    first, _, last = reference.partition(":")
    ends = [PLACE.fullmatch(end) for end in (first, last or first)]
    if ends[0] is None or ends[1] is None:
        raise ValueError(f"no range of cells: {reference}")
    rows = sorted(int(end[2]) for end in ends if end)
    columns = sorted(count_column(end[1]) for end in ends if end)
    return MergeArea(rows[0], columns[0], rows[1], columns[1])


def _is_told(open_part: Callable[[], IO[bytes]]) -> bool:
    before = b""
    with open_part() as part:
        for chunk in iter(lambda: part.read(_CHUNK), b""):
            joined = before + chunk
            if any(word in joined for word in _TOLD):
                return True
            before = chunk[-len(max(_TOLD, key=len)) :]
    return False


class _TailGatherer:
    """Takes the tags of a sheet one by one, and keeps those that are asked for."""

    def __init__(self) -> None:
        self.merges: list[MergeArea] = []
        self.formattings: list[ElementTree.Element] = []
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self._start
        self._builder: ElementTree.TreeBuilder | None = None
        self._depth = 0

    def _start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if self._builder is None and name == "conditionalFormatting":
            self._builder = ElementTree.TreeBuilder()
            # Of the cells, of which there may be many, ends and texts are not asked for.
            self.parser.EndElementHandler, self.parser.CharacterDataHandler = self._end, self._builder.data
        if self._builder is not None:
            self._depth += 1
            self._builder.start(tag, given)
        elif name == "mergeCell":
            self.merges.append(parse_range(given.get("ref", "")))

    def _end(self, tag: str) -> None:
        assert self._builder is not None
        self._depth -= 1
        self._builder.end(tag)
        if not self._depth:
            self.formattings.append(self._builder.close())
            self._builder = self.parser.EndElementHandler = self.parser.CharacterDataHandler = None


def _read_rules(formatting: ElementTree.Element, hiding: Sequence[bool]) -> list[HidingRule]:
    """The hiding rules of one list of areas, as Excel 2007 writes them or in the way of later ones."""
    hidden = [rule for rule in formatting if local_name(rule) == "cfRule" and _may_hide(rule, hiding)]
    if not hidden:
        return []
    places = next((part.text for part in formatting if local_name(part) == "sqref"), formatting.get("sqref"))
    try:
        areas = tuple(parse_range(each) for each in (places or "").split())
    except ValueError:
        areas = (MergeArea(1, 0, LAST_ROW, LAST_COLUMN),)
    return [_read_rule(rule, areas) for rule in hidden if areas]


def _may_hide(rule: ElementTree.Element, hiding: Sequence[bool]) -> bool:
    if hides_by(rule.get("dxfId"), hiding):
        return True
    parts = [(local_name(part), part) for part in rule]
    if any(name in ("dataBar", "iconSet") and not is_true(part.get("showValue", "1")) for name, part in parts):
        return True
    return any(name == "dxf" and judge_change(part) for name, part in parts)


def _read_rule(rule: ElementTree.Element, areas: tuple[MergeArea, ...]) -> HidingRule:
    formulas = [(part.text or "").strip() for part in rule if local_name(part) in ("formula", "f")]
    kind, sign = rule.get("type", ""), rule.get("operator", "")
    if kind == "containsErrors" or (kind == "expression" and formulas and _asks_for_own_error(formulas[0], areas[0])):
        return HidingRule(areas, errors_only=True)
    if kind == "cellIs" and (sign in COMPARE or sign in ("between", "notBetween")):
        try:
            limits = tuple(float(formula) for formula in formulas)
        except ValueError:
            limits = ()
        if len(limits) == (1 if sign in COMPARE else 2):
            return HidingRule(areas, (sign, limits))
    return HidingRule(areas)


def _asks_for_own_error(formula: str, area: MergeArea) -> bool:
    found = _OWN_ERROR.fullmatch(formula)
    return found is not None and (int(found[2]), count_column(found[1].upper())) == (area.top, area.left)
