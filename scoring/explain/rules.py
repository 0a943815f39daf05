"""The marks that a figure gets by its rule, step by step; relative rules are in ``peers``."""

from __future__ import annotations

import math
from fractions import Fraction

from indicators.entries.amounts import Quantity
from indicators.rules.judged import Judged
from indicators.rules.proportional import find_goal
from scoring.base.amounts import write_number, write_range
from scoring.base.arithmetic import Calculation, Term, Words, add_terms, equate, write_marks_term, write_term
from scoring.explain.case import Case, compare, describe_lateness, find_step, is_reached
from scoring.rules.goals import find_shortfall


def calculate(case: Case) -> Calculation:
    """The marks of a part by its rule. Relative rules are in ``peers``."""
    rule = case.part.part.marks
    if case.forced is not None:
        still = case.forced == "full"
        words = f"上年度为 0，本年度{'仍' if still else '不'}为 0，按规则算{'' if still else '没有'}达到"
        return case.finish(write_marks_term(case.full if case.forced == "full" else Fraction(0)), [words], "得 ")
    if rule.all_or_nothing is not None:
        reached = is_reached(case.part.part.target, case.figure)
        amount = case.full if reached else case.worth(rule.all_or_nothing.otherwise)
        return case.finish(write_marks_term(amount), [lambda: compare(case)], "得 ")
    if rule.proportional is not None:
        return _calculate_line(case)
    if rule.ladder is not None:
        return _calculate_ladder(case)
    if rule.per_shortfall is not None:
        return _calculate_shortfall(case)
    if rule.per_occurrence is not None:
        return _calculate_occurrences(case)
    if rule.award is not None:
        return _calculate_award(case)
    if rule.late is not None:
        return _calculate_late(case)
    if rule.judged is not None:
        return _calculate_judged(case)
    triggered = is_reached(case.part.part.target, case.figure) is False
    verdict = "触发否决" if triggered else "不触发否决"
    return case.finish(write_marks_term(Fraction(0)), [lambda: f"{compare(case)}，{verdict}"], "本项不计分：")


def _calculate_line(case: Case) -> Calculation:
    line, goal = case.part.part.marks.proportional, find_goal(case.part.part.target)
    assert line is not None and goal is not None
    base, start = case.worth(line.base), Fraction(line.start.value) if line.start else Fraction(0)
    x, end = case.figure.actual, Fraction(goal)
    way = (x.value - start) / (end - start)
    if way >= 1:
        return case.finish(write_marks_term(case.full), [lambda: compare(case)], "得 ")
    if way <= 0:

        def tell() -> str:
            shown = equate(x, case.percent, case.unit)
            return f"{shown}，没有好过起点 {case.goal_term(start).text}" if start else shown

        return case.finish(write_marks_term(base), [tell], "得 ")
    share = x
    if start:
        share = (x - case.goal_term(start)) / (case.goal_term(end) - case.goal_term(start))
    elif end != 1:
        share = x / case.goal_term(end)
    if not base:
        return case.finish(write_marks_term(case.full) * share)
    whole = write_marks_term(base) + (write_marks_term(case.full) - write_marks_term(base)) * share
    return case.finish(whole)


def _calculate_ladder(case: Case) -> Calculation:
    step = find_step(case)

    def tell() -> str:
        if case.figure.name == "date":
            return describe_lateness(case.figure)
        shown = equate(case.figure.actual, case.percent, case.unit)
        return f"{shown}，落在「{write_range(step, case.unit)}」这一档"

    return case.finish(write_marks_term(case.worth(step.marks)), [tell], "得 ")


def count_steps(amount: Term, per: Term, partial: str, simple: bool) -> tuple[Term, list[Words]]:
    """How many steps an amount makes, and the line that says so; ``simple`` where one step is 1."""
    steps = amount if simple else amount / per
    if partial == "exact":
        return steps, []
    whole = Fraction(math.ceil(steps.value) if partial == "up" else math.floor(steps.value))
    if whole == steps.value:
        return (steps, []) if steps.level == 3 else (write_term(whole), [lambda: equate(steps)])
    way = "进一" if partial == "up" else "舍去"
    return write_term(whole), [lambda: f"{equate(steps)}，不足 1 的{way}，按 {write_number(whole)} 计"]


