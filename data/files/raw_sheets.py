"""A sheet as a file holds it, before anybody says what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from data.files.names import fold_name
from data.files.raw_cells import RawCell

if TYPE_CHECKING:
    from data.files.blocks import Block

Row = tuple[int, Sequence[RawCell]]


class MergeArea(NamedTuple):
    """Cells that were joined into one: rows from 1, columns from 0, all four included."""

    top: int
    left: int
    bottom: int
    right: int

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell is one of them."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True)
class RawSheet:
    """The cells of one sheet (``sheet`` is None for CSV), each row with its number in the file, from 1.

    For CSV that is the line on which the record starts. Rows reach from the first column, may differ in
    length, and include empty ones; only the first cell of a merge holds its value. ``open_rows`` reads them
    from the start each time it is called, so that a large sheet need not be held; it raises FileRefused where
    the file turns out to be damaged. What is hidden is known when its row is handed over. ``remarks`` says in
    Chinese what was seen and not read; ``foreign_cells``, complete when the rows have been read, names formulas
    that refer to other workbooks. ``open_blocks``, where a reader has it, gives the same rows, most of them by column.
    ``hidden_sheets`` are the names of those of the same file that nobody sees.
    """

    file_name: str
    sheet: str | None
    open_rows: Callable[[], Iterator[Row]]
    merges: tuple[MergeArea, ...] = ()
    hidden_rows: Set[int] = frozenset()
    hidden_columns: Set[int] = frozenset()
    remarks: tuple[str, ...] = ()
    foreign_cells: dict[str, None] = field(default_factory=dict)
    open_blocks: Callable[[], Iterator[Block | Row]] | None = None
    hidden_sheets: tuple[str, ...] = ()

    @property
    def rows(self) -> list[Row]:
        """All rows at once."""
        return [*self.open_rows()]


def is_empty_cell(cell: RawCell) -> bool:
    """Whether the cell holds nothing but white space."""
    return cell is None or (isinstance(cell, str) and not fold_name(cell))


def is_empty_row(cells: Sequence[RawCell]) -> bool:
    """Whether no cell holds anything but white space."""
    for cell in cells:  # noqa: SIM110 - called for every row, and a generator takes twice as long
        if cell is not None and cell != "" and not is_empty_cell(cell):
            return False
    return True


def is_example(cells: Sequence[RawCell]) -> bool:
    """Whether a row is the example of a form: its first cell with content says so (示例, 示例:城区)."""
    first = next((cell for cell in cells if not is_empty_cell(cell)), None)
    return isinstance(first, str) and is_example_text(fold_name(first))


def is_example_text(folded: str) -> bool:
    """Whether a folded text is that of an example, and not a name that begins like one (示例小学)."""
    return folded.startswith("示例") and (len(folded) == 2 or folded[2] in ":,(")
