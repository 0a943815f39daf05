"""Which measure, target and marks make sense together, and which amounts they may hold."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from indicators.entries.amounts import MARK_SCALE, Quantity, plain
from indicators.lint.problem import Problem
from indicators.marks import FULL, HasEnds, find_gaps
from indicators.pack.model import Pack, Part

NUMBERS = ("count", "sum", "latest", "change", "ratio", "share_of_people", "findings", "imported", "of_marks")
#: marks -> measures whose figure it can judge. ``date`` is listed as date (first/last) and date_each.
MEASURES_OF_MARKS: dict[str, tuple[str, ...]] = {
    "all_or_nothing": (*NUMBERS, "date", "date_each"),
    "proportional": (*NUMBERS, "date_each"),
    "ladder": (*NUMBERS, "date", "date_each"),
    "per_shortfall": (*NUMBERS, "date_each"),
    "per_occurrence": ("count", "sum", "findings", "share_of_people", "date_each"),
    "award": ("count", "sum", "latest", "findings", "share_of_people", "date_each"),
    "late": ("date", "date_each"),
    "relative": (*NUMBERS, "date_each"),
    "judged": ("judgement",),
    "veto": (*NUMBERS, "date", "date_each"),
}
#: marks -> targets it can be measured against; marks that are not listed take any target, or none.
TARGETS_OF_MARKS: dict[str, tuple[str, ...]] = {
    "all_or_nothing": ("at_least", "at_most", "equals", "by", "rising", "falling", "none"),
    "proportional": ("at_least", "at_most", "rising", "falling", "by"),
    "per_shortfall": ("at_least", "at_most", "equals", "by", "rising", "falling", "none"),
    "late": ("by",),
    "veto": ("at_least", "at_most", "equals", "by", "rising", "falling", "none"),
}


def check_combination(pack: Pack) -> Iterator[Problem]:
    """The measure, the target and the marks of a part fit each other."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            for text in _describe_combination(part):
                yield Problem(text, position, ("parts", number))


def _describe_combination(part: Part) -> Iterator[str]:
    figure, marks = part.measure.chosen.figure, part.marks.kind
    target = part.target.kind if part.target is not None else None
    allowed = MEASURES_OF_MARKS[marks]
    if figure not in allowed:
        fitting = "、".join(kind for kind, measures in MEASURES_OF_MARKS.items() if figure in measures)
        yield f"计分 {marks} 不能用于计量 {figure};这种计量请用:{fitting}"
    targets = TARGETS_OF_MARKS.get(marks)
    if targets is not None and target not in targets:
        yield f"计分 {marks} 需要目标,请用:{'、'.join(targets)}" + (f";现在是 {target}" if target else "")
    if (target == "by") != (part.measure.chosen.event is not None):
        yield "期限(by)与日期计量(date)必须一起用;请补上另一个,或都换掉"
    if target in ("rising", "falling") and not part.measure.chosen.looks_back:
        yield f"目标 {target} 是与上年比,计量请用 change"
    levels = part.measure.chosen.counted_by
    rule = part.marks.per_occurrence or part.marks.award
    by_level = rule is not None and rule.levels is not None
    if bool(levels) != by_level:
        yield "分级计数(by)与分级计分(levels)必须一起用;请补上另一个,或都删去"
    award = part.marks.award
    if award is not None and award.beyond_target and (target != "at_least" or by_level):
        yield "beyond_target 计超额部分,目标请写 at_least,且不与 levels 一起用"
    shortfall = part.marks.per_shortfall
    if shortfall is not None and shortfall.beyond is not None and target not in ("at_least", "at_most"):
        yield "beyond(超过目标再加)只用于目标 at_least 或 at_most;请改目标,或删去 beyond"
    relative = part.marks.relative
    if relative is not None and part.measure.chosen.zero_decides:
        yield "与同组比较(relative)时上年为零没有可比的数;from_zero 请选 not_applicable、pending 或 compare"
    if part.due is not None and target == "by":
        yield "目标 by 自己就是期限;请删去 due"


