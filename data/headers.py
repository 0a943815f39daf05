"""Which dataset a sheet reports, and which of its columns is which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import PurePath

from data.cells import RawCell
from data.mistakes import Mistake, name_cell, name_column
from data.readers import RawSheet, is_empty_row
from data.units import drop_invisible, fold_name
from indicators.tables import Column, Dataset

#: The header stands in one of the first so many rows that hold anything; titles may stand above it.
HEADER_ROWS = 10


@dataclass(frozen=True)
class Header:
    """The header row of a sheet: where each column stands (from 0) and what the file calls it."""

    row: int
    positions: dict[str, int]
    titles: dict[str, str]

    @property
    def columns(self) -> dict[str, dict[str, str]]:
        """Column name -> its title as written and its letter, to cite a cell by."""
        return {
            name: {"title": self.titles[name], "letter": name_column(position)}
            for name, position in self.positions.items()
        }


def fold_title(text: str) -> str:
    """A title without white space, case and full-width forms."""
    return fold_name(text).casefold()


def choose_dataset(sheet: RawSheet, datasets: Sequence[Dataset]) -> Dataset | Mistake:
    """The dataset that a sheet reports: by its name, else by the file's name, else by its header."""
    for name in (sheet.sheet, PurePath(sheet.file_name).stem):
        if name is not None and (named := _match_name(fold_title(name), datasets)):
            return named
    rows = [cells for _, cells in _first_rows(sheet)]
    fitting = [dataset for dataset in datasets if any(_lacks_nothing(dataset, cells) for cells in rows)]
    if len(fitting) > 1:
        # A table with few required columns fits many headers; the one that knows every column is meant.
        fitting = [dataset for dataset in fitting if any(_knows_all(dataset, cells) for cells in rows)] or fitting
    if len(fitting) == 1:
        return fitting[0]
    known = "、".join(f"{dataset.title}({dataset.id})" for dataset in datasets)
    if fitting:
        titles = "、".join(dataset.title for dataset in fitting)
        text = f"表头同时符合几个台账:{titles};请把工作表改成台账的名字,或用 --dataset 指明"
    else:
        text = f"看不出这是哪个台账;请把工作表改成台账的名字,或用 --dataset 指明。本指标包的台账:{known}"
        text += "。不是台账的工作表请删去、隐藏,或改名为「说明」" if sheet.sheet is not None else ""
    return Mistake(sheet.file_name, sheet.sheet, None, text)


def _match_name(name: str, datasets: Sequence[Dataset]) -> Dataset | None:
    """The dataset whose id or title the name equals or begins with; the longest such wins."""
    words = [(fold_title(word), dataset) for dataset in datasets for word in (dataset.id, dataset.title)]
    begun = [(len(word), dataset) for word, dataset in words if name.startswith(word)]
    longest = max((length for length, _ in begun), default=0)
    found = {dataset.id: dataset for length, dataset in begun if length == longest}
    return next(iter(found.values())) if len(found) == 1 else None


def find_header(sheet: RawSheet, dataset: Dataset) -> Header | list[Mistake]:
    """The first row that names all required columns, or every mistake of the row that comes closest."""
    best: tuple[int, int, Sequence[RawCell]] | None = None
    for row, cells in _first_rows(sheet):
        if _lacks_nothing(dataset, cells):
            return _read_header(sheet, dataset, row, cells)
        matches = len(set(_match_columns(dataset, cells).values()))
        if matches and (best is None or matches > best[0]):
            best = (matches, row, cells)
    if best is not None:
        return _read_header(sheet, dataset, best[1], best[2])
    wanted = "、".join(column.title for column in dataset.columns if column.required)
    text = f"前 {HEADER_ROWS} 行里找不到「{dataset.title}」的表头;表头至少要有:{wanted}"
    return [Mistake(sheet.file_name, sheet.sheet, None, text)]


def _first_rows(sheet: RawSheet) -> Iterator[tuple[int, Sequence[RawCell]]]:
    return islice(((row, cells) for row, cells in sheet.rows if not is_empty_row(cells)), HEADER_ROWS)


def _names(dataset: Dataset) -> dict[str, Column]:
    return {
        fold_title(word): column for column in dataset.columns for word in (column.name, column.title, *column.aliases)
    }


def _match_columns(dataset: Dataset, cells: Sequence[RawCell]) -> dict[int, str]:
    """Position -> column name for the cells that name a column."""
    names = _names(dataset)
    folded = {position: fold_title(cell) for position, cell in enumerate(cells) if isinstance(cell, str)}
    return {position: names[word].name for position, word in folded.items() if word in names}


def _lacks_nothing(dataset: Dataset, cells: Sequence[RawCell]) -> bool:
    required = {column.name for column in dataset.columns if column.required}
    return required <= set(_match_columns(dataset, cells).values())


def _knows_all(dataset: Dataset, cells: Sequence[RawCell]) -> bool:
    titled = {position for position, cell in enumerate(cells) if not is_empty_row([cell])}
    return _lacks_nothing(dataset, cells) and titled <= set(_match_columns(dataset, cells))


def _read_header(sheet: RawSheet, dataset: Dataset, row: int, cells: Sequence[RawCell]) -> Header | list[Mistake]:
    matched = _match_columns(dataset, cells)
    mistakes: list[Mistake] = []

    def note(position: int | None, text: str) -> None:
        cell = f"第 {row} 行" if position is None else name_cell(row, position)
        mistakes.append(Mistake(sheet.file_name, sheet.sheet, cell, text))

    times = Counter(matched.values())
    for position, cell in enumerate(cells):
        if position in matched:
            name = matched[position]
            first = next(place for place, other in matched.items() if other == name)
            if times[name] > 1 and position != first:
                note(position, f"「{cell}」这一列写了两次(另一处在 {name_cell(row, first)});请删去一列")
        elif not is_empty_row([cell]):
            note(position, f"台账「{dataset.title}」没有「{cell}」这一列{_suggest_title(str(cell), dataset)}")
    for column in dataset.columns:
        if column.required and column.name not in times:
            note(None, f"缺少「{column.title}」这一列;请按台账「{dataset.title}」的表头补上")
    if mistakes:
        return mistakes
    positions = {name: position for position, name in matched.items()}
    return Header(row, positions, {name: _clean_title(cells[position]) for name, position in positions.items()})


def _clean_title(cell: RawCell) -> str:
    return " ".join(drop_invisible(str(cell)).split())


def _suggest_title(title: str, dataset: Dataset) -> str:
    names = _names(dataset)
    near = get_close_matches(fold_title(title), names, n=1, cutoff=0.5)
    return f";是不是「{names[near[0]].title}」?请改正表头" if near else ";请删去这一列,或改成台账里的列名"
