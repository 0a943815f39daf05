"""Checks over several rows of one file: nothing reported twice, no sum too large, nobody in two posts at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, Protocol

import pyarrow as pa

from data.batches.parquet import FEW, BatchDraft
from data.cells.values import CellValue, Span
from data.files.mistakes import FileMistake
from data.files.names import fold_name
from data.intake.checks import show_value
from data.intake.hashing import Hashes, fold_persons, fold_texts, hash_rows
from data.intake.row_hashes import Everyone, LargeSums, Repeats, Suspects
from data.sheets.parsed import ParsedSheet
from indicators.entries.amounts import plain
from indicators.entries.persons import find_name_column, fold_person, list_identity, tell_names_apart
from indicators.entries.shortlist import list_rows
from indicators.entries.tables import Column, Dataset, SumCheck

NameUnit = Callable[[str], str]
#: So many rows of a sum are named.
_NAMED_ROWS = 50


class _Check(Protocol):
    def add(self, sheet: ParsedSheet) -> None: ...

    def find(self, draft: BatchDraft, suspects: Suspects | Everyone | None = None) -> Iterator[FileMistake]: ...


class CrossChecks:
    """Takes the rows in chunks and keeps a few bytes of each; what looks wrong is then looked up in the draft.

    Cells that are empty or already mistaken take part in no check. ``name_unit`` gives the full name of a unit id.
    What is kept of many rows lies in ``folder``.
    """

    def __init__(self, dataset: Dataset, name_unit: NameUnit, folder: Path) -> None:
        self._waiting: list[ParsedSheet] = []
        self._rows = 0
        self._checks: list[_Check] = [_PeriodSums(dataset, check, folder) for check in dataset.checks.sums]
        if dataset.key:
            self._checks.append(_Keys(dataset, name_unit, folder))
        if list_identity(dataset):
            self._checks.append(_Posts(dataset, name_unit, folder))
        if (name := tell_names_apart(dataset)) is not None:
            self._checks.append(_Numbers(dataset, name, name_unit, folder))

    def add(self, sheet: ParsedSheet) -> None:
        """The next rows."""
        self._waiting.append(sheet)
        self._rows += len(sheet.rows)
        if self._rows > FEW:
            for check in self._checks:
                for each in self._waiting:
                    check.add(each)
            self._waiting = []

    def find_mistakes(self, draft: BatchDraft) -> Iterator[FileMistake]:
        """Every mistake among the rows, which ``draft`` gives again; it must be finished."""
        for check in self._checks:
            yield from check.find(draft, Everyone() if self._rows <= FEW else None)


class _Keys:
    def __init__(self, dataset: Dataset, name_unit: NameUnit, folder: Path) -> None:
        self._columns = [column for name in dataset.key if (column := dataset.column(name))]
        self._name_unit = name_unit
        self._repeats = Repeats(folder)

    def add(self, sheet: ParsedSheet) -> None:
        self._repeats.add(self._hash(sheet))

    def _hash(self, sheet: ParsedSheet) -> Hashes:
        return hash_rows(sheet, [column.name for column in self._columns], fold_texts)

    def find(self, draft: BatchDraft, suspects: Suspects | Everyone | None = None) -> Iterator[FileMistake]:
        columns = self._columns
        suspects = suspects or self._repeats.find()
        while suspects.begin_round():
            seen: dict[tuple[Hashable, ...], tuple[int, tuple[CellValue, ...]]] = {}
            for sheet in draft.read(column.name for column in columns):
                for index in suspects.find_turns(sheet, self._hash):
                    key = tuple(sheet.columns[column.name][index] for column in columns)
                    if None in key:
                        continue
                    folded, row = _fold_values(key, columns), int(sheet.rows[index])
                    first, written = seen.setdefault(folded, (row, key))
                    if first != row:
                        text = f"第 {row} 行与第 {first} 行重复（{self._show_key(key)}）；请只留一行"
                        text += "（全角、大小写、空格不同的写法算同一个）" if written != key else ""
                        yield sheet.mistake(index, columns[0].name, text)

    def _show_key(self, key: Sequence[CellValue]) -> str:
        return "、".join(
            f"{column.title} {self._name_unit(str(value)) if column.type == 'unit' else show_value(value)}"
            for column, value in zip(self._columns, key, strict=True)
        )


class _Group:
    """Rows that are added up: their sum, how many there are, and the first ones by number."""

    def __init__(self) -> None:
        self.total = Decimal(0)
        self.count = 0
        self.rows: list[int] = []
        self.last = 0

    def add(self, row: int, figure: Decimal) -> None:
        self.total += figure
        self.count += 1
        if len(self.rows) < _NAMED_ROWS:
            self.rows.append(row)
        self.last = row


class _PeriodSums:
    def __init__(self, dataset: Dataset, check: SumCheck, folder: Path) -> None:
        column = dataset.column(check.column)
        assert column is not None, "the model refuses checks on unknown columns"
        self._check = check
        self._column = column
        self._per = [column for name in check.per if (column := dataset.column(name))]
        # Most groups are far below the limit: adding up by hash leaves the few that need a closer look.
        self._sums = LargeSums(folder)

    def add(self, sheet: ParsedSheet) -> None:
        figures = sheet.find_values(self._column.name).cast(pa.float64()).fill_null(0.0)
        self._sums.add(self._hash(sheet), figures.to_numpy())

    def _hash(self, sheet: ParsedSheet) -> Hashes:
        return hash_rows(sheet, [column.name for column in self._per], fold_texts)

    def find(self, draft: BatchDraft, suspects: Suspects | Everyone | None = None) -> Iterator[FileMistake]:
        check, column = self._check, self._column
        per = "、".join(each.title for each in self._per)
        suspects = suspects or self._sums.find(float(check.at_most))
        while suspects.begin_round():
            for group in self._add_up(draft, suspects):
                if group.total > check.at_most:
                    rows = list_rows(group.rows, len(group.rows), number=group.count)
                    say = check.say or f"同一「{per}」的「{column.title}」合计不能超过 {plain(check.at_most)}"
                    text = f"{say}：第 {rows}合计 {plain(group.total)}；请核对"
                    yield draft.refuse_row(group.last, column.name, text)

    def _add_up(self, draft: BatchDraft, suspects: Suspects | Everyone) -> Iterable[_Group]:
        groups: dict[tuple[Hashable, ...], _Group] = defaultdict(_Group)
        for sheet in draft.read([self._column.name, *(column.name for column in self._per)]):
            for index in suspects.find_turns(sheet, self._hash):
                figure = sheet.columns[self._column.name][index]
                group = tuple(sheet.columns[column.name][index] for column in self._per)
                # What is known only to the month cannot be added up by the day.
                if isinstance(figure, (int, Decimal)) and all(
                    value is not None and not _is_month(value) for value in group
                ):
                    groups[_fold_values(group, self._per)].add(int(sheet.rows[index]), Decimal(figure))
        return groups.values()


class _Posts:
    """One person in post in two units at once. Posts known by the month count only where they surely overlap."""

    def __init__(self, dataset: Dataset, name_unit: NameUnit, folder: Path) -> None:
        assert dataset.people is not None
        self._people = dataset.people
        self._identity = list_identity(dataset)
        named = find_name_column(dataset)
        self._shown = named.name if named is not None else dataset.people.person
        self._name_unit = name_unit
        self._repeats = Repeats(folder)

    def add(self, sheet: ParsedSheet) -> None:
        self._repeats.add(self._hash(sheet))

    def _hash(self, sheet: ParsedSheet) -> Hashes:
        return hash_rows(sheet, self._identity, fold_persons, with_period=True)

    def find(self, draft: BatchDraft, suspects: Suspects | Everyone | None = None) -> Iterator[FileMistake]:
        people = self._people
        needed = [*self._identity, self._shown, *(name for name in (people.joined, people.left) if name is not None)]
        suspects = suspects or self._repeats.find()
        while suspects.begin_round():
            posts: dict[_Person, list[_Post]] = defaultdict(list)
            for sheet in draft.read(dict.fromkeys(needed)):
                for index, person in _list_people(sheet, self._identity, suspects.find_turns(sheet, self._hash)):
                    if None in person[0]:
                        continue
                    joined, left = (
                        sheet.columns[name][index] if name else None for name in (people.joined, people.left)
                    )
                    start, end, unit = _surely_from(joined), _surely_until(left), sheet.units[index]
                    if unit is not None and start <= end:
                        name = show_value(sheet.columns[self._shown][index])
                        posts[person].append(_Post(start, end, int(sheet.rows[index]), str(unit), name))
            for terms in posts.values():
                for other, post in _find_overlaps(terms):
                    text = (
                        f"「{post.name}」同时在两个单位任职：第 {other.row} 行在「{self._name_unit(other.unit)}」，"
                        f"第 {post.row} 行在「{self._name_unit(post.unit)}」，{_tell_overlap(other, post)}；"
                        "请填写离任日期或删去一行"
                    )
                    yield draft.refuse_row(post.row, people.person, text)


#: What people are recognised by, folded (None where a cell is empty or mistaken), and the period.
_Person = tuple[tuple[str | None, ...], int | None]


def _list_people(sheet: ParsedSheet, names: Sequence[str], turns: Sequence[int]) -> Iterator[tuple[int, _Person]]:
    """The people in these rows, each with the place of the row."""
    periods = sheet.periods if turns else []
    for index in turns:
        values = (sheet.columns[name][index] for name in names)
        yield index, (tuple(fold_person(each) if isinstance(each, str) else None for each in values), periods[index])


class _Numbers:
    """One number for two people of a unit: what is recorded under it would count for both."""

    def __init__(self, dataset: Dataset, name: str, name_unit: NameUnit, folder: Path) -> None:
        assert dataset.people is not None
        self._person, self._name = dataset.people.person, name
        self._titles = [column.title for at in (self._person, name) if (column := dataset.column(at)) is not None]
        self._unit = dataset.unit
        self._name_unit = name_unit
        self._repeats = Repeats(folder)

    def add(self, sheet: ParsedSheet) -> None:
        self._repeats.add(self._hash(sheet))

    def _hash(self, sheet: ParsedSheet) -> Hashes:
        return hash_rows(sheet, [self._unit, self._person], fold_persons, with_period=True)

    def find(self, draft: BatchDraft, suspects: Suspects | Everyone | None = None) -> Iterator[FileMistake]:
        suspects = suspects or self._repeats.find()
        while suspects.begin_round():
            seen: dict[Hashable, tuple[int, str]] = {}
            for sheet in draft.read([self._unit, self._person, self._name]):
                for index, person in _list_people(sheet, [self._person], suspects.find_turns(sheet, self._hash)):
                    number, name = (sheet.units[index], person), sheet.columns[self._name][index]
                    if number[0] is None or not isinstance(name, str):
                        continue
                    row, known = seen.setdefault(number, (int(sheet.rows[index]), name))
                    if number[1][0] != (None,) and fold_person(known) != fold_person(name):
                        title, called = self._titles
                        text = (
                            f"「{self._name_unit(str(number[0]))}」的「{title}」{number[1][0][0]} 有两个「{called}」："
                            f"第 {row} 行是「{known}」，第 {sheet.rows[index]} 行是「{name}」；"
                            "请一人一号，写错姓名的请改正"
                        )
                        yield sheet.mistake(index, self._person, text)


class _Post(NamedTuple):
    """The first and the last day on which somebody surely was in a post, and where that is written."""

    start: date
    end: date
    row: int
    unit: str
    name: str


def _tell_overlap(one: _Post, other: _Post) -> str:
    start, end = max(one.start, other.start), min(one.end, other.end)
    since = f"从 {start.isoformat()} 起" if start > date.min else "一直"
    return f"{since}重叠" if end == date.max else f"{since}到 {end.isoformat()} 重叠"


def _find_overlaps(terms: list[_Post]) -> Iterator[tuple[_Post, _Post]]:
    """Posts that begin while the same person is in post in another unit, each after that other one."""
    longest: dict[str, _Post] = {}
    for post in sorted(terms):
        others = (term for unit, term in longest.items() if unit != post.unit and post.start < term.end)
        if (other := min(others, default=None)) is not None:
            yield other, post
        if post.unit not in longest or longest[post.unit].end < post.end:
            longest[post.unit] = post


def _fold_values(values: Sequence[CellValue], columns: Sequence[Column]) -> tuple[Hashable, ...]:
    """The values with texts folded: what differs only in white space, case or full-width forms is the same."""
    return tuple(
        fold_name(value).casefold() if column.type == "text" and isinstance(value, str) else value
        for column, value in zip(columns, values, strict=True)
    )


def _is_month(value: CellValue) -> bool:
    return isinstance(value, Span) and value.first != value.last


def _surely_from(joined: CellValue) -> date:
    if isinstance(joined, Span):
        return joined.last
    return joined if isinstance(joined, date) else date.min


def _surely_until(left: CellValue) -> date:
    if isinstance(left, Span):
        return left.first
    return left if isinstance(left, date) else date.max
