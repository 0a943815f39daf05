"""A document as plain data: what it says, in the order in which it is read. Renderers lay it out and add no word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from indicators.entries.numbers import is_decimal

Align = Literal["left", "center", "right"]
Kind = Literal["score", "notice", "feedback", "rectification", "leader", "rules"]


@dataclass(frozen=True)
class Stamp:
    """What stands on every page: which run this is, of which data, how to check it, and what is ``newer`` than it.

    ``paper`` stands in place of all that, where a paper is of no run.
    """

    run: str
    as_of: str
    checksum: str
    trail: str = ""
    fictional: str = ""
    newer: str = ""
    paper: str = ""

    @property
    def warning(self) -> str:
        """What a reader must not miss on any page."""
        return " ".join(text for text in (self.fictional, self.newer) if text)

    @property
    def line(self) -> str:
        """The foot of a page."""
        return " · ".join(line for line in self.lines if line)

    @property
    def lines(self) -> tuple[str, str]:
        """The foot of a narrow page: the run and its data; the head of the trail."""
        if self.paper:
            return self.paper, ""
        run = f"评分运行 {self.run} · 数据截至 {self.as_of} · 结果校验码 {self.checksum}"
        return run, f"留痕 {self.trail or '—'}"


@dataclass(frozen=True)
class TableColumn:
    """A column; ``width`` is in Chinese characters. ``number`` - its cells are numbers where they look like one."""

    title: str
    width: int
    align: Align = "left"
    number: bool = False


@dataclass(frozen=True)
class Row:
    """One line of a table; a ``group`` has one cell that spans all columns."""

    cells: tuple[str, ...]
    kind: Literal["plain", "group", "subtotal"] = "plain"


@dataclass(frozen=True)
class Table:
    """A table whose head is repeated on every page. ``ranked``: column of ranks and column of totals, and how many
    of the first rows take part, where a spreadsheet can rank by itself."""

    columns: tuple[TableColumn, ...]
    rows: tuple[Row, ...]
    empty: str = "没有可列的内容。"
    ranked: tuple[int, int, int] | None = None

    def on_paper(self) -> Table:
        """The same with a minus (−) before what is below zero; a spreadsheet takes the numbers as they are."""
        return replace(self, rows=tuple(self._print_row(row) for row in self.rows))

    def _print_row(self, row: Row) -> Row:
        if row.kind == "group":
            return row
        cells = (
            f"−{text[1:]}" if column.number and text.startswith("-") and is_decimal(text) else text
            for column, text in zip(self.columns, row.cells, strict=True)
        )
        return replace(row, cells=tuple(cells))


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is 一、, level 2 is (一)."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text; ``note`` is small print."""

    text: str
    note: bool = False


@dataclass(frozen=True)
class Signature:
    """Lines to sign on, who issues the document and the place for stamp and date."""

    lines: tuple[str, ...]
    issuer: str


Block = Table | Heading | Paragraph | Signature


@dataclass(frozen=True)
class Document:
    """A whole document; ``name`` is what its file is called, without an ending.

    ``one_page`` - it is set small enough to stay on one page; what it says has to be short enough for that.
    """

    kind: Kind
    name: str
    title: str
    subtitle: str
    letterhead: str
    stamp: Stamp
    blocks: tuple[Block, ...]
    landscape: bool = False
    one_page: bool = False
