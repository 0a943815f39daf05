"""The workbook in which inspectors judge: one row per unit and judged indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from data.batches.current import Row
from data.forms.plan import Cell, FormColumn, FormRow, Kind, SheetPlan, show_stored
from indicators.entries.amounts import plain
from indicators.entries.tables import Column, Dataset
from indicators.meaning.asked import Asked
from indicators.meaning.judging import Judging, list_judged, turn_marks
from indicators.pack.model import Indicator, Pack
from indicators.pack.sources import name_article

#: Columns that only inform: title -> width.
SHOWN = {"指标名称": 16, "条文": 28, "核查要点": 34, "可给的等级或分数": 14}
#: Narrow, so that a row fits on a sheet of paper: column -> width.
_WIDTHS = {"indicator": 15, "inspector": 9, "level": 8, "marks": 8, "reason": 26, "evidence": 22}


def find_judged_datasets(pack: Pack, year: int) -> list[Dataset]:
    """The datasets of judgements that an indicator of the year reads."""
    held = (indicator for indicator in pack.indicators if indicator.years.holds(year))
    read = {part.measure.chosen.judged_in for each in held for part in each.parts}
    return [dataset for dataset in pack.datasets if dataset.id in read]


_REMARKS = (
    "等级和评分只填指标要的那一样",
    "理由必须写明",
    "没有给满分的必须写明佐证材料",
    "没有评的行留空，不会导入",
    "再次导入会取代这些单位本年度以前登记的评定，请在这一份里接着填",
)


def plan_judgements(
    pack: Pack, dataset: Dataset, year: int, rows: Sequence[Row], team: str | None, inspectors: Sequence[str]
) -> SheetPlan:
    """The sheet for one dataset of judgements. ``rows`` are its current rows: what was judged already is filled in.

    Each inspector gets a row of their own; without any the name is left to be filled in.
    """
    judged = list_judged(pack, dataset.id, year)
    if not dataset.checks.judgements:
        # An import that does not check judgements takes the marks as they stand in the file: those that are kept.
        judged = [replace(judging, deducts=False) for judging in judged]
    stored = {
        (row["_unit"], str(row.get("indicator")), str(row.get("inspector"))): row
        for row in rows
        if row["_period"] == year
    }
    people: list[str | None] = [*inspectors] or [None]
    planned: list[FormRow] = []
    for judging in judged:
        key = (judging.unit.id, judging.indicator.id)
        others = [name for unit, indicator, name in stored if (unit, indicator) == key and name not in people]
        # With judgements there already no empty row without a name is needed beside them.
        names = [*others, *(person for person in people if person is not None or not others)]
        planned += [_plan_row(pack, dataset, year, judging, name, stored.get((*key, str(name)))) for name in names]
    indicators = tuple({judging.indicator.id: judging.indicator for judging in judged}.values())
    return SheetPlan(
        asked=Asked(dataset, indicators),
        unit=None,
        year=year,
        columns=_order_columns(dataset),
        rows=tuple(planned),
        every={},
        spare=0,
        units=tuple(dict.fromkeys(judging.unit for judging in judged)),
        heading=f"{dataset.title}（{team or '督察组'}，{year} 年）",
        remarks=_REMARKS,
        idle=tuple(column.title for column in dataset.columns if column.name in _given(dataset)),
        offers_nil=False,
    )


def _given(dataset: Dataset) -> set[str]:
    return {name for name in (dataset.unit, dataset.period.year, "indicator", "inspector") if name is not None}


def _order_columns(dataset: Dataset) -> tuple[FormColumn, ...]:
    """What is given first, then what informs, then what is to be filled in."""
    given = _given(dataset)
    first = [column for column in dataset.columns if column.name in given]
    rest = [column for column in dataset.columns if column.name not in given]
    shown = [FormColumn(title, None, width) for title, width in SHOWN.items()]
    return (
        *(FormColumn(column.title, column, _WIDTHS.get(column.name, 0)) for column in first),
        *shown,
        *(FormColumn(column.title, column, _WIDTHS.get(column.name, 0)) for column in rest),
    )


def _plan_row(
    pack: Pack, dataset: Dataset, year: int, judging: Judging, inspector: str | None, row: Row | None
) -> FormRow:
    names = {unit.id: unit.name for unit in pack.registry.units}
    cells: dict[str, Cell] = {}
    kinds: dict[str, Kind] = {}
    for column in dataset.columns:
        value: Cell = show_stored(row, column, names) if row is not None else None
        if column.name == "marks" and value is not None:
            value = Decimal(turn_marks(judging, str(value)))
        if column.name in _given(dataset):
            value = _give(dataset, column, year, judging, inspector)
        if value is not None:
            cells[column.title] = value
            kinds[column.title] = "given" if column.name in _given(dataset) else "stored"
    shown = (
        judging.indicator.name,
        quote_indicator(judging.indicator),
        list_checks(judging.indicator),
        describe_allowed(judging),
    )
    cells |= dict(zip(SHOWN, shown, strict=True))
    kinds |= dict.fromkeys(SHOWN, "shown")
    level, marks = dataset.column("level"), dataset.column("marks")
    low, high = (judging.least, judging.most) if judging.deducts else (judging.low, judging.high)
    return FormRow(
        cells,
        kinds,
        levels=(level.title, tuple(judging.levels)) if level is not None and judging.by_level else None,
        marks=(marks.title, low, high) if marks is not None and not judging.by_level else None,
    )


def _give(dataset: Dataset, column: Column, year: int, judging: Judging, inspector: str | None) -> Cell:
    if column.name == dataset.unit:
        return judging.unit.name
    if column.name == dataset.period.year:
        return year
    return judging.indicator.id if column.name == "indicator" else inspector


def quote_indicator(indicator: Indicator) -> str:
    """Article and quotation, or what the office chose."""
    quotes = [f"{name_article(cite.article)}「{cite.quote}」" for cite in indicator.cites if cite.quote is not None]
    return "\n".join(dict.fromkeys(quotes)) or str(indicator.cites[0].local_choice)


def list_checks(indicator: Indicator) -> str:
    """The checklist, numbered, a line each."""
    return "\n".join(f"{number}. {text}" for number, text in enumerate(indicator.checklist, 1))


def describe_allowed(judging: Judging) -> str:
    """The levels with their marks, or the range of marks; where marks are only taken off, how many are."""
    if judging.by_level:
        lines = [f"{level}（{_describe_worth(judging, worth)}）" for level, worth in judging.levels.items()]
        return "等级：\n" + "\n".join(lines)
    if judging.deducts:
        least, most = (_show(marks) for marks in (judging.least, judging.most))
        return f"只扣分：「评分」填扣多少分，{least} 到 {most} 分（扣 1 分就填 1，不扣填 0）"
    return f"评分：{_show(judging.low)} 到 {_show(judging.high)} 分"


def _describe_worth(judging: Judging, worth: Decimal) -> str:
    return f"扣 {_show(judging.full - worth)} 分" if judging.deducts else f"{_show(worth)} 分"


def _show(marks: Decimal) -> str:
    return plain(marks.quantize(Decimal("0.000001")))
