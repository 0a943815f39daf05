"""Why no case notices a change: proved from the rule where it can be, else said by the author and held to the rules.

That every change of the shipped packs is noticed or explained is looked at by ``make soak`` (tests/packs/survivors.py).
"""

from __future__ import annotations

import pytest

from indicators.measures.registry import Measure
from indicators.pack.cases import UnnoticedChange, load_unnoticed
from indicators.pack.model import Indicator
from indicators.reader import find_pack
from scoring.cases.equivalents import explain_survivor
from scoring.cases.mutants import list_mutants
from scoring.cases.survivors import MutantReport, Survivor, explain_by_author
from tests.packs.test_cases import PACKS, read_pack

LARGE = "jincheng-2021-2025"
LEVELS = "计分·第1项·计分方式·督察员评定·各级的分·优：100% → 99%"
DATES = "计分·第1项·计量·日期·取哪一个日期："
TIERS = "计分·第1项·计分方式·逾期扣分·"


@pytest.mark.parametrize(
    ("indicator", "change", "reason"),
    [
        # 99 % of 0.50 is 0.495, printed as 0.50; of the full mark of a city's own bodies it is 0.99.
        ("5.practice", LEVELS, "各档的得分取整、封顶以后都不变"),
        ("9.practice", LEVELS, None),
        # No more than all is lost; two fifths of 1.5 and 41 % of it differ.
        ("4.lists", f"{TIERS}漏报扣：100% → 101%", "按时、迟报、漏报三种结果的得分取整、封顶以后都不变"),
        ("4.lists", f"{TIERS}迟报扣：40% → 41%", None),
        ("15.three-systems", "计分·第1项·目标：不低于 → 不高于", "这种计分不看目标"),
        # 10 of 11 tell 90 % from 91 %.
        ("15.three-systems", "计分·第1项·计分方式·分档·各档·分界：90% → 91%", None),
        (
            "20.committee",
            f"{DATES}最早的 → 最晚的",
            "每个单位最多只有一行，取最早的还是最晚的都是它",
        ),
        # Each row judged for itself is another figure, though there be one.
        ("20.committee", f"{DATES}最早的 → 逐个", None),
        (
            "35.lectures",
            "计分·第1项·计分方式·每差一档扣分·不足一档：按一档计 → 不计",
            "100 以内的每个整数得分取整以后都不变",
        ),
    ],
)
def test_a_change_that_makes_no_difference_is_told_from_one_that_does(
    indicator: str, change: str, reason: str | None
) -> None:
    pack = read_pack(LARGE)
    entry = pack.indicator(indicator)
    (changed,) = [each.changed for each in list_mutants(pack, entry) if each.text == change]
    assert explain_survivor(pack, entry, changed) == reason


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"milestone": ["行政复议委员会", "行政复议体制改革"]},
        {"milestone": {"none_of": ["行政复议委员会"]}},
        {"not": {"milestone": "行政复议委员会"}},
    ],
)
def test_a_pick_among_several_rows_makes_a_difference(where: dict[str, object]) -> None:
    pack = read_pack(LARGE)
    entry = pack.indicator("20.committee")
    part = entry.parts[0]

    def pick(which: str) -> Indicator:
        dates = {"dataset": "milestones", "column": "done_on", "where": where, "pick": which}
        measure = Measure.model_validate({"date": dates})
        return entry.model_copy(update={"parts": (part.model_copy(update={"measure": measure}),)})

    assert explain_survivor(pack, pick("first"), pick("last")) is None


def test_heirs_have_the_rows_of_those_before_them_to_pick_from() -> None:
    pack = read_pack(LARGE)
    entry = pack.indicator("20.committee")
    (changed,) = [each.changed for each in list_mutants(pack, entry) if each.text == f"{DATES}最早的 → 最晚的"]
    first, second, *rest = pack.registry.units
    ended = first.model_copy(update={"until": "2024-06-30", "successor": second.id})
    registry = pack.registry.model_copy(update={"units": (ended, second, *rest)})
    assert explain_survivor(pack, entry, changed) is not None
    assert explain_survivor(pack.model_copy(update={"registry": registry}), entry, changed) is None


@pytest.mark.parametrize("name", PACKS)
def test_an_authors_reason_is_of_a_change_that_there_is(name: str) -> None:
    pack = read_pack(name)
    for each in (placed.case for placed in load_unnoticed(find_pack(name))):
        entry = pack.indicator(each.indicator)
        found = {mutant.text: mutant.changed for mutant in list_mutants(pack, entry)}
        assert each.change in found, "a reason of a rule that has changed"
        assert explain_survivor(pack, entry, found[each.change]) is None, "it follows from the rule"


def test_a_reason_that_nothing_needs_any_more_is_stale() -> None:
    survivors = [
        Survivor("1", "open", None),
        Survivor("1", "proved", None, "这种计分不看目标"),
        Survivor("1", "found", "cases:"),
        Survivor("1", "left", None),
    ]
    said = [
        UnnoticedChange(indicator="1", change=change, why="因为") for change in ("open", "proved", "found", "noticed")
    ]
    report, stale = explain_by_author(MutantReport(9, survivors), said)
    assert [each.reason for each in report.survivors] == ["因为", "这种计分不看目标", None, None]
    assert [text.split("：")[0] for text in stale] == ["1 proved", "1 found", "1 noticed"]
    assert [each.text for each in report.list_seen()] == ["found"]
    assert [each.text for each in report.list_unexplained()] == ["left"]
