"""Names and units over time, in reported files: understood by the time of the row, or refused with who is meant."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.batches.records import current_inputs
from data.files.mistakes import FileRefused
from data.intake.imports import Accepted, import_files
from data.register.units import Registry
from data.store.workspace import Workspace
from tests.data.conftest import NOW, TRAINING_HEADER, make_pack, training_row, write_csv

#: 市数据局 was called 市大数据局; 旧局 was merged into 新局; 档案局 is a name that two units had one after another.
UNITS: list[dict[str, Any]] = [
    {"id": "a", "name": "甲县", "kind": "county"},
    {"id": "sj", "name": "市数据局", "kind": "bureau", "former": [{"name": "市大数据局", "until": "2023-03-31"}]},
    {"id": "jiu", "name": "旧局", "kind": "bureau", "until": "2023-06-30", "successor": "xin"},
    {"id": "xin", "name": "新局", "kind": "bureau", "since": "2023-07-01"},
    {"id": "he", "name": "合局", "kind": "bureau", "until": "2023-12-31", "successors": ["dong", "xi"]},
    {"id": "dong", "name": "东局", "kind": "bureau", "since": "2024-01-01"},
    {"id": "xi", "name": "西局", "kind": "bureau", "since": "2024-01-01"},
    {"id": "gone", "name": "撤销局", "kind": "bureau", "until": "2022-12-31"},
    {"id": "late", "name": "后成立局", "kind": "bureau", "since": "2024-01-01"},
    {"id": "da", "name": "市档案馆", "kind": "bureau", "former": [{"name": "档案局", "until": "2022-06-30"}]},
    {"id": "fang", "name": "档案局", "kind": "bureau", "since": "2022-07-01"},
]
PACK = make_pack(units=UNITS)
REGISTRY = Registry.from_register(PACK.registry)
CASES_HEADER = ["单位", "年度", "纠错数", "办结数"]


def take(workspace: Workspace, *paths: Path, **options: Any) -> list[Accepted]:
    return import_files(workspace, PACK, paths, **{"now": NOW, "user": "王某", **options})


def refuse(workspace: Workspace, *paths: Path, **options: Any) -> list[str]:
    with pytest.raises(FileRefused) as caught:
        take(workspace, *paths, **options)
    return [str(mistake) for mistake in caught.value.mistakes]


@pytest.mark.parametrize(
    ("name", "on", "unit"),
    [
        ("市大数据局", None, "sj"),
        ("市大数据局", 2030, "sj"),
        ("市数据局", 2019, "sj"),
        ("档案局", None, None),
        ("档案局", 2021, "da"),
        ("档案局", 2023, "fang"),
        ("档案局", 2022, None),
        ("档案局", date(2022, 6, 30), "da"),
        ("档案局", date(2022, 7, 1), "fang"),
        ("da", None, "da"),
    ],
)
def test_a_name_leads_to_its_unit_whatever_the_time_unless_two_had_it(
    name: str, on: date | int | None, unit: str | None
) -> None:
    assert REGISTRY.resolve(name, on) == unit


def test_a_former_name_on_any_report_is_the_same_unit(workspace: Workspace, inbox: Path) -> None:
    rows = [["市大数据局", 2024, 1, 3], ["市数据局", 2021, 1, 3]]
    [accepted] = take(workspace, write_csv(inbox / "cases.csv", CASES_HEADER, *rows))
    assert accepted.scopes == {("sj", 2024), ("sj", 2021)}


def test_a_name_that_two_units_had_goes_by_the_year_or_the_day_of_the_row(workspace: Workspace, inbox: Path) -> None:
    years = [["档案局", 2021, 1, 3], ["档案局", 2023, 1, 3]]
    [accepted] = take(workspace, write_csv(inbox / "cases.csv", CASES_HEADER, *years))
    assert accepted.scopes == {("da", 2021), ("fang", 2023)}
    days = [training_row(单位="档案局", 培训日期=day) for day in ("2022-06-30", "2022-07-01")]
    [accepted] = take(workspace, write_csv(inbox / "training.csv", TRAINING_HEADER, *days))
    assert accepted.scopes == {("da", 2022), ("fang", 2022)}
    [stored] = [file for file in current_inputs(workspace, PACK).files if file.dataset == "training"]
    assert stored.rows == 2


def test_a_name_that_the_year_does_not_decide_is_refused_with_both_candidates(
    workspace: Workspace, inbox: Path
) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER, ["档案局", 2022, 1, 3])
    assert refuse(workspace, path) == [
        "cases.csv A2：「档案局」先后是「市档案馆」（da，到 2022-06-30 为止）和「档案局」（fang，"
        "2022-07-01 起）的名称，"
        "这一行的时间分不清是哪一个；请改填现在的全称或编号"
    ]


def test_a_list_without_a_year_cannot_hold_such_a_name(workspace: Workspace, inbox: Path) -> None:
    path = write_csv(inbox / "people.csv", ["单位", "姓名", "到任日期", "离任日期"], ["档案局", "张三", "", ""])
    [mistake] = refuse(workspace, path)
    assert "「档案局」先后是" in mistake and "这张台账没有年度；请改填现在的全称或编号" in mistake


def test_a_row_whose_year_is_mistaken_is_told_of_its_year_only(workspace: Workspace, inbox: Path) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER, ["档案局", "去年", 1, 3])
    [mistake] = refuse(workspace, path)
    assert "B2" in mistake


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["旧局", 2024, 1, 3], "「旧局」存在到 2023-06-30 为止，没有 2024 年的数据；请改填接续它的「新局」"),
        (["新局", 2022, 1, 3], "「新局」2023-07-01 才成立，没有 2022 年的数据；请按当时的单位填报：旧局"),
        (["撤销局", 2023, 1, 3], "「撤销局」存在到 2022-12-31 为止，没有 2023 年的数据；请核对单位和年度"),
        (["后成立局", 2023, 1, 3], "「后成立局」2024-01-01 才成立，没有 2023 年的数据；请核对单位和年度"),
    ],
)
def test_a_unit_has_no_rows_of_a_year_in_which_it_did_not_exist(
    row: list[Any], words: str, workspace: Workspace, inbox: Path
) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER, row)
    assert refuse(workspace, path) == [f"cases.csv A2：{words}"]


def test_both_report_the_year_of_the_merger(workspace: Workspace, inbox: Path) -> None:
    rows = [["旧局", 2023, 1, 3], ["新局", 2023, 1, 3]]
    [accepted] = take(workspace, write_csv(inbox / "cases.csv", CASES_HEADER, *rows))
    assert accepted.scopes == {("jiu", 2023), ("xin", 2023)}


def test_a_nil_report_names_the_unit_of_its_year(workspace: Workspace, inbox: Path) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER)
    [accepted] = take(workspace, path, unit="档案局", year=2021, nil_report=True)
    assert accepted.scopes == {("da", 2021)}
    [mistake] = refuse(workspace, path, unit="旧局", year=2024, nil_report=True)
    assert mistake == "「旧局」存在到 2023-06-30 为止，没有 2024 年的数据；请改填接续它的「新局」"
    [mistake] = refuse(workspace, path, unit="档案局", year=2022, nil_report=True)
    assert mistake.startswith("「档案局」先后是") and mistake.endswith("请用 --unit 写编号")
