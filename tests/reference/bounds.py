"""The bounds of totals, ranks and grades of a cohort, read from docs/pack-format.md (Ranges), in fractions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from indicators.pack.model import Indicator
from tests.reference.quota_bounds import bound_quotas
from tests.reference.ranges import Places
from tests.reference.results import Bounds, Item, round_half_up
from tests.reference.rows import Setting
from tests.reference.totals import find_grade, limit_total

ZERO = Fraction(0)


@dataclass
class Ends:
    """One item over all its ways to end: e, l, a- and a+, and what it takes from the full marks."""

    low: Fraction
    lost: Fraction
    least: Fraction
    most: Fraction
    removed_low: Fraction = ZERO
    removed_high: Fraction = ZERO


@dataclass
class Mean:
    """Within what the mean of an indicator's marks stays; ``sure``: somebody is surely scored."""

    low: Fraction
    high: Fraction
    sure: bool


def is_sure(item: Item) -> bool:
    assert item.ranges is not None
    return item.outcome == "scored" and not item.ranges.loose and not item.balanced


def is_gone(item: Item) -> bool:
    return item.outcome == "exempt" and not item.balanced


def find_mean(setting: Setting, places: Places, items: list[Item]) -> Mean | None:
    """None where nobody can be scored."""
    sure = [] if places.changing else [item for item in items if is_sure(item)]
    others = [item for item in items if not is_sure(item) and not is_gone(item)]
    perhaps = sum(item.ranges is not None and item.ranges.applicable_high > 0 for item in others)
    if places.changing:
        perhaps = len(items) + places.newcomers
    count = len(sure) + perhaps
    if not count or not items:
        return None
    full, digits = Fraction(items[0].full_marks), setting.pack.head.precision
    lows = sum((item.ranges.low for item in sure if item.ranges), ZERO)
    highs = sum((item.ranges.high for item in sure if item.ranges), ZERO)
    return Mean(
        round_half_up(lows / count, digits), round_half_up((highs + perhaps * full) / count, digits), bool(sure)
    )


def list_ways(setting: Setting, item: Item, base: bool, mean: Mean | None) -> list[Ends]:
    """Counted, left out as not applicable, left out as exempt: whichever may be."""
    assert item.ranges is not None
    policy, full, ranges, ways = setting.pack.head.policy, Fraction(item.full_marks), item.ranges, []
    gone = is_gone(item)
    if not gone and ranges.applicable_high > 0:
        out = policy.not_applicable == "out_of_scope"
        ways.append(
            Ends(
                ranges.low,
                ranges.applicable_high - ranges.high,
                ranges.applicable_low,
                ranges.applicable_high,
                full - ranges.applicable_high if out else ZERO,
                full - ranges.applicable_low if out else ZERO,
            )
        )
    if not gone and ranges.applicable_low == 0:
        ways.append(leave_table(policy.not_applicable if base else "", full, mean))
    if gone or item.balanced:
        ways.append(leave_table(policy.exempt if base else "", full, mean))
    return ways


def leave_table(policy: str, full: Fraction, mean: Mean | None) -> Ends:
    if policy == "full":
        return Ends(full, ZERO, full, full)
    if policy == "peer_mean" and mean is not None:
        return Ends(mean.low, full - mean.high, full, full) if mean.sure else Ends(ZERO, ZERO, ZERO, full)
    if policy == "out_of_scope":
        return Ends(ZERO, ZERO, ZERO, ZERO, full, full)
    return Ends(ZERO, ZERO, ZERO, ZERO)


def gather(ways: list[Ends]) -> Ends:
    return Ends(
        min(way.low for way in ways),
        min(way.lost for way in ways),
        min(way.least for way in ways),
        max(way.most for way in ways),
        min(way.removed_low for way in ways),
        max(way.removed_high for way in ways),
    )


def strike(end: Ends, surely: bool, perhaps: bool) -> Ends:
    """The same in a section that counts nothing."""
    low = min(end.low, ZERO) if perhaps else end.low
    return replace(end, low=low, lost=max(end.lost, end.least) if surely else end.lost)


@dataclass
class Sums:
    """One unit on its way to bounds; ``widths`` by indicator, in the scale of the total."""

    low: Fraction | None
    high: Fraction | None
    share_low: Fraction
    share_high: Fraction
    may_rank: bool
    must_rank: bool
    caps_sure: list[str]
    caps_perhaps: list[str]
    widths: dict[str, Fraction]


