"""What the styles of an ods workbook show: dates without their day, marks of texts, colours, and what they hide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

from data.files.looks import INK, LEAST_SIZE, PAPER, draws_signs, judge_colours, read_hexadecimal
from data.files.raw_cells import PICTURED, REPEATED, STRUCK, TINY, UNSEEN, WHITE, UnclearCell
from data.files.rich_texts import RAISED

_SPACES = {
    short: f"{{urn:oasis:names:tc:opendocument:xmlns:{long}:1.0}}"
    for short, long in (
        ("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"), ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
    )
}  # fmt: skip
OFFICE, TABLE, TEXT, _STYLE, _NUMBER, _FO = _SPACES.values()
#: Rows of less than a point's height, and columns of less than a figure's width, in millimetres.
_LEAST = {"table-row": 0.35, "table-column": 1.4}
_SIZES = {"table-row": "row-height", "table-column": "column-width"}
_LENGTH = re.compile(r"([0-9.]+)(cm|mm|in|pt|pc|px)")
_MILLIMETRES = {"cm": 10.0, "mm": 1.0, "in": 25.4, "pt": 25.4 / 72, "pc": 25.4 / 6, "px": 25.4 / 96}
#: Stand in a text for a run that is struck out, of dust or of signs, and before a pale one; no file can hold them.
_STRUCK, _TINY, _SIGNS, _PALE = "\0", "\1", "\2", "\3"
_HIDING = {_STRUCK: STRUCK, _TINY: TINY, _SIGNS: PICTURED}
_DEFAULT = "\0default "
#: What LibreOffice calls the usual format.
_GENERAL = "N0"


@dataclass
class _OdsStyle:
    """What one style says itself; None where it says nothing."""

    parent: str = ""
    number_format: str | None = None
    text: str | None = None
    tiny: bool | None = None
    signs: bool | None = None
    letters: str | None = None
    ground: str | None = None
    repeats: bool | None = None
    veiled: bool | None = None
    size: float | None = None
    others: list[tuple[str, str]] = field(default_factory=list)


class OdsStyles:
    """All styles by name: one may stand in either part of the file and take over from one in the other."""

    def __init__(self) -> None:
        self.hidden_tables: set[str] = set()
        #: Whether the sheets show zeros as nothing.
        self.hides_zeros = False
        self._days: dict[str, str] = {}
        self._sign_fonts: set[str] = set()
        self._styles: dict[str, _OdsStyle] = {}

    def collect(self, root: ElementTree.Element) -> None:
        """Note the styles of a part."""
        for style in root.iter(f"{_NUMBER}date-style"):
            parts = [part.tag for part in style]
            shown = {word for word in ("year", "month", "day") if f"{_NUMBER}{word}" in parts}
            kind = "date" if shown == {"year", "month", "day"} else "month" if shown == {"year", "month"} else "part"
            calendars = {part.get(f"{_NUMBER}calendar", "gregorian") for part in style}
            self._days[style.get(f"{_STYLE}name", "")] = kind if calendars <= {"gregorian"} else "part"
        for font in root.iter(f"{_STYLE}font-face"):
            if font.get(f"{_STYLE}font-charset") == "x-symbol":
                self._sign_fonts.add(font.get(f"{_STYLE}name", ""))
        for style in root.iter(f"{_STYLE}default-style"):
            self._note(f"{_DEFAULT}{style.get(f'{_STYLE}family', '')}", style)
        for style in root.iter(f"{_STYLE}style"):
            self._note(style.get(f"{_STYLE}name", ""), style)
            # Rules go by the names that people see.
            if (title := style.get(f"{_STYLE}display-name")) is not None and title not in self._styles:
                self._styles[title] = self._styles[style.get(f"{_STYLE}name", "")]

    def _note(self, name: str, style: ElementTree.Element) -> None:
        family = style.get(f"{_STYLE}family", "")
        parent = style.get(f"{_STYLE}parent-style-name") or ("" if name.startswith(_DEFAULT) else f"{_DEFAULT}{family}")
        noted = self._styles[name] = _OdsStyle(parent, style.get(f"{_STYLE}data-style-name"))
        for part in style:
            kind = part.tag.rpartition("}")[2]
            if family == "table" and part.get(f"{TABLE}display") == "false":
                self.hidden_tables.add(name)
            if kind == "map":
                noted.others.append((part.get(f"{_STYLE}condition", ""), part.get(f"{_STYLE}apply-style-name", "")))
            elif kind == "text-properties":
                _note_text(noted, part)
                noted.signs = self._judge_fonts(part.get(f"{_STYLE}font-name"), part.get(f"{_FO}font-family"))
            elif kind == "table-cell-properties":
                if (ground := part.get(f"{_FO}background-color")) is not None:
                    noted.ground = PAPER if ground == "transparent" else read_hexadecimal(ground) or ground
                if (repeats := part.get(f"{_STYLE}repeat-content")) is not None:
                    noted.repeats = repeats == "true"
                if (protected := part.get(f"{_STYLE}cell-protect")) is not None:
                    noted.veiled = "hidden-and-protected" in protected
            elif family in _SIZES and (length := part.get(f"{_STYLE}{_SIZES[family]}")) is not None:
                noted.size = _measure(length)

    def _judge_fonts(self, *fonts: str | None) -> bool | None:
        """Whether one of these draws signs; None where none is named."""
        named = [font for font in fonts if font is not None]
        return any(font in self._sign_fonts or draws_signs(font) for font in named) if named else None

    def _trace(self, name: str) -> Iterator[_OdsStyle]:
        """A style and those that it takes over from."""
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            name = self._styles[name].parent

    def read_day(self, name: str) -> str:
        """What cells of a style show of a date (see ``mark_day``)."""
        formats = (style.number_format for style in self._trace(name) if style.number_format is not None)
        return self._days.get(next(formats, ""), "date")

    def is_slight(self, name: str, family: str) -> bool:
        """Whether a row or column of the style is next to nothing in size."""
        traced = (*self._trace(name), *self._trace(f"{_DEFAULT}{family}"))
        size = next((style.size for style in traced if style.size is not None), None)
        return size is not None and size < _LEAST[family]

    def judge(self, name: str, text: str, is_protected: bool) -> UnclearCell | None:
        """Why what a cell of the style holds is not what is read in it, if it is not; ``text`` has marked runs."""
        if (mark := next((each for each in _HIDING if each in text), None) or self._mark_hidden(name)) is not None:
            return _HIDING[mark]
        if self._read(name, "repeats"):
            return REPEATED
        if is_protected and self._read(name, "veiled"):
            return UNSEEN
        ground = str(self._read(name, "ground") or PAPER)
        if _PALE in text and ground == PAPER:
            return WHITE
        return judge_colours(str(self._read(name, "letters") or INK), ground)

    def list_rules(self, name: str) -> list[str]:
        """The conditions under which cells of a style are shown in another one that hides what they hold."""
        others = [other for style in self._trace(name) for other in style.others]
        return [condition for condition, other in others if self.hides(other)]

    def hides(self, name: str) -> bool:
        """Whether a style that a rule gives to cells hides what they hold, or may show it otherwise."""
        if name not in self._styles:
            return False
        format_name = self._styles[name].number_format
        return format_name not in (None, _GENERAL) or self.judge(name, "", False) is not None

    def _read(self, name: str, what: str) -> str | bool | None:
        return next((said for style in self._trace(name) if (said := getattr(style, what)) is not None), None)

    def _mark_hidden(self, name: str) -> str | None:
        """The mark of what letters of a style are hidden by, if they are."""
        if self._read(name, "text") == "struck":
            return _STRUCK
        if self._read(name, "tiny"):
            return _TINY
        return _SIGNS if self._read(name, "signs") else None

    def mark_run(self, name: str, text: str) -> str:
        """The text of a run, with what its style does to it."""
        if not text.strip():
            return text
        if (hidden := self._mark_hidden(name)) is not None:
            return hidden
        text = text.translate(RAISED.get(str(self._read(name, "text") or ""), {}))
        return f"{_PALE}{text}" if self._read(name, "letters") == PAPER else text

    @staticmethod
    def drop_marks(text: str) -> str:
        """A text whose marked runs have been judged."""
        return text.replace(_PALE, "")


def _note_text(noted: _OdsStyle, part: ElementTree.Element) -> None:
    lines = [part.get(f"{_STYLE}text-line-through-{word}") for word in ("style", "type")]
    if any(line not in (None, "none") for line in lines):
        noted.text = "struck"
    elif (position := part.get(f"{_STYLE}text-position")) is not None:
        noted.text = _read_position(position.split()[0])
    elif lines != [None, None]:
        noted.text = ""
    if (size := part.get(f"{_FO}font-size")) is not None and (found := _LENGTH.fullmatch(size)) is not None:
        noted.tiny = float(found[1]) * _MILLIMETRES[found[2]] < LEAST_SIZE * _MILLIMETRES["pt"]
    if part.get(f"{_STYLE}use-window-font-color") == "true":
        noted.letters = "window"
    elif (colour := part.get(f"{_FO}color")) is not None:
        noted.letters = read_hexadecimal(colour) or colour


def _read_position(position: str) -> str:
    if position.startswith(("sub", "-")):
        return "subscript"
    return "superscript" if position.startswith("super") or position.rstrip("%").strip("0.") else ""


def _measure(length: str) -> float | None:
    found = _LENGTH.fullmatch(length)
    return float(found[1]) * _MILLIMETRES[found[2]] if found is not None else None
