"""Texts of a workbook with the marks of their runs: raised figures stay raised, and what is struck out is no text."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

from data.files.packages import local_name
from data.files.raw_cells import STRUCK, UnclearCell

_PAPER = ("FFFFFFFF", "00FFFFFF")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
#: Figures and signs that are set above or below the line: 30 with a note 1 is no 301.
RAISED = {
    "superscript": str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"),
    "subscript": str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"),
}


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


def is_struck(font: ElementTree.Element) -> bool:
    """Whether a font, of a cell or of a run of its text, strikes out."""
    return any(local_name(mark) == "strike" and mark.get("val", "1").strip() in ("1", "true") for mark in font)


def is_white(font: ElementTree.Element) -> bool:
    """Whether a font writes in the colour of paper; that of the first theme colour is the window's own."""
    return any(_is_paper(mark) for mark in font if local_name(mark) == "color")


def is_bare(fill: ElementTree.Element) -> bool:
    """Whether a fill leaves a cell as white as paper."""
    kinds = [pattern.get("patternType", "none") for pattern in fill if local_name(pattern) == "patternFill"]
    if kinds in ([], ["none"]):
        # Anything else than a pattern is a run of colours.
        return bool(kinds) or not len(fill)
    fronts = [mark for mark in fill.iter() if local_name(mark) == "fgColor"]
    return kinds == ["solid"] and bool(fronts) and _is_paper(fronts[0])


def _is_paper(colour: ElementTree.Element) -> bool:
    tinted = float(colour.get("tint", "0")) != 0
    return not tinted and (
        colour.get("rgb", "").upper() in _PAPER or colour.get("theme") == "0" or colour.get("indexed") in ("1", "9")
    )


def read_rich(element: ElementTree.Element) -> str | UnclearCell:
    """The text of a string with its runs of formatted text, without the reading aids of Asian names (rPh)."""
    if len(element) == 1 and element[0].tag.endswith("}t"):
        return unescape(element[0].text or "")
    texts = []
    for child in element:
        if local_name(child) == "t":
            texts.append(unescape(child.text or ""))
        elif local_name(child) == "r":
            text = unescape("".join(part.text or "" for part in child if local_name(part) == "t"))
            for marks in (part for part in child if local_name(part) == "rPr"):
                if is_struck(marks) and text.strip():
                    return STRUCK
                raised = [mark.get("val", "") for mark in marks if local_name(mark) == "vertAlign"]
                text = text.translate(RAISED.get("".join(raised), {}))
            texts.append(text)
    return "".join(texts)


def unescape(text: str) -> str:
    """``_x000D_`` stands for a character that XML cannot hold."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def mark_runs(text: str, runs: Sequence[tuple[int, str]]) -> str | UnclearCell:
    """A text whose runs begin at these places with these marks: ``struck``, ``superscript``, ``subscript`` or none."""
    ends = [*(start for start, _ in runs[1:]), len(text)]
    pieces = [text[: runs[0][0]]] if runs else [text]
    for (start, mark), end in zip(runs, ends, strict=bool(runs)):
        piece = text[start:end]
        if mark == "struck" and piece.strip():
            return STRUCK
        pieces.append(piece.translate(RAISED.get(mark, {})))
    return "".join(pieces)
