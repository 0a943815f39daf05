"""A leader's page is one page, on paper and not only by intention: LibreOffice and typst count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdf

from scoring.documents.blocks import Paragraph, Table
from scoring.documents.export import DocumentKind, Exporter, Format, Subject
from scoring.documents.leader import make_leader_page
from scoring.documents.notice import make_notice
from scoring.documents.view import CommonLoss, RunView
from tests.office import print_pages

#: As long as it gets.
FIRM = "第1–13名之间，第12–25名之间，第23–37名之间等10处分不出先后。（4000次随机试算，95%的把握；不改变得分和名次。）"


def crowd(view: RunView, number: int, name: str) -> RunView:
    """The cohort with so many units of long names, all of them ranked, and five losses with long names."""
    cohort = view.pack.head.cohorts[0].id
    (first, *_) = (row for row in view.totals[cohort] if row.total is not None)
    rows = tuple(
        replace(first, unit=f"u{place}", unit_name=f"{name}{place:03}", rank=place, status="ranked")
        for place in range(1, number + 1)
    )
    losses = tuple(
        CommonLoss(indicator.id, number, number, loss.marks)
        for indicator in view.pack.indicators[:5]
        for loss in view.losses[cohort][:1]
    )
    indicators = tuple(
        indicator.model_copy(update={"name": "行政机关负责人出庭应诉和行政复议决定履行情况" * 2})
        for indicator in view.pack.indicators
    )
    return replace(
        view,
        pack=view.pack.model_copy(update={"indicators": indicators}),
        totals={**view.totals, cohort: rows},
        losses={**view.losses, cohort: losses},
        firmness=lambda _: FIRM,
    )


def test_it_stays_one_page_whatever_the_cohort(view: RunView, tmp_path: Path) -> None:
    cohort = view.pack.head.cohorts[0].id
    crowds = {
        "departments": crowd(view, 20, "市住房和城乡建设局人民防空办公室综合服务"),
        "towns": crowd(view, 300, "名" * 57),
    }
    made = []
    for name, each in crowds.items():
        for form in (Format.docx, Format.xlsx):
            made.append(tmp_path / f"{name}-{form}.{form}")
            made[-1].write_bytes(Exporter(each).make(Subject(DocumentKind.leader, cohort, None), form)[1])
        (tmp_path / f"{name}.pdf").write_bytes(
            Exporter(each).make(Subject(DocumentKind.leader, cohort, None), Format.pdf)[1]
        )
    # LibreOffice names what it makes after the stem alone.
    print_pages(made, tmp_path)
    pages = {path.stem: len(pypdf.PdfReader(path).pages) for path in tmp_path.glob("*.pdf")}
    assert pages == dict.fromkeys(
        ("departments", "departments-docx", "departments-xlsx", "towns", "towns-docx", "towns-xlsx"), 1
    )


def test_it_says_where_totals_and_ranks_may_still_go_and_what_decides_it(view: RunView) -> None:
    cohort = view.pack.head.cohorts[0].id
    indicator = view.pack.indicators[0]
    (first,) = view.totals[cohort][:1]
    first = replace(
        first, unit_name="甲县", total="80.00", low="80.00", high="85.00", rank=2, rank_best=1, rank_worst=3
    )
    rows = (replace(first, widest=indicator.id, widest_marks="4.00"),)
    page = make_leader_page(replace(view, totals={**view.totals, cohort: rows}), cohort)
    (table,) = (block for block in page.blocks if isinstance(block, Table))
    cells = dict(zip((column.title for column in table.columns), table.rows[0].cells, strict=True))
    assert (cells["可能总分"], cells["可能名次"]) == ("80.00—85.00", "1—3")
    texts = [block.text for block in page.blocks if isinstance(block, Paragraph)]
    assert f"可能区间最宽的：甲县80.00—85.00、名次1—3，主要看「{indicator.name}」（最多4.00分）。" in texts


def test_notice_and_page_say_who_cannot_be_told_apart(view: RunView) -> None:
    cohort = view.pack.head.cohorts[0].id
    rows = tuple(replace(row, total="80.00", rank=n) for n, row in enumerate(view.totals[cohort][:2], 1))
    if len(rows) < 2:
        rows = (*rows, replace(rows[0], unit="other", unit_name="乙县", rank=2))
    told = replace(view, totals={**view.totals, cohort: rows}, firmness=lambda _: "第1、2名分不出先后。")
    for page in (make_leader_page(told, cohort), make_notice(told, cohort)):
        assert "第1、2名分不出先后。" in [block.text for block in page.blocks if isinstance(block, Paragraph)]


def test_twenty_departments_all_stand_on_it_and_of_three_hundred_the_first_and_the_last(view: RunView) -> None:
    cohort = view.pack.head.cohorts[0].id

    def list_ranks(each: RunView) -> list[str]:
        (table,) = (block for block in make_leader_page(each, cohort).blocks if hasattr(block, "columns"))
        return [row.cells[0] for row in table.rows]

    assert list_ranks(crowd(view, 20, "市住房和城乡建设局人民防空办公室综合服务")) == [
        str(rank) for rank in range(1, 21)
    ]
    ranks = list_ranks(crowd(view, 300, "名" * 57))
    assert ranks[0] == "1" and ranks[-1] == "300"
    assert f"其余 {300 - len(ranks) + 1} 个单位见《排名通报》" in ranks
