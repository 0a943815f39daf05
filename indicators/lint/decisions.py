"""Decision tables: cells ask of parts what these can say, every case has its row, and every row its case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice, pairwise, product
from typing import NamedTuple

from indicators.entries.amounts import plain
from indicators.entries.intervals import Range
from indicators.entries.nearest import suggest
from indicators.entries.targets import Target
from indicators.lint.problem import Problem
from indicators.pack.decisions import Cell, Conditions, DecisionRow, DecisionTable
from indicators.pack.model import Indicator, Pack, Part
from indicators.rules.rule import list_sorts

#: More cases than this nobody can read off a table; it is to be split.
MOST_CASES = 20_000


class PartState(NamedTuple):
    """One way in which a part can end: whether it reached its target, where its figure lies, and how that is said."""

    reached: bool
    value: Decimal | None
    said: str


def check_parts(pack: Pack) -> Iterator[Problem]:
    """Parts of a table are told apart by their titles, asked for, and have no marks of their own."""
    for position, indicator in enumerate(pack.indicators):
        if indicator.table is None:
            for number, part in enumerate(indicator.parts):
                if not part.marks.chosen.gives_marks:
                    text = "condition（只作条件）只用于 combine: {table: …} 的部分；请换一种计分"
                    yield Problem(text, position, ("parts", number, "marks"))
            continue
        asked = {title for row in indicator.table.rows for each in row.alternatives for title in each}
        titles = [part.title for part in indicator.parts]
        for number, part in enumerate(indicator.parts):
            for text in _describe_part(part, titles[:number], asked):
                yield Problem(text, position, ("parts", number))


def _describe_part(part: Part, earlier: list[str | None], asked: set[str]) -> Iterator[str]:
    if part.title is None or part.title in earlier:
        yield "判定表按 title 认各部分；请给每个部分写一个不同的 title"
    elif part.title not in asked:
        yield f"判定表没有问到「{part.title}」；请在 rows 里写上，或删去这个部分"
    if part.worth is not None:
        yield "判定表的各部分不单独给分；请删去 worth"
    if not part.marks.chosen.only_asks_target and part.measure.chosen.judged_in is None:
        yield "判定表的各部分不单独给分；计分请写 condition: {}"


def check_cells(pack: Pack) -> Iterator[Problem]:
    """A cell names a part, and asks of it what it can say."""
    for position, indicator in enumerate(pack.indicators):
        if indicator.table is None:
            continue
        parts = {part.title: part for part in indicator.parts if part.title is not None}
        for number, row in enumerate(indicator.table.rows):
            place = ("combine", "table", "rows", number)
            for title, cell in _list_cells(row):
                if title not in parts:
                    text = f"没有 title 是「{title}」的部分{suggest(title, list(parts))}"
                    yield Problem(text, position, place)
                    continue
                for text in _describe_cell(cell, parts[title], indicator):
                    yield Problem(f"「{title}」{text}", position, place)


def _list_cells(row: DecisionRow) -> Iterator[tuple[str, Cell]]:
    for conditions in row.alternatives:
        yield from conditions.items()


def _describe_cell(cell: Cell, part: Part, indicator: Indicator) -> Iterator[str]:
    measure = part.measure.chosen
    if isinstance(cell, Range):
        if part.marks.chosen.gives_marks:
            yield "的数要等到期才定；条件写数的范围的，计分请写 condition: {}"
        elif measure.figure not in list_sorts("number") or measure.zero_decides:
            yield "的数不能直接比大小；请写 target，条件写 reached 或 missed"
            return
        for amount in (cell.at_least, cell.above, cell.at_most, cell.below):
            if amount is not None and amount.value and amount.percent != measure.is_share:
                advice = "比率请写成百分数" if measure.is_share else "不是比率，请写成不带 % 的数"
                yield f"的条件写了 {amount}；{advice}"
    elif cell == "not_applicable":
        if not _may_leave(part, indicator):
            yield "不会是不适用；请写 not_applicable_when，或删去这个条件"
    elif part.target is None and measure.judged_in is None:
        yield "没有 target，说不上达到没有；请写 target，或把条件写成数的范围"


def _may_leave(part: Part, indicator: Indicator) -> bool:
    rule, measure = indicator.not_applicable_when, part.measure.chosen
    return measure.may_start_from_nothing or any(getattr(rule, lack) is not None for lack in measure.lacks)


def check_rows(pack: Pack) -> Iterator[Problem]:
    """Every case has a row, every row a case of its own, and full marks can be had."""
    for position, indicator in enumerate(pack.indicators):
        table = indicator.table
        if table is None or {title for row in table.rows for title, _ in _list_cells(row)} - {
            part.title for part in indicator.parts
        }:
            continue
        for text in (*_describe_rows(indicator, table), *_describe_marks(indicator, table, pack)):
            yield Problem(text, position, ("combine", "table"))


def _describe_rows(indicator: Indicator, table: DecisionTable) -> Iterator[str]:
    parts = [part for part in indicator.parts if part.title is not None]
    states = [list_states(part, indicator) for part in parts]
    cases = list(islice(product(*states), MOST_CASES + 1))
    if len(cases) > MOST_CASES:
        yield "判定表要分的情形太多，没有人看得过来；请拆成几个指标"
        return
    tried = _try_rows(table, [str(part.title) for part in parts], cases)
    for number in range(len(table.rows)):
        if number not in tried.reached:
            yield f"第 {number + 1} 行的条件互相矛盾，没有情形能让它成立；请改条件或删去这一行"
        elif table.hit == "first" and number not in tried.hit:
            yield f"第 {number + 1} 行轮不到：它的情形上面的行都已包括；请调换次序、改条件或删去这一行"
    if table.hit != "sum" and tried.gap and table.otherwise is None:
        yield f"{tried.gap}时没有一行成立；请补一行，或写 otherwise（没有一行成立的得多少）"
    elif not tried.gap and table.otherwise is not None:
        yield "每种情形都有一行成立，用不上 otherwise；请删去"
    if table.hit == "only":
        for (one, other), said in tried.overlaps.items():
            yield f"第 {one + 1} 行和第 {other + 1} 行重叠：{said}时两行都成立；请改条件，或写 hit: first、hit: sum"


@dataclass
class _TriedRows:
    """Which rows hold in some case, which of them first, which two in one, and the first case of none."""

    reached: set[int] = field(default_factory=set)
    hit: set[int] = field(default_factory=set)
    overlaps: dict[tuple[int, int], str] = field(default_factory=dict)
    gap: str = ""


def _try_rows(table: DecisionTable, titles: Sequence[str], cases: Iterable[tuple[PartState, ...]]) -> _TriedRows:
    tried = _TriedRows()
    for case in cases:
        known = dict(zip(titles, case, strict=True))
        rows = [number for number, row in enumerate(table.rows) if _holds_row(row, known)]
        if not rows and not all(state.said == "不适用" for state in case):
            tried.gap = tried.gap or _say(known)
        tried.reached.update(rows)
        tried.hit.update(rows[:1])
        if len(rows) > 1:
            tried.overlaps.setdefault((rows[0], rows[1]), _say(known))
    return tried


def _say(known: Mapping[str, PartState]) -> str:
    return "，".join(f"「{title}」{state.said}" for title, state in known.items())


def _describe_marks(indicator: Indicator, table: DecisionTable, pack: Pack) -> Iterator[str]:
    scale = 10**pack.head.precision
    for cohort, full in indicator.marks.items():
        worths = [row.marks.of(full) for row in table.rows]
        otherwise = table.find_otherwise().of(full)
        for worth in (*worths, otherwise):
            if worth > full:
                yield f"判定表里的 {plain(worth)} 分超过满分 {plain(full)}（{cohort}）；请改小"
            if worth * scale % 1:
                yield f"判定表里的 {plain(worth)} 分太细，得分只保留 {pack.head.precision} 位小数（{cohort}）；请改数"
        most = max(sum(worths) if table.hit == "sum" else max(worths), otherwise)
        if most < full:
            yield f"判定表最多只给 {plain(Decimal(most))} 分，得不到满分 {plain(full)}（{cohort}）；请改分值"


def _holds_row(row: DecisionRow, known: Mapping[str, PartState]) -> bool:
    return any(_holds_all(conditions, known) for conditions in row.alternatives)


def _holds_all(conditions: Conditions, known: Mapping[str, PartState]) -> bool:
    return all(_holds(cell, known[title]) for title, cell in conditions.items())


def _holds(cell: Cell, state: PartState) -> bool:
    if state.said == "不适用" or cell == "not_applicable":
        return state.said == "不适用" and cell == "not_applicable"
    if isinstance(cell, Range):
        return state.value is not None and cell.holds(state.value)
    return state.reached == (cell == "reached")


def list_states(part: Part, indicator: Indicator) -> list[PartState]:
    """The ways in which a part can end that the cells of its table tell apart."""
    assert indicator.table is not None
    cells = [cell for row in indicator.table.rows for title, cell in _list_cells(row) if title == part.title]
    ranges = [cell for cell in cells if isinstance(cell, Range)]
    ends = {end[0] for cell in ranges for end in (cell.low, cell.high) if end is not None}
    found = [
        PartState(reached, value, _describe_state(value, reached))
        for value in (_list_values(part, ends) if ends else [None])
        for reached in _list_verdicts(part.target, value)
    ]
    return [*found, PartState(False, None, "不适用")] if _may_leave(part, indicator) else found


def _describe_state(value: Decimal | None, reached: bool) -> str:
    return f"是 {plain(value)} " if value is not None else "达到目标" if reached else "没有达到目标"


def _list_values(part: Part, ends: set[Decimal]) -> list[Decimal]:
    """Figures on every end, between them and beyond; also those of a target."""
    target = part.target
    for amount in (target.at_least, target.at_most, target.equals) if target is not None else ():
        ends |= {amount.value} if amount is not None else set()
    ordered = sorted(ends)
    between = [(one + other) / 2 for one, other in pairwise(ordered)]
    values = [ordered[0] - 1, *ordered, *between, ordered[-1] + 1]
    low, high = part.measure.chosen.reach or (None, None)
    return sorted(v for v in values if (low is None or v >= low) and (high is None or v <= high))


def _list_verdicts(target: Target | None, value: Decimal | None) -> tuple[bool, ...]:
    """Whether a target can be reached with a figure; both where it does not follow from the figure alone."""
    if value is None or target is None:
        return (True, False)
    if target.at_least is not None:
        return (value >= target.at_least.value,)
    if target.at_most is not None:
        return (value <= target.at_most.value,)
    if target.equals is not None:
        return (value == target.equals.value,)
    return (value == 0,) if target.none is not None else (True, False)