class Bounder:
    def __init__(
        self, setting: Setting, places: Places, table: list[Indicator], items: dict[str, dict[str, Item]]
    ) -> None:
        self.setting, self.places, self.table, self.items = setting, places, table, items
        self.head, self.cohort = setting.pack.head, places.cohort
        self.kinds = {i.id: setting.pack.section(i.section).kind for i in table}
        self.sections = {i.id: i.section for i in table}
        self.means = {
            i.id: find_mean(setting, places, [own[i.id] for own in items.values()])
            for i in table
            if self.kinds[i.id] == "base"
        }

    def bound_unit(self, unit: str) -> Sums:
        own, widths = self.items[unit], dict[str, Fraction]()
        ways = {
            name: list_ways(self.setting, own[name], kind == "base", self.means.get(name))
            for name, kind in self.kinds.items()
            if kind != "veto"
        }
        struck, maybe = self.read_struck(own)
        base_ends = {
            name: strike(gather(found), self.sections[name] in struck, self.sections[name] in maybe)
            for name, found in ways.items()
            if self.kinds[name] == "base"
        }
        base, stays = self.bound_base(base_ends, widths)
        caps_sure, caps_perhaps, zeroed, may_be_zeroed, may_open = self.read_vetoes(own)
        if base is None:
            return Sums(None, None, ZERO, ZERO, False, False, caps_sure, caps_perhaps, widths)
        extra = self.bound_extras(ways, widths, struck, maybe)
        low, high = (limit_total(self.head.policy, end + more) for end, more in zip(base, extra, strict=True))
        if zeroed:
            low = high = ZERO
        elif may_be_zeroed:
            low, high = min(low, ZERO), max(high, ZERO)
            widths |= {name: high - low for name in may_be_zeroed}
        surely = stays and self.stays_complete(own) and not may_open and unit not in self.places.rest.ending
        stopped, may_stop = self.read_stages(own)
        ranked = self.cohort.ranked and not stopped
        surely = surely and not may_stop
        shares = self.share(low, high, base_ends.values())
        return Sums(low, high, *shares, ranked, ranked and surely, caps_sure, caps_perhaps, widths)

    def share(self, low: Fraction, high: Fraction, ends: Iterable[Ends]) -> tuple[Fraction, Fraction]:
        """Total over full marks, at least and at most; full marks are never less than one unit of the last decimal."""
        low_full, high_full = self.bound_full(ends)
        low_full = max(low_full, Fraction(1, 10**self.head.precision))
        return low / (low_full if low < 0 else high_full), high / (high_full if high < 0 else low_full)

    def bound_full(self, ends: Iterable[Ends]) -> tuple[Fraction, Fraction]:
        full, found = Fraction(self.cohort.full), list(ends)
        return full - sum((end.removed_high for end in found), ZERO), full - sum(
            (end.removed_low for end in found), ZERO
        )

    def bound_base(
        self, ends: dict[str, Ends], widths: dict[str, Fraction]
    ) -> tuple[tuple[Fraction, Fraction] | None, bool]:
        """Low and high of the base part, or None; and whether something surely applies."""
        digits, cohort = self.head.precision, self.cohort.id
        full_low, full_high = self.bound_full(ends.values())
        shares = {r.id: Fraction(r.weight[cohort].value) for r in self.head.reviews} or {"": Fraction(1)}
        of = {i.id: self.setting.pack.section(i.section).review if self.head.reviews else "" for i in self.table}
        by_review = {r: {n: end for n, end in ends.items() if of[n] == r} for r in shares}
        most = {r: sum((end.most for end in found.values()), ZERO) for r, found in by_review.items()}
        present = [review for review in shares if most[review] > 0]
        if not present:
            return None, False
        whole = sum((shares[review] for review in present), ZERO)
        low = high = ZERO
        for review in present:
            found, weight = by_review[review], shares[review] / whole
            earned = sum((end.low for end in found.values()), ZERO)
            kept = most[review] - sum((end.lost for end in found.values()), ZERO)
            low += round_half_up(earned * weight * full_low / most[review], digits)
            high += round_half_up(kept * weight * full_high / most[review], digits)
            for name, end in found.items():
                width = (end.most - end.lost - end.low) * weight * full_high / most[review]
                widths[name] = round_half_up(width, digits)
        least = [sum((end.least for end in by_review[review].values()), ZERO) for review in present]
        if len(present) == 1:
            low = max(low, sum((end.low for end in by_review[present[0]].values()), ZERO))
        elif 0 in least:
            high += Fraction(len(present), 10**digits)
        return (low, high), sum(least) > 0

    def bound_extras(
        self, ways: dict[str, list[Ends]], widths: dict[str, Fraction], struck: set[str], maybe: set[str]
    ) -> tuple[Fraction, Fraction]:
        low = high = ZERO
        for section in self.head.sections:
            if section.kind not in ("bonus", "deduction") or self.cohort.id not in section.cap:
                continue
            sums = [ZERO, ZERO]
            for indicator in (i for i in self.table if i.section == section.id):
                found = ways[indicator.id]
                if section.kind == "bonus":
                    ends = (min(way.low for way in found), max(way.most - way.lost for way in found))
                else:
                    ends = (min(way.low - way.most for way in found), max(-way.lost for way in found))
                ends = (
                    min(ends[0], ZERO) if section.id in maybe else ends[0],
                    min(ends[1], ZERO) if section.id in struck else ends[1],
                )
                sums = [sums[0] + ends[0], sums[1] + ends[1]]
                widths[indicator.id] = ends[1] - ends[0]
            cap = Fraction(section.cap[self.cohort.id])
            low += max(-cap, min(cap, sums[0]))
            high += max(-cap, min(cap, sums[1]))
        return low, high

    def read_vetoes(self, own: dict[str, Item]) -> tuple[list[str], list[str], bool, list[str], bool]:
        """Caps that surely hold and that may, whether the total is surely zero, what may make it so, what may open."""
        sure, perhaps, zeroed, zeroing, may_open = list[str](), list[str](), False, list[str](), False
        for indicator in self.table:
            rule, item = indicator.parts[0].marks.veto, own[indicator.id]
            if rule is None or item.ranges is None:
                continue
            gone = is_gone(item)
            varies = not gone and (item.ranges.varies or item.balanced)
            surely = item.veto is not None and not item.ranges.varies and not item.balanced
            may_open |= not gone and item.ranges.loose
            if rule.total == "zero":
                zeroed |= surely
                zeroing += [indicator.id] if varies else []
            elif rule.grade_at_most is not None:
                sure += [rule.grade_at_most] if surely else []
                perhaps += [rule.grade_at_most] if item.veto is not None or varies else []
        return sure, perhaps, zeroed, zeroing, may_open

    def read_stages(self, own: dict[str, Item]) -> tuple[bool, bool]:
        """Whether a stage is surely not passed, and whether one may not be."""
        stopped = maybe = False
        for indicator in self.table:
            rule, item = indicator.parts[0].marks.veto, own[indicator.id]
            if rule is None or rule.stage is None or item.ranges is None:
                continue
            steady = not item.ranges.varies and not item.balanced
            stopped |= item.veto is not None and steady
            maybe |= item.veto is not None or not (steady or is_gone(item))
        return stopped, maybe

    def read_struck(self, own: dict[str, Item]) -> tuple[set[str], set[str]]:
        """Sections that surely count nothing, and those that may."""
        struck, maybe = set[str](), set[str]()
        for indicator in self.table:
            rule, item = indicator.parts[0].marks.veto, own[indicator.id]
            if rule is None or rule.section is None or item.ranges is None:
                continue
            steady = not item.ranges.varies and not item.balanced
            struck |= {rule.section} if item.veto is not None and steady else set()
            maybe |= {rule.section} if item.veto is not None or not (steady or is_gone(item)) else set()
        return struck, maybe

    def stays_complete(self, own: dict[str, Item]) -> bool:
        """Whether enough has a result even if all that may be open stays so."""
        wanted = self.head.policy.completeness
        known, asked = dict[str, Fraction](), dict[str, Fraction]()
        for indicator in self.table:
            item, name = own[indicator.id], indicator.section
            if self.kinds[indicator.id] != "base" or item.ranges is None:
                continue
            share, surely = ZERO, is_sure(item)
            if surely:
                share = Fraction(item.applicable)
            elif item.ranges.loose and not is_gone(item):
                share = item.ranges.applicable_high
            asked[name] = asked.get(name, ZERO) + share
            known[name] = known.get(name, ZERO) + (share if surely else ZERO)
        return sum(known.values(), ZERO) >= Fraction(wanted.at_least.value) * sum(asked.values(), ZERO) and all(
            known[name] >= Fraction(wanted.each_section.value) * share for name, share in asked.items()
        )


