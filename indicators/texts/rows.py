"""Tables in a text: rows of cells set apart by | or tabs, of which one holds the task, others who and by when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from indicators.texts.folding import fold
from indicators.texts.units import JOINTS, LEADS, NOBODY, NamedUnits, split_names

_BAR = re.compile("[|\t]")
_TASK = re.compile(
    "工作任务|重点任务|任务内容|主要任务|具体任务|工作内容|工作措施|具体措施|主要措施|重点工作|目标任务"
    "|任务清单|工作要求|事项|内容|任务|措施|指标"
)
#: What of the task is to be reached, where it has a column of its own.
_GOAL = re.compile("^(?:年度|工作|具体|预期|主要|考核|量化)?(?:目标|标准|成效|成果)(?:值|要求)?$")
_LEAD, _JOINT = re.compile(LEADS), re.compile(JOINTS)
_SAID = re.compile("[\u4e00-\u9fff]{4}")
_DUE = re.compile("时限|时间|期限|进度")


@dataclass(frozen=True)
class TaskRow:
    """A row: where its task stands (None for a head and for rows without one), who and by when."""

    task: tuple[int, int] | None
    units: NamedUnits = NOBODY
    due: str = ""


def find_cells(text: str) -> dict[int, TaskRow]:
    """The rows of all tables of a text, by the offset of their line."""
    found: dict[int, TaskRow] = {}
    columns: dict[str, int] | None = None
    for line in re.finditer("[^\n\r]+", text):
        spans = _split_row(line[0])
        if len(spans) < 3:
            columns = None if line[0].strip() else columns
            continue
        cells = [fold(line[0][first:last]).strip() for first, last in spans]
        if (head := _read_head(cells)) is not None:
            columns = head
            found[line.start()] = TaskRow(None)
        elif columns is not None:
            found[line.start()] = _read_row(columns, cells, spans, line.start())
    return found


def _split_row(line: str) -> list[tuple[int, int]]:
    bars = [match.start() for match in _BAR.finditer(line)]
    if len(bars) < 2:
        return []
    edges = [-1, *bars, len(line)]
    spans = [(first + 1, last) for first, last in pairwise(edges)]
    # A line that begins and ends with a bar has no cell before the first and after the last.
    if spans and not line[slice(*spans[0])].strip() and line.lstrip().startswith("|"):
        spans = spans[1:]
    if spans and not line[slice(*spans[-1])].strip() and line.rstrip().endswith("|"):
        spans = spans[:-1]
    return spans


def _read_head(cells: list[str]) -> dict[str, int] | None:
    """The columns of a head by what they hold; None for a row that is none."""
    if any(len(cell) > 14 or re.search("[。;]", cell) for cell in cells):
        return None
    columns: dict[str, int] = {}
    for number, cell in enumerate(cells):
        if _LEAD.search(cell):
            columns.setdefault("lead", number)
        elif _JOINT.search(cell):
            columns.setdefault("joint", number)
        elif _DUE.search(cell):
            columns.setdefault("due", number)
        elif _GOAL.search(cell):
            columns.setdefault("goal", number)
        elif _TASK.search(cell):
            # The last one is the most precise: 任务类别 | 工作任务 | 具体措施.
            columns["task"] = number
    return columns if columns.keys() & {"task", "goal"} and len(columns) > 1 else None


def _read_row(columns: dict[str, int], cells: list[str], spans: list[tuple[int, int]], start: int) -> TaskRow:
    def take(name: str) -> str:
        return cells[columns[name]] if name in columns and columns[name] < len(cells) else ""

    wanted = [columns[name] for name in ("task", "goal") if take(name)]
    if not wanted:
        return TaskRow(None)
    # A goal that is but a figure (≥90%) is read with the task that it is the goal of, where that stands before it.
    whole = len(wanted) == 2 and wanted[1] == wanted[0] + 1 and not _SAID.search(take("goal"))
    first, last = (spans[wanted[0]][0], spans[wanted[1]][1]) if whole else spans[wanted[-1]]
    units = NamedUnits(split_names(take("lead")), split_names(take("joint")))
    return TaskRow((start + first, start + last), units, take("due"))
