"""One cell of a reported file: a typed value, or a sentence about what is wrong. Never a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from math import isfinite

from data.cells.absences import NOTHING, POINTERS, is_nothing, is_pointer, may_be_absent
from data.cells.dates import LAST_YEAR, parse_date
from data.cells.lost_texts import restore_text, unwrap_text
from data.cells.measures import own_measures
from data.cells.values import CellMistake, Parsed, half_width, refuse_invisible, refuse_kind
from data.files.names import drop_invisible, fold_name
from data.files.raw_cells import (
    ErrorCell,
    PercentNumber,
    ShownNumber,
    UncachedFormula,
    UnclearCell,
    exact_number,
    read_shown,
)
from indicators.entries.amounts import plain
from indicators.entries.numerals import read_digits, read_numeral
from indicators.entries.tables import Column

#: Beyond this no figure of a county is believable, and DECIMAL(18, 6) ends.
LARGEST = 10**12
FIRST_YEAR = 1990

#: What stands in a cell that does not apply, where the column does not say otherwise (``empty_words``).
EMPTY_WORDS = ("/", "—", "——", "不适用")
#: Where no number is asked for, these cannot be taken for 0 either.
DASHES = ("-", "--", "N/A")
#: Words that say nothing certain: whether there is none, or whether it does not apply.
_UNCERTAIN = frozenset(("/", "—", "——", "-", "--", *NOTHING, *POINTERS)) - {"零", "〇"}
_EXCEL_ERRORS = frozenset(
    ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!")
)
_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")
#: Areas of Unicode whose characters every system draws as it likes.
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_LOST = re.compile("[\ufffd\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_FLAGS = {
    **dict.fromkeys(("是", "true", "1", "√", "✓", "✔"), True),
    **dict.fromkeys(("否", "false", "0", "×", "✗", "✘"), False),
}
#: Parsed values that are remembered per column; a column of texts that never come again would fill the memory.
_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 200
_LIBRE_ERROR = re.compile("Err:[0-9]{3}")


def parse_cell(value: object, column: Column) -> Parsed:
    """The typed value of a cell of that column, or what is wrong with it. The types are those of CellValue."""
    return compile_parser(column)(value)


def compile_parser(column: Column) -> Callable[[object], Parsed]:
    """``parse_cell`` for one column; what comes again is not parsed again."""
    parse_new = _make_parser(column)
    known: dict[tuple[object, ...], Parsed] = {}

    def parse(value: object) -> Parsed:
        # The type belongs to the key because 1, 1.0 and True are equal.
        if isinstance(value, str) and len(value) > _LONGEST_REMEMBERED:
            return parse_new(value)
        key: tuple[object, ...] = (value.__class__, value)
        if isinstance(value, ShownNumber):
            key += (value.shown,)
        if key not in known:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[key] = parse_new(value)
        return known[key]

    return parse


def _make_parser(column: Column) -> Callable[[object], Parsed]:
    parse_value = _PARSERS[column.type]
    zero_words = {_fold_word(word) for word in column.zero_words}
    empty_words = {_fold_word(word) for word in list_empty_words(column)} - zero_words
    empty_words -= {_fold_word(choice) for choice in column.choices}

    def parse_text(text: str) -> Parsed:
        if not fold_name(text):
            return _parse_empty(column)
        if text in _EXCEL_ERRORS or _LIBRE_ERROR.fullmatch(text):
            return _refuse_error(column, text)
        word = _fold_word(text)
        if word in empty_words:
            return None if not column.required else _refuse_empty_word(column, text)
        if word in _UNCERTAIN and column.type != "text" and word not in zero_words and not _is_choice(word, column):
            return _refuse_empty_word(column, text)
        return parse_value(text, column)

    def parse_new(value: object) -> Parsed:
        if isinstance(value, str):
            return parse_text(unwrap_text(value.strip()))
        return _parse_empty(column) if value is None else _parse_held(value, column, parse_value)

    return parse_new


def _parse_held(value: object, column: Column, parse_value: Callable[[object, Column], Parsed]) -> Parsed:
    """What a cell holds that is no text: a value, or why there is none."""
    if isinstance(value, ErrorCell):
        return _refuse_error(column, value.code)
    if isinstance(value, UncachedFormula):
        return CellMistake(f"「{column.title}」的公式没有保存结果，请用 Excel 或 WPS 打开后保存再报送")
    if isinstance(value, UnclearCell):
        return CellMistake(f"「{column.title}」{value.reason}")
    if isinstance(value, ShownNumber):
        return _parse_shown(value, column, parse_value)
    return parse_value(value, column)


def _parse_shown(value: ShownNumber, column: Column, parse_value: Callable[[object, Column], Parsed]) -> Parsed:
    """A number shown in a format of its own: where it is read as itself the number, else the text, or neither."""
    shown = value.shown.strip() if value.shown is not None else ""
    counts = column.type in ("integer", "decimal")
    bare = shown
    for measure in own_measures(column) if counts else ():
        bare = bare.removesuffix(measure) if len(bare) > len(measure) else bare
    if column.type in ("integer", "decimal", "year", "flag") and read_shown(bare) == exact_number(value):
        return parse_value(float(value), column)
    if shown and not counts:
        return parse_value(shown, column)
    stored = plain(exact_number(value)) if isfinite(value) else str(float(value))
    looks = f"显示的却是「{shown}」" if shown else "显示的却不是这个数" if value.shown is None else "却什么也不显示"
    return CellMistake(
        f"「{column.title}」的单元格存的是 {stored}，{looks}，分不清填的是哪个；请把单元格格式改为常规，核对后重新保存"
    )


def list_empty_words(column: Column) -> tuple[str, ...]:
    """The words that leave a cell of the column empty; in a required one they are refused."""
    if column.empty_words is not None:
        return column.empty_words
    numeric = column.type in ("integer", "decimal")
    return EMPTY_WORDS if numeric or column.required else EMPTY_WORDS + DASHES


def list_set_words(column: Column) -> tuple[str, ...]:
    """The words that mean something else than themselves in the column: zero, or an empty cell."""
    return (*column.zero_words, *list_empty_words(column))


def _fold_word(text: str) -> str:
    return fold_name(text).casefold()


def _is_choice(word: str, column: Column) -> bool:
    return (column.type == "flag" and word == "无") or word in {_fold_word(choice) for choice in column.choices}


def _refuse_empty_word(column: Column, value: str) -> CellMistake:
    if column.required:
        return CellMistake(f"「{column.title}」必填，填的是「{value}」；请填实际的内容{_hint_zero(column)}")
    return CellMistake(
        f"「{column.title}」填的是「{value}」，分不清是零、没有还是不适用；"
        f"没有或不适用请留空（或填「/」）{_hint_zero(column)}"
    )


def _hint_zero(column: Column) -> str:
    return "，确实是零请填 0" if column.type in ("integer", "decimal") else ""


def _parse_empty(column: Column) -> Parsed:
    if not column.required:
        return None
    merged = "；每一行都要填，或与上面几行合并成一格" if column.type == "unit" else ""
    return CellMistake(f"「{column.title}」不能为空，请补填{merged}")


def _refuse_error(column: Column, code: str) -> CellMistake:
    return CellMistake(f"「{column.title}」的公式出错，显示为 {code}；请改正公式，或直接填写结果")


def _read_number(value: object, column: Column) -> Decimal | CellMistake:
    """The exact number in a cell, percent signs and zero words included."""
    percent = isinstance(value, PercentNumber)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return refuse_kind(value, column, "数字")
    if isinstance(value, str):
        if wrong := refuse_invisible(value, column):
            return wrong
        text = half_width(value)
        if fold_name(text) in {fold_name(word) for word in column.zero_words}:
            return Decimal(0)
        unit = half_width(column.unit_of_measure or "")
        text = _drop_measure(text, column)
        spaceless = "".join(text.split())
        percent = text.endswith("%") or spaceless.startswith("百分之")
        text = text[:-1].rstrip() if text.endswith("%") else spaceless.removeprefix("百分之") if percent else text
        if _NUMBER.fullmatch(text):
            number = Decimal(text.replace(",", ""))
        elif (numeral := read_numeral("".join(text.split()))) is not None and not value.rstrip().endswith(("%", "%")):
            number = numeral
        else:
            measure = f"（单位「{column.unit_of_measure}」可以带）" if unit else ""
            return CellMistake(
                f"「{column.title}」应为数字，填的是「{value}」；只填数字，不要带单位、文字或多余的逗号{measure}"
            )
        shown = value
    else:
        number = exact_number(value) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            return CellMistake(f"「{column.title}」不是一个数（公式算出了 {number}）；请改填数字")
        number *= 100 if percent else 1
        shown = f"{plain(number)}%" if percent else plain(number)
    if percent and column.unit_of_measure != "%":
        return CellMistake(
            f"「{column.title}」不能填百分数，填的是「{shown}」；"
            f"请去掉百分号，按列的单位{f'（{column.unit_of_measure}）' if column.unit_of_measure else ''}填写数字"
        )
    if abs(number) >= LARGEST:
        return CellMistake(f"「{column.title}」填的是 {shown}，达到了一万亿，请核对是否多填了位数")
    return number


def _drop_measure(text: str, column: Column) -> str:
    """A written number without the measure of its column (30人)."""
    for measure in own_measures(column):
        # One that begins with a numeral (万元, 千克, 亩…) could belong to the number before it.
        if measure not in ("%", "‰") and text.casefold().endswith(measure) and not read_numeral(measure[0]):
            return text[: -len(measure)].rstrip()
    return text


def _parse_integer(value: object, column: Column) -> Parsed:
    number = _read_number(value, column)
    if isinstance(number, CellMistake):
        return number
    if number != number.to_integral_value():
        return CellMistake(f"「{column.title}」应为整数，填的是 {plain(number)}；请填整数")
    return int(number)


def _parse_decimal(value: object, column: Column) -> Parsed:
    number = _read_number(value, column)
    if isinstance(number, CellMistake):
        return number
    rounded = number.quantize(Decimal(1).scaleb(-column.decimals))
    if rounded != number:
        return CellMistake(
            f"「{column.title}」至多 {column.decimals} 位小数，填的是 {plain(number)}；"
            f"请改填准确的数（公式算出来的，请用 ROUND 取到 {column.decimals} 位）"
        )
    return rounded


def _parse_year(value: object, column: Column) -> Parsed:
    if isinstance(value, str):
        if wrong := refuse_invisible(value, column):
            return wrong
        written = "".join(half_width(value).split())
        value = written.removesuffix("度").removesuffix("年") if written.endswith(("年", "年度")) else written
        value = (read_digits(value) or value) if len(value) == 4 else value
        if not re.fullmatch("[0-9]{4}", value):
            return CellMistake(f"「{column.title}」应为年度，填的是「{value}」；请填四位数的年份，如 2024")
    elif isinstance(value, PercentNumber):
        shown = f"{plain(exact_number(value) * 100)}%"
        return CellMistake(
            f"「{column.title}」应为年度，单元格显示的是 {shown}；请把单元格格式改为常规，填四位数的年份"
        )
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        return refuse_kind(value, column, "四位数的年份（如 2024）")
    elif not float(value).is_integer():
        return CellMistake(f"「{column.title}」应为年度，填的是 {value}；请填四位数的年份，如 2024")
    year = int(value)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return CellMistake(f"「{column.title}」应在 {FIRST_YEAR} 到 {LAST_YEAR} 年之间，填的是 {year}；请核对")
    return year


def _read_text(value: object, column: Column) -> str | CellMistake:
    """The text of a cell in composed form (NFC), without invisible characters, white space as single spaces.

    A whole number typed into it is taken as its digits.
    """
    if isinstance(value, str):
        if value.isascii() and value.isalnum():
            return value
        if _CONTROL.search(value):
            return CellMistake(f"「{column.title}」里有看不见的控制字符；请删去后重新填写")
        if _LOST.search(value):
            return CellMistake(f"「{column.title}」填的是「{_LOST.sub('?', value)}」，有字变成了乱码；请重新填写")
        if private := _PRIVATE.search(value):
            return CellMistake(
                f"「{column.title}」的第 {private.start() + 1} 个字是自造字（U+{ord(private[0]):04X}），"
                "换一台电脑就显示成别的字；请改用国家标准里的字，或写明拆分（如「吉吉」）"
            )
        return " ".join(unicodedata.normalize("NFC", drop_invisible(value)).split())
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return refuse_kind(value, column, "文字")
    number = exact_number(value) if isinstance(value, float) else Decimal(value)
    if not number.is_finite() or isinstance(value, PercentNumber):
        return refuse_kind(value, column, "文字")
    if abs(number) >= 10**15:
        return CellMistake(
            f"「{column.title}」里是 15 位以上的数字，Excel 已丢掉末几位；请把单元格格式改为文本后重新填写"
        )
    return plain(number)


def _parse_text(value: object, column: Column) -> Parsed:
    text = _read_text(value, column)
    if isinstance(value, str) and isinstance(text, str):
        text = restore_text(value, text, column.title)
    if isinstance(text, CellMistake):
        return text
    if not may_be_absent(text):
        return text
    if is_pointer(text):
        return CellMistake(f"「{column.title}」填的是「{text}」，内容在别处；请在这一格写明")
    if is_nothing(text):
        return None if not column.required else _refuse_empty_word(column, text)
    return text


def _parse_choice(value: object, column: Column) -> Parsed:
    text = _read_text(value, column)
    if isinstance(text, CellMistake):
        return text
    for choice in column.choices:
        if half_width(choice) == half_width(text):
            return choice
    return CellMistake(f"「{column.title}」填的是「{text}」，不在可选项里；请填：{'、'.join(column.choices)}")


def _parse_flag(value: object, column: Column) -> Parsed:
    if isinstance(value, (int, float)) and value in (0, 1) and not isinstance(value, PercentNumber):
        return bool(value)
    word = half_width(drop_invisible(value)).casefold() if isinstance(value, str) else ""
    flag = _FLAGS.get(word)
    # 有 and 无 answer a question that asks whether there is something, and no other.
    if word in ("有", "无") and re.match("有无|是否有|有没有", column.title):
        flag = word == "有"
    if flag is None:
        return CellMistake(f"「{column.title}」应填 是 或 否，填的是「{value}」")
    return flag


_PARSERS: dict[str, Callable[[object, Column], Parsed]] = {
    "text": _parse_text,
    "integer": _parse_integer,
    "decimal": _parse_decimal,
    "date": parse_date,
    "year": _parse_year,
    "choice": _parse_choice,
    "flag": _parse_flag,
    "unit": _read_text,
    "indicator": _read_text,
}
