"""A marking sheet (序号 | 考核项目 | 分值 | 评分标准 | …) as rows of cells -> sections, items and their criteria.

Whatever does not add up is said. Cells keep their words; a cell merged over rows may be missing in the rows below it,
as tables copied into a text have it, or be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from indicators.entries.amounts import plain
from indicators.entries.numbers import read_whole
from indicators.texts.criteria import aim_criterion, read_criterion
from indicators.texts.criterion import Criterion
from indicators.texts.folding import fold

_COLUMNS = (
    ("number", "序号|编号"),
    ("marks", "分值|标准分|基[准本础]分|满分|权重|^(?:分数|赋分|配分|计分)(?:\\(分\\))?$"),
    (
        "criteria",
        "(?:评分|计分|扣分|赋分|打分|得分|加减分)(?:标准|办法|方法|细则|规则|方式|说明|依据)|考核标准|评价标准",
    ),
    ("assessor", "(?:考核|评分|考评|责任|牵头|评价|计分)(?:部门|单位|处室|科室)"),
    ("item", "考核项目|考评项目|项目|指标名称|二级指标|指标"),
    ("content", "考核内容|考评内容|内容|要点|要求"),
)
_SECTION = re.compile("[一二三四五六七八九十]{1,3}[、.]?")
_NUMBERED = re.compile("[一二三四五六七八九十]{1,3}[、.](.+)")
_HEADED = re.compile(r"[一二三四五六七八九十]{1,3}[、.](.+?)\((\d+(?:\.\d+)?)分\)")
_PART = re.compile(r"(?:[一二三四五六七八九十]{1,3}[、.])?(.+?)(?:\((\d+(?:\.\d+)?)分?\))?")
_ON_TOP = re.compile("(?:加分|附加|扣分|加减分|奖扣)(?:项|事项|指标)?$")
_AMOUNT = re.compile("\\d+(?:\\.\\d+)?")
_PIECE = re.compile(r"(?:^|(?<=[\s;。,)]))(?:\d{1,2}[.、)](?!\d)|\(\d{1,2}\)|[①-⑳])\s*")
#: Forms of which one sentence states several amounts.
_WHOLE = frozenset(
    {"steps", "levels", "level_penalty", "late_missing", "deduct_tiers", "bands", "ranked", "over_quota"}
)


@dataclass(frozen=True)
class Item:
    """A line of the sheet: ``marks`` as written, its criteria, and what in it does not add up."""

    number: str
    group: str
    name: str
    marks: Decimal | None
    criteria: tuple[Criterion, ...]
    assessor: str
    problems: tuple[str, ...] = ()


@dataclass
class SheetSection:
    """A part of the sheet (一、…). ``grouped``: each group of items has the section's marks for itself."""

    title: str
    marks: Decimal | None
    items: list[Item] = field(default_factory=list)
    own: Item | None = None
    grouped: bool = False

    @property
    def extra(self) -> bool:
        """Whether it comes on top of the full marks (加分、扣分) or takes from them."""
        return bool(re.search("奖扣|加分|扣分|附加|加减分|倒扣", self.title))


@dataclass(frozen=True)
class MarkingSheet:
    """All of a sheet, and in Chinese what does not add up or was not understood."""

    title: str
    sections: tuple[SheetSection, ...]
    problems: tuple[str, ...]


def find_rows(text: str) -> list[list[str]]:
    """The rows of a text whose cells are set apart by | or tabs; a line without any is a row of one cell."""
    return [[cell.strip() for cell in re.split("[|\t]", line)] for line in text.splitlines() if line.strip()]


