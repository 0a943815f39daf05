"""Text files by column: pieces that say plainly where their cells end are split at once, others by ``csv``.

Both ways give the same cells under the same line numbers. Plain is a piece without quotation marks, or with such
as enclose whole cells of one line, in which every line has as many cells as the first.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.csv

from data.files.blocks import ROWS_IN_BLOCK, Block, CellColumn, gather_rows, join_chunks
from data.files.contents import Content, read_pieces
from data.files.raw_sheets import Row
from indicators.entries.refusal import Signal

#: So many bytes are split together.
PIECE = 1 << 20
_MARK = "\ufeff".encode()


@dataclass(frozen=True)
class TextFile:
    """A text file and how it is to be split; ``mend`` changes the text of a piece before it is split.

    ``longest`` is the number of bytes up to which a line is known to hold no cell that is too long.
    """

    content: Content
    encoding: str
    delimiter: str
    skips_first: bool
    longest: int
    mend: Callable[[str], str] | None = None
    #: The lines on which plain pieces without long lines begin, as far as they are known.
    known_plain: set[int] = field(default_factory=set)

    def open_blocks(self) -> Iterator[Block | Row]:
        """The rows with the numbers of the lines on which they begin. Raises LineError."""
        return self._split(every=True)

    def check(self) -> Iterator[Row]:
        """The rows of those pieces that are not plain, and of those with long lines. Raises LineError."""
        for found in self._split(every=False):
            if isinstance(found, Block):
                yield from found.list_rows()
            else:
                yield found

    def _split(self, every: bool) -> Iterator[Block | Row]:
        plain = re.compile(rb'(?:(?:"(?:[^"\r\n]++|"")*+"|[^"\r\n%b]*+)(?:%b|\r?\n))*+' % (2 * (self._cut,)))
        pieces = self._list_pieces()
        line = 1
        for piece in pieces:
            if self.skips_first and line == 1:
                piece = piece[piece.index(b"\n") + 1 :]
                line += 1
            if line in self.known_plain or _is_plain(piece, plain, self.longest):
                self.known_plain.add(line)
                if not every:
                    line += _count_lines(piece)
                    continue
                if (block := self._split_plain(piece, line)) is not None:
                    line += len(block.rows)
                    # It is not held here while the rows are worked on.
                    del piece
                    yield block
                    del block
                    continue
            waiting: list[Row] = []
            records = _Records(piece, pieces, self.delimiter, line)
            for row in records.read():
                if waiting and (len(row[1]) != len(waiting[0][1]) or len(waiting) == ROWS_IN_BLOCK):
                    yield from _hand_over(waiting)
                    waiting = []
                waiting.append(row)
            yield from _hand_over(waiting)
            line = records.line

    @property
    def _cut(self) -> bytes:
        return re.escape(self.delimiter.encode())

    def _split_plain(self, piece: bytes, line: int) -> Block | None:
        first = next(csv.reader(io.StringIO(piece[: piece.index(b"\n") + 1].decode()), delimiter=self.delimiter), [])
        if len(first) < 2:
            return None
        names = [str(number) for number in range(len(first))]
        try:
            table = pa.csv.read_csv(
                pa.BufferReader(piece),
                pa.csv.ReadOptions(use_threads=False, block_size=len(piece) + 1, column_names=names),
                pa.csv.ParseOptions(
                    delimiter=self.delimiter, quote_char='"' if b'"' in piece else False, ignore_empty_lines=False
                ),
                pa.csv.ConvertOptions(
                    check_utf8=False, column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid:
            return None
        rows = np.arange(line, line + table.num_rows, dtype=np.int64)
        return Block(rows, tuple(CellColumn(join_chunks(column)) for column in table.columns))

    def _list_pieces(self) -> Iterator[bytes]:
        """The text as UTF-8, cut behind ends of lines."""
        waiting = b""
        for found in self._decode():
            room = PIECE - len(waiting)
            if len(found) >= room and (cut := found.rfind(b"\n", 0, max(room, 0)) + 1):
                # As below, with each byte copied once.
                yield b"".join((waiting, memoryview(found)[:cut]))
                waiting, found = b"", found[cut:]
            waiting = waiting + found if waiting else found
            while len(waiting) >= PIECE:
                cut = waiting.rfind(b"\n", 0, PIECE) + 1 or waiting.rfind(b"\n") + 1
                # Lines may end in carriage returns alone.
                cut = cut or waiting.rfind(b"\r", 0, len(waiting) - 1) + 1
                if not cut:
                    break
                piece, waiting = waiting[:cut], waiting[cut:]
                yield piece
        if waiting:
            yield waiting

    def _decode(self) -> Iterator[bytes]:
        pieces = read_pieces(self.content)
        if self.encoding == "utf-8-sig":
            first = next(pieces, b"")
            yield first.removeprefix(_MARK)
            yield from pieces
            return
        decoder = codecs.getincrementaldecoder(self.encoding)()
        for piece in pieces:
            text = decoder.decode(piece)
            yield (self.mend(text) if self.mend is not None else text).encode()


class LineError(Signal):
    """A text that cannot be split any further: from which line on, and what ``csv`` says of it."""

    def __init__(self, line: int, last: int, error: csv.Error) -> None:
        self.line = line
        self.last = last
        self.error = str(error)
        super().__init__(line)


class _Records:
    """The records of a piece that is not plain, and of as many further ones as its last record reaches into."""

    def __init__(self, piece: bytes, more: Iterator[bytes], delimiter: str, line: int) -> None:
        self._piece = piece
        self._more = more
        self._delimiter = delimiter
        self._ended = False
        self.line = line

    def read(self) -> Iterator[Row]:
        reader = csv.reader(self._list_lines(), delimiter=self._delimiter, strict=True)
        before = self.line - 1
        try:
            while not self._ended:
                cells = next(reader, None)
                if cells is None:
                    return
                yield self.line, cells
                self.line = before + reader.line_num + 1
        except csv.Error as error:
            raise LineError(self.line, before + reader.line_num, error) from error

    def _list_lines(self) -> Iterator[str]:
        piece: bytes | None = self._piece
        while piece is not None:
            lines = io.StringIO(piece.decode(), newline="")
            size = len(piece)
            read = 0
            for text in lines:
                read += len(text.encode())
                # Where the last line ends a record, the next piece may be plain again.
                self._ended = read >= size
                yield text
            piece = next(self._more, None)


def _is_plain(piece: bytes, plain: re.Pattern[bytes], longest: int) -> bool:
    """Whether it says plainly where its cells end, and no line is long."""
    if not piece.endswith(b"\n"):
        return False
    if b"\r" in piece:
        codes = np.frombuffer(piece, dtype=np.uint8)
        if (codes[np.flatnonzero(codes == ord("\r")) + 1] != ord("\n")).any():
            return False
    return (b'"' not in piece or plain.fullmatch(piece) is not None) and not _has_long_line(piece, longest)


def _count_lines(piece: bytes) -> int:
    return int(np.count_nonzero(np.frombuffer(piece, dtype=np.uint8) == ord("\n")))


def _has_long_line(piece: bytes, longest: int) -> bool:
    """Whether a line of a piece, which ends with one, has more bytes."""
    at = 0
    while at + longest < len(piece):
        # From the end of one line to the last one that may be reached.
        at = piece.rfind(b"\n", at, at + longest) + 1
        if not at:
            return True
    return False


def _hand_over(rows: list[Row]) -> Iterator[Block | Row]:
    block = gather_rows(rows) if len(rows) > 1 else None
    if block is not None:
        yield block
    else:
        yield from rows
