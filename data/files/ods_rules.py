"""The conditional formats of an ods workbook that may hide what cells hold, as LibreOffice and others write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from data.files.hiding import HidingRule
from data.files.ods_styles import OdsStyles
from data.files.raw_sheets import MergeArea
from data.files.xlsx_rows import count_column

CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_PLACE = r"\.\$?([A-Z]{1,3})\$?([0-9]{1,7})"
_AREA = re.compile(rf"{_PLACE}(?::[^:]*?{_PLACE})?")
_COMPARISON = re.compile(r"(?:cell-content\(\)|value\(\))?\s*(<=|>=|!=|<>|<|>|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_SIGNS = {
    "<": "lessThan", "<=": "lessThanOrEqual", "=": "equal", "!=": "notEqual", "<>": "notEqual",
    ">=": "greaterThanOrEqual", ">": "greaterThan",
}  # fmt: skip


def read_rules(formatting: ElementTree.Element, styles: OdsStyles) -> Iterator[HidingRule]:
    """The hiding rules of one ``conditional-format``."""
    areas = tuple(_list_areas(formatting.get(f"{CALC}target-range-address", "")))
    for rule in formatting:
        shows = [part.get(f"{CALC}show-value", "true") for part in (rule, *rule)]
        if "false" in shows:
            yield HidingRule(areas)
        elif styles.hides(rule.get(f"{CALC}apply-style-name", "")):
            yield read_condition(rule.get(f"{CALC}value", ""), areas)


def read_condition(condition: str, areas: tuple[MergeArea, ...]) -> HidingRule:
    """A rule for these areas that applies under a condition; any but a comparison with a number may be met."""
    if condition.strip() == "is-error":
        return HidingRule(areas, errors_only=True)
    found = _COMPARISON.fullmatch(condition.strip())
    return HidingRule(areas, (_SIGNS[found[1]], (float(found[2]),)) if found is not None else None)


def _list_areas(address: str) -> Iterator[MergeArea]:
    for left, top, right, bottom in _AREA.findall(address):
        yield MergeArea(int(top), count_column(left), int(bottom or top), count_column(right or left))
