"""Titles of columns as offices write them: with notes in brackets, stars, and units of measure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from data.cells.measures import fits_column, is_measure, is_remark, list_notes, read_note
from data.files.names import fold_name
from indicators.entries.tables import Column, Dataset

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
_JOINTS = ("", "-", "·", "_", "/", ":")
#: No column is called by more characters, whatever the notes behind its name.
_LONGEST = 1000
#: Titles that can mean one column only, if the dataset has one column of that type.
_USUAL = {"unit": ("单位", "单位名称"), "year": ("年度", "年份")}


def fold_title(text: str) -> str:
    """A title without white space, case and full-width forms."""
    return fold_name(text).casefold()


@dataclass(frozen=True)
class Match:
    """The column that a title names, and in Chinese what is wrong with how it does."""

    column: Column
    problem: str | None = None


class TitleIndex:
    """The columns of a dataset by name, title and alias."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self.names: dict[str, Column] = {
            fold_title(word): column
            for column in dataset.columns
            for word in (column.name, column.title, *column.aliases)
        }
        for kind, words in _USUAL.items():
            only = [column for column in dataset.columns if column.type == kind]
            for word in words if len(only) == 1 else ():
                self.names.setdefault(word, only[0])
        bare: dict[str, dict[str, Column]] = defaultdict(dict)
        for name, column in self.names.items():
            bare[_strip(name)][column.name] = column
        self._bare = {name: next(iter(columns.values())) for name, columns in bare.items() if len(columns) == 1}

    def match(self, path: tuple[str, ...], joined_only: bool = False) -> Match | None:
        """The column named by a title with its groups above it, from the top.

        The joined words come before the title alone; ``joined_only`` is for titles that stand under several groups.
        """
        if len(path) > 1:
            for start in range(len(path) - 1):
                for joint in _JOINTS:
                    if (found := self._match_title(joint.join(path[start:]))) is not None:
                        return self._judge(found, path)
            if joined_only:
                return None
        found = self._match_title(path[-1])
        return None if found is None else self._judge(found, path)

    def judge_title(self, title: str, column: Column) -> str | None:
        """What is wrong, in Chinese, with the measures in a title that is said to be the column's."""
        return self._judge_notes((title,), column)

    def _judge(self, column: Column, path: tuple[str, ...]) -> Match:
        """A column that was found, with what is wrong with the measures in its title and in the groups above it."""
        exact = fold_title(path[-1]).strip("*") in self.names
        return Match(column, self._judge_notes(path[:-1] if exact else path, column))

    def _match_title(self, title: str) -> Column | None:
        if len(title) > _LONGEST:
            return None
        folded = fold_title(title).strip("*")
        if column := self.names.get(folded):
            return column
        bare = _strip(folded)
        return self._bare.get(bare) if bare else None

    def _judge_notes(self, path: Sequence[str], column: Column) -> str | None:
        """What is wrong with units of measure in brackets: hours are no minutes, and 万元 is no 元."""
        if column.type not in ("integer", "decimal"):
            return None
        known = {note for word in (column.title, *column.aliases) for note in list_notes(fold_title(word))}
        for title in path:
            for note in list_notes(fold_title(title)):
                measure = read_note(note)
                if note in known or fits_column(measure, column):
                    continue
                if measure == note and not is_measure(note) and is_remark(note):
                    continue
                wanted = f"按「{column.unit_of_measure}」填" if column.unit_of_measure else "填的是原数"
                dataset = f"台账「{self._dataset.title}」的「{column.title}」{wanted}"
                if is_measure(measure) or measure != note:
                    return f"「{title}」的单位是「{measure}」，{dataset}；请换算后改正表头"
                return f"「{title}」括号里的「{note}」认不出是不是计量单位，{dataset}；请核对后改成台账的列名"
        return None


def _strip(title: str) -> str:
    """A folded title without stars and without notes in brackets."""
    return _BRACKETS.sub("", title).strip("*")
