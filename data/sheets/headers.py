"""Which dataset a sheet reports, and which of its columns is which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePath

from data.files.mistakes import FileMistake, name_cell, name_column
from data.files.raw_cells import RawCell
from data.files.raw_sheets import MergeArea, RawSheet, Row, is_empty_cell, is_empty_row
from data.sheets.titles import Match, TitleIndex, fold_title
from indicators.entries.nearest import find_nearest
from indicators.entries.tables import Dataset

#: The header stands in one of the first so many rows that hold anything; titles may stand above it.
HEADER_ROWS = 10
#: Groups above groups above titles: no form has more.
HEADER_DEPTH = 3
#: No dataset has so many columns; a text with so many commas is no table.
MOST_COLUMNS = 1000
#: Looking for similar titles is slow.
_SUGGESTIONS = 20
#: Titles of columns that number the rows: they say nothing, and are left out.
NUMBERING = frozenset(("序号", "序", "行号", "项次", "no", "no."))


@dataclass(frozen=True)
class Header:
    """The header of a sheet: where each column stands (from 0) and what the file calls it.

    ``row`` is the last of its rows, ``first_row`` the first; ``ignored`` are columns that only number the rows;
    ``block`` holds the folded texts of each header row, to know them again below.
    """

    row: int
    positions: dict[str, int]
    titles: dict[str, str]
    first_row: int = 0
    ignored: dict[int, str] = field(default_factory=dict)
    block: tuple[tuple[str, ...], ...] = ()

    @property
    def columns(self) -> dict[str, dict[str, str]]:
        """Column name -> its title as written and its letter, to cite a cell by."""
        return {
            name: {"title": self.titles[name], "letter": name_column(position)}
            for name, position in self.positions.items()
        }


@dataclass
class _Attempt:
    """What a block of rows would be as a header of a dataset."""

    header: Header
    matches: int
    lacks: bool
    mistakes: list[FileMistake]


def choose_dataset(sheet: RawSheet, datasets: Sequence[Dataset]) -> Dataset | FileMistake:
    """The dataset that a sheet reports: by its name, else by the file's name, else by its header."""
    for name in (sheet.sheet, PurePath(sheet.file_name).stem):
        if name is not None and (named := _match_name(fold_title(name), datasets)):
            return named
    rows = _first_rows(sheet)
    if (wide := _refuse_width(sheet, rows)) is not None:
        return wide
    attempts = [(dataset, _find_best(sheet, dataset, rows)) for dataset in datasets]
    fitting = [(dataset, attempt) for dataset, attempt in attempts if attempt is not None and not attempt.lacks]
    if len(fitting) > 1:
        # A table with few required columns fits many headers; the one that knows every column is meant.
        fitting = [(dataset, attempt) for dataset, attempt in fitting if not attempt.mistakes] or fitting
    if len(fitting) == 1:
        return fitting[0][0]
    known = "、".join(f"{dataset.title}（{dataset.id}）" for dataset in datasets)
    if fitting:
        titles = "、".join(dataset.title for dataset, _ in fitting)
        text = f"表头同时符合几个台账：{titles}；请把工作表改成台账的名字，或用 --dataset 指明"
    else:
        text = f"看不出这是哪个台账；请把工作表改成台账的名字，或用 --dataset 指明。本指标包的台账：{known}"
        text += "。不是台账的工作表请删去、隐藏，或改名为「说明」" if sheet.sheet is not None else ""
    return FileMistake(sheet.file_name, sheet.sheet, None, text)


def _match_name(name: str, datasets: Sequence[Dataset]) -> Dataset | None:
    """The dataset whose id or title the name equals or begins with; the longest such wins."""
    words = [(fold_title(word), dataset) for dataset in datasets for word in (dataset.id, dataset.title)]
    begun = [(len(word), dataset) for word, dataset in words if name.startswith(word)]
    longest = max((length for length, _ in begun), default=0)
    found = {dataset.id: dataset for length, dataset in begun if length == longest}
    return next(iter(found.values())) if len(found) == 1 else None


