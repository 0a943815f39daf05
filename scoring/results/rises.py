"""Who rose and who fell since an earlier result, by marks and then by places, and what that result is called.

Every page and every paper that says 进步, 退步, 上次 or 上年 takes it from here, so that each means one thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from indicators.entries.shortlist import shorten_list
from scoring.results.differences import compare_standings
from scoring.results.scores import Scores, write_marks

#: The run of the same year that was stored before; the newest run of the year before.
LAST_RUN, LAST_YEAR = "上次", "上年"
#: So many units that share a place are named.
NAMED = 3


@dataclass(frozen=True)
class EarlierRuns:
    """The runs that one is compared with, by their ids; None where there is none."""

    last_run: str | None
    last_year: str | None


def find_earlier(runs: Sequence[str], run: str) -> EarlierRuns:
    """What came before ``run``, which is among the ids of ``runs``, oldest first."""
    year = _read_year(run)
    before = [name for name in runs[: runs.index(run)] if _read_year(name) == year]
    years = [name for name in runs if _read_year(name) == year - 1]
    return EarlierRuns(before[-1] if before else None, years[-1] if years else None)


def _read_year(run: str) -> int:
    return int(run.split("-")[0])


def name_earlier(year: int, earlier: int) -> str:
    """What an earlier result is called beside one of ``year``: 上次, 上年, or its year where it is neither."""
    return {year: LAST_RUN, year - 1: LAST_YEAR}.get(earlier, f"{earlier}年度")


@dataclass(frozen=True)
class Rise:
    """How many marks and places a unit rose (fell, below zero) from one result in which it is ranked to another."""

    name: str
    marks: int
    places: int


def find_rises(earlier: Scores, scores: Scores) -> dict[tuple[str, str], Rise]:
    """By cohort and unit, of those that are ranked in both; marks in whole units of the last decimal of ``scores``."""
    grain = 10 ** max(0, earlier.precision - scores.precision)
    return {
        (unit.cohort, unit.unit): Rise(unit.name, int(Fraction(unit.marks, grain)), unit.places)
        for unit in compare_standings(earlier, scores)
        if unit.marks is not None and unit.places is not None
    }


@dataclass(frozen=True)
class Extremes:
    """Who rose most and who fell most; several where they share it, nobody where nobody rose or fell."""

    best: tuple[Rise, ...]
    worst: tuple[Rise, ...]


def find_extremes(rises: Iterable[Rise]) -> Extremes:
    """The most risen and the most fallen: marks decide, places only among equal marks."""
    listed = list(rises)
    top = max(((rise.marks, rise.places) for rise in listed), default=(0, 0))
    bottom = min(((rise.marks, rise.places) for rise in listed), default=(0, 0))
    return Extremes(
        tuple(rise for rise in listed if (rise.marks, rise.places) == top and rise.marks > 0),
        tuple(rise for rise in listed if (rise.marks, rise.places) == bottom and rise.marks < 0),
    )


def describe_extremes(rises: Iterable[Rise], earlier: str, precision: int) -> str:
    """The sentence about who rose and who fell most since ``earlier`` (上次, 上年); empty where nobody did."""
    found = find_extremes(rises)
    said = [
        f"{word}最多的是{_name(units)}（{_write_both(units[0], precision)}）"
        for word, units in (("进步", found.best), ("退步", found.worst))
        if units
    ]
    return f"比{earlier}{'，'.join(said)}。" if said else ""


def _name(rises: Sequence[Rise]) -> str:
    return shorten_list([rise.name for rise in rises], NAMED, "个单位")


def _write_both(rise: Rise, precision: int) -> str:
    return f"{write_marks(rise.marks, precision, signed=True)} 分，{describe_places(rise.places)}"


def describe_places(places: int) -> str:
    """How a rank moved."""
    return f"升 {places} 名" if places > 0 else f"降 {-places} 名" if places < 0 else "名次不变"
