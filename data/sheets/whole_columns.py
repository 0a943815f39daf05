"""Columns read as a whole: each distinct cell once, and ordinary cells of many values all together.

The parser of single cells (``cells.py``) stays the only truth: what is read here as ordinary is what it reads alike,
and everything else goes to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.cells.columns import arrow_type
from data.cells.dates import FIRST_DATE_YEAR, LAST_YEAR
from data.cells.ordinary_texts import find_ordinary_texts
from data.cells.parser import list_set_words
from data.cells.values import CellMistake, Parsed, Span
from data.files.blocks import CellColumn
from data.files.names import fold_name
from data.files.raw_cells import RawCell
from data.register.units import Undecided
from indicators.entries.tables import Column

#: From so many distinct cells on it is worth while to look for ordinary ones.
MANY = 512
#: So many cells are remembered with what they mean.
_REMEMBERED = 4096
_LONGEST = 200
#: Numbers of so many digits are exact as floats, and are shown by a spreadsheet as they are.
_EXACT = 10**15
#: Below a million millions (``cells.LARGEST``).
_WHOLE_DIGITS = 11
_LARGEST = 10**12
_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_FIRST_DAY, _LAST_DAY = date(FIRST_DATE_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class WholeColumn:
    """A column of values as they are stored: ``values``, and ``lasts`` beside them where months are allowed.

    ``wrong`` has what is wrong by place; ``undecided`` the places of names that only the time of the row decides.
    ``coded`` are texts with their distinct ones apart.
    """

    values: pa.Array
    lasts: pa.Array | None
    wrong: dict[int, CellMistake] = field(default_factory=dict)
    undecided: tuple[int, ...] = ()
    coded: pa.DictionaryArray | None = None


class ColumnReader:
    """Reads the cells of one column; ``parse`` is what reads a single one. ``folds`` names that people go by."""

    def __init__(
        self, column: Column, parse: Callable[[object], Parsed], folds: bool = False, many: int = MANY
    ) -> None:
        self.column = column
        self.parse = parse
        self._folds = folds
        self._many = many
        self._type = arrow_type(column)
        words = list_set_words(column)
        self._set_words = tuple(words)
        number = rf"^-?[0-9]{{1,{_WHOLE_DIGITS}}}(?:\.[0-9]{{1,{column.decimals}}})?$"
        places = column.type == "decimal" and column.decimals > 0
        self._number = number if places else rf"^-?[0-9]{{1,{_WHOLE_DIGITS}}}$"
        # A word of the column's own that looks like a number is taken for what the column says of it.
        self._known = _KnownCells(parse, self._store)
        self._has_strange_words = any(re.search("[0-9]", fold_name(word)) for word in words)

    def read(self, cells: CellColumn) -> WholeColumn:
        """The values of the cells, in their order."""
        coded = cells.coded
        codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy()
        # Behind the distinct cells stands what an empty one is.
        distinct = self._read_distinct(coded.dictionary, bool(coded.null_count))
        # Texts that are all taken as they stand need not be put together again.
        same = cells.cells if distinct.values is coded.dictionary else None
        found = self._spread(distinct, codes, same)
        if not cells.odd:
            return found
        return self._add_odd(found, cells)

    def _read_distinct(self, cells: pa.Array, with_empty: bool) -> WholeColumn:
        length = len(cells)
        ordinary, values = self._find_ordinary(cells) if length >= self._many else (np.zeros(length, bool), None)
        rest = np.flatnonzero(~ordinary)
        if values is not None and not len(rest) and not with_empty:
            return WholeColumn(values, values if self.column.month_allowed else None)
        asked = cells.take(pa.array(rest)).to_pylist() if len(rest) else []
        exact = self._known.read([*asked, *([None] if with_empty else [])])
        if values is None:
            return exact
        places = np.append(rest, length) if with_empty else rest
        order = np.arange(length + with_empty)
        order[places] = length + np.arange(len(places))
        lasts = None if exact.lasts is None else pa.concat_arrays([values, exact.lasts]).take(pa.array(order))
        return WholeColumn(
            pa.concat_arrays([values, exact.values]).take(pa.array(order)),
            lasts,
            {int(places[at]): mistake for at, mistake in exact.wrong.items()},
            tuple(places[[*exact.undecided]].tolist()),
        )

    def _store(self, parsed: Sequence[Parsed]) -> tuple[pa.Array, pa.Array | None]:
        values: list[object] = [None if isinstance(value, CellMistake | Undecided) else value for value in parsed]
        if not self.column.month_allowed:
            return pa.array(values, type=self._type), None
        firsts = [value.first if isinstance(value, Span) else None for value in values]
        lasts = [value.last if isinstance(value, Span) else None for value in values]
        return pa.array(firsts, type=self._type), pa.array(lasts, type=self._type)

    def _spread(self, distinct: WholeColumn, codes: NDArray[Any], same: pa.Array | None) -> WholeColumn:
        """What each cell is, from what the distinct ones are; ``same`` has it already, where it is there."""
        places = pa.array(codes)
        values = distinct.values.take(places) if same is None or not pa.types.is_string(same.type) else same
        lasts = distinct.lasts.take(places) if distinct.lasts is not None else None
        is_text = pa.types.is_string(distinct.values.type)
        coded = pa.DictionaryArray.from_arrays(places, distinct.values, safe=False) if is_text else None
        told = np.zeros(len(distinct.values), bool)
        told[[*distinct.wrong, *distinct.undecided]] = True
        if not told.any():
            return WholeColumn(values, lasts, coded=coded)
        found = np.flatnonzero(told[codes]).tolist()
        wrong = {at: distinct.wrong[code] for at in found if (code := int(codes[at])) in distinct.wrong}
        return WholeColumn(values, lasts, wrong, tuple(at for at in found if at not in wrong), coded)

    def _add_odd(self, found: WholeColumn, cells: CellColumn) -> WholeColumn:
        parsed = {at: self.parse(cell) for at, cell in sorted(cells.odd.items())}
        order = np.arange(len(found.values))
        order[list(parsed)] = len(order) + np.arange(len(parsed))
        values, lasts = self._store([*parsed.values()])
        places = pa.array(order)
        wrong = {at: value for at, value in found.wrong.items() if at not in parsed}
        wrong |= {at: value for at, value in parsed.items() if isinstance(value, CellMistake)}
        undecided = {*found.undecided} - {*parsed} | {at for at, each in parsed.items() if isinstance(each, Undecided)}
        return WholeColumn(
            pa.concat_arrays([found.values, values]).take(places),
            None if found.lasts is None else pa.concat_arrays([found.lasts, lasts]).take(places),
            wrong,
            tuple(sorted(undecided)),
        )

    def _find_ordinary(self, cells: pa.Array) -> tuple[Mask, pa.Array | None]:
        """Which cells are ordinary, and their values; what stands at the others' places means nothing."""
        kind, stored = self.column.type, cells.type
        if pa.types.is_string(stored):
            if kind == "text":
                return find_ordinary_texts(cells, self._set_words, self._folds), cells
            if kind in ("integer", "decimal") and not self._has_strange_words:
                return self._read_number_texts(cells)
            if kind == "date" and not self._has_strange_words:
                return self._read_day_texts(cells)
        elif pa.types.is_floating(stored):
            if kind in ("integer", "decimal"):
                return self._read_numbers(cells)
            if kind == "text":
                return _read_digits(cells)
        elif pa.types.is_date32(stored) and kind == "date":
            return _find_days(cells), cells
        return np.zeros(len(cells), bool), None

    def _read_number_texts(self, cells: pa.Array) -> tuple[Mask, pa.Array | None]:
        fitting = pc.match_substring_regex(cells, self._number)
        return to_mask(fitting), pc.if_else(fitting, cells, None).cast(self._type)

    def _read_day_texts(self, cells: pa.Array) -> tuple[Mask, pa.Array | None]:
        fitting = pc.match_substring_regex(cells, _DAY)
        try:
            days = pc.if_else(fitting, cells, None).cast(pa.date32())
        except pa.ArrowInvalid:
            # One of them is no day of any month: all go one by one.
            return np.zeros(len(cells), bool), None
        return _find_days(days), days

    def _read_numbers(self, cells: pa.Array) -> tuple[Mask, pa.Array | None]:
        """Floats that are decimals of few enough places: the nearest ones to them, so that no other can be meant."""
        numbers = cells.to_numpy(zero_copy_only=False)
        scale = 10**self.column.decimals if self.column.type == "decimal" else 1
        with np.errstate(invalid="ignore", over="ignore"):
            scaled = np.rint(numbers * scale)
            fitting = (np.abs(numbers) < _LARGEST) & (np.abs(scaled) < _EXACT) & (scaled / scale == numbers)
        whole = np.where(fitting, scaled, 0).astype(np.int64)
        return fitting, pa.array(whole) if self.column.type == "integer" else store_scaled(whole, self._type)


