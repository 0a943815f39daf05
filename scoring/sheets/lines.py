"""The line of a part on the sheet 复算: its columns, the figures that stand in it, and the formula that takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from indicators.amounts import Quantity
from scoring.parts import ScoredPart
from scoring.sheets.whole import TooLarge, Values

#: Letter and title of the columns of a line.
COLUMNS = {
    "name": ("A", "指标"),
    "part": ("B", "部分或档次"),
    "kind": ("C", "计分方式"),
    "now": ("D", "实际数"),
    "of": ("E", "基数"),
    "before": ("F", "上年实际数"),
    "before_of": ("G", "上年基数"),
    "goal": ("H", "目标"),
    "full": ("I", "满分"),
    "each": ("J", "每次(档、级)分值"),
    "per": ("K", "每档大小"),
    "cap": ("L", "扣分或得分上限"),
    "start": ("M", "起点或免计数"),
    "base": ("N", "起点分或未达标得分"),
    "result": ("O", "复算得分"),
    "engine": ("P", "系统得分"),
    "check": ("Q", "核对"),
}
KINDS = {
    "all_or_nothing": "达到目标得满分",
    "proportional": "按比例",
    "ladder": "分档",
    "per_shortfall": "每差一档扣分",
    "per_occurrence": "每次扣分",
    "award": "每项得分",
    "late": "逾期扣分",
    "relative": "与同组比较",
    "judged": "督察员评定",
    "veto": "否决(不计分)",
}
#: The order in which the values of a line's cells are handed to a formula.
PLACES = ("now", "of", "before", "before_of", "goal", "full", "each", "per", "cap", "start", "base")
FIGURES = ("now", "of", "before", "before_of")


@dataclass(frozen=True)
class SubLine:
    """A level or a tier below a part: how many, and what each is worth."""

    title: str
    level: str
    each: Fraction


@dataclass(frozen=True)
class PartFormula:
    """The formula of a part in the line ``row``; ``cells`` are the rule's own numbers in that line.

    ``reached`` - the result is 1 where the target was reached and 0 where not, for parts without marks of their own.
    ``sub_lines`` stand in the lines below.
    """

    text: str
    cells: Mapping[str, Fraction]
    sub_lines: tuple[SubLine, ...]
    figure_scale: int
    scales: Mapping[str, int]
    unit: int
    work: Callable[[Values], int]
    reached: bool

    def evaluate(self, figures: Mapping[str, Fraction | None], counts: tuple[int, ...]) -> Fraction | None:
        """What the spreadsheet gives; None where it could not be exact there."""
        values = []
        for name in PLACES:
            value = figures.get(name) if name in FIGURES else self.cells.get(name)
            # A number that only stands there to be read has no scale: no formula asks for it.
            scale = self.figure_scale if name in FIGURES else self.scales.get(name, 0)
            scaled = (value or Fraction(0)) * scale
            if scaled.denominator != 1:
                return None
            values.append(int(scaled))
        try:
            return Fraction(self.work((*values, *counts)), 1 if self.reached else self.unit)
        except (TooLarge, ZeroDivisionError):
            return None


def list_sub_lines(part: ScoredPart) -> tuple[SubLine, ...]:
    """The lines below a part that goes by level or by tier; they are the same for all units."""
    rule = part.part.marks
    full = Fraction(part.full, 1_000_000)

    def worth(amount: Quantity) -> Fraction:
        return Fraction(amount.value) * (full if amount.percent else 1)

    levels = rule.per_occurrence or rule.award or rule.judged
    if levels is not None and levels.levels:
        return tuple(SubLine(f"其中:{level}", level, worth(each)) for level, each in levels.levels.items())
    if rule.late is not None and rule.late.late is not None and rule.late.missing is not None:
        tiers = (("其中:逾期", "late", rule.late.late), ("其中:没有完成", "missing", rule.late.missing))
        return tuple(SubLine(title, level, worth(each)) for title, level, each in tiers)
    return ()


def count_levels(part: ScoredPart, operands: Mapping[str, Any]) -> tuple[int, ...]:
    """How many there are of each sub-line."""
    if part.part.marks.late is not None:
        counts = {"late": operands["late"], "missing": operands["missing"]}
    else:
        counts = operands["levels"]
    return tuple(int(counts.get(line.level, 0)) for line in list_sub_lines(part))


def list_figures(part: ScoredPart, operands: Mapping[str, Any]) -> dict[str, Fraction]:
    """The figures of a unit by column; for marks by days these are the days."""
    if part.part.marks.late is not None:
        return {"now": Fraction(operands["days"])}
    if list_sub_lines(part):
        return {}
    names: tuple[str, ...] = ("now", "of") if operands["form"] == "ratio" else ("now",)
    if operands["form"] in ("difference", "rate"):
        names = ("now", "before")
    if operands["form"] in ("ratio_difference", "ratio_rate"):
        names = ("now", "of", "before", "before_of")
    return {name: Fraction(operands[name] or 0) for name in names}
