"""Exports of another platform, read by a table of what their sheets, titles and words are called here (对照表).

Nothing is guessed beside it: a sheet, a title or a word that it does not name is told, and not left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa
from pydantic import Field, model_validator

from data.files.blocks import Block, CellColumn
from data.files.mistakes import FileMistake, FileRefused, name_cell
from data.files.raw_cells import RawCell
from data.files.raw_sheets import RawSheet, Row, is_empty_cell, is_empty_row
from data.sheets.headers import HEADER_ROWS, NUMBERING, show_title
from data.sheets.titles import TitleIndex, fold_title
from indicators.entries.amounts import Name, Text
from indicators.entries.nearest import suggest
from indicators.entries.tables import Dataset, Entry
from indicators.pack.model import Pack

#: Bytes that a table may have.
MAX_FILE = 1_000_000


class SheetMapping(Entry):
    """What a sheet of the platform is called here: its dataset, titles, words, and what it does not say.

    ``sheet`` is its name; left out for the only one of a file. ``values``: by column, the platform's word -> ours.
    """

    sheet: Text | None = None
    dataset: Name
    columns: dict[Text, Name] = Field(min_length=1)
    fixed: dict[Name, Text] = Field(default_factory=dict)
    values: dict[Name, dict[Text, Text]] = Field(default_factory=dict)
    left_out: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _agree(self) -> SheetMapping:
        named = [*self.columns.values(), *self.fixed]
        if doubled := sorted({name for name in named if named.count(name) > 1}):
            raise ValueError(f"列 {'、'.join(doubled)} 写了两次；columns 和 fixed 里每列只写一次")
        titles = [fold_title(title) for title in (*self.columns, *self.left_out)]
        if doubled := sorted({title for title in titles if titles.count(title) > 1}):
            raise ValueError(f"平台的「{'、'.join(doubled)}」写了两次；columns 和 left_out 里每个列名只写一次")
        if strange := sorted(set(self.values) - set(self.columns.values())):
            raise ValueError(f"values 里的 {'、'.join(strange)} 不在 columns 里；请改正列名")
        return self


class PlatformMapping(Entry):
    """``platform`` is what the office calls the system; ``left_out`` are sheets that are not read."""

    platform: Text
    sheets: tuple[SheetMapping, ...] = Field(min_length=1)
    left_out: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _agree(self) -> PlatformMapping:
        names = [None if each.sheet is None else fold_title(each.sheet) for each in self.sheets]
        if len(set(names)) < len(names) or (None in names and len(names) > 1):
            raise ValueError("有几张工作表时，每张请写 sheet（工作表名），不能重复")
        return self


@dataclass(frozen=True)
class MappedSheet:
    """A sheet as if the platform had written it for us, with what is to be said of it.

    ``titles`` are the platform's by column; ``fixed`` the texts of columns that its rows do not have.
    """

    sheet: RawSheet
    dataset: Dataset
    titles: Mapping[str, str]
    fixed: Mapping[str, str]
    remarks: tuple[str, ...]


def read_mapping(path: Path, pack: Pack) -> PlatformMapping:
    """The table of a file, for the datasets of a pack. Raises FileRefused with all mistakes."""
    from indicators.pack.documents import YamlFile, parse_document

    def refuse(text: str) -> FileRefused:
        return FileRefused([FileMistake(path.name, None, None, text)])

    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("对照表不是 UTF-8 编码；请另存为 UTF-8") from None
    except OSError:
        raise refuse("对照表打不开；请核对路径和权限") from None
    if len(content) > MAX_FILE:
        raise refuse("对照表超过 1 MB；请核对是不是拿错了文件")
    document = YamlFile(path.name, text)
    found = parse_document(document, PlatformMapping)
    if found is None or document.mistakes:
        raise FileRefused([FileMistake(path.name, None, f"第 {each.line} 行", each.text) for each in document.mistakes])
    if wrong := [FileMistake(path.name, None, None, text) for text in _find_mistakes(found, pack)]:
        raise FileRefused(wrong)
    return found


def _find_mistakes(mapping: PlatformMapping, pack: Pack) -> Iterator[str]:
    datasets = {dataset.id: dataset for dataset in pack.datasets}
    for entry in mapping.sheets:
        dataset = datasets.get(entry.dataset)
        if dataset is None:
            yield f"对照表：没有台账 {entry.dataset}{suggest(entry.dataset, list(datasets))}"
            continue
        known = [column.name for column in dataset.columns]
        for name in dict.fromkeys((*entry.columns.values(), *entry.fixed)):
            if name not in known:
                yield f"对照表：台账「{dataset.title}」没有列 {name}{suggest(name, known)}"
        given = {*entry.columns.values(), *entry.fixed}
        for column in dataset.columns:
            if column.required and column.name not in given:
                said = f"对照表：台账「{dataset.title}」的「{column.title}」必填"
                yield f"{said}；请在 columns 或 fixed 里写 {column.name}"


def choose_sheets(sheets: Sequence[RawSheet], mapping: PlatformMapping) -> list[RawSheet]:
    """Those that the table does not leave out; the first of them says which it does."""
    named = {fold_title(name) for name in mapping.left_out}
    kept = [sheet for sheet in sheets if sheet.sheet is None or fold_title(sheet.sheet) not in named]
    if len(kept) < len(sheets) and kept:
        names = "、".join(f"「{sheet.sheet}」" for sheet in sheets if sheet not in kept)
        kept[0] = replace(kept[0], remarks=(*kept[0].remarks, f"对照表不读的工作表：{names}"))
    return kept


def map_sheet(sheet: RawSheet, mapping: PlatformMapping, pack: Pack) -> MappedSheet | FileMistake:
    """The sheet by the table; a mistake where it does not fit."""
    name = None if sheet.sheet is None else fold_title(sheet.sheet)
    entry = next((each for each in mapping.sheets if each.sheet is None or fold_title(each.sheet) == name), None)
    if entry is None:
        text = f"{mapping.platform}的对照表没有写工作表「{sheet.sheet}」；请写进 sheets，不用读的写进 left_out"
        return FileMistake(sheet.file_name, sheet.sheet, None, text)
    dataset = pack.dataset(entry.dataset)
    found = _find_titles(sheet, entry)
    if found is None:
        titles = "、".join(entry.columns)
        text = f"前 {HEADER_ROWS} 行里找不到{mapping.platform}的表头；对照表写的列名：{titles}"
        return FileMistake(sheet.file_name, sheet.sheet, None, text)
    row, places = found
    strange = _find_strange(sheet, entry, row, places, mapping.platform)
    if strange is not None or (strange := _judge_measures(sheet, dataset, entry, row, places)) is not None:
        return strange
    return MappedSheet(
        _rewrite(sheet, dataset, entry, row, places),
        dataset,
        {column: title for title, column in entry.columns.items()},
        entry.fixed,
        tuple(_describe(mapping, dataset, entry)),
    )


def _find_titles(sheet: RawSheet, entry: SheetMapping) -> tuple[int, dict[int, str]] | None:
    """The first row that has every title of the table, and of each place in it the folded text."""
    wanted = {fold_title(title) for title in entry.columns}
    shown = ((row, cells) for row, cells in sheet.open_rows() if row not in sheet.hidden_rows)
    for row, cells in islice(((row, cells) for row, cells in shown if not is_empty_row(cells)), HEADER_ROWS):
        places = {at: fold_title(show_title(cell)) for at, cell in enumerate(cells) if not is_empty_cell(cell)}
        if wanted <= set(places.values()):
            return row, places
    return None


def _find_strange(
    sheet: RawSheet, entry: SheetMapping, row: int, places: Mapping[int, str], platform: str
) -> FileMistake | None:
    known = {fold_title(title) for title in (*entry.columns, *entry.left_out)} | NUMBERING
    texts = list(places.values())
    for at, text in places.items():
        if text not in known:
            said = f"{platform}的对照表没有写「{text}」这一列；请写进 columns，不用读的写进 left_out"
            return FileMistake(sheet.file_name, sheet.sheet, name_cell(row, at), said)
        if texts.count(text) > 1:
            said = f"「{text}」这一列有 {texts.count(text)} 处，对照表分不清是哪一列；请在平台上改名后重新导出"
            return FileMistake(sheet.file_name, sheet.sheet, name_cell(row, at), said)
    return None


def _judge_measures(
    sheet: RawSheet, dataset: Dataset, entry: SheetMapping, row: int, places: Mapping[int, str]
) -> FileMistake | None:
    """A title that measures otherwise than the column, which no table of names can mend."""
    index = TitleIndex(dataset)
    for title, name in entry.columns.items():
        column = dataset.column(name)
        if column is not None and (problem := index.judge_title(title, column)) is not None:
            at = next(at for at, text in places.items() if text == fold_title(title))
            return FileMistake(sheet.file_name, sheet.sheet, name_cell(row, at), problem)
    return None


@dataclass(frozen=True)
class _Rewriting:
    """What becomes of the cells below a header: nothing of ``dropped`` places, and by place our titles and words."""

    header: int
    dropped: Sequence[int]
    titles: Mapping[int, str]
    words: Mapping[int, Mapping[str, str]]

    def change_row(self, row: int, cells: Sequence[RawCell]) -> Sequence[RawCell]:
        """The cells of a row in their places; above the header they stay as they are."""
        if row < self.header:
            return cells
        changed = list(cells)
        for at in self.dropped:
            if at < len(changed):
                changed[at] = None
        for at, title in self.titles.items():
            if row == self.header:
                changed[at] = title
            elif at < len(changed):
                changed[at] = self._translate(at, changed[at])
        return changed

    def change_block(self, found: Block) -> Iterator[Block | Row]:
        """The same of rows by column, of which those up to the header come one by one."""
        below = int(np.searchsorted(found.rows, self.header, side="right"))
        for row, cells in found.cut(0, below).list_rows() if below else ():
            yield row, self.change_row(row, cells)
        rest = found.cut(below, len(found.rows)) if below else found
        if len(rest.rows):
            columns = (self._change_column(at, column) for at, column in enumerate(rest.columns))
            yield Block(rest.rows, tuple(columns))

    def _translate(self, at: int, cell: RawCell) -> RawCell:
        words = self.words.get(at)
        return words.get(fold_title(cell), cell) if words and isinstance(cell, str) else cell

    def _change_column(self, at: int, column: CellColumn) -> CellColumn:
        if at in self.dropped:
            return CellColumn(pa.nulls(len(column.cells), pa.string()))
        if not self.words.get(at):
            return column
        odd = {place: self._translate(at, cell) for place, cell in column.odd.items()}
        if not pa.types.is_string(column.coded.dictionary.type):
            return CellColumn(column.cells, odd)
        ours = [self._translate(at, text) for text in column.coded.dictionary.to_pylist()]
        return CellColumn(pa.array(ours, pa.string()).take(column.coded.indices), odd)


def _rewrite(
    sheet: RawSheet, dataset: Dataset, entry: SheetMapping, header: int, places: Mapping[int, str]
) -> RawSheet:
    """The same cells in the same places, with our titles and words, and nothing where the table leaves out."""
    ours = {fold_title(title): name for title, name in entry.columns.items()}
    columns = {at: ours[text] for at, text in places.items() if text in ours}
    change = _Rewriting(
        header,
        # Where rows are numbered the total says what it is.
        [at for at, text in places.items() if text not in ours and text not in NUMBERING],
        {at: column.title for at, name in columns.items() if (column := dataset.column(name)) is not None},
        {at: {fold_title(old): new for old, new in entry.values.get(name, {}).items()} for at, name in columns.items()},
    )
    open_blocks = sheet.open_blocks

    def open_rows() -> Iterator[Row]:
        for row, cells in sheet.open_rows():
            yield row, change.change_row(row, cells)

    def open_changed() -> Iterator[Block | Row]:
        assert open_blocks is not None
        for found in open_blocks():
            if isinstance(found, Block):
                yield from change.change_block(found)
            else:
                yield found[0], change.change_row(*found)

    return replace(sheet, open_rows=open_rows, open_blocks=open_changed if open_blocks is not None else None)


def _describe(mapping: PlatformMapping, dataset: Dataset, entry: SheetMapping) -> Iterator[str]:
    """What the reader of the report should know: by which table it was read, and what the file does not say itself."""
    yield f"按{mapping.platform}的对照表读作《{dataset.title}》"
    titles = {column.name: column.title for column in dataset.columns}
    if entry.fixed:
        yield "对照表填入：" + "、".join(f"{titles[name]}「{text}」" for name, text in entry.fixed.items())
    if entry.left_out:
        yield f"对照表不读的列：{'、'.join(entry.left_out)}"
