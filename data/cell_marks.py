"""What the number format of a cell shows of the number that the cell holds.

A workbook stores 90 % as 0.9 and 1 March 2024 as 45352; only the format tells. Formats that show less than
is stored (a day without its year) or another number (12 for 120,000) are told apart, for the person who signs
the sheet saw what was shown.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from math import floor, isfinite

from data.raw_cells import ErrorCell, MonthDate, PartOfDate, PercentNumber, RawCell, ScaledNumber, UncachedFormula

#: Formats that Excel numbers and does not write out (those from 27 in its Chinese edition).
BUILT_IN_FORMATS = {
    **dict.fromkeys((9, 10), "percent"),
    **dict.fromkeys((14, 15, 22, 30, 31), "date"),
    **dict.fromkeys((17, 27, 36, 50, 52, 57), "month"),
    **dict.fromkeys((16, 28, 29, 51, 53, 54, 58), "part"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "time"),
}
#: Kinds that a reader which knows dates must still be told.
MARKS = frozenset({"percent", "month", "part", "scaled"})

_LITERAL = re.compile(r'"[^"]*"|\\.|!.')
_LARGE = re.compile("[十百千万亿]")


def describe_format(code: str) -> str:
    """What a number format makes of a number.

    ``number``, ``percent``, ``scaled`` (12 for 120,000), ``date`` (year, month and day), ``month`` (year and
    month), ``part`` (a date of which less is shown) or ``time``.
    """
    bare = re.sub(r"_.|\*.", "", _LITERAL.sub("", code))
    elapsed = re.search(r"\[(?:h+|m+|s+)\]", bare, re.IGNORECASE)
    bare = re.sub(r"\[[^\]]*\]", "", bare).split(";")[0].lower()
    bare = bare.replace("am/pm", "").replace("a/p", "")
    if "general" in bare:
        return "scaled" if _LARGE.search(code) else "number"
    if "%" in bare:
        return "percent"
    letters = set(bare)
    if elapsed:
        return "time"
    if letters & set("ymdhs") or (letters & {"e", "g"} and not letters & set("0#?")):
        clock = letters & set("hs")
        if not ("y" in letters or "d" in letters or ("m" in letters and not clock) or letters & {"e", "g"}):
            return "time"
        year, month = letters & {"y", "e", "g"}, "m" in letters
        if year and month and "d" in letters:
            return "date"
        return "month" if year and month and not clock else "part"
    shown = code.split(";")[0]
    if re.search(r"[0#?],+(?![0#?,])", bare) or (letters & set("0#?") and _LARGE.search(shown)):
        return "scaled"
    return "number"


def classify_format(code: str) -> str | None:
    """The mark (see ``MARKS``) of a number format as Excel writes it, or None."""
    kind = describe_format(code)
    return kind if kind in MARKS else None


def show_number(number: float, kind: str, since_1904: bool = False) -> RawCell:
    """A stored number as a cell of a format of that kind shows it."""
    if kind == "number" or not isfinite(number):
        return number
    if kind == "percent":
        return PercentNumber(number)
    if kind == "scaled":
        return ScaledNumber(number)
    if kind == "time":
        return timedelta(seconds=round(number * 86400)) if abs(number) < 1e6 else number
    # Excel shows no date below 0, and counts a 29 February 1900 that there never was.
    if not (0 if since_1904 else 1) <= number < 2958466 or (not since_1904 and floor(number) == 60):
        return number
    first = date(1904, 1, 1) if since_1904 else date(1899, 12, 30 if number >= 60 else 31)
    day = first + timedelta(days=floor(number))
    seconds = round((number - floor(number)) * 86400)
    if seconds:
        moment = datetime.combine(day, time.min) + timedelta(seconds=seconds)
        return (
            mark_value(moment, kind)
            if moment.hour or moment.minute or moment.second
            else mark_value(moment.date(), kind)
        )
    return mark_value(day, kind)


def mark_value(value: RawCell, mark: str) -> RawCell:
    """A value that a reader gave, as its cell shows it: ``mark`` is one of MARKS, an error code or ``uncached``."""
    if mark.startswith("#"):
        return ErrorCell(mark)
    if mark == "uncached":
        return UncachedFormula()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        kinds = {"percent": PercentNumber, "scaled": ScaledNumber}
        return kinds[mark](value) if mark in kinds else value
    if isinstance(value, date):
        if mark == "part":
            return PartOfDate(value.year, value.month, value.day)
        # A day other than the first was typed as a day, even if the cell shows the month only.
        if mark == "month" and value.day == 1:
            return MonthDate(value.year, value.month, 1)
    return value