def read_sheet(rows: Iterable[Sequence[str]]) -> MarkingSheet | None:
    """The marking sheet in these rows; None if no row is the head of one."""
    lines = [list(row) for row in rows]
    head = next(((place, found) for place, row in enumerate(lines) if (found := _read_head(row))), None)
    if head is None:
        return None
    place, columns = head
    width = len(lines[place])
    titles = [row[0] for row in lines[:place] if len([cell for cell in row if cell]) == 1 and row[0]]
    named = [words for words in titles if re.search("细则|办法|标准|评分|考核|考评", words)]
    title = re.sub("^#\\s*| —.*", "", (named or titles or [""])[0])
    sections, problems, total = _collect(lines[place + 1 :], columns, width)
    problems += [problem for section in sections for problem in _check_section(section)]
    stated = sum((section.marks or Decimal(0) for section in sections if not section.extra), Decimal(0))
    if total is not None and stated != total:
        problems.append(f"各部分合计{plain(stated)}分，总分写{plain(total)}分，对不上")
    return MarkingSheet(title, tuple(section for section in sections if section.items), tuple(problems))


def _read_head(row: Sequence[str]) -> dict[str, int] | None:
    cells = [re.sub(r"\s", "", fold(cell)) for cell in row]
    if len(cells) < 3 or any(len(cell) > 16 for cell in cells):
        return None
    columns: dict[str, int] = {}
    for name, words in _COLUMNS:
        for number, cell in enumerate(cells):
            if number not in columns.values() and re.search(words, cell):
                columns.setdefault(name, number)
    # Of the words left over the last column that asks for something holds the criteria.
    columns.update(_find_levels(cells))
    rest = [number for number, cell in enumerate(cells) if re.search("指标|内容|标准|要求", cell)]
    if "criteria" not in columns and rest:
        columns["criteria"] = rest[-1]
        columns = {name: number for name, number in columns.items() if name == "criteria" or number != rest[-1]}
    if columns.get("content", len(cells)) < columns.get("item", -1):
        # What stands further left is the wider one.
        columns["item"], columns["content"] = columns["content"], columns["item"]
    return columns if {"marks", "criteria"} <= columns.keys() and ("item" in columns or "content" in columns) else None


def _find_levels(cells: Sequence[str]) -> dict[str, int]:
    """Of 一级指标 | 二级指标 | 三级指标 the first is the part of the sheet and the last one the item."""
    levels = [number for number, cell in enumerate(cells) if re.match("[一二三四]级指标", cell)]
    return {"part": levels[0], "item": levels[-1]} if len(levels) > 1 else {}


def _collect(
    lines: list[list[str]], columns: dict[str, int], width: int
) -> tuple[list[SheetSection], list[str], Decimal | None]:
    read = _Collected(columns, width)
    for row in lines:
        if len([cell for cell in row if cell]) >= 2:
            read.take(row)
    return [_close(section) for section in read.sections if section.items or section.own], read.problems, read.total


