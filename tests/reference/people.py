"""Rosters and records: who counts, what each must reach, and who did."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from indicators.measures.share_of_people import ShareOfPeople
from indicators.pack.model import NotApplicableWhen
from tests.reference.figures import NOT_APPLICABLE
from tests.reference.results import Figure, Row, Stop
from tests.reference.rows import Setting, add_column, find_over, find_rows, never_negative

Days = tuple[date, date]


def read_post(setting: Setting, dataset: str, row: Row) -> Days:
    """First and last day in post; an empty cell is open."""
    people = setting.pack.dataset(dataset).people
    assert people is not None
    joined = row[people.joined] if people.joined else None
    left = row[people.left] if people.left else None
    return joined or date.min, left or date.max


def find_roster(setting: Setting, measure: ShareOfPeople) -> dict[str, list[tuple[Row, Days]]]:
    """Roster rows in the window by unit, over all units."""
    key = ("roster", id(measure))
    if key not in setting.memo:
        dataset = measure.roster.dataset
        roster: dict[str, list[tuple[Row, Days]]] = {}
        for unit in setting.visible[dataset]:
            for row in find_rows(setting, dataset, unit, measure.roster.where, setting.year, setting.year).rows:
                joined, left = read_post(setting, dataset, row)
                if joined <= setting.cutoff and left >= date(setting.year, 1, 1):
                    roster.setdefault(unit, []).append((row, (joined, left)))
        setting.memo[key] = roster
    result: dict[str, list[tuple[Row, Days]]] = setting.memo[key]
    return result


def write_plainly(text: str | None) -> str | None:
    """A number or name without blanks, capitals and full-width forms."""
    if text is None:
        return None
    narrow = (chr(ord(sign) - 0xFEE0) if 0xFF01 <= ord(sign) <= 0xFF5E else sign for sign in text)
    return "".join(sign.lower() if sign.isascii() else sign for sign in narrow if not sign.isspace())


def recognise(setting: Setting, dataset: str, row: Row) -> tuple[str | None, ...] | None:
    """What makes a person the same in another unit; None where nobody can tell."""
    people = setting.pack.dataset(dataset).people
    assert people is not None
    number = write_plainly(row[people.person])
    if people.office_wide:
        return (number,)
    name = None if people.name is None else write_plainly(row[people.name])
    return None if name is None else (number, name)


def find_clash(setting: Setting, unit: str, measure: ShareOfPeople) -> Stop | None:
    """A person in post here and elsewhere at once, or a number of this unit that stands for two people."""
    dataset, window = measure.roster.dataset, (date(setting.year, 1, 1), setting.cutoff)
    people = setting.pack.dataset(dataset).people
    assert people is not None
    roster = find_roster(setting, measure)
    mine = roster.get(unit, [])
    theirs = [entry for other, entries in roster.items() if other != unit for entry in entries]
    for row, post in mine:
        known = recognise(setting, dataset, row)
        if known is not None and any(
            recognise(setting, dataset, other) == known and overlap_within(post, days, window) for other, days in theirs
        ):
            return Stop("conflict", "person_in_two_units")
    names: dict[str, set[str | None]] = {}
    for row, _ in mine:
        called = None if people.name is None else write_plainly(row[people.name])
        names.setdefault(row[people.person], set()).add(called)
    if any(len(called - {None}) > 1 for called in names.values()):
        return Stop("conflict", "number_of_two_people")
    return None


def overlap_within(first: Days, second: Days, window: Days) -> bool:
    """More than one day in common: who leaves and arrives on the same day has changed posts."""
    return max(first[0], second[0], window[0]) < min(first[1], second[1], window[1])


def unite_days(spans: Iterable[Days], year: int) -> list[Days]:
    """The days of ``year`` that the spans cover, as spans that neither touch nor overlap."""
    united: list[Days] = []
    for joined, left in sorted(spans):
        first, last = max(joined, date(year, 1, 1)), min(left, date(year, 12, 31))
        if first > last:
            continue
        if united and first <= united[-1][1] + timedelta(days=1):
            united[-1] = (united[-1][0], max(united[-1][1], last))
        else:
            united.append((first, last))
    return united


def share_in_post(spans: Iterable[Days], year: int, prorate: str) -> Fraction:
    """The share of the year's requirement that a person's time in post asks for."""
    if prorate == "whole":
        return Fraction(1)
    united = unite_days(spans, year)
    if prorate == "days_in_post":
        days = sum((last - first).days + 1 for first, last in united)
        return Fraction(days, (date(year + 1, 1, 1) - date(year, 1, 1)).days)
    starts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    whole = sum(
        any(first <= start and last >= after - timedelta(days=1) for first, last in united)
        for start, after in itertools.pairwise(starts)
    )
    return Fraction(whole, 12)


def add_records(rows: list[Row], measure: ShareOfPeople) -> Fraction:
    return Fraction(len(rows)) if measure.records.sum is None else add_column(rows, measure.records.sum)


def is_roster_open(setting: Setting, unit: str, measure: ShareOfPeople) -> bool:
    """Whether an empty cell leaves open who is on the roster within the window."""
    dataset, person = measure.roster.dataset, setting.pack.dataset(measure.roster.dataset).people
    assert person is not None
    found = find_rows(setting, dataset, unit, measure.roster.where, setting.year, setting.year)
    for row in [*found.may_count, *(row for row in found.rows if row[person.person] is None)]:
        joined, left = read_post(setting, dataset, row)
        if joined <= setting.cutoff and left >= date(setting.year, 1, 1):
            return True
    return False


@dataclass(frozen=True)
class Records:
    """What is known of each person, and the rows that may be of a person or may count."""

    known: dict[str, list[Row]]
    doubtful: dict[str | None, list[Row]]

    def may_hold_more(self, person: str) -> list[Row]:
        return self.doubtful.get(person, []) + self.doubtful.get(None, [])


def group_records(setting: Setting, unit: str, measure: ShareOfPeople) -> Records:
    records = measure.records
    over = "year" if measure.within == "year" else "to_date"
    found = find_over(setting, records.dataset, unit, records.where, over, setting.year)
    grouped = Records({}, {})
    for row in found.rows:
        person = row[records.person]
        if person is None or (records.sum is not None and row[records.sum] is None):
            grouped.doubtful.setdefault(person, []).append(row)
        else:
            grouped.known.setdefault(person, []).append(row)
    for row in found.may_count:
        grouped.doubtful.setdefault(row[records.person], []).append(row)
    return grouped


#: Whether a person reached it; ``unknown`` where an empty cell decides that, None for one who is left out.
Verdict = bool | Literal["unknown"] | None


def measure_people(setting: Setting, unit: str, measure: ShareOfPeople, rule: NotApplicableWhen) -> Figure | Stop:
    if clash := find_clash(setting, unit, measure):
        return clash
    person = setting.pack.dataset(measure.roster.dataset).people
    assert person is not None
    here: dict[str, list[Days]] = {}
    for row, post in find_roster(setting, measure).get(unit, []):
        here.setdefault(row[person.person], []).append(post)
    if is_roster_open(setting, unit, measure):
        return Stop("pending", "counts_missing")
    records = group_records(setting, unit, measure)
    count = count_terms if measure.within == "term" else count_people
    verdicts = count(setting, measure, here, records)
    if "unknown" in verdicts:
        return Stop("pending", "counts_missing")
    if not any(verdict is not None for verdict in verdicts):
        if measure.within == "term" and verdicts:
            return Stop("pending", "not_due")
        if rule.roster == "empty" or rule.denominator == "zero":
            return NOT_APPLICABLE
        return Stop("pending", "zero_denominator")
    reached = sum(verdict is True for verdict in verdicts)
    return Figure(Fraction(reached), Fraction(sum(verdict is not None for verdict in verdicts)))


def only_adds(setting: Setting, measure: ShareOfPeople) -> bool:
    records = measure.records
    return records.sum is None or never_negative(setting, records.dataset, records.sum)


def count_people(
    setting: Setting, measure: ShareOfPeople, here: dict[str, list[Days]], records: Records
) -> list[Verdict]:
    """Per person whether they reached what was required; nothing for those who need not reach anything."""
    verdicts: list[Verdict] = []
    for person, posts in here.items():
        share = share_in_post(posts, setting.year, measure.reaching.prorate)
        if not share:
            continue
        required = Fraction(measure.reaching.at_least.value) * share
        reached = add_records(records.known.get(person, []), measure) >= required
        settled = not records.may_hold_more(person) or (reached and only_adds(setting, measure))
        verdicts.append(reached if settled else "unknown")
    return verdicts


def count_terms(
    setting: Setting, measure: ShareOfPeople, here: dict[str, list[Days]], records: Records
) -> list[Verdict]:
    """Per term (a row of the roster) whether it was reached; None for one that still runs and has not."""
    happened = setting.pack.dataset(measure.records.dataset).event_date
    assert happened is not None
    verdicts: list[Verdict] = []
    for person, posts in here.items():
        for joined, left in posts:
            rows = [row for row in records.known.get(person, []) if joined <= row[happened] <= left]
            reached = add_records(rows, measure) >= Fraction(measure.reaching.at_least.value)
            days = [row[happened] for row in records.may_hold_more(person)]
            doubtful = any(day is None or joined <= day <= left for day in days)
            if doubtful and not (reached and only_adds(setting, measure)):
                verdicts.append("unknown")
            else:
                verdicts.append(True if reached else None if left > setting.cutoff else False)
    return verdicts
