"""An item of a result: what one indicator gives a unit of a cohort, as documents and pages read it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Generic

from scoring.base.total import Mark

if TYPE_CHECKING:
    # What reads a pack is not needed to show a result.
    from indicators.pack.cases import Outcome


@dataclass(frozen=True)
class ResultItem(Generic[Mark]):
    """The fields are those of ``result.v1``, in their order.

    ``marks`` is None unless the item is scored; in a deduction section it is what was lost, at most 0, and
    ``full_marks`` is 0. Where marks have no upper end ``full_marks`` and ``applicable_marks`` are None.
    ``counted`` is what the item adds to the total now, scored or not: the base, bonus and deduction parts of a total
    are sums of it.
    """

    cohort: str
    unit: str
    unit_name: str
    section: str
    section_kind: str
    indicator: str
    indicator_name: str
    outcome: Outcome
    reason: str | None
    marks: Mark | None
    full_marks: Mark | None
    applicable_marks: Mark | None
    counted: Mark
    veto: str | None


ITEM_FIELDS = tuple(field.name for field in fields(ResultItem))
