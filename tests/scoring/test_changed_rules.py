"""Rules that differ between two packs: nothing that can move a mark goes by unsaid, and words alone are no change."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.pack.model import Indicator, Pack, PackFile
from indicators.reader import load_pack
from scoring.results import changed_rules
from scoring.results.changed_rules import compare_rules

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(EXAMPLE)


def change_indicator(pack: Pack, **changed: object) -> Pack:
    first, *rest = pack.indicators
    return pack.model_copy(update={"indicators": (first.model_copy(update=changed), *rest)})


def test_every_field_of_a_pack_is_a_rule_with_a_name_or_known_to_be_words() -> None:
    told = (
        changed_rules._COMMON.keys()
        | changed_rules._WORDS_OF_HEAD
        | changed_rules._WORDS_OF_PACK
        | changed_rules._CALENDAR
    )
    assert set(PackFile.model_fields) | set(Pack.model_fields) == told
    assert set(Indicator.model_fields) > changed_rules._WORDS_OF_INDICATOR


def test_what_can_move_marks_is_said_and_what_cannot_is_not(pack: Pack) -> None:
    assert compare_rules(pack, pack) is None
    assert compare_rules(pack, change_indicator(pack, name="改了名", note="说明", checklist=("先看台账",))) is None
    first = pack.indicators[0]
    for field, value in (("parts", pack.indicators[1].parts), ("strength", "weak"), ("marks", {})):
        changed = compare_rules(pack, change_indicator(pack, **{field: value}))
        assert changed is not None and changed.indicators == {first.id: first.name} and changed.common == ()
    graded = pack.head.cohorts[0].model_copy(update={"grades": ()})
    head = pack.head.model_copy(update={"cohorts": (graded, *pack.head.cohorts[1:]), "version": "1.1"})
    changed = compare_rules(pack, pack.model_copy(update={"head": head}))
    assert changed is not None and changed.describe("上次") == (
        "规则有变：比上次，指标包从 1.0 版改为 1.1 版，改了考核组和等次。"
        "得分、名次和等次的变化可能来自规则，不都是工作的进退。"
    )


def test_an_indicator_that_came_or_went_is_named_and_many_are_counted(pack: Pack) -> None:
    shorter = pack.model_copy(update={"indicators": pack.indicators[1:]})
    for one, other in ((pack, shorter), (shorter, pack)):
        changed = compare_rules(one, other)
        assert changed is not None and list(changed.indicators.values()) == [pack.indicators[0].name]
    none = pack.model_copy(update={"indicators": ()})
    changed = compare_rules(none, pack)
    assert changed is not None and f"等 {len(pack.indicators)} 项指标的规则" in changed.describe("上年")
