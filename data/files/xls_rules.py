"""Conditional formats of an xls sheet that hide what cells hold, or show it otherwise ([MS-XLS] CondFmt, CF, DXFN)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from data.files.hiding import HidingRule
from data.files.looks import INK, LEAST_SIZE, PAPER, judge_colours
from data.files.raw_sheets import MergeArea

_AREAS, _RULE, _LATER_AREAS, _LATER_RULE, _MORE = 0x01B0, 0x01B1, 0x0879, 0x087A, 0x087B
_CELL_IS, _BARS, _SIGNS_BESIDE = 1, 4, 6
#: Before all that records of Excel 2007 say, and behind the formulas of their rules: then comes what bars or signs are.
_HEAD, _BEHIND = 12, 22
_SIGNS = (
    "between",
    "notBetween",
    "equal",
    "notEqual",
    "greaterThan",
    "lessThan",
    "greaterThanOrEqual",
    "lessThanOrEqual",
)
#: What a look has, among its flags; and that the ground's second colour stays as it is.
_FORMAT, _FONT, _ALIGNMENT, _BORDERS, _GROUND, _SAME_GROUND = 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 18
_FONT_SIZE, _EDGES_SIZE, _STRUCK, _SAME = 118, 8, 0x80, -1
#: A formula that is one number: its first byte, and how the number is written behind it.
_NUMBERS = {0x1E: "<xH", 0x1F: "<xd"}


@dataclass
class XlsRules:
    """Takes the records of a sheet that tell of its rules; ``name`` calls a colour by its number."""

    name: Callable[[int], str]
    found: list[HidingRule] = field(default_factory=list)
    _areas: tuple[MergeArea, ...] = ()
    _number: int = 0
    #: By the number of their areas, what every rule says when it applies, for what is said of its look further down.
    _asked: dict[int, list[HidingRule]] = field(default_factory=dict)

    def take(self, kind: int, body: bytes) -> None:
        """A record; of other kinds nothing is noted."""
        if kind in (_AREAS, _LATER_AREAS):
            body = body[_HEAD if kind == _LATER_AREAS else 0 :]
            number, count = struct.unpack_from("<2xH8xH", body)
            self._number = number >> 1
            self._areas = tuple(_read_area(body, 14 + 8 * at) for at in range(count))
        elif kind == _RULE and self._areas:
            [first, second] = struct.unpack_from("<HH", body, 2)
            rule = HidingRule(self._areas, _read_comparison(body, body[len(body) - first - second :]))
            self._asked.setdefault(self._number, []).append(rule)
            self._note(rule, self._hides(body[6:]))
        elif kind in (_LATER_RULE, _MORE):
            try:
                (self._take_later if kind == _LATER_RULE else self._take_more)(body)
            except (struct.error, IndexError):
                # One that is not understood may hide.
                self.found.append(HidingRule(self._areas))

    def _note(self, rule: HidingRule, hides: bool) -> None:
        if hides:
            self.found.append(rule)

    def _take_more(self, body: bytes) -> None:
        """What Excel 2007 says of areas far above: more of the look of a rule there, or a rule that follows."""
        self._areas = (_read_area(body, 4),)
        follows, number = struct.unpack_from("<IH", body, _HEAD)
        if not follows and body[_HEAD + 13]:
            [at] = struct.unpack_from("<H", body, _HEAD + 6)
            rules = self._asked.get(number, [])
            rule = rules[at] if at < len(rules) else HidingRule(self._areas)
            self._note(rule, self._hides_by(body[_HEAD + 14 :])[0])

    def _take_later(self, body: bytes) -> None:
        """A rule of Excel 2007, which may have bars or signs that stand alone."""
        body = body[_HEAD:]
        asked, _, first, second = struct.unpack_from("<BBHH", body)
        hides, length = self._hides_by(body[6:])
        at = 6 + length + first + second
        shown = body[at + 2 + struct.unpack_from("<H", body, at)[0] + _BEHIND :]
        if asked in (_BARS, _SIGNS_BESIDE):
            hides = hides or (not shown[3] & 2 if asked == _BARS else bool(shown[5] & 1))
        self._note(HidingRule(self._areas, _read_comparison(body, body[6 + length : at])), hides)

    def _hides_by(self, look: bytes) -> tuple[bool, int]:
        """Whether a look that tells its own size hides something, and that size."""
        [size] = struct.unpack_from("<I", look)
        return (self._hides(look[4:]), 4 + size) if size else (False, 6)

    def _hides(self, look: bytes) -> bool:
        [flags] = struct.unpack_from("<I", look)
        if flags & _FORMAT:
            return True
        at, letters, ground = 6, INK, PAPER
        if flags & _FONT:
            height, marks, colour, same_marks = struct.unpack_from("<64xiI8xi4xI", look, at)
            if marks & ~same_marks & _STRUCK or (height != _SAME and height < 20 * LEAST_SIZE):
                return True
            letters = INK if colour == _SAME else self.name(colour)
            at += _FONT_SIZE
        at += _EDGES_SIZE * (bool(flags & _ALIGNMENT) + bool(flags & _BORDERS))
        if flags & _GROUND:
            [colours] = struct.unpack_from("<I", look, at)
            # A solid ground shows its second colour, other than that of a cell's own style.
            ground = self.name(colours >> (16 if flags & _SAME_GROUND else 23) & 0x7F)
        return judge_colours(letters, ground) is not None


def _read_area(body: bytes, at: int) -> MergeArea:
    top, bottom, left, right = struct.unpack_from("<4H", body, at)
    return MergeArea(top + 1, left, bottom + 1, right)


def _read_comparison(body: bytes, formulas: bytes) -> tuple[str, tuple[float, ...]] | None:
    """With what numbers a rule compares the value, and how; None where anything else is asked."""
    asked, sign, first = struct.unpack_from("<BBH", body)
    if asked != _CELL_IS or not 1 <= sign <= len(_SIGNS):
        return None
    limits = [_read_number(each) for each in (formulas[:first], formulas[first:]) if each]
    known = tuple(limit for limit in limits if limit is not None)
    return (_SIGNS[sign - 1], known) if len(known) == (2 if sign <= 2 else 1) else None


def _read_number(formula: bytes) -> float | None:
    written = _NUMBERS.get(formula[0])
    if written is None or struct.calcsize(written) != len(formula):
        return None
    return float(struct.unpack(written, formula)[0])
