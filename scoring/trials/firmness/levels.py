"""Weighted means level by level over what is there, and figures brought to one scale: composite indices in floats.

The definitions are those that indices of countries use; a value that is missing (NaN) takes no part on its level, and
the weights beside it share its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Real = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int64]


def average_levels(values: Real, weights: Sequence[float], groups: Sequence[Mapping[int, tuple[int, float]]]) -> Real:
    """The mean of means of ``values`` (units by figures): one number to a unit, NaN where nothing is there.

    ``weights`` are those of the figures. Each of ``groups`` leads the columns of its level to the column of the next
    level with the weight that this has there; the last level is averaged to one number.
    """
    level, of = values, np.asarray(weights, dtype=np.float64)
    for parents in groups:
        number = 1 + max(parent for parent, _ in parents.values())
        above, heavy = np.full((len(level), number), np.nan), np.zeros(number)
        for parent in range(number):
            among = [column for column, (to, _) in sorted(parents.items()) if to == parent]
            above[:, parent] = average_columns(level[:, among], of[among])
            heavy[parent] = parents[among[0]][1]
        level, of = above, heavy
    return average_columns(level, of)


def average_columns(values: Real, weights: Real) -> Real:
    """The weighted mean over the columns that are there; NaN where none is."""
    present = ~np.isnan(values)
    heavy = present @ weights
    found = np.where(present, values, 0.0) @ weights
    return np.asarray(np.divide(found, heavy, out=np.full(len(values), np.nan), where=heavy > 0))


def rank_values(values: Real) -> Ranks:
    """1 and as many more as are strictly greater (1, 1, 3); missing values have -1 and take no part."""
    present = ~np.isnan(values)
    among = np.sort(values[present])
    places = 1 + len(among) - np.searchsorted(among, np.where(present, values, 0.0), side="right")
    return np.where(present, places, -1).astype(np.int64)


def place_values(values: Real) -> Real:
    """The place from below, 1 for the least, ties sharing the lower place; NaN stays."""
    present = ~np.isnan(values)
    among = np.sort(values[present])
    return np.where(present, 1.0 + np.searchsorted(among, np.where(present, values, 0.0), side="left"), np.nan)


def scale_between(values: Real, low: float, high: float, *, hold: bool = False) -> Real:
    """Where each lies on the way from ``low`` (0) to ``high`` (1); ``hold`` cuts off what lies outside.

    NaN everywhere where the two are the same.
    """
    if low == high:
        return np.full(len(values), np.nan)
    way = (values - low) / (high - low)
    return np.clip(way, 0.0, 1.0) if hold else way


def standardise(values: Real) -> Real:
    """Distances from the mean in standard deviations of a sample."""
    return np.asarray((values - np.nanmean(values)) / np.nanstd(values, ddof=1))
