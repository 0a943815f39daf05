"""Files with one bad cell each: the refusal must name the cell."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.data.bad_files.makers import Bad, bad, cases_text, row, text, training_book, training_text
from tests.data.conftest import Shown


def one(title: str, value: Any, *words: str) -> Bad:
    """A CSV in which the cell under that title is bad."""
    place = {"单位": "A2", "姓名": "B2", "培训日期": "C2", "主题": "D2", "学时": "E2", "类别": "F2"}[title]
    quoted = f'"{value}"' if "," in value else value
    return bad(f"{title} {value}", "培训学时.csv", training_text(row(**{title: quoted})), place, *words)


def shown(name: str, title: str, value: Any, *words: str) -> Bad:
    """A workbook in which the cell under that title is bad for what it is or how it shows."""
    place = {"单位": "A2", "姓名": "B2", "培训日期": "C2", "学时": "E2", "类别": "F2"}[title]
    return bad(name, "培训学时.xlsx", training_book(row(**{title: value})), f"培训学时!{place}", *words)


def joined(value: str, *words: str) -> Bad:
    """A roster whose optional date is bad."""
    return bad(
        f"joined {value}", "复议人员名册.csv", text(["单位", "姓名", "到任日期"], ["甲县", "张三", value]), "C2", *words
    )


CELLS: list[Bad] = [
    one("单位", "", "不能为空"),
    one("单位", "甲线", "名录里没有单位「甲线」；是不是「甲县」？"),
    one("单位", "甲县、乙县", "名录里没有单位"),
    one("单位", "/", "必填"),
    one("单位", "同上", "必填，填的是「同上」"),
    one("姓名", "", "不能为空"),
    one("姓名", "/", "必填，填的是「/」"),
    one("姓名", "不适用", "必填"),
    one("姓名", "张\x07三", "控制字符"),
    one("主题", "—", "必填"),
    one("学时", "", "不能为空"),
    one("学时", "/", "确实是零请填 0"),
    one("学时", "-", "必填，填的是「-」"),
    one("学时", "N/A", "必填"),
    one("学时", "不适用", "必填"),
    one("学时", "八九", "应为数字，填的是「八九」"),
    one("学时", "一百二", "应为数字"),
    one("学时", "二〇", "应为数字"),
    one("学时", "六十余", "应为数字"),
    one("学时", "约8", "应为数字"),
    one("学时", "8学时", "单位「小时」可以带"),
    one("学时", "8小时半", "应为数字"),
    one("学时", "8-10", "应为数字"),
    one("学时", "≥8", "应为数字"),
    one("学时", "8+2", "应为数字"),
    one("学时", "8。5", "应为数字"),
    one("学时", "1,23", "多余的逗号"),
    one("学时", "1、234", "应为数字"),
    one("学时", "1e3", "应为数字"),
    one("学时", "①", "应为数字"),
    one("学时", "8²", "应为数字"),
    one("学时", "٣", "应为数字"),
    one("学时", "8.25", "至多 1 位小数"),
    one("学时", "-1", "不能小于 0"),
    one("学时", "90%", "不能填百分数"),
    one("学时", "百分之九十", "不能填百分数"),
    one("学时", "1000000000000", "一万亿"),
    one("学时", "\u202e8", "看不见的字符"),
    one("学时", "1\u200b0", "看不见的字符"),
    one("学时", "#DIV/0!", "公式出错"),
    one("学时", "Err:502", "公式出错"),
    one("培训日期", "", "不能为空"),
    one("培训日期", "2024-02-30", "只有 29 天"),
    one("培训日期", "2024-13-01", "没有 13 月"),
    one("培训日期", "20240230", "只有 29 天"),
    one("培训日期", "2024030", "应为日期"),
    one("培训日期", "3月1日", "没有写年份"),
    one("培训日期", "3.15", "没有写年份"),
    one("培训日期", "三月一日", "没有写年份"),
    one("培训日期", "24年3月1日", "年份要写四位"),
    one("培训日期", "24/3/1", "年份要写四位"),
    one("培训日期", "2024年3月", "只填到了月"),
    one("培训日期", "二〇二四年三月", "只填到了月"),
    one("培训日期", "2024年3月上旬", "应为日期"),
    one("培训日期", "2024年", "应为日期"),
    one("培训日期", "2024.3.1-3.5", "应为日期"),
    one("培训日期", "2024.3/1", "应为日期"),
    one("培训日期", "45352", "应为日期"),
    one("培训日期", "1948-01-01", "不可信"),
    one("培训日期", "不适用", "必填"),
    one("培训日期", "\u200f2024-03-01", "看不见的字符"),
    one("类别", "法律", "不在可选项里"),
    one("类别", "业务、法律法规", "不在可选项里"),
    one("类别", "无", "分不清是零、没有还是不适用"),
    joined("无", "分不清"),
    joined("同上", "分不清"),
    joined("至今", "应为日期"),
    joined("2024年13月", "没有 13 月"),
    bad("a year of two digits", "案件数量.csv", cases_text(["甲县", "24", 1, 3]), "B2", "四位数的年份"),
    bad("a year in words", "案件数量.csv", cases_text(["甲县", "去年", 1, 3]), "B2", "应为年度"),
    bad("years", "案件数量.csv", cases_text(["甲县", "2023-2024", 1, 3]), "B2", "应为年度"),
    bad("half a case", "案件数量.csv", cases_text(["甲县", 2024, 1, "三点五"]), "D2", "应为整数"),
    bad("cases with a measure", "案件数量.csv", cases_text(["甲县", 2024, 1, "3件"]), "D2", "不要带单位"),
    bad(
        "an unknown indicator",
        "通报问题.csv",
        text(["单位", "年度", "指标编号", "文号"], ["甲县", 2024, "9.x", "1号"]),
        "C2",
        "不是本指标包的指标编号",
    ),
    shown("a failed formula", "学时", Shown("#DIV/0!", formula="=1/0"), "公式出错，显示为 #DIV/0!"),
    shown("a failed look-up", "姓名", Shown("#N/A", formula="=NA()"), "公式出错，显示为 #N/A"),
    shown("a percentage", "学时", Shown(0.9, "0%"), "不能填百分数，填的是「90%」"),
    shown("a number shown in tens of thousands", "学时", Shown(8.0, '0"万"'), "存的是 8，显示的却是「8万」"),
    shown("a number shown in thousands", "学时", Shown(8000.0, "0,"), "存的是 8000，显示的却是「8」"),
    shown("true and false", "学时", True, "逻辑值 TRUE"),
    shown("a date for hours", "学时", date(2024, 8, 1), "可能是 Excel 自动改的"),
    shown("a time for hours", "学时", Shown(0.5, "hh:mm"), "单元格里是时间"),
    shown("a third", "学时", Shown(1 / 3, formula="=1/3"), "请用 ROUND"),
    shown(
        "a date without format", "培训日期", 45352, "单元格里是数字 45352（若是没有设格式的日期，通常是 2024-03-01）"
    ),
    shown(
        "a day without its year",
        "培训日期",
        Shown(date(2025, 3, 1), 'm"月"d"日"'),
        "没有把年月日显示全（存的是 2025-03-01）",
    ),
    shown("a month for a day", "培训日期", Shown(date(2024, 3, 1), 'yyyy"年"m"月"'), "只填到了月"),
    shown("a year for a day", "培训日期", Shown(date(2024, 3, 1), "yyyy"), "没有把年月日显示全"),
    shown("a time for a day", "培训日期", Shown(0.25, "hh:mm:ss"), "时间"),
    shown("true for a day", "培训日期", True, "逻辑值"),
    shown("a date for a name", "姓名", date(2024, 3, 1), "Excel 自动改的"),
    shown("a long number for a name", "姓名", 14010519900307123, "Excel 已丢掉末几位"),
    shown("a percentage for a name", "姓名", Shown(0.9, "0%"), "应为文字"),
]
