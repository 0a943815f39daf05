"""A text as paragraphs: under which article each stands, where its task begins, and which units are named for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from indicators.lint.citations import PREAMBLE, locate_articles
from indicators.texts.clauses import LONGEST_CLAUSE
from indicators.texts.deadlines import find_deadlines
from indicators.texts.figures import find_figures
from indicators.texts.folding import fold, mask_titles
from indicators.texts.rows import find_cells
from indicators.texts.units import NOBODY, NamedUnits, find_brackets, find_tail, read_line

_NUMBER = "[一二三四五六七八九十百零〇]+|\\d{1,3}"
_MARK = re.compile(
    rf"\s*(?:第(?:{_NUMBER})[章节条款编部分]+|\((?:{_NUMBER})\)|(?:{_NUMBER})[、.](?!\d)|[①-⑳]"
    rf"|[一二三四五六七八九十]是)\s*"
)
#: A chapter begins: what its title says of it holds for all that stands in it.
_CHAPTER = re.compile("\\s*(?:第[一二三四五六七八九十百]+[章编部]分?|[一二三四五六七八九十]{1,3}、)")
#: What such chapters and articles say is why and how, not what.
_GUIDING = re.compile(
    "指导思想|基本原则|主要原则|工作原则|总体要求|总体思路|重要意义|重大意义|工作思路|编制背景|发展基础"
    "|会议(?:时间|地点|主持)|出席人员|参会人员"
)
_AIMS = re.compile("目标")
_DUTY = re.compile("应当|应|不得|必须|严禁|禁止|不少于|每")
#: A sentence at the beginning of an article is its title if it is no longer.
_LONGEST_TITLE = 42


@dataclass(frozen=True)
class TaskText:
    """One task's text: ``text[start:end]`` of the whole, without number, title and brackets of units.

    ``index`` counts the paragraphs of an article from 1. ``due`` is what a column or a line of its own says of the
    time. ``guiding``: why and how, so that only figures and days in it are tasks.
    """

    article: str
    index: int
    chapter: str
    title: str
    start: int
    end: int
    units: NamedUnits = NOBODY
    due: str = ""
    guiding: bool = False


@dataclass
class _Place:
    """Where in the text the reader is."""

    chapter: str = ""
    title: str = ""
    guiding: bool = False
    chapter_guides: bool = False


def split_paragraphs(text: str) -> list[TaskText]:
    """The paragraphs of a text that may set tasks, in order."""
    folded = fold(text)
    articles = locate_articles(text)
    cells = find_cells(text)
    found: list[TaskText] = []
    place = _Place()
    for start, end in _list_lines(text):
        if start in cells:
            cell = cells[start]
            if cell.task is not None:
                article = _find_article(articles, start)
                found.append(
                    TaskText(article, 0, place.chapter, place.title, *cell.task, units=cell.units, due=cell.due)
                )
            continue
        line = folded[start:end]
        if (named := read_line(line)) is not None:
            found = _give_back(found, named)
            continue
        begin = _enter(place, line, start)
        if begin is None:
            continue
        article = _find_article(articles, start)
        found += _cut(folded, article, place, begin, end)
    return _count(found)


def _list_lines(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer("[^\n\r]+", text):
        if match[0].strip():
            yield match.span()


def _find_article(articles: list[tuple[str, int, int]], position: int) -> str:
    for number, start, end in articles:
        if start <= position < end:
            return number
    return PREAMBLE


def _enter(place: _Place, line: str, start: int) -> int | None:
    """Where the task of a line begins; None if the line is but a title."""
    mark = _MARK.match(line)
    chapter = _CHAPTER.match(line)
    if mark is None:
        # A title, or the name of who is addressed.
        return start if re.search("[。;,、]", line) or _holds_task(line) else None
    rest = line[mark.end() :]
    title, stop, body = re.match("([^。;!?]*)([。;:!?]?)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
    bare = not stop and not _holds_task(rest)
    if chapter and (bare or (not body.strip() and not _holds_task(title))):
        place.chapter, place.title = title.strip(), ""
        place.chapter_guides = place.guiding = bool(_GUIDING.search(title)) and not _AIMS.search(title)
        return None
    if chapter and not bare:
        place.chapter_guides = False
    guides = bool(_GUIDING.search(title)) and len(title) <= _LONGEST_TITLE
    if bare or (stop in "。:" and body.strip() and len(title) <= _LONGEST_TITLE and not _holds_task(title)):
        place.title = title.strip()
        place.guiding = (guides or place.chapter_guides) and not _AIMS.search(title)
        return None if bare else start + mark.end() + len(title) + len(stop)
    place.title, place.guiding = "", guides or place.chapter_guides
    return start + mark.end()


def _holds_task(words: str) -> bool:
    """Whether words that might be a title ask for something themselves."""
    masked = mask_titles(words[:LONGEST_CLAUSE])
    return bool(
        _DUTY.search(masked)
        or any(figure.explicit for figure in find_figures(masked))
        or any(deadline.kind != "external" for deadline in find_deadlines(masked))
    )


def _cut(folded: str, article: str, place: _Place, begin: int, end: int) -> list[TaskText]:
    """A line as tasks, each up to the bracket that names its units."""
    found, left = [], begin
    for first, last, units in find_brackets(folded, begin, end):
        if folded[left:first].strip(" 。;,"):
            found.append(_make(article, place, left, first, units))
        elif found:
            found[-1] = _join(found[-1], units)
        left = last
    tail = find_tail(folded, left, end)
    stop = tail[0] if tail else end
    if folded[left:stop].strip(" 。;,.、"):
        found.append(_make(article, place, left, stop, NOBODY))
    if tail and found:
        found[-1] = _join(found[-1], *tail[1:])
    return found


def _make(article: str, place: _Place, start: int, end: int, units: NamedUnits) -> TaskText:
    return TaskText(article, 0, place.chapter, place.title, start, end, units=units, guiding=place.guiding)


def _join(paragraph: TaskText, units: NamedUnits, due: str = "") -> TaskText:
    return replace(paragraph, units=paragraph.units.join(units), due=paragraph.due or due)


def _give_back(found: list[TaskText], named: tuple[NamedUnits, str]) -> list[TaskText]:
    """Units or a time in a line of its own hold for the paragraphs before it, back to those that have their own."""
    units, due = named
    count = 0
    for paragraph in reversed(found):
        same = paragraph.article == found[-1].article and paragraph.title == found[-1].title
        known = paragraph.units.lead if units.lead else paragraph.units.joint
        if not same or (units and known) or (due and paragraph.due):
            break
        count += 1
    keep = len(found) - count
    return found[:keep] + [_join(paragraph, units, due) for paragraph in found[keep:]]


def _count(found: list[TaskText]) -> list[TaskText]:
    numbered, counts = [], dict[str, int]()
    for paragraph in found:
        counts[paragraph.article] = counts.get(paragraph.article, 0) + 1
        numbered.append(replace(paragraph, index=counts[paragraph.article]))
    return numbered
