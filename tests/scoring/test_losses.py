"""What a unit lost, in its own marks and in the total's, worked out by hand; vetoes in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.results.losses import add_losses, describe_loss, list_losses
from scoring.results.scale import measure_scores
from scoring.results.scores import Scores
from scoring.results.vetoes import describe_own_vetoes, describe_vetoes, list_vetoes

PACK = load_pack(Path(__file__).parents[2] / "docs" / "example-pack")


def item(
    pack: Pack, indicator: str, counted: int, applicable: int, outcome: str = "scored", **more: Any
) -> dict[str, Any]:
    """An item of 云山县; marks in hundredths."""
    section = pack.section(pack.indicator(indicator).section)
    return {
        "cohort": "counties",
        "unit": "yunshan",
        "unit_name": "云山县",
        "indicator": indicator,
        "indicator_name": pack.indicator(indicator).name,
        "section": section.id,
        "section_kind": section.kind,
        "outcome": outcome,
        "reason": None,
        "marks": None,
        "counted": counted,
        "applicable_marks": applicable,
        "full_marks": applicable,
        "veto": None,
        **more,
    }


def make_scores(*items: dict[str, Any]) -> Scores:
    totals = pl.DataFrame([{"cohort": "counties", "unit": "yunshan", "unit_name": "云山县", "full": 10000}])
    frame = pl.DataFrame(list(items), schema_overrides={"veto": pl.String, "reason": pl.String, "marks": pl.Int64})
    return Scores("r", 2024, date(2025, 4, 10), 2, True, (), frame, totals)


def test_two_marks_of_fifty_six_that_apply_are_three_and_a_half_of_the_total() -> None:
    head = PACK.head.model_copy(update={"reviews": ()})
    pack = PACK.model_copy(update={"head": head})
    base = [each.id for each in pack.indicators if pack.section(each.section).kind == "base"]
    scores = make_scores(item(pack, base[0], 0, 200), item(pack, base[1], 5400, 5400))
    (loss,) = list_losses(scores, "yunshan", scale := measure_scores(pack, scores))
    # 56 of 56 is 100.00; 54 of 56 is 96.43.
    assert (loss.lost, loss.in_total) == (200, 357)
    assert describe_loss(loss, 2) == "失2.00分，折合总分3.57分"
    assert add_losses(scale, "counties", "yunshan", [loss]) == (200, 357)


def test_what_is_only_held_back_stands_first_with_what_may_come_back() -> None:
    scores = make_scores(
        item(PACK, "1.filing", 0, 500),
        item(PACK, "5.problems", -300, 300, "error"),
    )
    first, second = list_losses(scores, "yunshan", measure_scores(PACK, scores))
    assert first.provisional and not second.provisional and second.lost > first.lost
    assert describe_loss(first, 2) == "已暂扣3.00分，核实后最多可退3.00分"


def test_a_veto_is_told_in_words_the_triggered_first() -> None:
    veto = PACK.indicator("5.false-material")
    triggered = item(PACK, veto.id, 0, 0, veto="差")
    waiting = [
        {**item(PACK, veto.id, 0, 0, "pending"), "unit": f"u{number}", "unit_name": f"{number}县"}
        for number in range(5)
    ]
    found = list_vetoes(make_scores(*waiting, triggered), PACK)
    assert describe_vetoes(found) == [
        "云山县已触发一票否决「提供虚假材料」：等次不得高于差。",
        "0县、1县、2县等 5 个单位的一票否决还没有查清，查清以前暂不排名。",
    ]
    zeroed = list_vetoes(make_scores({**triggered, "veto": "zero"}), PACK)
    assert describe_own_vetoes(zeroed) == ["已触发一票否决「提供虚假材料」：总分归零。"]
    assert list_vetoes(make_scores(item(PACK, veto.id, 0, 0)), PACK) == []
