"""Marks that an inspector gives, within a range or by levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import ClassVar

from indicators.rules.judged import Judged
from scoring.base.amounts import write_marks, write_printed
from scoring.base.arithmetic import Calculation, Words, write_marks_term, write_term
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, number, round_half_up
from scoring.rules import levels
from scoring.rules.branch import KEPT
from scoring.rules.calculation import deduct
from scoring.rules.case import Case
from scoring.rules.line import Line, SubLine
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting

BRANCH = f"""SELECT {KEPT}, num * 1000000 AS top, den AS bottom,
       CASE WHEN lowest * 1000000 < low * den OR highest * 1000000 > high * den THEN 'outside_range' END AS error
FROM judged_figures WHERE kind = 'judged' AND NOT by_level"""


class ScoredJudged(ScoredRule[Judged]):
    """See :class:`indicators.rules.judged.Judged`."""

    name = Judged.name
    follows_figure = False
    branches = (BRANCH, levels.BRANCH)
    columns: ClassVar[Columns] = {"low": HUGE, "high": HUGE, **levels.COLUMNS}
    relations: ClassVar[Mapping[str, Columns]] = levels.RELATIONS

    def write_row(self, part: ScoredPart) -> Row:
        """Within what marks may be given."""
        ends = self.rule.find_judged_range()
        low, high = (part.worth(end) for end in ends) if ends is not None else (None, None)
        return {"low": low, "high": high, "by_level": self.rule.levels is not None}

    def write_rows(self, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """What each level gives."""
        yield from levels.write_levels(self.rule.levels, part)

    def list_sub_lines(self, full: Fraction) -> tuple[SubLine, ...]:
        """A line for each level."""
        return levels.list_sub_lines(self.rule.levels, full)

    def make_formula(self, line: Line) -> Whole | None:
        """See :meth:`ScoredRule.make_formula`."""
        rule = self.rule
        if rule.levels is None:
            return round_half_up(line.figure("now"), line.figure("of"), line.units)
        counted, judges, marks = line.add_levels()
        return round_half_up(counted, judges * number(marks), line.units)

    def calculate(self, case: Case) -> Calculation:
        """The line of the calculation."""
        rule = self.rule
        if case.deducts:
            return self._calculate_taken(case)
        if rule.levels is None:
            given = write_marks_term(case.figure.now)
            if case.figure.of == 1:
                return case.finish(given, ["督察员评定"], "得 ")
            number = write_term(case.figure.of)
            return case.finish(given / number, [f"{number.text} 人评定，合计 {given.text}，取平均"])
        judges = sum(case.levels.values())
        counted = levels.add_levels(case, rule.levels)
        if judges == 1:
            level = next(level for level, count in case.levels.items() if count)
            return case.finish(write_marks_term(counted.value), [f"督察员评定为「{level}」"], "得 ")
        return case.finish(counted / write_term(judges), [f"{judges} 人评定，取平均"])

    def _calculate_taken(self, case: Case) -> Calculation:
        """A judgement where marks are only taken off: full marks less what was judged to be lost."""
        rule, figure = self.rule, case.figure
        if rule.levels is None:
            judges, lost = figure.of, case.full * figure.of - figure.now
            said = "督察员评定"
        else:
            judges = Fraction(sum(case.levels.values()))
            lost = case.full * judges - levels.add_levels(case, rule.levels).value
            level = next(level for level, count in case.levels.items() if count)
            said = f"督察员评定为「{level}」"
        taken = write_marks_term(lost)
        if judges == 1:
            return deduct(case, case.full, taken, case.full, [f"{said}，扣 {taken.text}" if lost else said])
        number = write_term(judges)
        before: list[Words] = [f"{number.text} 人评定，合计扣 {taken.text}，取平均"]
        return deduct(case, case.full, taken / number, case.full, before)

    def describe(self, setting: Setting) -> str:
        """How marks are given."""
        rule, full = self.rule, setting.full
        if setting.deducts:
            if rule.levels is not None:
                lost = [f"{level}扣{write_marks(full - worth.of(full))}" for level, worth in rule.levels.items()]
                return f"由督察员评定等级：{'、'.join(lost)}"
            assert rule.range is not None
            least, most = (full - rule.range.high.of(full), full - rule.range.low.of(full))
            return f"由督察员评定扣多少分，在{write_marks(least)}到{write_marks(most)}之间，并写明理由"
        if rule.levels is not None:
            return "由督察员评定等级：" + "、".join(
                f"{level}得{write_marks(w, full)}" for level, w in rule.levels.items()
            )
        assert rule.range is not None
        return (
            f"由督察员在{write_marks(rule.range.low, full)}到{write_marks(rule.range.high, full)}之间评定，并写明理由"
        )

    def describe_next_step(self, case: Case, marks: Fraction) -> str | None:
        """What the next improvement would take."""
        rule = self.rule
        if case.deducts:
            return self._describe_taken(case, marks)
        if rule.levels is None:
            assert rule.range is not None
            best = write_printed(case.worth(rule.range.high), case.precision)
            return f"由督察员评定，最高可得 {best} 分；请对照评定理由改进。"
        better = sorted((case.worth(worth), level) for level, worth in rule.levels.items() if case.worth(worth) > marks)
        if not better:
            return "已是最高等级。"
        worth, level = better[0]
        return f"由督察员评定；评为「{level}」可得 {write_printed(worth, case.precision)} 分，请对照评定理由改进。"

    def _describe_taken(self, case: Case, marks: Fraction) -> str:
        """The same in marks that are lost."""
        rule = self.rule
        if rule.levels is None:
            assert rule.range is not None
            least = write_printed(case.full - case.worth(rule.range.high), case.precision)
            return f"由督察员评定，最少扣 {least} 分；请对照评定理由改进。"
        better = sorted((case.worth(worth), level) for level, worth in rule.levels.items() if case.worth(worth) > marks)
        if not better:
            return "已是最高等级。"
        worth, level = better[0]
        lost = write_printed(case.full - worth, case.precision)
        return f"由督察员评定；评为「{level}」扣 {lost} 分，请对照评定理由改进。"
