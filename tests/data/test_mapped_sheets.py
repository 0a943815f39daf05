"""Exports of another platform are read by a table of names; what it does not name is told, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from data.batches.current import read_rows
from data.batches.records import current_inputs
from data.files.mistakes import FileRefused
from data.files.raw_cells import RawCell
from data.intake.mapped_sheets import read_mapping
from data.sheets.reader import SheetReader
from data.store.workspace import Workspace
from indicators.pack.model import Pack
from tests.data.conftest import Import, write_csv, write_xlsx

MAPPING = """
platform: 省执法平台
left_out: [说明页]
sheets:
- sheet: 办件明细
  dataset: cases
  columns: {承办单位: unit, 纠正件数: corrected, 办结件数: closed}
  fixed: {year: "2024"}
  values: {unit: {某市甲县: 甲县, 某市乙县: 乙县}}
  left_out: [经办人]
"""
TITLES = ["序号", "承办单位", "经办人", "纠正件数", "办结件数"]
ROWS = [[1, "某市甲县", "张三", 1, 8], [2, "乙县", "李四", 0, 5]]


def write_mapping(folder: Path, text: str = MAPPING) -> Path:
    path = folder / "省执法平台.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def export(inbox: Path, *rows: list[object], titles: list[str] = TITLES, sheet: str = "办件明细") -> Path:
    caption = [["全省行政执法办件统计"], ["导出时间：2025-01-10"]]
    return write_xlsx(inbox / "export.xlsx", {sheet: [*caption, titles, *rows], "说明页": [["口径", "略"]]})


def test_rows_come_in_as_if_the_county_had_typed_them(
    take: Import, workspace: Workspace, pack: Pack, inbox: Path, tmp_path: Path
) -> None:
    mapping = read_mapping(write_mapping(tmp_path), pack)
    (taken,) = take(export(inbox, *ROWS, ["合计", None, None, 1, 13]), mapping=mapping)
    assert (taken.dataset, taken.rows) == ("cases", 2) and taken.scopes == {("a", 2024), ("b", 2024)}
    assert [tuple(column) for column in taken.mapping] == [
        ("B", "承办单位", "单位"),
        ("D", "纠正件数", "纠错数"),
        ("E", "办结件数", "办结数"),
    ]
    said = "；".join(taken.remarks)
    assert "按省执法平台的对照表读作《案件数量》" in said and "对照表填入：年度「2024」" in said
    assert "对照表不读的列：经办人" in said and "对照表不读的工作表：「说明页」" in said
    rows = read_rows(current_inputs(workspace, pack), "cases")
    assert [(row["_unit"], row["year"], row["closed"], row["_row"]) for row in rows] == [
        ("a", 2024, 8, 4),
        ("b", 2024, 5, 5),
    ]


def test_a_total_of_the_platform_is_held_against_its_rows(
    take: Import, pack: Pack, inbox: Path, tmp_path: Path
) -> None:
    mapping = read_mapping(write_mapping(tmp_path), pack)
    with pytest.raises(FileRefused, match="合计"):
        take(export(inbox, *ROWS, ["合计", None, None, 1, 14]), mapping=mapping)


@pytest.mark.parametrize(
    ("titles", "sheet", "said"),
    [
        (
            [*TITLES[:-1], "办结件数", "备注"][:6],
            "办件明细",
            "F3：省执法平台的对照表没有写「备注」这一列；请写进 columns",
        ),
        ([*TITLES[:-1], "已办结"], "办件明细", "找不到省执法平台的表头；对照表写的列名：承办单位、纠正件数、办结件数"),
        ([*TITLES[:2], "办结件数", *TITLES[3:]], "办件明细", "「办结件数」这一列有 2 处，对照表分不清是哪一列"),
        (TITLES, "新明细", "省执法平台的对照表没有写工作表「新明细」；请写进 sheets，不用读的写进 left_out"),
    ],
)
def test_what_the_table_does_not_name_is_told(
    titles: list[str], sheet: str, said: str, take: Import, pack: Pack, inbox: Path, tmp_path: Path
) -> None:
    mapping = read_mapping(write_mapping(tmp_path), pack)
    rows: list[list[object]] = [[*row, *[None] * (len(titles) - len(row))] for row in ROWS]
    with pytest.raises(FileRefused) as refused:
        take(export(inbox, *rows, titles=titles, sheet=sheet), mapping=mapping)
    assert said in str(refused.value)


def test_a_unit_of_measure_is_not_mapped_away(take: Import, pack: Pack, inbox: Path, tmp_path: Path) -> None:
    text = MAPPING.replace("办结件数: closed", "办结数（万件）: closed")
    mapping = read_mapping(write_mapping(tmp_path, text), pack)
    with pytest.raises(FileRefused, match="「办结数（万件）」的单位是「万件」"):
        take(export(inbox, *ROWS, titles=[*TITLES[:-1], "办结数（万件）"]), mapping=mapping)


def test_a_word_that_is_no_word_of_ours_is_refused_at_its_cell(
    take: Import, pack: Pack, inbox: Path, tmp_path: Path
) -> None:
    mapping = read_mapping(write_mapping(tmp_path), pack)
    with pytest.raises(FileRefused) as refused:
        take(export(inbox, [1, "某市丁县", "张三", 1, 8]), mapping=mapping)
    assert "export.xlsx 办件明细!B4：" in str(refused.value) and "某市丁县" in str(refused.value)


def test_a_text_file_has_one_sheet_without_a_name(
    take: Import, workspace: Workspace, pack: Pack, inbox: Path, tmp_path: Path
) -> None:
    text = MAPPING.replace("- sheet: 办件明细\n  dataset", "- dataset").replace("left_out: [说明页]\n", "")
    mapping = read_mapping(write_mapping(tmp_path, text), pack)
    (taken,) = take(write_csv(inbox / "export.csv", TITLES, *ROWS), mapping=mapping)
    assert taken.rows == 2 and taken.sheet is None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("dataset: cases", "dataset: casses", "没有台账 casses；是不是「cases」"),
        ("办结件数: closed", "办结件数: closd", "台账「案件数量」没有列 closd；是不是「closed」"),
        ('fixed: {year: "2024"}', "fixed: {}", "台账「案件数量」的「年度」必填；请在 columns 或 fixed 里写 year"),
        ('fixed: {year: "2024"}', 'fixed: {year: "2024", closed: "1"}', "列 closed 写了两次"),
        ("values: {unit:", "values: {name:", "values 里的 name 不在 columns 里"),
        ("left_out: [经办人]", "left_out: [承办单位]", "平台的「承办单位」写了两次"),
        ("platform:", "platfrom:", "platfrom"),
    ],
)
def test_mistakes_of_the_table_itself_are_told_before_any_file_is_read(
    before: str, after: str, said: str, pack: Pack, tmp_path: Path
) -> None:
    assert before in MAPPING
    with pytest.raises(FileRefused) as refused:
        read_mapping(write_mapping(tmp_path, MAPPING.replace(before, after)), pack)
    assert said in str(refused.value)


def test_what_the_table_fills_in_is_checked_like_a_cell(take: Import, pack: Pack, inbox: Path, tmp_path: Path) -> None:
    mapping = read_mapping(write_mapping(tmp_path, MAPPING.replace('year: "2024"', "year: 明年")), pack)
    with pytest.raises(FileRefused, match="对照表填入的「年度」："):
        take(export(inbox, *ROWS), mapping=mapping)


def test_a_large_export_is_read_by_column_as_it_is_row_by_row(
    take: Import, workspace: Workspace, pack: Pack, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """
