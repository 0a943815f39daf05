"""A form that came back: which dataset it reports, and whether it is used for what it was handed out for."""

from __future__ import annotations

from dataclasses import dataclass

from data.files.mistakes import FileMistake, name_cell
from data.files.raw_sheets import RawSheet
from data.forms.record import FilledForm, FormRecord, read_filled
from data.register.units import Registry
from data.sheets.parsed import ParsedSheet
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack


@dataclass(frozen=True)
class RecognisedForm:
    """A filled-in form, its record and its dataset."""

    record: FormRecord
    dataset: Dataset
    filled: FilledForm

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was left out, in words."""
        strays = [f"第 {row} 行没有填数据，只写了「{text[:30]}」，没有收" for row, text in self.filled.strays]
        unused = [f"{self.filled.unused} 行只有预填的内容，没有填，没有收"] if self.filled.unused else []
        return (*unused, *strays)

    def check_rows(self, parsed: ParsedSheet, registry: Registry) -> list[FileMistake]:
        """Rows of another unit or year than the form is for would take the place of what these have reported."""
        mistakes = []
        unit, year = self.record.unit, self.record.year
        if unit is not None:
            text = f"这份表是发给「{registry.name(unit)}」的，这一行却是别的单位；请删去，或改用那个单位的表"
            others = parsed.find_other_units(unit)
            mistakes += [parsed.mistake(index, self.dataset.unit, text) for index in others]
        if year is not None and not self.dataset.period.standing:
            column = self.dataset.period.year or self.dataset.period.date or ""
            text = f"这份表是 {year} 年的，这一行却是别的年度；请删去，或改用那一年的表"
            others = parsed.find_other_periods(year)
            mistakes += [parsed.mistake(index, column, text) for index in others]
        return mistakes

    def check_end(self, rows: int) -> list[FileMistake]:
        """What is wrong with the sheet as a whole, which has so many rows."""
        mistakes = []
        sheet = self.filled.sheet
        if self.filled.used_example is not None:
            text = "示例行里填了内容，示例行是不导入的；请把数据填在它下面的空行里，或删去「示例」二字"
            mistakes.append(FileMistake(sheet.file_name, sheet.sheet, f"第 {self.filled.used_example} 行", text))
        if rows and self.filled.nil_cell is not None:
            text = f"选了零报告，下面却填了 {rows} 行；请清空这一格，或删去那些行"
            mistakes.append(FileMistake(sheet.file_name, sheet.sheet, name_cell(*self.filled.nil_cell), text))
        return mistakes


def open_form(sheet: RawSheet, record: FormRecord | None, pack: Pack, registry: Registry) -> RecognisedForm | None:
    """The sheet as a form; None if it is none, or one of another pack."""
    dataset = next((each for each in pack.datasets if record is not None and each.id == record.dataset), None)
    if record is None or dataset is None:
        return None
    return RecognisedForm(record, dataset, read_filled(sheet, record, lambda name: registry.resolve(name) is not None))