def find_header(sheet: RawSheet, dataset: Dataset, given: frozenset[str] = frozenset()) -> Header | list[FileMistake]:
    """The header that names all required columns and no others, or every mistake of what comes closest to it.

    It is one row, or up to three of which the upper ones group the titles below them. Columns that are ``given``
    otherwise need not be in it.
    """
    rows = _first_rows(sheet)
    if (wide := _refuse_width(sheet, rows)) is not None:
        return [wide]
    best = _find_best(sheet, dataset, rows, given)
    if best is not None:
        return best.mistakes or best.header
    wanted = "、".join(column.title for column in dataset.columns if column.required)
    text = f"前 {HEADER_ROWS} 行里找不到「{dataset.title}」的表头；表头至少要有：{wanted}"
    return [FileMistake(sheet.file_name, sheet.sheet, None, text)]


def _first_rows(sheet: RawSheet) -> list[Row]:
    shown = ((row, cells) for row, cells in sheet.open_rows() if row not in sheet.hidden_rows)
    return list(islice(((row, cells) for row, cells in shown if not is_empty_row(cells)), HEADER_ROWS))


def _refuse_width(sheet: RawSheet, rows: Sequence[Row]) -> FileMistake | None:
    for row, cells in rows:
        if len(cells) > MOST_COLUMNS and (filled := sum(not is_empty_cell(cell) for cell in cells)) > MOST_COLUMNS:
            text = f"第 {row} 行有 {filled} 格，没有哪个台账有这么多列；请检查是不是拿错了文件，或分隔符不对"
            return FileMistake(sheet.file_name, sheet.sheet, f"第 {row} 行", text)
    return None


def _find_best(
    sheet: RawSheet, dataset: Dataset, rows: Sequence[Row], given: frozenset[str] = frozenset()
) -> _Attempt | None:
    """The first block without mistakes, one row before two; else the one with most matches."""
    index = TitleIndex(dataset)
    best: _Attempt | None = None
    for depth in range(1, HEADER_DEPTH + 1):
        for start in range(len(rows) - depth + 1):
            block = rows[start : start + depth]
            paths = _join_titles(sheet, block)
            if paths is None:
                continue
            attempt = _read_block(sheet, dataset, index, block, paths, given)
            if not attempt.mistakes:
                return attempt
            if attempt.matches and (
                best is None or (not attempt.lacks, attempt.matches) > (not best.lacks, best.matches)
            ):
                best = attempt
    return best


def _join_titles(sheet: RawSheet, block: Sequence[Row]) -> dict[int, tuple[str, ...]] | None:
    """For each column its title with the groups above it; None if the rows are not groups above titles."""
    rows = [row for row, _ in block]
    if rows[-1] - rows[0] != len(block) - 1:
        return None
    merges = [
        merge for merge in sheet.merges if merge.top in rows and (merge.bottom > merge.top or merge.right > merge.left)
    ]
    width = max(len(cells) for _, cells in block)
    levels: list[list[str]] = []
    for number, (row, cells) in enumerate(block):
        texts = [show_title(cells[at]) if at < len(cells) else "" for at in range(width)]
        for merge in merges:
            if merge.top <= row <= merge.bottom:
                _spread_title(texts, merge, block)
        if number < len(block) - 1 and not _is_group_row(texts, block[number + 1 :], merged=bool(merges)):
            return None
        levels.append(texts)
    paths = {}
    for at in range(width):
        path = [texts[at] for texts in levels if texts[at]]
        if path:
            paths[at] = tuple(text for step, text in enumerate(path) if not step or text != path[step - 1])
    return paths


def _spread_title(texts: list[str], merge: MergeArea, block: Sequence[Row]) -> None:
    """Write what a merged cell says over the columns that it stands for."""
    first, last = block[0][0], block[-1][0]
    cells = block[merge.top - first][1]
    text = show_title(cells[merge.left]) if merge.left < len(cells) else ""
    # A title merged over columns stands in the first of them; a group stands over all.
    right = merge.right if merge.bottom < last else merge.left
    for at in range(merge.left, min(right + 1, len(texts))):
        texts[at] = texts[at] or text


