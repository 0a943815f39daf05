"""Every reason and outcome that the engine can yield has a sentence.

The engine's source is searched for the words it yields: a new one without a sentence fails here. This does
not prove that a sentence fits every situation in which its reason arises.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import scoring
from scoring.wording import describe_outcome, describe_reason
from scoring.wording.reasons import OUTCOMES, REASONS

ENGINE = Path(scoring.__file__).parent
ROOMS = ("actuals", "measures", "rules")
SOURCES = [path for room in ROOMS for path in sorted((ENGINE / room).glob("*.py"))]
# What comes after the items gives totals, which have a status and no reason.
SOURCES += [ENGINE / "engine" / "awards.py", ENGINE / "engine" / "items.py"]
#: Words that the engine's CASE expressions yield and that are not reasons: outcomes, verdicts of rows, forced marks.
OTHER_WORDS = {*OUTCOMES, "in_time", "late", "missing", "undecided", "may_count", "no_calendar"}
OTHER_WORDS |= {"full", "zero", "nothing"}


def list_yielded() -> set[str]:
    """The words after THEN and ELSE in the engine's SQL, and those set as defaults for a verdict."""
    found: set[str] = set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"(?:THEN|ELSE) '([a-z_]+)'", text))
        found |= set(re.findall(r"'(?:pending|not_applicable|conflict|error)/([a-z_]+)'", text))
        found |= set(re.findall(r"\"'([a-z_]+)'\"", text))
    return found


def test_every_reason_of_the_engine_has_a_sentence() -> None:
    reasons = list_yielded() - OTHER_WORDS
    assert len(reasons) >= 15
    assert {reason for reason in reasons if reason not in REASONS} == set()


def test_no_sentence_is_left_over_from_a_reason_that_no_longer_exists() -> None:
    assert {reason.rpartition("/")[2] for reason in REASONS} - list_yielded() == set()


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_a_reason_is_a_chinese_sentence(reason: str) -> None:
    outcome, _, name = reason.rpartition("/")
    sentence = describe_reason(name, outcome)
    assert sentence.endswith("。")
    assert not re.search("[A-Za-z]", sentence)


def test_the_same_reason_reads_differently_for_an_item_that_does_not_apply() -> None:
    assert describe_reason("zero_denominator", "pending") == (
        "分母为0，算不出比率。请核对台账；确实没有这类工作的，请督察办确定是否适用。"
    )
    assert describe_reason("zero_denominator", "not_applicable") == (
        "分母为0，本年度没有这类工作，按规则不适用。台账有遗漏的，请补报。"
    )


def test_outcomes_have_their_names() -> None:
    names = [describe_outcome(o) for o in ("scored", "pending", "not_applicable", "conflict", "exempt", "error")]
    assert names == ["已计分", "未报或未到期", "不适用", "数据矛盾", "已批准豁免", "出错"]
