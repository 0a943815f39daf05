"""What is printed is what is stored: marks read back from Word, PDF and HTML, the same bytes again, awkward contents.

Whether a page is good to look at is not proved here: somebody has to look.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import polars as pl
import pypdf
import pytest
from openpyxl import load_workbook

from data.store.workspace import open_workspace
from scoring.base.total import Total
from scoring.documents.blocks import Document, Paragraph, Row, Stamp, Table, TableColumn
from scoring.documents.docx import write_docx
from scoring.documents.export import (
    OF_COHORT,
    DocumentKind,
    Exporter,
    Format,
    export,
    list_subjects,
    name_file,
    open_archive,
)
from scoring.documents.feedback import Rectification, list_rectifications, make_feedback, make_rectification
from scoring.documents.glyphs import MissingGlyphs
from scoring.documents.html import write_html
from scoring.documents.json import write_json
from scoring.documents.pdf import write_pdf
from scoring.documents.score import TITLES, ScoreRow, make_score_sheet
from scoring.documents.view import Before, RunView, open_view
from scoring.explain.explanation import Explanation
from scoring.results.changed_rules import ChangedRules
from scoring.results.scores import frame_totals
from scoring.runs.store import read_run
from tests.punctuation import find_half
from tests.sheets.conftest import LONG_NAME, LONG_REASON
from tests.sheets.views import view_world

DAY = date(2025, 6, 30)


def make(view: RunView, kind: DocumentKind, form: Format, unit: str | None = "yunshan") -> bytes:
    (subject, *_) = list_subjects(view, [kind], view.pack.head.cohorts[0].id, None if kind in OF_COHORT else unit)
    return Exporter(view).make(subject, form)[1]


def list_rows(view: RunView, unit: str = "yunshan") -> list[ScoreRow]:
    cohort = view.pack.head.cohorts[0].id
    sheet = make_score_sheet(view, cohort, unit, view.explanations.read_unit(cohort, unit))
    return [row for section in sheet.sections for row in section.rows]


def read_docx(content: bytes) -> list[list[str]]:
    return [
        [cell.text for cell in row.cells] for table in docx.Document(io.BytesIO(content)).tables for row in table.rows
    ]


def read_pdf(content: bytes) -> str:
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s+", "", text)


def test_word_shows_the_marks_of_the_records(view: RunView) -> None:
    shown = {cells[0].split("\n")[0]: cells for cells in read_docx(make(view, DocumentKind.score, Format.docx))}
    for row in list_rows(view):
        assert row.cells["mark"] in shown[row.name], row.name
        assert row.cells["full"] in shown[row.name]


def test_pdf_shows_the_marks_and_the_words_of_the_records(view: RunView) -> None:
    text = read_pdf(make(view, DocumentKind.score, Format.pdf))
    for row in list_rows(view):
        for name in ("mark", "full", "lost", "rule"):
            words = re.sub(r"\s+", "", row.cells[name])  # type: ignore[index]
            if len(words) < 40:
                assert words in text, (row.name, name)
        assert re.sub(r"\s+", "", row.cells["indicator"]) in text


def test_html_shows_them_and_fetches_nothing(view: RunView) -> None:
    text = make(view, DocumentKind.score, Format.html).decode()
    for row in list_rows(view):
        assert f">{row.cells['mark']}</td>" in text
    assert not re.search(r"""(src|href)\s*=|@import|url\(""", text)
    assert "display: table-header-group" in text and "counter(pages)" in text


def test_json_holds_the_records_themselves(view: RunView) -> None:
    content = json.loads(make(view, DocumentKind.score, Format.json))
    stored = view.explanations.read_unit(view.pack.head.cohorts[0].id, "yunshan")
    assert content["records"] == [record.write() for record in stored]
    assert content["stamp"]["run"] == view.id


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize("kind", list(DocumentKind))
def test_the_same_run_gives_the_same_bytes_and_says_what_it_is(view: RunView, kind: DocumentKind, form: Format) -> None:
    first = make(view, kind, form)
    assert make(view, kind, form) == first
    if form in (Format.html, Format.json):
        text = first.decode()
    elif form is Format.pdf:
        text = read_pdf(first)
    else:
        with zipfile.ZipFile(io.BytesIO(first)) as archive:
            text = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    for words in (view.id, view.stamp.checksum, "演示数据（虚构）"):
        assert words in text, words


def test_a_workbook_is_the_same_whatever_was_made_before_it(view: RunView, tmp_path: Path) -> None:
    """What the workbooks of a run share is made once; no other unit, run or pack may find it."""
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    views = [view, *(view_world(seed, folder) for seed, folder in zip((3, 8), folders, strict=True))]
    subjects = [list_subjects(each, [DocumentKind.score], None, None)[:4] for each in views]
    alone = [[Exporter(each).make(one, Format.xlsx) for one in own] for each, own in zip(views, subjects, strict=True)]
    exporters = [Exporter(each) for each in views]
    in_turns: list[list[tuple[str, bytes]]] = [[] for _ in views]
    for place in reversed(range(4)):
        for exporter, own, made in zip(exporters, subjects, in_turns, strict=True):
            made[:0] = [exporter.make(subject, Format.xlsx) for subject in own[place : place + 1]]
    assert in_turns == alone


def test_every_page_carries_the_run_the_checksum_and_its_number(view: RunView) -> None:
    pages = pypdf.PdfReader(io.BytesIO(make(view, DocumentKind.score, Format.pdf))).pages
    for number, page in enumerate(pages, 1):
        text = re.sub(r"\s+", "", page.extract_text())
        assert view.id in text and view.stamp.checksum in text
        assert f"第{number}页共{len(pages)}页" in text
        assert "演示数据（虚构）" in text


def test_a_pdf_is_an_archive_copy_with_bookmarks(view: RunView) -> None:
    content = make(view, DocumentKind.score, Format.pdf)
    assert b"pdfaid" in content
    assert [entry["/Title"] for entry in pypdf.PdfReader(io.BytesIO(content)).outline] == ["一、合计", "二、逐项评分"]


def test_word_follows_the_standard_for_official_documents(view: RunView) -> None:
    book = docx.Document(io.BytesIO(make(view, DocumentKind.feedback, Format.docx)))
    section = book.sections[0]
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(margin.mm) for margin in margins if margin is not None] == [37, 35, 28, 26]
    assert section.page_width is not None and round(section.page_width.mm) == 210
    fonts = {
        style.name: style.element.rPr.rFonts.get(docx.oxml.ns.qn("w:eastAsia"))
        for style in book.styles
        if style.name in ("公文标题", "公文正文", "Heading 1", "Heading 2")
    }
    assert fonts == {
        "公文标题": "方正小标宋简体",
        "公文正文": "仿宋_GB2312",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
    }
    for table in book.tables:
        assert "w:tblHeader" in table.rows[0]._tr.xml
        assert all("w:cantSplit" in row._tr.xml for row in table.rows)


def test_a_unit_of_sixty_characters_and_a_reason_of_three_thousand_stand_whole(view: RunView) -> None:
    assert len(LONG_NAME) >= 60
    for form in (Format.docx, Format.html, Format.pdf):
        content = make(view, DocumentKind.score, form)
        if form is Format.docx:
            text = "".join("".join(cells) for cells in read_docx(content))
        else:
            text = content.decode() if form is Format.html else read_pdf(content)
        assert text.count("第三千个字。") >= LONG_REASON[:3000].count("第三千个字。") - (2 if form is Format.pdf else 0)
    assert LONG_NAME in make(view, DocumentKind.score, Format.html).decode()


def test_an_indicator_without_evidence_says_so(view: RunView) -> None:
    assert {row.cells["evidence"] for row in list_rows(view)} == {"—"}


def test_what_is_not_scored_says_why_and_what_it_does_to_the_total(view: RunView) -> None:
    (row,) = [row for row in list_rows(view, "xikou") if not row.scored and row.record.outcome == "pending"]
    assert row.cells["mark"] == "未报或未到期"
    assert "还没有报送" in row.cells["lost"]
    assert "现在按 0 分计入总分" in row.cells["remark"]


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize("kind", [DocumentKind.notice, DocumentKind.leader])
def test_a_cohort_without_units_gives_a_document_that_says_so(view: RunView, kind: DocumentKind, form: Format) -> None:
    (subject,) = list_subjects(view, [kind], "nobody", None)
    name, content = Exporter(view).make(subject, form)
    assert name.startswith("没有单位的组") and content
    if form is Format.html:
        assert "没有单位" in content.decode().split("<body>")[1]


def test_what_is_under_appeal_says_so_beside_its_mark(view: RunView) -> None:
    cohort = view.pack.head.cohorts[0].id
    disputed = replace(view, disputed=frozenset({("yunshan", "1.filing")}))
    sheet = make_score_sheet(disputed, cohort, "yunshan", view.explanations.read_unit(cohort, "yunshan"))
    remarks = {row.indicator: row.cells["remark"] for section in sheet.sections for row in section.rows}
    assert [name for name, text in remarks.items() if "争议中" in text] == ["1.filing"]
    assert [line.value for line in sheet.totals if line.label == "争议中"] == ["1 项"]


def test_a_document_is_quoted_by_a_number_that_the_sheet_explains(view: RunView) -> None:
    cohort = view.pack.head.cohorts[0].id
    records = view.explanations.read_unit(cohort, "yunshan")
    sheet = make_score_sheet(view, cohort, "yunshan", records)
    clauses = [clause for record in records for clause in record.clauses if clause.source]
    assert f"①《{clauses[0].source}》" in sheet.sources
    basis = "".join(row.cells["basis"] for section in sheet.sections for row in section.rows)
    assert all(str(clause.quote) in basis for clause in clauses)
    assert basis.count("①") == sum(clause.source == clauses[0].source for clause in clauses)


def test_what_documents_give_is_counted_in_the_order_in_which_it_is_met(view: RunView) -> None:
    cohort = view.pack.head.cohorts[0].id
    records = view.explanations.read_unit(cohort, "yunshan")
    clauses = [clause for record in records for clause in record.clauses]
    given = [name for clause in clauses if clause.local_choice is None for name in clause.supports]
    chosen = [name for clause in clauses if clause.local_choice is not None for name in clause.supports]
    sheet = make_score_sheet(view, cohort, "yunshan", records)
    counted = re.findall(r"([^—；]+)：文件规定 \d+ 项", sheet.sources)
    assert counted == list(dict.fromkeys([*given, *chosen])) and len(counted) > 2


def test_self_assessments_stand_beside_the_marks(view: RunView) -> None:
    cohort = view.pack.head.cohorts[0].id
    records = view.explanations.read_unit(cohort, "yunshan")
    sheet = make_score_sheet(view, cohort, "yunshan", records, {("yunshan", "1.filing"): "1.50"})
    cells = {row.indicator: row.cells["self_mark"] for section in sheet.sections for row in section.rows}
    assert cells["1.filing"] == "1.50" and cells["2.lectures"] == ""


def test_every_mean_is_of_the_ranked_units_and_says_so(demo: Path) -> None:
    """In the demo one county of seven has no rank: with it the mean would be 6 marks lower, and flatter everybody."""
    workspace = open_workspace(demo)
    with open_view(workspace, read_run(workspace)) as view:
        totals = [
            Fraction(row.total) for row in view.totals["counties"] if row.rank is not None and row.total is not None
        ]
        mean = view.mean("counties")
        assert mean is not None and (mean.value, mean.number) == (sum(totals) / len(totals), 6) and len(totals) == 6
        records = view.explanations.read_unit("counties", "zezhou")
        sheet = make_score_sheet(view, "counties", "zezhou", records)
        (line,) = (line for line in sheet.totals if "平均" in line.label)
        gap = Fraction("93.41") - Fraction(line.value)
        assert line.note == f"比 6 个已排名单位平均高 {float(gap):.2f} 分"
        texts = [TITLES["peer_mean"], line.label]
        texts += [
            make_of(view, kind, "zezhou") for kind in (DocumentKind.notice, DocumentKind.leader, DocumentKind.feedback)
        ]
        for text in texts:
            assert re.search("平均", text) and not re.search("(?<!已排名单位)平均", text)


def make_of(view: RunView, kind: DocumentKind, unit: str) -> str:
    (subject,) = list_subjects(view, [kind], "counties", None if kind in OF_COHORT else unit)
    return Exporter(view).make(subject, Format.html)[1].decode()


def test_papers_say_who_moved_by_marks_first_and_since_when(view: RunView) -> None:
    cohort = view.pack.head.cohorts[0].id
    (first, *_) = (row for row in view.totals[cohort] if row.total is not None)

    def place(unit: str, name: str, total: str, rank: int) -> Total[str]:
        return replace(first, unit=unit, unit_name=name, total=total, rank=rank, status="ranked")

    # 甲县 lost four hundredths and two places, 乙县 five marks and one place: 乙县 fell most.
    now = (place("c", "丙县", "91.00", 1), place("a", "甲县", "90.46", 2), place("b", "乙县", "80.00", 3))
    then = (place("a", "甲县", "90.50", 0), place("c", "丙县", "90.00", 2), place("b", "乙县", "85.20", 2))
    items = view.scores[cohort].items.head(0)
    scores, earlier = (
        replace(view.scores[cohort], items=items, totals=frame_totals(list(map(vars, rows)))) for rows in (now, then)
    )
    before = Before("甲次", view.year - 1, earlier)
    moved = replace(view, totals={**view.totals, cohort: now}, scores={**view.scores, cohort: scores}, before=before)
    for kind in (DocumentKind.notice, DocumentKind.leader):
        text = make(moved, kind, Format.html).decode()
        assert "比上年进步最多的是丙县（+1.00 分，升 1 名），退步最多的是乙县（−5.20 分，降 1 名）。" in text
        assert "−0.04（降 2 名）" in text and "上次" not in text
    same = replace(moved, before=Before("甲次", view.year, earlier))
    text = make(same, DocumentKind.notice, Format.html).decode()
    assert "比上次进步最多的是丙县" in text and "上年" not in text
    # Rules that changed between the two stand in the sentence and beside every change of marks and place.
    rules = ChangedRules(("1.0", "1.1"), {"x": "执法培训"}, ("考核组和等次",))
    other = replace(moved, before=Before("甲次", view.year - 1, earlier, rules))
    for kind in (DocumentKind.notice, DocumentKind.leader):
        text = make(other, kind, Format.html).decode()
        assert "规则有变：比上年，指标包从 1.0 版改为 1.1 版，改了「执法培训」的规则、考核组和等次。" in text
        assert "−0.04（降 2 名；规则有变）" in text and "+1.00（升 1 名；规则有变）" in text


def test_a_veto_stands_first_and_what_is_held_back_before_what_is_lost(view: RunView) -> None:
    cohort = view.pack.head.cohorts[0].id
    own = pl.col("unit") == "yunshan"
    veto, held = own & (pl.col("section_kind") == "veto"), own & (pl.col("indicator") == "5.problems")
    items = view.scores[cohort].items.with_columns(
        pl.when(veto).then(pl.lit("zero")).otherwise("veto").alias("veto"),
        pl.when(held).then(pl.lit("error")).otherwise("outcome").alias("outcome"),
        pl.when(held).then(-300).otherwise("counted").alias("counted"),
    )
    changed = replace(view, scores={**view.scores, cohort: replace(view.scores[cohort], items=items)})
    said = "已触发一票否决「提供虚假材料」：总分归零。"
    for kind in (DocumentKind.notice, DocumentKind.leader):
        text = make(changed, kind, Format.html).decode()
        assert text.index(said) < text.index("一、排名") and (
            "按照《" not in text or text.index(said) < text.index("按照《")
        )
    (subject,) = list_subjects(changed, [DocumentKind.feedback], cohort, "yunshan")
    text = Exporter(changed).make(subject, Format.html)[1].decode()
    assert text.index(said) < text.index("按照《")
    steps = text[text.index("四、") : text.index("五、")]
    assert "1. 督察发现的问题：已暂扣3.00分，核实后最多可退3.00分。" in steps and "折合总分" in steps


def test_the_ledgers_rows_are_laid_out_as_they_are_handed_over(view: RunView) -> None:
    rows = [Rectification("1", "清单没有公布", measures="补发公告", due="2025年7月1日", state="整改中", progress="60%")]
    document = make_rectification(view, rows, "云山县-整改台账", "云山县整改台账")
    text = read_pdf(write_pdf(document, DAY))
    for words in ("清单没有公布", "补发公告", "整改中", "60%"):
        assert words in text
    asked: list[str] = []

    def rectify(unit: str) -> list[Rectification]:
        asked.append(unit)
        return rows

    (subject,) = list_subjects(view, [DocumentKind.rectification], None, "xikou")
    assert "补发公告" in Exporter(view, rectify=rectify).make(subject, Format.html)[1].decode()
    assert asked == ["xikou"]


def test_findings_of_files_and_of_the_ledger_are_one_register(view: RunView) -> None:
    cohort = view.pack.head.cohorts[0].id
    stored = [record.write() for record in view.explanations.read_unit(cohort, "yunshan")]
    records: list[Any] = json.loads(json.dumps(stored))
    # One row that the run read from a file, and one that it read from the ledger.
    cell = {"cell": "A11", "column": "事实", "value": "文件里的问题"}
    row = {"row": 11, "cells": [cell], "remark": None, "origin": None, "number": None, "text": ""}
    kept = {**row, "cells": [{**cell, "cell": None, "value": "台账里的问题"}], "number": "督问〔2024〕0001号"}
    place = {"dataset": "problems", "title": "问题", "file": "问题.csv", "sheet": None}
    source = {**place, "use": "认定的问题", "rows_total": 2, "listed": 2, "rows": [row, kept]}
    next(record for record in records if record["indicator"] == "5.problems")["parts"][0]["sources"] = [source]
    explanations = [Explanation.model_validate(record) for record in records]
    register = [
        Rectification(
            "督改1号",
            "台账里的问题",
            "督察台账 督问〔2024〕0001号",
            state="整改中",
            finding="督问〔2024〕0001号",
            year=view.year,
        ),
        Rectification("督问2号", "讲座太短", "督察台账 督问2号", finding="督问2号", year=view.year, idle=True),
    ]
    lines = list_rectifications(view, cohort, "yunshan", explanations, register)
    assert [line.state for line in lines] == ["整改中", "", "待整改"]
    assert "文件里的问题" in lines[2].problem and "问题.csv 第11行" in lines[2].source
    text = write_html(make_feedback(view, cohort, "yunshan", explanations, register)).decode()
    assert "文件里的问题（出处：问题.csv 第11行）" in text
    assert text.count("台账里的问题") == 1 and "（出处：督察台账 督问〔2024〕0001号）" in text
    assert "讲座太短（出处：督察台账 督问2号；不影响得分）" in text


def plain(text: str) -> Document:
    return Document("notice", "x", "标题", "", "", Stamp("r", "d", "c"), (Paragraph(text),))


def test_a_character_without_a_glyph_is_named_before_the_pdf_is_made() -> None:
    with pytest.raises(MissingGlyphs) as refused:
        write_pdf(plain("吉字写作\U00020bb7"), DAY)
    assert "「\U00020bb7」（U+20BB7）（正文）" in str(refused.value)
    assert "《标题》" in str(refused.value)


def test_several_people_may_ask_for_a_pdf_at_the_same_time() -> None:
    documents = [plain("内容" * 2000 + str(number)) for number in range(4)]
    with ThreadPoolExecutor(4) as people:
        made = list(people.map(lambda document: write_pdf(document, DAY), documents))
    assert made == [write_pdf(document, DAY) for document in documents]


@pytest.mark.parametrize("text", ["#panic()", "$x$ *b* _i_ @a <b>", "]]>&lt;script>alert(1)</script>", "a\x0bb"])
def test_markup_in_the_data_is_text(text: str) -> None:
    assert re.sub(r"[\s\x0b]+", "", text) in read_pdf(write_pdf(plain(text.replace("\x0b", "")), DAY))
    assert "<script>" not in write_html(plain(text)).decode()
    words = [paragraph.text for paragraph in docx.Document(io.BytesIO(write_docx(plain(text), DAY))).paragraphs]
    assert text.replace("\x0b", "") in words


def test_one_missing_glyph_does_not_stop_the_others(view: RunView, tmp_path: Path) -> None:
    head = view.pack.head
    by_unit = {
        (name, unit): replace(row, unit_name="\U00020bb7县") if unit == "xikou" else row
        for (name, unit), row in view.by_unit.items()
    }
    odd = replace(view, by_unit=by_unit)
    subjects = list_subjects(odd, [DocumentKind.feedback], head.cohorts[0].id, None)
    with open_archive(tmp_path / "all.zip") as put:
        written, refused = export(Exporter(odd), subjects, [Format.pdf, Format.html], put)
    assert (written, len(refused)) == (2 * len(subjects) - 1, 1)
    names = zipfile.ZipFile(tmp_path / "all.zip").namelist()
    assert len(names) == written
    # A PDF is set beside the rest and still stands before what is asked for after it.
    assert names[:2] == [f"{view.totals[head.cohorts[0].id][0].unit_name}-反馈意见.{form}" for form in ("pdf", "html")]


def test_file_names_are_taken_by_every_system_and_never_twice() -> None:
    taken: set[str] = set()
    assert name_file('a/b:c*"d".xlsx', taken) == "a_b_c__d_.xlsx"
    assert name_file('a/b:c*"d".xlsx', taken) == "a_b_c__d_-2.xlsx"
    assert len(name_file("长" * 300 + ".pdf", taken).encode()) < 255


def test_a_table_without_rows_says_so() -> None:
    document = replace(plain(""), blocks=(Table((), (), "没有需要整改的问题。"),))
    assert "没有需要整改的问题。" in read_pdf(write_pdf(document, DAY))


def test_a_number_below_zero_has_a_minus_on_paper_and_is_a_number_to_programs() -> None:
    columns = (TableColumn("文号", 4), TableColumn("差", 4, "center", True))
    document = replace(plain(""), blocks=(Table(columns, (Row(("-1", "-1.82")),)),))
    for paper in (
        read_pdf(write_pdf(document, DAY)),
        write_html(document).decode(),
        str(read_docx(write_docx(document, DAY))),
    ):
        assert "−1.82" in paper and "-1.82" not in paper and "−1</td>" not in paper
    assert '"-1.82"' in write_json(document).decode()


def test_columns_stand_in_the_order_and_under_the_titles_of_the_pack(view: RunView) -> None:
    sheets = view.pack.head.sheets.model_copy(
        update={
            "columns": ("indicator", "mark", "full"),
            "titles": {"mark": "考核得分"},
            "letterhead": "东阳市示例机关",
            "issuer": "东阳市督察办",
            "signatures": ("组长",),
        }
    )
    head = view.pack.head.model_copy(update={"sheets": sheets})
    other = replace(view, pack=view.pack.model_copy(update={"head": head}))
    book = docx.Document(io.BytesIO(make(other, DocumentKind.score, Format.docx)))
    assert [cell.text for cell in book.tables[1].rows[0].cells] == ["指标", "考核得分", "分值"]
    text = read_pdf(make(other, DocumentKind.score, Format.pdf))
    for words in ("东阳市示例机关", "东阳市督察办（盖章）", "组长：", "考核得分"):
        assert words in text
    with zipfile.ZipFile(io.BytesIO(make(other, DocumentKind.score, Format.xlsx))) as archive:
        strings = re.findall(r"<t[^>]*>([^<]*)</t>", archive.read("xl/sharedStrings.xml").decode())
    places = [strings.index(words) for words in ("指标", "考核得分", "分值")]
    assert places == sorted(places)


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_chinese_is_printed_with_full_width_marks(view: RunView, kind: DocumentKind) -> None:
    """Web pages are read here; the other forms take their words from the same blocks, and workbooks stand below."""
    sources = "".join(view.pack.texts.values())
    cohort = view.pack.head.cohorts[0].id
    for unit in (None,) if kind in OF_COHORT else ("yunshan", "xikou"):
        for subject in list_subjects(view, [kind], cohort, unit):
            page = Exporter(view).make(subject, Format.html)[1].decode()
            body = page.partition("</style>")[2].replace("&quot;", '"').replace("&#x27;", "'")
            lines = [re.sub(r"<[^>]*>", "", piece) for piece in re.split(r"</?(?:p|td|th|h[1-6]|tr|br)[^>]*>", body)]
            assert [half for line in lines for half in find_half(line) if half[9:16].strip("「」") not in sources] == []


def test_a_workbook_has_full_width_marks_in_every_cell(view: RunView) -> None:
    sources = "".join(view.pack.texts.values())
    book = load_workbook(io.BytesIO(make(view, DocumentKind.score, Format.xlsx)))
    cells = [cell.value for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    texts = [cell for cell in cells if isinstance(cell, str) and not cell.startswith("=")]
    assert len(texts) > 100
    assert [half for text in texts for half in find_half(text) if half[9:16].strip("「」") not in sources] == []
