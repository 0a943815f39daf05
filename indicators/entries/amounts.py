"""Exact numbers written as text: ``"2"``, ``"0.5"``, ``"90%"``.

A pack never holds a float. Every number is kept as :class:`decimal.Decimal`, together with the
text that the author wrote, so that a sentence about a rule repeats the author's own figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from indicators.entries.mistakes import show_value

#: Marks and parameters carry at most this many decimals; SQL holds them as integers of 10**-6.
MARK_DECIMALS = 6
MARK_SCALE = 10**MARK_DECIMALS

#: Marks without an upper end, as a pack writes them, as people read them, and the number that stands for them: no
#: sum of real marks comes near it, and half of it is still none.
OPEN, OPEN_TITLE, OPEN_MARKS = "open", "不封顶", Decimal(10**9)
_OPEN_UNITS = int(OPEN_MARKS)

_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?")


@dataclass(frozen=True)
class Besides:
    """Of a type: a word that may stand beside its values, and what people call it."""

    word: str
    label: str


class Scalar(str):
    """A scalar of a YAML file, always text, with the line it stands on.

    ``plain_tag`` is what YAML itself would have made of it when it was written without quotes
    (``float`` for ``1.10``), and ``""`` otherwise.
    """

    line: int
    plain_tag: str

    def __new__(cls, value: str, line: int = 0, plain_tag: str = "") -> Scalar:
        self = super().__new__(cls, value)
        self.line = line
        self.plain_tag = plain_tag
        return self


@dataclass(frozen=True, order=True)
class Quantity:
    """A number as the pack wrote it; ``90%`` has value ``0.90`` and ``percent`` set.

    ``str()`` gives the author's text back: ``1.50%`` stays ``1.50%``.
    """

    value: Decimal
    percent: bool = False

    def __str__(self) -> str:
        return f"{self.value.scaleb(2):f}%" if self.percent else f"{self.value:f}"

    def of(self, full: Decimal) -> Decimal:
        """This amount of marks, where a percentage means a share of ``full``."""
        return self.value * full if self.percent else self.value

    @cached_property
    def exact(self) -> Fraction:
        """The value, ready to be reckoned with."""
        return Fraction(self.value)

    def share_of(self, full: Fraction) -> Fraction:
        """The same exactly."""
        return self.exact * full if self.percent else self.exact


def plain(value: Decimal) -> str:
    """``value`` without exponent and without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_number(value: object) -> Decimal:
    """A decimal from text. Raises ``ValueError`` with a Chinese sentence."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise ValueError(f'{show_value(value)}不是数；请写成 "2"、"0.5" 这样的十进制数（至多 6 位小数）')
    return Decimal(str(value))


def parse_quantity(value: object) -> Quantity:
    """A number or a percentage from text. Raises ``ValueError`` with a Chinese sentence."""
    if isinstance(value, Quantity):
        return value
    if not isinstance(value, str) or not value.endswith("%"):
        return Quantity(parse_number(value))
    if not _NUMBER.fullmatch(value[:-1]):
        raise ValueError(f'「{value}」不是百分数；请写成 "90%"、"0.5%"（数与 % 之间不空格）')
    share = Decimal(value[:-1]).scaleb(-2)
    if share * MARK_SCALE % 1:
        raise ValueError(f"「{value}」太细；百分数请至多写 4 位小数")
    return Quantity(share, percent=True)


def has_no_end(marks: Decimal | Fraction | int, per: int = 1) -> bool:
    """Whether marks, ``per`` so many to a mark, or a sum that holds such marks, have no upper end."""
    # In whole numbers: explanations ask this of every amount that they print.
    numerator, denominator = marks.as_integer_ratio()
    return numerator * 2 >= _OPEN_UNITS * per * denominator


def name_marks(marks: Decimal) -> str:
    """Marks with 分, or that they have no upper end."""
    return OPEN_TITLE if has_no_end(marks) else f"{plain(marks)} 分"


def _write_limit(marks: Decimal) -> str:
    return OPEN if has_no_end(marks) else plain(marks)


def _parse_limit(value: object) -> Decimal:
    if value == OPEN:
        return OPEN_MARKS
    marks = _parse_marks(value)
    if has_no_end(marks) and marks != OPEN_MARKS:
        raise ValueError(f"分值 {plain(marks)} 太大；不封顶的请写 {OPEN}")
    return marks


def _parse_marks(value: object) -> Decimal:
    number = parse_number(value)
    if number < 0:
        raise ValueError(f"分值 {plain(number)} 不能为负；扣多少分也请写正数，是否扣分由计分方式决定")
    return number


def _parse_worth(value: object) -> Quantity:
    quantity = parse_quantity(value)
    if quantity.value < 0:
        raise ValueError(f"分值 {quantity} 不能为负；扣多少分也请写正数，是否扣分由计分方式决定")
    return quantity


def _parse_text(value: object) -> str:
    if isinstance(value, Scalar) and value.plain_tag in {"int", "float", "timestamp"}:
        raise ValueError(f'{value} 没有加引号，别的程序会把它读成数或日期（1.10 会变成 1.1）；请写成 "{value}"')
    if not isinstance(value, str):
        raise ValueError(f"{show_value(value)}不是文字；请写一段文字，含冒号或括号时加引号")
    text = str(value)
    if not text.strip():
        raise ValueError("文字不能为空；请补上，不需要就删去这个键")
    if "\x00" in text:
        raise ValueError("文字中有不可见的空字符（NUL），请删去")
    return text


_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def _parse_id(value: object) -> str:
    text = _parse_text(value)
    if not _ID.fullmatch(text):
        raise ValueError(f"编号「{text}」请改用小写字母、数字、点、横线和下划线，以字母或数字开头，至多 80 个字符")
    return text


def _parse_name(value: object) -> str:
    text = _parse_text(value)
    if not _NAME.fullmatch(text):
        raise ValueError(f"名称「{text}」请改用小写字母、数字和下划线，以字母开头，至多 60 个字符；中文名写在 title 里")
    return text


def _parse_article(value: object) -> str:
    """The bare number: 第三十五条 and (三十五) are 三十五."""
    found = re.fullmatch(r"[(\uff08]?第?(.+?)条?[)\uff09]?", _parse_text(value).strip())
    return found[1] if found else str(value)


def _parse_integer(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"-?(0|[1-9][0-9]{0,8})", value):
        raise ValueError(f"{show_value(value)}不是整数；请写成 3 这样的整数")
    return int(value)


def _parse_flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise ValueError(f"{show_value(value)}应写 true（是）或 false（否）")


Number = Annotated[Decimal, BeforeValidator(parse_number), PlainSerializer(plain, when_used="json")]
#: An absolute amount of marks, never negative.
Marks = Annotated[Decimal, BeforeValidator(_parse_marks), PlainSerializer(plain, when_used="json")]
#: The same, or ``open`` where there is no upper end.
Limit = Annotated[
    Decimal, BeforeValidator(_parse_limit), PlainSerializer(_write_limit, when_used="json"), Besides(OPEN, OPEN_TITLE)
]
#: An amount of marks, or a percentage of the full marks of the part that it stands in.
Worth = Annotated[Quantity, BeforeValidator(_parse_worth), PlainSerializer(str, when_used="json")]
#: A figure that is compared with the actual one; ``90%`` is compared with a ratio.
Amount = Annotated[Quantity, BeforeValidator(parse_quantity), PlainSerializer(str, when_used="json")]
Text = Annotated[str, BeforeValidator(_parse_text)]
ArticleNumber = Annotated[str, BeforeValidator(_parse_article)]
#: The id of a pack, indicator, section, case or unit.
Id = Annotated[str, BeforeValidator(_parse_id)]
#: The name of a dataset or a column.
Name = Annotated[str, BeforeValidator(_parse_name)]
Integer = Annotated[int, BeforeValidator(_parse_integer)]
Flag = Annotated[bool, BeforeValidator(_parse_flag)]
