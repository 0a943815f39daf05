"""The texts of the sources as lines of a sheet, byte by byte."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from data.files.mistakes import name_cell
from data.rulebook.layout import TEXTS_SHEET
from data.rulebook.sheet_lines import FIRST_ROW, BookRead, Lines

HEADS = (("文件", "file"), ("文字", "text"), ("行末", "end"))
#: How a line ends, in the file and on the sheet. What begins with a mark of its encoding says so in a line of its own.
ENDS = {"\n": "", "\r\n": "回车换行", "": "不换行"}
MARKED = "文件开头有 BOM"
_LONGEST = 30_000


def write_texts_lines(texts: Mapping[str, bytes]) -> Iterator[tuple[str, str, str]]:
    """File, text and end of each line."""
    for name, content in texts.items():
        if content.startswith(codecs.BOM_UTF8):
            yield name, "", MARKED
        text = content.removeprefix(codecs.BOM_UTF8).decode()
        for line in re.findall("[^\n]*\n|[^\n]+", text):
            end = "\r\n" if line.endswith("\r\n") else "\n" if line.endswith("\n") else ""
            words = line.removesuffix(end)
            pieces = [words[at : at + _LONGEST] for at in range(0, len(words), _LONGEST)] or [""]
            yield from ((name, piece, ENDS[""]) for piece in pieces[:-1])
            yield name, pieces[-1], ENDS[end]


def read_texts_lines(lines: Lines, book: BookRead) -> dict[str, bytes]:
    """The files; what cannot be read is noted in the book."""
    ends = {word: end for end, word in ENDS.items()}
    found: dict[str, bytes] = {}
    for number, cells in lines:
        name, words, end = [*cells, "", "", ""][:3]
        if number < FIRST_ROW or not (name or words or end):
            continue
        parts = PurePosixPath(name).parts
        if not name.strip() or "\\" in name or name.startswith("/") or ".." in parts:
            book.note(TEXTS_SHEET, name_cell(number, 0), "请写 sources/ 里的文件名，例如 plan.txt")
            continue
        before = found.setdefault(name, b"")
        if end == MARKED and not before and not words:
            found[name] = codecs.BOM_UTF8
        elif end not in ends:
            book.note(TEXTS_SHEET, name_cell(number, 2), f"行末只能空着，或写{'、'.join(filter(None, ends))}")
        else:
            found[name] = before + (words + ends[end]).encode()
    return found
