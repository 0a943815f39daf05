"""Files in: all of them are taken, or none of them and every mistake is told."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

import pyarrow as pa

from data.batches import NewBatch, arrow_table, find_replaced, find_unchanged, register_batch, write_batch
from data.cell_dates import LAST_YEAR
from data.cells import FIRST_YEAR
from data.checks import check_sheet
from data.columns import arrow_schema
from data.forms.filled import Form, open_form
from data.forms.record import read_records
from data.headers import Header, choose_dataset, describe_mapping, find_header
from data.judgements import check_judgements
from data.mistakes import FileRefused, Mistake
from data.readers import KINDS, read_sheets
from data.sheets import ParsedSheet, parse_sheet
from data.store import writing
from data.tenure import check_tenure, decide_units, describe_absence
from data.units import Registry
from data.workspace import Workspace, check_workspace_writable, open_workspace_store
from indicators.model import Pack
from indicators.tables import Dataset


class MappedColumn(NamedTuple):
    """A column of a sheet: its letter, its title as written (groups above it before a stroke), the dataset's title."""

    letter: str
    written: str
    title: str


@dataclass(frozen=True)
class Accepted:
    """A sheet that was taken. ``unchanged``: the same bytes are current already, nothing was stored.

    ``checked``: it was only checked, and has no batch.
    ``replaced``: the batches, oldest first, that are no longer current for something that this one reports.
    ``left_out``: the sheet of a form on which nothing was filled in; nothing was stored, and it has no batch.
    ``mapping``: how its columns were understood, from left to right. ``remarks``: in Chinese, what was seen and
    not taken as data, or taken in a way that somebody should know of.
    """

    file_name: str
    sheet: str | None
    dataset: str
    batch_id: str
    rows: int
    scopes: frozenset[tuple[str, int]]
    nil_report: bool
    status: Literal["new", "unchanged", "checked", "left_out"]
    replaced: tuple[str, ...] = ()
    mapping: tuple[MappedColumn, ...] = ()
    remarks: tuple[str, ...] = ()


#: Asked of every sheet, with what it reports: None, or the sentence why this person may not report it.
Judge = Callable[[Dataset, frozenset[tuple[str, int]]], str | None]


def _permit(dataset: Dataset, scopes: frozenset[tuple[str, int]]) -> str | None:
    """Whoever holds the workspace's folder may report everything."""
    return None


@dataclass(frozen=True)
class _Declared:
    """What the importer said about the files."""

    dataset: Dataset | None
    unit: str | None
    year: int | None
    nil_report: bool


@dataclass(frozen=True)
class _Checked:
    """A sheet without mistakes, ready to be stored."""

    file_name: str
    file_sha256: str
    sheet: str | None
    dataset: Dataset
    columns: dict[str, dict[str, str]]
    table: pa.Table
    scopes: frozenset[tuple[str, int]]
    mapping: tuple[MappedColumn, ...] = ()
    remarks: tuple[str, ...] = ()
    untouched: bool = False


def import_files(
    workspace: Workspace,
    pack: Pack,
    paths: Sequence[Path],
    *,
    dataset: str | None = None,
    unit: str | None = None,
    year: int | None = None,
    nil_report: bool = False,
    only_check: bool = False,
    now: datetime,
    user: str,
    progress: Callable[[Sequence[Path]], Iterable[Path]] = iter,
    judge: Judge = _permit,
) -> list[Accepted]:
    """Check all files, then store and register all of them at once; in the order of paths and sheets.

    A folder stands for the supported files in it, by name. ``dataset``, ``unit`` (id, name or alias) and
    ``year`` restrict what the files may hold; with ``nil_report`` they hold no rows and report just that.
    With ``only_check`` nothing is stored, whatever the files hold.
    ``progress`` may wrap the files to show how far it is; what ``judge`` says against a sheet is one mistake more.
    Raises FileRefused with every mistake of every file, or ReadOnlyWorkspace; then nothing was stored.
    """
    if not only_check:
        check_workspace_writable(workspace)
    checked = _check_all(pack, paths, dataset, unit, year, nil_report, progress, judge)
    return [_show_checked(sheet) for sheet in checked] if only_check else _store_all(workspace, checked, now, user)


def check_files(
    pack: Pack,
    paths: Sequence[Path],
    *,
    dataset: str | None = None,
    unit: str | None = None,
    year: int | None = None,
    nil_report: bool = False,
    judge: Judge = _permit,
) -> list[Accepted]:
    """What ``import_files`` would take, without storing anything. Raises FileRefused as it does."""
    checked = _check_all(pack, paths, dataset, unit, year, nil_report, iter, judge)
    return [_show_checked(sheet) for sheet in checked]


