"""``ducha import`` as people and programs see it: what was understood, --check, --format json, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from data.batches.records import list_batches
from data.store.workspace import create_workspace, open_workspace
from indicators.reader import PACKS
from scoring.cli.main import app

TABLE = "司法建议统计\n序号,单位名称,建议书编号,收到日期\n1,泽州县,1号,2024.1.5\n填表人:张三\n"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    create_workspace(tmp_path / "w", PACKS / "jincheng-2021-2025")
    return tmp_path / "w"


def run(office: Path, text: str, *options: str) -> Result:
    path = office.parent / "司法建议和检察建议.csv"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["-w", str(office), "import", str(path), *options])


def test_what_was_understood_is_printed_and_stored(office: Path) -> None:
    done = run(office, TABLE)
    assert done.exit_code == 0, done.output
    for words in (
        "已收下",
        "B 列「单位名称」→「单位」",
        "「序号」列只是编号",
        "第 4 行是表尾的落款",
        "第 1 行在表头以上",
    ):
        assert words in done.output
    assert "「收到日期」→" not in done.output
    assert len(list_batches(open_workspace(office))) == 1


def test_check_says_the_same_and_stores_nothing(office: Path) -> None:
    done = run(office, TABLE, "--check", "--show-mapping")
    assert done.exit_code == 0
    assert "核对无误，未收下" in done.output and "D 列「收到日期」→「收到日期」" in done.output
    assert list_batches(open_workspace(office)) == []


def test_json_lists_what_was_accepted(office: Path) -> None:
    done = run(office, TABLE, "--check", "--format", "json")
    found: dict[str, Any] = json.loads(done.stdout)
    [sheet] = found["accepted"]
    assert (found["mistakes"], sheet["status"], sheet["rows"], sheet["batch"]) == ([], "checked", 1, None)
    assert sheet["mapping"][0] == {"letter": "B", "written": "单位名称", "title": "单位"}
    assert sheet["scopes"][0]["period"] == 2024


def test_json_lists_every_mistake_with_the_same_exit_code(office: Path) -> None:
    done = run(office, TABLE.replace("2024.1.5", "1月5日"), "--format", "json")
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["accepted"] == []
    [mistake] = found["mistakes"]
    assert (mistake["file"], mistake["sheet"], mistake["cell"]) == ("司法建议和检察建议.csv", None, "D3")
    assert "没有写年份" in mistake["text"]
    assert list_batches(open_workspace(office)) == []
