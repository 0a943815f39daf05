"""Long lists in a sentence: the first of them, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence


def shorten_list(
    names: Sequence[object], most: int, of: str = "", *, mark: str = "、", number: int | None = None
) -> str:
    """「甲、乙等 5 项」: the first ``most`` and how many there are ``of`` what; all of them where there are no more.

    Without ``of`` it ends in 等 alone. ``number``: how many there are, where ``names`` are not all of them.
    """
    shown, number = mark.join(map(str, names[:most])), len(names) if number is None else number
    if number <= min(most, len(names)):
        return shown
    gap = " " if shown[-1:].isascii() else ""
    return f"{shown}{gap}等 {number} {of}" if of else f"{shown}{gap}等"


def list_rows(rows: Sequence[int], most: int, *, number: int | None = None) -> str:
    """「3、4 行」, and 「3、4 等 20 行」 of more than ``most``: what follows 第 and a blank."""
    named = shorten_list(rows, most, "行", number=number)
    return named if named.endswith("行") else f"{named} 行"
