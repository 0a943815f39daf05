"""Chinese numerals -> exact numbers, where they can mean one number only, and back.

一百二 may be 120 or 102 and 三五 may be three to five: such is no number here.
"""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = "零一二三四五六七八九"
# The circle and the letter O stand for 〇 in many typed texts; the financial capitals mean the same as the others.
_PLAIN = str.maketrans("〇○◯壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億兩点點", "零零零一二二三三四五六六七八九十百千万亿两点点")
_WORD = re.compile("[零一二两三四五六七八九十百千万亿]{1,24}")


def read_numeral(text: str) -> Decimal | None:
    """The number that a Chinese numeral (六十, 一百二十, 两, 壹佰, 三点五) means, or None if it is none."""
    whole, point, decimals = text.translate(_PLAIN).partition("点")
    if not _WORD.fullmatch(whole):
        return None
    number = _read_whole(whole)
    if number is None:
        return None
    if not point:
        return Decimal(number)
    digits = read_digits(decimals)
    return None if digits is None else Decimal(f"{number}.{digits}")


def read_digits(text: str) -> str | None:
    """Numerals read digit by digit (二〇二四 is 2024), or None if they are something else."""
    plain = text.translate(_PLAIN)
    if not plain or any(character not in _DIGITS for character in plain):
        return None
    return "".join(str(_DIGITS.index(character)) for character in plain)


def write_numeral(number: int) -> str:
    """A whole number as articles and lists are numbered: 10 is 十, 12 is 十二, 101 is 一百零一."""
    return re.sub("^一十", "十", _write_whole(number))


def _read_whole(text: str) -> int | None:
    """The number, if that is how the number is written: reading is lenient, so what was read is written again."""
    simple = text.replace("两", "二")
    total = section = digit = 0
    for character in simple:
        if character in _DIGITS:
            digit = _DIGITS.index(character)
        elif character in "十百千":
            section += (digit or 1) * 10 ** (1 + "十百千".index(character))
            digit = 0
        else:
            if character == "亿":
                total = (total + section + digit) * 10**8
            else:
                total += (section + digit) * 10**4
            section = digit = 0
    total += section + digit
    written = _write_whole(total)
    # 两 stands before 百, 千, 万, 亿 or alone; 十二 is also written 一十二.
    if re.search("两(?![百千万亿]|$)|[十]两|[百零千万亿十]两$", text):
        return None
    return total if simple in (written, written.removeprefix("一") if written.startswith("一十") else written) else None


def _write_whole(number: int) -> str:
    """The number in full (10 is 一十)."""
    if number == 0:
        return "零"
    for unit, value in (("亿", 10**8), ("万", 10**4)):
        if number >= value:
            head, rest = divmod(number, value)
            gap = "零" if rest and rest < value // 10 else ""
            return f"{_write_whole(head)}{unit}{gap}{_write_whole(rest) if rest else ''}"
    text, zero = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + ["", "十", "百", "千"][place]
            zero = False
        else:
            zero = True
    return text
