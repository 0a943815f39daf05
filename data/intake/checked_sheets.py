"""A file -> its sheets, checked cell by cell and row by row, each on disk as the batch that it may become."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from data.batches.parquet import BatchDraft, Staged
from data.batches.staging import HeldFile, Staging
from data.cells.completeness import find_line, read_line
from data.files.mistakes import FileMistake, FileRefused, Understood
from data.files.raw_sheets import RawSheet
from data.files.readers import read_sheets
from data.forms.filled import RecognisedForm, open_form
from data.forms.record import FormRecord, is_form, match_records, read_records
from data.intake.checks import check_rows
from data.intake.cross_checks import CrossChecks
from data.intake.declarations import (
    Declaration,
    check_declared_rows,
    judge_completeness,
    judge_declaration,
    list_scopes,
)
from data.intake.judgements import check_judgements
from data.intake.mapped_sheets import MappedSheet, choose_sheets, map_sheet
from data.intake.self_marks import SELF_MARKS, check_self_marks
from data.intake.tenure import check_tenure, decide_units
from data.intake.unplaced import describe_unplaced, list_compared
from data.register.units import Registry
from data.sheets.headers import Header, choose_dataset, describe_mapping, find_header
from data.sheets.parsed import ParsedSheet
from data.sheets.reader import MOST_MISTAKES, SheetReader, TooManyAtOnce
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack

#: What is said of a register that came without a declaration.
UNDECLARED = (
    "没有声明齐全至哪一天：没有写到的单位不算零，声明以前都待报。"
    "请在表头上方写「齐全至 日期」再报，或用 ducha declare（网页：数据报送）声明"
)

#: Said of a sheet of a form that reads as no table by itself, instead of every cell that nobody filled in.
LOST_RECORD = (
    "这张表是从填报表里拿出来的，填报表的隐藏记录没有了，分不清哪些行是没有填的；"
    "请填在原来发出的填报表里，整个文件交回（或者只留表头和填好的行再报）"
)


class MappedColumn(NamedTuple):
    """A column of a sheet: its letter, its title as written (groups above it before a stroke), the dataset's title."""

    letter: str
    written: str
    title: str


@dataclass(frozen=True)
class CheckedSheet:
    """A sheet without mistakes, ready to be stored. Without a draft: a sheet of a form that nobody has filled in.

    ``fictional``: it is a form that was made where all data are made up.
    """

    file_name: str
    file_sha256: str
    sheet: str | None
    dataset: Dataset
    columns: dict[str, dict[str, str]]
    draft: Staged | None
    scopes: frozenset[tuple[str, int]] = frozenset()
    mapping: tuple[MappedColumn, ...] = ()
    remarks: tuple[str, ...] = ()
    fictional: bool = False
    complete_to: date | None = None

    @property
    def understood(self) -> Understood:
        """How it was understood."""
        return Understood(self.file_name, self.sheet, self.dataset.title, self.mapping, self.rows, self.remarks)

    @property
    def rows(self) -> int:
        """How many rows of data it has."""
        return self.draft.rows if self.draft is not None else 0


