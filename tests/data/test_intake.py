"""Files in: which dataset, which columns, what is refused with which words, and that it is all or nothing.

Not proven here: forms made by other programs than xlsxwriter and Python's csv.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from data.batches.records import current_inputs, list_batches
from data.files.mistakes import FileRefused
from data.intake.checked_sheets import find_persons
from data.store.workspace import Workspace
from indicators.pack.model import Pack
from tests.data.conftest import TRAINING_HEADER, Import, Shown, make_pack, training_row, write_csv, write_xlsx

CASES_HEADER = ["单位", "年度", "纠错数", "办结数"]
CASE = ["甲县", 2024, 1, 3]


def refuse(take: Import, *paths: Path, **options: Any) -> list[str]:
    with pytest.raises(FileRefused) as caught:
        take(*paths, **options)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_an_accepted_sheet_says_what_it_reported(take: Import, inbox: Path) -> None:
    rows = [training_row(), training_row(单位="乙县", 培训日期="2023-12-31")]
    path = write_xlsx(inbox / "a.xlsx", {"培训学时": [["2024年培训情况"], TRAINING_HEADER, *rows]})
    [accepted] = take(path)
    assert (accepted.dataset, accepted.sheet, accepted.rows, accepted.status) == ("training", "培训学时", 2, "new")
    assert accepted.scopes == {("a", 2024), ("b", 2023)}


def test_rows_are_stored_typed_and_lead_back_to_their_cells(
    take: Import, inbox: Path, workspace: Workspace, pack: Pack
) -> None:
    row = training_row(单位="甲县人民政府", 培训日期=date(2024, 3, 1), 学时="无", 类别=None)
    path = write_xlsx(inbox / "a.xlsx", {"培训学时": [[], [None, *TRAINING_HEADER], [], [None, *row]]})
    take(path)
    [file] = current_inputs(workspace, pack).files
    assert pq.read_table(file.path).to_pylist() == [
        {
            "unit": "a",
            "person": "张三",
            "held_on": date(2024, 3, 1),
            "topic": "行政复议法",
            "hours": 0,
            "category": None,
            "_unit": "a",
            "_period": 2024,
            "_sheet": "培训学时",
            "_row": 4,
        }
    ]
    assert file.columns["hours"] == {"title": "学时", "letter": "F"}


@pytest.mark.parametrize(
    ("file_name", "sheet", "options"),
    [
        ("a.xlsx", "培训学时", {}),
        ("a.xlsx", "培训学时（甲县）", {}),
        ("a.xlsx", "TRAINING", {}),
        ("培训学时-甲县.xlsx", "Sheet1", {}),
        ("a.xlsx", "Sheet1", {}),
        ("案件数量.xlsx", "案件数量", {"dataset": "training"}),
    ],
)
def test_the_dataset_is_told_by_argument_sheet_file_or_header(
    take: Import, inbox: Path, file_name: str, sheet: str, options: dict[str, Any]
) -> None:
    path = write_xlsx(inbox / file_name, {sheet: [TRAINING_HEADER, training_row()]})
    assert take(path, **options)[0].dataset == "training"


def test_a_sheet_that_fits_no_dataset_is_refused(take: Import, inbox: Path) -> None:
    path = write_xlsx(inbox / "a.xlsx", {"培训学时": [TRAINING_HEADER, training_row()], "Sheet2": [["草稿"]]})
    [mistake] = refuse(take, path)
    assert mistake.startswith("a.xlsx Sheet2：看不出这是哪个台账")
    assert "培训学时（training）" in mistake
    assert "改名为「说明」" in mistake


def test_titles_names_and_aliases_are_matched_without_regard_to_form(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "training.csv", ["UNIT", "人员", " 培训 日期", "topic", "学\u3000时"], training_row()[:5])
    assert take(path)[0].rows == 1


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            ["单位", "姓名", "培训日期", "主题", "学时数", "类别"],
            [
                "training.csv 第 1 行：缺少「学时」这一列；请按台账「培训学时」的表头补上",
                "training.csv E1：台账「培训学时」没有「学时数」这一列；是不是「学时」？请改正表头",
            ],
        ),
        ([*TRAINING_HEADER[:5], "备注"], ["training.csv F1：台账「培训学时」没有「备注」这一列；请删去这一列"]),
        ([*TRAINING_HEADER[:5], "人员"], ["training.csv F1：「人员」这一列写了两次（另一处在 B1）"]),
    ],
)
def test_a_wrong_header_is_refused_with_every_column(
    take: Import, inbox: Path, header: list[str], expected: list[str]
) -> None:
    path = write_csv(inbox / "training.csv", header, training_row())
    mistakes = refuse(take, path)
    assert len(mistakes) == len(expected)
    assert all(any(mistake.startswith(words) for mistake in mistakes) for words in expected), mistakes


def test_a_sheet_without_a_header_is_refused(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "training.csv", *[training_row(姓名=f"张{number}") for number in range(20)])
    [mistake] = refuse(take, path)
    assert "前 10 行里找不到「培训学时」的表头；表头至少要有：单位、姓名、培训日期、主题、学时" in mistake


def test_every_mistake_of_every_file_is_told_at_its_cell(take: Import, inbox: Path) -> None:
    rows = [
        training_row(培训日期="2024-02-30", 学时="八多"),
        training_row(单位="甲线"),
        training_row(学时=Shown("#DIV/0!", formula="=1/0")),
    ]
    first = write_xlsx(inbox / "a.xlsx", {"培训学时": [TRAINING_HEADER, *rows]})
    second = write_csv(inbox / "cases.csv", CASES_HEADER, ["甲县", 24, 1, 3.5])
    mistakes = refuse(take, first, second, inbox / "缺.csv")
    assert [mistake.split("：")[0] for mistake in mistakes] == [
        f"{inbox / '缺.csv'}",
        "a.xlsx 培训学时!C2",
        "a.xlsx 培训学时!E2",
        "a.xlsx 培训学时!A3",
        "a.xlsx 培训学时!E4",
        "cases.csv B2",
        "cases.csv D2",
    ]
    assert "2024 年 2 月只有 29 天，没有 30 日" in mistakes[1]
    assert "应为数字，填的是「八多」" in mistakes[2]
    assert "名录里没有单位「甲线」；是不是「甲县」？" in mistakes[3]
    assert "公式出错，显示为 #DIV/0!" in mistakes[4]


def test_the_refusal_prints_the_first_mistakes_and_counts_the_rest(take: Import, inbox: Path) -> None:
    rows = [training_row(姓名=f"张{number}", 学时="x") for number in range(80)]
    with pytest.raises(FileRefused) as caught:
        take(write_csv(inbox / "training.csv", TRAINING_HEADER, *rows))
    lines = str(caught.value).splitlines()
    assert lines[0] == "没有导入：共 80 处错误，改正后请重新导入全部文件"
    assert lines[-1] == "……另有 30 处错误未列出"
    assert len(caught.value.mistakes) == 80


def test_a_bad_file_keeps_the_good_one_out(take: Import, inbox: Path, workspace: Workspace, pack: Pack) -> None:
    good = write_csv(inbox / "cases.csv", CASES_HEADER, CASE)
    bad = write_csv(inbox / "training.csv", TRAINING_HEADER, training_row(学时="x"))
    refuse(take, good, bad)
    assert list_batches(workspace) == []
    assert current_inputs(workspace, pack).scopes == frozenset()
    assert list(workspace.batches_folder.rglob("*")) == []


def test_gb18030_files_from_old_excel_are_taken(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "training.csv", TRAINING_HEADER, training_row(), encoding="gb18030")
    assert take(path)[0].rows == 1


def test_a_csv_row_of_another_width_is_refused(take: Import, inbox: Path) -> None:
    rows = [training_row()[:4], [*training_row(主题="听证"), "多"], [*training_row(主题="应诉"), ""]]
    mistakes = refuse(take, write_csv(inbox / "training.csv", TRAINING_HEADER, *rows))
    assert any(mistake.startswith("training.csv 第 2 行：这一行只有 4 格，表头有 6 格") for mistake in mistakes)
    assert any(mistake.startswith("training.csv G3：「多」所在的列没有表头") for mistake in mistakes)
    assert not any("4" in mistake.split("：")[0] for mistake in mistakes)


def test_a_total_row_is_checked_left_out_and_told(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER, CASE, ["合计", 2024, 1, 3])
    [accepted] = take(path)
    assert (accepted.rows, accepted.remarks) == (1, ("第 3 行是合计行（合计），核对相符，未作为数据",))


def test_a_wrong_total_is_a_mistake_because_a_row_may_be_missing(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER, CASE, ["合计", 2024, 1, 4])
    [mistake] = refuse(take, path)
    assert mistake == (
        "cases.csv D3：第 3 行是合计行（合计），「办结数」写的是 4，全表各行加起来是 3；可能漏了一行或写错了数，请核对"
    )


def test_a_folder_stands_for_the_supported_files_in_it(take: Import, inbox: Path) -> None:
    write_csv(inbox / "2-cases.csv", CASES_HEADER, CASE)
    write_csv(inbox / "1-training.csv", TRAINING_HEADER, training_row())
    (inbox / "~$1.xlsx").write_bytes(b"lock")
    (inbox / "readme.md").write_text("x", encoding="utf-8")
    assert [accepted.file_name for accepted in take(inbox)] == ["1-training.csv", "2-cases.csv"]


def test_a_folder_without_files_is_refused(take: Import, inbox: Path) -> None:
    assert "文件夹里没有可导入的文件" in refuse(take, inbox)[0]


def test_an_empty_form_is_no_report(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER)
    assert refuse(take, path) == [
        "cases.csv：没有数据行；若确实没有可报的，请声明零报告：--nil-report --unit 单位 --year 年度"
    ]
    assert refuse(take, path, nil_report=True, unit="甲县") == ["cases.csv：零报告还要指明 --year 年度"]


@pytest.mark.parametrize(
    ("name", "header", "options", "scopes"),
    [
        ("cases.csv", CASES_HEADER, {"unit": "甲县", "year": 2024}, {("a", 2024)}),
        ("people.csv", ["单位", "姓名"], {"unit": "甲县"}, {("a", 0)}),
        ("fines.csv", ["单位", "年度", "指标编号", "文号"], {"year": 2024}, {(u, 2024) for u in ("a", "b", "c", "sj")}),
    ],
)
def test_a_declared_nil_report_is_a_report(
    take: Import,
    inbox: Path,
    workspace: Workspace,
    pack: Pack,
    name: str,
    header: list[str],
    options: dict[str, Any],
    scopes: set[tuple[str, int]],
) -> None:
    [accepted] = take(write_csv(inbox / name, header), nil_report=True, **options)
    assert accepted.nil_report
    assert accepted.scopes == scopes
    inputs = current_inputs(workspace, pack)
    assert {scope[1:] for scope in inputs.scopes} == scopes
    assert [file.rows for file in inputs.files] == [0]


def test_a_nil_report_with_rows_is_refused(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER, CASE)
    assert "声明了零报告，表里却有 1 行数据" in refuse(take, path, nil_report=True, unit="甲县", year=2024)[0]


def test_rows_of_another_unit_or_year_than_declared_are_refused(take: Import, inbox: Path) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER, CASE, ["乙县", 2023, 0, 0])
    mistakes = refuse(take, path, unit="甲县", year=2024)
    assert [mistake.split("：")[0] for mistake in mistakes] == ["cases.csv A3", "cases.csv B3"]


FINES_HEADER = ["单位", "年度", "指标编号", "文号"]


@pytest.mark.parametrize("nil_report", [True, False])
def test_one_unit_cannot_be_named_for_a_dataset_that_covers_all_units(
    take: Import, inbox: Path, nil_report: bool
) -> None:
    rows = [] if nil_report else [["甲县", 2024, "1.fines", "1号"], ["乙县", 2024, "1.fines", "2号"]]
    path = write_csv(inbox / "fines.csv", FINES_HEADER, *rows)
    first, *others = refuse(take, path, unit="甲县", year=2024, nil_report=nil_report)
    assert first.startswith("fines.csv：台账「通报问题」由一家替所有单位报送")
    assert "请去掉 --unit" in first
    assert [mistake.split("：")[0] for mistake in others] == ([] if nil_report else ["fines.csv A3"])


@pytest.mark.parametrize("year", [-5, 1989, 2101])
def test_a_year_that_no_cell_may_hold_cannot_be_declared(take: Import, inbox: Path, year: int) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER)
    [mistake] = refuse(take, path, unit="甲县", year=year, nil_report=True)
    assert mistake.startswith(f"年度 {year} 不可信，应在 1990 到 2100 年之间")


def test_a_person_is_stored_in_one_form_however_typed(
    take: Import, inbox: Path, workspace: Workspace, pack: Pack
) -> None:
    take(write_csv(inbox / "people.csv", ["单位", "姓名"], ["甲县", "张 三\u200f"], ["乙县", "\uff21\uff11 b"]))
    [file] = current_inputs(workspace, pack).files
    assert pq.read_table(file.path)["person"].to_pylist() == ["张三", "A1b"]


def test_records_name_people_in_the_form_of_the_roster(inbox: Path) -> None:
    share = {"roster": {"dataset": "people"}, "records": {"dataset": "training", "person": "person"}}
    part = {
        "measure": {"share_of_people": {**share, "reaching": {"at_least": "20"}}},
        "target": {"at_least": "100"},
        "marks": {"all_or_nothing": {}},
    }
    whole = make_pack()
    indicator = whole.indicators[0].model_dump(exclude_unset=True) | {"parts": [part]}
    taught = whole.model_copy(update={"indicators": (type(whole.indicators[0]).model_validate(indicator),)})
    found = {dataset.id: find_persons(taught, dataset) for dataset in taught.datasets}
    assert found == {"training": {"person"}, "cases": set(), "people": {"person"}, "fines": set()}


def test_an_unknown_unit_or_dataset_argument_is_refused(take: Import, inbox: Path) -> None:
    mistakes = refuse(take, inbox, unit="甲线", dataset="case")
    assert mistakes[0].startswith("没有台账「case」；本指标包的台账：培训学时（training）")
    assert mistakes[1].startswith("名录里没有单位「甲线」；是不是「甲县」？")


def test_two_files_that_report_the_same_are_refused(take: Import, inbox: Path) -> None:
    first = write_csv(inbox / "cases-1.csv", CASES_HEADER, CASE)
    second = write_csv(inbox / "cases-2.csv", CASES_HEADER, ["甲县", 2024, 0, 9])
    [mistake] = refuse(take, first, second)
    assert mistake.startswith("cases-2.csv：与 cases-1.csv 报的是同一单位、同一期间（「甲县」 2024 年")


def test_the_same_file_again_changes_nothing(take: Import, inbox: Path, workspace: Workspace) -> None:
    path = write_csv(inbox / "cases.csv", CASES_HEADER, CASE)
    [first] = take(path)
    [again] = take(path)
    assert (again.status, again.batch_id) == ("unchanged", first.batch_id)
    assert len(list_batches(workspace)) == 1


def test_the_same_file_after_another_is_current_again(take: Import, inbox: Path, workspace: Workspace) -> None:
    first = write_csv(inbox / "cases.csv", CASES_HEADER, CASE)
    take(first)
    take(write_csv(inbox / "cases2.csv", CASES_HEADER, ["甲县", 2024, 2, 3]))
    assert take(first)[0].status == "new"
    assert [batch.superseded for batch in list_batches(workspace)] == [True, True, False]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            ["以上共计1人8学时"],
            "a.xlsx 培训学时!A3：名录里没有单位「以上共计1人8学时」；请改用名录中的全称、简称或编号；"
            "这一行别的格都空着，是说明或落款的，请删去，或在前面写上「注：」",
        ),
        ([*[None] * 8, "x"], "a.xlsx 培训学时!I3：「x」所在的列没有表头；请补上表头或删去"),
    ],
)
def test_a_line_of_words_below_the_table_is_one_mistake(
    take: Import, inbox: Path, cells: list[Any], sentence: str
) -> None:
    path = write_xlsx(inbox / "a.xlsx", {"培训学时": [TRAINING_HEADER, training_row(), cells]})
    assert refuse(take, path) == [sentence]


def test_a_row_with_its_unit_alone_lacks_the_rest(take: Import, inbox: Path) -> None:
    path = write_xlsx(inbox / "a.xlsx", {"培训学时": [TRAINING_HEADER, training_row(), ["甲县"]]})
    assert [line.split("：")[0][-2:] for line in refuse(take, path)] == ["B3", "C3", "D3", "E3"]


def test_a_folder_is_read_by_several_processes_as_by_one(
    take: Import, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sheets in the order of the files, and every mistake where it was."""
    for number in range(12):
        wrong = {"学时": "八多"} if number in (3, 8) else {}
        rows = [training_row(培训日期=f"{2000 + number}-03-01", **wrong) for _ in range(1)]
        write_csv(inbox / f"training-{number:02d}.csv", TRAINING_HEADER, *rows)
    told = []
    for count in (1, 2):
        monkeypatch.setattr("data.intake.imports.count_at_once", lambda count=count: count)
        with pytest.raises(FileRefused) as caught:
            take(inbox, only_check=True)
        told.append([caught.value.mistakes, caught.value.understood])
    assert told[0] == told[1]
    assert [mistake.file for mistake in told[0][0]] == ["training-03.csv", "training-08.csv"]
    for number in (3, 8):
        (inbox / f"training-{number:02d}.csv").unlink()
    seen: list[str] = []

    def show(files: Sequence[Path]) -> Iterator[Path]:
        for file in files:
            seen.append(file.name)
            yield file

    accepted = take(inbox, progress=show)
    assert [sheet.file_name for sheet in accepted] == seen == sorted(seen)
    assert len(accepted) == 10
