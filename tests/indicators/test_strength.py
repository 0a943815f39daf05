"""How binding the words of a source are decides how they may be scored.

These tests do not prove that every weak or vague word of an official text is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from indicators.lint.problem import Problem
from indicators.lint.strength import check_checklists, check_vague_words, check_weak_words
from indicators.pack.model import Indicator, Pack
from indicators.pack.sources import Cite
from indicators.reader import load_pack
from indicators.rules.registry import MarksRule

Rule = Callable[[Pack], Iterator[Problem]]


@pytest.fixture
def pack(small_pack: Path) -> Pack:
    """The small pack, read."""
    return load_pack(small_pack)


def change(pack: Pack, name: str, **changes: Any) -> Pack:
    """The pack with other values in one indicator."""
    changed = tuple(i.model_copy(update=changes) if i.id == name else i for i in pack.indicators)
    return pack.model_copy(update={"indicators": changed})


def cite(quote: str, *choices: str) -> tuple[Cite, ...]:
    quoted = Cite(source="plan", article="一", quote=quote, supports=("target",))
    return (quoted, *(Cite(supports=(name,), local_choice="本办选择") for name in choices))  # type: ignore[arg-type]


def list_texts(rule: Rule, pack: Pack) -> list[str]:
    return [problem.text for problem in rule(pack)]


def replace_marks(indicator: Indicator, marks: dict[str, Any]) -> dict[str, Any]:
    parts = tuple(part.model_copy(update={"marks": MarksRule.model_validate(marks)}) for part in indicator.parts)
    return {"parts": parts}


@pytest.mark.parametrize("word", ["力争", "原则上", "逐步", "鼓励"])
def test_a_hope_is_marked_weak(pack: Pack, word: str) -> None:
    hoped = change(pack, "1.filing", cites=cite(f"{word}备案"))
    (text,) = list_texts(check_weak_words, hoped)
    assert word in text and "strength: weak" in text
    assert not list_texts(check_weak_words, change(hoped, "1.filing", strength="weak"))


def test_a_weak_word_that_supports_no_target_binds_nothing(pack: Pack) -> None:
    quoted = Cite(source="plan", article="一", quote="力争", supports=("scope",))
    assert not list_texts(check_weak_words, change(pack, "1.filing", cites=(quoted,)))


def test_a_weak_task_keeps_some_marks(pack: Pack) -> None:
    filing = pack.indicator("1.filing")
    none = change(pack, "1.filing", strength="weak", **replace_marks(filing, {"all_or_nothing": {}}))
    (text,) = list_texts(check_weak_words, none)
    assert "不能一分不给" in text and "otherwise" in text
    some = replace_marks(filing, {"all_or_nothing": {"otherwise": "60%"}})
    assert not list_texts(check_weak_words, change(pack, "1.filing", strength="weak", **some))


def test_a_weak_task_neither_deducts_nor_vetoes(pack: Pack) -> None:
    (text,) = list_texts(check_weak_words, change(pack, "2.fraud", strength="weak"))
    assert "不能扣分或否决" in text


def test_a_weak_bonus_may_be_all_or_nothing(pack: Pack) -> None:
    more = pack.indicator("2.more")
    bonus = change(pack, "2.more", strength="weak", **replace_marks(more, {"all_or_nothing": {}}))
    assert not list_texts(check_weak_words, bonus)


@pytest.mark.parametrize("word", ["定期", "及时", "有计划"])
def test_a_vague_time_needs_the_choice_of_the_office(pack: Pack, word: str) -> None:
    (text,) = list_texts(check_vague_words, change(pack, "1.filing", cites=cite(f"{word}备案", "marks")))
    assert word in text and "local_choice" in text
    for chosen in ("target", "deadline", "measure"):
        assert not list_texts(check_vague_words, change(pack, "1.filing", cites=cite(f"{word}备案", chosen)))


def test_a_judgement_has_a_checklist(pack: Pack) -> None:
    assert not list_texts(check_checklists, pack)
    (text,) = list_texts(check_checklists, change(pack, "2.opinion", checklist=()))
    assert "核查清单" in text and "checklist" in text