def check_targets(pack: Pack) -> Iterator[Problem]:
    """Shares are compared with percentages and numbers with numbers."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            share = part.measure.chosen.is_share
            for label, amount in _list_amounts(part):
                if amount.value == 0 or amount.percent == share:
                    continue
                if share:
                    text = f'{label}写了 {amount},但计量 {part.measure.kind} 是比率;请写成百分数,如 "{amount}%"'
                else:
                    text = f"{label}写了 {amount},但计量 {part.measure.kind} 不是比率;请写成数,不带 %"
                yield Problem(text, position, ("parts", number))
            for text in part.measure.chosen.find_faults():
                yield Problem(text, position, ("parts", number, "measure"))


def _list_amounts(part: Part) -> Iterator[tuple[str, Quantity]]:
    target, marks = part.target, part.marks
    if target is not None:
        for amount in (target.at_least, target.at_most, target.equals):
            if amount is not None:
                yield "目标", amount
        for trend in (target.rising, target.falling):
            if trend is not None and trend.at_least is not None:
                yield "目标", trend.at_least
    if marks.proportional is not None and marks.proportional.start is not None:
        yield "from ", marks.proportional.start
    if marks.ladder is not None:
        for step in marks.ladder.steps:
            for end in (step.at_least, step.above, step.at_most, step.below):
                if end is not None:
                    yield "档次", end
    if marks.per_shortfall is not None:
        yield "per ", marks.per_shortfall.per
        if marks.per_shortfall.beyond is not None:
            yield "beyond 的 per ", marks.per_shortfall.beyond.per
    if marks.relative is not None and marks.relative.peer_mean is not None:
        yield "per ", marks.relative.peer_mean.per


def find_goal(part: Part) -> Decimal | None:
    """The figure at which a proportional rule gives full marks."""
    target = part.target
    if target is None:
        return None
    if target.by is not None:
        return Decimal(1)
    if target.rising is not None:
        return target.rising.at_least.value if target.rising.at_least else None
    if target.falling is not None:
        return -target.falling.at_least.value if target.falling.at_least else None
    goal = target.at_least or target.at_most
    return goal.value if goal else None


def check_amounts(pack: Pack) -> Iterator[Problem]:
    """Steps are above zero, and a line of proportional marks runs the right way."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            for label, amount in _list_amounts(part):
                if label.endswith("per ") and amount.value <= 0:
                    yield Problem("per(每差多少)请写大于 0 的数", position, ("parts", number, "marks"))
            rule = part.marks.proportional
            if rule is None or part.target is None or part.target.kind not in TARGETS_OF_MARKS["proportional"]:
                continue
            goal = find_goal(part)
            start = rule.start.value if rule.start is not None else Decimal(0)
            rising = part.target.at_least or part.target.rising or part.target.by
            if goal is None:
                text = "按比例计分要有目标数,rising/falling 请写 at_least(至少升降多少)"
                yield Problem(text, position, ("parts", number, "target"))
            elif rising and start >= goal:
                text = f"按比例计分从 {plain(start)} 起,应低于目标 {plain(goal)};请改 from 或目标"
                yield Problem(text, position, ("parts", number, "marks"))
            elif not rising and start <= goal:
                text = f"越低越好的按比例计分请写 from(得 0 分的数),且高于目标 {plain(goal)}"
                yield Problem(text, position, ("parts", number, "marks"))


def check_ladders(pack: Pack) -> Iterator[Problem]:
    """The steps of a ladder cover every figure once."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            if part.marks.ladder is None:
                continue
            if not part.marks.ladder.steps:
                yield Problem("档次是空的;ladder 请至少写一档", position, ("parts", number, "marks"))
                continue
            steps: list[tuple[str, HasEnds]] = [(f"{step.marks}分档", step) for step in part.marks.ladder.steps]
            for text in find_gaps(steps):
                yield Problem(f"档次{text}", position, ("parts", number, "marks", "ladder", "steps"))


def list_worths(part: Part) -> Iterator[tuple[str, Quantity, bool]]:
    """Label, amount of marks, and whether it may not exceed the part's full marks."""
    marks = part.marks
    if (nothing := marks.all_or_nothing) is not None:
        yield "otherwise", nothing.otherwise, True
    if (line := marks.proportional) is not None:
        yield "base", line.base, True
    for step in marks.ladder.steps if marks.ladder else ():
        yield "档次的 marks", step.marks, True
    if (shortfall := marks.per_shortfall) is not None:
        yield "at_target", shortfall.at_target, True
        yield "each", shortfall.each, False
        yield "cap", shortfall.cap or FULL, False
        if shortfall.beyond is not None:
            yield "beyond 的 each", shortfall.beyond.each, False
    if (rule := marks.per_occurrence) is not None:
        yield from (("each", amount, False) for amount in (*rule.each, *(rule.levels or {}).values()))
        yield "cap", rule.cap, True
    if (award := marks.award) is not None:
        yield from (("each", amount, False) for amount in ((award.levels or {}).values() or [award.each or FULL]))
        yield "cap", award.cap, True
    if (late := marks.late) is not None:
        yield from (("扣分", amount, False) for amount in (late.per_day, late.late, late.missing) if amount is not None)
        yield "cap", late.cap, True
    if (relative := marks.relative) is not None:
        yield "all_equal", relative.all_equal, True
        if relative.rank_table is not None:
            yield from (("名次分", amount, True) for amount in (*relative.rank_table.marks, relative.rank_table.beyond))
        if relative.rank_step is not None:
            yield "first", relative.rank_step.first, True
            yield "step", relative.rank_step.step, False
            yield "floor", relative.rank_step.floor, True
        if relative.min_max is not None:
            yield "base", relative.min_max.base, True
        if relative.peer_mean is not None:
            yield "each", relative.peer_mean.each, False
            yield "cap", relative.peer_mean.cap, True
    if (judged := marks.judged) is not None:
        if judged.range is not None:
            yield "low", judged.range.low, True
            yield "high", judged.range.high, True
        yield from (("等级分", amount, True) for amount in (judged.levels or {}).values())


def check_exactness(pack: Pack) -> Iterator[Problem]:
    """Amounts of marks come out exact to six decimals and, where they are results, not above the full marks."""
    for position, indicator in enumerate(pack.indicators):
        for cohort in indicator.marks:
            fulls = indicator.worth(cohort)
            for number, (part, full) in enumerate(zip(indicator.parts, fulls, strict=True)):
                if full * MARK_SCALE % 1:  # marks that do not divide into equal parts: check_worth tells
                    continue
                place = ("parts", number, "marks")
                for label, amount, bounded in list_worths(part):
                    worth = amount.of(full)
                    if (worth * MARK_SCALE) % 1:
                        yield Problem(f"{label} {amount} 折成分值超过 6 位小数,请改用整一些的数", position, place)
                    elif bounded and worth > full:
                        text = f"{label} {amount} 超过本部分满分 {plain(full)}({cohort});请改小"
                        yield Problem(text, position, place)