@dataclass(frozen=True)
class FileChecker:
    """Checks files of one import, for one pack."""

    pack: Pack
    registry: Registry
    declared: Declaration
    staging: Staging
    today: date | None = None

    @cached_property
    def _compared(self) -> frozenset[str]:
        return list_compared(self.pack)

    @cached_property
    def _indicators(self) -> frozenset[str]:
        return frozenset(indicator.id for indicator in self.pack.indicators)

    @cached_property
    def _persons(self) -> dict[str, frozenset[str]]:
        """By dataset, the columns that name people."""
        return {dataset.id: find_persons(self.pack, dataset) for dataset in self.pack.datasets}

    def check_file(self, path: Path) -> list[CheckedSheet]:
        """The sheets of one file; raises FileRefused with all mistakes of all its sheets."""
        try:
            held = self.staging.hold_file(path)
        except OSError as error:
            raise FileRefused(
                [FileMistake(path.name, None, None, f"文件读不了（{error.strerror}）；请检查权限或重新复制")]
            ) from error
        try:
            return self._check_held(path.name, held)
        finally:
            self.staging.let_go(held)

    def _check_held(self, file_name: str, held: HeldFile) -> list[CheckedSheet]:
        checked: list[CheckedSheet] = []
        mistakes: list[FileMistake] = []
        understood: list[Understood] = []
        sheets = read_sheets(file_name, held.content)
        if self.declared.mapping is not None:
            sheets = choose_sheets(sheets, self.declared.mapping)
        records = match_records(sheets, read_records(sheets, held.content))
        for sheet in sheets:
            record = records.get(sheet.sheet)
            found = self._check_sheet(sheet, record, held.sha256, understood)
            if isinstance(found, CheckedSheet):
                checked.append(found)
                understood.append(found.understood)
            elif record is None and is_form(sheet):
                mistakes.append(FileMistake(file_name, sheet.sheet, None, LOST_RECORD))
            else:
                mistakes += sorted(found, key=lambda mistake: mistake.order)
        if not mistakes and all(sheet.draft is None for sheet in checked):
            text = (
                "这份表还是发出时的样子，什么也没有填；请填写后再交。"
                "确实没有可报的，请在各表表头下的「零报告」一格选「是」"
            )
            mistakes.append(FileMistake(file_name, None, None, text))
        if mistakes:
            raise FileRefused(mistakes, understood)
        return checked

    def _check_sheet(
        self, whole: RawSheet, record: FormRecord | None, sha256: str, understood: list[Understood]
    ) -> CheckedSheet | list[FileMistake]:
        """The sheet, or every mistake in it; then how it was understood all the same is noted in ``understood``."""
        table = self._open_table(whole, record)
        if isinstance(table, list):
            return table
        sheet, form, dataset, header = table.sheet, table.form, table.dataset, table.header
        if form is not None and not form.filled.touched:
            words = "还是发出时的样子，没有填，没有收"
            return CheckedSheet(whole.file_name, sha256, sheet.sheet, form.dataset, {}, None, remarks=(words,))
        declared, wrong = self._read_completeness(whole, dataset, header)
        reading = self._read_sheet(table, declared)
        scopes = list_scopes(dataset, reading.scopes, reading.declared, self.registry)
        complete_to = reading.declared.complete_to
        if not reading.mistakes and not wrong:
            periods = {period for _, period in scopes}
            text = judge_completeness(dataset, periods, complete_to, self.today)
            wrong = [] if text is None else [FileMistake(sheet.file_name, sheet.sheet, None, text)]
        mapping = tuple(MappedColumn(*column) for column in describe_mapping(header, dataset))
        remarks = (*self._describe_reach(dataset, complete_to, reading), *reading.remarks, *table.remarks)
        if reading.mistakes or wrong:
            rows = reading.draft.rows
            understood.append(Understood(sheet.file_name, sheet.sheet, dataset.title, mapping, rows, remarks))
            return [*reading.mistakes, *wrong]
        return CheckedSheet(
            file_name=sheet.file_name,
            file_sha256=sha256,
            sheet=sheet.sheet,
            dataset=dataset,
            columns=header.columns,
            draft=Staged(reading.draft.path, reading.draft.rows, dataset),
            scopes=scopes,
            mapping=mapping,
            remarks=remarks,
            fictional=form is not None and form.record.fictional,
            complete_to=complete_to,
        )

    def _open_table(self, whole: RawSheet, record: FormRecord | None) -> _Table | list[FileMistake]:
        """What the sheet reports and where its columns stand, or every mistake in that."""
        if self.declared.mapping is not None:
            mapped = map_sheet(whole, self.declared.mapping, self.pack)
            if isinstance(mapped, FileMistake):
                return [mapped]
            found = find_header(mapped.sheet, mapped.dataset, frozenset(mapped.fixed))
            if not isinstance(found, Header):
                return found
            header = replace(found, titles={name: mapped.titles[name] for name in found.titles})
            return _Table(mapped.sheet, mapped.dataset, header, None, mapped)
        form = open_form(whole, record, self.pack, self.registry)
        sheet = whole if form is None else form.filled.sheet
        if form is not None and not form.filled.touched:
            return _Table(sheet, form.dataset, Header(0, {}, {}), form)
        named = self.declared.dataset or (form.dataset if form is not None else None)
        dataset = named or choose_dataset(sheet, self.pack.datasets)
        if isinstance(dataset, FileMistake):
            return [dataset]
        found = find_header(sheet, dataset)
        return _Table(sheet, dataset, found, form) if isinstance(found, Header) else found

    def _describe_reach(self, dataset: Dataset, complete_to: date | None, reading: _SheetReading) -> tuple[str, ...]:
        """What is said of whom the sheet speaks: how far a register is complete, and whose rows count for nobody."""
        unplaced = describe_unplaced(self.registry, {unit for unit, _ in reading.scopes}, self._compared)
        if complete_to is not None:
            return (f"声明：这份台账齐全至 {complete_to}", *unplaced)
        if dataset.is_register and dataset.id != self.pack.head.exemptions:
            return (UNDECLARED, *unplaced)
        return unplaced

    def _read_completeness(
        self, sheet: RawSheet, dataset: Dataset, header: Header
    ) -> tuple[Declaration, list[FileMistake]]:
        """The declaration with what the sheet itself says; the importer's word is of registers alone."""
        line = find_line(sheet, header.first_row or header.row)
        if line is None:
            declared = self.declared if dataset.is_register else replace(self.declared, complete_to=None)
            return declared, []
        day = read_line(sheet, line)
        if isinstance(day, FileMistake):
            return self.declared, [day]
        return replace(self.declared, complete_to=day), []

    def _read_sheet(self, table: _Table, declared: Declaration) -> _SheetReading:
        """The rows, checked and staged; together where that is possible, else chunk by chunk."""
        if table.own_form is not None:
            declared = declared.with_form(table.own_form)
        # Marks that are lost are turned into those that are kept, row by row.
        together = not table.dataset.checks.judgements and table.dataset.id != SELF_MARKS
        try:
            return self._read_rows(table, declared, together)
        except TooManyAtOnce:
            return self._read_rows(table, declared, together=False)

    def _read_rows(self, table: _Table, declared: Declaration, together: bool) -> _SheetReading:
        """Check and stage the rows, then look for what only several rows together show. Raises TooManyAtOnce."""
        sheet, dataset, form = table.sheet, table.dataset, table.own_form
        persons, fixed = self._persons[dataset.id], table.mapped.fixed if table.mapped is not None else None
        reader = SheetReader(sheet, dataset, table.header, self.registry, self._indicators, persons, together, fixed)
        cross = CrossChecks(dataset, self.registry.name, self.staging.folder)
        draft = self.staging.open_draft(dataset)
        reading = _SheetReading(draft, declared, reader.mistakes)
        try:
            for chunk in reader.read_chunks():
                reader.refuse(self._check_chunk(chunk, declared, form))
                cross.add(chunk)
                draft.add(chunk)
                reading.scopes.update((str(unit), period or 0) for unit, period in chunk.scopes[0])
                # The next rows are read without these being held.
                del chunk
            draft.finish()
        finally:
            draft.close()
        reader.refuse(islice(cross.find_mistakes(draft), MOST_MISTAKES + 1))
        if form is not None:
            reader.refuse(form.check_end(draft.rows))
        wrong = judge_declaration(dataset, draft.rows, declared)
        reader.refuse(FileMistake(sheet.file_name, sheet.sheet, None, text) for text in wrong)
        reading.remarks = reader.remarks
        return reading

    def _check_chunk(
        self, chunk: ParsedSheet, declared: Declaration, form: RecognisedForm | None
    ) -> Iterable[FileMistake]:
        """Every mistake of rows by themselves; names of units are decided on the way."""
        yield from decide_units(chunk, self.registry)
        yield from check_tenure(chunk, self.registry)
        yield from check_rows(chunk)
        yield from check_judgements(chunk, self.pack)
        yield from check_self_marks(chunk, self.pack)
        if form is not None:
            yield from form.check_rows(chunk, self.registry)
        yield from check_declared_rows(chunk, declared, self.registry)


@dataclass(frozen=True)
class _Table:
    """A sheet with what it reports and where its columns stand; of a form, or of another platform by its mapping."""

    sheet: RawSheet
    dataset: Dataset
    header: Header
    form: RecognisedForm | None = None
    mapped: MappedSheet | None = None

    @property
    def own_form(self) -> RecognisedForm | None:
        """The form, where it asks for just this dataset."""
        return self.form if self.form is not None and self.form.dataset == self.dataset else None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What form or mapping have to say."""
        if self.mapped is not None:
            return self.mapped.remarks
        return self.form.remarks if self.form is not None else ()


@dataclass
class _SheetReading:
    """What came of the rows of a sheet."""

    draft: BatchDraft
    declared: Declaration
    mistakes: list[FileMistake]
    scopes: set[tuple[str, int]] = field(default_factory=set)
    remarks: tuple[str, ...] = ()


def find_persons(pack: Pack, dataset: Dataset) -> frozenset[str]:
    """The columns of a dataset that name people: of a roster, and of records that are matched with one."""
    names = {dataset.people.person} if dataset.people else set()
    for indicator in pack.indicators:
        for part in indicator.parts:
            names |= {column for name, column in part.measure.chosen.persons if name == dataset.id}
    return frozenset(names)
