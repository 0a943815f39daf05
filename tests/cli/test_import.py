"""``ducha import`` as people and programs see it: what was understood, --check, --format json, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
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


def test_an_export_of_another_platform_comes_in_by_a_table(office: Path) -> None:
    mapping = office.parent / "对照表.yaml"
    columns = "{区县: unit, 建议书编号: number, 收到日期: received_on}"
    mapping.write_text(
        f"platform: 一表通\nsheets:\n- dataset: recommendations\n  columns: {columns}\n", encoding="utf-8"
    )
    table = TABLE.replace("单位名称", "区县")
    assert run(office, table).exit_code == 1
    done = run(office, table, "--mapping", str(mapping))
    assert done.exit_code == 0, done.output
    assert "按一表通的对照表读作《司法建议和检察建议》" in done.output and "B 列「区县」→「单位」" in done.output


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


def test_a_report_shows_what_was_understood_and_leads_to_every_mistake(office: Path) -> None:
    """Files that are mended in their copies with comments are taken."""
    inbox = office.parent / "inbox"
    inbox.mkdir()
    header = ["单位", "建议书编号", "收到日期"]
    with xlsxwriter.Workbook(inbox / "司法建议和检察建议.xlsx") as book:
        sheet = book.add_worksheet("司法建议和检察建议")
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, ["泽州县", "1号", "2024-1-5"])
        sheet.write_row(2, 0, ["泽州", "2号", "1月5日"])
    (inbox / "司法建议和检察建议2.csv").write_text(",".join(header) + "\n高平市,3号,2023-2-30\n", encoding="utf-8")
    report = office.parent / "out" / "report.xlsx"
    done = CliRunner().invoke(
        app, ["-w", str(office), "import", str(inbox), "--check", "--report", str(report)], env={"COLUMNS": "200"}
    )
    assert done.exit_code == 1, done.output
    found = openpyxl.load_workbook(report)
    assert [[cell.value for cell in row][:6] for row in found["各表"].iter_rows(min_row=2)] == [
        ["司法建议和检察建议.xlsx", "司法建议和检察建议", "司法建议和检察建议", 2, "有错，未收", 1],
        ["司法建议和检察建议2.csv", None, "司法建议和检察建议", 1, "有错，未收", 1],
    ]
    assert [cell.value for cell in next(found["列的对应"].iter_rows(min_row=2))][2:] == ["A", "单位", "单位"]
    links = [row[2].hyperlink for row in found["错误"].iter_rows(min_row=2)]
    assert [(link.target, link.location) for link in links] == [
        ("report-批注\\司法建议和检察建议-批注.xlsx", "'司法建议和检察建议'!C3"),
        ("report-批注\\司法建议和检察建议2-批注.xlsx", "'司法建议和检察建议2'!C2"),
    ]
    mended = office.parent / "mended"
    mended.mkdir()
    for copy, place, day in (("", "C3", "2024-1-5"), ("2", "C2", "2023-2-28")):
        book = openpyxl.load_workbook(report.with_name("report-批注") / f"司法建议和检察建议{copy}-批注.xlsx")
        cell = book.worksheets[0][place]
        assert "「收到日期」" in cell.comment.text
        cell.value = day
        book.save(mended / f"司法建议和检察建议{copy}.xlsx")
    done = CliRunner().invoke(app, ["-w", str(office), "import", str(mended), "--report", str(report)])
    assert done.exit_code == 0, done.output
    assert [row[4].value for row in openpyxl.load_workbook(report)["各表"].iter_rows(min_row=2)] == ["无误", "无误"]
