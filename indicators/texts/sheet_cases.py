"""Cases of a draft of a marking sheet: of a unit that does all, and of one that falls one step short of a sentence.

The marks are reckoned here from the words (每少一次扣1分: one less costs 1), never by the rule that was made of them,
so that a case that does not agree shows a sentence that was read wrong.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from indicators.entries.amounts import plain
from indicators.measures.rounds import MONTHS
from indicators.texts.criterion import Criterion
from indicators.texts.draft import SHARED
from indicators.texts.written import Value

Rows = Sequence[Mapping[str, str]]
#: More rows would say no more.
_MOST_ROWS = 60


@dataclass(frozen=True)
class Sample:
    """Rows that a unit reports for one sentence, and what it keeps of ``full`` marks by its words."""

    name: str
    rows: Rows
    marks: Decimal
    why: str


def sample_criterion(criterion: Criterion, full: Decimal, year: int) -> list[Sample]:
    """All done first, then one step short of it; empty where the words do not say what rows would do."""
    made = _SAMPLERS.get(criterion.form)
    found = list(made(criterion, full, year)) if made is not None and criterion.certain else []
    return [each for each in found if 0 <= each.marks <= full]


@dataclass(frozen=True)
class SampledPart:
    """A part of an indicator: the dataset that it reads, and samples of it, none where nobody can know them."""

    dataset: str
    full: Decimal
    samples: Sequence[Sample]


def write_cases(id: str, cohort: str, full: Decimal, year: int, parts: Sequence[SampledPart]) -> list[Value]:
    """The cases of an indicator: all parts done, then each of them short of it while the others are done.

    A part that is judged without a rule is judged in full beside others, and alone has no case.
    """
    if any(not part.samples and part.dataset != "judgements" for part in parts) or not any(p.samples for p in parts):
        return []
    whole = [part.samples[0] if part.samples else _judge_full(part.full) for part in parts]
    found: list[Value] = [_write_case(id, "full", cohort, year, parts, whole, full)]
    for number, part in enumerate(parts, 1):
        for sample in part.samples[1:]:
            rows = [*whole[: number - 1], sample, *whole[number:]]
            name = sample.name if len(parts) == 1 else f"{number}-{sample.name}"
            lost = part.full - sample.marks
            found.append(_write_case(id, name, cohort, year, parts, rows, full - lost))
    return found


def _judge_full(full: Decimal) -> Sample:
    row = {"inspector": "督察员甲", "reason": "现场查看", "marks": plain(full)}
    return Sample("full", [row], full, "督察员评了满分")


def _write_case(
    id: str, name: str, cohort: str, year: int, parts: Sequence[SampledPart], taken: Sequence[Sample], marks: Decimal
) -> dict[str, Value]:
    rows: dict[str, Value] = {}
    for part, sample in zip(parts, taken, strict=True):
        about = {"indicator": id} if part.dataset in SHARED else {}
        rows |= {part.dataset: [{**about, **row} for row in sample.rows]}
    said = [sample.why for sample in taken if sample.name != "full"] or [taken[0].why]
    return {
        "id": f"{id}-{name}",
        "indicator": id,
        "cohort": cohort,
        "year": str(year),
        "as_of": f"{year + 2}-01-31",
        "rows": rows,
        "expect": {"outcome": "scored", "marks": plain(marks)},
        "why": f"草稿：{said[0]}",
    }


def _list_events(count: int, year: int) -> Rows:
    return [{"held_on": f"{year}-{1 + n // 28:02d}-{1 + n % 28:02d}", "topic": f"第{n + 1}次"} for n in range(count)]


def _sample_missing(criterion: Criterion, full: Decimal, year: int) -> Iterator[Sample]:
    wanted, each = criterion.wanted, criterion.each
    if wanted is None or each is None or not 0 < wanted.value <= _MOST_ROWS or wanted.value % 1:
        return
    rows = _list_events(int(wanted.value), year)
    less = f"少一次，扣{plain(each)}分"
    if criterion.every in MONTHS:
        months = range(MONTHS[criterion.every], 13, MONTHS[criterion.every])
        rows = [{"held_on": f"{year}-{month:02d}-01", "topic": f"{month}月"} for month in months]
    yield Sample("full", rows, full, "次数够，得满分")
    yield Sample("less", rows[:-1], full - each, less)


def _of_hundred(share: Decimal) -> Rows:
    """A report by which ``share`` percent were done."""
    scale = Decimal(10) ** max(0, -int(share.normalize().as_tuple().exponent))
    return [{"total": plain(100 * scale), "done": plain(share * scale)}]


def _sample_points(criterion: Criterion, full: Decimal, year: int) -> Iterator[Sample]:
    wanted, each = criterion.wanted, criterion.each
    if wanted is None or each is None or wanted.value < criterion.step:
        return
    yield Sample("full", _of_hundred(wanted.value), full, f"达到{plain(wanted.value)}%，得满分")
    less = f"低{plain(criterion.step)}个百分点，扣{plain(each)}分"
    yield Sample("less", _of_hundred(wanted.value - criterion.step), full - each, less)


def _sample_threshold(criterion: Criterion, full: Decimal, year: int) -> Iterator[Sample]:
    wanted = criterion.wanted
    if wanted is None or wanted.value < 1 or (wanted.unit != "%" and (wanted.value > _MOST_ROWS or wanted.value % 1)):
        return
    for name, value, marks, why in (
        ("full", wanted.value, full, "达到目标，得满分"),
        ("less", wanted.value - 1, Decimal(0), "没有达到目标，不得分"),
    ):
        rows = _of_hundred(value) if wanted.unit == "%" else _list_events(int(value), year)
        yield Sample(name, rows, marks, why)


def _sample_proportional(criterion: Criterion, full: Decimal, year: int) -> Iterator[Sample]:
    if criterion.wanted is None or criterion.wanted.value != 100:
        return
    yield Sample("full", _of_hundred(Decimal(100)), full, "全部完成，得满分")
    if not full * 50 % 1:
        yield Sample("half", _of_hundred(Decimal(50)), full / 2, "完成一半，得一半的分")


def _sample_steps(criterion: Criterion, full: Decimal, year: int) -> Iterator[Sample]:
    for number, step in enumerate(criterion.steps, 1):
        value = step.low if step.low_in else step.high if step.high_in else None
        value = step.high - 1 if value is None and step.high is not None else value
        marks = full if step.marks is None else step.marks
        if value is not None and (step.low is None or value >= step.low):
            yield Sample(f"step-{number}", _of_hundred(value), marks, f"完成率{plain(value)}%，得{plain(marks)}分")


def _sample_late(criterion: Criterion, full: Decimal, year: int) -> Iterator[Sample]:
    due, each = criterion.deadline, criterion.each
    if due is None or each is None or (due.on is None and due.month is None):
        return
    if due.on is not None:
        if due.on.year != year:
            return
        last = due.on
    else:
        of, month = year + due.years_later, due.month or 12
        last = date(of, month, min(due.day or 31, monthrange(of, month)[1]))
    yield Sample("full", [{"done_on": last.isoformat()}], full, "期限当日完成，得满分")
    late = (last + timedelta(days=1)).isoformat()
    yield Sample("late", [{"done_on": late}], full - each, f"逾期1日，扣{plain(each)}分")


def _sample_findings(criterion: Criterion, full: Decimal, year: int) -> Iterator[Sample]:
    found = {"number": "1", "state": "已认定", "found_on": f"{year}-06-30"}
    yield Sample("full", [], full, "没有查实的问题，得满分")
    if criterion.form == "zero_if":
        yield Sample("found", [found], Decimal(0), "查实一件，不得分")
    elif criterion.each is not None:
        yield Sample("found", [found], full - criterion.each, f"查实一件，扣{plain(criterion.each)}分")


def _sample_judged(criterion: Criterion, full: Decimal, year: int) -> Iterator[Sample]:
    judged = {"inspector": "督察员甲", "reason": "现场查看"}
    if criterion.form == "done":
        yield Sample("full", [judged | {"level": "做到"}], full, "做到，得满分")
        yield Sample("none", [judged | {"level": "没有做到"}], Decimal(0), "没有做到，不得分")
    elif criterion.each is not None:
        least = full - criterion.each
        yield Sample("full", [judged | {"marks": plain(full)}], full, "不扣分，得满分")
        yield Sample("least", [judged | {"marks": plain(least)}], least, f"扣到头，扣{plain(criterion.each)}分")


_SAMPLERS: dict[str, Callable[[Criterion, Decimal, int], Iterator[Sample]]] = {
    "per_missing": _sample_missing,
    "per_point": _sample_points,
    "threshold": _sample_threshold,
    "proportional": _sample_proportional,
    "steps": _sample_steps,
    "late_daily": _sample_late,
    "per_incident": _sample_findings,
    "deduct_if": _sample_findings,
    "zero_if": _sample_findings,
    "done": _sample_judged,
    "range": _sample_judged,
}
