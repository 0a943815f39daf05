"""Judging where marks are only taken off: what is asked for is lost, what is stored is kept, and words say which."""

from __future__ import annotations

import pytest

from dashboard.work.judging import describe_level, title_marks
from data.forms.judgements import describe_allowed
from data.ledger.references import check_judgement
from data.ledger.rows import JudgementRow
from data.trail.refusals import FieldRefused
from indicators.meaning.judging import Judging, list_judged, turn_marks
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack

BY_MARKS, BY_LEVEL = "16.publicity", "10.practice"


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The shipped pack with a judged indicator of each kind among what only takes marks off."""
    pack = load_pack(find_pack("jincheng-2021-2025"))
    moved = tuple(
        each.model_copy(update={"section": "prohibitions"}) if each.id in (BY_MARKS, BY_LEVEL) else each
        for each in pack.indicators
    )
    return pack.model_copy(update={"indicators": moved})


def find_judging(pack: Pack, indicator: str, unit: str) -> Judging:
    return next(
        each for each in list_judged(pack, "judgements", 2024) if (each.indicator.id, each.unit.id) == (indicator, unit)
    )


def test_the_form_asks_for_marks_lost_and_stores_those_that_are_kept(pack: Pack) -> None:
    judging = find_judging(pack, BY_MARKS, "sifa")
    assert title_marks(judging) == "扣多少分，0 到 2 分（扣 1 分就填 1，不扣填 0）"
    assert (turn_marks(judging, "0.5"), turn_marks(judging, "0")) == ("1.5", "2")
    # What was stored before keeps its meaning, and is shown as what it takes off.
    assert turn_marks(judging, "1.5") == "0.5"
    assert turn_marks(judging, "半分") == "半分"
    base = find_judging(load_pack(find_pack("jincheng-2021-2025")), BY_MARKS, "sifa")
    assert title_marks(base) == "评分，0 到 2 分" and turn_marks(base, "0.5") == "0.5"


def test_workbooks_and_refusals_say_which_marks_they_mean(pack: Pack) -> None:
    said = describe_allowed(find_judging(pack, BY_MARKS, "sifa"))
    assert said == "只扣分：「评分」填扣多少分，0 到 2 分（扣 1 分就填 1，不扣填 0）"
    level = find_judging(pack, BY_LEVEL, "zezhou")
    assert describe_level(level, "差") == "扣 0.5 分" and "良（扣 0.1 分）" in describe_allowed(level)
    with pytest.raises(FieldRefused, match="请写扣 0 到 2 分"):
        check_judgement(pack, JudgementRow.read({"indicator": BY_MARKS, "unit": "sifa", "marks": "3"}))
