"""Rules that compare units, with one peer left out at a time: what would the others have got without it?"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import numpy.typing as npt
import polars as pl

from indicators.entries.amounts import Quantity
from indicators.pack.model import Pack
from indicators.rules.relative import PeerMean, Relative
from scoring.base.parts import ScoredPart, list_parts
from scoring.results.scores import Scores
from scoring.rules.registry import find_rule
from scoring.trials.firmness.fields import Absence, find_places
from scoring.trials.firmness.levels import rank_values, scale_between
from scoring.trials.whatif import Board

Real = npt.NDArray[np.float64]
#: Of more units than this only so many are left out, spread over the ranking.
MOST = 60


def list_absences(pack: Pack, scores: Scores, parts: pl.DataFrame, board: Board) -> tuple[Absence, ...]:
    """For each peer, or with very many for some, what the items of the others would count more without it.

    The peer that is left out keeps its own marks. None where the cohort has no rule that compares.
    """
    rows, columns = find_places(board)
    compared = [
        part
        for part in list_parts(pack, scores.year)
        if part.cohort == board.cohort.id and find_rule(part.part.marks).compares and part.indicator.id in columns
    ]
    scored = set(scores.items.filter(pl.col("outcome") == "scored").select("unit", "indicator").iter_rows())
    found: dict[int, dict[int, Real]] = {}
    chosen = np.unique(np.linspace(0, max(len(rows) - 1, 0), MOST).round().astype(np.int64)).tolist()
    for part in compared if len(rows) > 1 else ():
        own = parts.filter((pl.col("part") == part.number) & pl.col("points").is_not_null())
        units = own["unit"].to_list()
        values = np.array([int(n) / int(d) for n, d in zip(own["num"], own["den"], strict=True)])
        full, scale = part.full / 1_000_000, 10.0**scores.precision
        whole = print_marks(mark_compared(part, values, full), scale)
        name = part.indicator.id
        at = np.array([rows[unit] if (unit, name) in scored else -1 for unit in units if unit in rows])
        among = np.array([n for n, unit in enumerate(units) if unit in rows])
        for peer in chosen:
            if board.units[peer] not in units:
                continue
            out = units.index(board.units[peer])
            without = whole.copy()
            kept = np.arange(len(units)) != out
            without[kept] = print_marks(mark_compared(part, values[kept], full), scale)
            more = np.zeros(len(rows))
            held = at >= 0
            more[at[held]] = (without - whole)[among[held]]
            there = found.setdefault(peer, {})
            there[columns[name]] = there.get(columns[name], 0) + more
    return tuple(Absence(peer, more) for peer, more in found.items() if any(each.any() for each in more.values()))


def print_marks(marks: Real, scale: float) -> Real:
    """Whole units of the last decimal, half up; what lies a hair below a half in floats is meant to lie on it."""
    return np.asarray(np.floor(marks * scale + 0.5 + 1e-7))


def mark_compared(part: ScoredPart, values: Real, full: float) -> Real:
    """The marks of figures by a relative rule, in floats; ``full`` is what the part is worth."""
    rule = part.part.marks.chosen
    assert isinstance(rule, Relative)
    if not len(values):
        return values
    way = 1.0 if rule.better == "higher" else -1.0
    best, worst = float((values * way).max()) * way, float((values * way).min()) * way
    if best == worst:
        return np.full(len(values), _weigh(rule.all_equal, full))
    if any((rule.rank_table, rule.rank_step, rule.rank_share)):
        return _mark_places(rule, rank_values(values * way), full)
    if rule.ratio_to_best is not None:
        if way > 0:
            return np.zeros(len(values)) if best <= 0 else full * np.maximum(values, 0) / best
        return np.where(values == best, full, full * max(best, 0.0) / np.maximum(values, 1e-12))
    if rule.min_max is not None:
        base = _weigh(rule.min_max.base, full)
        return np.asarray(base + (full - base) * scale_between(values, worst, best))
    assert rule.peer_mean is not None
    return np.asarray(full - _find_cost(rule.peer_mean, np.maximum(way * (values.mean() - values), 0.0), full))


def _mark_places(rule: Relative, places: npt.NDArray[np.int64], full: float) -> Real:
    if (table := rule.rank_table) is not None:
        listed = [*(_weigh(worth, full) for worth in table.marks), _weigh(table.beyond, full)]
        return np.array(listed)[np.minimum(places - 1, len(table.marks))]
    if (parts := rule.rank_share) is not None:
        ends = [parts.count_places(step, len(places)) for step in parts.steps]
        listed = [*(_weigh(step.marks, full) for step in parts.steps), _weigh(parts.beyond, full)]
        return np.array(listed)[np.searchsorted(np.array(ends), places)]
    step = rule.rank_step
    assert step is not None
    got = _weigh(step.first, full) - (places - 1) * _weigh(step.step, full)
    return np.asarray(np.maximum(got, _weigh(step.floor, full)))


def _find_cost(rule: PeerMean, worse: Real, full: float) -> Real:
    # Nine decimals: what is a whole number of steps must not be one more for the floats' sake.
    steps = np.round(worse / float(Decimal(rule.per.value)), 9)
    steps = np.ceil(steps) if rule.partial == "up" else np.floor(steps) if rule.partial == "down" else steps
    return np.minimum(steps * _weigh(rule.each, full), _weigh(rule.cap, full))


def _weigh(amount: Quantity, full: float) -> float:
    return float(amount.of(Decimal(full)))
