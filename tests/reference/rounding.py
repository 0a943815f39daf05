"""The total of a unit if no mark had been rounded, and what place and grade that would give: fractions all the way."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from indicators.pack.model import Cohort, Indicator
from tests.reference.items import list_struck
from tests.reference.pots import find_least
from tests.reference.results import Item, Total, Unrounded
from tests.reference.rows import Setting
from tests.reference.totals import OPEN, ZERO, find_grade, limit_total, read_policy, share_grades


def find_unrounded(
    setting: Setting,
    cohort: Cohort,
    table: list[Indicator],
    items: dict[str, dict[str, Item]],
    totals: dict[str, Total],
) -> dict[str, Unrounded]:
    """For every unit with a total."""
    means: dict[str, Fraction | None] = {}
    for indicator in table:
        marks = [own[indicator.id].unrounded for own in items.values() if own[indicator.id].outcome == "scored"]
        known = [mark for mark in marks if mark is not None]
        means[indicator.id] = sum(known, ZERO) / len(known) if known else None
    exact = {
        unit: total_unrounded(setting, cohort, table, items[unit], means)
        for unit, total in totals.items()
        if total.total is not None
    }
    shares = {unit: exact[unit] / Fraction(totals[unit].full) for unit in exact if totals[unit].rank is not None}
    found = {}
    for unit, total in exact.items():
        rank = 1 + sum(share > shares[unit] for share in shares.values()) if unit in shares else None
        caps = [veto for indicator in table if (veto := items[unit][indicator.id].veto) not in (None, "zero")]
        grade = find_grade(cohort, total, [cap for cap in caps if cap]) if totals[unit].grade is not None else None
        found[unit] = Unrounded(total, rank, grade)
    grades = share_grades(cohort, {unit: found[unit].grade for unit in shares}, shares)
    return {unit: replace(each, grade=grades.get(unit, each.grade)) for unit, each in found.items()}


def total_unrounded(
    setting: Setting,
    cohort: Cohort,
    table: list[Indicator],
    own: dict[str, Item],
    means: dict[str, Fraction | None],
) -> Fraction:
    """Base by reviews, bonuses and deductions within their caps, the limits, and a veto that takes all."""
    head = setting.pack.head
    kinds = {section.id: section for section in head.sections}
    if any(own[indicator.id].veto == "zero" for indicator in table):
        return ZERO
    struck = list_struck(table, own)
    earned: dict[str | None, Fraction] = {}
    asked: dict[str | None, Fraction] = {}
    extras: dict[str, Fraction] = {}
    full = Fraction(cohort.full)
    for indicator in table:
        item, section = own[indicator.id], kinds[indicator.section]
        worth, share = Fraction(item.full_marks), Fraction(item.applicable)
        marks = item.unrounded or ZERO
        if section.kind == "base":
            policy = read_policy(head.policy, item)
            outside, mean = item.outcome in ("exempt", "not_applicable"), means[indicator.id]
            if policy == "out_of_scope":
                full -= worth - (ZERO if outside else share)
            if outside and (policy == "full" or (policy == "peer_mean" and mean is not None)):
                marks, share = (worth if policy == "full" else mean or ZERO), worth
            review = section.review if head.reviews else None
            earned[review] = earned.get(review, ZERO) + (ZERO if section.id in struck else marks)
            asked[review] = asked.get(review, ZERO) + share
        elif section.kind in ("bonus", "deduction"):
            lost = share if section.kind == "deduction" and item.outcome in ("scored", *OPEN) else ZERO
            marks = find_least(indicator, cohort.id) if item.outcome in OPEN and section.kind == "bonus" else marks
            amount = min(marks - lost, ZERO) if section.id in struck else marks - lost
            extras[section.id] = extras.get(section.id, ZERO) + amount
    weights: dict[str | None, Fraction] = {None: Fraction(1)}
    if head.reviews:
        weights = {review.id: Fraction(review.weight[cohort.id].value) for review in head.reviews}
    taking = {review: weight for review, weight in weights.items() if asked.get(review)}
    left = sum(taking.values(), ZERO)
    total = sum((earned[review] * full / asked[review] * weight / left for review, weight in taking.items()), ZERO)
    for name, amount in extras.items():
        cap = kinds[name].cap.get(cohort.id)
        total += amount if cap is None else max(-Fraction(cap), min(Fraction(cap), amount))
    return limit_total(head.policy, total)
