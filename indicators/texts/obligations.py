"""A text -> the tasks that it sets, word for word, and what was not read as one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from indicators.texts.clauses import INVITING, Clause, Every, Strength, split_clauses, split_sentences
from indicators.texts.deadlines import StatedDeadline, find_deadlines
from indicators.texts.figures import StatedFigure, find_figures
from indicators.texts.folding import fold, mask_titles
from indicators.texts.kinds import (
    DECIDABLE,
    Kind,
    find_numeric,
    find_total,
    find_worded,
    is_penalty,
    is_report,
    spreads_bound,
)
from indicators.texts.paragraphs import TaskText, split_paragraphs
from indicators.texts.units import NamedUnits

#: A clause that only says when, of whom or except for whom belongs to the one after it.
_LEAD_IN = re.compile(
    "^\\s*(?:除[^,]+外|凡是?[^,]+|对于?[^,]+的?|在[^,]+(?:前|后|中|时|过程中|的)|[^,]{1,40}的|(?:确保|力争"
    "|争取)?(?:到|至)?[^,]{0,10}年[^,]{0,6}(?:前|底|末)?|[^,]{2,30}(?:前|后|时))$"
)
_EXCEPT = re.compile("\\s*除[^,]+外$")
_PAST_TIME = re.compile("今年以来|一年来|截至目前|听取了|会议(?:认为|指出)")
#: 较上年提高5个百分点 may be a result or an aim: an aim stands with a bound, and without what has been done.
_COMPARED = re.compile("同比|较上年|较去年|比上年")
_DONE = re.compile("已|共[^,;。]{0,4}\\d|累计|了[,;。\\d]|达\\d")
_EVENT = re.compile("(.{1,40}?)(?:之日起|之?后|时)$")
#: A year that is spoken of as one, not each of them.
_THIS_YEAR = re.compile("全年|年内|当年|本年|一年内")
_YEARLY_REPORT = re.compile("年度[^,]{0,6}(?:报告|总结|报表)|年报")
_SENT = re.compile("(?:按时|按期|如期)[^,]{0,4}(?:上报|报送|报告|公开|公布|提交|发布)")
#: What asks for something, though nobody could measure it.
_ASKING = re.compile(
    "加强|完善|健全|推进|推动|深化|强化|落实|建立|提升|提高|加大|做好|开展|坚持|优化|规范|实施|应当|要|鼓励"
    "|探索|构建|促进|保障|发挥"
)
#: Between two figures; not the 及 of 惠及.
_JOINT = re.compile("[和、]|(?<![惠普涉])及")
_NOT_ASKING = re.compile(
    "现(?:将|就)[^。;]*(?:印发给你们|通知如下)|本(?:办法|规定|条例|方案|细则)(?:所称|自|由)|制定本|(?:自[^,]{4,16}起施行)|负责解释"
)


@dataclass(frozen=True)
class FoundTask:
    """A task: ``quote`` is ``text[start:end]`` to the letter.

    ``every``: the period in which it is asked anew. ``decidable``: a number or a day in the text decides it.
    """

    kind: Kind
    start: int
    end: int
    quote: str
    article: str
    paragraph: int
    chapter: str
    title: str
    units: NamedUnits
    strength: Strength
    figures: tuple[StatedFigure, ...] = ()
    deadline: StatedDeadline | None = None
    every: Every | None = None
    exception: str = ""

    @property
    def decidable(self) -> bool:
        """Whether a number or a day that the text gives decides it."""
        if self.kind in ("fixed_deadline", "annual_deadline", "relative_deadline"):
            return self.deadline is not None
        return self.kind in DECIDABLE


@dataclass(frozen=True)
class Unmeasured:
    """A sentence that asks for something in words that nothing can be counted by."""

    start: int
    end: int
    quote: str
    article: str


@dataclass(frozen=True)
class TextReading:
    """All of a text's tasks in its order, and the sentences that ask for what nobody can measure."""

    paragraphs: tuple[TaskText, ...]
    obligations: tuple[FoundTask, ...]
    unmeasured: tuple[Unmeasured, ...]


