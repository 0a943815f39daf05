"""Which sheets there are, and which file of a pack each of them holds.

Only this is written by hand: what stands on a sheet follows from the models. What no sheet lists is a line of the first
one, so that nothing that a pack may say is without a place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pydantic import BaseModel

from data.rulebook.rule_columns import RuleColumn, list_columns
from indicators.entries.shapes import Shape, list_fields
from indicators.entries.tables import Entry
from indicators.pack.calendar import CalendarFile
from indicators.pack.cases import CasesFile
from indicators.pack.doubts import DoubtsFile
from indicators.pack.model import PackFile
from indicators.pack.register import Register
from indicators.reader import DatasetsFile, IndicatorsFile, ObligationsFile, SourcesFile

HEAD_SHEET, TEXTS_SHEET, GUIDE_SHEET = "基本信息", "原文", "说明"

#: The files of a pack; where a name has a star there may be several.
FILES: dict[str, type[Entry]] = {
    "pack.yaml": PackFile,
    "units.yaml": Register,
    "datasets.yaml": DatasetsFile,
    "indicators/*.yaml": IndicatorsFile,
    "calendar.yaml": CalendarFile,
    "obligations.yaml": ObligationsFile,
    "cases/*.yaml": CasesFile,
    "doubts.yaml": DoubtsFile,
    "sources/sources.yaml": SourcesFile,
}
#: Where a new line goes of which nobody says in which file it belongs.
NEW_FILE = "new.yaml"
FILE_COLUMN = RuleColumn("写在哪个文件", ("#file",), Shape(scalar=True))


@dataclass(frozen=True)
class RuleSheet:
    """A sheet with a line for each entry of a list: of a file, or of the entries of another sheet (``parent``)."""

    title: str
    file: str
    field: str
    parent: str | None = None

    @property
    def model(self) -> type[BaseModel]:
        """What a line is."""
        owner = FILES[self.file] if self.parent is None else find_plan(self.parent).model
        shape = next(field.shape for field in list_fields(owner) if field.key == self.field)
        assert shape.items is not None
        assert shape.items.model is not None
        return shape.items.model

    @property
    def is_split(self) -> bool:
        """Whether its lines come from several files."""
        return "*" in self.file and self.parent is None

    @property
    def owner_column(self) -> RuleColumn | None:
        """Where a line says to which line of the other sheet it belongs."""
        return RuleColumn(f"{self.parent}编号", ("#owner",), Shape(scalar=True), required=True) if self.parent else None


PLANS = (
    RuleSheet("考核组", "pack.yaml", "cohorts"),
    RuleSheet("评审", "pack.yaml", "reviews"),
    RuleSheet("一级指标", "pack.yaml", "sections"),
    RuleSheet("单位类别", "units.yaml", "kinds"),
    RuleSheet("单位", "units.yaml", "units"),
    RuleSheet("台账", "datasets.yaml", "datasets"),
    RuleSheet("字段", "datasets.yaml", "columns", "台账"),
    RuleSheet("指标", "indicators/*.yaml", "indicators"),
    RuleSheet("计分", "indicators/*.yaml", "parts", "指标"),
    RuleSheet("依据", "indicators/*.yaml", "cites", "指标"),
    RuleSheet("变动", "indicators/*.yaml", "changes", "指标"),
    RuleSheet("放假安排", "calendar.yaml", "calendar"),
    RuleSheet("任务", "obligations.yaml", "obligations"),
    RuleSheet("用例", "cases/*.yaml", "cases"),
    RuleSheet("全表用例", "cases/*.yaml", "tables"),
    RuleSheet("看不出的改动", "cases/*.yaml", "unnoticed"),
    RuleSheet("存疑", "doubts.yaml", "doubts"),
    RuleSheet("依据文件", "sources/sources.yaml", "sources"),
)

#: At these keys stands the id of a line of another sheet.
_REFERENCES = {
    "section": "一级指标",
    "review": "评审",
    "cohort": "考核组",
    "indicator": "指标",
    "dataset": "台账",
    "source": "依据文件",
    "parent": "单位",
    "successor": "单位",
}
_OWN_REFERENCES = {("单位", "kind"): "单位类别", ("用例", "unit"): "单位"}


def find_reference(sheet: str, column: RuleColumn) -> str | None:
    """The other sheet of whose lines a cell of the column holds an id; None where it does not."""
    other = _OWN_REFERENCES.get((sheet, column.name)) or _REFERENCES.get(column.name)
    if column.path == ("#owner",):
        other = column.label.removesuffix("编号")
    return None if column is FILE_COLUMN or other == sheet or not column.shape.scalar else other


def find_plan(title: str) -> RuleSheet:
    """The sheet of that title."""
    return next(plan for plan in PLANS if plan.title == title)


def list_children(plan: RuleSheet) -> list[RuleSheet]:
    """The sheets whose lines belong to lines of this one."""
    return [child for child in PLANS if child.parent == plan.title]


def find_file(name: str) -> str | None:
    """Which of the files of a pack a name is; None where it is none."""
    return next((pattern for pattern in FILES if fnmatchcase(name, pattern) and name.count("/") < 2), None)


def list_sheet_columns(plan: RuleSheet, keyed: Mapping[str, str]) -> list[RuleColumn]:
    """The columns of a sheet; ``keyed`` are the cohorts with columns of their own."""
    columns = list_columns(plan.model, tuple(child.field for child in list_children(plan)), keyed)
    if plan.owner_column is not None:
        return [plan.owner_column, *columns]
    return [*columns, FILE_COLUMN] if plan.is_split else columns


def list_head_columns() -> Iterator[tuple[str, RuleColumn]]:
    """What stands on the first sheet, a line each: the file and the column of everything that no sheet lists."""
    for file, model in FILES.items():
        listed = tuple(plan.field for plan in PLANS if plan.file == file and plan.parent is None)
        yield from ((file, column) for column in list_columns(model, listed, {}))
