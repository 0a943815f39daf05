"""What stands behind the cells of a sheet of xlsx: its merges, and the rules by which cells change their looks."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree
from xml.parsers import expat

from data.files.looks import judge_change
from data.files.packages import local_name, refuse_declarations
from data.files.raw_cells import RULED, ErrorCell, RawCell
from data.files.raw_sheets import MergeArea, Row
from data.files.xlsx_rows import LAST_COLUMN, LAST_ROW, PLACE, count_column, is_true

_CHUNK = 1 << 16
#: A plain search is many times as fast as to parse a sheet, and nearly none has anything of this.
_TOLD = (b"mergeCell", b"conditionalFormatting")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "lessThan": operator.lt,
    "lessThanOrEqual": operator.le,
    "equal": operator.eq,
    "notEqual": operator.ne,
    "greaterThanOrEqual": operator.ge,
    "greaterThan": operator.gt,
}
_OWN_ERROR = re.compile(r"(?:ISERROR|ISERR|ISNA)\(\$?([A-Z]{1,3})\$?([0-9]{1,7})\)", re.IGNORECASE)


@dataclass(frozen=True)
class HidingRule:
    """A rule that hides what cells of some areas hold, or shows it otherwise, where it applies.

    Of a value that it compares with a number this is known; ``compares`` is None where any content may be meant.
    """

    areas: tuple[MergeArea, ...]
    compares: tuple[str, tuple[float, ...]] | None = None
    errors_only: bool = False

    def hides(self, row: int, column: int, value: RawCell) -> bool:
        """Whether it may hide this value of a cell."""
        if not any(area.top <= row <= area.bottom and area.left <= column <= area.right for area in self.areas):
            return False
        if self.errors_only:
            return isinstance(value, ErrorCell)
        if self.compares is None or isinstance(value, bool) or not isinstance(value, (int, float)):
            # A text is larger than any number.
            return self.compares is None or not isinstance(value, str) or self._compare(float("inf"))
        return self._compare(float(value))

    def _compare(self, number: float) -> bool:
        assert self.compares is not None
        sign, limits = self.compares
        if sign in ("between", "notBetween"):
            return (min(limits) <= number <= max(limits)) == (sign == "between")
        return _COMPARE[sign](number, limits[0])


def mark_ruled(rows: list[Row], rules: Iterable[HidingRule]) -> None:
    """Put a mark in the place of each cell that a rule may hide; of rows that share their cells each gets its own."""
    for rule in rules:
        for at, (row, cells) in enumerate(rows):
            hidden = {
                column
                for column, value in enumerate(cells)
                if value not in (None, "") and rule.hides(row, column, value)
            }
            if hidden:
                rows[at] = (row, [RULED if column in hidden else value for column, value in enumerate(cells)])


@dataclass(frozen=True)
class SheetTail:
    """The merged areas of a sheet, and its rules that may hide something."""

    merges: tuple[MergeArea, ...] = ()
    rules: tuple[HidingRule, ...] = ()


def read_tail(open_part: Callable[[], IO[bytes]], hiding: Sequence[bool]) -> SheetTail:
    """What stands behind the cells, which takes one pass over the sheet. ``hiding`` tells which looks hide."""
    if not _is_told(open_part):
        return SheetTail()
    gatherer = _TailGatherer()
    with open_part() as part:
        for first, chunk in enumerate(iter(lambda: part.read(_CHUNK), b"")):
            if not first:
                refuse_declarations(chunk)
            gatherer.parser.Parse(chunk)
    gatherer.parser.Parse(b"", True)
    rules = [rule for found in gatherer.formattings for rule in _read_rules(found, hiding)]
    return SheetTail(tuple(gatherer.merges), tuple(rules))


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
    number = rule.get("dxfId")
    if number is not None and 0 <= int(number) < len(hiding) and hiding[int(number)]:
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
    if kind == "cellIs" and (sign in _COMPARE or sign in ("between", "notBetween")):
        try:
            limits = tuple(float(formula) for formula in formulas)
        except ValueError:
            limits = ()
        if len(limits) == (1 if sign in _COMPARE else 2):
            return HidingRule(areas, (sign, limits))
    return HidingRule(areas)


def _asks_for_own_error(formula: str, area: MergeArea) -> bool:
    found = _OWN_ERROR.fullmatch(formula)
    return found is not None and (int(found[2]), count_column(found[1].upper())) == (area.top, area.left)
