"""What the importer, or the form itself, says about a sheet, and whether its rows agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypedDict

from data.cells.dates import LAST_YEAR
from data.cells.parser import FIRST_YEAR
from data.files.mistakes import FileMistake, FileRefused
from data.forms.filled import RecognisedForm
from data.intake.mapped_sheets import PlatformMapping
from data.intake.tenure import describe_absence
from data.register.units import Registry
from data.sheets.parsed import ParsedSheet
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack


@dataclass(frozen=True)
class Declaration:
    """What the importer said about the files. ``complete_to``: registers in them are complete up to this day.

    ``mapping``: they are exports of another platform, to be read by it.
    """

    dataset: Dataset | None
    unit: str | None
    year: int | None
    nil_report: bool
    complete_to: date | None = None
    mapping: PlatformMapping | None = None

    @property
    def nil_year(self) -> int | None:
        """The year of which a sheet without rows says that there is nothing."""
        return self.year or (self.complete_to.year if self.complete_to is not None else None)

    def with_form(self, form: RecognisedForm) -> Declaration:
        """Together with what the form says about itself."""
        if form.filled.nil_cell is None:
            return self
        own = form.record.unit if form.dataset.covers == "rows" else None
        return replace(self, unit=self.unit or own, year=self.year or form.record.year, nil_report=True)


class Restriction(TypedDict, total=False):
    """What files may hold, as who hands them in says: rows of a ``dataset``, a ``unit`` (id, name or alias) and a year.

    With ``nil_report`` they hold no rows and report just that. ``complete_to`` declares the registers among them
    complete up to a day, as a line of the sheet itself may. With a ``mapping`` they are exports of another platform,
    read by it.
    """

    dataset: str | None
    unit: str | None
    year: int | None
    nil_report: bool
    complete_to: date | None
    mapping: PlatformMapping | None


def read_declaration(
    pack: Pack,
    registry: Registry,
    dataset: str | None = None,
    unit: str | None = None,
    year: int | None = None,
    nil_report: bool = False,
    complete_to: date | None = None,
    mapping: PlatformMapping | None = None,
) -> Declaration:
    """The declaration with the dataset and the unit that are meant. Raises FileRefused."""
    mistakes = []
    table = next((each for each in pack.datasets if dataset in (each.id, each.title)), None)
    if dataset is not None and table is None:
        known = "、".join(f"{each.title}（{each.id}）" for each in pack.datasets)
        mistakes.append(FileMistake(None, None, None, f"没有台账「{dataset}」；本指标包的台账：{known}"))
    unit_id = None if unit is None else registry.resolve(unit, year)
    if unit is not None and registry.list_claims(unit) and unit_id is None:
        text = f"「{unit}」先后是{registry.describe_claims(unit)}的名称；请用 --unit 写编号"
        mistakes.append(FileMistake(None, None, None, text))
    elif unit is not None and unit_id is None:
        near = "、".join(registry.suggest(unit))
        hint = f"；是不是「{near}」？" if near else "；"
        mistakes.append(FileMistake(None, None, None, f"名录里没有单位「{unit}」{hint}请改用名录中的全称、简称或编号"))
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        text = f"年度 {year} 不可信，应在 {FIRST_YEAR} 到 {LAST_YEAR} 年之间；请核对 --year"
        mistakes.append(FileMistake(None, None, None, text))
    entry = registry.find(unit_id) if unit_id is not None else None
    if entry is not None and year is not None and (absence := describe_absence(entry, year, registry)):
        mistakes.append(FileMistake(None, None, None, absence))
    if mistakes:
        raise FileRefused(mistakes)
    return Declaration(table, unit_id, year, nil_report, complete_to, mapping)


def check_declared_rows(sheet: ParsedSheet, declared: Declaration, registry: Registry) -> list[FileMistake]:
    """Rows of another unit or year than was declared."""
    dataset = sheet.dataset
    mistakes: list[FileMistake] = []
    if declared.nil_report:
        return mistakes
    if declared.unit is not None:
        text = f"导入时指明了单位「{registry.name(declared.unit)}」，这一行却是别的单位；请核对"
        others = sheet.find_other_units(declared.unit)
        mistakes += [sheet.mistake(index, dataset.unit, text) for index in others]
    if declared.year is not None and not dataset.period.standing:
        text = f"导入时指明了 {declared.year} 年，这一行却是别的年度；请核对"
        others = sheet.find_other_periods(declared.year)
        mistakes += [sheet.mistake(index, dataset.period.year or dataset.period.date or "", text) for index in others]
    return mistakes


def judge_declaration(dataset: Dataset, rows: int, declared: Declaration) -> list[str]:
    """What is wrong with the declaration of a sheet that has so many rows."""
    wrong = []
    if declared.unit is not None and dataset.covers == "all_units":
        wrong.append(
            f"台账「{dataset.title}」由一家替所有单位报送，没有写到的单位也算已报；请去掉 --unit，导入完整的一份"
        )
    if (not rows or declared.nil_report) and (nil := _judge_nil_report(dataset, rows, declared)) is not None:
        wrong.append(nil)
    return wrong


def _judge_nil_report(dataset: Dataset, rows: int, declared: Declaration) -> str | None:
    """What is wrong with a sheet without rows, or with a nil report; None if it is in order."""
    if rows:
        return f"声明了零报告，表里却有 {rows} 行数据；请去掉 --nil-report，或清空数据行"
    needed = ["--unit 单位"] if dataset.covers == "rows" else []
    needed += [] if dataset.period.standing else ["--year 年度"]
    if not declared.nil_report:
        return f"没有数据行；若确实没有可报的，请声明零报告：{' '.join(['--nil-report', *needed])}"
    given = {"--unit 单位": declared.unit, "--year 年度": declared.nil_year}
    missing = [option for option in needed if given[option] is None]
    return f"零报告还要指明 {'、'.join(missing)}" if missing else None


def judge_completeness(
    dataset: Dataset, periods: Iterable[int], complete_to: date | None, today: date | None
) -> str | None:
    """What is wrong with declaring a sheet complete, which reports these periods; None if it is in order."""
    if complete_to is None:
        return None
    if not dataset.is_register:
        return f"写了齐全至 {complete_to}，但台账「{dataset.title}」由各单位自己报，收下的表就是声明；请删去这一格"
    if today is not None and complete_to > today:
        return f"写了齐全至 {complete_to}，这一天还没有到；请改为已经过去的日期"
    if not dataset.period.standing and complete_to.year < (first := min(periods, default=complete_to.year)):
        return f"写了齐全至 {complete_to}，表里却只有 {first} 年以后的行；请核对这个日期"
    return None


def list_scopes(
    dataset: Dataset, reported: Iterable[tuple[str, int]], declared: Declaration, registry: Registry
) -> frozenset[tuple[str, int]]:
    """The (unit, period) pairs that a sheet reports whose rows are of these; it has no rows where there are none."""
    pairs = set(reported) or {(declared.unit or "", 0 if dataset.period.standing else declared.nil_year or 0)}
    if dataset.covers == "all_units":
        return frozenset((unit.id, period) for unit in registry.units for period in {period for _, period in pairs})
    return frozenset(pairs)
