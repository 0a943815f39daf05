"""What the format of a cell shows of the number or text that the cell holds.

A workbook stores 90 % as 0.9 and 1 March 2024 as 45352; only the format tells. Whoever signed the sheet saw what was
shown. So a format is carried out: a number is taken as a number where what is read in its cell is that number, and
what cannot be carried out exactly is not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import floor, isfinite

from data.files.raw_cells import (
    UNSEEN,
    ErrorCell,
    MonthDate,
    PaleText,
    PartOfDate,
    PercentNumber,
    RawCell,
    ShownNumber,
    UncachedFormula,
    UnclearCell,
    exact_number,
    read_shown,
)

GENERAL = "General"
_MONEY = ('"¥"#,##0', '"¥"#,##0.00')
_ACCOUNT = '_ * {0}_ ;_ * -{0}_ ;_ * "-"_ ;_ @_ '
#: Formats that Excel numbers and does not write out (those from 27 in its Chinese edition).
BUILT_IN_FORMATS = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: _MONEY[0], 6: _MONEY[0], 7: _MONEY[1], 8: _MONEY[1],
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
    40: "#,##0.00", 41: _ACCOUNT.format("#,##0"), 42: _ACCOUNT.format(_MONEY[0]), 43: _ACCOUNT.format("#,##0.00"),
    44: _ACCOUNT.format(_MONEY[1]), 48: "##0.0E+0", 49: "@",
    **dict.fromkeys((14, 15, 22, 30, 31), "yyyy/m/d"),
    **dict.fromkeys((17, 27, 36, 50, 52, 57), "yyyy/m"),
    **dict.fromkeys((16, 28, 29, 51, 53, 54, 58), "m/d"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:mm"),
}  # fmt: skip
#: The pieces of a section: words, brackets, a blank as wide as a character, a filler, figures, anything else.
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|_(?P<blank>.)|\*(?P<filler>.)'
    r"|(?P<general>general|G/通用格式)|(?P<power>e[+-])|(?P<clock>am/pm|a/p|上午/下午)|(?P<one>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)")
_COLOURS = re.compile(
    r"black|blue|cyan|green|magenta|red|yellow|[黑蓝青绿红黄]色?|洋红|(?:colou?r|颜色)\s*[0-9]+", re.IGNORECASE
)
_MONEY_SIGN = re.compile(r"\$([^-]*)(?:-([0-9A-Fa-f]+))?")
_LANGUAGE = re.compile(r"\$-([a-z]{2}(?:-[A-Z]{2})?|x-sysdate|x-systime)")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
#: Excel shows 15 digits and fills the rest with zeros; beyond, nobody reads a number.
_LARGEST, _MOST_PLACES = 10**15, 10
_BARE = frozenset("$-+(): ¥￥€£、，。：；（）")


@dataclass(frozen=True)
class FormatPiece:
    """A piece of a section: ``words`` as they are, ``figure`` (0 # ? . , %), ``general``, ``text`` (@), ``day``
    (letters of dates), ``clock``, ``elapsed``, or ``strange``."""

    kind: str
    text: str


@dataclass(frozen=True)
class FormatSection:
    """One of the up to four parts of a format, with the condition under which it holds."""

    pieces: tuple[FormatPiece, ...]
    condition: tuple[str, Decimal] | None

    def has(self, kind: str) -> bool:
        """Whether one of the pieces is of the kind."""
        return any(piece.kind == kind for piece in self.pieces)

    @property
    def words(self) -> str:
        """The words alone."""
        return "".join(piece.text for piece in self.pieces if piece.kind == "words")


@dataclass(frozen=True)
class NumberFormat:
    """A number format, by its sections."""

    sections: tuple[FormatSection, ...]

    def show(self, number: float, since_1904: bool = False) -> RawCell:
        """A stored number as its cell shows it: as itself if it is read as itself."""
        if not isfinite(number):
            return number
        exact = exact_number(number)
        section, signed = self._choose(exact)
        if section is None:
            return ShownNumber(number, None)
        if section.has("day") or section.has("elapsed"):
            return _show_day(number, section, since_1904)
        if section.has("general"):
            return number if len(section.pieces) == 1 else ShownNumber(number, _show_general(exact, section))
        if section.has("text"):
            # @ shows a number as General does, and Excel then holds most as text.
            return number if len(section.pieces) == 1 else ShownNumber(number, None)
        shown = _show_figures(exact, section, signed)
        if shown is not None and shown.strip().endswith("%") and read_shown(shown) == exact:
            return PercentNumber(number)
        # In the shortest form nothing needs to be remembered of how it was shown.
        return number if shown is not None and shown.strip() == format(exact, "f") else ShownNumber(number, shown)

    def show_text(self, text: str) -> RawCell:
        """A stored text as its cell shows it."""
        section = self.sections[3] if len(self.sections) == 4 else None
        if section is None:
            section = next((each for each in reversed(self.sections) if each.has("text")), None)
        if section is None:
            return text
        if not section.has("text") or any(piece.kind not in ("words", "text") for piece in section.pieces):
            return UNSEEN
        return "".join(text if piece.kind == "text" else piece.text for piece in section.pieces).strip(" ") or text

    def _choose(self, number: Decimal) -> tuple[FormatSection | None, bool]:
        """The section for the number, and whether a number below zero keeps its sign in it; None where Excel's
        choice is not plain."""
        sections = [each for at, each in enumerate(self.sections[:3]) if not (at and each.has("text"))]
        if any(each.condition for each in sections):
            for at, each in enumerate(sections):
                if each.condition is None and at < len(sections) - 1:
                    return None, True
                if each.condition is None or _holds(number, each.condition):
                    return (each, True) if number >= 0 else (None, True)
            return None, True
        if len(sections) == 1 or number > 0 or (number == 0 and len(sections) == 2):
            return sections[0], True
        if number < 0:
            return sections[1], False
        return sections[2], False


def _holds(number: Decimal, condition: tuple[str, Decimal]) -> bool:
    sign, limit = condition
    return {
        "<": number < limit, ">": number > limit, "<=": number <= limit,
        ">=": number >= limit, "=": number == limit, "<>": number != limit,
    }[sign]  # fmt: skip


@lru_cache(maxsize=4096)
def read_format(code: str) -> NumberFormat:
    """A format by its code, as Excel writes it."""
    sections: list[list[FormatPiece]] = [[]]
    conditions: dict[int, tuple[str, Decimal]] = {}
    for found in _PIECE.finditer(code):
        name, text = str(found.lastgroup), found[str(found.lastgroup)]
        if name == "one" and text == ";":
            sections.append([])
        elif name == "bracket" and (condition := _CONDITION.fullmatch(text)):
            conditions[len(sections) - 1] = (condition[1], Decimal(condition[2]))
        elif (piece := _read_piece(name, text)) is not None:
            sections[-1].append(piece)
    return NumberFormat(
        tuple(FormatSection(_settle(pieces), conditions.get(at)) for at, pieces in enumerate(sections[:4]))
        if len(sections) <= 4
        else (FormatSection((FormatPiece("strange", code),), None),)
    )


def _read_piece(name: str, text: str) -> FormatPiece | None:
    if name in ("quoted", "escaped"):
        return FormatPiece("words", text)
    if name == "blank":
        return FormatPiece("words", " ")
    if name == "filler":
        # Anything but a blank is repeated over the width of the column: 0*0 shows 30 as 300000.
        return None if text == " " else FormatPiece("strange", text)
    if name == "power":
        return FormatPiece("strange", text)
    if name in ("general", "clock"):
        return FormatPiece(name, text)
    if name == "bracket":
        return _read_bracket(text)
    if text in "0#?.,%":
        return FormatPiece("figure", text)
    if text == "@":
        return FormatPiece("text", text)
    if text.lower() in "ymdhsegba":
        return FormatPiece("day", text.lower())
    return FormatPiece("words" if text in _BARE or ord(text) > 0x2E7F else "strange", text)


def _read_bracket(text: str) -> FormatPiece | None:
    """Colours show nothing, but white shows no number; a calendar other than the usual shows other days."""
    if _COLOURS.fullmatch(text):
        return None
    if re.fullmatch("dbnum[0-9]", text, re.IGNORECASE):
        return FormatPiece("numerals", text)
    if _ELAPSED.fullmatch(text):
        return FormatPiece("elapsed", text.lower())
    if (named := _LANGUAGE.fullmatch(text)) and named[1] != "zh-TW" and named[1][:2] not in ("ja", "th", "ar", "he"):
        return None
    if found := _MONEY_SIGN.fullmatch(text):
        if found[1]:
            return FormatPiece("words", found[1])
        language = int(found[2] or "0", 16)
        # Beyond the language stand numerals and the calendar; Taiwan and Japan count years of their own.
        return None if language <= 0xFFFF and language & 0xFFFF not in (0x404, 0x411) else FormatPiece("strange", text)
    return FormatPiece("strange", text)


def _settle(pieces: list[FormatPiece]) -> tuple[FormatPiece, ...]:
    """Signs between the letters of a date (2024/3/1) are words; elsewhere a stroke makes a fraction."""
    dated = any(piece.kind in ("day", "elapsed") for piece in pieces)
    if not dated:
        return tuple(pieces)
    return tuple(FormatPiece("words", piece.text) if piece.text in "/,." else piece for piece in pieces)


def _show_general(number: Decimal, section: FormatSection) -> str | None:
    if any(piece.kind not in ("general", "words") for piece in section.pieces) or abs(number) >= 10**11:
        return None
    figure = format(number, "f")
    return "".join(figure if piece.kind == "general" else piece.text for piece in section.pieces)


def _show_figures(number: Decimal, section: FormatSection, signed: bool) -> str | None:
    """The figures of a number with the words around and between them; None where that is not certain."""
    if any(piece.kind not in ("figure", "words") for piece in section.pieces):
        return None
    marks = "".join(piece.text for piece in section.pieces if piece.kind == "figure")
    whole, point, parts = marks.replace("%", "").partition(".")
    scale = len(whole) - len(whole.rstrip(",")) + len(parts) - len(parts.rstrip(","))
    whole, parts = whole.rstrip(","), parts.rstrip(",")
    places, grouped = len(parts), "," in whole
    if "." in parts or "," in parts or not (whole or parts):
        return section.words if not marks else None
    number = number.scaleb(2 * marks.count("%") - 3 * scale)
    if abs(number) >= _LARGEST or places > _MOST_PLACES:
        return None
    rounded = abs(number).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    before, _, after = format(rounded, "f").partition(".")
    left = _fill_whole(before.lstrip("0"), [mark for mark in whole if mark != ","], grouped)
    # Zeros that say nothing: # leaves them out, ? leaves their room.
    idle = [{"#": "", "?": " "}.get(mark) if not after[at:].strip("0") else None for at, mark in enumerate(parts)]
    right = [after[at] if blank is None else blank for at, blank in enumerate(idle)]
    sign = "-" if signed and number < 0 else ""
    return sign + _set_among_words(section, left, right, bool(point), grouped)


def _fill_whole(digits: str, marks: list[str], grouped: bool) -> list[str]:
    """For each mark before the point the digits that it shows; the first one shows all that are left."""
    filled: list[str] = []
    count = len(marks)
    padded = digits.rjust(count, "\0")
    for at in range(count):
        piece = padded[: len(padded) - count + 1] if not at else padded[len(padded) - count + at]
        filled.append(piece.replace("\0", {"0": "0", "?": " ", "#": ""}[marks[at]]))
    if grouped:
        text = "".join(filled).strip()
        whole = f"{int(text):,}".rjust(len(text), "0") if text else ""
        if text.startswith("0") and len(text) > 1:
            whole = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", ",", text)
        return [whole, *[""] * (count - 1)]
    return filled


def _set_among_words(section: FormatSection, left: list[str], right: list[str], point: bool, grouped: bool) -> str:
    shown: list[str] = []
    after_point = False
    for piece in section.pieces:
        if piece.kind == "words" or piece.text == "%":
            shown.append(piece.text)
        elif piece.text == ".":
            shown.append("." if point else "")
            after_point = True
        elif piece.text != ",":
            queue = right if after_point else left
            shown.append(queue.pop(0))
    return "".join(shown)


def _judge_day(section: FormatSection) -> str:
    """``date`` (year, month and day), ``month`` (year and month), ``time``, or ``part`` (less, or another calendar)."""
    letters = {piece.text for piece in section.pieces if piece.kind == "day"}
    kinds = {piece.kind for piece in section.pieces}
    if section.has("elapsed"):
        return "time"
    clock = bool(letters & set("hs"))
    if not letters & set("ydeg") and (clock or "m" not in letters):
        return "time" if clock else "part"
    if kinds - {"day", "words", "clock", "numerals", "figure", "text"} or letters & set("gb"):
        return "part"
    if any(character.isdecimal() for character in section.words):
        return "part"
    year, month = letters & set("ye"), "m" in letters
    if year and month and "d" in letters:
        return "date"
    return "month" if year and month and not clock else "part"


def _show_day(number: float, section: FormatSection, since_1904: bool) -> RawCell:
    kind = _judge_day(section)
    if kind == "time":
        return timedelta(seconds=round(number * 86400)) if abs(number) < 1e6 else ShownNumber(number, None)
    # Excel shows no date below 0, and counts a 29 February 1900 that there never was.
    if not (0 if since_1904 else 1) <= number < 2958466 or (not since_1904 and floor(number) == 60):
        return ShownNumber(number, None)
    first = date(1904, 1, 1) if since_1904 else date(1899, 12, 30 if number >= 60 else 31)
    # A clock has thousandths of seconds; 23:59:59.997 belongs to its day, and less than that is dust.
    thousandths = round((number - floor(number)) * 86_400_000)
    moment = datetime.combine(first, time.min) + timedelta(days=floor(number), milliseconds=thousandths)
    return mark_day(moment if moment.time() != time.min else moment.date(), kind)


def mark_day(value: date, kind: str) -> RawCell:
    """A day as a cell shows it that shows no more of it than its ``kind``: ``date``, ``month`` or ``part``."""
    if kind == "part":
        return PartOfDate(value.year, value.month, value.day)
    # A day other than the first was typed as a day, even if the cell shows the month only.
    if kind == "month" and value.day == 1:
        return MonthDate(value.year, value.month, 1)
    return value


@dataclass(frozen=True)
class CellStyle:
    """How cells of a style show what they hold: by a format, perhaps struck out or white as a whole.

    ``on_paper``: nothing covers the white below it.
    """

    format: NumberFormat
    unclear: UnclearCell | None
    keeps_text: bool
    on_paper: bool = True

    @classmethod
    def of(cls, code: str, unclear: UnclearCell | None, on_paper: bool = True) -> CellStyle:
        """The style with the format of that code; ``unclear`` is what becomes of every content, if it does."""
        shown = read_format(code)
        return cls(shown, unclear, unclear is None and shown.show_text("x") == "x", on_paper)

    def show(self, value: RawCell, since_1904: bool) -> RawCell:
        """What a file stores in a cell, as the cell shows it."""
        if isinstance(value, PaleText) and not self.on_paper:
            value = value.text
        if value is None or value == "" or isinstance(value, (ErrorCell, UncachedFormula, UnclearCell)):
            return value
        if self.unclear is not None:
            return self.unclear
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self.format.show(float(value), since_1904)
        return self.format.show_text(value) if isinstance(value, str) else value