def _check_all(
    pack: Pack,
    paths: Sequence[Path],
    dataset: str | None,
    unit: str | None,
    year: int | None,
    nil_report: bool,
    progress: Callable[[Sequence[Path]], Iterable[Path]],
    judge: Judge,
) -> list[_Checked]:
    """Every sheet of every file, all without mistakes. Raises FileRefused with all of them."""
    registry = Registry.from_register(pack.registry)
    declared = _read_declaration(pack, registry, dataset, unit, year, nil_report)
    files, mistakes = _list_files(paths)
    checked: list[_Checked] = []
    for path in progress(files):
        try:
            checked += _check_file(path, pack, registry, declared)
        except FileRefused as refused:
            mistakes += refused.mistakes
    mistakes += _find_overlaps(checked, registry)
    mistakes += [
        Mistake(sheet.file_name, sheet.sheet, None, sentence)
        for sheet in checked
        if not sheet.untouched and (sentence := judge(sheet.dataset, sheet.scopes)) is not None
    ]
    if mistakes:
        raise FileRefused(mistakes)
    return checked


def _show_checked(sheet: _Checked) -> Accepted:
    if sheet.untouched:
        return _leave_out(sheet)
    return Accepted(
        file_name=sheet.file_name,
        sheet=sheet.sheet,
        dataset=sheet.dataset.id,
        batch_id="",
        rows=sheet.table.num_rows,
        scopes=sheet.scopes,
        nil_report=sheet.table.num_rows == 0,
        status="checked",
        mapping=sheet.mapping,
        remarks=sheet.remarks,
    )


def _store_all(workspace: Workspace, checked: Sequence[_Checked], now: datetime, user: str) -> list[Accepted]:
    filled = [sheet for sheet in checked if not sheet.untouched]
    batches = [
        NewBatch(
            dataset=sheet.dataset.id,
            path=write_batch(workspace.batches_folder, sheet.dataset, sheet.table),
            file_name=sheet.file_name,
            file_sha256=sheet.file_sha256,
            sheet=sheet.sheet,
            columns=sheet.columns,
            rows=sheet.table.num_rows,
            nil_report=sheet.table.num_rows == 0,
            scopes=sheet.scopes,
        )
        for sheet in filled
    ]
    accepted = {id(sheet): _leave_out(sheet) for sheet in checked if sheet.untouched}
    with writing(open_workspace_store(workspace)) as connection:
        for sheet, batch in zip(filled, batches, strict=True):
            known = find_unchanged(connection, batch)
            batch_id = known or register_batch(connection, batch, now, user)
            accepted[id(sheet)] = Accepted(
                file_name=batch.file_name,
                sheet=batch.sheet,
                dataset=batch.dataset,
                batch_id=batch_id,
                rows=batch.rows,
                scopes=batch.scopes,
                nil_report=batch.nil_report,
                status="unchanged" if known else "new",
                replaced=() if known else find_replaced(connection, batch_id),
                mapping=sheet.mapping,
                remarks=sheet.remarks,
            )
    return [accepted[id(sheet)] for sheet in checked]


def _leave_out(sheet: _Checked) -> Accepted:
    return Accepted(
        file_name=sheet.file_name,
        sheet=sheet.sheet,
        dataset=sheet.dataset.id,
        batch_id="",
        rows=0,
        scopes=frozenset(),
        nil_report=False,
        status="left_out",
        remarks=sheet.remarks,
    )


def _read_declaration(
    pack: Pack, registry: Registry, dataset: str | None, unit: str | None, year: int | None, nil_report: bool
) -> _Declared:
    mistakes = []
    table = next((each for each in pack.datasets if dataset in (each.id, each.title)), None)
    if dataset is not None and table is None:
        known = "、".join(f"{each.title}({each.id})" for each in pack.datasets)
        mistakes.append(Mistake(None, None, None, f"没有台账「{dataset}」;本指标包的台账:{known}"))
    unit_id = None if unit is None else registry.resolve(unit, year)
    if unit is not None and registry.list_claims(unit) and unit_id is None:
        text = f"「{unit}」先后是{registry.describe_claims(unit)}的名称;请用 --unit 写编号"
        mistakes.append(Mistake(None, None, None, text))
    elif unit is not None and unit_id is None:
        near = "、".join(registry.suggest(unit))
        hint = f";是不是「{near}」?" if near else ";"
        mistakes.append(Mistake(None, None, None, f"名录里没有单位「{unit}」{hint}请改用名录中的全称、简称或编号"))
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        text = f"年度 {year} 不可信,应在 {FIRST_YEAR} 到 {LAST_YEAR} 年之间;请核对 --year"
        mistakes.append(Mistake(None, None, None, text))
    entry = registry.find(unit_id) if unit_id is not None else None
    if entry is not None and year is not None and (absence := describe_absence(entry, year, registry)):
        mistakes.append(Mistake(None, None, None, absence))
    if mistakes:
        raise FileRefused(mistakes)
    return _Declared(table, unit_id, year, nil_report)


