"""The whole table of docs/composed-pack as its readers see it: sheet, sums, pages.

Not proved here: that a spreadsheet works the formulas out; the random worlds of test_office hold that.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data.batches.records import Inputs
from indicators.entries.amounts import OPEN_MARKS
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.documents import totals as sheet_totals
from scoring.documents.export import DocumentKind, Exporter, Format, list_subjects
from scoring.documents.feedback import make_feedback
from scoring.documents.leader import make_leader_page
from scoring.documents.notice import make_notice
from scoring.documents.score import ScoreSheet, make_score_sheet
from scoring.documents.totals import describe_total as say_beside
from scoring.documents.view import RunView
from scoring.engine.run import score
from scoring.explain.text import render_explanation
from scoring.results.comparison import compare_sections, list_ranking
from scoring.results.result import list_items, list_totals
from scoring.results.scores import make_scores, write_marks
from scoring.trials.firmness.openings import list_endless, list_openings
from scoring.trials.whatif import build_board, play
from scoring.wording.full_grades import describe_full
from scoring.wording.ranges import say_range, write_range
from scoring.wording.totals import describe_total
from tests.sheets.views import view_inputs
from tests.worlds import store_tables

COMPOSED = Path(__file__).parents[2] / "docs" / "composed-pack"
YEAR, DAY = 2024, date(2025, 6, 30)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(COMPOSED)


@pytest.fixture(scope="module")
def inputs(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """Three counties and a district: the second is first in service, the third has reported nothing."""

    def of(unit: str, **cells: Any) -> dict[str, Any]:
        return {"_unit": unit, "_period": YEAR, "year": YEAR, **cells}

    tables = {
        "matters": [
            of("yunshan", accepted=100, online=45, once=80),
            of("xikou", accepted=100, online=90, once=60),
            of("chengdong", accepted=100, online=0, once=80),
        ],
        "articles": [of("xikou", title=f"第{number}篇") for number in range(1, 8)],
        "talks": [of("yunshan", number=1), of("xikou", number=1), of("xikou", number=2)],
        "sites": [of("chengdong", name="东街")],
        "applications": [
            of("qiaotou", own=Decimal(95), first=Decimal(92), final=Decimal(80)),
            of("shimen", own=Decimal(99), first=Decimal("89.9"), final=Decimal(99)),
            of("lianhua", own=Decimal(80), first=None, final=None),
        ],
        "opinions": [
            of(unit, score=Decimal(score))
            for unit, score in (("dongmen", 96), ("ximen", 93), ("nanmen", 93), ("beimen", 91), ("hebin", 70))
        ],
        "honours": [of("xikou", title=title, level="国家级") for title in ("先进集体", "先进个人")],
    }
    scopes = [(name, unit.id, YEAR) for name in tables for unit in pack.registry.units if unit.id != "baishi"]
    return store_tables(pack, tables, scopes, tmp_path_factory.mktemp("composed"))


@pytest.fixture(scope="module")
def view(pack: Pack, inputs: Inputs, tmp_path_factory: pytest.TempPathFactory) -> RunView:
    return view_inputs(pack, inputs, YEAR, DAY, tmp_path_factory.mktemp("run"), "整表")


def make_sheet(view: RunView, unit: str) -> ScoreSheet:
    return make_score_sheet(view, "counties", unit, view.explanations.read_unit("counties", unit))


def test_input_items_stand_in_a_part_of_their_own_and_count_nothing(view: RunView) -> None:
    sheet = make_sheet(view, "xikou")
    titles = [section.title for section in sheet.sections]
    assert titles == [
        "政务服务",
        "县的个性指标",
        "区的个性指标",
        "经验推广",
        "表彰",
        "过程项（供其他指标使用，不计入总分）",
    ]
    steps = sheet.sections[-1]
    assert [(row.mark, row.cells["remark"]) for row in steps.rows] == [
        ("2.00", "供「政务服务办理质效」使用，不计入总分。"),
        ("1.50", "供「政务服务办理质效」使用，不计入总分。"),
    ]
    assert (sheet.total.total, sheet.total.bonus, sheet.total.earned) == ("25.00", "18.00", "7.00")


def test_marks_without_an_upper_end_are_given_in_full_and_said_to_have_none(view: RunView) -> None:
    articles, honours = (section.rows[0] for section in make_sheet(view, "xikou").sections[3:5])
    assert (articles.cells["full"], articles.mark) == ("不封顶", "14.00")
    assert "计分：每有1条得2分，不封顶。" in articles.cells["rule"]
    assert articles.cells["remark"] == "在总分上加 14.00 分（「经验推广」加分不封顶）。"
    # Six marks of its own; what limits them is the cap of the section.
    assert (honours.cells["full"], honours.mark) == ("不封顶", "6.00")
    assert honours.cells["remark"] == "在总分上加 6.00 分（「表彰」合计最多加 4 分）。"
    assert "不封顶" not in render_explanation(articles.record).split("下一步")[1]


def test_a_range_may_have_no_upper_end(view: RunView) -> None:
    total = view.total("counties", "baishi")
    assert (total.low, total.high, total.widest, total.widest_marks) == ("0.00", None, "2.articles", None)
    assert write_range(total) == "0.00 起，不封顶；名次1—4"
    assert say_range(total, view.pack).startswith(
        "本单位和其他单位未定、逾期未完成的事项了结以后，总分从 0.00 分起，不封顶，名次为第 1 到 4 名。"
        "区间主要取决于「经验被推广」（不封顶）。"
    )
    # What the third may still add may pass everybody; in service the bound is the last place, 2 marks.
    settled = view.total("counties", "xikou")
    assert (settled.low, settled.high, settled.rank_best, settled.rank_worst) == ("23.00", "25.00", 1, 2)


def test_stored_scores_read_it_back_as_no_end(view: RunView, inputs: Inputs) -> None:
    pack, result = view.pack, score(view.pack, inputs, YEAR, DAY)
    manifest = {"id": "整表", "year": YEAR, "as_of": DAY.isoformat(), "fictional": True}
    scores = make_scores(
        pack.head.precision,
        manifest,
        pl.DataFrame([vars(item) for item in list_items(pack, result)]),
        list_totals(pack, result),
    )
    full = scores.items.filter(pl.col("indicator") == "2.articles")["full_marks"][0]
    assert write_marks(full, 2) == "不封顶"
    assert [row.high for row in list_ranking(pack, scores, None, None) if row.unit == "baishi"] == [None]
    board = build_board(view.pack, scores, "counties")
    assert "1.online" not in board.indicators
    # No end of theirs is likelier than another: they are named instead of drawn.
    assert list_endless(scores, board) == ("白石县",)
    column = board.indicators.index("2.articles")
    assert column not in list_openings(scores, board).columns
    sections = [section for section, _, _ in compare_sections(pack, scores.of_cohort("counties")).sections]
    assert sections == ["service", "county-work", "district-work", "spread", "honours"]


def test_units_with_other_blocks_are_ranked_by_the_share_of_their_own_full_marks(view: RunView) -> None:
    found = {row.unit: (row.total, row.full, row.rank) for row in view.totals["counties"]}
    # A county: 3 + 1.5 of 7, which is 64 %; the district: 2 + 2 of 6, which is 67 % of less.
    assert found == {
        "xikou": ("25.00", "7.00", 1),
        "chengdong": ("4.00", "6.00", 2),
        "yunshan": ("4.50", "7.00", 3),
        "baishi": ("0.00", "7.00", None),
    }


def test_who_does_not_pass_a_stage_is_not_ranked_in_the_next(view: RunView) -> None:
    found = {row.unit: (row.total, row.rank, row.status, row.rank_best) for row in view.totals["pilots"]}
    # The last has not been looked at in the first review, which changes nothing: it did not come so far.
    assert found == {
        "qiaotou": ("8.00", 1, "ranked", 1),
        "shimen": ("9.90", None, "not_passed", None),
        "lianhua": ("0.00", None, "not_passed", None),
    }
    assert describe_total(view.total("pilots", "shimen"), view.pack) == "没有通过前面的阶段，不参加排名"
    records = view.explanations.read_unit("pilots", "shimen")
    assert [record.effect_on_total for record in records if record.indicator in ("4.own", "4.first")] == [
        "通过了「自评」。",
        "没有通过「初审」，不参加排名。",
    ]


def test_a_gate_is_passed_or_not_and_nothing_open_is_said_of_who_stopped_there(view: RunView) -> None:
    def read(unit: str) -> list[tuple[str, list[str]]]:
        sheet = make_score_sheet(view, "pilots", unit, view.explanations.read_unit("pilots", unit))
        rows = [row for section in sheet.sections for row in section.rows if row.kind == "veto"]
        return [(row.cells["mark"], [row.cells["lost"], row.record.next_step]) for row in rows]

    assert read("qiaotou")[0] == ("通过", ["", "通过「自评」，不需要做什么。"])
    mark, (lost, step) = read("shimen")[1]
    assert (mark, lost) == ("未通过", "89.9 < 90，没有达到目标，没有通过「初审」；本项不计分：0.00 分")
    assert step.startswith("要通过「初审」：")
    assert not read("lianhua")[1][1][1].endswith("0.00 分。"), "a gate has no marks to be had"

    stopped = view.total("pilots", "lianhua")
    assert stopped.veto_open and say_beside(stopped) == "满分 10.00"
    assert describe_total(stopped, view.pack) == "没有通过前面的阶段，不参加排名"
    assert view.describe_vetoes("pilots") == [
        "石门镇没有通过「初审」，不参加排名。",
        "莲花乡没有通过「自评」，不参加排名。",
    ]
    texts = {
        (subject.kind, subject.unit): Exporter(view).make(subject, Format.html)[1].decode()
        for kind in DocumentKind
        for subject in list_subjects(view, [kind], "pilots", None)
    }
    assert all("触发" not in text and "暂不排名，" not in text for text in texts.values())
    assert "参加排名 1 个，没有通过前面的阶段 2 个；1 个已排名单位平均 8.00 分。" in texts[DocumentKind.notice, None]
    assert "不参加排名：石门镇、莲花乡，没有通过前面的阶段。" in texts[DocumentKind.leader, None]


def test_the_subtotals_of_a_unit_add_up_to_its_full_marks_and_its_total(view: RunView) -> None:
    for unit in ("yunshan", "xikou", "baishi", "chengdong"):
        sheet = make_sheet(view, unit)
        base = [section for section in sheet.sections if section.kind == "base"]
        assert sum(Decimal(section.full) for section in base) == Decimal(sheet.total.full)
        assert sum(Decimal(section.subtotal) for section in base) == Decimal(sheet.total.base)


def test_the_sums_of_a_group_list_no_bonus_that_only_another_group_has(view: RunView) -> None:
    texts = {
        subject.cohort: inflate(Exporter(view).make(subject, Format.xlsx)[1])
        for subject in list_subjects(view, [DocumentKind.score], None, None)
        if subject.unit in ("xikou", "dongmen")
    }
    assert "经验推广" in texts["counties"] and "加分、扣分" in texts["streets"]
    assert "经验推广" not in texts["streets"]


def test_who_reaches_a_grade_that_is_full_is_told_so_everywhere(view: RunView) -> None:
    found = {row.unit: (row.rank, row.grade, describe_full(row, view.pack)) for row in view.totals["streets"]}
    full = "达到「优秀」分数线，名额已满"
    assert found == {
        "dongmen": (1, "优秀", ""),
        "ximen": (2, "良好", full),
        "nanmen": (2, "良好", full),
        "beimen": (4, "良好", full),
        "hebin": (5, "良好", ""),
    }
    papers = [
        make_notice(view, "streets"),
        make_leader_page(view, "streets"),
        make_feedback(view, "streets", "ximen", view.explanations.read_unit("streets", "ximen")),
    ]
    assert all(full in str(paper) for paper in papers)
    told = "「优秀」不超过参加排名单位的40%，不足1个不计，名额边上并列的都不进。达到分数线而名额已满的，列下一等"
    assert [told in str(paper) for paper in papers] == [True, True, False]
    lines = sheet_totals.list_totals(view, "streets", view.total("streets", "ximen"))
    (line,) = [line for line in lines if line.label == "等次"]
    assert (line.value, line.note) == ("良好", f"{full}；名额：{told}")
    assert describe_total(view.total("streets", "ximen"), view.pack) == full


def test_moving_nothing_leaves_grades_and_moving_marks_moves_who_is_inside(view: RunView, inputs: Inputs) -> None:
    pack, result = view.pack, score(view.pack, inputs, YEAR, DAY)
    manifest = {"id": "整表", "year": YEAR, "as_of": DAY.isoformat(), "fictional": True}
    scores = make_scores(
        pack.head.precision,
        manifest,
        pl.DataFrame([vars(item) for item in list_items(pack, result)]),
        list_totals(pack, result),
    )
    board = build_board(view.pack, scores, "streets")
    assert dict(zip(board.units, play(board).grades, strict=True)) == {
        row.unit: row.grade for row in view.totals["streets"]
    }
    moved = play(board, {("ximen", "5.opinion"): 9400})
    assert [name for name, grade in zip(board.units, moved.grades, strict=True) if grade == "优秀"] == [
        "dongmen",
        "ximen",
    ]


@pytest.mark.parametrize("form", list(Format))
def test_every_paper_is_made_and_none_shows_the_number_that_stands_for_no_end(view: RunView, form: Format) -> None:
    """Not read here: the pages of a PDF, which are set from the same blocks as the others."""
    for kind in DocumentKind:
        for subject in list_subjects(view, [kind], None, None):
            made = Exporter(view).make(subject, form)[1]
            assert made and str(int(OPEN_MARKS)) not in inflate(made)


def inflate(made: bytes) -> str:
    """The text of a file; of an archive, that of all its members."""
    if not zipfile.is_zipfile(io.BytesIO(made)):
        return made.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
