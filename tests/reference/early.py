"""What is given before the due day or beside an empty cell: docs/pack-format.md, rule 8, by trying higher figures."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from indicators.pack.model import Part
from tests.reference.awards import award_marks, reach_target, worth
from tests.reference.results import Figure, Stop, round_half_up
from tests.reference.rows import Setting, list_columns, never_negative

#: Beyond every number that a pack names.
FAR = Fraction(10**12)


def is_fixed(setting: Setting, part: Part, figure: Figure, full: Fraction) -> bool:
    """Whether a higher figure gives the same marks and the same verdict on the target, however high it is."""
    settled_by_itself = part.marks.relative or part.marks.judged or part.marks.condition
    if settled_by_itself is not None or not goes_one_way(part, full):
        return False
    if part.target is not None and not is_passed(part, figure):
        return False
    if part.measure.findings is not None and part.marks.veto is None:
        return False
    member, places = getattr(part.marks, part.marks.kind), setting.pack.head.precision
    found = set()
    for risen in (figure, *raise_figure(part, figure)):
        marks = award_marks(member, part.measure, part.target, risen, full)
        if isinstance(marks, Stop):
            return False
        found.add(round_half_up(marks, places))
    return len(found) == 1


def is_passed(part: Part, figure: Figure) -> bool:
    """Whether the figure lies where no higher one is on the other side of the target."""
    target = part.target
    assert target is not None
    if target.at_least is not None:
        return reach_target(target, figure)
    if target.none is not None:
        return figure.value > 0
    limit = target.at_most or target.equals
    return limit is not None and figure.value > Fraction(limit.value)


def raise_figure(part: Part, figure: Figure) -> Iterator[Figure]:
    """The same figure with very many more: of each level where it is counted by levels."""
    if figure.levels is None:
        yield replace(figure, numerator=figure.numerator + FAR * figure.denominator)
        return
    rule = part.marks.award or part.marks.per_occurrence
    for level in (rule.levels if rule is not None else None) or {}:
        yield replace(figure, levels={**figure.levels, level: figure.levels.get(level, 0) + int(FAR)})


def goes_one_way(part: Part, full: Fraction) -> bool:
    """Of a ladder: whether its marks only rise or only fall."""
    if part.marks.ladder is None:
        return True
    marks = [worth(step.marks, full) for step in sort_steps(part)]
    pairs = list(itertools.pairwise(marks))
    return all(a <= b for a, b in pairs) or all(a >= b for a, b in pairs)


def sort_steps(part: Part) -> list[Any]:
    assert part.marks.ladder is not None
    return sorted(part.marks.ladder.steps, key=lambda step: (step.low is not None, step.low[0] if step.low else 0))


def only_rises(setting: Setting, part: Part, full: Fraction) -> bool:
    """Whether what is still to come before the due day can only raise the figure."""
    count, total = part.measure.count, part.measure.sum
    source = count or total
    if source is None:
        return False
    dataset = setting.pack.dataset(source.dataset)
    if dataset.period.standing or dataset.ledger is not None:
        return False
    if total is not None and not never_negative(setting, total.dataset, total.column):
        return False
    if count is not None and count.dated_levels is not None:
        return False
    if count is not None and count.by is not None:
        rule, column = part.marks.award or part.marks.per_occurrence, dataset.column(count.by)
        priced = set((rule.levels if rule is not None else None) or {})
        if column is None or not column.required or not column.choices or set(column.choices) - priced:
            return False
    period, asked = dataset.period, list_columns(source.where)
    if count is not None:
        asked += [name for name in (count.by, count.distinct) if name is not None]
    lasting = (*dataset.key, dataset.unit, period.year, period.date)
    return may_only_gain(part, full) or all(name in lasting for name in asked)


def may_only_gain(part: Part, full: Fraction) -> bool:
    """Whether no mark is lost by a higher figure, nor its target missed."""
    if part.marks.per_occurrence is not None:
        return False
    if part.marks.ladder is not None:
        marks = [worth(step.marks, full) for step in sort_steps(part)]
        if any(a > b for a, b in itertools.pairwise(marks)):
            return False
    return part.target is None or part.target.at_least is not None
