"""One cell of a reported file: a typed value, or a sentence about what is wrong. Never a guess."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from data.numerals import read_digits, read_numeral
from data.units import drop_invisible, fold_name
from indicators.amounts import plain
from indicators.tables import Column


class PercentNumber(float):
    """A number that its cell shows with a percent sign: 0.9 is shown as 90%."""


class ScaledNumber(float):
    """A number that its cell shows as another one: 120000 is shown as 12 or as 12万."""


class MonthDate(date):
    """The first day of a month in a cell that shows the month only."""


class PartOfDate(date):
    """A day in a cell that shows less than year and month of it: typed as 3月1日, it got the year of that day."""


@dataclass(frozen=True)
class ErrorCell:
    """A formula that failed, such as ``#DIV/0!``."""

    code: str

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class UncachedFormula:
    """A formula whose result the file does not hold: a program wrote it, and Excel has never worked it out."""

    def __str__(self) -> str:
        return "公式"


#: What a reader hands over. Numbers of a workbook are floats, empty cells ``None`` or ``""``.
RawCell = None | bool | int | float | str | date | datetime | time | timedelta | ErrorCell | UncachedFormula


class Span(NamedTuple):
    """The days that a date stands for: first and last are equal unless only the month is known."""

    first: date
    last: date


@dataclass(frozen=True)
class CellMistake:
    """What is wrong with the cell and how to mend it."""

    text: str


#: text, choice, unit and indicator columns: str; integer and year: int; flag: bool; decimal: Decimal
#: with exactly ``column.decimals`` places; date: date, with ``month_allowed`` Span; empty: None.
CellValue = None | str | int | bool | Decimal | date | Span
Parsed = CellValue | CellMistake

#: Beyond this no figure of a county is believable, and DECIMAL(18, 6) ends.
LARGEST = 10**12
FIRST_YEAR, LAST_YEAR = 1990, 2100
#: Dates may be older than any year that is reported: people have been in post since before 1990.
FIRST_DATE_YEAR = 1949

