"""The curve of a rule is what the engine gives at its points.

Not proved here: that a curve looks well; and of figures between two points nothing is said.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.base.parts import list_parts
from scoring.explain.curves import Curve, find_curve, list_samples

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(EXAMPLE)


def find(pack: Pack, indicator: str) -> Curve | None:
    part = next(each for each in list_parts(pack, 2024) if each.indicator.id == indicator)
    return find_curve(part, pack)


def test_a_share_is_followed_from_nothing_to_the_whole(pack: Pack) -> None:
    curve = find(pack, "1.filing")
    assert curve is not None and curve.share and not curve.whole
    marks = dict(curve.points)
    # cases/rules.yaml: 45 of 90 % are half of the marks, and more than the target brings no more.
    assert [marks[Fraction(each)] for each in (0, 45, 90, 100)] == [0, 1, 2, 2]
    assert list_samples(curve)[4] == ("40%", "0.89")


def test_things_are_counted_one_by_one(pack: Pack) -> None:
    curve = find(pack, "2.lectures")
    assert curve is not None and curve.whole
    assert list_samples(curve) == [("0 条", "0"), ("1 条", "1"), ("2 条", "2"), ("3 条", "2"), ("4 条", "2")]


def test_there_are_no_more_periods_than_the_year_has() -> None:
    curve = find(load_pack(EXAMPLE.parent / "forms-pack"), "8.each-quarter")
    assert curve is not None
    assert [marks for _, marks in list_samples(curve)] == ["0.0", "0.5", "1.0", "1.5", "2.0"]


@pytest.mark.parametrize("indicator", ["3.report", "5.problems", "5.false-material"])
def test_what_follows_from_no_single_figure_has_no_curve(pack: Pack, indicator: str) -> None:
    assert find(pack, indicator) is None
