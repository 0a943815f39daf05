"""How a sheet of xlsx shows its cells as a whole: what stands in its XML before the rows, and its hiding rules."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from data.files.hiding import SheetNotes, SheetView
from data.files.packages import local_name
from data.files.xlsx_rows import LAST_COLUMN, is_slight, is_true


def read_view(before: Sequence[ElementTree.Element], notes: SheetNotes) -> SheetView:
    """The view by the elements that stand before the rows, and by the rules. Notes hidden columns."""
    hidden_columns = notes.hidden_columns
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
        tuple(notes.rules),
    )
