"""Signs at their places on pages -> paragraphs: without running heads and page numbers, broken lines put together.

Only places and sizes are looked at, and the signs that numbers and sentences begin and end with; no word is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: So many lines at the top and at the bottom of a page may be heads or feet.
_EDGE = 2
_PAGE_NUMBER = re.compile(r"[\s—–·\-]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/，,]?\s*共?\s*\d{1,4}\s*页?)?[\s—–·\-]*")
_BEGINS = re.compile(
    r"第[一二三四五六七八九十百零〇\d]+[条章节编]|[一二三四五六七八九十]+[、.．]"
    r"|[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.．、](?!\d)|[①-⑳]"
)
_ENDS = ("。", "；", "：", "！", "？", ";", ":")
_BETWEEN_SCRIPTS = re.compile(r"(?<=[\u2e80-\uffef]) +(?=[0-9A-Za-z%])|(?<=[0-9A-Za-z%]) +(?=[\u2e80-\uffef])")
CELL_BAR = " | "


@dataclass(frozen=True)
class Sign:
    """A sign at its place on a page, in points from the left and, on its base line, from below."""

    left: float
    right: float
    y: float
    size: float
    text: str


@dataclass(frozen=True)
class PdfLine:
    """A line, or a row of a table, whose cells are set apart by bars. ``words`` are where words after gaps begin."""

    left: float
    right: float
    y: float
    size: float
    text: str
    words: tuple[float, ...] = ()
    is_row: bool = False


def list_lines(signs: Sequence[Sign]) -> list[PdfLine]:
    """The lines of a page from top to bottom; where there is room for more than two signs, a bar stands."""
    groups: list[list[Sign]] = []
    for sign in sorted(signs, key=lambda each: -each.y):
        if groups and abs(groups[-1][0].y - sign.y) < sign.size / 2:
            groups[-1].append(sign)
        else:
            groups.append([sign])
    lines = (_make_line(sorted(group, key=lambda each: each.left)) for group in groups)
    return [line for line in lines if line.text]


def _make_line(signs: Sequence[Sign]) -> PdfLine:
    shown = [sign for sign in signs if sign.text.strip()]
    if not shown:
        return PdfLine(0, 0, signs[0].y, signs[0].size, "")
    text, words, row = shown[0].text, [], False
    blanks = [sign.left for sign in signs if not sign.text.strip()]
    for before, sign in pairwise(shown):
        if sign.text == before.text and sign.left - before.left < 0.15 * sign.size:
            # Bold signs may be drawn twice.
            continue
        gap = sign.left - before.right
        if gap > 2 * sign.size and not (before.text.isascii() and gap < 3 * sign.size):
            text, row = text + CELL_BAR, True
        elif gap > 0.25 * sign.size and (
            any(before.left < place < sign.left for place in blanks) or (before.text + sign.text).isascii()
        ):
            text += " "
        if gap > 0.1 * sign.size:
            words.append(sign.left)
        text += sign.text
    size = Counter(round(sign.size, 1) for sign in shown).most_common(1)[0][0]
    text = _BETWEEN_SCRIPTS.sub("", text)
    return PdfLine(shown[0].left, shown[-1].right, signs[0].y, size, text, tuple(words), row)


@dataclass(frozen=True)
class PageTexts:
    """What pages say: their paragraphs, the heads and feet that were left out, and pages with rows of cells."""

    paragraphs: tuple[str, ...]
    left_out: tuple[str, ...]
    tables: tuple[int, ...]


def read_pages(pages: Sequence[Sequence[PdfLine]]) -> PageTexts:
    """The paragraphs of all pages; one may go on over the end of a page."""
    repeated = _find_repeated(pages)
    kept: list[PdfLine] = []
    tables: list[int] = []
    for number, page in enumerate(pages, 1):
        lines = [line for line in page if not _is_aside(line, page, repeated)]
        kept += lines
        if any(line.is_row for line in lines):
            tables.append(number)
    return PageTexts(tuple(_join(kept)), tuple(dict.fromkeys(repeated.values())), tuple(tables))


def _find_repeated(pages: Sequence[Sequence[PdfLine]]) -> dict[tuple[str, int], str]:
    """What stands at the same height of several pages' edges, but for figures: its text as it was read first."""
    seen: Counter[tuple[str, int]] = Counter()
    texts: dict[tuple[str, int], str] = {}
    for page in pages:
        for place, text in {_place(line): line.text for line in _list_edges(page)}.items():
            seen[place] += 1
            texts.setdefault(place, text)
    return {place: texts[place] for place, count in seen.items() if count > 1 and 3 * count >= len(pages)}


def _list_edges(page: Sequence[PdfLine]) -> Sequence[PdfLine]:
    return page if len(page) <= 2 * _EDGE else [*page[:_EDGE], *page[-_EDGE:]]


def _place(line: PdfLine) -> tuple[str, int]:
    return re.sub(r"[\d\s]+", "", line.text), round(line.y / 3)


def _is_aside(line: PdfLine, page: Sequence[PdfLine], repeated: dict[tuple[str, int], str]) -> bool:
    edge = any(line is each for each in _list_edges(page))
    return edge and (_place(line) in repeated or (line is page[-1] and _PAGE_NUMBER.fullmatch(line.text) is not None))


def _join(lines: Sequence[PdfLine]) -> Iterator[str]:
    """The paragraphs: a line goes on with the one before unless its place or its beginning says otherwise."""
    if not lines:
        return
    body = Counter(round(line.size) for line in lines for _ in line.text).most_common(1)[0][0]
    plain = [line for line in lines if round(line.size) == body and not line.is_row]
    left = min((line.left for line in plain), default=0.0)
    ends = sorted(line.right for line in plain)
    right = ends[9 * len(ends) // 10] if ends else 0.0
    text, before, hanging = lines[0].text, lines[0], 0.0
    for line in lines[1:]:
        hanging = _find_hanging(before, line, hanging)
        if _goes_on(before, line, left, right, hanging):
            text = join_words(text, line.text)
        else:
            yield text
            text, hanging = line.text, 0.0
        before = line
    yield text


def join_words(text: str, more: str) -> str:
    """Both as one: Latin words stay apart, Chinese ones never were."""
    apart = text[-1:].isascii() and text[-1:].isalpha() and more[:1].isascii() and more[:1].isalnum()
    return f"{text} {more}" if apart else text + more


def _find_hanging(before: PdfLine, line: PdfLine, hanging: float) -> float:
    """Where the lines of an item begin below the words after its number; 0 where they do not."""
    if hanging and abs(line.left - hanging) < 1.5:
        return hanging
    return line.left if any(abs(place - line.left) < 1.5 for place in before.words) else 0.0


def _goes_on(before: PdfLine, line: PdfLine, left: float, right: float, hanging: float) -> bool:
    if line.is_row or before.is_row or abs(line.size - before.size) > 1:
        return False
    indented = line.left - left > 0.8 * line.size and not hanging
    short = (right - before.right) / before.size
    ended = before.text.endswith(_ENDS)
    if indented or short > (1.6 if ended else 4):
        return False
    return not (ended and _BEGINS.match(line.text) is not None)
