"""Numbers that stand in an address, on a command line or in a file's own notes: read in one place."""

from __future__ import annotations

import re

#: No year, number of a page or step, size or place in an order has more digits.
_WHOLE = re.compile("[0-9]{1,15}")


_DECIMAL = re.compile("-?[0-9]{1,30}([.][0-9]{1,30})?")


def is_decimal(text: str) -> bool:
    """Whether a text that we wrote is a number, as marks are printed."""
    return _DECIMAL.fullmatch(text) is not None


def read_whole(text: str, low: int = 0, high: int = 10**15) -> int | None:
    """The number that plain digits write, if it lies from ``low`` to ``high``; None for anything else.

    Python takes ², ٣ and １ for digits too, and gives up at some thousand of them.
    """
    if not _WHOLE.fullmatch(text):
        return None
    number = int(text)
    return number if low <= number <= high else None
