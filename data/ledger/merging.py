"""A save that came too late, field by field: what both sides made of what they had seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from data.ledger.fields import name_field
from data.trail.refusals import StaleSave

Side = Literal["mine", "theirs"]


@dataclass(frozen=True)
class FieldDifference:
    """A field that is not the same on both sides. ``conflict``: both sides changed it, and each otherwise."""

    field: str
    title: str
    base: object
    mine: object
    theirs: object
    conflict: bool

    @property
    def proposal(self) -> Side:
        """The side that changed the field; the own one where both did."""
        return "theirs" if self.mine == self.base else "mine"


def list_differences(kind: str, stale: StaleSave, mine: Mapping[str, object]) -> list[FieldDifference]:
    """The entered fields in which ``mine`` is not what now stands, in the order of entry."""
    found = []
    for field, value in mine.items():
        base, theirs = stale.base.get(field), stale.current.get(field)
        if _same(value, theirs):
            continue
        conflict = not _same(value, base) and not _same(theirs, base)
        found.append(
            FieldDifference(
                field, name_field(kind, field), base, base if _same(value, base) else value, theirs, conflict
            )
        )
    return found


def merge_sides(
    mine: Mapping[str, object], differences: Sequence[FieldDifference], choices: Mapping[str, Side]
) -> dict[str, object]:
    """What to save as a new version: for each differing field the side that was chosen, the proposed one by default."""
    merged = dict(mine)
    for each in differences:
        if choices.get(each.field, each.proposal) == "theirs":
            merged[each.field] = each.theirs
    return merged


def _same(one: object, other: object) -> bool:
    """An empty entry is one, whichever way it is written."""
    return (one or None) == (other or None)
