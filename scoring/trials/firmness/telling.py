"""Which indicators tell units apart at all, and what each weighs once what does not apply is left out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from scoring.trials.firmness.fields import DrawInputs, Real

#: Two indicators say the same where the order of units by one is all but that by the other.
SAME = 0.98
#: Of fewer units two orders are alike by chance.
LEAST = 10
_NEAR = 1e-9


@dataclass(frozen=True)
class Telling:
    """An indicator of the base: how many units it applies to, have all and none of its marks, and what it explains.

    ``share`` is its part of the variance of totals: of all indicators together 1; below 0 where it evens out.
    """

    indicator: str
    applies: int
    full: int
    none: int
    levels: int
    share: float

    @property
    def verdict(self) -> str:
        """In words; empty for one that tells units apart."""
        if self.applies == 0:
            return "对谁都不适用"
        if self.full == self.applies:
            return "人人满分"
        if self.none == self.applies:
            return "人人零分"
        return "人人同分" if self.levels == 1 else ""


def list_telling(field: DrawInputs) -> list[Telling]:
    """Every base indicator, in the order of the pack."""
    own, board = field.variants[0], field.board
    shares = _find_shares(field)
    parts = np.where(own.applicable > 0, own.counted, 0.0)
    total = parts[:, field.base].sum(axis=1)
    varied = float(((total - total.mean()) ** 2).sum()) if field.number else 0.0
    found = []
    for column in field.base.tolist():
        there = shares[~np.isnan(shares[:, column]), column]
        moved = float(((parts[:, column] - parts[:, column].mean()) * (total - total.mean())).sum()) if varied else 0.0
        found.append(
            Telling(
                board.indicators[column],
                len(there),
                int((there >= 1 - _NEAR).sum()),
                int((there <= _NEAR).sum()),
                len(np.unique(there.round(9))),
                moved / varied if varied else 0.0,
            )
        )
    return found


def list_same(field: DrawInputs) -> list[tuple[str, str, float]]:
    """Pairs of indicators that order the units (nearly) alike, with the correlation of their ranks.

    Only indicators that tell units apart, and with :data:`LEAST` units to compare at least.
    """
    shares, board, found = _find_shares(field), field.board, []
    places = {n: _place(shares[:, n]) for n in field.base.tolist()}
    for first, second in combinations(places, 2):
        both = ~np.isnan(places[first]) & ~np.isnan(places[second])
        one, other = places[first][both], places[second][both]
        if len(one) < LEAST or np.ptp(one) == 0 or np.ptp(other) == 0:
            continue
        alike = float(np.corrcoef(one, other)[0, 1])
        if alike >= SAME:
            found.append((board.indicators[first], board.indicators[second], min(alike, 1.0)))
    return sorted(found, key=lambda pair: -pair[2])


def _place(values: Real) -> Real:
    """Mean places, so that ties weigh nothing."""
    present = ~np.isnan(values)
    among = np.sort(values[present].round(9))
    low = np.searchsorted(among, values.round(9), side="left")
    high = np.searchsorted(among, values.round(9), side="right")
    return np.where(present, (low + high) / 2, np.nan)


def _find_shares(field: DrawInputs) -> Real:
    """Of each item what it counts of what applies; NaN where nothing does."""
    own = field.variants[0]
    there = own.applicable > 0
    return np.where(there, own.counted / np.where(there, own.applicable, 1.0), np.nan)


def weigh_effectively(field: DrawInputs) -> Real:
    """What each base indicator weighs in each unit's total (units by all columns), 1 together for each unit.

    What does not apply weighs nothing, and what is left takes its place inside its review.
    """
    own, board = field.variants[0], field.board
    found = np.zeros_like(own.applicable)
    taking = np.zeros(field.number)
    for review, weight in board.reviews.items():
        among = [int(n) for n in field.base if board.review_of[board.sections[n]] == review]
        applying = own.applicable[:, among].sum(axis=1, keepdims=True)
        found[:, among] = weight * own.applicable[:, among] / np.maximum(applying, _NEAR)
        taking += np.where(applying[:, 0] > 0, weight, 0)
    return np.asarray(found / np.maximum(taking, 1)[:, None])


def list_shifted(field: DrawInputs, least: float = 0.1) -> list[tuple[int, str, float, float]]:
    """Where an indicator weighs at least so much more than usual: (unit, indicator, usual share, its share there).

    In proportion to its usual share, which is that of the official marks; the largest first.
    """
    usual, found = weigh_effectively(field), []
    marks = field.marks[field.base]
    official = np.zeros(len(field.board.indicators))
    if marks.sum() > 0:
        for review, weight in field.board.reviews.items():
            among = [int(n) for n in field.base if field.board.review_of[field.board.sections[n]] == review]
            whole = field.marks[among].sum()
            official[among] = weight * field.marks[among] / max(float(whole), _NEAR)
        official /= max(float(official.sum()), _NEAR)
    for unit in range(field.number):
        for column in field.base.tolist():
            share = float(usual[unit, column])
            if official[column] > 0 and share / official[column] - 1 >= least:
                found.append((unit, field.board.indicators[column], float(official[column]), share))
    return sorted(found, key=lambda row: row[2] / row[3])