#: What stands in a cell that does not apply, where the column does not say otherwise (``empty_words``).
EMPTY_WORDS = ("/", "—", "——", "不适用")
#: Where no number is asked for, these cannot be taken for 0 either.
DASHES = ("-", "--", "N/A")
#: Words that say nothing certain: whether there is none, or whether it does not apply.
_UNCERTAIN = frozenset(
    ("/", "—", "——", "不适用", "-", "--", "n/a", "na", "无", "没有", "暂无", "空", "略", "同上", "〃")
)
_EXCEL_ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!")
)
_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})[日号])(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.0+)?)?)?"
)
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})|/([0-9]{1,2})|\.([0-9]{1,2})|年([0-9]{1,2})月份?)")
_CHINESE_DATE = re.compile("([^年]+)年([^月]+)月(?:份|([^日号]+)[日号])?")
_YEARLESS = re.compile(
    r"[0-9]{1,2}(?:月[0-9]{1,2}[日号]?|[-/.][0-9]{1,2})|[一二三四五六七八九十]+月[一二三四五六七八九十]+[日号]"
)
_SHORT_YEAR = re.compile(r"'?[0-9]{2}(?:年[0-9]{1,2}月.*|([-/.])[0-9]{1,2}\1[0-9]{1,2})")
#: Areas of Unicode whose characters every system draws as it likes.
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_LOST = re.compile("[\ufffd\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
# Full-width forms as an input method types them. NFKC would fold more, and turn 10\u00b2 into 102.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: ord(" "), 0x2212: ord("-")}
_FLAGS = {
    **dict.fromkeys(("是", "true", "1", "√", "✓", "✔"), True),
    **dict.fromkeys(("否", "false", "0", "×", "✗", "✘"), False),
}
#: Parsed values that are remembered per column; a column of texts that never come again would fill the memory.
_REMEMBERED = 20_000
_LIBRE_ERROR = re.compile("Err:[0-9]{3}")
_DATE_HELP = "请填 2024-03-01、2024/3/1、2024.3.1 或 2024年3月1日"


def parse_cell(value: object, column: Column) -> Parsed:
    """The typed value of a cell of that column, or what is wrong with it. The types are those of CellValue."""
    return compile_parser(column)(value)


def compile_parser(column: Column) -> Callable[[object], Parsed]:
    """``parse_cell`` for one column; what comes again is not parsed again."""
    parse_value = _PARSERS[column.type]
    zero_words = {_fold_word(word) for word in column.zero_words}
    empty_words = {_fold_word(word) for word in list_empty_words(column)} - zero_words
    empty_words -= {_fold_word(choice) for choice in column.choices}
    known: dict[tuple[type, object], Parsed] = {}

    def parse_new(value: object) -> Parsed:
        if isinstance(value, str):
            value = value.strip()
            if not fold_name(value):
                return _parse_empty(column)
            if value in _EXCEL_ERRORS or _LIBRE_ERROR.fullmatch(value):
                return _refuse_error(column, value)
            word = _fold_word(value)
            if word in empty_words:
                return None if not column.required else _refuse_empty_word(column, value)
            if word in _UNCERTAIN and column.type != "text" and word not in zero_words and not _is_choice(word, column):
                return _refuse_empty_word(column, value)
        if value is None:
            return _parse_empty(column)
        if isinstance(value, ErrorCell):
            return _refuse_error(column, value.code)
        if isinstance(value, UncachedFormula):
            return CellMistake(f"「{column.title}」的公式没有保存结果,请用 Excel 或 WPS 打开后保存再报送")
        return parse_value(value, column)

    def parse(value: object) -> Parsed:
        # The type belongs to the key because 1, 1.0 and True are equal.
        key = (value.__class__, value)
        if key not in known:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[key] = parse_new(value)
        return known[key]

    return parse


def list_empty_words(column: Column) -> tuple[str, ...]:
    """The words that leave a cell of the column empty; in a required one they are refused."""
    if column.empty_words is not None:
        return column.empty_words
    numeric = column.type in ("integer", "decimal")
    return EMPTY_WORDS if numeric or column.required else EMPTY_WORDS + DASHES


def _fold_word(text: str) -> str:
    return fold_name(text).casefold()


def _is_choice(word: str, column: Column) -> bool:
    return (column.type == "flag" and word == "无") or word in {_fold_word(choice) for choice in column.choices}


def _refuse_empty_word(column: Column, value: str) -> CellMistake:
    if column.required:
        return CellMistake(f"「{column.title}」必填,填的是「{value}」;请填实际的内容{_hint_zero(column)}")
    return CellMistake(
        f"「{column.title}」填的是「{value}」,分不清是零、没有还是不适用;"
        f"没有或不适用请留空(或填「/」){_hint_zero(column)}"
    )


def _hint_zero(column: Column) -> str:
    return ",确实是零请填 0" if column.type in ("integer", "decimal") else ""


def _parse_empty(column: Column) -> Parsed:
    if not column.required:
        return None
    merged = ";每一行都要填,或与上面几行合并成一格" if column.type == "unit" else ""
    return CellMistake(f"「{column.title}」不能为空,请补填{merged}")


def _refuse_error(column: Column, code: str) -> CellMistake:
    return CellMistake(f"「{column.title}」的公式出错,显示为 {code};请改正公式,或直接填写结果")


def _half_width(text: str) -> str:
    """``text`` with full-width forms as half-width ones and single spaces, no other character changed."""
    return " ".join(text.translate(_FULL_WIDTH).split())


def _refuse_invisible(text: str, column: Column) -> CellMistake | None:
    """The sentence for figures with invisible characters among them: such can even show them in another order."""
    if drop_invisible(text) == text:
        return None
    return CellMistake(f"「{column.title}」里有看不见的字符(多半是复制带来的);请删去整格后重新填写")


def _refuse_kind(value: object, column: Column, wanted: str) -> CellMistake:
    """The sentence for a cell whose kind (date, time, true/false) cannot stand in the column."""
    title = column.title
    if isinstance(value, bool):
        return CellMistake(f"「{title}」应为{wanted},单元格里是逻辑值 {str(value).upper()};请改填{wanted}")
    if isinstance(value, (time, timedelta)):
        return CellMistake(f"「{title}」应为{wanted},单元格里是时间 {value};请把单元格格式改为常规后重填")
    if isinstance(value, date):
        return CellMistake(
            f"「{title}」应为{wanted},单元格里是日期 {value.isoformat()[:10]}(可能是 Excel 自动改的);"
            "请把单元格格式改为文本后重填"
        )
    return CellMistake(f"「{title}」应为{wanted},填的是「{value}」;请改填{wanted}")


def _read_number(value: object, column: Column) -> Decimal | CellMistake:
    """The exact number in a cell, percent signs and zero words included."""
    percent = isinstance(value, PercentNumber)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return _refuse_kind(value, column, "数字")
    if isinstance(value, str):
        if wrong := _refuse_invisible(value, column):
            return wrong
        text = _half_width(value)
        if fold_name(text) in {fold_name(word) for word in column.zero_words}:
            return Decimal(0)
        unit = _half_width(column.unit_of_measure or "")
        # A measure that begins with a numeral (万元, 千克, 亩…) could belong to the number before it.
        if unit and unit != "%" and text.endswith(unit) and not read_numeral(unit[0]):
            text = text.removesuffix(unit).rstrip()
        spaceless = "".join(text.split())
        percent = text.endswith("%") or spaceless.startswith("百分之")
        text = text[:-1].rstrip() if text.endswith("%") else spaceless.removeprefix("百分之") if percent else text
        if _NUMBER.fullmatch(text):
            number = Decimal(text.replace(",", ""))
        elif (numeral := read_numeral("".join(text.split()))) is not None and not value.rstrip().endswith(("%", "%")):
            number = numeral
        else:
            measure = f"(单位「{column.unit_of_measure}」可以带)" if unit else ""
            return CellMistake(
                f"「{column.title}」应为数字,填的是「{value}」;只填数字,不要带单位、文字或多余的逗号{measure}"
            )
        shown = value
    elif isinstance(value, ScaledNumber):
        number = Decimal(float.__repr__(value))
        return CellMistake(
            f"「{column.title}」的单元格存的是 {plain(number)},却按万、千缩小显示,分不清填的是哪个;"
            "请把单元格格式改为常规,核对后重新保存"
        )
    else:
        number = Decimal(float.__repr__(value) if isinstance(value, float) else value)
        if not number.is_finite():
            return CellMistake(f"「{column.title}」不是一个数(公式算出了 {number});请改填数字")
        number *= 100 if percent else 1
        shown = f"{plain(number)}%" if percent else plain(number)
    if percent and column.unit_of_measure != "%":
        return CellMistake(
            f"「{column.title}」不能填百分数,填的是「{shown}」;"
            f"请去掉百分号,按列的单位{f'({column.unit_of_measure})' if column.unit_of_measure else ''}填写数字"
        )
    if abs(number) >= LARGEST:
        return CellMistake(f"「{column.title}」填的是 {shown},达到了一万亿,请核对是否多填了位数")
    return number


def _parse_integer(value: object, column: Column) -> Parsed:
    number = _read_number(value, column)
    if isinstance(number, CellMistake):
        return number
    if number != number.to_integral_value():
        return CellMistake(f"「{column.title}」应为整数,填的是 {plain(number)};请填整数")
    return int(number)


def _parse_decimal(value: object, column: Column) -> Parsed:
    number = _read_number(value, column)
    if isinstance(number, CellMistake):
        return number
    rounded = number.quantize(Decimal(1).scaleb(-column.decimals))
    if rounded != number:
        return CellMistake(
            f"「{column.title}」至多 {column.decimals} 位小数,填的是 {plain(number)};"
            f"请改填准确的数(公式算出来的,请用 ROUND 取到 {column.decimals} 位)"
        )
    return rounded


def _parse_year(value: object, column: Column) -> Parsed:
    if isinstance(value, str):
        if wrong := _refuse_invisible(value, column):
            return wrong
        written = "".join(_half_width(value).split())
        value = written.removesuffix("度").removesuffix("年") if written.endswith(("年", "年度")) else written
        value = (read_digits(value) or value) if len(value) == 4 else value
        if not re.fullmatch("[0-9]{4}", value):
            return CellMistake(f"「{column.title}」应为年度,填的是「{value}」;请填四位数的年份,如 2024")
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        return _refuse_kind(value, column, "四位数的年份(如 2024)")
    elif not float(value).is_integer():
        return CellMistake(f"「{column.title}」应为年度,填的是 {value};请填四位数的年份,如 2024")
    year = int(value)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return CellMistake(f"「{column.title}」应在 {FIRST_YEAR} 到 {LAST_YEAR} 年之间,填的是 {year};请核对")
    return year


def _parse_date(value: object, column: Column) -> Parsed:
    if isinstance(value, PartOfDate):
        return CellMistake(
            f"「{column.title}」的单元格没有把年月日显示全(存的是 {value.isoformat()[:10]});"
            "请把单元格格式改为年月日,核对年份后重新保存"
        )
    if isinstance(value, MonthDate):
        return _keep_month(value.year, value.month, column)
    if isinstance(value, date):
        return _keep_day(value.year, value.month, value.day, column)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if float(value).is_integer() and 19000000 <= value < 22000000:
            return _keep_day(int(value) // 10000, int(value) // 100 % 100, int(value) % 100, column)
        return CellMistake(
            f"「{column.title}」应为日期,单元格里是数字 {value:.10g}{_suggest_day(value)};请设为日期格式,或{_DATE_HELP}"
        )
    if not isinstance(value, str):
        return _refuse_kind(value, column, "日期")
    if hidden := _refuse_invisible(value, column):
        return hidden
    text = _half_width(value)
    spaceless = "".join(text.split())
    if found := _DATE.fullmatch(text) or _DATE.fullmatch(spaceless):
        year, month, day = (int(part) for part in found.groups() if part is not None)
        return _keep_day(year, month, day, column)
    if found := _MONTH.fullmatch(spaceless):
        year, month = (int(part) for part in found.groups() if part is not None)
        return _keep_month(year, month, column)
    if re.fullmatch("[0-9]{8}", text):
        return _keep_day(int(text[:4]), int(text[4:6]), int(text[6:]), column)
    if found := _CHINESE_DATE.fullmatch(spaceless):
        numbers = [_read_date_part(part) for part in found.groups()]
        if numbers[0] and numbers[0] >= 1000 and numbers[1] and found[3] is None:
            return _keep_month(numbers[0], numbers[1], column)
        if numbers[0] and numbers[0] >= 1000 and numbers[1] and numbers[2]:
            return _keep_day(numbers[0], numbers[1], numbers[2], column)
    if _YEARLESS.fullmatch(spaceless):
        return CellMistake(f"「{column.title}」填的是「{value}」,没有写年份;{_DATE_HELP}")
    if _SHORT_YEAR.fullmatch(spaceless):
        return CellMistake(f"「{column.title}」填的是「{value}」,年份要写四位;{_DATE_HELP}")
    return CellMistake(f"「{column.title}」应为日期,填的是「{value}」;{_DATE_HELP}")


def _read_date_part(text: str | None) -> int | None:
    """A year, month or day in Arabic or Chinese numerals; None if it is neither."""
    if text is None:
        return None
    if re.fullmatch("[0-9]{1,4}", text):
        return int(text)
    number = read_numeral(text)
    if number is not None and number == number.to_integral_value():
        return int(number)
    digits = read_digits(text)
    return int(digits) if digits is not None and len(digits) == 4 else None


def _suggest_day(number: float) -> str:
    """The day that Excel's usual counting would make of the number, if it is believable."""
    if not 18264 <= number <= 73415:
        return ""
    return f"(若是没有设格式的日期,通常是 {date(1899, 12, 30) + timedelta(days=int(number))})"


def _keep_day(year: int, month: int, day: int, column: Column) -> Parsed:
    if wrong := _refuse_month(year, month, column):
        return wrong
    longest = monthrange(year, month)[1]
    if not 1 <= day <= longest:
        missing = f"{year} 年 {month} 月只有 {longest} 天,没有 {day} 日"
        return CellMistake(f"「{column.title}」填的日期不存在:{missing};请核对")
    whole = date(year, month, day)
    return Span(whole, whole) if column.month_allowed else whole


def _keep_month(year: int, month: int, column: Column) -> Parsed:
    if wrong := _refuse_month(year, month, column):
        return wrong
    if not column.month_allowed:
        return CellMistake(f"「{column.title}」只填到了月({year} 年 {month} 月),这一列要填到日;{_DATE_HELP}")
    return Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _refuse_month(year: int, month: int, column: Column) -> CellMistake | None:
    if not FIRST_DATE_YEAR <= year <= LAST_YEAR:
        return CellMistake(
            f"「{column.title}」的年份 {year} 不可信,日期应在 {FIRST_DATE_YEAR}-01-01 到 {LAST_YEAR}-12-31 之间;请核对"
        )
    if not 1 <= month <= 12:
        return CellMistake(f"「{column.title}」填的日期不存在:没有 {month} 月;请核对")
    return None


def _read_text(value: object, column: Column) -> str | CellMistake:
    """The text of a cell in composed form (NFC), without invisible characters, white space as single spaces.

    A whole number typed into it is taken as its digits.
    """
    if isinstance(value, str):
        if _CONTROL.search(value):
            return CellMistake(f"「{column.title}」里有看不见的控制字符;请删去后重新填写")
        if _LOST.search(value):
            return CellMistake(f"「{column.title}」填的是「{_LOST.sub('?', value)}」,有字变成了乱码;请重新填写")
        if private := _PRIVATE.search(value):
            return CellMistake(
                f"「{column.title}」的第 {private.start() + 1} 个字是自造字(U+{ord(private[0]):04X}),"
                "换一台电脑就显示成别的字;请改用国家标准里的字,或写明拆分(如「吉吉」)"
            )
        return " ".join(unicodedata.normalize("NFC", drop_invisible(value)).split())
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return _refuse_kind(value, column, "文字")
    number = Decimal(float.__repr__(value) if isinstance(value, float) else value)
    if not number.is_finite() or isinstance(value, PercentNumber):
        return _refuse_kind(value, column, "文字")
    if abs(number) >= 10**15:
        return CellMistake(
            f"「{column.title}」里是 15 位以上的数字,Excel 已丢掉末几位;请把单元格格式改为文本后重新填写"
        )
    return plain(number)


def _parse_text(value: object, column: Column) -> Parsed:
    return _read_text(value, column)


def _parse_choice(value: object, column: Column) -> Parsed:
    text = _read_text(value, column)
    if isinstance(text, CellMistake):
        return text
    for choice in column.choices:
        if _half_width(choice) == _half_width(text):
            return choice
    return CellMistake(f"「{column.title}」填的是「{text}」,不在可选项里;请填:{'、'.join(column.choices)}")


def _parse_flag(value: object, column: Column) -> Parsed:
    if isinstance(value, (int, float)) and value in (0, 1) and not isinstance(value, PercentNumber):
        return bool(value)
    word = _half_width(drop_invisible(value)).casefold() if isinstance(value, str) else ""
    flag = _FLAGS.get(word)
    # 有 and 无 answer a question that asks whether there is something, and no other.
    if word in ("有", "无") and re.match("有无|是否有|有没有", column.title):
        flag = word == "有"
    if flag is None:
        return CellMistake(f"「{column.title}」应填 是 或 否,填的是「{value}」")
    return flag


_PARSERS: dict[str, Callable[[object, Column], Parsed]] = {
    "text": _parse_text,
    "integer": _parse_integer,
    "decimal": _parse_decimal,
    "date": _parse_date,
    "year": _parse_year,
    "choice": _parse_choice,
    "flag": _parse_flag,
    "unit": _parse_text,
    "indicator": _parse_text,
}
