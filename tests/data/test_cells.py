"""What a cell may say, and how a refusal is worded.

Not proven here: that a reader hands over what the cell shows (test_readers.py).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cells.parser import parse_cell
from data.cells.values import CellMistake, Span
from data.files.raw_cells import ErrorCell, MonthDate, PartOfDate, PercentNumber, UncachedFormula
from tests.data.conftest import make_column

MARCH_1 = date(2024, 3, 1)
MARCH = Span(date(2024, 3, 1), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1, "0.10"),
        (60.0, "60.00"),
        (1e-2, "0.01"),
        ("1,234.5", "1234.50"),
        ("12,345,678", "12345678.00"),
        ("\uff16\uff10\uff0e\uff15", "60.50"),
        ("1\uff0c234", "1234.00"),
        (" -3 ", "-3.00"),
        ("-3", "-3.00"),
        (999_999_999_999.0, "999999999999.00"),
    ],
)
def test_numbers_are_taken_exactly(value: object, expected: str) -> None:
    parsed = parse_cell(value, make_column())
    assert parsed == Decimal(expected)
    assert str(parsed) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("六十多", "应为数字，填的是「六十多」"),
        ("一百二", "应为数字，填的是「一百二」"),
        ("60小时", "不要带单位"),
        ("1,23", "多余的逗号"),
        ("12,3456", "多余的逗号"),
        ("1e3", "应为数字"),
        ("=1+1", "应为数字"),
        (3.005, "至多 2 位小数，填的是 3.005"),
        (1 / 3, "请用 ROUND 取到 2 位"),
        (float("nan"), "不是一个数"),
        (float("inf"), "不是一个数"),
        (1e12, "一万亿"),
        ("-1000000000000", "一万亿"),
        ("90%", "不能填百分数，填的是「90%」"),
        (PercentNumber(0.9), "不能填百分数，填的是「90%」"),
        (True, "逻辑值 TRUE"),
        (MARCH_1, "日期 2024-03-01（可能是 Excel 自动改的）"),
        (timedelta(hours=2), "时间"),
        (time(2, 30), "时间"),
        (ErrorCell("#DIV/0!"), "公式出错，显示为 #DIV/0!"),
        ("#N/A", "公式出错，显示为 #N/A"),
        (UncachedFormula(), "公式没有保存结果，请用 Excel 或 WPS 打开后保存再报送"),
        ("10\u00b2", "应为数字"),
        ("\u2460", "应为数字"),
        ("\u0663", "应为数字"),
        ("\u202e21", "看不见的字符"),
        ("1\u200b2", "看不见的字符"),
        ("", "不能为空"),
        ("\u3000 \u200b", "不能为空"),
        (None, "不能为空"),
    ],
)
def test_what_is_not_a_plain_number_is_refused_with_words(value: object, words: str) -> None:
    parsed = parse_cell(value, make_column())
    assert isinstance(parsed, CellMistake)
    assert "「学时」" in parsed.text
    assert words in parsed.text


@pytest.mark.parametrize("value", ["90%", "90 %", PercentNumber(0.9), "90"])
def test_a_column_measured_in_percent_takes_90_percent_as_90(value: object) -> None:
    assert parse_cell(value, make_column(unit_of_measure="%")) == 90


def test_zero_words_of_the_column_are_zero_and_no_others() -> None:
    column = make_column(type="integer", zero_words=("未收到",))
    assert parse_cell(" 未 收到", column) == 0
    assert isinstance(parse_cell("无", column), CellMistake)


@pytest.mark.parametrize(("value", "expected"), [(3.0, 3), ("3", 3), ("3.0", 3), ("1,000", 1000)])
def test_whole_numbers_are_integers(value: object, expected: int) -> None:
    parsed = parse_cell(value, make_column(type="integer"))
    assert parsed == expected
    assert type(parsed) is int


def test_three_and_a_half_is_no_integer() -> None:
    assert parse_cell(3.5, make_column(type="integer")) == CellMistake("「学时」应为整数，填的是 3.5；请填整数")


@pytest.mark.parametrize(
    "value",
    [
        MARCH_1,
        datetime.combine(MARCH_1, time(14, 30)),
        "2024-03-01",
        "2024-3-1",
        "2024/3/1",
        "2024.3.1",
        "2024年3月1日",
        "2024 年 3 月 1 日",
        "2024-03-01 00:00:00",
        "20240301",
        20240301.0,
        "二〇二四年三月一日",
        "二○二四年三月一日",
        "二零二四年三月一号",
        "2024年三月1日",
        "\uff12\uff10\uff12\uff14\uff0f3\uff0f1",
    ],
)
def test_dates_are_taken_in_the_usual_ways_of_writing(value: object) -> None:
    assert parse_cell(value, make_column(type="date")) == MARCH_1
    assert parse_cell(value, make_column(type="date", month_allowed=True)) == Span(MARCH_1, MARCH_1)


@pytest.mark.parametrize("value", ["2024-03", "2024/3", "2024.3", "2024年3月", MonthDate(2024, 3, 1)])
def test_a_month_is_its_span_of_days_where_months_are_allowed(value: object) -> None:
    assert parse_cell(value, make_column(type="date", month_allowed=True)) == MARCH
    refused = parse_cell(value, make_column(type="date"))
    assert isinstance(refused, CellMistake)
    assert "只填到了月" in refused.text


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2024-02-30", "2024 年 2 月只有 29 天，没有 30 日"),
        ("2023年2月29日", "2023 年 2 月只有 28 天，没有 29 日"),
        ("2024-13-01", "没有 13 月"),
        ("2024031", "应为日期"),
        ("20240230", "2024 年 2 月只有 29 天，没有 30 日"),
        (45352.0, "单元格里是数字 45352（若是没有设格式的日期，通常是 2024-03-01）"),
        ("3月1日", "没有写年份"),
        ("三月一日", "没有写年份"),
        ("24年3月1日", "年份要写四位"),
        ("24.3.1", "年份要写四位"),
        ("2024年3月上旬", "应为日期"),
        ("2024.3.1-3.5", "应为日期"),
        (PartOfDate(2025, 3, 1), "没有把年月日显示全（存的是 2025-03-01）"),
        ("2024.3/1", "应为日期"),
        ("1024-03-01", "年份 1024 不可信"),
        ("1948-12-31", "日期应在 1949-01-01 到 2100-12-31 之间"),
        (date(2101, 1, 1), "年份 2101 不可信"),
        ("2024-03-0\u00b9", "应为日期"),
        ("\u202e2024-03-01", "看不见的字符"),
        ("尚未", "请填 2024-03-01"),
        (True, "逻辑值"),
    ],
)
def test_a_day_that_does_not_exist_or_is_not_a_date_is_refused(value: object, words: str) -> None:
    parsed = parse_cell(value, make_column(type="date"))
    assert isinstance(parsed, CellMistake)
    assert words in parsed.text


@pytest.mark.parametrize(
    ("value", "expected"), [(2024.0, 2024), ("2024", 2024), ("2024年", 2024), ("\uff12\uff10\uff12\uff14", 2024)]
)
def test_years_are_four_digits(value: object, expected: int) -> None:
    assert parse_cell(value, make_column(type="year")) == expected


@pytest.mark.parametrize("value", [1989, "2101", 24.0, "24", "2024.5", MARCH_1, True])
def test_what_is_no_year_between_1990_and_2100_is_refused(value: object) -> None:
    assert isinstance(parse_cell(value, make_column(type="year")), CellMistake)


def test_a_choice_must_be_one_of_the_choices() -> None:
    column = make_column(type="choice", choices=("业务(A)", "法律法规"))
    assert parse_cell(" 业务\uff08\uff21\uff09", column) == "业务(A)"
    refused = parse_cell("法律", column)
    assert isinstance(refused, CellMistake)
    assert "请填：业务(A)、法律法规" in refused.text


@pytest.mark.parametrize(
    ("value", "expected"),
    [("是", True), ("否", False), ("TRUE", True), ("false", False), (1.0, True), ("0", False), (True, True)],
)
def test_flags_are_yes_or_no(value: object, expected: bool) -> None:
    assert parse_cell(value, make_column(type="flag")) is expected


@pytest.mark.parametrize(("value", "expected"), [("√", True), ("×", False), ("有", None), ("无", None)])
def test_a_tick_is_yes_and_a_cross_is_no(value: str, expected: bool | None) -> None:
    parsed = parse_cell(value, make_column(type="flag"))
    assert parsed is expected if expected is not None else isinstance(parsed, CellMistake)


@pytest.mark.parametrize("title", ["有无专职人员", "是否有场所"])
def test_having_and_not_having_answer_a_question_that_asks_for_it(title: str) -> None:
    column = make_column(type="flag", title=title)
    assert [parse_cell(value, column) for value in ("有", "无")] == [True, False]


@pytest.mark.parametrize("value", ["Y", "已办", "〇", 2.0])
def test_other_marks_are_no_flag(value: object) -> None:
    assert isinstance(parse_cell(value, make_column(type="flag")), CellMistake)


@pytest.mark.parametrize("day", [date(1949, 1, 1), date(2100, 12, 31)])
def test_the_first_and_the_last_believable_day_are_taken(day: date) -> None:
    assert parse_cell(day, make_column(type="date")) == day


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" 张三 ", "张三"),
        ("\u202a张\u200b三\ufe0f\u2066", "张三"),
        ("行政 \u3000\n复议", "行政 复议"),
        ("e\u0301", "\u00e9"),
        ("第\u2460期", "第\u2460期"),
        (12.0, "12"),
        (1.5, "1.5"),
        (0.0, "0"),
    ],
)
def test_text_is_kept_as_it_shows(value: object, expected: str) -> None:
    assert parse_cell(value, make_column(type="text")) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (MARCH_1, "Excel 自动改的"),
        (14010519900307123.0, "Excel 已丢掉末几位"),
        ("张\x07三", "控制字符"),
        ("张\x9b三", "控制字符"),
        (True, "逻辑值"),
    ],
)
def test_text_that_excel_has_changed_is_refused(value: object, words: str) -> None:
    parsed = parse_cell(value, make_column(type="text"))
    assert isinstance(parsed, CellMistake)
    assert words in parsed.text


@pytest.mark.parametrize("kind", ["text", "integer", "decimal", "date", "year", "flag", "unit", "indicator"])
def test_an_empty_cell_is_null_where_it_may_be_and_a_failed_formula_never(kind: Any) -> None:
    column = make_column(type=kind, required=False)
    assert [parse_cell(value, column) for value in (None, "", " \u3000")] == [None] * 3
    assert isinstance(parse_cell(ErrorCell("#REF!"), column), CellMistake)
    assert isinstance(parse_cell(UncachedFormula(), column), CellMistake)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_number_typed_into_excel_or_into_a_csv_is_the_same_number(number: Decimal) -> None:
    column = make_column()
    assert parse_cell(float(number), column) == number
    assert parse_cell(f"{number:,}", column) == number
    assert parse_cell(str(number), column) == number