class _Collected:
    """What the rows of a sheet say, taken one after the other."""

    def __init__(self, columns: dict[str, int], width: int) -> None:
        self.sections = [SheetSection("", None)]
        self.problems: list[str] = []
        self.total: Decimal | None = None
        self._columns, self._width = columns, width
        self._numbers: list[str] = []
        self._above = [""] * width

    def take(self, row: list[str]) -> None:
        """A row: a sum, the head of a section, an item, or more of the item above it."""
        cells = _align(row, self._width, self._above)
        number, name = (_take(cells, self._columns, column) for column in ("number", "item"))
        marks = _read_amount(_take(cells, self._columns, "marks"))
        self._enter_part(_take(cells, self._columns, "part"))
        self._enter(name, _take(cells, self._columns, "content"))
        summed = re.search("小计|总分|总计|合计", f"{number} {name}")
        if summed and not _take(cells, self._columns, "criteria"):
            self._take_sum(summed[0], marks)
        elif _SECTION.fullmatch(fold(number)):
            self.sections.append(SheetSection(name, marks))
            self.sections[-1].own = _make_item(cells, self._columns, marks)
        elif (item := _make_item(cells, self._columns, marks)) is None:
            self.problems.append(f"这一行没有读：{' | '.join(cell for cell in row if cell)[:60]}")
        elif not self._take_more(item, marks):
            self._take_item(item, number if len(row) >= self._width else "", name)
            self._above = cells

    def _enter(self, name: str, content: str) -> None:
        """A section begins where a cell says what several rows are worth together (一、组织领导(20分)).

        What is given on top (加分项) is a section of its own.
        """
        headed = _HEADED.fullmatch(re.sub(r"\s", "", fold(name)))
        if headed and self.sections[-1].title != headed[1]:
            self.sections.append(SheetSection(headed[1], Decimal(headed[2])))
            return
        words = [numbered[1] if (numbered := _NUMBERED.fullmatch(each)) else each for each in (content, name)]
        on_top = next((each for each in words if _ON_TOP.match(each)), None)
        if on_top is not None and not self.sections[-1].extra:
            self.sections.append(SheetSection(on_top, None))

    def _enter_part(self, cell: str) -> None:
        """A column of its own holds the parts: 政务服务(40); merged over its rows, or left empty below the first."""
        found = _PART.fullmatch(re.sub(r"\s", "", fold(cell)))
        if found and found[1] and self.sections[-1].title != found[1]:
            self.sections.append(SheetSection(found[1], Decimal(found[2]) if found[2] else None))

    def _take_sum(self, word: str, marks: Decimal | None) -> None:
        if word == "小计":
            self.problems += _check_subtotal(self.sections[-1], marks)
        elif marks is not None and self.total is None:
            self.total = marks

    def _take_more(self, item: Item, marks: Decimal | None) -> bool:
        """Whether a row without marks goes on with the item above it."""
        items = self.sections[-1].items
        if marks is not None or not items or item.group not in ("", items[-1].group):
            return False
        items[-1] = _extend(items[-1], item)
        return True

    def _take_item(self, item: Item, number: str, name: str) -> None:
        section = self.sections[-1]
        if not item.group and section.items:
            item = replace(item, group=section.items[-1].group)
        if read_whole(number) is not None:
            place = f"{len(self.sections)}.{number}"
            if place in self._numbers:
                self.problems.append(f"序号{number}写了两次（第二次是「{name}」）")
            self._numbers.append(place)
        section.items.append(item)


def _check_subtotal(section: SheetSection, marks: Decimal | None) -> list[str]:
    summed = sum((item.marks or Decimal(0) for item in section.items), Decimal(0))
    if marks is None or summed == marks:
        return []
    return [f"小计写{plain(marks)}分，它上面各项合计{plain(summed)}分，对不上"]


def _extend(item: Item, more: Item) -> Item:
    """An item whose criteria go on in the next row: its marks are those of all of them."""
    criteria = item.criteria + more.criteria
    return replace(item, criteria=criteria, problems=_check_marks(item.group, item.name, item.marks, criteria))


def _close(section: SheetSection) -> SheetSection:
    """A section without lines of its own is one item; one with lines says in its own cell what they are about.

    Where no cell says what a section is worth, as in a sheet without sections, it is worth what its lines are.
    """
    if not section.items and section.own is not None:
        section.items.append(section.own)
    groups: dict[str, Decimal] = {}
    for item in section.items:
        groups[item.group] = groups.get(item.group, Decimal(0)) + (item.marks or 0)
    summed = sum(groups.values(), Decimal(0))
    if section.marks is None and not section.extra and summed:
        section.marks = summed
    section.grouped = summed != section.marks and len(groups) > 1 and set(groups.values()) == {section.marks}
    return section


def _align(row: list[str], width: int, above: list[str]) -> list[str]:
    """A row as wide as the head: what merged cells leave out on the left is taken from the row above."""
    if len(row) >= width:
        return row[len(row) - width :]
    return above[: width - len(row)] + row


def _take(cells: list[str], columns: dict[str, int], name: str) -> str:
    return cells[columns[name]] if name in columns else ""


def _read_amount(cell: str) -> Decimal | None:
    # +3 and -6 of what is given or taken on top are how much at most.
    found = _AMOUNT.fullmatch(re.sub("分|\\s|\\(|\\)|^[+\\-±]", "", fold(cell)))
    return Decimal(found[0]) if found else None


