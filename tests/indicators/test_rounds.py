"""The best and the worst periods are fewer than there are, and only a mean is taken of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from indicators.measures.rounds import Rounds
from indicators.measures.rows import ALONE
from indicators.reader import load_pack

FORMS = Path(__file__).parents[2] / "docs" / "forms-pack"
QUARTERS = {"dataset": "activities", "date": "held_on", "each": "quarter"}


@pytest.mark.parametrize(
    "more", [{"pick": "least", "top": 2}, {"pick": "mean", "top": 1, "bottom": 1}, {"pick": "most", "bottom": 0}]
)
def test_only_a_mean_is_taken_of_one_end(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="只与 pick: mean 一起写"):
        Rounds.model_validate(QUARTERS | more)


@pytest.mark.parametrize(
    ("more", "fits"), [({"top": 3}, True), ({"bottom": 1}, True), ({"top": 4}, False), ({"top": 0}, False)]
)
def test_fewer_are_taken_than_there_are(more: dict[str, int], fits: bool) -> None:
    rounds = Rounds.model_validate({**QUARTERS, "pick": "mean", **more})
    said = [text for text in rounds.find_mistakes(load_pack(FORMS), ALONE) if "一年共 4 期" in text]
    assert said == ([] if fits else ["一年共 4 期，top、bottom 请写 1 到 3；全部都算的请删去"])
