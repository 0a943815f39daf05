"""What a rule about rules yields: a sentence and the place it is about."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.entries.mistakes import Mistake
from indicators.pack.documents import Places


@dataclass(frozen=True)
class Problem:
    """``indicator`` is a position in ``pack.indicators``; without it ``file`` names another file of the pack."""

    text: str
    indicator: int | None = None
    place: tuple[str | int, ...] = ()
    file: str = "pack.yaml"

    def locate(self, places: Places) -> Mistake:
        """The same with file and line."""
        if self.indicator is not None:
            file, line = places.indicator(self.indicator, *self.place)
        else:
            file, line = places.file(self.file, *self.place)
        return Mistake(file, line, self.text)