def _make_item(cells: list[str], columns: dict[str, int], marks: Decimal | None) -> Item | None:
    words = _take(cells, columns, "criteria")
    if not words:
        return None
    group = _take(cells, columns, "item")
    name = _take(cells, columns, "content") or group
    beside = _take(cells, columns, "content")
    criteria = tuple(aim_criterion(read_criterion(piece), beside) for piece in split_criteria(words))
    if len(criteria) == 1:
        criteria = (replace(criteria[0], about=name),)
    problems = _check_marks(group, name, marks, criteria)
    return Item(
        _take(cells, columns, "number"), group, name, marks, criteria, _take(cells, columns, "assessor"), problems
    )


def _check_marks(group: str, name: str, marks: Decimal | None, criteria: tuple[Criterion, ...]) -> tuple[str, ...]:
    worths = [criterion.worth for criterion in criteria]
    known = sum((worth for worth in worths if worth is not None), Decimal(0))
    if marks is None or all(worth is None for worth in worths) or known == marks:
        return ()
    if len(criteria) == 1 and criteria[0].doubt:
        # Not all of the sentence was read, so that nothing can be said of what it adds up to.
        return ()
    unsaid = sum(worth is None for worth in worths)
    beside = f"（另有{unsaid}条没有认出分值）" if unsaid else ""
    where = f"「{group}」" if name == group else f"「{group}」{name[:20]}"
    return (f"{where}：各条合计{plain(known)}分{beside}，本项写{plain(marks)}分，对不上",)


def split_criteria(words: str) -> list[str]:
    """The criteria in one cell: numbered ones apart, and within them those with marks or deductions of their own.

    What has neither (出现不配合现象不得分) belongs to what stands before it. A piece stands in the cell to the letter.
    """
    folded = fold(words)
    starts = [match.end() for match in _PIECE.finditer(folded)]
    firsts = [match.start() for match in _PIECE.finditer(folded)]
    if not starts:
        edges = [(0, len(words))]
    else:
        edges = [(0, firsts[0])] if words[: firsts[0]].strip() else []
        edges += list(zip(starts, [*firsts[1:], len(words)], strict=True))
    found: list[str] = []
    for start, end in edges:
        found += _split_by_marks(words[start:end].strip(" \u3000;；"))
    return [piece for piece in found if piece]


def _split_by_marks(piece: str) -> list[str]:
    if read_criterion(piece).form in _WHOLE:
        return [piece]
    parts: list[tuple[int, int]] = []
    left = 0
    for stop in re.finditer("[;；。]", piece):
        parts.append((left, stop.end()))
        left = stop.end()
    if piece[left:].strip():
        parts.append((left, len(piece)))
    groups: list[list[int]] = []
    worthy = takes = False
    for start, end in parts:
        read = read_criterion(piece[start:end])
        has, taking = read.worth is not None, read.each not in (None, read.cap)
        if groups and not (has and worthy) and not (taking and takes):
            groups[-1][1] = end
            worthy, takes = worthy or has, takes or taking
        else:
            groups.append([start, end])
            worthy, takes = has, taking
    return [piece[start:end].strip(" \u3000;；。") for start, end in groups]


def _check_section(section: SheetSection) -> list[str]:
    problems = [problem for item in section.items for problem in item.problems]
    problems += [
        f"「{item.group}」没有写分值" for item in section.items if item.marks is None and section.marks is not None
    ]
    summed = sum((item.marks or Decimal(0) for item in section.items), Decimal(0))
    if section.marks is not None and not section.grouped and summed != section.marks:
        title = section.title[:20]
        problems.append(f"「{title}」所含各项合计{plain(summed)}分，写{plain(section.marks)}分，对不上")
    if section.marks is None and section.title and not any(item.marks for item in section.items):
        problems.append(f"「{section.title}」没有写分值：加分、扣分的上限请另定")
    return problems
