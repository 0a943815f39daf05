"""The cases of a drafted marking sheet hold by the engine, and the plain-Python reference gives the same.

What this does not prove: that a sentence was read as its office means it, nor that each sentence has a case: a
proportional count that is aimed at (10例以上) has none.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from data.batches.records import Inputs
from indicators.pack.model import Pack
from indicators.reader import load_pack
from indicators.texts.sheet_draft import draft_sheet
from indicators.texts.sheets import find_rows, read_sheet
from scoring.cases.run import run_cases
from scoring.engine.run import Result, score
from tests.reference.random_days import ask
from tests.reference.scorer import score_reference
from tests.scoring.test_agreement import list_differing_items
from tests.texts.test_sheets import ONE_POT, TEXT
from tests.worlds import read_declared, read_tables

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


def write_draft(folder: Path, text: str) -> Pack:
    sheet = read_sheet(find_rows(text))
    assert sheet is not None
    for name, words in draft_sheet(sheet, text, id="sheet", file="a.txt", year=2024).files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(words.encode())
    return load_pack(folder)


@pytest.mark.parametrize("name", SHEETS)
def test_cases_hold_by_the_engine_and_by_the_reference(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    differing: list[str] = []

    def score_twice(pack: Pack, inputs: Inputs, year: int, as_of: date, threads: int | None = None) -> Result:
        result = score(pack, inputs, year, as_of, threads=threads)
        tables, declared = read_tables(pack, inputs), read_declared(pack, inputs)
        reference = score_reference(pack, tables, set(inputs.scopes), year, as_of, ask(pack.calendar), declared)
        differing.extend(list_differing_items(result, reference))
        return result

    pack = write_draft(tmp_path, SHEETS[name])
    monkeypatch.setattr("scoring.cases.run.score", score_twice)
    report = run_cases(pack, tmp_path)
    assert [str(failure) for failure in report.failures] == differing == []
    assert report.run > 0
