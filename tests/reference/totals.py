"""From items to totals, grades and ranks of a cohort; what they may still become is in bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Literal

from indicators.pack.model import Cohort, Grade, Indicator, Policy
from tests.reference.awards import lies_in
from tests.reference.items import list_struck
from tests.reference.pots import find_least
from tests.reference.results import Item, Total, as_decimal, round_half_up
from tests.reference.rows import Setting

OPEN = ("pending", "conflict", "error")
ZERO = Fraction(0)


@dataclass
class Basis:
    """What a unit's base items come to, per review (or None): E, A, and what left the table."""

    earned: dict[str | None, Fraction]
    applicable: dict[str | None, Fraction]
    removed: Fraction = ZERO


def read_policy(policy: Policy, item: Item) -> str:
    return policy.exempt if item.outcome == "exempt" else policy.not_applicable


def find_means(items: dict[str, dict[str, Item]], table: list[Indicator], places: int) -> dict[str, Fraction | None]:
    """The mean marks of the scored units per indicator, None where nobody is scored."""
    means: dict[str, Fraction | None] = {}
    for indicator in table:
        marks = [
            Fraction(own[indicator.id].marks or 0) for own in items.values() if own[indicator.id].outcome == "scored"
        ]
        means[indicator.id] = round_half_up(sum(marks, ZERO) / len(marks), places) if marks else None
    return means


def total_cohort(
    setting: Setting, cohort: Cohort, table: list[Indicator], items: dict[str, dict[str, Item]]
) -> dict[str, Total]:
    means = find_means(items, table, setting.pack.head.precision)
    totals = {unit: total_unit(setting, cohort, table, own, means) for unit, own in items.items()}
    shares = {
        unit: Fraction(total.total) / Fraction(total.full)
        for unit, total in totals.items()
        if total.status == "ranked" and total.total is not None
    }
    for unit, share in shares.items():
        totals[unit] = replace(totals[unit], rank=1 + sum(other > share for other in shares.values()))
    grades = share_grades(cohort, {unit: totals[unit].grade for unit in shares}, shares)
    return {unit: replace(total, grade=grades.get(unit, total.grade)) for unit, total in totals.items()}


def list_downward(cohort: Cohort) -> list[Grade]:
    """The best first."""
    return sorted(cohort.grades, key=lambda grade: Fraction(grade.low[0]) if grade.low else Fraction(-(10**9)))[::-1]


def count_quota(grade: Grade, ranked: int) -> int:
    assert grade.quota is not None
    amount = grade.quota.at_most
    places = Fraction(amount.value) * (ranked if amount.percent else 1)
    return ceil(places) if grade.quota.partial == "up" else floor(places)


def share_grades(cohort: Cohort, grades: dict[str, str | None], shares: dict[str, Fraction]) -> dict[str, str | None]:
    """Of the ranked units: one after the other is let in or sent to the next grade."""
    found, downward = dict(grades), list_downward(cohort)
    for grade, after in pairwise(downward):
        if grade.quota is None:
            continue
        limit = count_quota(grade, len(shares))
        asking = {unit: shares[unit] for unit in found if found[unit] == grade.name}
        for unit, share in asking.items():
            better = sum(other > share for other in asking.values())
            level = sum(other == share for other in asking.values())
            fits = better < limit if grade.quota.ties == "all" else better + level <= limit
            found[unit] = grade.name if fits else after.name
    return found


def total_unit(
    setting: Setting, cohort: Cohort, table: list[Indicator], own: dict[str, Item], means: dict[str, Fraction | None]
) -> Total:
    """The total, the grade and whether the unit is ranked; the rank comes later."""
    head = setting.pack.head
    basis = gather_base(setting, table, own, means)
    full = Fraction(cohort.full) - basis.removed
    base = weigh_reviews(setting, cohort, basis, full) if head.reviews else scale_base(basis, full, head.precision)
    if base is None:
        return Total(None, as_decimal(full), None, None, "withheld")
    total = limit_total(head.policy, base + add_extras(setting, cohort, table, own))
    caps = [item.veto for item in own.values() if item.veto is not None]
    if "zero" in caps:
        total = ZERO
    complete = is_complete(setting, table, own) and not any(
        indicator.parts[0].marks.veto is not None and own[indicator.id].outcome in OPEN for indicator in table
    )
    if any(cap.startswith("stage:") for cap in caps):
        return Total(as_decimal(total), as_decimal(full), None, None, "stopped")
    grade = find_grade(cohort, total, caps) if complete else None
    status: Literal["ranked", "withheld", "unranked"] = "ranked" if cohort.ranked else "unranked"
    return Total(as_decimal(total), as_decimal(full), grade, None, status if complete else "withheld")


