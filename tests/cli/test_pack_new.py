"""``ducha pack new``: from a document to a draft on disk, and what the other commands say to it.

What this does not prove: that Word itself shows the same numbers before its paragraphs.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from data.files.documents import UnreadableDocument, read_document
from indicators.reader import load_pack
from tests.cli.conftest import run_ducha
from tests.texts.styles import STYLES

PLAN = STYLES["方案"][0]


def write_docx(path: Path, *paragraphs: str, rows: tuple[tuple[str, ...], ...] = ()) -> Path:
    document = docx.Document()
    for words in paragraphs:
        document.add_paragraph(words)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for number, row in enumerate(rows):
            for column, words in enumerate(row):
                table.cell(number, column).text = words
    document.save(str(path))
    return path


def test_a_text_becomes_a_draft_that_lint_describes_and_nobody_can_use(tmp_path: Path) -> None:
    source = tmp_path / "方案.txt"
    source.write_text(PLAN, encoding="gb18030")
    done = run_ducha("pack", "new", source, "-o", tmp_path / "draft", "--year", "2024")
    assert done.returncode == 0, done.stderr
    assert "读出 22 项任务（其中由数字或日期就能判断的 20 项）" in done.stdout
    linted = run_ducha("pack", "lint", tmp_path / "draft")
    assert "提示 22 个指标还是草稿" in linted.stdout
    refused = run_ducha("-w", tmp_path / "office", "init", "--no-key", "--pack", tmp_path / "draft")
    assert refused.returncode == 1
    assert "不能启用，也不能评分" in refused.stderr
    assert not (tmp_path / "office" / "pack").exists()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    source = tmp_path / "方案.txt"
    source.write_text(PLAN, encoding="utf-8")
    done = run_ducha("pack", "new", source, "-o", tmp_path)
    assert done.returncode == 1
    assert "已经有东西" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["方案.txt"]


def test_a_docx_reads_like_its_text(tmp_path: Path) -> None:
    source = write_docx(tmp_path / "方案.docx", *PLAN.splitlines())
    done = run_ducha("pack", "new", source, "-o", tmp_path / "draft", "--year", "2024")
    assert done.returncode == 0, done.stderr
    assert len(load_pack(tmp_path / "draft").indicators) == 22


def test_a_table_of_a_docx_is_rows_of_cells(tmp_path: Path) -> None:
    rows = (("重点任务", "牵头单位", "完成时限"), ("新建公园3个", "市住建局", "2025年6月底"))
    document = read_document("表.docx", write_docx(tmp_path / "表.docx", "分解表", rows=rows).read_bytes())
    assert document.text.splitlines() == [
        "分解表",
        "重点任务 | 牵头单位 | 完成时限",
        "新建公园3个 | 市住建局 | 2025年6月底",
    ]


def test_numbers_that_word_gives_are_written_out(tmp_path: Path) -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    kind = OxmlElement("w:abstractNum")
    kind.set(qn("w:abstractNumId"), "77")
    for depth, (form, text) in enumerate((("chineseCounting", "%1、"), ("chineseCounting", "（%2）"))):
        level = OxmlElement("w:lvl")
        level.set(qn("w:ilvl"), str(depth))
        for name, value in (("w:start", "1"), ("w:numFmt", form), ("w:lvlText", text)):
            child = OxmlElement(name)
            child.set(qn("w:val"), value)
            level.append(child)
        kind.append(level)
    numbering.insert(0, kind)
    entry = OxmlElement("w:num")
    entry.set(qn("w:numId"), "77")
    pointer = OxmlElement("w:abstractNumId")
    pointer.set(qn("w:val"), "77")
    entry.append(pointer)
    numbering.append(entry)
    for depth, words in ((0, "总体"), (1, "甲"), (1, "乙"), (0, "任务"), (1, "丙")):
        properties = document.add_paragraph(words)._p.get_or_add_pPr()
        numbered = properties._add_numPr()
        numbered.get_or_add_ilvl().val = depth
        numbered.get_or_add_numId().val = 77
    path = tmp_path / "a.docx"
    document.save(str(path))
    text = read_document("a.docx", path.read_bytes()).text
    assert text.split() == ["一、总体", "（一）甲", "（二）乙", "二、任务", "（一）丙"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("方案.pdf", b"%PDF-1.7", "文件已损坏"),
        ("方案.txt", b"%PDF-1.7", "文件已损坏"),
        ("方案.doc", b"\xd0\xcf\x11\xe0", "另存为 docx"),
        ("方案.ofd", b"PK", "OFD"),
        ("方案.docx", b"PK\x03\x04 no archive", "文件已损坏"),
        ("方案.docx", "就是文字".encode(), "文件已损坏"),
        ("方案.txt", b"\xff\xfe\xff", "文字编码读不通"),
        ("方案.png", b"\x89PNG", "只读 txt、docx 和 pdf"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(name: str, content: bytes, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words):
        read_document(name, content)


def test_a_text_that_asks_for_nothing_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "信.txt"
    source.write_text("各位同志，你们好。", encoding="utf-8")
    done = run_ducha("pack", "new", source, "-o", tmp_path / "draft")
    assert done.returncode == 1
    assert "没有读出一项任务" in done.stderr
    assert not (tmp_path / "draft").exists()


def test_a_version_with_a_draft_is_neither_adopted_nor_scored_by(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "docs" / "example-pack"
    office = tmp_path / "office"
    assert run_ducha("-w", office, "init", "--no-key", "--pack", example).returncode == 0
    other = tmp_path / "other"
    shutil.copytree(example, other)
    head, rules = other / "pack.yaml", other / "indicators" / "rules.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace('"1.0"', '"1.1"'), encoding="utf-8")
    words = rules.read_text(encoding="utf-8")
    rules.write_text(words.replace("  - id: 1.filing\n", "  - id: 1.filing\n    draft: true\n"), encoding="utf-8")
    adopted = run_ducha("-w", office, "pack", "adopt", other, "--reason", "修订")
    assert (adopted.returncode, "1 个指标还是草稿（1.filing）" in adopted.stderr) == (1, True)
    shutil.copytree(other, office / "pack", dirs_exist_ok=True)
    scored = run_ducha("-w", office, "score", "--year", "2024", "--as-of", "2025-04-01")
    assert (scored.returncode, "1 个指标还是草稿（1.filing）" in scored.stderr) == (1, True)
