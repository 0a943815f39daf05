"""When something was done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from indicators.entries.amounts import Flag, Name
from indicators.measures.kind import Fit, Kind, Lack, Need, Tables
from indicators.measures.rows import ALONE, Beside, Rows, Where


class EventDate(Kind):
    """When something was done: the ``first`` or ``last`` date, or ``each`` row for itself.

    ``not_before`` names a column that the true date cannot precede (成文日期), ``no_later_than`` one that
    it cannot follow (网址日期: the page existed by then). Where the date itself is unknown these bounds
    decide if they can, otherwise the item is pending and says what evidence is missing. Where date and
    upper bound give opposite verdicts the item is a conflict. ``after_year_end``: a date before the
    reported year has ended is a conflict. ``inherited``: where several units that were merged into one each owed
    the thing on its day, ``each`` of them counts, or it is asked ``once`` of all together.
    """

    name = "date"
    title = "日期"
    fits = ("date",)

    dataset: Name
    column: Name
    where: Where = Field(default_factory=dict)
    pick: Literal["first", "last", "each"] = "first"
    not_before: Name | None = None
    no_later_than: Name | None = None
    after_year_end: Flag = False
    inherited: Literal["each", "once"] = "each"

    @classmethod
    def list_sorts(cls) -> Iterator[tuple[str, tuple[Fit, ...]]]:
        """Also the share of rows in time, which is a number like others."""
        yield from super().list_sorts()
        yield "date_each", ("number", "date", "occurrences", "achievements", "missed")

    @property
    def figure(self) -> str:
        """Days late, or a share of rows."""
        return "date_each" if self.judged_one_by_one else "date"

    @property
    def is_share(self) -> bool:
        """Where each row is judged."""
        return self.judged_one_by_one

    @property
    def is_deadline(self) -> bool:
        """Where one row decides."""
        return not self.judged_one_by_one

    @property
    def judged_one_by_one(self) -> bool:
        """Where each row is judged."""
        return self.pick == "each"

    @property
    def owed_by_each(self) -> bool:
        """Where one row decides, and the pack does not ask it once of all together."""
        return self.is_deadline and self.inherited == "each"

    @property
    def lacks(self) -> frozenset[Lack]:
        """There may be no row, and then none to judge."""
        return frozenset(("rows", "denominator") if self.judged_one_by_one else ("rows",))

    @property
    def event(self) -> str | None:
        """The dataset of the dates."""
        return self.dataset

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The rows with dates; the date from which a deadline runs may still come."""
        return (Rows(self.dataset, self.where, watched=(beside.after,), judged_date=self.column),)

    def list_needs(self) -> Iterator[Need]:
        """The date and its bounds."""
        for name in (self.column, self.not_before, self.no_later_than):
            if name is not None:
                yield Need(self.dataset, name, ("date",), "日期")

    def is_exact(self, tables: Tables) -> bool:
        """Where it holds a whole day and has no bounds."""
        column = tables.dataset(self.dataset).column(self.column)
        exact = column is not None and not column.month_allowed
        return exact and self.not_before is None and self.no_later_than is None and not self.after_year_end
