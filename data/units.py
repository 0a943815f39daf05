"""The register of units: the names and aliases under which a file may call them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

from indicators.model import Register, UnitEntry

# Invisible characters that come along when text is copied from a web page or a PDF.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def fold_name(text: str) -> str:
    """``text`` without white space and invisible characters, full-width forms as half-width ones (NFKC)."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_INVISIBLE).split())


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
