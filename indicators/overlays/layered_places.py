"""Where the things of a merged pack stand: in the files of the upper pack, or in its base, which is right by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indicators.overlays.leave import INDICATORS
from indicators.overlays.union import OVERLAY, Merged
from indicators.pack.documents import Places, YamlFile
from indicators.pack.model import Pack
from indicators.pack.overlay import BASE


class LayeredPlaces(Places):
    """Files and lines of a merged pack. What is wrong with an indicator of the base is told where it was changed."""

    def __init__(
        self, documents: list[YamlFile], indicators: Sequence[tuple[str, int]], base: Pack, merged: Merged | None = None
    ) -> None:
        """``indicators``: of each indicator of the upper pack the file, and which of those in it."""
        self._merged = merged
        self._all = list(indicators)
        own = merged.own if merged is not None else range(len(self._all))
        super().__init__(documents, [self._all[at] for at in own])
        self._before: Mapping[tuple[str, str], int] = {
            ("pack.yaml", "sections"): len(base.head.sections),
            ("sources/sources.yaml", "sources"): len(base.sources),
            ("datasets.yaml", "datasets"): len(base.datasets),
            ("obligations.yaml", "obligations"): len(base.obligations),
            ("doubts.yaml", "doubts"): len(base.doubts),
            ("units.yaml", "units"): 0 if base.head.openings.units == "own" else len(base.registry.units),
        }

    def indicator(self, position: int, *inner: str | int) -> tuple[str, int]:
        """The change by which an indicator of the base is another one; the base itself where there is none."""
        touched = self._merged.touched if self._merged is not None else ()
        if position >= len(touched):
            return super().indicator(position - len(touched), *inner)
        change = touched[position]
        return self.of_upper(OVERLAY, "changes", change) if change is not None else (f"{BASE}/{INDICATORS}", 0)

    def file(self, file: str, *place: str | int) -> tuple[str, int]:
        """A place in one of the lists that both have is counted from the first that is the upper pack's own."""
        if len(place) > 1 and isinstance(place[1], int):
            count = self._before.get((file, str(place[0])), 0)
            if place[1] < count:
                return f"{BASE}/{file}", 0
            return self.of_upper(file, place[0], place[1] - count, *place[2:])
        return self.of_upper(file, *place)

    def of_upper(self, file: str, *place: str | int) -> tuple[str, int]:
        """A place in a file of the upper pack as it stands there."""
        if file == INDICATORS and place:
            name, index = self._all[int(place[0])]
            return super().file(name, "indicators", index)
        return super().file(file, *place)
