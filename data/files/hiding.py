"""What keeps cells from being read as what they hold: one model, which the readers of all formats fill."""

from __future__ import annotations

import operator
from collections.abc import Callable, Container
from dataclasses import dataclass, field

from data.files.raw_cells import FORMULAS, RULED, ErrorCell, RawCell, ShownNumber, UnclearCell
from data.files.raw_sheets import MergeArea, Row

COMPARE: dict[str, Callable[[float, float], bool]] = {
    "lessThan": operator.lt,
    "lessThanOrEqual": operator.le,
    "equal": operator.eq,
    "notEqual": operator.ne,
    "greaterThanOrEqual": operator.ge,
    "greaterThan": operator.gt,
}


@dataclass(frozen=True)
class HidingRule:
    """A rule that hides what cells of some areas hold, or shows it otherwise, where it applies.

    Of a value that it compares with a number this is known; ``compares`` is None where any content may be meant.
    """

    areas: tuple[MergeArea, ...]
    compares: tuple[str, tuple[float, ...]] | None = None
    errors_only: bool = False

    def hides(self, row: int, column: int, value: RawCell) -> bool:
        """Whether it may hide this value of a cell."""
        if not any(area.covers(row, column) for area in self.areas):
            return False
        if self.errors_only:
            return isinstance(value, ErrorCell)
        if self.compares is None or isinstance(value, bool) or not isinstance(value, (int, float)):
            # A text is larger than any number.
            return self.compares is None or not isinstance(value, str) or self._compare(float("inf"))
        return self._compare(float(value))

    def _compare(self, number: float) -> bool:
        assert self.compares is not None
        sign, limits = self.compares
        if sign in ("between", "notBetween"):
            return (min(limits) <= number <= max(limits)) == (sign == "between")
        return COMPARE[sign](number, limits[0])


@dataclass(frozen=True)
class SheetView:
    """How a sheet shows its cells as a whole: whether zeros as nothing, and formulas in place of results; the height of
    rows without one of their own, where it is slight; and the rules that hide."""

    hides_zeros: bool = False
    shows_formulas: bool = False
    slight_height: str | None = None
    rules: tuple[HidingRule, ...] = ()

    @property
    def is_usual(self) -> bool:
        """Whether every cell shows what it holds by its style alone."""
        return self == SheetView()

    def show(self, row: int, column: int, value: RawCell, is_formula: bool) -> RawCell:
        """What is shown of the value of a cell, which is as its style shows it, or the result of a formula."""
        if self.hides_zeros and value == 0 and isinstance(value, float):
            return ShownNumber(0, "")
        # Such a view shows days and rounded numbers in other ways, too.
        if self.shows_formulas and (is_formula or not isinstance(value, (str, UnclearCell))) and value is not None:
            return FORMULAS
        if value not in (None, "") and any(rule.hides(row, column, value) for rule in self.rules):
            return RULED
        return value

    def show_all(self, rows: list[Row], formulas: Container[tuple[int, int]] = ()) -> None:
        """Put what is shown in the place of each cell; rows that share their cells get each its own."""
        if not self.is_usual:
            for at, (row, cells) in enumerate(rows):
                shown = [self.show(row, place, cell, (row, place) in formulas) for place, cell in enumerate(cells)]
                rows[at] = (row, shown)


@dataclass
class SheetNotes:
    """What is known of a sheet beside its cells (see RawSheet); what is hidden, when its row is handed over."""

    merges: list[MergeArea] = field(default_factory=list)
    rules: list[HidingRule] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    foreign_cells: dict[str, None] = field(default_factory=dict)
