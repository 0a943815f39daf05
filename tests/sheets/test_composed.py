"""The whole table of docs/composed-pack as its readers see it: sheet, sums, pages.

Not proved here: that a spreadsheet works the formulas out; the random worlds of test_office hold that.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indicators.reader import load_pack
from scoring.documents.export import DocumentKind, Exporter, Format, list_subjects
from scoring.documents.score import ScoreSheet, make_score_sheet
from scoring.documents.view import RunView
from tests.sheets.views import view_inputs
from tests.worlds import store_tables

COMPOSED = Path(__file__).parents[2] / "docs" / "composed-pack"
YEAR = 2024


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> RunView:
    """Three counties: the second is first in service, the third has reported nothing."""
    pack, folder = load_pack(COMPOSED), tmp_path_factory.mktemp("composed")

    def of(unit: str, **cells: Any) -> dict[str, Any]:
        return {"_unit": unit, "_period": YEAR, "year": YEAR, **cells}

    matters = [of("yunshan", accepted=100, online=45, once=80), of("xikou", accepted=100, online=90, once=60)]
    scopes = [("matters", unit, YEAR) for unit in ("yunshan", "xikou")]
    inputs = store_tables(pack, {"matters": matters}, scopes, folder)
    return view_inputs(pack, inputs, YEAR, date(2025, 6, 30), folder, "整表")


def make_sheet(view: RunView, unit: str) -> ScoreSheet:
    return make_score_sheet(view, "counties", unit, view.explanations.read_unit("counties", unit))


def test_input_items_stand_in_a_part_of_their_own_and_count_nothing(view: RunView) -> None:
    sheet = make_sheet(view, "xikou")
    assert [section.title for section in sheet.sections] == ["政务服务", "过程项（供其他指标使用，不计入总分）"]
    steps = sheet.sections[1]
    assert [(row.mark, row.cells["remark"]) for row in steps.rows] == [
        ("2.00", "供「政务服务办理质效」使用，不计入总分。"),
        ("1.50", "供「政务服务办理质效」使用，不计入总分。"),
    ]
    assert (sheet.total["total"], sheet.total["bonus"], sheet.total["earned"]) == ("4.00", "0.00", "4.00")


def test_what_is_open_in_an_input_item_is_open_in_its_reader_alone(view: RunView) -> None:
    total = view.total("counties", "baishi")
    assert (total["low"], total["high"], total["widest"]) == ("0.00", "4.00", "1.service")


@pytest.mark.parametrize("form", list(Format))
def test_every_paper_is_made(view: RunView, form: Format) -> None:
    for kind in DocumentKind:
        for subject in list_subjects(view, [kind], "counties", None):
            assert Exporter(view).make(subject, form)[1]
