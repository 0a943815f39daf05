"""Which measure, target and marks make sense together, and which amounts they may hold."""

from __future__ import annotations

from collections.abc import Iterator

from indicators.entries.amounts import MARK_SCALE, Quantity, plain
from indicators.lint.problem import Problem
from indicators.pack.model import Pack, Part
from indicators.rules.registry import RULES

#: marks -> measures whose figure it can judge. ``date`` is listed as date (first/last) and date_each.
MEASURES_OF_MARKS = {name: rule.measures for name, rule in RULES.items()}
#: marks -> targets it can be measured against; marks that are not listed take any target, or none.
TARGETS_OF_MARKS = {name: rule.targets for name, rule in RULES.items() if rule.targets is not None}


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
        yield f"计分 {marks} 不能用于计量 {figure}；这种计量请用：{fitting}"
    targets = TARGETS_OF_MARKS.get(marks)
    if targets is not None and target not in targets:
        yield f"计分 {marks} 需要目标，请用：{'、'.join(targets)}" + (f"；现在是 {target}" if target else "")
    if (target == "by") != (part.measure.chosen.event is not None):
        yield "期限（by）与日期计量（date）必须一起用；请补上另一个，或都换掉"
    if target in ("rising", "falling") and not part.measure.chosen.looks_back:
        yield f"目标 {target} 是与上年比，计量请用 change"
    levels, rule = part.measure.chosen.counted_by, part.marks.chosen
    by_level = rule.find_levels() is not None and part.measure.chosen.judged_in is None
    if bool(levels) != by_level:
        yield "分级计数（by）与分级计分（levels）必须一起用；请补上另一个，或都删去"
    yield from rule.find_conflicts(part.measure.chosen, part.target)
    if part.due is not None and target == "by":
        yield "目标 by 自己就是期限；请删去 due"


def check_judged_once(pack: Pack) -> Iterator[Problem]:
    """An inspector judges an indicator once in a dataset, so that two parts cannot be judged apart by it."""
    for position, indicator in enumerate(pack.indicators):
        seen: set[str] = set()
        for number, part in enumerate(indicator.parts):
            dataset = part.measure.chosen.judged_in
            if dataset is not None and dataset in seen:
                text = (
                    f"前面已有一个部分由督察员在 {dataset} 评定；一个指标在一张台账里只评一次，两个部分会得同样的评定。"
                    "请拆成两个指标，或另用一张台账"
                )
                yield Problem(text, position, ("parts", number, "measure"))
            seen |= {dataset} if dataset is not None else set()


def check_targets(pack: Pack) -> Iterator[Problem]:
    """Shares are compared with percentages and numbers with numbers."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            share = part.measure.chosen.is_share
            for label, amount in _list_amounts(part):
                if amount.value == 0 or amount.percent == share:
                    continue
                if share:
                    text = f'{label}写了 {amount}，但计量 {part.measure.kind} 是比率；请写成百分数，如 "{amount}%"'
                else:
                    text = f"{label}写了 {amount}，但计量 {part.measure.kind} 不是比率；请写成数，不带 %"
                yield Problem(text, position, ("parts", number))
            for text in part.measure.chosen.find_faults():
                yield Problem(text, position, ("parts", number, "measure"))


def _list_amounts(part: Part) -> Iterator[tuple[str, Quantity]]:
    target = part.target
    if target is not None:
        for amount in (target.at_least, target.at_most, target.equals):
            if amount is not None:
                yield "目标", amount
        for trend in (target.rising, target.falling):
            if trend is not None and trend.at_least is not None:
                yield "目标", trend.at_least
    yield from ((label, amount) for label, amount, _ in part.marks.chosen.list_compared())


def check_amounts(pack: Pack) -> Iterator[Problem]:
    """Steps are above zero, and what each kind of marks says of its own numbers holds."""
    for position, indicator in enumerate(pack.indicators):
        for number, part in enumerate(indicator.parts):
            rule = part.marks.chosen
            for compared in rule.list_compared():
                if compared.is_step and compared.amount.value <= 0:
                    yield Problem("per（每差多少）请写大于 0 的数", position, ("parts", number, "marks"))
            for fault in rule.find_faults(part.target):
                yield Problem(fault.text, position, ("parts", number, *fault.place))


def check_exactness(pack: Pack) -> Iterator[Problem]:
    """Amounts of marks come out exact to six decimals and, where they are results, not above the full marks."""
    for position, indicator in enumerate(pack.indicators):
        for cohort in indicator.marks:
            fulls = indicator.worth(cohort)
            for number, (part, full) in enumerate(zip(indicator.parts, fulls, strict=True)):
                if full * MARK_SCALE % 1:  # marks that do not divide into equal parts: check_worth tells
                    continue
                place = ("parts", number, "marks")
                for label, amount, bounded in part.marks.chosen.list_worths():
                    worth = amount.of(full)
                    if (worth * MARK_SCALE) % 1:
                        yield Problem(f"{label} {amount} 折成分值超过 6 位小数，请改用整一些的数", position, place)
                    elif bounded and worth > full:
                        text = f"{label} {amount} 超过本部分满分 {plain(full)}（{cohort}）；请改小"
                        yield Problem(text, position, place)