def read_text(text: str) -> TextReading:
    """What a text asks for. The same text always reads alike."""
    folded = fold(text)
    masked = mask_titles(folded)
    paragraphs = split_paragraphs(text)
    obligations: list[FoundTask] = []
    unmeasured: list[Unmeasured] = []
    for paragraph in paragraphs:
        for start, end in split_sentences(masked, paragraph.start, paragraph.end):
            found = _read_sentence(text, folded, masked, paragraph, start, end)
            obligations += found
            words = masked[start:end]
            if not found and not paragraph.guiding and _ASKING.search(words) and not _NOT_ASKING.search(words):
                first, last = _trim(text, start, end)
                unmeasured.append(Unmeasured(first, last, text[first:last], paragraph.article))
    return TextReading(tuple(paragraphs), tuple(obligations), tuple(unmeasured))


def _read_sentence(text: str, folded: str, masked: str, paragraph: TaskText, start: int, end: int) -> list[FoundTask]:
    clauses = split_clauses(folded, masked, start, end)
    if any(_NOT_ASKING.search(clause.words) for clause in clauses) or _tells_past(masked[start:end]):
        return []
    found: list[FoundTask] = []
    carried: StatedDeadline | None = None
    for number, clause in enumerate(clauses):
        dated = [deadline for deadline in clause.deadlines if deadline.kind in ("fixed", "recurring")]
        if dated:
            carried = dated[0].shift(clause.start)
        before = masked[start : clause.start]
        goes_on = bool(found) and bool(found[-1].figures) and found[-1].end >= clause.start - 2
        for told in _tell(clause, before, carried, clauses, number, goes_on):
            if paragraph.guiding and told.kind not in DECIDABLE:
                continue
            begin = clause.start + (told.first or 0)
            if told.first is None and number and _leads_in(clauses[number - 1], found):
                begin = clauses[number - 1].start
            begin, last = _trim(text, begin, clause.end if told.last is None else clause.start + told.last)
            if found and (found[-1].kind == told.kind == "penalty") and not masked[found[-1].end : begin].strip(" ,"):
                found[-1] = replace(found[-1], end=last, quote=text[found[-1].start : last])
                continue
            found.append(_make(text, masked, paragraph, clause, told, begin, last))
    return found


def _make(text: str, masked: str, paragraph: TaskText, clause: Clause, told: _Told, begin: int, last: int) -> FoundTask:
    return FoundTask(
        told.kind,
        begin,
        last,
        text[begin:last],
        paragraph.article,
        paragraph.index,
        paragraph.chapter,
        paragraph.title,
        paragraph.units,
        clause.strength,
        told.figures,
        told.deadline or _read_due(paragraph),
        clause.every,
        _find_exception(masked[begin:last]),
    )


def _tells_past(words: str) -> bool:
    if re.search("应当|必须|不得|确保|务必|要求|年[^,。;]{0,6}底?前", words):
        return False
    if _COMPARED.search(words):
        bounded = any(each.comparison != "=" for each in find_figures(words))
        return bool(_PAST_TIME.search(words) or _DONE.search(words)) or not bounded
    return bool(_PAST_TIME.search(words))


@dataclass(frozen=True)
class _Told:
    """A kind, the stretch of the clause that says so (None: from its start, to its end), its figures and deadline."""

    kind: Kind
    deadline: StatedDeadline | None
    figures: tuple[StatedFigure, ...] = ()
    first: int | None = None
    last: int | None = None


def _tell(
    clause: Clause, before: str, carried: StatedDeadline | None, clauses: list[Clause], number: int, goes_on: bool
) -> list[_Told]:
    own = next(iter(clause.deadlines), None)
    if own is not None:
        own = own.shift(clause.start)
    if is_penalty(clause.words):
        return [_Told("penalty", own)]
    if numeric := find_numeric(clause, before, goes_on):
        if own is None or own.kind == "external":
            # 上半年上线12个，全年累计25个: the second has a time of its own.
            own = None if clause.own_period else carried
        return _tell_figures(clause, numeric, own)
    if own is not None and not _is_bare(clause) and not is_report(clause):
        return [_tell_dated(clause, own, clauses, number)]
    if any(word in clause.words for word in INVITING):
        return []
    if (
        own is None
        and number
        and carried is not None
        and clauses[number - 1].deadlines
        and _is_bare(clauses[number - 1])
    ):
        return [_Told(_kind_of(carried), carried)]
    worded = find_worded(clause)
    if worded is None and number and _EXCEPT.match(clauses[number - 1].words):
        worded = "coverage"
    if worded is None or is_report(clause):
        return []
    total = find_total(clause.words) if worded == "citywide_count" else None
    deadline = carried if worded in ("milestone", "coverage", "citywide_count") else None
    return [_Told(worded, deadline, (total,) if total else ())]


