"""Whether teams mark alike, by what was marked twice: severity of each team, agreement, and what stands out.

Values are shares of what may be given, 0 to 1, as floats: nothing here decides a mark. A team is severe where it gives
less than others for the same thing. Chances come from turning signs: if all teams mark alike, either of two marks might
as well have been the lower one, so the differences with signs turned at random show what chance alone brings about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Real = npt.NDArray[np.float64]
#: So often signs are turned, and things drawn again with replacement.
TURNS, REDRAWN = 1999, 2000
#: A team is named where chance alone brings about as much in no more than this share of cases, all teams together.
ALARM = 0.05
#: Fewer things marked twice say nothing.
FEW = 6
#: Two marks of one thing stand out only where they lie this share of what may be given apart, and
#: this many times further than marks usually do.
APART, UNUSUAL = 0.25, 3.0
_TO_DEVIATION = 1.4826


@dataclass(frozen=True)
class MarkedTwice:
    """One thing that two teams marked: by whom, and what each gave of what may be given."""

    key: str
    first_team: str
    second_team: str
    first: float
    second: float


@dataclass(frozen=True)
class Severity:
    """How a team marks against the one in the middle; below 0 it gives less.

    ``things``: how many it has in common with others. ``chance``: how often marking alike brings about as much.
    """

    team: str
    things: int
    leaning: float
    chance: float

    @property
    def is_found(self) -> bool:
        """Whether it is more than chance."""
        return self.chance <= ALARM


@dataclass(frozen=True)
class Agreement:
    """Kappa weighted by squared differences, with the interval that holds it at 95 %; None where nothing differs."""

    kappa: float | None
    low: float | None = None
    high: float | None = None


def find_severities(pairs: Sequence[MarkedTwice], seed: int, turns: int = TURNS) -> list[Severity]:
    """The severity of each team that has things in common with another, in the order of their names."""
    compared = [pair for pair in pairs if pair.first_team != pair.second_team]
    teams = sorted({team for pair in compared for team in (pair.first_team, pair.second_team)})
    if len(compared) < FEW:
        return []
    sides, differences = _lay_out(compared, teams)
    solve = np.linalg.pinv(sides)
    spread = np.sqrt(np.diag(solve @ solve.T))
    groups = _link(sides)
    leanings = _centre(differences[None, :] @ solve.T, groups)[0]
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(turns, len(compared)))
    largest = (np.abs(_centre((signs * differences) @ solve.T, groups)) / spread).max(axis=1)
    found = np.abs(leanings) / spread
    things = np.abs(sides).sum(axis=0)
    return [
        Severity(
            team, int(things[n]), float(leanings[n]), float((1 + (largest >= found[n] - 1e-12).sum()) / (turns + 1))
        )
        for n, team in enumerate(teams)
    ]


def _lay_out(pairs: Sequence[MarkedTwice], teams: Sequence[str]) -> tuple[Real, Real]:
    """For each pair 1 at the first team and -1 at the second; and by how much the first gave more."""
    place = {team: n for n, team in enumerate(teams)}
    sides = np.zeros((len(pairs), len(teams)))
    for n, pair in enumerate(pairs):
        sides[n, place[pair.first_team]], sides[n, place[pair.second_team]] = 1.0, -1.0
    return sides, np.array([pair.first - pair.second for pair in pairs])


def _link(sides: Real) -> list[npt.NDArray[np.intp]]:
    """The groups of teams that are compared with each other, if by way of others."""
    linked = (sides.T @ sides != 0).astype(np.float64)
    for _ in range(len(linked)):
        linked = (linked @ linked > 0).astype(np.float64)
    return [np.flatnonzero(row) for row in np.unique(linked, axis=0)]


def _centre(leanings: Real, groups: Sequence[npt.NDArray[np.intp]]) -> Real:
    """Leanings, one row for each trial, against the team in the middle of its group."""
    moved = leanings.copy()
    for group in groups:
        moved[:, group] -= np.median(moved[:, group], axis=1, keepdims=True)
    return moved


def measure_agreement(pairs: Sequence[MarkedTwice], seed: int, redrawn: int = REDRAWN) -> Agreement:
    """How well two marks of one thing agree, beyond what marks given at random would."""
    if len(pairs) < FEW:
        return Agreement(None)
    marks = np.array([(pair.first, pair.second) for pair in pairs])
    kappa = _weigh(marks[None, :, :])[0]
    drawn = np.random.default_rng(seed).integers(0, len(pairs), size=(redrawn, len(pairs)))
    again = _weigh(marks[drawn])
    again = again[np.isfinite(again)]
    if not np.isfinite(kappa) or not len(again):
        return Agreement(None)
    low, high = np.quantile(again, (0.025, 0.975))
    return Agreement(float(kappa), float(low), float(high))


def _weigh(marks: Real) -> Real:
    """One kappa for each trial: 1 less the squared differences over those of each first mark with every second."""
    first, second = marks[:, :, 0], marks[:, :, 1]
    apart = ((first - second) ** 2).mean(axis=1)
    mixed = (first**2).mean(axis=1) + (second**2).mean(axis=1) - 2 * first.mean(axis=1) * second.mean(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Real = np.where(mixed > 1e-12, 1 - apart / mixed, np.nan)
    return found


def find_outliers(pairs: Sequence[MarkedTwice], severities: Sequence[Severity]) -> list[MarkedTwice]:
    """What should be looked at together: marks further apart than usual once severity is taken off, furthest first."""
    leaning = {each.team: each.leaning for each in severities if each.is_found}
    left = {
        pair.key: abs(pair.first - pair.second - leaning.get(pair.first_team, 0.0) + leaning.get(pair.second_team, 0.0))
        for pair in pairs
    }
    usual = _TO_DEVIATION * float(np.median(list(left.values()))) if left else 0.0
    limit = max(APART, UNUSUAL * usual)
    return sorted(
        (pair for pair in pairs if left[pair.key] > limit - 1e-12), key=lambda pair: (-left[pair.key], pair.key)
    )
