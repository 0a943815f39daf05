"""Explanations of a stored run that another one has as they are, but for its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic_core import to_json

from data.runs.folder import RunChanged
from scoring.explain.grounds import Grounds
from scoring.explain.stored import Explanations

SCHEMA = "explain.v1"


@dataclass(frozen=True)
class KeptRecords:
    """The records of ``run`` at ``places`` (cohort, unit, indicator); ``order`` has the indicators of lines.

    ``grounds`` are those of the run that takes them over.
    """

    explanations: Explanations
    run: str
    order: Mapping[tuple[str, str], Sequence[str]]
    places: frozenset[tuple[str, str, str]]
    grounds: Grounds

    def read_unit(self, cohort: str, unit: str, run: str) -> dict[str, bytes]:
        """The kept lines of a unit by indicator, as ``run`` has them. Raises RunChanged."""
        names = self.order[(cohort, unit)]
        if not any((cohort, unit, name) in self.places for name in names):
            return {}
        lines, (old, new) = self.explanations.read_lines(cohort, unit), (_begin(self.run), _begin(run))
        if len(lines) != len(names) or not all(line.startswith(old) for line in lines):
            raise RunChanged(self.run, f"{unit} 的逐项说明与得分项对不上")
        return {
            name: new + line.removeprefix(old)
            for name, line in zip(names, lines, strict=True)
            if (cohort, unit, name) in self.places
        }


def _begin(run: str) -> bytes:
    """What the line of a record begins with."""
    return to_json({"schema": SCHEMA, "run": run})[:-1]
