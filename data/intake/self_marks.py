"""Self-assessment (自评): what units give themselves, indicator by indicator, beside what is scored.

Every pack has this table of itself. No run reads it: what a unit thinks of its work never changes its marks.
"""

from __future__ import annotations

import re
from decimal import Decimal

from data.batches.current import Row, read_rows
from data.batches.records import Inputs, current_inputs
from data.files.mistakes import FileMistake
from data.forms.kits import Kit
from data.forms.plan import Cell, FormColumn, FormRow, Kind, SheetPlan
from data.sheets.parsed import ParsedSheet
from data.store.workspace import Workspace
from indicators.entries.amounts import OPEN_TITLE, has_no_end, plain
from indicators.entries.tables import Dataset
from indicators.meaning.asked import Asked, find_applying, list_applying
from indicators.pack.model import Indicator, Pack
from indicators.pack.register import UnitEntry

SELF_MARKS = "self_assessment"
DATASET = Dataset.model_validate(
    {
        "id": SELF_MARKS,
        "title": "自评表",
        "columns": [
            {"name": "unit", "title": "单位", "type": "unit"},
            {"name": "year", "title": "年度", "type": "year"},
            {"name": "indicator", "title": "指标", "type": "indicator", "aliases": ["指标编号"]},
            {"name": "marks", "title": "自评得分", "type": "decimal", "decimals": 4, "aliases": ["自评", "自评分"]},
            {"name": "reason", "title": "自评说明", "type": "text", "required": False},
        ],
        "key": ["unit", "year", "indicator"],
        "period": {"year": "year"},
    }
)
_SHOWN = {"指标名称": 34, "分值": 9}
_GIVEN = ("unit", "year", "indicator")


def add_self_marks(pack: Pack) -> Pack:
    """The pack with the table of self-assessments beside its own, for forms and files; not for scoring."""
    if any(dataset.id == SELF_MARKS for dataset in pack.datasets):
        return pack
    return pack.model_copy(update={"datasets": (*pack.datasets, DATASET)})


def read_self_marks(workspace: Workspace, pack: Pack, year: int) -> dict[tuple[str, str], Decimal]:
    """What units gave themselves for the year, by unit and indicator; of each unit the newest table counts."""
    return list_self_marks(find_self_marks(workspace, pack), year)


def find_self_marks(workspace: Workspace, pack: Pack) -> Inputs:
    """The files in which it stands, of all years."""
    return current_inputs(workspace, pack.model_copy(update={"datasets": (DATASET,)}))


def list_self_marks(inputs: Inputs, year: int) -> dict[tuple[str, str], Decimal]:
    """As :func:`read_self_marks`, of files that were found already."""
    return {
        (row["_unit"], row["indicator"]): Decimal(row["marks"])
        for row in read_rows(inputs, SELF_MARKS)
        if row["_period"] == year
    }


def make_self_kit(workspace: Workspace, pack: Pack, unit: UnitEntry, year: int) -> Kit | None:
    """The workbook in which a unit assesses itself, with what it gave before; None where nothing applies to it."""
    indicators = [each for each in list_applying(pack, unit, year) if pack.section(each.section).counts]
    if not indicators:
        return None
    known = {row["indicator"]: row for row in _read_current(workspace, pack) if row["_unit"] == unit.id}
    rows = [_plan_row(pack, unit, year, each, known.get(each.id)) for each in indicators]
    titles = {column.name: column.title for column in DATASET.columns}
    columns = [FormColumn(titles[name], DATASET.column(name)) for name in _GIVEN]
    columns += [FormColumn(title, None, width) for title, width in _SHOWN.items()]
    columns += [FormColumn(titles["marks"], DATASET.column("marks"), 10)]
    columns += [FormColumn(titles["reason"], DATASET.column("reason"), 40)]
    plan = SheetPlan(
        asked=Asked(DATASET, tuple(indicators)),
        unit=unit,
        year=year,
        columns=tuple(columns),
        rows=tuple(rows),
        every={},
        spare=0,
        units=(unit,),
        heading=f"{unit.name}自评表（{year} 年）",
        remarks=("只填自评得分和说明", "没有自评的行留空，不会导入", "自评只供对照，不影响得分"),
        idle=tuple(titles[name] for name in _GIVEN),
        offers_nil=False,
    )
    name = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "·", f"{unit.name}-{year}年自评表")
    return Kit(f"{name}.xlsx", f"{unit.name} {year} 年自评表", (plan,))


def check_self_marks(sheet: ParsedSheet, pack: Pack) -> list[FileMistake]:
    """Every mistake in a table of self-assessments: an indicator that is not asked, marks that it cannot give."""
    if sheet.dataset.id != SELF_MARKS:
        return []
    mistakes: list[FileMistake] = []
    applying: dict[int, dict[str, tuple[Indicator, ...]]] = {}
    for index, (unit, name, year) in enumerate(
        zip(sheet.units, sheet.columns["indicator"], sheet.periods, strict=True)
    ):
        if unit is None or name is None or year is None:
            continue
        if year not in applying:
            applying[year] = find_applying(pack, year)
        indicator = next((each for each in applying[year].get(str(unit), ()) if each.id == name), None)
        if indicator is None:
            text = f"{year} 年不用指标 {name} 评这个单位；请改正单位、指标或年度，或删去这一行"
            mistakes.append(sheet.mistake(index, "indicator", text))
            continue
        low, high = _find_bounds(pack, str(unit), indicator)
        marks = sheet.columns["marks"][index]
        if isinstance(marks, int | Decimal) and not low <= marks <= high:
            span = f"不低于 {plain(low)}" if has_no_end(high) else f"在 {plain(low)} 到 {plain(high)} 之间"
            text = f"「自评得分」应{span}，填的是 {plain(Decimal(marks))}；请核对"
            mistakes.append(sheet.mistake(index, "marks", text))
    return mistakes


def _read_current(workspace: Workspace, pack: Pack) -> list[Row]:
    return read_rows(find_self_marks(workspace, pack), SELF_MARKS)


def _find_bounds(pack: Pack, unit: str, indicator: Indicator) -> tuple[Decimal, Decimal]:
    """The least and the most that the indicator gives the unit, in whichever of its groups that is most."""
    cohorts = [
        cohort.id
        for cohort in pack.head.cohorts
        if cohort.id in indicator.marks and any(member.id == unit for member in pack.members(cohort))
    ]
    most = max((indicator.marks[cohort] for cohort in cohorts), default=Decimal(0))
    least = min((indicator.find_lowest(cohort) for cohort in cohorts), default=Decimal(0))
    return (-most, Decimal(0)) if pack.section(indicator.section).kind == "deduction" else (least, most)


def _plan_row(pack: Pack, unit: UnitEntry, year: int, indicator: Indicator, row: Row | None) -> FormRow:
    low, high = _find_bounds(pack, unit.id, indicator)
    cells: dict[str, Cell] = {
        "单位": unit.name,
        "年度": year,
        "指标": indicator.id,
        "指标名称": indicator.name,
        "分值": OPEN_TITLE if has_no_end(high) else plain(high or low),
    }
    kinds: dict[str, Kind] = {title: "shown" if title in _SHOWN else "given" for title in cells}
    if row is not None and row["_period"] == year:
        stored: dict[str, Cell] = {"自评得分": Decimal(row["marks"]), "自评说明": row["reason"]}
        cells |= {title: value for title, value in stored.items() if value is not None}
        kinds |= {title: "stored" for title, value in stored.items() if value is not None}
    return FormRow(cells, kinds, marks=("自评得分", low, high))
