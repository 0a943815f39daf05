"""How the cells of an xls workbook look: its fonts, colours and formats, put together to the styles of cells."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from data.files.looks import INK, LEAST_SIZE, PAPER, SIGNS, draws_signs, judge_colours, name_colour
from data.files.number_formats import BUILT_IN_FORMATS, GENERAL, CellStyle
from data.files.raw_cells import PICTURED, REPEATED, STRUCK, TINY, UnclearCell

_FORMAT, _XF, _FONT, _PALETTE = 0x041E, 0x00E0, 0x0031, 0x0092
#: The numbers of black and white among the colours, of the window's own too.
_INDEXED = dict.fromkeys((0, 8, 64, 0x7FFF), INK) | dict.fromkeys((1, 9, 65), PAPER)
#: What a pattern lets be seen: paper where there is none, the first colour where it is solid, else mostly the second.
_NO_PATTERN, _SOLID = 0, 1


@dataclass(frozen=True)
class _XlsFont:
    mark: str
    unclear: UnclearCell | None
    colour: int


@dataclass(frozen=True)
class _XlsStyle:
    font: int
    number_format: int
    unclear: UnclearCell | None
    pattern: int
    ground: int


@dataclass
class XlsLooks:
    """Takes the records of the workbook that tell of looks, in their order."""

    _codes: dict[int, str] = field(default_factory=lambda: dict(BUILT_IN_FORMATS))
    _fonts: list[_XlsFont] = field(default_factory=list)
    _styles: list[_XlsStyle] = field(default_factory=list)
    _palette: dict[int, str] = field(default_factory=dict)

    def take(self, kind: int, body: bytes) -> None:
        """A record; of other kinds nothing is noted."""
        if kind == _FORMAT:
            number, length = struct.unpack_from("<HH", body)
            self._codes[number] = read_text(body, 4, length)
        elif kind == _FONT:
            # Number 4 is left out of the count.
            self._fonts += [self._read_font(body)] * (2 if len(self._fonts) == 3 else 1)
        elif kind == _PALETTE:
            [count] = struct.unpack_from("<H", body)
            self._palette = {8 + at: name_colour(*body[2 + 4 * at : 5 + 4 * at]) for at in range(count)}
        elif kind == _XF:
            font, code, aligned, borders, ground = struct.unpack_from("<HH2xB7xIH", body)
            unclear = REPEATED if aligned & 7 == 4 else None
            pattern = borders >> 26
            seen = ground if pattern == _SOLID else ground >> 7
            self._styles.append(_XlsStyle(font, code, unclear, pattern, seen & 0x7F))

    def list_styles(self) -> list[CellStyle]:
        """The styles of cells by their numbers."""
        return [self._dress(style) for style in self._styles]

    def list_marks(self) -> list[str]:
        """What each font does to a run of a text (see ``mark_runs``)."""
        pale = [self.name_colour(font.colour) == PAPER for font in self._fonts]
        return [font.mark or ("pale" if is_pale else "") for font, is_pale in zip(self._fonts, pale, strict=True)]

    @staticmethod
    def _read_font(body: bytes) -> _XlsFont:
        height, colour = struct.unpack_from("<H2xH", body)
        if body[2] & 8:
            return _XlsFont("struck", STRUCK, colour)
        if height < 20 * LEAST_SIZE:
            return _XlsFont("tiny", TINY, colour)
        if body[12] == SIGNS or draws_signs(read_text(body, 15, body[14])):
            return _XlsFont("signs", PICTURED, colour)
        return _XlsFont(("", "superscript", "subscript")[min(body[8], 2)], None, colour)

    def _dress(self, style: _XlsStyle) -> CellStyle:
        code = self._codes.get(style.number_format, GENERAL)
        ground = PAPER if style.pattern == _NO_PATTERN else self.name_colour(style.ground)
        if style.font >= len(self._fonts):
            return CellStyle.of(code, style.unclear, ground == PAPER)
        font = self._fonts[style.font]
        unclear = font.unclear or style.unclear or judge_colours(self.name_colour(font.colour), ground)
        return CellStyle.of(code, unclear, ground == PAPER)

    def name_colour(self, colour: int) -> str:
        """A colour by its number, as the workbook's palette has it."""
        return self._palette.get(colour) or _INDEXED.get(colour, str(colour))


def read_text(body: bytes, offset: int, length: int) -> str:
    """A text of so many characters, behind the byte that tells how wide these are."""
    wide = body[offset] & 1
    text = body[offset + 1 : offset + 1 + length * (2 if wide else 1)]
    return text.decode("utf-16-le" if wide else "latin-1")
