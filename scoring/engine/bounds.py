"""What is known of a part before any data: the marks that it cannot leave, and whether it may not apply at all."""

from __future__ import annotations

from datetime import date

from indicators.pack.model import Pack
from scoring.base.parts import ScoredPart
from scoring.rules.registry import find_rule


def write_bounds(pack: Pack, part: ScoredPart, members: int, year: int, as_of: date) -> dict[str, object]:
    """The columns of :data:`scoring.engine.parameters.PART_COLUMNS` that ranges are made of.

    ``least`` and ``most``: marks of the rule, in millionths, whatever the figure or, among ``members`` units, the
    place. ``keeps``: a date that is missing ends in marks and in no contradiction. ``over``: the due day has passed.
    """
    least, most = _find_ends(part, members)
    day = part.last_day or date(year, 12, 31)
    return {
        "least": least,
        "most": most,
        "may_leave": _may_leave(part),
        "keeps": _keeps_marks(pack, part),
        "over": as_of > day,
    }


def _may_leave(part: ScoredPart) -> bool:
    """Whether the data may yet show that the part does not apply."""
    rule, measure = part.indicator.not_applicable_when, part.part.measure.chosen
    return measure.may_start_from_nothing or any(getattr(rule, lack) is not None for lack in measure.lacks)


def _keeps_marks(pack: Pack, part: ScoredPart) -> bool:
    """Bounds and months may contradict a date that comes, or leave its days open: then the part waits again."""
    return find_rule(part.part.marks).ends_when_missing and part.part.measure.chosen.is_exact(pack)


def _find_ends(part: ScoredPart, members: int) -> tuple[int, int]:
    least, most = find_rule(part.part.marks).find_bounds(part, members)
    return max(0, min(part.full, least)), max(0, min(part.full, most))
