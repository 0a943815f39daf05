"""What is wrong with a file that was reported: where, what, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indicators.entries.refusal import Refusal

#: So many mistakes are printed; all of them stay in ``FileRefused.mistakes``.
PRINTED = 50
_LONGEST_TEXT = 2000


@dataclass(frozen=True)
class FileMistake:
    """A mistake in a cell, a sheet or a whole file; parts that it has not are ``None``.

    ``str()`` gives ``training.xlsx 培训学时!D17: …``, for CSV ``training.csv D17: …``.
    """

    file: str | None
    sheet: str | None
    cell: str | None
    text: str

    def __post_init__(self) -> None:
        # What is quoted of a cell may be long; what is wrong with it stands before and how to mend it behind.
        if len(self.text) > _LONGEST_TEXT:
            object.__setattr__(self, "text", f"{self.text[: _LONGEST_TEXT - 300]}……{self.text[-300:]}")

    @property
    def order(self) -> tuple[int, int, str]:
        """Sorts the mistakes of a sheet as they stand on it; those of the whole sheet come first."""
        letters, digits = re.fullmatch(r"([A-Z]*)\D*([0-9]*)\D*", self.cell or "").groups()  # type: ignore[union-attr]
        return int(digits or 0), len(letters), letters

    def __str__(self) -> str:
        place = self.cell or ""
        if self.sheet is not None:
            place = f"{self.sheet}!{place}" if place else self.sheet
        where = " ".join(word for word in (self.file, place) if word)
        return f"{where}：{self.text}" if where else self.text


@dataclass(frozen=True)
class Understood:
    """How a sheet was understood, whether it was taken or not.

    ``table`` is the title of what it reports; ``columns`` have their letter, their title as written, and the title
    that they were taken for. ``rows`` were read as data; ``remarks``, in Chinese, say what was left out and why.
    """

    file: str
    sheet: str | None
    table: str
    columns: tuple[tuple[str, str, str], ...]
    rows: int
    remarks: tuple[str, ...]


class FileRefused(Refusal):
    """Files were not taken. ``mistakes`` holds every mistake of every file; nothing was stored.

    ``understood`` has the sheets of all files of which the header was found, with and without mistakes.
    """

    def __init__(self, mistakes: Sequence[FileMistake], understood: Sequence[Understood] = ()) -> None:
        self.mistakes = list(mistakes)
        self.understood = list(understood)
        super().__init__(self.mistakes)

    def __str__(self) -> str:
        lines = [str(mistake) for mistake in self.mistakes[:PRINTED]]
        if len(self.mistakes) > PRINTED:
            lines.append(f"……另有 {len(self.mistakes) - PRINTED} 处错误未列出")
        return "\n".join([f"没有导入：共 {len(self.mistakes)} 处错误，改正后请重新导入全部文件", *lines])


def name_column(index: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def name_cell(row: int, column: int) -> str:
    """The cell in that row of the file (from 1) and column (from 0), as Excel names it."""
    return f"{name_column(column)}{row}"
