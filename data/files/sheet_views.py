"""How a sheet of xlsx shows its cells as a whole: what stands in its XML before the rows, and its hiding rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from data.files.packages import local_name
from data.files.raw_cells import FORMULAS, RULED, RawCell, ShownNumber, UnclearCell
from data.files.sheet_tails import HidingRule
from data.files.xlsx_rows import LAST_COLUMN, is_slight, is_true


@dataclass(frozen=True)
class SheetView:
    """Whether zeros are shown as nothing, and formulas in place of results; the height of rows without one of their
    own, where it is slight; and rules that hide."""

    hides_zeros: bool = False
    shows_formulas: bool = False
    slight_height: str | None = None
    rules: tuple[HidingRule, ...] = ()

    @property
    def is_usual(self) -> bool:
        """Whether every cell shows what it holds by its style alone."""
        return self == SheetView()

    def show(self, row: int, column: int, value: RawCell) -> RawCell:
        """What is shown of the value of a cell, which is as its style shows it."""
        if self.hides_zeros and value == 0 and isinstance(value, float):
            return ShownNumber(0, "")
        if self.shows_formulas and not isinstance(value, (str, UnclearCell)) and value is not None:
            return FORMULAS
        if value not in (None, "") and any(rule.hides(row, column, value) for rule in self.rules):
            return RULED
        return value


def read_view(
    before: Sequence[ElementTree.Element], hidden_columns: set[int], rules: Sequence[HidingRule]
) -> SheetView:
    """The view by the elements that stand before the rows. Notes hidden columns."""
    parts = [*before, *(child for element in before for child in element)]
    views = [part for part in parts if local_name(part) == "sheetView"]
    formats = [part for part in parts if local_name(part) == "sheetFormatPr"]
    columns = [part for part in parts if local_name(part) == "col"]
    if any(is_slight(each.get("defaultColWidth", each.get("baseColWidth"))) for each in formats):
        hidden_columns.update(range(LAST_COLUMN))
    for column in columns:
        covered = range(int(column.attrib["min"]) - 1, min(int(column.attrib["max"]), LAST_COLUMN))
        if is_true(column.get("hidden")) or is_slight(column.get("width")):
            hidden_columns.update(covered)
        elif column.get("width") is not None:
            hidden_columns.difference_update(covered)
    return SheetView(
        any(not is_true(view.get("showZeros", "1")) for view in views),
        any(is_true(view.get("showFormulas")) for view in views),
        next((height for each in formats if is_slight(height := each.get("defaultRowHeight"))), None),
        tuple(rules),
    )
