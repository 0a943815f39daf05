"""Whether the look of a cell lets a person read what it holds: colours, sizes, and alignments that repeat it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from data.files.packages import local_name
from data.files.raw_cells import PICTURED, REPEATED, SAME_COLOUR, STRUCK, TINY, WHITE, UnclearCell

#: Fonts of fewer points are a line of dust.
LEAST_SIZE = 4
#: The colours of paper and of letters that have none of their own.
PAPER, INK = "paper", "ink"
_PLAIN_COLOURS = {PAPER: "FFFFFF", INK: "000000"}
_HEXADECIMAL = re.compile("[0-9A-F]{6}")
_INDEXED = {"0": INK, "1": PAPER, "8": INK, "9": PAPER, "64": INK, "65": PAPER}
#: So near to white, or to black, that nobody tells them apart.
_NEAR = 0x0F
#: The names with which fonts begin that draw signs in place of letters, and the character set that they say they have.
_PICTURED = ("wingdings", "webdings", "symbol", "opensymbol", "marlett", "mt extra", "zapf", "bookshelf", "segoe mdl2")
SIGNS = 2


def name_colour(red: int, green: int, blue: int) -> str:
    """A colour by a name of its own; those of paper and ink by theirs."""
    if min(red, green, blue) >= 0xFF - _NEAR:
        return PAPER
    return INK if max(red, green, blue) <= _NEAR else f"{red:02X}{green:02X}{blue:02X}"


def read_hexadecimal(written: str) -> str | None:
    """The name of a colour of six figures, whatever stands before them."""
    try:
        return name_colour(*bytes.fromhex(written[-6:]))
    except (ValueError, TypeError):
        return None


def judge_colours(letters: str | None, ground: str | None) -> UnclearCell | None:
    """Why letters of a colour cannot be read on a ground, if they cannot; None is a colour that is not known."""
    if letters is None or ground is None or not _are_alike(letters, ground):
        return None
    return WHITE if ground == PAPER else SAME_COLOUR


def _are_alike(one: str, other: str) -> bool:
    first, second = (_PLAIN_COLOURS.get(each, each) for each in (one, other))
    if first == second or not (_HEXADECIMAL.fullmatch(first) and _HEXADECIMAL.fullmatch(second)):
        return first == second
    pairs = zip(bytes.fromhex(first), bytes.fromhex(second), strict=True)
    return all(abs(left - right) <= _NEAR for left, right in pairs)


def draws_signs(font: str) -> bool:
    """Whether a font of that name draws signs in place of the letters that a cell holds."""
    return font.strip().strip("'\"").casefold().startswith(_PICTURED)


def judge_font(font: ElementTree.Element) -> UnclearCell | None:
    """What a font alone, of a cell or of a run of its text, does to what it writes: striking out, or hiding."""
    for mark in font:
        name, value = local_name(mark), mark.get("val", "1").strip()
        if name == "strike" and value in ("1", "true"):
            return STRUCK
        if name == "sz" and float(value) < LEAST_SIZE:
            return TINY
        if (name in ("name", "rFont") and draws_signs(value)) or (name == "charset" and value == str(SIGNS)):
            return PICTURED
    return None


def read_letters(font: ElementTree.Element) -> str | None:
    """The colour in which a font writes."""
    return next((_read_colour(mark) for mark in font if local_name(mark) == "color"), INK)


def read_ground(fill: ElementTree.Element, name: str = "fgColor") -> str | None:
    """The colour with which a fill covers a cell; ``name`` is the element that says it of a solid one.

    Of a pattern it is the one below its lines; None for a run of several colours.
    """
    patterns = [part for part in fill if local_name(part) == "patternFill"]
    if not patterns:
        stops = {_read_colour(mark) for mark in fill.iter() if local_name(mark) == "color"}
        return stops.pop() if len(stops) == 1 else None if stops else PAPER
    kind = patterns[0].get("patternType", "none")
    marks = {local_name(mark): mark for mark in fill.iter()}
    if name == "bgColor" or kind == "solid":
        return _read_colour(marks[name]) if name in marks else None
    below = marks.get("bgColor")
    # Some write the number of the colour of letters where they mean none.
    return PAPER if kind == "none" or below is None or below.get("indexed") == "64" else _read_colour(below)


def judge_alignment(style: ElementTree.Element) -> UnclearCell | None:
    """Whether the style of a cell repeats what it holds over its width: 3 is then read as 3333."""
    marks = (part for part in style if local_name(part) == "alignment")
    return REPEATED if any(mark.get("horizontal") == "fill" for mark in marks) else None


def judge_change(change: Iterable[ElementTree.Element]) -> bool:
    """Whether the look that a rule gives to cells (a dxf) hides what they hold, or shows it otherwise."""
    parts = {local_name(part): part for part in change}
    if "numFmt" in parts:
        return True
    font, fill = parts.get("font"), parts.get("fill")
    if font is not None and judge_font(font) is not None:
        return True
    letters = read_letters(font) if font is not None else INK
    ground = read_ground(fill, "bgColor") if fill is not None else PAPER
    return judge_colours(letters, ground) is not None


def _read_colour(mark: ElementTree.Element) -> str | None:
    tint = float(mark.get("tint", "0"))
    if (written := mark.get("rgb")) is not None:
        return read_hexadecimal(written) if not tint else f"{written[-6:].upper()} {tint}"
    if (theme := mark.get("theme")) is not None:
        # The first two are those of the window and of its text.
        if theme == "0" and tint >= -0.06:
            return PAPER
        return INK if theme == "1" and tint <= 0.06 else f"theme {theme} {tint}"
    if (index := mark.get("indexed")) is not None:
        return _INDEXED.get(index, f"indexed {index}")
    return INK
