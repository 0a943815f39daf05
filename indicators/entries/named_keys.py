"""Texts about keys for people who see none: who writes rules on a page or in a workbook knows a field by its title."""

from __future__ import annotations

import re

from indicators.entries.labels import WORDS

#: Keys of one word (by, kind) mean several things and stand as they are.
_KEY = re.compile(r"(?<![a-z_\d])[a-z]+(?:_[a-z]+)+(?![a-z_\d])")


def name_keys(text: str) -> str:
    """The text with each key of several words behind what it is called."""
    return _KEY.sub(lambda found: f"「{WORDS[found[0]]}」（{found[0]}）" if found[0] in WORDS else found[0], text)
