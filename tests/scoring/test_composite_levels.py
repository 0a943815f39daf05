"""Weighted means level by level, scales and ranks, against another program's outputs on real data.

Equal to 1e-9, ranks exactly. It does not prove that a composite index is a good one.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from scoring.trials.firmness.levels import (
    Real,
    average_levels,
    place_values,
    rank_values,
    scale_between,
    standardise,
)

HERE = Path(__file__).parent / "composite"
TOLERANCE = 1e-9


def read(name: str) -> tuple[list[str], dict[str, list[str]]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    return head, {column: [row[n] for row in rows] for n, column in enumerate(head)}


def number(text: str) -> float:
    return float(text) if text not in ("", "NA") else np.nan


META = {
    row: dict(zip(read("02_iMeta.csv")[0], values, strict=True))
    for row, values in enumerate(zip(*read("02_iMeta.csv")[1].values(), strict=True))
}
BY_CODE = {row["iCode"]: row for row in META.values()}
CODES = [row["iCode"] for row in META.values() if row["Level"] == "1"]
PILLARS = [row["iCode"] for row in META.values() if row["Level"] == "2"]
HALVES = [row["iCode"] for row in META.values() if row["Level"] == "3"]
RAW = np.array([[number(text) for text in read("03_dset_raw.csv")[1][code]] for code in CODES]).T
DIRECTED = RAW * np.array([float(BY_CODE[code]["Direction"]) for code in CODES])
POSTS = {
    code: {name: values[n] for name, values in read("05_norm_params.csv")[1].items()}
    for n, code in enumerate(read("05_norm_params.csv")[1]["iCode"])
}


def find_posts(code: str) -> tuple[float, float]:
    low, high = float(POSTS[code]["goalpost_lower"]), float(POSTS[code]["goalpost_upper"])
    return (low, high) if BY_CODE[code]["Direction"] == "1" else (-high, -low)


def by_column(scale: object) -> Real:
    return np.stack([scale(DIRECTED[:, n], code) for n, code in enumerate(CODES)], axis=1)  # type: ignore[operator]


def least(x: Real) -> float:
    return float(np.nanmin(x))


def most(x: Real) -> float:
    return float(np.nanmax(x))


def reach_goal(x: Real, code: str) -> Real:
    goal = float(BY_CODE[code]["Target"]) * float(BY_CODE[code]["Direction"])
    return scale_between(x, least(x), goal)


SCALES = {
    "minmax_0_100": lambda x, _: 100 * scale_between(x, least(x), most(x)),
    "minmax_1_100": lambda x, _: 1 + 99 * scale_between(x, least(x), most(x)),
    "zscore_0_1": lambda x, _: standardise(x),
    "zscore_10_2": lambda x, _: 10 + 2 * standardise(x),
    "goalpost_trunc": lambda x, code: 100 * scale_between(x, *find_posts(code), hold=True),
    "goalpost_free": lambda x, code: 100 * scale_between(x, *find_posts(code)),
    "rank": lambda x, _: place_values(x),
    "borda": lambda x, _: place_values(x) - 1,
    "prank": lambda x, _: (place_values(x) - 1) / ((~np.isnan(x)).sum() - 1),
    "dist2max": lambda x, _: scale_between(x, least(x), most(x)),
    "dist2targ_cap": lambda x, code: np.minimum(reach_goal(x, code), 1.0),
    "dist2targ_nocap": reach_goal,
}


def lead_up(below: list[str], above: list[str]) -> dict[int, tuple[int, float]]:
    return {
        n: (above.index(BY_CODE[code]["Parent"]), float(BY_CODE[BY_CODE[code]["Parent"]]["Weight"]))
        for n, code in enumerate(below)
    }


def find_index(scaled: Real) -> Real:
    weights = [float(BY_CODE[code]["Weight"]) for code in CODES]
    return average_levels(scaled, weights, [lead_up(CODES, PILLARS), lead_up(PILLARS, HALVES)])


@pytest.mark.parametrize("name", ["minmax_0_100", "goalpost_trunc"])
def test_figures_on_one_scale_are_those_of_the_other_program(name: str) -> None:
    _, told = read(f"20_agg_raw_{name}_amean.csv")
    expected = np.array([[number(text) for text in told[code]] for code in CODES]).T
    found = by_column(SCALES[name])
    assert (np.isnan(found) == np.isnan(expected)).all()
    assert np.nanmax(np.abs(found - expected)) <= TOLERANCE


def test_places_from_below_are_those_of_the_other_program() -> None:
    _, told = read("10_norm_raw_rank.csv")
    expected = np.array([[number(text) for text in told[code]] for code in CODES]).T
    np.testing.assert_array_equal(by_column(SCALES["rank"]), expected)


@pytest.mark.parametrize("name", sorted(SCALES))
def test_index_and_ranks_are_those_of_the_other_program(name: str) -> None:
    _, told = read("30_ranks_raw_amean_all_norms.csv")
    among = [n for n, each in enumerate(told["normalisation"]) if each == name]
    assert [told["uCode"][n] for n in among] == read("03_dset_raw.csv")[1]["uCode"]
    found = find_index(by_column(SCALES[name]))
    difference = np.abs(found - np.array([float(told["Index"][n]) for n in among])).max()
    print(f"{name}: index differs by {difference:.1e} at most")  # noqa: T201
    assert difference <= TOLERANCE
    # Units level on paper may be apart by the last bit of a float, there and here: ranks go by ten decimals.
    assert rank_values(found.round(10)).tolist() == [int(told["Rank"][n]) for n in among]


def test_every_normalisation_of_the_other_program_is_compared() -> None:
    assert set(read("30_ranks_raw_amean_all_norms.csv")[1]["normalisation"]) == set(SCALES)


def test_a_group_with_nothing_in_it_hands_its_weight_to_the_others() -> None:
    values = np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, 3.0], [np.nan, np.nan, np.nan]])
    found = average_levels(values, [1, 1, 1], [{0: (0, 1.0), 1: (0, 1.0), 2: (1, 3.0)}])
    np.testing.assert_allclose(found, [2.5, 3.0, np.nan])
    assert rank_values(found).tolist() == [2, 1, -1]
