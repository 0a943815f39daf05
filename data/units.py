"""The register of units: the names and aliases under which a file may call them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from indicators.model import Register, UnitEntry

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


@lru_cache(maxsize=65536)
def fold_name(text: str) -> str:
    """``text`` without white space and invisible characters, full-width forms as half-width ones (NFKC)."""
    return "".join(unicodedata.normalize("NFKC", drop_invisible(text)).split())


@dataclass(frozen=True)
class Registry:
    """Units by every name that they go by."""

    units: tuple[UnitEntry, ...]
    _ids: dict[str, str]
    _names: dict[str, str]

    @classmethod
    def from_register(cls, register: Register) -> Registry:
        """The registry of ``pack.registry``. A name that two units claim stands for neither."""
        ids: dict[str, str] = {}
        contested: set[str] = set()
        for unit in register.units:
            for name in {fold_name(word) for word in (unit.id, unit.name, *unit.aliases)}:
                if ids.setdefault(name, unit.id) != unit.id:
                    contested.add(name)
        for name in contested:
            del ids[name]
        return cls(register.units, ids, {unit.id: unit.name for unit in register.units})

    def resolve(self, name: str) -> str | None:
        """The id of the unit with that id, name or alias; None if there is none."""
        return self._ids.get(fold_name(name))

    def suggest(self, name: str) -> tuple[str, ...]:
        """Full names of at most three units that are called nearly so, the closest first."""
        folded = fold_name(name)
        near = get_close_matches(folded, self._ids, n=6, cutoff=0.5)
        if len(folded) >= 2:
            near += [known for known in self._ids if folded in known or (len(known) >= 2 and known in folded)]
        return tuple(dict.fromkeys(self._names[self._ids[known]] for known in near))[:3]

    def name(self, unit: str) -> str:
        """The full name of a unit id; the id itself if the register does not know it."""
        return self._names.get(unit, unit)
