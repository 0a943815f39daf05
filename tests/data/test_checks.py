"""What the rows of one file may not say together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from data.files.mistakes import FileRefused
from data.intake.imports import Accepted, import_files
from data.store.workspace import Workspace
from indicators.entries.persons import COUNTED_AS, WRITTEN, fold_person
from scoring.base.sql import quote_text
from tests.data.conftest import CASES, FINES, NOW, PEOPLE, TRAINING_HEADER, Import, make_pack, training_row, write_csv

CASES_HEADER = ["单位", "年度", "纠错数", "办结数"]
PEOPLE_HEADER = ["单位", "姓名", "到任日期", "离任日期"]


@pytest.fixture(autouse=True, params=[True, False], ids=["few rows", "many rows"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said is the same whether all rows are looked at, or only those whose hash tells of something."""
    if not request.param:
        monkeypatch.setattr("data.batches.parquet.FEW", 0)
        monkeypatch.setattr("data.intake.cross_checks.FEW", 0)
        monkeypatch.setattr("data.apart.process.FORKS", False)


def refuse(take: Import, *paths: Path, **options: Any) -> list[str]:
    with pytest.raises(FileRefused) as caught:
        take(*paths, **options)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_negative_hours_are_refused(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "training.csv", TRAINING_HEADER, training_row(学时=-1))
    assert refuse(take, path) == ["training.csv E2：「学时」不能小于 0，填的是 -1；请核对"]


def test_a_day_of_25_hours_is_refused(take: Import, inbox: Path) -> None:
    rows = [training_row(学时=20), training_row(学时=8, 培训日期="2024-03-02"), training_row(主题="听证", 学时=5)]
    path = write_csv(inbox / "training.csv", TRAINING_HEADER, *rows)
    [mistake] = refuse(take, path)
    assert mistake.startswith(
        "training.csv E4：同一「单位、姓名、培训日期」的「学时」合计不能超过 24：第 2、4 行合计 25"
    )


def test_a_numerator_above_its_denominator_is_refused(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER, ["甲县", 2024, 3, 3], ["乙县", 2024, 4, 3])
    [mistake] = refuse(take, path)
    assert mistake.startswith("cases.csv C3：「纠错数」不能大于（分子不能大于分母）「办结数」：")
    assert "「纠错数」填的是 4，「办结数」填的是 3" in mistake


def test_the_words_of_the_pack_replace_the_general_ones(workspace: Workspace, inbox: Path) -> None:
    said = {**CASES, "checks": {"rows": [{"left": "corrected", "at_most": "closed", "say": "纠错的案件应在办结之内"}]}}
    path = write_csv(inbox / "cases.csv", CASES_HEADER, ["乙县", 2024, 4, 3])
    with pytest.raises(FileRefused, match="纠错的案件应在办结之内："):
        import_files(workspace, make_pack(said), [path], now=NOW, user="王某")


def test_the_same_row_twice_is_refused_with_both_row_numbers(take: Import, inbox: Path) -> None:
    again = training_row(单位="甲县人民政府", 学时=1)
    path = write_csv(inbox / "training.csv", ["标题"], TRAINING_HEADER, training_row(), again)
    assert refuse(take, path) == [
        "training.csv A4：第 4 行与第 3 行重复（单位 甲县、姓名 张三、"
        "培训日期 2024-03-01、主题 行政复议法）；请只留一行"
    ]


@pytest.mark.parametrize("other", ["A1", "a\u200f1", "a 1", "\uff21\uff11", "a\u00a01\ufe0f"])
def test_the_same_row_in_another_way_of_writing_is_refused(take: Import, inbox: Path, other: str) -> None:
    path = write_csv(inbox / "people.csv", ["单位", "姓名"], ["甲县", "a1"], ["甲县", other])
    [mistake] = refuse(take, path)
    assert mistake.startswith("people.csv A3：第 3 行与第 2 行重复（单位 甲县、姓名 ")