def _is_group_row(texts: list[str], below: Sequence[Row], *, merged: bool) -> bool:
    """Whether a row above others holds groups; without merged cells a group is first spread to the right."""
    under = below[0][1]
    if any(not isinstance(cell, str) and not is_empty_cell(cell) for cell in under):
        return False
    if not merged:
        for at in range(1, len(texts)):
            if not texts[at] and at < len(under) and not is_empty_cell(under[at]):
                texts[at] = texts[at - 1]
    titled = [at for at in range(len(texts)) if any(at < len(row) and not is_empty_cell(row[at]) for _, row in below)]
    return any(texts[at] and texts[at] == texts[at - 1] for at in titled if at and at - 1 in titled)


def show_title(cell: RawCell) -> str:
    """A header cell as one line of text."""
    if is_empty_cell(cell):
        return ""
    return " ".join(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).split())


def _read_block(
    sheet: RawSheet,
    dataset: Dataset,
    index: TitleIndex,
    block: Sequence[Row],
    paths: dict[int, tuple[str, ...]],
    given: frozenset[str],
) -> _Attempt:
    row = block[-1][0]
    repeated = Counter(path[-1] for path in paths.values())
    found = {at: index.match(path, repeated[path[-1]] > 1) for at, path in paths.items()}
    matched = {at: match for at, match in found.items() if match is not None}
    times = Counter(match.column.name for match in matched.values())
    unknown = {at: path for at, path in paths.items() if at not in matched}
    ignored = {at: path[0] for at, path in unknown.items() if len(path) == 1 and fold_title(path[0]) in NUMBERING}
    strange = {at: path for at, path in unknown.items() if at not in ignored}
    noted = dict(_list_unfit(matched, paths, row)) | dict(_list_strange(strange, dataset, index))
    mistakes = [FileMistake(sheet.file_name, sheet.sheet, name_cell(row, at), noted[at]) for at in paths if at in noted]
    found_or_given = {*times, *given}
    lacking = [column for column in dataset.columns if column.required and column.name not in found_or_given]
    for column in lacking:
        text = f"缺少「{column.title}」这一列；请按台账「{dataset.title}」的表头补上"
        mistakes.append(FileMistake(sheet.file_name, sheet.sheet, f"第 {row} 行", text))
    positions = {match.column.name: at for at, match in reversed(matched.items())}
    titles = {name: "/".join(paths[at]) for name, at in positions.items()}
    texts = tuple(tuple(fold_title(show_title(cell)) for cell in cells) for _, cells in block)
    header = Header(row, positions, titles, block[0][0], ignored, texts)
    return _Attempt(header, len(times), bool(lacking), mistakes)


def _list_unfit(matched: dict[int, Match], paths: dict[int, tuple[str, ...]], row: int) -> Iterator[tuple[int, str]]:
    """By column what is wrong with one of the dataset's columns: it is there twice, or its title does not fit."""
    first: dict[str, int] = {}
    for at, match in matched.items():
        other = first.setdefault(match.column.name, at)
        if other != at:
            title = "/".join(paths[at])
            yield at, f"「{title}」这一列写了两次（另一处在 {name_cell(row, other)}）；请删去一列"
        elif match.problem is not None:
            yield at, match.problem


def _list_strange(
    strange: dict[int, tuple[str, ...]], dataset: Dataset, index: TitleIndex
) -> Iterator[tuple[int, str]]:
    """By column that the dataset has no such column, with what may be meant by the first of them."""
    for number, (at, path) in enumerate(strange.items()):
        near = _suggest_title(path[-1], index) if number < _SUGGESTIONS else ""
        yield at, f"台账「{dataset.title}」没有「{'/'.join(path)}」这一列{near}"


def _suggest_title(title: str, index: TitleIndex) -> str:
    near = find_nearest(fold_title(title), index.names, 1, 0.5)
    return f"；是不是「{index.names[near[0]].title}」？请改正表头" if near else "；请删去这一列，或改成台账里的列名"


def describe_mapping(header: Header, dataset: Dataset) -> Iterator[tuple[str, str, str]]:
    """Letter, title as in the file, and title of the dataset's column, from left to right."""
    titles = {column.name: column.title for column in dataset.columns}
    for name, position in sorted(header.positions.items(), key=lambda item: item[1]):
        yield name_column(position), header.titles[name], titles[name]