def deduct(case: Case, start: Fraction, cost: Term, cap: Fraction, before: list[Words]) -> Calculation:
    """``start`` less what it costs, or less the cap where it costs more."""
    if not cost.value:
        return case.finish(write_marks_term(start), [*before, "不扣分"], "得 ")
    if cost.value <= cap:
        return case.finish(write_marks_term(start) - cost, before)

    def tell() -> str:
        limit = "扣完为止" if cap == start else f"最多扣 {write_marks_term(cap).text}"
        return f"按次数应扣 {equate(cost, unit='分' if cost.level < 3 else '')}，{limit}"

    return case.finish(write_marks_term(start) - write_marks_term(cap), [*before, tell])


def _calculate_shortfall(case: Case) -> Calculation:
    rule, target, x = case.part.part.marks.per_shortfall, case.part.part.target, case.figure.actual
    assert rule is not None and target is not None
    way, goal = find_shortfall(target, x.value)
    at_target = case.worth(rule.at_target)
    cap = min(case.worth(rule.cap or rule.at_target), at_target)
    per = case.goal_term(rule.per)
    distance = measure_distance(case, x, goal)
    gap = (x.value - goal) * way if way else -abs(x.value - goal)
    if gap >= 0:
        if rule.beyond is not None and gap > 0:
            size = case.goal_term(rule.beyond.per)
            steps, before = count_steps(distance, size, rule.beyond.partial, Fraction(rule.beyond.per.value) == 1)
            extra = write_marks_term(case.worth(rule.beyond.each)) * steps
            room = case.full - at_target
            if extra.value > room:
                return case.finish(
                    write_marks_term(case.full),
                    [*before, lambda: f"按超过的数应加 {equate(extra, unit='分')}，加满为止"],
                    "得 ",
                )
            return case.finish(write_marks_term(at_target) + extra, before)
        return case.finish(write_marks_term(at_target), [lambda: compare(case)], "得 ")
    steps, before = count_steps(distance, per, rule.partial, Fraction(rule.per.value) == 1)
    return deduct(case, at_target, write_marks_term(case.worth(rule.each)) * steps, cap, before)


def measure_distance(case: Case, x: Term, goal: Fraction) -> Term:
    """How far the figure is from the goal, as a difference that is not negative."""
    edge = case.goal_term(goal)
    if not goal and x.value > 0:
        return x
    return edge - x if x.value < goal else x - edge


def _calculate_occurrences(case: Case) -> Calculation:
    rule, figure = case.part.part.marks.per_occurrence, case.figure
    assert rule is not None
    cap = case.worth(rule.cap)
    if rule.levels is not None:
        return deduct(case, case.full, add_levels(case, rule.levels), cap, [])
    number = write_term(max(figure.now, Fraction(0)))
    before: list[Words] = []
    if figure.is_share:
        short = write_term(figure.of) - write_term(figure.now)
        what = "没有达到要求的人数" if figure.name == "share_of_people" else "没有按期的条数"
        before = [lambda: f"{what} {equate(short)}"]
        number = write_term(short.value)
    if rule.free and number.value:
        left = number - write_term(rule.free)
        charged = max(left.value, Fraction(0))
        before.append(lambda: f"前 {rule.free} 次不扣，计扣 {equate(left) if charged else '0'} 次")
        number = write_term(charged)
    if len(rule.each) == 1:
        cost = write_marks_term(case.worth(rule.each[0])) * number
        return deduct(case, case.full, cost, cap, before)
    whole = math.floor(number.value)
    costs = [write_marks_term(case.worth(each)) for each in rule.each[:whole]]
    if whole > len(rule.each):
        costs[-1] = costs[-1] * write_term(whole - len(rule.each) + 1)
    total = add_terms(costs) if costs else write_term(0)
    return deduct(case, case.full, total, cap, before)


def add_levels(case: Case, levels: dict[str, Quantity]) -> Term:
    """What the rows of each level come to; the rows without a level in the rule are an error elsewhere."""
    found = [
        _name(level, write_marks_term(case.worth(levels[level])) * write_term(number))
        for level, number in case.levels.items()
        if number and level in levels
    ]
    return add_terms(found) if found else write_term(0)


