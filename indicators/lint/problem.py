"""What a rule about rules yields: a sentence and the place it is about; and what is only worth knowing."""

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


@dataclass(frozen=True)
class Notice:
    """What an author should know that is no mistake; ``about``: the indicator's id, or what else it is about."""

    about: str
    text: str

    def __str__(self) -> str:
        return f"{self.about}：{self.text}"
