"""What if: other marks for an item, other weights for sections, and the ranking at once, in whole numbers.

The figures themselves are not scored anew: whoever is compared with others (名次、均值) keeps the marks of the run.
With nothing moved the totals, ranks and grades are those of the run, exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from indicators.pack.grades import Grade, sort_grades
from indicators.pack.model import COUNTING, Cohort, Pack
from scoring.base.bands import settle_quotas
from scoring.results.scale import add_applying
from scoring.results.scores import Scores

Whole = npt.NDArray[np.int64]
_MILLION = 1_000_000
#: The greatest whole number of 64 bits; what might grow larger is worked out without bounds, and slower.
_GREATEST = 2**63 - 1


@dataclass(frozen=True)
class Board:
    """A cohort as matrices of units by indicators, made once and moved often."""

    cohort: Cohort
    precision: int
    units: tuple[str, ...]
    names: tuple[str, ...]
    indicators: tuple[str, ...]
    sections: tuple[str, ...]
    counted: Whole
    applicable: Whole
    full: Whole
    zeroed: npt.NDArray[np.bool_]
    ranked: npt.NDArray[np.bool_]
    caps: Mapping[str, str | None]
    reviews: Mapping[str, int]
    review_of: Mapping[str, str]
    kinds: Mapping[str, str]
    extra_caps: Mapping[str, int]
    floor: int | None
    ceiling: int | None


@dataclass(frozen=True)
class Outcome:
    """Totals in the order of the board's units (-1 in ``ranks`` and None in ``grades`` where there is none)."""

    totals: Whole
    ranks: Whole
    grades: tuple[str | None, ...]


def build_board(pack: Pack, scores: Scores, cohort: str) -> Board:
    """The board of one cohort of a run. Units without a total are left out."""
    own = scores.of_cohort(cohort)
    totals = own.totals.filter(pl.col("total").is_not_null())
    units, names = tuple(totals["unit"]), tuple(totals["unit_name"])
    head = pack.head
    found = next(entry for entry in head.cohorts if entry.id == cohort)
    kinds = {section.id: section.kind for section in head.sections}
    items = own.items.filter(pl.col("section_kind").is_in(COUNTING))
    indicators = tuple(items["indicator"].unique(maintain_order=True))
    of = dict(items.select("indicator", "section").unique().iter_rows())
    applies = add_applying(pack, items)
    unit = 10**head.precision
    limit = head.policy.total
    return Board(
        cohort=found,
        precision=head.precision,
        units=units,
        names=names,
        indicators=indicators,
        sections=tuple(of[indicator] for indicator in indicators),
        counted=_spread(applies, "counted", units, indicators),
        applicable=_spread(applies, "applies", units, indicators),
        full=totals["full"].to_numpy(),
        zeroed=totals["zeroed"].to_numpy(),
        ranked=totals["rank"].is_not_null().to_numpy(),
        caps=dict(totals.select("unit", "grade_cap").iter_rows()),
        reviews={r.id: int(r.weight[cohort].value * _MILLION) for r in head.reviews if cohort in r.weight}
        or {"": _MILLION},
        review_of={section.id: section.review or "" for section in head.sections},
        kinds=dict(kinds),
        extra_caps={s.id: int(s.cap[cohort] * unit) for s in head.sections if cohort in s.cap},
        floor=None if limit.floor is None else int(limit.floor * unit),
        ceiling=None if limit.ceiling is None else int(limit.ceiling * unit),
    )


def _spread(items: pl.DataFrame, column: str, units: tuple[str, ...], indicators: tuple[str, ...]) -> Whole:
    rows = {unit: number for number, unit in enumerate(units)}
    columns = {indicator: number for number, indicator in enumerate(indicators)}
    chosen = items.filter(pl.col("unit").is_in(list(units)))
    found = np.zeros((len(units), len(indicators)), dtype=np.int64)
    if chosen.is_empty():
        return found
    at_row = chosen["unit"].replace_strict(rows, return_dtype=pl.Int64).to_numpy()
    at_column = chosen["indicator"].replace_strict(columns, return_dtype=pl.Int64).to_numpy()
    found[at_row, at_column] = chosen[column].to_numpy()
    return found


def play(
    board: Board, moves: Mapping[tuple[str, str], int] | None = None, weights: Mapping[str, int] | None = None
) -> Outcome:
    """The ranking with some items' marks replaced, and base sections worth ``weights`` per cent of what they are.

    ``moves`` are by (unit, indicator), in whole units of the last decimal. After weighting, what a unit has of what
    applies to it is brought to its full marks again. KeyError for a unit or indicator that the board does not have.
    """
    counted, weights = board.counted, weights or {}
    if moves:
        counted = counted.copy()
        rows, columns = ({key: n for n, key in enumerate(keys)} for keys in (board.units, board.indicators))
        for (unit, indicator), marks in moves.items():
            counted[rows[unit], columns[indicator]] = marks
    factors = np.array(_reduce([weights.get(section, 100) for section in board.sections]), dtype=np.int64)
    totals = _add_base(board, counted, factors)
    for section, cap in board.extra_caps.items():
        if board.kinds[section] in ("bonus", "deduction"):
            totals = totals + np.clip(counted[:, _of_section(board, section)].sum(axis=1), -cap, cap)
    totals = np.clip(totals, board.floor, board.ceiling) if (board.floor, board.ceiling) != (None, None) else totals
    totals = np.where(board.zeroed, 0, totals)
    ranks = _rank(_share(totals, board.full), board.ranked)
    return Outcome(totals, ranks, _grade(board, totals, ranks))


