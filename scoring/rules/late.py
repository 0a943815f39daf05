"""Marks lost for every day, week or month late, or by two tiers: late and never done."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from indicators.rules.late import Late
from scoring.base.amounts import write_marks, write_printed
from scoring.base.arithmetic import Calculation, Words, add_terms, write_marks_term, write_term
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.whole import Whole, cell, number
from scoring.rules.branch import KEPT
from scoring.rules.calculation import deduct
from scoring.rules.case import Case, describe_lateness
from scoring.rules.line import COLUMNS, Line, SubLine, find_decimals
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting, say_cost, say_limit

BRANCH = f"""SELECT {KEPT},
       full_marks - least(cap, CASE WHEN each IS NOT NULL THEN days_low * each
                                    ELSE late * late_each + missing * missing_each END) AS top,
       1::HUGEINT AS bottom, NULL AS error
FROM judged_figures WHERE kind = 'late'"""


_STEPS = {"day": "1日", "week": "1周（不足一周按一周）", "month": "1个月（不足一个月按一个月）"}


class ScoredLate(ScoredRule[Late]):
    """See :class:`indicators.rules.late.Late`."""

    name = Late.name
    branches = (BRANCH,)
    columns: ClassVar[Columns] = {"each": HUGE, "late_each": HUGE, "missing_each": HUGE, "cap": HUGE}
    ends_when_missing = True
    goes_by_days = True
    follows_figure = False

    def write_row(self, part: ScoredPart) -> Row:
        """The cost of a day, or of the two tiers."""
        rule = self.rule
        costs = {"each": rule.price, "late_each": rule.late, "missing_each": rule.missing, "cap": rule.cap}
        return {name: part.worth(cost) if cost is not None else None for name, cost in costs.items()}

    def needs_days(self, part: ScoredPart) -> bool:
        """Tiers ask for no days."""
        return self.rule.price is not None

    def find_bounds(self, part: ScoredPart, members: int) -> tuple[int, int]:
        """No more is lost than the cap."""
        return part.full - part.worth(self.rule.cap), part.full

    def list_sub_lines(self, full: Fraction) -> tuple[SubLine, ...]:
        """The two tiers."""
        tiers = (("其中：逾期", "late", self.rule.late), ("其中：没有完成", "missing", self.rule.missing))
        return tuple(SubLine(title, key, each.share_of(full)) for title, key, each in tiers if each is not None)

    def make_formula(self, line: Line) -> Whole | None:
        """See :meth:`ScoredRule.make_formula`."""
        rule = self.rule
        cap = line.worth(rule.cap)
        if cap > line.full:
            return None
        if rule.price is not None:
            each = line.worth(rule.price)
            marks = find_decimals(line.full, cap, each)
            days = cell(f"{COLUMNS['now'][0]}{line.row}", 0, 1)
            line.scale = 1
            return line.take_off(days * line.put("each", each, marks), cap, number(1), marks)
        cost, _, marks = line.add_levels(cap)
        return line.take_off(cost, cap, number(1), marks)

    def calculate(self, case: Case) -> Calculation:
        """The line of the calculation."""
        rule, figure = self.rule, case.figure
        before: list[Words] = [describe_lateness(figure)] if figure.is_deadline else []
        cap = case.worth(rule.cap)
        if rule.price is not None:
            cost = write_marks_term(case.worth(rule.price)) * write_term(figure.days)
            if figure.one_by_one:
                before = [f"各条逾期{'天数' if figure.late_unit == '日' else ''}合计 {figure.days} {figure.late_unit}"]
            return deduct(case, case.full, cost, cap, before)
        assert rule.late is not None and rule.missing is not None
        costs = [(figure.late, rule.late), (figure.missing, rule.missing)]
        if figure.one_by_one:
            before = [f"逾期 {figure.late} 条，没有完成 {figure.missing} 条"]
        terms = [write_marks_term(case.worth(each)) for number, each in costs if number]
        if figure.one_by_one:
            terms = [write_marks_term(case.worth(each)) * write_term(number) for number, each in costs if number]
        return deduct(case, case.full, add_terms(terms) if terms else write_term(0), cap, before)

    def describe(self, setting: Setting) -> str:
        """How marks are given."""
        rule, full, each = self.rule, setting.full, setting.measure.chosen.judged_one_by_one
        cap = rule.cap.of(full)
        limit = say_limit(cap, full)
        step = _STEPS[rule.find_late_unit()]
        if rule.price is not None:
            until = "逾期天数算到截止日" if step == "1日" else "逾期算到截止日"
            return (
                f"{'全部' if each else ''}按期得{write_marks(full)}，每{'条每' if each else ''}逾期{step}"
                f"扣{write_marks(rule.price, full)}，{limit}；还没有完成的，{until}"
            )
        assert rule.late is not None and rule.missing is not None
        if each:
            return (
                f"全部按期得{write_marks(full)}，逾期完成的每条扣{write_marks(rule.late, full)}，"
                f"没有完成的每条扣{write_marks(rule.missing, full)}，{limit}"
            )
        late, missing = (min(cap, worth.of(full)) for worth in (rule.late, rule.missing))
        return f"按期完成得{write_marks(full)}，逾期完成{say_cost(late, full)}，没有完成{say_cost(missing, full)}"

    def describe_delay(self, case: Case) -> str:
        """What every further day costs, or what finishing now still saves."""
        rule, cap = self.rule, case.worth(self.rule.cap)
        if rule.price is not None:
            if min(cap, case.worth(rule.price) * case.figure.days) < cap:
                each = write_printed(case.worth(rule.price), max(case.precision, 2))
                step = _STEPS[rule.find_late_unit()]
                return f"还没有完成，每多拖{step if len(step) > 2 else ' 1 日'}再扣 {each} 分，请尽快完成并登记日期"
            return "能扣的分已经扣完，但仍应完成"
        assert rule.late is not None and rule.missing is not None
        late, missing = (min(cap, case.worth(worth)) for worth in (rule.late, rule.missing))
        if missing > late:
            return f"还没有完成；现在完成并登记日期，可以少扣 {case.write_gain(missing - late)}"
        return super().describe_delay(case)

    def describe_next_step(self, case: Case, marks: Fraction) -> str | None:
        """What the next improvement would take."""
        rule = self.rule
        said = f"已经逾期的 {case.figure.late} 条补不回来" if case.figure.late else "已经过期的补不回来"
        if case.figure.missing:
            said += f"；还有 {case.figure.missing} 条没有完成，请尽快完成并登记日期"
            if rule.late is not None and rule.missing is not None and rule.missing.value > rule.late.value:
                each = case.write_gain(case.worth(rule.missing) - case.worth(rule.late))
                said += f"，每完成 1 条少扣 {each}（不超过扣分上限）"
        return f"{said}。今后请每条都在期限内完成。"