def _tell_figures(
    clause: Clause, numeric: list[tuple[Kind, StatedFigure]], deadline: StatedDeadline | None
) -> list[_Told]:
    """A task for each figure, and one for several that stand in one word (万兆、千兆).

    Of 甲率、乙率分别达到90%、80% each has the bound that is written once, and all words to tell whose it is.
    """
    if spreads_bound(clause):
        return [_Told(kind, deadline, (each,)) for kind, each in numeric]
    told: list[_Told] = []
    for kind, figure in numeric:
        if not told:
            told.append(_Told(kind, _own_day(clause, figure) or deadline, (figure,)))
            continue
        before = told[-1].figures[-1]
        cut = max((found.start() for found in _JOINT.finditer(clause.words, before.end, figure.start)), default=-1)
        if cut < 0:
            told[-1] = replace(told[-1], figures=(*told[-1].figures, figure))
            continue
        told[-1] = replace(told[-1], last=cut)
        told.append(_Told(kind, _own_day(clause, figure) or deadline, (figure,), first=cut + 1))
    return told


def _own_day(clause: Clause, figure: StatedFigure) -> StatedDeadline | None:
    """The day that stands last before a figure: 6月底不低于40%、9月底不低于70%."""
    before = [each for each in clause.deadlines if each.end <= figure.start and each.kind in ("fixed", "recurring")]
    return before[-1].shift(clause.start) if len(clause.deadlines) > 1 and before else None


def _kind_of(deadline: StatedDeadline, every: Every | None = None) -> Kind:
    yearly = deadline.kind == "fixed" and deadline.on is None and every == "year"
    if deadline.kind == "recurring" or yearly:
        return "annual_deadline"
    if deadline.kind == "relative":
        return "relative_deadline"
    return "milestone" if deadline.reached else "fixed_deadline"


def _tell_dated(clause: Clause, own: StatedDeadline, clauses: list[Clause], number: int) -> _Told:
    previous = clauses[number - 1].plain if number else ""
    if own.kind == "relative" and not own.event and (event := _EVENT.search(previous)):
        own = replace(own, event=event[1].strip())
    if own.kind != "external":
        within = not clause.own_period and any(_THIS_YEAR.search(each.words) for each in clauses[:number])
        return _Told(_kind_of(own, None if within else clause.every), own)
    recurring = clause.every or _YEARLY_REPORT.search(previous + clause.plain)
    return _Told("annual_deadline" if _SENT.search(clause.words) and recurring else "fixed_deadline", own)


def _is_bare(clause: Clause) -> bool:
    """Whether a clause is but a day: 2023年底前."""
    rest = clause.words
    for deadline in reversed(clause.deadlines):
        rest = rest[: deadline.start] + rest[deadline.end :]
    return len(re.sub("[\\s、,]|力争|确保|争取|在|于", "", rest)) < 2


def _leads_in(clause: Clause, found: list[FoundTask]) -> bool:
    taken = bool(found) and found[-1].end > clause.start
    return not taken and bool(_LEAD_IN.match(clause.words) or _YEARLY_REPORT.search(clause.plain))


def _find_exception(words: str) -> str:
    found = re.search("除([^,]+?)(?:以|之)?外|(非涉密|不涉密)", words)
    return (found[1] or found[2]) if found else ""


def _read_due(paragraph: TaskText) -> StatedDeadline | None:
    """The day of a column or line of its own; a bare 2024年12月 there is one too."""
    due = paragraph.due
    if not due:
        return None
    dated = find_deadlines(due) or find_deadlines(f"{due}前") or find_deadlines(f"到{due}")
    return dated[0] if dated else None


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \u3000\t,，、:：":
        start += 1
    while end > start and text[end - 1] in " \u3000\t,，、.":
        end -= 1
    return start, end
