"""An entry of a pack as the cells of a row, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from data.rulebook.notation import CellWrong, read_cell, write_cell
from data.rulebook.phrases import count_slots, fill_phrase, find_phrase
from data.rulebook.rule_columns import CHOSEN, Path, RuleColumn
from indicators.entries.nearest import suggest
from indicators.pack.plain_values import Texts

Cells = Mapping[RuleColumn, str]


class Wrong(NamedTuple):
    """What is wrong with a cell of a row."""

    column: RuleColumn
    text: str


class RowRead(NamedTuple):
    """An entry as far as it could be read, where each column went, and what could not be read."""

    entry: dict[str, Texts]
    paths: dict[RuleColumn, Path]
    wrong: list[Wrong]


def write_row(entry: Mapping[str, Texts], columns: Sequence[RuleColumn]) -> dict[RuleColumn, str]:
    """The cells of an entry that are not empty; an empty cell is what was left out."""
    cells: dict[RuleColumn, str] = {}
    said = {column.choice: find_phrase(_follow(entry, column.choice)) for column in columns if column.role == "phrase"}
    for column in columns:
        phrase = said.get(column.choice)
        if column.role in ("phrase", "slot"):
            texts = () if phrase is None else (phrase.phrase, *phrase.numbers)
            cells[column] = texts[column.slot] if column.slot < len(texts) else ""
        elif phrase is None:
            cells[column] = _write_value(entry, column)
    return {column: text for column, text in cells.items() if text}


def _write_value(entry: Mapping[str, Texts], column: RuleColumn) -> str:
    path = column.path
    if column.choice:
        chosen = _follow(entry, column.choice)
        kind = next(iter(chosen), "") if isinstance(chosen, Mapping) else ""
        if column.role == "kind":
            return column.shape.name_word(kind)
        if kind not in column.members:
            return ""
        path = _place(column, kind)
    holder = _follow(entry, path[:-1])
    if not isinstance(holder, Mapping) or path[-1] not in holder:
        return ""
    return write_cell(holder[path[-1]], column.shape)


def _place(column: RuleColumn, kind: str) -> Path:
    return tuple(kind if step == CHOSEN else step for step in column.path)


def _follow(entry: Texts, path: Path) -> Texts:
    for step in path:
        if not isinstance(entry, Mapping) or step not in entry:
            return None
        entry = entry[step]
    return entry


def read_row(cells: Cells, columns: Sequence[RuleColumn]) -> RowRead:
    """The entry that a row holds."""
    read = RowRead({}, {}, [])
    for choice in dict.fromkeys(column.choice for column in columns if column.choice):
        _read_choice(cells, [column for column in columns if column.choice == choice], read)
    for column in columns:
        if not column.choice:
            _read_value(cells, column, column.path, read)
    # In the order of the columns, however they were read.
    order = list(dict.fromkeys(column.path[0] for column in columns))
    entry = {key: read.entry[key] for key in order if key in read.entry}
    return RowRead(entry, read.paths, read.wrong)


def _read_value(cells: Cells, column: RuleColumn, path: Path, read: RowRead) -> None:
    read.paths[column] = path
    text = cells.get(column, "")
    for length in column.opened:
        # An entry that must be there is there, though nothing in it has to be written.
        if _follow(read.entry, path[:length]) is None:
            _put(read.entry, path[:length], {})
    if not text.strip():
        return
    try:
        value = read_cell(text, column.shape)
    except CellWrong as error:
        read.wrong.append(Wrong(column, str(error)))
        return
    _put(read.entry, path, value)


def _put(entry: dict[str, Texts], path: Path, value: Texts) -> None:
    """Set the value at a path; entries on the way that are not there yet are made."""
    first, *rest = path
    if not rest:
        entry[first] = value
        return
    inner = entry.get(first)
    made = dict(inner) if isinstance(inner, Mapping) else {}
    _put(made, tuple(rest), value)
    entry[first] = made


def _read_choice(cells: Cells, columns: list[RuleColumn], read: RowRead) -> None:
    """A member of a closed set: by its kind and the columns that the kind uses, or by a phrase."""
    kind = next(column for column in columns if column.role == "kind")
    phrase = next((column for column in columns if column.role == "phrase"), None)
    filled = [column for column in columns if cells.get(column, "").strip()]
    if phrase is not None and any(column.role in ("phrase", "slot") for column in filled):
        _read_phrase(cells, columns, filled, read)
        return
    read.paths[kind] = kind.path
    chosen = kind.shape.find_word(cells.get(kind, "").strip())
    if chosen not in kind.shape.words:
        if chosen:
            text = f"没有「{chosen}」这一种{suggest(chosen, list(kind.shape.labels))}"
            read.wrong.append(Wrong(kind, text))
        elif filled:
            read.wrong.append(Wrong(kind, f"填了「{filled[0].label}」，没有选「{kind.label}」；请从下拉里选一种"))
        return
    read.entry[kind.path[0]] = {chosen: {}}
    for column in columns:
        if column.role != "value":
            continue
        if chosen in column.members:
            _read_value(cells, column, _place(column, chosen), read)
        elif column in filled:
            name = kind.shape.name_word(chosen)
            read.wrong.append(Wrong(column, f"「{name}」不用「{column.label}」；请清空这一格，或改「{kind.label}」"))


def _read_phrase(cells: Cells, columns: list[RuleColumn], filled: list[RuleColumn], read: RowRead) -> None:
    phrase = next(column for column in columns if column.role == "phrase")
    read.paths[phrase] = phrase.path
    words = cells.get(phrase, "").strip()
    if words not in phrase.shape.words:
        said = f"没有「{words}」这种说法{suggest(words, list(phrase.shape.words))}" if words else "填了数，没有选说法"
        read.wrong.append(Wrong(phrase, f"{said}；请从下拉里选一种，或用后面的各列"))
        return
    wanted = count_slots(words)
    slots = [column for column in columns if column.role == "slot" and column.slot <= wanted]
    for column in filled:
        if column.role in ("kind", "value"):
            read.wrong.append(Wrong(column, f"已经选了说法「{words}」，不再填「{column.label}」；请清空其中一处"))
        elif column.slot > wanted:
            read.wrong.append(Wrong(column, f"「{words}」只有 {wanted} 个数；请清空这一格"))
    if empty := [column for column in slots if column not in filled]:
        read.wrong.extend(Wrong(column, f"「{words}」有 {wanted} 处空（_），还要填{column.label}") for column in empty)
        return
    read.entry[phrase.path[0]] = fill_phrase(words, [cells[column].strip() for column in slots])
