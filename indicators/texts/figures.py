"""Figures in a clause: 不低于90%, 两期以上, 每人60学时. Exact numbers with their unit and their direction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from indicators.entries.numbers import read_whole
from indicators.entries.numerals import read_numeral

Comparison = Literal[">=", ">", "<=", "<", "="]

NUMERAL = "[零〇一二两三四五六七八九十百千]"
#: A number as texts write it; 万 and 亿 after it are its scale.
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:\.\d+)?|{NUMERAL}+(?:点{NUMERAL}+)?"

#: What happens and is counted one by one.
EVENTS = ("批次", "人次", "次", "期", "场", "轮", "节", "堂", "篇", "件", "起", "例", "回", "课")
#: What there is and is counted in all.
THINGS = (
    "平台", "个", "条", "家", "所", "处", "座", "套", "项", "支", "辆", "台", "户", "名", "人", "张", "朵",
    "部", "份", "种", "类", "批", "本", "册", "间", "门", "对", "位", "艘", "架", "株", "头", "只", "盏", "块",
    "层",
)  # fmt: skip
#: What is measured.
MEASURES = (
    "平方公里", "平方千米", "平方米", "立方米/小时", "立方米", "公里", "千米", "厘米", "毫米", "米", "公顷",
    "亩", "吨标准煤", "吨", "公斤", "千克", "毫克/升", "毫克", "微克/立方米", "微克", "克", "千瓦时", "千瓦",
    "兆瓦", "元", "学时", "课时", "学分", "小时", "分钟", "秒", "倍", "级", "分", "分贝", "℃", "度", "升",
    "张床位", "床", "立方", "字", "页",
)  # fmt: skip
#: How long something takes.
TIMES = ("工作日", "自然日", "个月", "天", "日", "小时", "分钟", "年", "周", "月")
_UNITS = sorted({*EVENTS, *THINGS, *MEASURES, *TIMES, "百分点"}, key=len, reverse=True)
_SCALES = {"万": 10**4, "亿": 10**8, "": 1}

_FIGURE = re.compile(
    rf"(?:(?P<lead>百分之)|(?P<parts>{NUMERAL}+)分之)?(?P<number>{NUMBER})\s*(?:"
    rf"(?P<percent>%)|(?P<tenths>成)(?!员|立|果|为|效|本|长|交|人|品)"
    rf"|(?P<scale>万|亿)?(?:余|多)?个?(?P<unit>{'|'.join(map(re.escape, _UNITS))})(?!性|体|律|致|般|贯|窗))?"
)
#: A decimal with nothing that it counts after it.
_BARE = re.compile(r"(?<![\d.])\d+\.\d+(?=以上|以下|以内|[,、;。)]|$)")
_NOT = "不(?:得|应|能|宜|可|要)?"
_BEFORE: tuple[tuple[str, Comparison], ...] = (
    (
        f"{_NOT}(?:低于|少于|小于|短于|早于)|至少(?:要|应)?(?:[^,、\\d]{{0,6}}?)?|最少|起码|(?<!不)(?<!未)达(?:到|至)?",
        ">=",
    ),
    (
        f"{_NOT}(?:高于|超过|多于|大于|长于|超出)|至多|最多|控制在|压[缩减](?:到|至|为)|[降减][低少]?(?:到|至)"
        f"|缩短(?:到|至|为)?",
        "<=",
    ),
    ("(?:提高|提升|增加|增长|扩大|上升|增|升|扩容|扩充)(?:到|至)|保持在|稳定在", ">="),
    ("(?<!不)(?<!得)(?:超过|高于|大于|多于|突破)", ">"),
    ("(?<!不)(?<!得)(?:低于|少于|小于|不足|不满|未达到?)", "<"),
)
_BEFORE_COMPILED = [
    (re.compile(f"(?:{words})\\s*(?:约|到|(?:每|各)[^,\\d]{{1,4}}|[^,、;。\\d]{{1,9}}的)?$"), comparison)
    for words, comparison in _BEFORE
]
_AFTER: tuple[tuple[str, Comparison], ...] = (("(?:含|及)?以上|或以上", ">="), ("以[内下]|之内|及以下", "<="))
_AFTER_COMPILED = [(re.compile(words), comparison) for words, comparison in _AFTER]
_WITHIN = re.compile("内(?![容部外设])")
#: Words in which 一 counts nothing.
_GLUED = "第同任每某哪统唯单之进另其专万初星周十百千月年点划合逐归如"
_BANDWIDTH = re.compile(r"(?P<number>万|千|百)\(?兆\)?")


@dataclass(frozen=True)
class StatedFigure:
    """A number with its unit at a place in the text; ``unit`` is ``%`` for shares.

    ``explicit``: written with a comparison or in digits, so that it is meant as a number.
    """

    start: int
    end: int
    value: Decimal
    unit: str
    comparison: Comparison = "="
    explicit: bool = True

    @property
    def text(self) -> str:
        """≥ 60学时."""
        sign = {">=": "≥", "<=": "≤", "=": "=", ">": ">", "<": "<"}[self.comparison]
        return f"{sign}{self.value.normalize():f}{self.unit}"


def read_number(text: str) -> Decimal | None:
    """An exact number from digits or from a numeral that can mean one number only."""
    if re.fullmatch(r"[\d,]+(?:\.\d+)?", text):
        return Decimal(text.replace(",", ""))
    return read_numeral(text)


def find_figures(words: str) -> list[StatedFigure]:
    """All figures of a folded text, in order."""
    found = [figure for match in _FIGURE.finditer(words) if (figure := _read_figure(words, match))]
    found += [figure for match in _BARE.finditer(words) if (figure := _read_bare(words, match))]
    if "带宽" in words or "兆" in words:
        sizes = {"万": 10000, "千": 1000, "百": 100}
        found += [
            StatedFigure(match.start(), match.end(), Decimal(sizes[match["number"]]), "兆", ">=")
            for match in _BANDWIDTH.finditer(words)
        ]
    return sorted(found, key=lambda figure: figure.start)


def _read_figure(words: str, match: re.Match[str]) -> StatedFigure | None:
    lead, unit, scale = match["lead"], match["unit"], match["scale"]
    parts = read_number(match["parts"]) if match["parts"] else None
    shares = bool(lead or parts or match["percent"] or match["tenths"])
    if not shares and unit is None:
        return None
    value = Decimal(100) if lead and match["number"] == "百" else read_number(match["number"])
    if value is None:
        return None
    if parts:
        # Never above the fraction: 2 of 3 must reach two thirds.
        value = (value * 100 / parts).quantize(Decimal("0.0001"), ROUND_DOWN)
    digits = read_whole(match["number"][0]) is not None
    before = words[max(0, match.start() - 14) : match.start()]
    if not digits and not shares and before[-1:] and before[-1] in _GLUED:
        return None
    if before[-1:] and before[-1] in "+-~./" and not shares:
        return None
    if unit in ("名", "位") and before[-1:] in ("前", "第"):
        # A place in a ranking.
        return None
    value *= 10 if match["tenths"] else _SCALES[scale or ""]
    comparison, explicit = _compare(before, words[match.end() : match.end() + 3], unit or "")
    name = "%" if shares else unit
    return StatedFigure(
        match.start(),
        match.end(),
        value,
        name,
        comparison,
        explicit or bool(lead or parts) or (digits and name not in TIMES),
    )


def _read_bare(words: str, match: re.Match[str]) -> StatedFigure | None:
    """A coefficient (提高到0.58以上): it has no unit, so a comparison must say that it is meant as a number."""
    before = words[max(0, match.start() - 14) : match.start()]
    comparison, explicit = _compare(before, words[match.end() : match.end() + 3], "")
    return StatedFigure(match.start(), match.end(), Decimal(match[0]), "", comparison) if explicit else None


def _compare(before: str, after: str, unit: str) -> tuple[Comparison, bool]:
    if unit in TIMES and _WITHIN.match(after):
        return "<=", True
    for pattern, comparison in _AFTER_COMPILED:
        if pattern.match(after):
            return comparison, True
    for pattern, comparison in _BEFORE_COMPILED:
        if pattern.search(before):
            return comparison, True
    return "=", False
