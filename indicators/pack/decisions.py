"""A decision table: which marks go with which of the conditions that the parts of an indicator stand for."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from indicators.entries.amounts import Quantity, Text, Worth
from indicators.entries.intervals import Range
from indicators.entries.mistakes import show_value
from indicators.entries.tables import Entry

#: What a cell may ask of a part in a word.
Verdict = Literal["reached", "missed", "not_applicable"]
_VERDICTS = ("reached", "missed", "not_applicable")


class Interval(Range):
    """Where the figure of a part must lie; at least one end."""

    @model_validator(mode="after")
    def _bounded(self) -> Interval:
        if self.low is None and self.high is None:
            raise ValueError("数的范围请至少写一头：at_least、above、at_most、below")
        return self


def _parse_cell(value: object) -> object:
    if isinstance(value, dict | Interval) or value in _VERDICTS:
        return value
    raise ValueError(
        f"条件写了{show_value(value)}，只能写 reached（达到目标）、missed（没有达到）、not_applicable（不适用）"
        "或数的范围 {at_least: …, below: …}"
    )


def _tell_cell(value: object) -> str:
    return "verdict" if isinstance(value, str) else "interval"


Cell = Annotated[
    Annotated[Verdict, Tag("verdict")] | Annotated[Interval, Tag("interval")],
    Discriminator(_tell_cell),
    BeforeValidator(_parse_cell),
]
#: Part by title -> what is asked of it; all must hold.
Conditions = dict[Text, Cell]


class DecisionRow(Entry):
    """A row: marks where all of ``when`` holds, or one of the ``any_of``; each of them by the titles of parts."""

    when: Conditions | None = None
    any_of: tuple[Conditions, ...] = ()
    marks: Worth

    @model_validator(mode="after")
    def _one(self) -> DecisionRow:
        if bool(self.when) == bool(self.any_of) or any(not each for each in self.any_of):
            raise ValueError("表的一行请写 when（各条件都成立）或 any_of（几组条件有一组成立）之一，并写明条件")
        return self

    @property
    def alternatives(self) -> tuple[Conditions, ...]:
        """The sets of conditions of which one must hold."""
        return (self.when,) if self.when else self.any_of


class DecisionTable(Entry):
    """Rows read from the top: the ``first`` that holds decides, the ``only`` one does, or all that hold are added.

    ``otherwise`` is what is had where no row holds; where rows cover every case it is left out. Amounts are marks or
    percentages of the indicator's full marks.
    """

    hit: Literal["first", "only", "sum"] = "first"
    rows: tuple[DecisionRow, ...] = Field(min_length=1)
    otherwise: Worth | None = None

    def find_otherwise(self) -> Quantity:
        """What is had where no row holds: nothing, unless it is said."""
        return self.otherwise or Quantity(Decimal(0))
