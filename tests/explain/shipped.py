"""The shipped pack with marks that these tests state themselves: what they show must not hang on the office's table."""

from __future__ import annotations

from decimal import Decimal

from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack

#: Indicator -> the counties' full marks.
MARKS = {
    "11.catalogue": "4",
    "15.certified": "2.5",
    "20.disclosure": "2.5",
    "21.appearance": "1.5",
    "21.double-fall": "3",
    "35.lectures": "3",
    "35.off-job": "3",
    "35.reconsideration-training": "3",
}


def load_shipped() -> Pack:
    """The Jincheng pack, its rules as shipped and the marks of :data:`MARKS`."""
    pack = load_pack(find_pack("jincheng-2021-2025"))
    indicators = tuple(
        entry.model_copy(update={"marks": {**entry.marks, "counties": Decimal(MARKS[entry.id])}})
        if entry.id in MARKS
        else entry
        for entry in pack.indicators
    )
    return pack.model_copy(update={"indicators": indicators})
