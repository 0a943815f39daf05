"""Rows of a sheet that are no data: totals, notes under the table, examples, headers printed again.

Each kind is known by a closed list of words, is checked as far as it can be, and is named in a remark. What only
looks similar stays a row of data, and is then refused at its cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from data.cells.measures import judge_caption
from data.cells.parser import compile_parser, list_empty_words
from data.cells.values import CellMistake, CellValue, Parsed
from data.files.mistakes import FileMistake, name_cell
from data.files.names import fold_name
from data.files.raw_cells import RawCell
from data.files.raw_sheets import RawSheet, is_empty_cell, is_example_text
from data.sheets.headers import Header, show_title
from data.sheets.parsed import Arrays, add_exactly
from data.sheets.titles import fold_title
from indicators.entries.amounts import plain
from indicators.entries.shortlist import list_rows
from indicators.entries.tables import Column, Dataset

Kind = Literal["data", "total", "note", "example", "numbering", "header"]

#: What a totals row is called, alone or after one of the prefixes or the name of a unit.
TOTALS = ("合计", "小计", "总计", "共计")
_PREFIXES = frozenset(("", "全市", "全县", "全区", "全省", "全州", "全旗", "本页", "总", "各项", "各单位", "以上"))
_TOTAL = re.compile(f"(.*?)({'|'.join(TOTALS)})")
_LIKE_TOTAL = re.compile(rf".{{0,12}}(?:{'|'.join(TOTALS)}|累计|总数)(?:\(.*\)|约.*|:.*)?")
_WHO = "(?:单位|部门|主要|分管|主管)?(?:负责人|领导)|制表|[制填]表人|填报人|报送人|审核人?|复核人?|审批人|经办人|联系人"
_WHEN = "(?:填报|填表|制表|报送)?(?:日期|时间)|(?:联系)?(?:电话|方式)|手机|(?:填报|填表|报送|制表)单位"
_WHAT = "备注|附?注|(?:填表|填报)?说明|[数资][据料]来源|(?:单位)?(?:盖章|公章)|(?:单位负责人|负责人)?(?:签字|签章)"
_NOTE = re.compile(rf"\(?(?:{_WHO}|{_WHEN}|{_WHAT})(?:\([^()]{{0,8}}\))*\)?:.*", re.DOTALL)
_STAMP = re.compile(r"\((?:单位)?(?:盖章|公章|签章|加盖公章)(?:处)?\):?|第[0-9]+页.{0,2}共[0-9]+页")
_NUMBERED = re.compile(r"\(?[0-9一二三四五六七八九十]{1,2}[)..、,].*", re.DOTALL)
_COUNT = re.compile(r"共?([0-9]{1,9})(?:人|人次|名|项|件|条|次|个|家|场|行|户|份|篇|起|期|处)?")
#: Without any of these no text is a total, a note, a stamp or an example.
_NOTABLE = re.compile("计|总数|示例|:|盖章|公章|签章|页")
_REMEMBERED = 20_000
#: Rows and columns are counted in no more digits.
_DIGITS = 9
#: What is longer does not come again.
_LONGEST = 200
_LETTERS = frozenset(("甲", "乙", "丙", "丁", "戊", "栏次", "列次", "行次", "-", "—", "——"))


@dataclass
class _Total:
    """A totals row, and what stood above it since the last one."""

    row: int
    word: str
    cells: dict[str, Decimal]
    counts: dict[str, int]
    group: dict[str, Decimal]
    group_rows: int
    above_rows: int


@dataclass
class Leftovers:
    """Recognises the rows that are no data, adds the others up, and says in the end what was left out."""

    sheet: RawSheet
    dataset: Dataset
    header: Header
    find_unit: Callable[[str], str | None]
    mistakes: list[FileMistake] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._columns: dict[int, Column] = {
            position: column
            for name, position in self.header.positions.items()
            if (column := self.dataset.column(name)) is not None
        }
        self._numeric = [
            (position, column) for position, column in self._columns.items() if column.type in ("integer", "decimal")
        ]
        self._summed = [
            (position, column) for position, column in self._numeric if column.unit_of_measure not in ("%", "‰")
        ]
        self._sums: dict[str, Decimal | int] = {column.name: 0 for _, column in self._summed}
        self._group = dict(self._sums)
        self._rows = self._group_rows = 0
        self._seen: dict[str, set[CellValue]] = {
            column.name: set() for _, column in self._columns.items() if column.type == "year"
        }
        self._group_units: set[CellValue] = set()
        self._totals: list[_Total] = []
        self._notes: list[tuple[int, int, str]] = []
        self._parsers: dict[str, Callable[[object], Parsed]] = {}
        self._printed_again: list[int] = []
        self._unsure: set[str] = set()
        self._known_plain: set[str] = set()
        self._titles = {text for block in self.header.block for text in block if text}

    def classify(self, row: int, cells: Sequence[RawCell]) -> Kind:
        """What the row is. A row that is no data is taken in here, with its mistakes."""
        if self.is_settled and self._is_plain(cells):
            return "data"
        filled = [(at, cell) for at, cell in enumerate(cells) if not is_empty_cell(cell)]
        first_at, first = filled[0]
        text = fold_name(first) if isinstance(first, str) else ""
        if is_example_text(text):
            self._take_example(row, first_at)
            return "example"
        if self._is_header(cells, filled):
            self._printed_again.append(row)
            return "header"
        if not self._rows and not self._totals and self._is_numbering(filled):
            self.remarks.append(f"第 {row} 行是栏次（列的编号），未作为数据")
            return "numbering"
        if self._is_note(filled):
            self._take_note(row, filled)
            return "note"
        if (total := self._find_total(filled)) is not None:
            self._take_total(row, filled, *total)
            return "total"
        column = self._columns.get(first_at)
        if _LIKE_TOTAL.fullmatch(text) and column is not None and column.type == "text" and len(filled) > 1:
            said = f"「{column.title}」填的是「{first}」，像是合计行又认不准；请删去合计行，或只写「合计」"
            self._refuse(row, first_at, said)
        return "data"

    def _take_example(self, row: int, at: int) -> None:
        if self._rows or self._totals:
            self._refuse(row, at, "「示例」行只能紧接在表头下面；请删去这一行，或改成真实的数据")
        else:
            self.remarks.append(f"第 {row} 行是示例行，未作为数据")

    def _take_note(self, row: int, filled: Sequence[tuple[int, RawCell]]) -> None:
        for at, cell in filled:
            self.judge_caption(row, at, cell)
        first_at, first = filled[0]
        self._notes.append((row, first_at, str(first)))

    @property
    def is_settled(self) -> bool:
        """Whether rows of data are what comes: some have come, and no note since."""
        return bool(self._rows and not self._notes)

    def _is_plain(self, cells: Sequence[RawCell]) -> bool:
        """Whether no word in the first filled cells makes a closer look worth while, as in nearly every row."""
        looked = 0
        for cell in cells:
            if cell is None or cell == "":
                continue
            if cell.__class__ is str and cell not in self._known_plain:
                if not self.is_plain_text(str(cell)):
                    return False
                if len(self._known_plain) >= _REMEMBERED:
                    self._known_plain.clear()
                if len(cell) <= _LONGEST:
                    self._known_plain.add(str(cell))
            looked += 1
            if looked == 3:
                break
        return looked > 0

    def is_plain_text(self, text: str) -> bool:
        """Whether one of the first cells of a row says that the row is nothing but data."""
        folded = fold_name(text)
        return bool(folded) and not _NOTABLE.search(folded) and fold_title(show_title(text)) not in self._titles

    def add_together(self, rows: int, columns: Arrays) -> None:
        """Add rows of data to the sums, as ``add`` does, while ``is_settled``."""
        self._rows += rows
        self._group_rows += rows
        for _, column in self._summed:
            total = add_exactly(columns.values_of[column.name])
            self._sums[column.name] += total
            self._group[column.name] += total
        for name, seen in self._seen.items():
            seen.update(columns.values_of[name].unique().to_pylist())
        coded = columns.coded_of.get(self.dataset.unit)
        units = columns.values_of[self.dataset.unit].unique() if coded is None else coded.dictionary
        self._group_units.update(units.to_pylist())

    def add(self, row: int, values: dict[str, CellValue]) -> None:
        """Add a row of data to the sums; None stands for an empty or mistaken cell."""
        if self._notes:
            for note_row, at, text in self._notes:
                self._refuse(
                    note_row, at, f"「{text[:20]}」像是表尾的说明，下面第 {row} 行却还有数据；请把说明移到表的最后"
                )
            self._notes = []
        self._rows += 1
        self._group_rows += 1
        for _, column in self._summed:
            value = values[column.name]
            if value is not None:
                self._sums[column.name] += value  # type: ignore[operator]
                self._group[column.name] += value  # type: ignore[operator]
        for name, seen in self._seen.items():
            seen.add(values[name])
        self._group_units.add(values[self.dataset.unit])

    def judge_caption(self, row: int, at: int, cell: RawCell) -> None:
        """Refuse a cell above or below the table that gives its numbers another measure than the columns have."""
        wrong = judge_caption(cell, [column for _, column in self._numeric]) if isinstance(cell, str) else None
        if wrong is not None:
            self._refuse(row, at, wrong)

    def add_mistaken(self, names: Sequence[str]) -> None:
        """Columns with a mistake have no sum that a total could be checked against."""
        self._unsure.update(names)

    def finish(self) -> None:
        """Check the totals and say what was left out; to be called once, after the last row."""
        for total in self._totals:
            self._check_total(total)
        if self._notes:
            rows = "、".join(str(row) for row, _, _ in self._notes)
            words = "；".join(text.strip()[:20] for _, _, text in self._notes[:3])
            self.remarks.append(f"第 {rows} 行是表尾的落款或说明，未作为数据（「{words}」）")
        if self._printed_again:
            rows = list_rows(self._printed_again, 10)
            self.remarks.append(f"第 {rows}是重复的表头，未作为数据")

    def _refuse(self, row: int, at: int, text: str) -> None:
        self.mistakes.append(FileMistake(self.sheet.file_name, self.sheet.sheet, name_cell(row, at), text))

    def _is_header(self, cells: Sequence[RawCell], filled: Sequence[tuple[int, RawCell]]) -> bool:
        if len(filled) < 2 or not all(isinstance(cell, str) for _, cell in filled):
            return False
        texts = {at: fold_title(show_title(cell)) for at, cell in filled}
        for block in self.header.block:
            titles = {at: text for at, text in enumerate(block) if text}
            if len(titles) > 1 and titles == texts:
                return True
        return False

    def _is_numbering(self, filled: Sequence[tuple[int, RawCell]]) -> bool:
        """A row of 甲 乙 1 2 3 under the header, as statistical tables number their columns."""
        numbers = []
        for _, cell in filled:
            text = fold_name(cell) if isinstance(cell, str) else plain_number(cell)
            text = text.strip("()")
            if text.isascii() and text.isdecimal() and len(text) <= _DIGITS:
                numbers.append(int(text))
            elif text not in _LETTERS:
                return False
        ignored = sum(1 for at, _ in filled if at in self.header.ignored)
        columns = len(self._columns)
        return (
            len(numbers) >= 2
            and numbers in (list(range(1, len(numbers) + 1)), list(range(len(numbers))))
            and len(filled) - ignored >= columns
            and columns >= 3
        )

    def _is_note(self, filled: Sequence[tuple[int, RawCell]]) -> bool:
        """Whether every cell is a note, or the value right after a bare label such as 制表人:."""
        label = False
        for number, (_, cell) in enumerate(filled):
            text = fold_name(cell) if isinstance(cell, str) else ""
            if _NOTE.fullmatch(text) or _STAMP.fullmatch(text):
                label = text.endswith(":")
            elif label and number:
                label = False
            elif not (number == 0 and len(filled) == 1 and self._notes and _NUMBERED.fullmatch(text)):
                return False
        return True

    def _find_total(self, filled: Sequence[tuple[int, RawCell]]) -> tuple[int, str] | None:
        """Where the word of a totals row stands, and the word; in the unit's column or the first filled ones."""
        unit_at = self.header.positions.get(self.dataset.unit, -1)
        for number, (at, cell) in enumerate(filled[:3]):
            if not isinstance(cell, str):
                continue
            word = fold_name(cell).rstrip(":")
            found = _TOTAL.fullmatch(word)
            if found is None:
                continue
            in_place = number == 0 or at == unit_at or (number == 1 and filled[0][0] in (unit_at, *self.header.ignored))
            if in_place and (found[1] in _PREFIXES or self._is_group_unit(found[1])):
                return at, word
        return None

    def _is_group_unit(self, name: str) -> bool:
        unit = self.find_unit(name)
        return unit is not None and self._group_units == {unit}

    def _take_total(self, row: int, filled: Sequence[tuple[int, RawCell]], word_at: int, word: str) -> None:
        numbers: dict[str, Decimal] = {}
        counts: dict[str, int] = {}
        for at, cell in filled:
            column = self._columns.get(at)
            if at == word_at or (column is None and at in self.header.ignored):
                continue
            if column is None:
                self._refuse(row, at, f"合计行的「{cell}」所在的列没有表头；请补上表头或删去")
                continue
            wrong = self._take_total_cell(column, cell, numbers, counts)
            if wrong is not None:
                self._refuse(row, at, f"第 {row} 行是合计行（{word}），{wrong}")
        group = {name: Decimal(value) for name, value in self._group.items()}
        self._totals.append(_Total(row, word, numbers, counts, group, self._group_rows, self._rows))
        self._group = dict.fromkeys(self._group, 0)
        self._group_rows = 0
        self._group_units = set()

    def _take_total_cell(
        self, column: Column, cell: RawCell, numbers: dict[str, Decimal], counts: dict[str, int]
    ) -> str | None:
        """Take a cell of a totals row in; returns what is wrong with it."""
        text = fold_name(cell) if isinstance(cell, str) else ""
        if text in {fold_name(word) for word in (*list_empty_words(column), "/", "—", "-", "——")}:
            return None
        if (column.type, column.name) == ("unit", self.dataset.unit) and self.find_unit(text) is not None:
            return (
                None
                if self._group_units in ({self.find_unit(text)}, set())
                else f"「{column.title}」却是「{cell}」；请核对"
            )
        if any(column is numeric for _, numeric in self._numeric):
            value = self._parse(column, _drop_float_dust(cell, column))
            if isinstance(value, CellMistake):
                return value.text
            if any(column is summed for _, summed in self._summed) and value is not None:
                numbers[column.name] = Decimal(value)  # type: ignore[arg-type]
            return None
        if column.type == "year":
            return (
                None
                if self._parse(column, cell) in self._seen[column.name]
                else f"「{column.title}」却是「{cell}」；请核对"
            )
        if (found := _COUNT.fullmatch(text or plain_number(cell))) is not None:
            counts[column.name] = int(found[1])
            return None
        return f"「{column.title}」填的是「{cell}」，看不出是什么的合计；请清空这一格，或删去合计行"

    def _parse(self, column: Column, cell: RawCell) -> Parsed:
        if column.name not in self._parsers:
            self._parsers[column.name] = compile_parser(column)
        return self._parsers[column.name](cell)

    def _check_total(self, total: _Total) -> None:
        """A wrong total shows that a row is missing or a figure was changed after it was added up."""
        everything = {name: Decimal(value) for name, value in self._sums.items()}
        readings = [(everything, self._rows, "全表")]
        if total.group_rows:
            group = (total.group, total.group_rows, "上面")
            readings = [group] if "小计" in total.word else [*readings, group]
        elif "小计" in total.word:
            self._refuse(total.row, 0, f"第 {total.row} 行是小计，上面却没有明细；请核对")
            return
        best: list[tuple[str, Decimal | int, Decimal | int, str]] | None = None
        for sums, rows, where in readings:
            wrong: list[tuple[str, Decimal | int, Decimal | int, str]] = [
                (name, value, sums[name], where)
                for name, value in total.cells.items()
                if value != sums[name] and name not in self._unsure
            ]
            wrong += [(name, count, rows, where) for name, count in total.counts.items() if count != rows]
            if best is None or len(wrong) < len(best):
                best = wrong
        for name, written, summed, where in best or []:
            column = self.dataset.column(name)
            title = column.title if column else name
            what = "行数是" if name in total.counts else "各行加起来是"
            self._refuse(
                total.row,
                self.header.positions[name],
                f"第 {total.row} 行是合计行（{total.word}），「{title}」写的是 {_show(written)}，"
                f"{where}{what} {_show(summed)}；可能漏了一行或写错了数，请核对",
            )
        if not best:
            checked = "核对相符" if total.cells or total.counts else "没有数可核"
            self.remarks.append(f"第 {total.row} 行是合计行（{total.word}），{checked}，未作为数据")


def _drop_float_dust(cell: RawCell, column: Column) -> RawCell:
    """The sum as Excel adds: 0.1 + 0.2 is stored as 0.30000000000000004, and nobody could type that."""
    # Percentages and scaled numbers are floats of classes of their own, and stay what they are.
    if not isinstance(cell, float) or type(cell) is not float:
        return cell
    number: float = cell
    rounded = round(number, column.decimals if column.type == "decimal" else 0)
    return rounded if abs(number - rounded) <= 1e-9 * max(1.0, abs(number)) else cell


def plain_number(cell: RawCell) -> str:
    """A whole number as digits, anything else as ``""``."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)) or not float(cell).is_integer():
        return ""
    return str(int(cell))


def _show(value: Decimal | int) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)
