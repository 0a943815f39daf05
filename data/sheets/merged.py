"""Merged cells among the data: what one value says about several rows."""

from __future__ import annotations

from collections.abc import Sequence

from data.files.mistakes import FileMistake, name_cell
from data.files.raw_cells import RawCell
from data.files.raw_sheets import MergeArea, RawSheet, is_empty_cell
from data.sheets.headers import Header
from indicators.entries.shortlist import shorten_list
from indicators.entries.tables import Column, Dataset

#: A number merged over rows may be each row's or the rows' together; a word or a year is each row's.
_SHARED_TYPES = frozenset(("unit", "text", "choice", "indicator", "year", "flag"))
_NAMED = 3


class MergedCells:
    """Gives each row the values of the merged cells that reach over it; rows must be shown in order.

    Unit, text, choice, indicator, year and flag cells, and dates of the key, hold for every row that they were
    merged over. Merged numbers and other dates, and cells merged over two titled columns, are mistakes.
    """

    def __init__(self, sheet: RawSheet, dataset: Dataset, header: Header) -> None:
        self._sheet = sheet
        self._dataset = dataset
        self._names = {position: name for name, position in header.positions.items()}
        below = [merge for merge in sheet.merges if merge.top > header.row and merge.bottom >= merge.top]
        self._coming = sorted(below, reverse=True)
        self._open: list[tuple[MergeArea, RawCell]] = []
        self._told: set[MergeArea] = set()
        self._used: dict[str, dict[MergeArea, None]] = {}

    def reach_into(self, first: int, last: int) -> bool:
        """Whether a merge concerns any of these rows, which are the next ones."""
        return any(merge.bottom >= first for merge, _ in self._open) or bool(
            self._coming and self._coming[-1].top <= last
        )

    def fill(self, row: int, cells: Sequence[RawCell], is_data: bool) -> tuple[Sequence[RawCell], list[FileMistake]]:
        """The row with what was merged into it, and what is wrong with that; rows that are no data stay as they are."""
        if not self._open and (not self._coming or self._coming[-1].top > row):
            return cells, []
        while self._coming and self._coming[-1].top <= row:
            merge = self._coming.pop()
            value = cells[merge.left] if merge.top == row and merge.left < len(cells) else None
            self._open.append((merge, value))
        self._open = [(merge, value) for merge, value in self._open if merge.bottom >= row]
        if not is_data:
            return cells, []
        filled = list(cells)
        mistakes: list[FileMistake] = []
        for merge, value in self._open:
            mistakes += self._fill_one(merge, value, row, filled)
        return filled, mistakes

    def _fill_one(self, merge: MergeArea, value: RawCell, row: int, filled: list[RawCell]) -> list[FileMistake]:
        titled = [at for at in range(merge.left, merge.right + 1) if at in self._names] if merge.right < 16384 else []
        columns = [column for at in titled if (column := self._dataset.column(self._names[at]))]
        if not columns:
            return []
        if (wrong := self._judge(merge, columns)) is not None:
            if merge in self._told:
                return []
            self._told.add(merge)
            return [FileMistake(self._sheet.file_name, self._sheet.sheet, name_cell(merge.top, merge.left), wrong)]
        if merge.top == row:
            return []
        [at], [column] = titled, columns
        filled += [None] * (at + 1 - len(filled))
        if not is_empty_cell(filled[at]) and filled[at] != value:
            text = (
                f"「{column.title}」的这一格在合并单元格 {_show_range(merge)} 之内，"
                f"却另有内容「{filled[at]}」（看不见）；"
                "请取消合并，核对后逐行填写"
            )
            return [FileMistake(self._sheet.file_name, self._sheet.sheet, name_cell(row, at), text)]
        filled[at] = value
        self._used.setdefault(column.title, {})[merge] = None
        return []

    def _judge(self, merge: MergeArea, columns: Sequence[Column]) -> str | None:
        place = _show_range(merge)
        if len(columns) > 1:
            titles = "、".join(f"「{column.title}」" for column in columns)
            return f"{place} 把{titles}几列合并成了一格，分不清填的是哪一列；请取消合并后分别填写"
        column = columns[0]
        if merge.bottom == merge.top or column.type in _SHARED_TYPES:
            return None
        if column.type == "date":
            if column.name in self._dataset.key:
                return None
            return f"「{column.title}」的 {place} 合并了几行，分不清是不是每一行都是这一天；请取消合并，逐行填写"
        return f"「{column.title}」的 {place} 合并了几行，分不清是每一行的数还是几行的合计；请取消合并，逐行填写"

    def remarks(self) -> list[str]:
        """Which merged cells were read into several rows."""
        found = []
        for title, merges in self._used.items():
            named = shorten_list([_show_range(merge) for merge in merges], _NAMED, "处")
            found.append(f"「{title}」的合并单元格 {named}，其中每一行都按这一格的内容读")
        return found


def _show_range(merge: MergeArea) -> str:
    return f"{name_cell(merge.top, merge.left)}:{name_cell(merge.bottom, merge.right)}"
