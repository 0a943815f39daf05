"""Paragraphs -> sentences -> clauses, with what each clause says of figures, days, periods and how binding it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from indicators.texts.deadlines import StatedDeadline, find_deadlines
from indicators.texts.figures import NUMERAL, StatedFigure, find_figures

Strength = Literal["strong", "plain", "weak"]
Every = Literal["year", "half_year", "quarter", "month", "week", "day", "term", "school_year", "years"]

#: Words that only hope, allow exceptions or leave it to those who are asked. The first four are what lint knows too.
WEAK = (
    "力争",
    "原则上",
    "逐步",
    "鼓励",
    "探索",
    "争取",
    "尽快",
    "加快",
    "可以",
    "提倡",
    "倡导",
    "支持",
    "引导",
    "有条件的",
    "稳步",
    "尽可能",
    "尽量",
)
#: Of these, what asks for nothing that could be missed.
INVITING = ("鼓励", "探索", "提倡", "倡导", "支持", "引导", "可以")
STRONG = (
    "应当",
    "必须",
    "不得",
    "严禁",
    "禁止",
    "一律",
    "确保",
    "务必",
    "严格",
    "不准",
    "不许",
    "须",
    "保证",
    "要求",
    "全部",
)
_PERIODS: tuple[tuple[str, Every], ...] = (
    ("每(?:个)?学年|每(?:个)?学期", "school_year"),
    ("每半年|半年度?(?:至少|不少于)?(?=[^,]{0,6}[一1二两]次)", "half_year"),
    ("每(?:个)?季度?|按季度?|季度至少", "quarter"),
    ("每(?:个)?月|按月|逐月|月均", "month"),
    ("每周|每(?:个)?星期", "week"),
    ("每日|每天", "day"),
    (rf"每(?:\d+|{NUMERAL}+)年", "years"),
    ("任期内|届内|聘期内|任职期间", "term"),
    (
        r"每年度?|(?<![\d一二三四五六七八九十两])年度?内|全年|一年内|当年|年均|年度|按年|[/每]年|一年(?=[一二两三1-9]次)|本年",
        "year",
    ),
)
_PERIODS_COMPILED = [(re.compile(words), every) for words, every in _PERIODS]
#: 一般不超过5日 leaves room; 一般诉求, 一般登记 are a class of things.
_USUALLY = re.compile("一般(?:要|应|不|在|为|情况|可|按|由|每|控制)")
#: What goes on for longer without a comma is no sentence of a document.
LONGEST_CLAUSE = 600
_QUOTED = re.compile('“[^“”]*”|‘[^‘’]*’|"[^"]*"|《[^《》]*》|\\([^()]*\\)')
_SENTENCE = re.compile("[。;!?\n\r]")
#: 3个工作日内受理、10个工作日内答复 are two.
_CLAUSE = re.compile(
    rf"[,:]|(?<=[前内])、|(?<![个日天时月])、(?=(?:\d+|{NUMERAL}+)个?(?:工作日|日|天|小时|月)(?:之|以)?内(?!容))"
)


@dataclass(frozen=True)
class Clause:
    """``words`` (folded, titles blotted out) from ``start`` to ``end`` of the whole text.

    Offsets of figures and deadlines are within ``words``. ``every`` is the period named here or before it in the
    sentence.
    """

    start: int
    end: int
    words: str
    plain: str
    figures: tuple[StatedFigure, ...]
    deadlines: tuple[StatedDeadline, ...]
    every: Every | None
    own_period: bool
    strength: Strength


def split_sentences(masked: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a stretch of the folded text."""
    for first, last in _split(_SENTENCE, masked, start, end):
        yield from _split_listed(masked, first, last)


def _split_listed(masked: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """1.… 2.… and 一是…二是… within a line are sentences of their own."""
    marks = re.compile(
        r"(?:(?<=^)|(?<=[\s,。;:]))(?:\d{1,2}(?:[.、](?!\d)|\.(?=\d{1,2}月(?!\d)|\d{4}年))|\(\d{1,2}\)|[①-⑳]|[一二三四五六七八九十]是)"
    )
    places = [match.start() for match in marks.finditer(masked, start, end)]
    edges = [start, *[place for place in places if place > start], end]
    for first, last in pairwise(edges):
        mark = marks.match(masked, first)
        yield (mark.end() if mark else first), last


def split_clauses(folded: str, masked: str, start: int, end: int) -> list[Clause]:
    """The clauses of a sentence; a figure's period and strength may come from a clause before it."""
    spans = list(_split(_CLAUSE, masked, start, end))
    clauses: list[Clause] = []
    every: Every | None = None
    for first, last in spans:
        words = masked[first:last]
        if not words.strip() or len(words) > LONGEST_CLAUSE:
            continue
        deadlines = tuple(find_deadlines(words))
        own = find_period(words, deadlines)
        every = own or every
        figures = tuple(figure for figure in find_figures(words) if not _is_dated(figure, deadlines))
        clauses.append(
            Clause(
                first, last, words, folded[first:last], figures, deadlines, every, own is not None, find_strength(words)
            )
        )
    return clauses


def _is_dated(figure: StatedFigure, deadlines: tuple[StatedDeadline, ...]) -> bool:
    return any(figure.start < deadline.end and deadline.start < figure.end for deadline in deadlines)


def find_period(words: str, deadlines: tuple[StatedDeadline, ...] = ()) -> Every | None:
    """The period that words name; what belongs to a yearly day (每年4月底前) is a period as well."""
    return next((every for pattern, every in _PERIODS_COMPILED if pattern.search(words)), None)


def find_strength(words: str) -> Strength:
    """How binding words are; a hope is one even beside a strong word."""
    if any(word in words for word in WEAK) or _USUALLY.search(words):
        return "weak"
    return (
        "strong"
        if any(word in words for word in STRONG) or re.search("应(?!急|用|对|诉|知|会|承|有|变|邀)", words)
        else "plain"
    )


def _split(pattern: re.Pattern[str], masked: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches between the matches of ``pattern`` that stand in no quotation marks and no brackets."""
    covered = [match.span() for match in _QUOTED.finditer(masked, start, end)]
    left = start
    for match in pattern.finditer(masked, start, end):
        if any(first <= match.start() < last for first, last in covered):
            continue
        if match.start() > left:
            yield left, match.start()
        left = match.end()
    if end > left:
        yield left, end
