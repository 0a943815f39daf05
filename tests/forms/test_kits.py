"""Who is handed which form: a dataset is asked of a unit only if an indicator that applies to it reads it."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from data.forms.kits import Kit, find_offices, make_all_kits, make_office_kits, make_unit_kit
from indicators.meaning.asked import is_own, list_applying, list_asked
from indicators.pack.model import Pack
from tests.forms.conftest import PACKS, find, read_nothing
from tests.punctuation import find_half

JINCHENG = PACKS["jincheng"]
IDS = pytest.mark.parametrize("pack", [pytest.param(pack, id=name) for name, pack in PACKS.items()])


def list_datasets(kit: Kit | None) -> list[str]:
    return [] if kit is None else [plan.dataset.id for plan in kit.plans]


def find_year(pack: Pack) -> int:
    return pack.head.years.last or 2024


def test_a_county_is_asked_for_its_lectures_and_not_for_what_the_court_knows() -> None:
    asked = list_datasets(make_unit_kit(JINCHENG, find(JINCHENG, "chengqu"), 2025, read_nothing))
    assert "lectures" in asked and "lawsuits" not in asked


def test_the_development_zone_is_not_asked_for_lectures_that_it_need_not_hold() -> None:
    asked = list_datasets(make_unit_kit(JINCHENG, find(JINCHENG, "kaifaqu"), 2025, read_nothing))
    assert "lectures" not in asked and "annual_reports" in asked


def test_an_office_reports_for_all_in_its_own_workbook() -> None:
    assert list_datasets(make_unit_kit(JINCHENG, find(JINCHENG, "zhongyuan"), 2025, read_nothing))[:1] == ["lawsuits"]


def test_the_big_data_office_gets_its_own_tables_and_those_for_all_in_one_workbook() -> None:
    asked = list_datasets(make_unit_kit(JINCHENG, find(JINCHENG, "dashuju"), 2025, read_nothing))
    assert {"systems", "platforms"} <= set(asked) and "training" in asked


def test_what_two_offices_report_together_is_one_workbook() -> None:
    kits = {kit.file_name: kit for kit in make_office_kits(JINCHENG, 2025, read_nothing)}
    assert list_datasets(kits["市中院、市检察院-2025年填报表.xlsx"]) == ["recommendations"]
    offices = find_offices(JINCHENG, JINCHENG.dataset("recommendations"))
    assert [unit.id for unit in offices] == ["zhongyuan", "jianchayuan"]


def test_a_unit_that_nobody_asks_gets_no_workbook() -> None:
    assert make_unit_kit(JINCHENG, find(JINCHENG, "fulian"), 2025, read_nothing) is None


@IDS
def test_every_dataset_that_an_indicator_reads_is_handed_out_and_no_other(pack: Pack) -> None:
    year = find_year(pack)
    read = {
        name
        for unit in pack.registry.units
        for indicator in list_applying(pack, unit, year)
        for part in indicator.parts
        for name in part.measure.datasets()
    }
    out = {plan.dataset.id for kit in make_all_kits(pack, year, read_nothing) for plan in kit.plans}
    assert out - {pack.head.exemptions} == read


@IDS
def test_no_dataset_is_asked_twice_of_the_same_hand(pack: Pack) -> None:
    for kit in make_all_kits(pack, find_year(pack), read_nothing):
        assert len(list_datasets(kit)) == len(set(list_datasets(kit)))


@IDS
def test_what_one_office_reports_is_asked_of_nobody_else(pack: Pack) -> None:
    for unit in pack.registry.units:
        assert all(is_own(asked.dataset) for asked in list_asked(pack, unit, find_year(pack)))


@IDS
def test_file_names_are_different_and_fit_for_windows(pack: Pack) -> None:
    names = [kit.file_name for kit in make_all_kits(pack, find_year(pack), read_nothing)]
    assert len(names) == len(set(names))
    assert not any(sign in name for name in names for sign in '<>:"/\\|?*')


def test_the_tasks_of_a_register_are_those_that_the_unit_has() -> None:
    kit = make_unit_kit(JINCHENG, find(JINCHENG, "kaifaqu"), 2025, read_nothing)
    assert kit is not None
    plans = {plan.dataset.id: plan for plan in kit.plans}
    # The plan asks the reform of reconsideration of governments, not of a development zone.
    tasks = [row.cells["任务"] for row in plans["milestones"].rows]
    assert tasks and "行政复议体制改革" not in tasks


@IDS
def test_chinese_is_printed_with_full_width_marks(pack: Pack) -> None:
    """Every cell, input check and foot of the forms; what is quoted stands as in its source."""
    sources, found = "".join(pack.texts.values()), []
    for kit in (make_all_kits(pack, find_year(pack), read_nothing))[:3]:
        book = load_workbook(io.BytesIO(kit.write(pack, fictional=True)))
        for sheet in (sheet for sheet in book.worksheets if sheet.sheet_state == "visible"):
            texts = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
            for check in sheet.data_validations.dataValidation:
                texts += [each for each in (check.prompt, check.error, check.promptTitle, check.errorTitle) if each]
            found += [half for text in texts for half in find_half(text) if half[9:16].strip("「」") not in sources]
    assert found == []
