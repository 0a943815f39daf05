"""Texts without what nobody sees in them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Characters that show nothing and come along when text is copied from a web page, a chat or a PDF: all of
# Unicode's category Cf (zero width, direction of writing, tags), then joiners, fillers and variation selectors.
_INVISIBLE = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f]"
)


def drop_invisible(text: str) -> str:
    """``text`` without the characters that show nothing; white space stays."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


#: A text up to here may be a name that comes again; longer ones are not remembered.
_REMEMBERED = 200


def fold_name(text: str) -> str:
    """``text`` without white space and invisible characters, full-width forms as half-width ones (NFKC)."""
    if text.isascii() and text.isalnum():
        return text
    return _fold_known(text) if len(text) <= _REMEMBERED else fold_once(text)


def fold_once(text: str) -> str:
    """``fold_name`` for a text that will not come again."""
    return "".join(unicodedata.normalize("NFKC", drop_invisible(text)).split())


_fold_known = lru_cache(maxsize=65536)(fold_once)
