"""Texts of a workbook with the marks of their runs: raised figures stay raised, and what is struck out is no text."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

from data.files.looks import PAPER, judge_font, read_letters
from data.files.packages import local_name
from data.files.raw_cells import PICTURED, STRUCK, TINY, WHITE, PaleText, UnclearCell

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
#: Figures and signs that are set above or below the line: 30 with a note 1 is no 301.
RAISED = {
    "superscript": str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"),
    "subscript": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}

_HIDING = {"struck": STRUCK, "tiny": TINY, "signs": PICTURED}


@dataclass
class Strings:
    """The shared texts of a workbook, packed: a hundred bytes apiece as objects would outweigh the rows."""

    packed: bytearray = field(default_factory=bytearray)
    ends: array[int] = field(default_factory=lambda: array("Q"))
    unclear: dict[int, UnclearCell] = field(default_factory=dict)

    def add(self, text: str | UnclearCell) -> None:
        """Append one more text."""
        if isinstance(text, UnclearCell):
            self.unclear[len(self.ends)] = text
        else:
            self.packed += text.encode("utf-8", "surrogatepass")
        self.ends.append(len(self.packed))

    def __getitem__(self, index: int) -> str | UnclearCell:
        if index < 0:
            raise IndexError(index)
        if index in self.unclear:
            return self.unclear[index]
        start = self.ends[index - 1] if index else 0
        return self.packed[start : self.ends[index]].decode("utf-8", "surrogatepass")


def read_rich(element: ElementTree.Element) -> str | UnclearCell:
    """The text of a string with its runs of formatted text, without the reading aids of Asian names (rPh)."""
    if len(element) == 1 and element[0].tag.endswith("}t"):
        return unescape(element[0].text or "")
    texts = []
    pale = False
    for child in element:
        if local_name(child) == "t":
            texts.append(unescape(child.text or ""))
        elif local_name(child) == "r":
            text = unescape("".join(part.text or "" for part in child if local_name(part) == "t"))
            for marks in (part for part in child if local_name(part) == "rPr"):
                if text.strip() and (unclear := judge_font(marks)) is not None:
                    return unclear
                pale = pale or bool(text.strip() and read_letters(marks) == PAPER)
                raised = [mark.get("val", "") for mark in marks if local_name(mark) == "vertAlign"]
                text = text.translate(RAISED.get("".join(raised), {}))
            texts.append(text)
    whole = "".join(texts)
    return PaleText(WHITE.reason, whole) if pale else whole


def unescape(text: str) -> str:
    """``_x000D_`` stands for a character that XML cannot hold."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def mark_runs(text: str, runs: Sequence[tuple[int, str]]) -> str | UnclearCell:
    """A text whose runs begin at these places with these marks: ``struck``, ``tiny``, ``signs``, ``pale`` (as white as
    paper), ``superscript``, ``subscript`` or none."""
    ends = [*(start for start, _ in runs[1:]), len(text)]
    pieces = [text[: runs[0][0]]] if runs else [text]
    pale = False
    for (start, mark), end in zip(runs, ends, strict=bool(runs)):
        piece = text[start:end]
        if mark in _HIDING and piece.strip():
            return _HIDING[mark]
        pale = pale or (mark == "pale" and bool(piece.strip()))
        pieces.append(piece.translate(RAISED.get(mark, {})))
    whole = "".join(pieces)
    return PaleText(WHITE.reason, whole) if pale else whole