def gather_base(
    setting: Setting, table: list[Indicator], own: dict[str, Item], means: dict[str, Fraction | None]
) -> Basis:
    """Parts that do not apply leave the table like an item does where the policy is out_of_scope."""
    policy, basis, struck = setting.pack.head.policy, Basis({}, {}), list_struck(table, own)
    for indicator in table:
        section = setting.pack.section(indicator.section)
        if section.kind != "base":
            continue
        item, review = own[indicator.id], section.review if setting.pack.head.reviews else None
        full, share = Fraction(item.full_marks), Fraction(item.applicable)
        earned = ZERO
        if item.outcome in ("exempt", "not_applicable"):
            rule, mean = read_policy(policy, item), means[indicator.id]
            if rule == "out_of_scope":
                basis.removed += full
            if rule == "full" or (rule == "peer_mean" and mean is not None):
                share, gift = full, full if rule == "full" else mean
                earned = gift or ZERO
        else:
            if policy.not_applicable == "out_of_scope":
                basis.removed += full - share
            if item.outcome == "scored":
                earned = Fraction(item.marks or 0)
        basis.applicable[review] = basis.applicable.get(review, ZERO) + share
        basis.earned[review] = basis.earned.get(review, ZERO) + (ZERO if section.id in struck else earned)
    return basis


def scale_base(basis: Basis, full: Fraction, places: int) -> Fraction | None:
    """E, scaled up once where something left the table."""
    applicable = basis.applicable.get(None, ZERO)
    if applicable == 0:
        return None
    earned = basis.earned[None]
    return earned if applicable == full else round_half_up(earned * full / applicable, places)


def weigh_reviews(setting: Setting, cohort: Cohort, basis: Basis, full: Fraction) -> Fraction | None:
    """The reviews by weight; one in which nothing applies hands its weight on."""
    weights = {review.id: Fraction(review.weight[cohort.id].value) for review in setting.pack.head.reviews}
    present = {name: weight for name, weight in weights.items() if basis.applicable.get(name, ZERO) > 0}
    weight_left = sum(present.values(), ZERO)
    if weight_left == 0:
        return None
    return sum(
        (
            round_half_up(
                basis.earned[name] * weight / weight_left * full / basis.applicable[name],
                setting.pack.head.precision,
            )
            for name, weight in present.items()
        ),
        ZERO,
    )


def add_extras(setting: Setting, cohort: Cohort, table: list[Indicator], own: dict[str, Item]) -> Fraction:
    """Bonus and deduction sections, each within its cap."""
    extras = ZERO
    for section in setting.pack.head.sections:
        if section.kind not in ("bonus", "deduction"):
            continue
        prices = [
            price_extra(own[i.id], section.kind, find_least(i, cohort.id)) for i in table if i.section == section.id
        ]
        # Of a section that is struck only what it takes away is left.
        marks = sum((min(price, ZERO) if section.id in list_struck(table, own) else price for price in prices), ZERO)
        if cohort.id in section.cap:
            cap = Fraction(section.cap[cohort.id])
            marks = max(-cap, min(cap, marks))
        extras += marks
    return extras


def price_extra(item: Item, kind: str, least: Fraction) -> Fraction:
    """What an item adds or takes; what is hidden never pays, and counts the ``least`` that it may."""
    share = Fraction(item.applicable)
    if item.outcome == "scored":
        return Fraction(item.marks or 0) - (share if kind == "deduction" else ZERO)
    if item.outcome in OPEN:
        return -share if kind == "deduction" else least
    return ZERO


def limit_total(policy: Policy, total: Fraction) -> Fraction:
    if policy.total.ceiling is not None:
        total = min(total, Fraction(policy.total.ceiling))
    if policy.total.floor is not None:
        total = max(total, Fraction(policy.total.floor))
    return total


def find_grade(cohort: Cohort, total: Fraction, caps: list[str]) -> str | None:
    """The band of the total, or the lowest that a veto allows at most."""

    def height(grade: Grade) -> tuple[bool, Fraction]:
        return (grade.low is not None, Fraction(grade.low[0]) if grade.low else ZERO)

    bands = [grade for grade in cohort.grades if lies_in(grade, total)]
    bands += [grade for grade in cohort.grades if grade.name in caps]
    return min(bands, key=height).name if bands else None


def is_complete(setting: Setting, table: list[Indicator], own: dict[str, Item]) -> bool:
    """Whether enough of the applicable base marks have a result, overall and in each section."""
    wanted = setting.pack.head.policy.completeness
    known: dict[str, Fraction] = {}
    asked: dict[str, Fraction] = {}
    for indicator in table:
        if setting.pack.section(indicator.section).kind != "base":
            continue
        item, name = own[indicator.id], indicator.section
        asked[name] = asked.get(name, ZERO) + Fraction(item.applicable)
        if item.outcome == "scored":
            known[name] = known.get(name, ZERO) + Fraction(item.applicable)
    overall = sum(known.values(), ZERO) >= Fraction(wanted.at_least.value) * sum(asked.values(), ZERO)
    return overall and all(
        known.get(name, ZERO) >= Fraction(wanted.each_section.value) * share for name, share in asked.items()
    )