def _list_files(paths: Sequence[Path]) -> tuple[list[Path], list[Mistake]]:
    """The files meant by the paths; what is hidden or Excel's own lock file (~$) does not count."""
    files: list[Path] = []
    mistakes: list[Mistake] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(
                file
                for file in path.iterdir()
                if file.is_file() and file.suffix.lower() in KINDS and not file.name.startswith((".", "~$"))
            )
            if not inside:
                mistakes.append(Mistake(str(path), None, None, f"文件夹里没有可导入的文件({'、'.join(KINDS)})"))
            files += inside
        elif path.is_file():
            files.append(path)
        else:
            mistakes.append(Mistake(str(path), None, None, "找不到这个文件;请检查路径"))
    if not paths:
        mistakes.append(Mistake(None, None, None, "没有指定要导入的文件"))
    return files, mistakes


def _check_file(path: Path, pack: Pack, registry: Registry, declared: _Declared) -> list[_Checked]:
    """The sheets of one file; raises FileRefused with all mistakes of all its sheets."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileRefused(
            [Mistake(path.name, None, None, f"文件读不了({error.strerror});请检查权限或重新复制")]
        ) from error
    digest = hashlib.sha256(content).hexdigest()
    indicators = frozenset(indicator.id for indicator in pack.indicators)
    checked: list[_Checked] = []
    mistakes: list[Mistake] = []
    records = read_records(content)
    for whole in read_sheets(path.name, content):
        form = open_form(whole, records.get(whole.sheet or ""), pack)
        sheet = whole if form is None else form.filled.sheet
        if form is not None and not form.filled.touched:
            checked.append(_skip_form(path.name, digest, form))
            continue
        dataset = declared.dataset or (form.dataset if form is not None else choose_dataset(sheet, pack.datasets))
        if isinstance(dataset, Mistake):
            mistakes.append(dataset)
            continue
        header = find_header(sheet, dataset)
        if not isinstance(header, Header):
            mistakes += header
            continue
        parsed, found = parse_sheet(sheet, dataset, header, registry, indicators, find_persons(pack, dataset))
        found += decide_units(parsed, registry)
        found += check_tenure(parsed, registry)
        found += check_sheet(parsed, registry.name)
        found += check_judgements(parsed, pack)
        own = declared
        if form is not None and form.dataset == dataset:
            own = _declare_nil(form, declared)
            found += form.check_rows(parsed, registry)
        found += _check_declaration(parsed, own, registry)
        if not found:
            scopes = _read_scopes(parsed, own, registry)
            table = arrow_table(parsed)
            mapping = tuple(MappedColumn(*column) for column in describe_mapping(header, dataset))
            remarks = (*parsed.remarks, *(form.remarks if form is not None else ()))
            checked.append(
                _Checked(path.name, digest, sheet.sheet, dataset, header.columns, table, scopes, mapping, remarks)
            )
        mistakes += sorted(found, key=lambda mistake: mistake.order)
    if not mistakes and all(sheet.untouched for sheet in checked):
        text = "这份表还是发出时的样子,什么也没有填;请填写后再交。确实没有可报的,请在各表表头下的「零报告」一格选「是」"
        mistakes.append(Mistake(path.name, None, None, text))
    if mistakes:
        raise FileRefused(mistakes)
    return checked


def _skip_form(file_name: str, file_sha256: str, form: Form) -> _Checked:
    remarks = ("还是发出时的样子,没有填,没有收",)
    empty = arrow_schema(form.dataset).empty_table()
    place = form.filled.sheet.sheet
    scopes: frozenset[tuple[str, int]] = frozenset()
    return _Checked(file_name, file_sha256, place, form.dataset, {}, empty, scopes, remarks=remarks, untouched=True)


def _declare_nil(form: Form, declared: _Declared) -> _Declared:
    """What the importer said, and what the form says about itself."""
    if form.filled.nil_cell is None:
        return declared
    own = form.record.unit if form.dataset.covers == "rows" else None
    return replace(declared, unit=declared.unit or own, year=declared.year or form.record.year, nil_report=True)


def find_persons(pack: Pack, dataset: Dataset) -> frozenset[str]:
    """The columns of a dataset that name people: of a roster, and of records that are matched with one."""
    names = {dataset.people.person} if dataset.people else set()
    for indicator in pack.indicators:
        for part in indicator.parts:
            share = part.measure.share_of_people
            if share is not None and share.records.dataset == dataset.id:
                names.add(share.records.person)
    return frozenset(names)


def _check_declaration(parsed: ParsedSheet, declared: _Declared, registry: Registry) -> list[Mistake]:
    """Whether the rows agree with what the importer said about them."""
    dataset = parsed.dataset
    mistakes = []
    if declared.unit is not None and dataset.covers == "all_units":
        text = f"台账「{dataset.title}」由一家替所有单位报送,没有写到的单位也算已报;请去掉 --unit,导入完整的一份"
        mistakes.append(Mistake(parsed.file_name, parsed.sheet, None, text))
    if not parsed.rows or declared.nil_report:
        wrong = _judge_nil_report(parsed, declared)
        return [*mistakes, Mistake(parsed.file_name, parsed.sheet, None, wrong)] if wrong else mistakes
    if declared.unit is not None:
        text = f"导入时指明了单位「{registry.name(declared.unit)}」,这一行却是别的单位;请核对"
        others = [index for index, unit in enumerate(parsed.units) if unit not in (None, declared.unit)]
        mistakes += [parsed.mistake(index, dataset.unit, text) for index in others]
    if declared.year is not None and not dataset.period.standing:
        text = f"导入时指明了 {declared.year} 年,这一行却是别的年度;请核对"
        others = [index for index, year in enumerate(parsed.periods) if year not in (None, declared.year)]
        mistakes += [parsed.mistake(index, dataset.period.year or dataset.period.date or "", text) for index in others]
    return mistakes


def _judge_nil_report(parsed: ParsedSheet, declared: _Declared) -> str | None:
    """What is wrong with a sheet without rows, or with a nil report; None if it is in order."""
    dataset = parsed.dataset
    if parsed.rows:
        return f"声明了零报告,表里却有 {len(parsed.rows)} 行数据;请去掉 --nil-report,或清空数据行"
    needed = ["--unit 单位"] if dataset.covers == "rows" else []
    needed += [] if dataset.period.standing else ["--year 年度"]
    if not declared.nil_report:
        return f"没有数据行;若确实没有可报的,请声明零报告:{' '.join(['--nil-report', *needed])}"
    given = {"--unit 单位": declared.unit, "--year 年度": declared.year}
    missing = [option for option in needed if given[option] is None]
    return f"零报告还要指明 {'、'.join(missing)}" if missing else None


def _read_scopes(parsed: ParsedSheet, declared: _Declared, registry: Registry) -> frozenset[tuple[str, int]]:
    """The (unit, period) pairs that the sheet reports."""
    dataset = parsed.dataset
    pairs = {(str(unit), period or 0) for unit, period in zip(parsed.units, parsed.periods, strict=True)}
    if not parsed.rows:
        pairs = {(declared.unit or "", 0 if dataset.period.standing else declared.year or 0)}
    if dataset.covers == "all_units":
        return frozenset((unit.id, period) for unit in registry.units for period in {period for _, period in pairs})
    return frozenset(pairs)


def _find_overlaps(checked: Sequence[_Checked], registry: Registry) -> list[Mistake]:
    """Sheets of one import that report the same: the later would silently take the place of the earlier."""
    first: dict[tuple[str, str, int], _Checked] = {}
    mistakes = []
    for sheet in checked:
        shared = sorted(scope for scope in sheet.scopes if (sheet.dataset.id, *scope) in first)
        if shared:
            unit, period = shared[0]
            other = first[sheet.dataset.id, unit, period]
            place = f"{other.file_name} {other.sheet}" if other.sheet else other.file_name
            what = f"「{registry.name(unit)}」" + (f" {period} 年" if period else "")
            text = f"与 {place} 报的是同一单位、同一期间({what}等 {len(shared)} 处),会互相顶替;请合并成一份再导入"
            mistakes.append(Mistake(sheet.file_name, sheet.sheet, None, text))
        for scope in sheet.scopes:
            first.setdefault((sheet.dataset.id, *scope), sheet)
    return mistakes