def _name(level: str, term: Term) -> Term:
    return Term(f"{level} {term.text}", term.value, term.level)


def _calculate_award(case: Case) -> Calculation:
    rule, figure = case.part.part.marks.award, case.figure
    assert rule is not None
    cap = case.worth(rule.cap)
    before: list[Words] = []
    if rule.levels is not None:
        earned = add_levels(case, rule.levels)
    else:
        assert rule.each is not None
        number = write_term(max(figure.now, Fraction(0)))
        if rule.beyond_target:
            number, before = _count_beyond(case)
        earned = write_marks_term(case.worth(rule.each)) * number
    if earned.value > cap:

        def tell() -> str:
            return f"按规则应得 {equate(earned, unit='分')}，最多得 {write_marks_term(cap).text}"

        return case.finish(write_marks_term(cap), [*before, tell], "得 ")
    if not earned.value:
        return case.finish(write_marks_term(Fraction(0)), [*before, "没有可以得分的"], "得 ")
    return case.finish(earned, before)


def _count_beyond(case: Case) -> tuple[Term, list[Words]]:
    target, x = case.part.part.target, case.figure.actual
    assert target is not None and target.at_least is not None
    goal = Fraction(target.at_least.value)
    if x.value <= goal:
        return write_term(0), [lambda: f"{equate(x, case.percent)}，没有超过目标 {case.goal_term(goal).text}"]
    return x - case.goal_term(goal), [lambda: f"超过目标的数：{equate(x - case.goal_term(goal))}"]


def _calculate_late(case: Case) -> Calculation:
    rule, figure = case.part.part.marks.late, case.figure
    assert rule is not None
    before: list[Words] = [describe_lateness(figure)] if figure.name == "date" else []
    cap = case.worth(rule.cap)
    if rule.per_day is not None:
        cost = write_marks_term(case.worth(rule.per_day)) * write_term(figure.days)
        if figure.name == "date_each":
            before = [f"各条逾期天数合计 {figure.days} 日"]
        return deduct(case, case.full, cost, cap, before)
    assert rule.late is not None and rule.missing is not None
    costs = [(figure.late, rule.late), (figure.missing, rule.missing)]
    if figure.name == "date_each":
        before = [f"逾期 {figure.late} 条，没有完成 {figure.missing} 条"]
    terms = [write_marks_term(case.worth(each)) for number, each in costs if number]
    if figure.name == "date_each":
        terms = [write_marks_term(case.worth(each)) * write_term(number) for number, each in costs if number]
    return deduct(case, case.full, add_terms(terms) if terms else write_term(0), cap, before)


def _calculate_judged(case: Case) -> Calculation:
    rule = case.part.part.marks.judged
    assert rule is not None
    if case.deducts:
        return _calculate_taken(case, rule)
    if rule.levels is None:
        given = write_marks_term(case.figure.now)
        if case.figure.of == 1:
            return case.finish(given, ["督察员评定"], "得 ")
        number = write_term(case.figure.of)
        return case.finish(given / number, [f"{number.text} 人评定，合计 {given.text}，取平均"])
    judges = sum(case.levels.values())
    counted = add_levels(case, rule.levels)
    if judges == 1:
        level = next(level for level, count in case.levels.items() if count)
        return case.finish(write_marks_term(counted.value), [f"督察员评定为「{level}」"], "得 ")
    return case.finish(counted / write_term(judges), [f"{judges} 人评定，取平均"])


def _calculate_taken(case: Case, rule: Judged) -> Calculation:
    """A judgement where marks are only taken off: full marks less what was judged to be lost."""
    figure = case.figure
    if rule.levels is None:
        judges, lost = figure.of, case.full * figure.of - figure.now
        said = "督察员评定"
    else:
        judges = Fraction(sum(case.levels.values()))
        lost = case.full * judges - add_levels(case, rule.levels).value
        level = next(level for level, count in case.levels.items() if count)
        said = f"督察员评定为「{level}」"
    taken = write_marks_term(lost)
    if judges == 1:
        return deduct(case, case.full, taken, case.full, [f"{said}，扣 {taken.text}" if lost else said])
    number = write_term(judges)
    before: list[Words] = [f"{number.text} 人评定，合计扣 {taken.text}，取平均"]
    return deduct(case, case.full, taken / number, case.full, before)
