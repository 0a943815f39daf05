"""A plan as PDF reads like its text: broken lines joined, heads and page numbers left out, tables by their rules.

Not proved here: PDF written by programs other than typst; columns of a newspaper, which are told and not untangled.
"""

from __future__ import annotations

import io
from pathlib import Path

import pylopdf_fonts_zh_cn
import pypdf
import pytest
import typst

from data.files.documents import UnreadableDocument, read_document
from indicators.reader import PACKS
from indicators.texts.draft import clean_text
from indicators.texts.obligations import read_text

EDGES = """
#set page(header: align(center)[青川市人民政府文件], footer: context align(center)[— #counter(page).display() —])
"""
PAGE = """
#set page(paper: "a4", margin: 2.6cm)
#set text(font: "Noto Serif SC", size: 16pt, lang: "zh")
#set par(first-line-indent: (amount: 2em, all: true), justify: true, leading: 1em)
"""
PLAN = (PACKS / "jincheng-2021-2025" / "sources" / "plan.txt").read_text(encoding="utf-8")


def write_pdf(folder: Path, body: str) -> bytes:
    """A PDF laid out by typst, as long as it takes."""
    source = folder / "页.typ"
    source.write_text(PAGE + body, encoding="utf-8")
    fonts = [str(pylopdf_fonts_zh_cn.serif_path().parent)]
    made = typst.compile(str(source), font_paths=fonts, ignore_system_fonts=True)
    assert isinstance(made, bytes)
    return made


def read(content: bytes) -> list[str]:
    return read_document("方案.pdf", content).text.splitlines()


def test_the_plan_reads_like_its_text(tmp_path: Path) -> None:
    lines = [line.strip() for line in clean_text(PLAN).splitlines() if line.strip()][:24]
    escaped = "\n\n".join("".join(f"\\{sign}" if sign in "*_#$`@<>~=-/[]" else sign for sign in line) for line in lines)
    document = read_document("方案.pdf", write_pdf(tmp_path, EDGES + escaped))
    found, wanted = read_text(clean_text(document.text)), read_text("\n".join(lines))

    def tell(text: str) -> str:
        return "".join(text.split())

    assert tell(document.text) == tell("".join(lines)), "no head, no page number, no sign lost"
    assert [(tell(each.quote), each.kind) for each in found.obligations] == [
        (tell(each.quote), each.kind) for each in wanted.obligations
    ]
    assert "没有读页眉、页脚：「青川市人民政府文件」、「— 1 —」" in document.remarks


def test_items_with_a_hanging_number_and_words_of_two_scripts_stay_whole(tmp_path: Path) -> None:
    long = "每季度至少召开一次政企恳谈会，听取企业意见建议，并在会后10个工作日内反馈办理情况，办理结果应当公开"
    body = f"#align(center)[#text(size: 22pt)[青川市营商环境方案]]\n\n第二条　万元GDP用水量下降8%以上。\n\n1. {long}\n"
    assert read(write_pdf(tmp_path, body)) == ["青川市营商环境方案", "第二条 万元GDP用水量下降8%以上。", f"1.{long}"]


def test_cells_of_a_table_are_told_by_the_rules_around_them(tmp_path: Path) -> None:
    body = """前言。

#table(columns: (1fr, 4fr, 2fr, 1fr), [序号], [评分标准], [责任单位], [分值],
  [1], [每季度至少召开一次会议，每少一次扣1分，扣完为止，召开情况以会议纪要为准],
  table.cell(rowspan: 2)[市政务局], table.cell(rowspan: 2)[10],
  [2], [每月25日前报送进展])

后语。"""
    document = read_document("方案.pdf", write_pdf(tmp_path, body))
    assert document.text.splitlines() == [
        "前言。",
        "序号 | 评分标准 | 责任单位 | 分值",
        "1 | 每季度至少召开一次会议，每少一次扣1分，扣完为止，召开情况以会议纪要为准 | 市政务局 | 10",
        "2 | 每月25日前报送进展 | 市政务局 | ",
        "后语。",
    ]
    assert any("第 1 页有表格" in remark for remark in document.remarks)


def test_a_scan_a_lock_and_damage_are_refused_in_a_sentence(tmp_path: Path) -> None:
    scan, locked = pypdf.PdfWriter(), pypdf.PdfWriter(clone_from=io.BytesIO(write_pdf(tmp_path, "正文。")))
    scan.add_blank_page(200, 200)
    locked.encrypt("秘密")
    for writer, words in ((scan, "里面没有文字，是扫描件"), (locked, "加了密码")):
        held = io.BytesIO()
        writer.write(held)
        with pytest.raises(UnreadableDocument, match=f"方案.pdf：这份 PDF {words}"):
            read(held.getvalue())
    for damaged in (b"%PDF-1.7", write_pdf(tmp_path, "正文。")[:900]):
        with pytest.raises(UnreadableDocument, match=r"这份 PDF (文件已损坏|里面没有文字)"):
            read(damaged)
