"""Who writes rules on a page or in a workbook sees no keys, so that what is wrong names them as those do."""

from __future__ import annotations

from indicators.entries.named_keys import name_keys


def test_a_key_of_several_words_is_named_as_its_field_is() -> None:
    assert name_keys("请改看做成了什么，或写 formality_reason") == (
        "请改看做成了什么，或写 「以会议发文计分的理由」（formality_reason）"
    )


def test_names_of_the_pack_and_keys_of_one_word_stand_as_they_are() -> None:
    for text in ("台账 held_on_days 不存在", "请删去 by", "1.filing 的 total"):
        assert name_keys(text) == text
