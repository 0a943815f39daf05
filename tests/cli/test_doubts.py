"""``ducha doubts`` on the demo, where one case of each kind is planted and all else is honest.

Not proved here: how many false alarms real offices' data would give.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.batches.records import Inputs, current_inputs
from data.demo.doubts import plant_doubts
from data.demo.reports import make_tables
from data.store.workspace import open_workspace
from indicators.pack.doubts import KINDS
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.doubts import Doubt, find_doubts
from scoring.engine.run import score
from scoring.results.result import write_json
from scoring.runs.manifests import write_manifest
from tests.cli.conftest import run_ducha

YEAR, AS_OF = 2024, date(2025, 4, 10)
#: What is planted: kind -> units. A warning of few cases needs no planting.
PLANTED = {
    "exceeds": {"lingchuan"},
    "duplicate_people": {"chengqu", "qinshui", "zezhou"},
    "alike": {"gaoping", "qinshui"},
    "outside_year": {"gaoping"},
    "jump": {"yangcheng"},
    "at_target": {"jincheng"},
    "heaping": {"sifa"},
}


@pytest.fixture(scope="module")
def pack_and_inputs(demo: Path) -> tuple[Pack, Inputs]:
    workspace = open_workspace(demo)
    pack = load_pack(workspace.pack_folder)
    return pack, current_inputs(workspace, pack)


@pytest.fixture(scope="module")
def found(pack_and_inputs: tuple[Pack, Inputs]) -> list[Doubt]:
    return find_doubts(*pack_and_inputs, YEAR, AS_OF)


def test_every_planted_case_is_found_and_honest_data_give_no_alarm(found: list[Doubt]) -> None:
    seen: dict[str, set[str]] = {}
    for doubt in found:
        seen.setdefault(doubt.kind, set()).add(doubt.unit)
    assert seen.pop("small_number")
    assert seen == PLANTED


def test_no_unit_has_more_than_a_handful(found: list[Doubt]) -> None:
    assert max(Counter(doubt.unit for doubt in found).values()) <= 5


def test_every_doubt_cites_cells_and_says_what_would_settle_it(found: list[Doubt]) -> None:
    for doubt in found:
        assert doubt.seen and doubt.why and doubt.evidence
        assert 0 < len(doubt.cells) <= max(doubt.rows, 1)
        assert all(cell.address for row in doubt.cells for cell in row.cells)


def test_results_are_the_same_bytes_with_and_without_doubts(pack_and_inputs: tuple[Pack, Inputs]) -> None:
    pack, inputs = pack_and_inputs
    without = pack.model_copy(update={"doubts": ()})
    assert pack.doubts
    manifest = write_manifest(pack, inputs, YEAR, AS_OF)
    with_, plain = (score(which, inputs, YEAR, AS_OF) for which in (pack, without))
    assert write_json(manifest, pack, with_) == write_json(manifest, without, plain)
    assert with_.sql == plain.sql


def test_planting_changes_rows_of_the_scored_year_only(pack_and_inputs: tuple[Pack, Inputs]) -> None:
    tables = make_tables(pack_and_inputs[0], 1)
    before = json.loads(json.dumps(tables))
    plant_doubts(tables)
    changed = [
        row for name in tables for row in tables[name] if name not in ("people", "training") and row not in before[name]
    ]
    assert changed and {row["year"] for row in changed} == {"2024"}


def list_doubts(demo: Path, *words: Any) -> str:
    done = run_ducha("-w", demo, "doubts", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_text_says_that_it_is_fictional_and_that_no_mark_changes(demo: Path) -> None:
    text = list_doubts(demo, "--kind", "exceeds")
    assert text.startswith("演示数据（虚构）")
    assert "疑点只请单位佐证，不影响任何得分。" in text
    assert "当年参加执法轮训的人数为 41，花名册上的行政执法人员数为 38，多 3" in text
    assert "怎样佐证：轮训签到册原件" in text


def test_a_run_and_its_moment_give_the_same_doubts_as_json(demo: Path, tmp_path: Path) -> None:
    target = tmp_path / "doubts.json"
    assert list_doubts(demo, "--year", 2024, "--as-of", "2025-04-10", "--format", "json", "-o", target) == ""
    content = json.loads(target.read_bytes())
    assert content == json.loads(list_doubts(demo, "--format", "json"))
    assert content["schema"] == "ducha.doubts.v1"
    assert content["affects_marks"] is False and content["fictional"] is True
    assert list(content["counts"]) == list(KINDS)
    assert sum(content["counts"].values()) == len(content["doubts"])


def test_csv_has_a_line_for_each_doubt_of_one_unit(demo: Path) -> None:
    text = list_doubts(demo, "--unit", "高平", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["单位"], row["类别"]) for row in rows] == [("高平市", "内容雷同"), ("高平市", "日期不在报告年度")]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--year", "2024"), 2, "--year 和 --as-of 请一起写"),
        (("--year", "2024", "--as-of", "2025-04-10", "--run", "x"), 2, "--run 自带年度和截止日"),
        (("--kind", "jumps"), 2, "没有「jumps」这一类疑点；可用：exceeds（两处的数对不上）"),
        (("--unit", "高坪市"), 1, "没有单位「高坪市」；是不是：高平市"),
        (("--run", "nope"), 1, "找不到评分运行 nope"),
        (("--year", "2031", "--as-of", "2032-01-01"), 1, "不能给 2031 年"),
    ],
)
def test_a_wrong_option_is_refused_in_words(demo: Path, words: tuple[str, ...], code: int, said: str) -> None:
    done = run_ducha("-w", demo, "doubts", *words)
    assert done.returncode == code
    assert said in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr
