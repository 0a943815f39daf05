"""Data that may show a change of a rule: the cases of an indicator with one thing changed, at most so many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain, islice, zip_longest

from indicators.entries.numbers import is_decimal
from indicators.entries.tables import Column
from indicators.measures.rows import list_asked
from indicators.pack.cases import PackCase
from indicators.pack.model import Indicator, Pack

#: So many changed cases are tried on a change that no case notices.
MOST_CANDIDATES = 150
MOST_CASES = 12
#: A hundredth of a percent more or less shows only among many.
_MANY = 1000
#: So many days are beyond any deadline that is near.
_FAR = 300

Row = dict[str, str | None]
#: (dataset, column) -> words that the rule itself speaks of.
Words = Mapping[tuple[str, str], Sequence[str]]


def list_candidates(pack: Pack, indicator: Indicator, cases: Sequence[PackCase]) -> Iterator[PackCase]:
    """A little of each case in turn: a cell changed by one step, a row less, a row more that differs in one cell."""
    words = _list_words(indicator)
    # Marks differ where there are some; of many cases most differ in what the rule does not read.
    telling = sorted(cases, key=lambda case: case.expect.outcome != "scored")[:MOST_CASES]
    turns = zip_longest(*(chain(_vary_around(indicator, each), _vary_case(pack, each, words)) for each in telling))
    made = (case for case in chain.from_iterable(turns) if case is not None)
    for number, case in enumerate(islice(made, MOST_CANDIDATES)):
        yield case.model_copy(update={"id": f"{case.id}-{number + 1}", "why": None})


def _list_words(indicator: Indicator) -> Words:
    """What conditions ask for, and the levels that marks go by."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for part in indicator.parts:
        measure = part.measure.chosen
        for dataset, where in measure.list_conditions():
            for name, condition in list_asked(where):
                found.setdefault((dataset, name), {}).update(dict.fromkeys((*condition.any_of, *condition.none_of)))
        levels = part.marks.chosen.find_levels()
        for dataset in measure.datasets() if levels is not None and measure.level_column is not None else ():
            found.setdefault((dataset, measure.level_column or ""), {}).update(dict.fromkeys(levels or ()))
    return {place: tuple(words) for place, words in found.items()}


def _vary_around(indicator: Indicator, case: PackCase) -> Iterator[PackCase]:
    """The same rows in the other cohorts, whose full marks round otherwise, and just after the end of the year."""
    yield case.model_copy(update={"as_of": f"{case.year + 1}-01-01"})
    for cohort in indicator.marks if case.unit is None and not case.others else ():
        if cohort != case.cohort:
            yield case.model_copy(update={"cohort": cohort})


def _vary_case(pack: Pack, case: PackCase, words: Words) -> Iterator[PackCase]:
    """Every way in which one row differs, the plainest first."""
    for owner in (None, *case.others):
        tables = case.rows if owner is None else case.others[owner]
        for name, rows in tables.items():
            columns = {column.name: column for column in pack.dataset(name).columns}
            for at, row in enumerate(rows):
                for changed in _vary_rows(name, rows, at, row, columns, words):
                    yield _put(case, owner, name, changed)


def _put(case: PackCase, owner: str | None, name: str, rows: list[Row]) -> PackCase:
    if owner is None:
        return case.model_copy(update={"rows": {**case.rows, name: rows}})
    return case.model_copy(update={"others": {**case.others, owner: {**case.others[owner], name: rows}}})


def _vary_rows(
    name: str, rows: list[Row], at: int, row: Row, columns: Mapping[str, Column], words: Words
) -> Iterator[list[Row]]:
    before, after = rows[:at], rows[at + 1 :]
    others = [
        (key, other)
        for key, text in row.items()
        for other in _vary_cell(columns[key], text, words.get((name, key), ()))
    ]
    for key, other in others:
        yield [*before, {**row, key: other}, *after]
        if columns[key].type not in ("integer", "decimal"):
            yield [*rows, {**row, key: other}]
    yield from ([*before, {**row, key: day}, *after] for key, day in _fill_dates(row, columns))
    yield from ([*before, {**row, key: less}, *after] for key, less in _lessen(row, columns))
    yield from ([*rows, {**row, key: far}] for key, far in _go_far(row, columns))
    yield [*before, *after]
    yield from ([*before, _enlarge(row, columns, key), *after] for key in row if columns[key].type == "integer")


def _fill_dates(row: Row, columns: Mapping[str, Column]) -> Iterator[tuple[str, str]]:
    """Empty dates a day before and after the first that is known: bounds that contradict it, or do not."""
    known = next((text for key, text in row.items() if text and columns[key].type == "date" and len(text) == 10), None)
    for key, column in columns.items() if known is not None else ():
        if column.type == "date" and row.get(key) is None:
            yield from ((key, other) for other in _vary_cell(column, known, ()))


def _lessen(row: Row, columns: Mapping[str, Column]) -> Iterator[tuple[str, str]]:
    """Of a whole number the half and two thirds: shares that round otherwise than those near the whole."""
    for key, text in row.items():
        if columns[key].type == "integer" and text is not None and text.isdecimal():
            yield from ((key, str(int(text) * 2 // part)) for part in (4, 3))


def _go_far(row: Row, columns: Mapping[str, Column]) -> Iterator[tuple[str, str]]:
    """Days long before and after, which lie on the other side of any deadline near by."""
    for key, text in row.items():
        if columns[key].type == "date" and text is not None and len(text) == 10:
            day = date.fromisoformat(text)
            yield from ((key, (day + timedelta(days=each)).isoformat()) for each in (_FAR, -_FAR))


def _enlarge(row: Row, columns: Mapping[str, Column], less: str) -> Row:
    """Whole numbers a thousand times as large, and one of them one less: shares beside what they were."""
    large: Row = {}
    for key, text in row.items():
        if columns[key].type == "integer" and text is not None and text.isdecimal():
            text = str(int(text) * _MANY - (1 if key == less else 0))
        large[key] = text
    return large


def _vary_cell(column: Column, text: str | None, words: Sequence[str]) -> Iterator[str]:
    """Other values of a cell; of a text those of which the rule speaks, and one of which it does not."""
    if text is None:
        return
    if column.type in ("integer", "decimal"):
        step = Decimal(1).scaleb(-column.decimals if column.type == "decimal" else 0)
        yield from (f"{Decimal(text) + each:f}" for each in (step, -step) if is_decimal(text))
    elif column.type == "date" and len(text) == 10:
        day = date.fromisoformat(text)
        yield from ((day + timedelta(days=each)).isoformat() for each in (1, -1))
    elif column.type in ("choice", "flag"):
        yield from (word for word in (column.choices or ("是", "否")) if word != text)
    elif column.type == "text" and words:
        yield from (word for word in (*words, f"{text}二") if word != text)