class _KnownCells:
    """Cells read by the parser, with what came of them as it is stored: most of a column's come again further down."""

    def __init__(
        self, parse: Callable[[object], Parsed], store: Callable[[Sequence[Parsed]], tuple[pa.Array, pa.Array | None]]
    ) -> None:
        self._parse = parse
        self._store = store
        self._forget()

    def _forget(self) -> None:
        self._places: dict[RawCell, int] = {}
        self._values, self._lasts = self._store([])
        self._wrong: dict[int, CellMistake] = {}
        self._undecided: set[int] = set()
        self._is_full = False

    def read(self, cells: Sequence[RawCell]) -> WholeColumn:
        """What each of the cells is."""
        if self._is_full:
            self._forget()
        known = [*map(self._places.get, cells)]
        new = [cell for cell, place in zip(cells, known, strict=True) if place is None] if None in known else []
        if new:
            self._add(new)
            known = [*map(self._places.get, cells)]
        places = np.array(known, dtype=np.int64)
        # Long texts would fill the memory, and hardly come again.
        self._is_full = len(self._places) > _REMEMBERED or any(
            isinstance(each, str) and len(each) > _LONGEST for each in new
        )
        taken = pa.array(places)
        told = [(at, place) for at, place in enumerate(known) if place in self._wrong] if self._wrong else []
        return WholeColumn(
            self._values.take(taken),
            None if self._lasts is None else self._lasts.take(taken),
            {at: self._wrong[place] for at, place in told},
            tuple(np.flatnonzero(np.isin(places, sorted(self._undecided))).tolist()) if self._undecided else (),
        )

    def _add(self, cells: Sequence[RawCell]) -> None:
        first = len(self._values)
        parsed = [self._parse(cell) for cell in cells]
        values, lasts = self._store(parsed)
        self._values = pa.concat_arrays([self._values, values])
        self._lasts = None if lasts is None else pa.concat_arrays([self._lasts, lasts])
        for place, (cell, value) in enumerate(zip(cells, parsed, strict=True), first):
            self._places[cell] = place
            if isinstance(value, CellMistake):
                self._wrong[place] = value
            elif isinstance(value, Undecided):
                self._undecided.add(place)


def to_mask(found: pa.Array) -> Mask:
    """A boolean array, where null is false."""
    return np.asarray(found.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def store_scaled(scaled: NDArray[np.int64], kind: pa.DataType) -> pa.Array:
    """Decimals from their figures without the point."""
    words = np.empty((len(scaled), 2), dtype=np.int64)
    words[:, 0] = scaled
    words[:, 1] = scaled >> 63
    return pa.Array.from_buffers(kind, len(scaled), [None, pa.py_buffer(words.tobytes())])


def _read_digits(cells: pa.Array) -> tuple[Mask, pa.Array | None]:
    """Whole numbers in a column of texts, as their digits."""
    numbers = cells.to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        fitting = (numbers >= 1) & (numbers < _EXACT) & (np.rint(numbers) == numbers)
    return fitting, pa.array(np.where(fitting, numbers, 0).astype(np.int64)).cast(pa.string())


def _find_days(days: pa.Array) -> Mask:
    return to_mask(pc.and_(pc.greater_equal(days, _FIRST_DAY), pc.less_equal(days, _LAST_DAY)))
