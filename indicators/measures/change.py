"""A figure against the year before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import model_validator

from indicators.entries.scales import Scale
from indicators.measures.kind import ALL, Kind, Lack, Tables
from indicators.measures.ratio import Ratio
from indicators.measures.rows import ALONE, Beside, Rows, Tally


class Change(Kind):
    """A figure against the year before: the ``difference``, or the ``rate`` of change.

    ``from_zero`` declares a year before of zero: ``still_zero_reaches`` - zero again reaches the target,
    more misses it; ``not_applicable``; ``pending`` - left to a person; ``compare`` - compared like any number.
    """

    name = "change"
    title = "与上年比"
    fits = ("number",)
    looks_back = True

    sum: Tally | None = None
    ratio: Ratio | None = None
    by: Literal["difference", "rate"] = "difference"
    from_zero: Literal["still_zero_reaches", "not_applicable", "pending", "compare"]

    @model_validator(mode="after")
    def _agree(self) -> Change:
        if (self.sum is None) == (self.ratio is None):
            raise ValueError("change 请只写一种：sum（件数或合计）或 ratio（比率）")
        if self.by == "rate" and self.from_zero == "compare":
            raise ValueError("上年为零时没有变化率；from_zero 请另选一种")
        return self

    @property
    def is_share(self) -> bool:
        """A change of a ratio, in percentage points, or a rate of change."""
        return self.ratio is not None or self.by == "rate"

    @property
    def in_points(self) -> bool:
        """Of a difference."""
        return self.by == "difference"

    @property
    def reach(self) -> Scale | None:
        """Nothing can fall by more than all of it; nothing says how far a rate can rise."""
        if not self.is_share:
            return None
        return -ALL, None if self.by == "rate" else ALL

    @property
    def lacks(self) -> frozenset[Lack]:
        """There may be nothing to divide by, where a ratio changes."""
        return frozenset(("denominator",) if self.ratio is not None else ())

    @property
    def may_start_from_nothing(self) -> bool:
        """Where the pack says so."""
        return self.from_zero == "not_applicable"

    @property
    def zero_decides(self) -> bool:
        """Where the pack says so."""
        return self.from_zero == "still_zero_reaches"

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The rows of both years."""
        return tuple(tally.read(0, -1) for tally in self.list_tallies())

    def list_tallies(self) -> tuple[Tally, ...]:
        """What is compared."""
        if self.ratio is not None:
            return self.ratio.list_tallies()
        assert self.sum is not None
        return (self.sum,)

    def find_mistakes(self, tables: Tables, beside: Beside) -> Iterator[str]:
        """There is a year before, and only that."""
        yield from super().find_mistakes(tables, beside)
        for name in self.datasets():
            if tables.dataset(name).period.standing:
                yield f"台账 {name} 只有最新状态（standing），没有上年数，不能用于 change；请换一个按年报的台账"
        if any(tally.over == "to_date" for tally in self.list_tallies()):
            yield "change 比较两年的数；请删去 over: to_date"
