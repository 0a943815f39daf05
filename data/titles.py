"""Titles of columns as offices write them: with notes in brackets, stars, and units of measure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from data.units import fold_name
from indicators.tables import Column, Dataset

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>")
_JOINTS = ("", "-", "·", "_", "/", ":")
#: Words in the brackets of a title that measure the numbers below it.
_MEASURES = re.compile(
    "[%‰]|人(?:次|数)?|名|件[次数]?|[个项条起宗户家份篇部期处所台辆套册本页]|次数?|场次?|秒|分钟?|时|小时|[学课]时|天|工?作?日|"
    "周|月|季度|年|元|角|公里|[千平]?方?米|平方公里|公顷|亩|吨|公斤|[千]?克|兆|mbps|[gmtk]b|度|千瓦时"
)
#: No column is called by more characters, whatever the notes behind its name.
_LONGEST = 1000
#: Titles that can mean one column only, if the dataset has one column of that type.
_USUAL = {"unit": ("单位", "单位名称"), "year": ("年度", "年份")}
_SCALED = re.compile("[十百千万亿](?:元|人|人次|件|次|个|项|户|家|亩|吨|米|平方米|千瓦时|条|份)?")


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
                        return found
            if joined_only:
                return None
        return self._match_title(path[-1])

    def _match_title(self, title: str) -> Match | None:
        if len(title) > _LONGEST:
            return None
        folded = fold_title(title).strip("*")
        if column := self.names.get(folded):
            return Match(column)
        bare = _strip(folded)
        column = self._bare.get(bare) if bare else None
        if column is None:
            return None
        return Match(column, self._judge_notes(title, [note[1:-1] for note in _BRACKETS.findall(folded)], column))

    def _judge_notes(self, title: str, notes: list[str], column: Column) -> str | None:
        """What is wrong with units of measure in brackets: hours are no minutes, and 万元 is no 元."""
        if column.type not in ("integer", "decimal"):
            return None
        declared = fold_title(column.unit_of_measure or "")
        for note in notes:
            measure = note.removeprefix("单位").lstrip(":")
            if measure == declared or not (_MEASURES.fullmatch(measure) or _SCALED.fullmatch(measure)):
                continue
            if declared:
                return (
                    f"「{title}」的单位是「{measure}」,台账「{self._dataset.title}」的「{column.title}」"
                    f"按「{column.unit_of_measure}」填;请换算后改正表头"
                )
            if measure in ("%", "‰") or _SCALED.fullmatch(measure):
                return (
                    f"「{title}」的单位是「{measure}」,台账「{self._dataset.title}」的「{column.title}」"
                    "填的是原数;请换算后改正表头"
                )
        return None


def _strip(title: str) -> str:
    """A folded title without stars and without notes in brackets."""
    return _BRACKETS.sub("", title).strip("*")