@pytest.mark.parametrize("other", ["A1", "\uff41 1"])
def test_a_person_written_in_another_way_is_the_same_person(take: Import, inbox: Path, other: str) -> None:
    people = write_csv(inbox / "people.csv", ["单位", "姓名"], ["甲县", "a1"], ["乙县", other])
    assert "同时在两个单位任职" in refuse(take, people)[0]
    hours = [training_row(姓名="a1", 主题="甲", 学时=20), training_row(姓名=other, 主题="乙", 学时=20)]
    assert "合计 40" in refuse(take, write_csv(inbox / "training.csv", TRAINING_HEADER, *hours))[0]


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        (["甲县", "张三", "2020-01-01", ""], ["乙县", "张三", "2024-03-01", ""], True),
        (["甲县", "张三", "", ""], ["乙县", "张三", "", ""], True),
        (["甲县", "张三", "", "2024-03-02"], ["乙县", "张三", "2024-03-01", ""], True),
        (["甲县", "张三", "", "2024-03-01"], ["乙县", "张三", "2024-03-01", ""], False),
        (["甲县", "张三", "", "2024-02-29"], ["乙县", "张三", "2024-03-01", ""], False),
        (["甲县", "张三", "", "2024-03"], ["乙县", "张三", "2024-03", ""], False),
        (["甲县", "张三", "", "2024-04"], ["乙县", "张三", "2024-03", ""], True),
        (["甲县", "张三", "", ""], ["乙县", "李四", "", ""], False),
    ],
)
def test_a_person_in_post_in_two_units_at_once_is_refused(
    take: Import, inbox: Path, first: list[str], second: list[str], refused: bool
) -> None:
    path = write_csv(inbox / "people.csv", PEOPLE_HEADER, first, second)
    if not refused:
        assert take(path)[0].rows == 2
        return
    [mistake] = refuse(take, path)
    assert mistake.startswith("people.csv B3：「张三」同时在两个单位任职：第 2 行在「甲县」，第 3 行在「乙县」")


NUMBERED: dict[str, Any] = {
    **PEOPLE,
    "columns": [*PEOPLE["columns"], {"name": "number", "title": "编号", "type": "text"}],
    "key": ["unit", "number", "person"],
    "people": {**PEOPLE["people"], "person": "number", "name": "person"},
}


@pytest.mark.parametrize(
    ("people", "rows", "words"),
    [
        ({}, ["甲县,张三,7", "乙县,李四,7"], None),
        (
            {},
            ["甲县,张三,7", "乙县,张 三,７"],
            "「张 三」同时在两个单位任职：第 2 行在「甲县」，第 3 行在「乙县」，一直重叠",
        ),
        ({}, ["甲县,张三,7", "乙县,张三,8"], None),
        (
            {},
            ["甲县,张三,7", "甲县,李四,7"],
            "「甲县」的「编号」7 有两个「姓名」：第 2 行是「张三」，第 3 行是「李四」",
        ),
        ({"office_wide": "true"}, ["甲县,张三,A7", "乙县,李四,a7"], "「李四」同时在两个单位任职"),
    ],
)
def test_a_number_is_one_person_only_within_its_unit(
    people: dict[str, str], rows: list[str], words: str | None, inbox: Path, workspace: Workspace
) -> None:
    pack = make_pack({**NUMBERED, "people": {**NUMBERED["people"], **people}}, FINES)
    path = write_csv(inbox / "people.csv", ["单位", "姓名", "编号"], *(row.split(",") for row in rows))

    def take(*paths: Path) -> list[Accepted]:
        return import_files(workspace, pack, paths, now=NOW, user="王某")

    if words is None:
        assert take(path)[0].rows == 2
    else:
        assert any(words in mistake for mistake in refuse(take, path))


def test_what_is_compared_at_import_and_when_scoring_is_the_same_for_every_character() -> None:
    signs = [chr(code) for code in range(0x20, 0x20000) if not 0xD800 <= code < 0xE000]
    table = pa.table({"sign": pa.array(signs)})
    with duckdb.connect() as connection:
        connection.register("signs", table)
        query = f"SELECT translate(sign, {quote_text(WRITTEN)}, {quote_text(COUNTED_AS)}) FROM signs"
        assert [row[0] for row in connection.execute(query).fetchall()] == [fold_person(sign) for sign in signs]
    assert fold_person("Ａ7　王 五b") == "a7王五b"


def test_leaving_before_joining_is_refused(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "people.csv", PEOPLE_HEADER, ["甲县", "张三", "2024-03-02", "2024-03-01"])
    [mistake] = refuse(take, path)
    assert "people.csv D2：「离任日期」2024-03-01 早于「到任日期」2024-03-02" in mistake


def test_leaving_in_the_month_of_joining_is_possible(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "people.csv", PEOPLE_HEADER, ["甲县", "张三", "2024-03-20", "2024-03"])
    assert take(path)[0].rows == 1


def test_a_cell_that_is_mistaken_already_takes_part_in_no_check(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER, ["甲县", 2024, "四", 3], ["甲县", "去年", 1, 3])
    assert [mistake.split("：")[0] for mistake in refuse(take, path)] == ["cases.csv C2", "cases.csv B3"]


def test_an_unknown_indicator_is_refused(take: Import, inbox: Path) -> None:
    header = ["单位", "年度", "指标编号", "文号"]
    path = write_csv(inbox / "fines.csv", header, ["甲县", 2024, "1.fines", "一"], ["甲县", 2024, "1.fine", "二"])
    assert refuse(take, path) == ["fines.csv C3：「指标编号」填的「1.fine」不是本指标包的指标编号"]