platform: 省培训平台
sheets:
- dataset: training
  columns: {参训单位: unit, 学员: person, 时间: held_on, 课程: topic, 课时: hours}
  fixed: {category: 业务}
  values: {unit: {某市甲县: 甲县}, person: {无名氏: 张三}}
  left_out: [备注]
"""
    titles = ["序号", "参训单位", "备注", "学员", "时间", "课程", "课时"]
    rows = [
        [
            at,
            "某市甲县" if at % 3 else "乙县",
            "说明：略",
            "无名氏" if at % 5 else f"李{at}",
            "2024-03-01",
            f"第{at}讲",
            0.1,
        ]
        for at in range(1, 201)
    ]
    rows[150][4] = "2024年3月2日"
    path = write_csv(inbox / "export.csv", ["培训明细", *[""] * 6], titles, *rows)
    mapping = read_mapping(write_mapping(tmp_path, text), pack)
    monkeypatch.setattr("data.apart.process.FORKS", False)
    one_by_one: list[int] = []
    take_data = SheetReader._take_data

    def note(reader: SheetReader, row: int, cells: Sequence[RawCell]) -> None:
        one_by_one.append(row)
        take_data(reader, row, cells)

    monkeypatch.setattr(SheetReader, "_take_data", note)
    (taken,) = take(path, mapping=mapping, only_check=True)
    assert taken.rows == 200 and len(one_by_one) < 20
    (taken,) = take(path, mapping=mapping)
    columns = ("_row", "_unit", "person", "held_on", "topic", "hours", "category")
    found = read_rows(current_inputs(workspace, pack), "training")
    monkeypatch.setattr("data.sheets.reader.FEWEST", 10_000)
    (again,) = take(path, mapping=mapping)
    assert again.status == "unchanged" and len(one_by_one) > 200
    assert [tuple(row[name] for name in columns) for row in found][150] == (
        153,
        "a",
        "张三",
        date(2024, 3, 2),
        "第151讲",
        Decimal("0.1"),
        "业务",
    )
