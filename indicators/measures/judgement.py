"""What an inspector judges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from indicators.entries.amounts import Name
from indicators.entries.tables import NUMERIC, WORDS, ColumnType
from indicators.measures.kind import Kind, Need, Tables
from indicators.measures.rows import ALONE, Beside, Rows

_SHAPES: dict[str, tuple[tuple[ColumnType, ...], str]] = {"marks": (NUMERIC, "得分"), "level": (WORDS, "等级")}


class Judgement(Kind):
    """An inspector's level or marks, from a dataset with the columns indicator, level, marks, reason.

    Several judgements of one item: ``conflict`` if they differ, or their ``mean``.
    """

    name = "judgement"
    title = "督察员评定"
    fits = ("judged",)
    way = "judged"

    dataset: Name
    several: Literal["conflict", "mean"] = "conflict"

    @property
    def level_column(self) -> str | None:
        """Always the same column."""
        return "level"

    @property
    def judged_in(self) -> str | None:
        """Its dataset."""
        return self.dataset

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The judgements of the indicator; what the marks read of them must be given."""
        return (Rows(self.dataset, None, needed=(beside.judged,), of_indicator=True),)

    def list_needs(self) -> Iterator[Need]:
        """What is judged, and why so."""
        yield Need(self.dataset, "indicator", ("indicator",), "评判对象")
        yield Need(self.dataset, "reason", ("text",), "评判理由")

    def list_cells(self, tables: Tables, beside: Beside) -> Iterator[tuple[str, str]]:
        """Only beside others does a judgement that says nothing stop the item: alone there is just none."""
        if self.several == "mean":
            yield from super().list_cells(tables, beside)

    def find_mistakes(self, tables: Tables, beside: Beside) -> Iterator[str]:
        """There is a column for what the marks read."""
        if beside.judged is None:
            return
        types, word = _SHAPES[beside.judged]
        column = tables.dataset(self.dataset).column(beside.judged)
        if column is None or column.type not in types:
            yield f"台账 {self.dataset} 请补上 {beside.judged} 列（{word}，{'/'.join(types)} 类型）"