def bound_cohort(
    setting: Setting, places: Places, table: list[Indicator], items: dict[str, dict[str, Item]]
) -> dict[str, Bounds]:
    bounder = Bounder(setting, places, table, items)
    sums = {unit: bounder.bound_unit(unit) for unit in items}
    bounds = {}
    for unit, found in sums.items():
        if found.low is None or found.high is None:
            bounds[unit] = Bounds()
            continue
        bound = Bounds(
            found.low,
            found.high,
            grade_best=find_grade(places.cohort, found.high, found.caps_sure),
            grade_worst=find_grade(places.cohort, found.low, found.caps_perhaps),
        )
        if found.may_rank:
            others = [other for name, other in sums.items() if name != unit]
            best = 1 + sum(other.must_rank and other.share_low > found.share_high for other in others)
            worst = 1 + sum(other.may_rank and other.share_high > found.share_low for other in others)
            bound = replace(bound, rank_best=best, rank_worst=worst + places.newcomers)
        width = found.high - found.low
        if width and found.widths:
            name = max((i.id for i in table if i.id in found.widths), key=lambda n: found.widths[n])
            bound = replace(bound, widest=name, widest_marks=min(width, found.widths[name]))
        bounds[unit] = bound
    return bound_quotas(setting, places, sums, bounds)
