"""The marks of other indicators, of the unit itself or of the units below it."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from indicators.entries.amounts import Amount, Id
from indicators.entries.directions import Directions
from indicators.entries.tables import Entry
from indicators.measures.kind import Kind, Lack
from indicators.measures.rows import ALONE, Beside, Rows

Taken = Literal["rate", "mean", "sum", "share"]


class Below(Entry):
    """The marks of the units whose ``parent`` the unit is (乡镇之于县), those to which the indicators apply.

    Taken together over their full marks (``rate``), as their ``mean`` or ``sum`` in marks, or as the ``share`` of the
    units that reach ``reaching``: marks, or a percentage of their full marks.
    """

    take: Taken
    reaching: Amount | None = None

    @model_validator(mode="after")
    def _agree(self) -> Below:
        if (self.take == "share") != (self.reaching is not None):
            raise ValueError("take 为 share（达到的下级单位占多少）时请写 reaching（每个至少得多少分），其他时候请删去")
        if self.reaching is not None and self.reaching.value <= 0:
            raise ValueError("reaching（每个下级单位至少得多少分）请写大于 0 的数或百分数")
        return self


class OfMarks(Kind):
    """The marks of other indicators over their full marks; pending as long as one of them is.

    With ``below`` those of the units below this one. A unit without any below it has no figure.
    """

    name = "of_marks"
    title = "其他指标的得分率"
    fits = ("number",)
    falls: ClassVar[Directions] = {"below.reaching": "up"}

    indicators: tuple[Id, ...] = Field(min_length=1)
    below: Below | None = None

    @property
    def is_share(self) -> bool:
        """Unless marks are added up or averaged."""
        return self.below is None or self.below.take in ("rate", "share")

    @property
    def lacks(self) -> frozenset[Lack]:
        """None of the others may apply, or there is no unit below."""
        return frozenset(("denominator",))

    @property
    def read_below(self) -> tuple[str, ...]:
        """The indicators whose marks are those of the units below."""
        return self.indicators if self.below is not None else ()

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """None: it reads marks."""
        return ()

    def list_used(self) -> tuple[str, ...]:
        """The others."""
        return self.indicators
