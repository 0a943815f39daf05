"""A line of a pack as fields to fill in: which there are and what may be chosen follow from its columns.

Nothing of a kind of rule is known here: a new one has its fields as it has its columns in the workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.visits.work_keys import DeskKey
from data.rulebook.entry_forms import FormLine
from data.rulebook.layout import find_reference
from data.rulebook.phrases import count_slots
from data.rulebook.rule_columns import RuleColumn

#: What a box says in which nothing is chosen.
NOTHING = "（不填）"
#: So many fields stand beside each other, and a longer text has a line for itself.
_BESIDE, _LONG = 2, 16
#: The key under which an entry names the dataset that it reads.
_DATASET = "dataset"

Cells = dict[RuleColumn, str]
#: What is wrong, by line and column; without a column the line as a whole.
Wrong = dict[tuple[int, RuleColumn | None], list[str]]


@dataclass(frozen=True)
class FormFrame:
    """What all fields of a form share: the beginning of their keys, what may be chosen of other sheets and of the
    columns of a dataset (id and title), and what is wrong, by line and column."""

    turn: int
    choices: Callable[[str], Mapping[str, str]]
    columns: Callable[[str], Mapping[str, str]]
    wrong: Wrong

    def key(self, number: int, column: RuleColumn) -> str:
        """The name of a field's widget."""
        return name_field(self.turn, number, column)


def name_field(turn: int, number: int, column: RuleColumn) -> str:
    """The name of a field's widget: of the form that is shown the ``turn``-th, and in it of a line."""
    return f"{DeskKey.FIELD}_{turn}_{number}_{column.key}"


def read_typed(turn: int, lines: Sequence[FormLine]) -> list[FormLine] | None:
    """The lines as they stand in the fields of a form that was shown before; None where none of them is there."""
    found = []
    for number, line in enumerate(lines):
        keys = {column: name_field(turn, number, column) for column in line.columns}
        typed = {column: str(st.session_state[key] or "") for column, key in keys.items() if key in st.session_state}
        cells = {column: text for column, text in typed.items() if text.strip()}
        found.append(FormLine(line.sheet, line.columns, cells))
    return found if any(line.cells for line in found) else None


def show_line(frame: FormFrame, number: int, line: FormLine) -> Cells:
    """The fields of a line; returns what stands in them."""
    cells: Cells = {}
    for text in frame.wrong.get((number, None), ()):
        st.error(text)
    shown, others = _part_columns(frame, number, line)
    _show_fields(frame, number, line, shown, cells)
    if others:
        with st.expander(f"还可以填的 {len(others)} 项"):
            _show_fields(frame, number, line, others, cells)
    return cells


def _part_columns(frame: FormFrame, number: int, line: FormLine) -> tuple[list[RuleColumn], list[RuleColumn]]:
    """The fields to be shown at once, and those that may be opened; what the chosen kind does not use is neither."""
    shown: list[RuleColumn] = []
    others: list[RuleColumn] = []
    shared = {column.path[:-1] for column, text in line.cells.items() if column.cohort and text}
    for column in _list_used(frame, number, line):
        filled = bool(line.cells.get(column)) or (number, column) in frame.wrong
        ahead = column.required or column.path[:-1] in shared or column.role != "value" or _needs(column)
        (shown if filled or ahead else others).append(column)
    return shown, others


def _needs(column: RuleColumn) -> bool:
    """Whether a kind cannot do without it."""
    return bool(column.choice) and not column.opened and column.shape.number


def _list_used(frame: FormFrame, number: int, line: FormLine) -> Iterable[RuleColumn]:
    """The columns that what is chosen in the line leaves to be filled in."""

    def read(column: RuleColumn | None) -> str:
        if column is None:
            return ""
        return str(st.session_state.get(frame.key(number, column), line.cells.get(column, "")) or "")

    heads = {(column.choice, column.role): column for column in line.columns if column.role in ("kind", "phrase")}
    for column in line.columns:
        if not column.choice or column.role == "phrase":
            yield column
            continue
        phrase = read(heads.get((column.choice, "phrase")))
        kind = heads[column.choice, "kind"]
        if column.role == "slot":
            if column.slot <= count_slots(phrase):
                yield column
        elif not phrase and (column is kind or kind.shape.find_word(read(kind)) in column.members):
            yield column


def _show_fields(frame: FormFrame, number: int, line: FormLine, columns: Sequence[RuleColumn], cells: Cells) -> None:
    row: list[RuleColumn] = []
    for column in columns:
        if _is_wide(column, line.cells.get(column, "")):
            _show_row(frame, number, line, row, cells)
            _show_row(frame, number, line, [column], cells)
            row = []
        else:
            row.append(column)
            if len(row) == _BESIDE:
                _show_row(frame, number, line, row, cells)
                row = []
    _show_row(frame, number, line, row, cells)


def _is_wide(column: RuleColumn, text: str) -> bool:
    return column.role == "phrase" or not column.shape.scalar or "\n" in text or len(text) > _LONG


def _show_row(frame: FormFrame, number: int, line: FormLine, columns: Sequence[RuleColumn], cells: Cells) -> None:
    if not columns:
        return
    places = (
        st.columns(_BESIDE)
        if len(columns) > 1 or not _is_wide(columns[0], line.cells.get(columns[0], ""))
        else [st.container()]
    )
    for place, column in zip(places, columns, strict=False):
        with place:
            cells[column] = _ask(frame, number, line, column)
            for text in frame.wrong.get((number, column), ()):
                st.error(text)


def _ask(frame: FormFrame, number: int, line: FormLine, column: RuleColumn) -> str:
    """One field: a box of what may be chosen, or a text."""
    key, text = frame.key(number, column), line.cells.get(column, "")
    label = f"{column.label}（必填）" if column.required else column.label
    other = find_reference(line.sheet, column)
    titles: Mapping[str, str] = {}
    if column.shape.words and column.shape.forms == 1:
        titles = {each: each for each in column.shape.labels}
    elif other is not None:
        titles = frame.choices(other)
    named = {} if titles else _list_columns(frame, number, line, column)
    titles = titles or named
    if titles:
        options = list(dict.fromkeys(("", *titles, *([text] if text else []))))
        chosen = st.selectbox(
            label,
            options,
            index=options.index(text),
            key=key,
            format_func=lambda each: (titles.get(each) or each) if each else NOTHING,
            accept_new_options=bool(named),
        )
        return str(chosen or "")
    if _is_wide(column, text):
        height = 68 + 24 * min(text.count("\n") + len(text) // 60, 6)
        return str(st.text_area(label, value=text, key=key, height=height) or "").strip("\n")
    return str(st.text_input(label, value=text, key=key) or "")


def _list_columns(frame: FormFrame, number: int, line: FormLine, column: RuleColumn) -> Mapping[str, str]:
    """The columns of the dataset that stands beside a field: what it may name; another text may be written."""
    shape = column.shape
    if not shape.scalar or shape.number or shape.words or not column.path or column.path[-1] == _DATASET:
        return {}
    beside = next((each for each in line.columns if each.path == (*column.path[:-1], _DATASET)), None)
    if beside is None:
        return {}
    chosen = st.session_state.get(frame.key(number, beside), line.cells.get(beside, ""))
    return frame.columns(str(chosen or ""))