def _reduce(weights: list[int]) -> list[int]:
    divisor = int(np.gcd.reduce(np.array(weights or [1], dtype=np.int64)))
    return [weight // (divisor or 1) for weight in weights]


def _of_section(board: Board, section: str) -> list[int]:
    return [number for number, name in enumerate(board.sections) if name == section]


def _add_base(board: Board, counted: Whole, factors: Whole) -> Whole:
    """The base part of the totals: by review, brought to full marks, rounded half up, and added."""
    earned, applying = {}, {}
    for review in board.reviews:
        among = [
            number
            for number, section in enumerate(board.sections)
            if board.kinds[section] == "base" and board.review_of[section] == review
        ]
        earned[review] = (counted[:, among] * factors[among]).sum(axis=1)
        applying[review] = (board.applicable[:, among] * factors[among]).sum(axis=1)
    weights = sum(
        (np.where(applying[review] > 0, weight, 0) for review, weight in board.reviews.items()),
        np.zeros(len(board.units), dtype=np.int64),
    )
    base = np.zeros(len(board.units), dtype=np.int64)
    for review, weight in board.reviews.items():
        base = base + _bring(earned[review], applying[review], board.full, weight, weights)
    return base


def _bring(earned: Whole, applying: Whole, full: Whole, weight: int, weights: Whole) -> Whole:
    if not len(full):
        return full
    largest = int(np.abs(earned).max()) * int(np.abs(full).max()) * weight * 2 + int(applying.max()) * int(
        weights.max()
    )
    below = max(int(applying.max()) * int(weights.max()) * 2, 1)
    if max(largest, below) > _GREATEST:
        return np.array(
            [
                (2 * int(e) * weight * int(f) + int(a) * int(w)) // (2 * int(a) * int(w)) if a > 0 else 0
                for e, a, f, w in zip(earned, applying, full, weights, strict=True)
            ],
            dtype=np.int64,
        )
    divisor = np.where(applying > 0, 2 * applying * weights, 1)
    brought = (2 * earned * weight * full + applying * weights) // divisor
    return np.where(applying > 0, brought, 0)


def _share(totals: Whole, full: Whole) -> Whole:
    """Whole numbers in the order of the totals' shares of full marks; see ``scoring.engine.totals``."""
    if len(set(full.tolist())) <= 1:
        return totals
    scale = 2 * int(full.max()) ** 2
    shares = [int(total) * scale // int(of) for total, of in zip(totals, full, strict=True)]
    places = {share: place for place, share in enumerate(sorted(set(shares)))}
    return np.array([places[share] for share in shares], dtype=np.int64)


def _rank(totals: Whole, ranked: npt.NDArray[np.bool_]) -> Whole:
    """1 and as many more as are strictly better; -1 for who is not ranked."""
    among = np.sort(totals[ranked])
    places = 1 + len(among) - np.searchsorted(among, totals, side="right")
    return np.where(ranked, places, -1).astype(np.int64)


def _grade(board: Board, totals: Whole, ranks: Whole) -> tuple[str | None, ...]:
    names = [*(band.name for band in sort_grades(board.cohort.grades)), None]
    found = np.where(board.ranked, find_bands(board, totals), -1)
    found[board.ranked] = settle_quotas(board.cohort, found[board.ranked], ranks[board.ranked])
    return tuple(names[place] for place in found.tolist())


def find_bands(board: Board, totals: Whole | npt.NDArray[np.float64]) -> Whole:
    """The place of each total's grade among :func:`sort_grades`; -1 where no grade holds it.

    Caps of vetoes are minded, quotas are not. ``totals`` are whole units of the last decimal, the board's units along
    the last axis.
    """
    unit, bands = 10**board.precision, sort_grades(board.cohort.grades)
    found = np.full(totals.shape, -1, dtype=np.int64)
    # Of bands that overlap the lowest counts, so it comes last.
    for number in reversed(range(len(bands))):
        found[_hold(bands[number], totals, unit)] = number
    standing = {band.name: number for number, band in enumerate(bands)}
    caps = np.array([standing.get(board.caps[name] or "", len(bands)) for name in board.units], dtype=np.int64)
    return np.minimum(found, caps)


def _hold(band: Grade, totals: Whole | npt.NDArray[np.float64], unit: int) -> npt.NDArray[np.bool_]:
    """Whether the band holds each total, in whole units of the last decimal."""
    held = np.ones(totals.shape, dtype=np.bool_)
    if band.low is not None:
        bound, included = band.low[0] * unit, band.low[1]
        held &= totals >= (math.ceil(bound) if included else math.floor(bound) + 1)
    if band.high is not None:
        bound, included = band.high[0] * unit, band.high[1]
        held &= totals <= (math.floor(bound) if included else math.ceil(bound) - 1)
    return held
