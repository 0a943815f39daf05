"""The cases of a drafted marking sheet hold by the engine, and the plain-Python reference gives the same.

What this does not prove: that a sentence was read as its office means it, nor that each sentence has a case: a
proportional count that is aimed at (10例以上) has none.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from indicators.texts import sheet_cases, sheet_parts
from indicators.texts.criterion import RULES
from scoring.cases.run import run_cases
from tests.reference.second_judge import judge_twice
from tests.texts.test_sheets import ONE_POT, TEXT, write_draft

SAMPLES = Path(__file__).parent / "samples"
HEAD = "序号|考核项目|分值|评分标准\n"


def write_samples() -> str:
    """A sheet of all sentences of the samples, an item each."""
    with (SAMPLES / "criteria.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    items = [f"{place}|第{place}项|{row['worth'] or 10}|{row['sentence']}\n" for place, row in enumerate(rows, 1)]
    return HEAD + "".join(items)


MORE = HEAD + (
    "1|年报|30|年度报告应当在次年3月31日前公布，每逾期1日扣2分，最多扣10分\n"
    "2|办结|20|办结率达到92.5%以上，每低2个百分点扣0.5分\n"
    "3|进度|15|得分=已完成任务数/任务总数×15\n"
    "4|月报|12|每月至少报送1次，每缺1次扣1分\n"
)
SHEETS = {"两部分": TEXT, "同一项分": ONE_POT, "各种写法": MORE, "样句": write_samples()}


@pytest.mark.parametrize("name", SHEETS)
def test_cases_hold_by_the_engine_and_by_the_reference(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    differing = judge_twice(monkeypatch)
    report = run_cases(write_draft(tmp_path, SHEETS[name]), tmp_path)
    assert [str(failure) for failure in report.failures] == differing == []
    assert report.run > 0


def test_every_form_that_becomes_a_rule_is_read_whole_said_and_sampled() -> None:
    """A form with a rule that is not among those of which nothing may be left over could lose half its sentence."""
    assert set(sheet_parts._MAKERS) == set(sheet_parts._READ) == set(sheet_cases._SAMPLERS) == RULES
