"""Files in: all of them are taken, or none of them and every mistake is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Unpack

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.apart.process import ChildLimits, count_at_once
from data.batches.parquet import store_drafts
from data.batches.records import NewBatch, find_replaced, find_unchanged, is_demo, is_demo_workspace, register_batch
from data.batches.registers import add_declarations, list_declared_periods
from data.batches.staging import open_staging
from data.clock import office_day
from data.files.mistakes import FileMistake, FileRefused, Understood
from data.files.readers import KINDS
from data.intake.checked_sheets import CheckedSheet, MappedColumn
from data.intake.checking import IMPORTED, UPLOADED, CheckerApart, check_in_turn
from data.intake.declarations import Restriction, read_declaration
from data.ledger.demonstration import FOREIGN_FORM, FROM_DEMO_FORM, DemoWouldEnd, FictionRefused, close_demo_accounts
from data.register.units import Registry
from data.runs.elsewhere import find_elsewhere
from data.store.database import batch_table, reading
from data.store.workspace import Workspace, check_workspace_writable, open_workspace_store
from data.trail.noted import noting
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack


@dataclass(frozen=True)
class Accepted:
    """A sheet that was taken. ``unchanged``: the same bytes are current already, nothing was stored.

    ``checked``: it was only checked, and has no batch.
    ``replaced``: the batches, oldest first, that are no longer current for something that this one reports.
    ``left_out``: the sheet of a form on which nothing was filled in; nothing was stored, and it has no batch.
    ``mapping``: how its columns were understood, from left to right. ``remarks``: in Chinese, what was seen and
    not taken as data, or taken in a way that somebody should know of. ``fictional``: its rows are made up.
    ``complete_to``: up to which day a register was declared complete.
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
    complete_to: date | None = None
    fictional: bool = False


@dataclass(frozen=True)
class Fiction:
    """What is said of made-up data: ``declared``, all files hold such; or ``ends``, none do, and no more will.

    Where neither is said, a form tells of itself, and everything else is real.
    """

    declared: bool = False
    ends: bool = False

    def describe(self, sheet: CheckedSheet) -> bool:
        """Whether the rows of a sheet are made up."""
        return self.declared or (sheet.fictional and not self.ends)


#: After so many mistakes no further file is read.
MOST_IN_ALL = 50_000
#: Asked of every sheet, with what it reports: None, or the sentence why this person may not report it.
Judge = Callable[[Dataset, frozenset[tuple[str, int]]], str | None]


def _permit(dataset: Dataset, scopes: frozenset[tuple[str, int]]) -> str | None:
    """Whoever holds the workspace's folder may report everything."""
    return None


def permit_here(workspace: Workspace, pack: Pack, judge: Judge) -> Judge:
    """The same judge, who refuses what the host of the workspace takes in, and says what that has already."""
    elsewhere = find_elsewhere(workspace, pack)

    def judge_here(dataset: Dataset, scopes: frozenset[tuple[str, int]]) -> str | None:
        refused = judge(dataset, scopes)
        return elsewhere.refuse(dataset.id, scopes if refused is None else frozenset()) or refused

    return judge_here


def import_files(
    workspace: Workspace,
    pack: Pack,
    paths: Sequence[Path],
    *,
    only_check: bool = False,
    now: datetime,
    user: str,
    progress: Callable[[Sequence[Path]], Iterable[Path]] = iter,
    judge: Judge = _permit,
    fiction: Fiction = Fiction(),
    limits: ChildLimits = IMPORTED,
    **restriction: Unpack[Restriction],
) -> list[Accepted]:
    """Check all files, then store and register all of them at once; in the order of paths and sheets.

    A folder stands for the supported files in it, by name. ``restriction``: what the files may hold.
    With ``only_check`` nothing is stored, whatever the files hold.
    ``progress`` may wrap the files to show how far it is; what ``judge`` says against a sheet is one mistake more.
    Real data end a demonstration, for good, and only if ``fiction`` says so. Each file is read in a process of its
    own, within ``limits``; one that needs more is refused.
    What the host of a companion takes in for it is a mistake here.
    Raises FileRefused with every mistake of every file, ReadOnlyWorkspace, DemoWouldEnd, or FictionRefused for
    made-up data among real ones; then nothing was stored.
    """
    registry = Registry.from_register(pack.registry)
    declared = read_declaration(pack, registry, **restriction)
    if not only_check:
        check_workspace_writable(workspace)
    takes_fiction = fiction != Fiction() or is_demo_workspace(workspace)
    # What is only checked may lie where nothing can be written.
    with open_staging(None if only_check else workspace.staging_folder) as staging:

        def open_checker() -> CheckerApart:
            return CheckerApart(pack, registry, declared, staging, office_day(now), limits)

        checked = _check_apart(open_checker, paths, progress, permit_here(workspace, pack, judge), takes_fiction)
        if only_check:
            return [_show_checked(sheet, fiction) for sheet in checked]
        return _store_all(workspace, checked, fiction, now, user)


def check_files(
    pack: Pack,
    paths: Sequence[Path],
    *,
    now: datetime | None = None,
    judge: Judge = _permit,
    in_demo: bool = False,
    **restriction: Unpack[Restriction],
) -> list[Accepted]:
    """What ``import_files`` would take, in a demonstration or elsewhere, without storing anything.

    Raises FileRefused as it does.
    """
    registry = Registry.from_register(pack.registry)
    declared = read_declaration(pack, registry, **restriction)
    with open_staging(None) as staging:
        today = office_day(now) if now is not None else None
        with CheckerApart(pack, registry, declared, staging, today, UPLOADED) as checker:
            checked = _check_all([checker], paths, iter, judge, in_demo)
        return [_show_checked(sheet, Fiction()) for sheet in checked]


def _check_apart(
    open_checker: Callable[[], CheckerApart],
    paths: Sequence[Path],
    progress: Callable[[Sequence[Path]], Iterable[Path]],
    judge: Judge,
    takes_fiction: bool,
) -> list[CheckedSheet]:
    # A core each; a second process begins with the second file.
    with ExitStack() as stack:
        checkers = [stack.enter_context(open_checker()) for _ in range(count_at_once())]
        return _check_all(checkers, paths, progress, judge, takes_fiction)


def _check_all(
    checkers: Sequence[CheckerApart],
    paths: Sequence[Path],
    progress: Callable[[Sequence[Path]], Iterable[Path]],
    judge: Judge,
    takes_fiction: bool,
) -> list[CheckedSheet]:
    """Every sheet of every file, all without mistakes. Raises FileRefused with all of them."""
    files, mistakes = list_files(paths)
    checked: list[CheckedSheet] = []
    understood: list[Understood] = []
    for path, found in check_in_turn(checkers, progress(files)):
        if len(mistakes) > MOST_IN_ALL:
            text = "前面的文件错误太多，从这个文件起没有看；请先改正已列出的错误"
            mistakes.append(FileMistake(path.name, None, None, text))
            break
        if isinstance(found, FileRefused):
            mistakes += found.mistakes
            understood += found.understood
        else:
            checked += found
    mistakes += _find_overlaps(checked, checkers[0].registry)
    mistakes += [
        FileMistake(sheet.file_name, sheet.sheet, None, sentence)
        for sheet in checked
        if sheet.draft is not None and (sentence := judge(sheet.dataset, sheet.scopes)) is not None
    ]
    if not takes_fiction:
        mistakes += [
            FileMistake(sheet.file_name, sheet.sheet, None, FOREIGN_FORM) for sheet in checked if sheet.fictional
        ]
    if mistakes:
        raise FileRefused(mistakes, [*understood, *(sheet.understood for sheet in checked)])
    return checked


def _check_fiction(connection: Connection, checked: Sequence[CheckedSheet], fiction: Fiction) -> bool:
    """Whether taking the sheets ends the demonstration. Raises DemoWouldEnd or FictionRefused."""
    filled = [sheet for sheet in checked if sheet.draft is not None]
    real = [sheet for sheet in filled if not fiction.describe(sheet)]
    if is_demo(connection):
        if real and not fiction.ends:
            raise DemoWouldEnd(list(dict.fromkeys(sheet.file_name for sheet in real)))
        return bool(real)
    if real != filled and connection.scalar(sa.select(batch_table.c.id).limit(1)) is not None:
        raise FictionRefused
    return False


def _show_checked(sheet: CheckedSheet, fiction: Fiction) -> Accepted:
    if sheet.draft is None:
        return _leave_out(sheet)
    return Accepted(
        file_name=sheet.file_name,
        sheet=sheet.sheet,
        dataset=sheet.dataset.id,
        batch_id="",
        rows=sheet.rows,
        scopes=sheet.scopes,
        nil_report=sheet.rows == 0,
        status="checked",
        mapping=sheet.mapping,
        remarks=_list_remarks(sheet, fiction),
        fictional=fiction.describe(sheet),
        complete_to=sheet.complete_to,
    )


def _list_remarks(sheet: CheckedSheet, fiction: Fiction) -> tuple[str, ...]:
    told = sheet.fictional and fiction.describe(sheet)
    return (*sheet.remarks, *([FROM_DEMO_FORM] if told else []))


def _store_all(
    workspace: Workspace, checked: Sequence[CheckedSheet], fiction: Fiction, now: datetime, user: str
) -> list[Accepted]:
    with reading(open_workspace_store(workspace)) as connection:
        _check_fiction(connection, checked, fiction)
    filled = [(sheet, sheet.draft) for sheet in checked if sheet.draft is not None]
    paths = store_drafts(workspace.batches_folder, [draft for _, draft in filled])
    batches = [
        NewBatch(
            dataset=sheet.dataset.id,
            path=path,
            file_name=sheet.file_name,
            file_sha256=sheet.file_sha256,
            sheet=sheet.sheet,
            columns=sheet.columns,
            rows=sheet.rows,
            nil_report=sheet.rows == 0,
            scopes=sheet.scopes,
            fictional=fiction.describe(sheet),
        )
        for (sheet, _), path in zip(filled, paths, strict=True)
    ]
    accepted = {id(sheet): _leave_out(sheet) for sheet in checked if sheet.draft is None}
    with noting(open_workspace_store(workspace), workspace.root) as connection:
        # Asked again: another import may have ended the demonstration, or begun one, in the meantime.
        if _check_fiction(connection, checked, fiction):
            close_demo_accounts(connection, user, now)
        for (sheet, _), batch in zip(filled, batches, strict=True):
            known = find_unchanged(connection, batch)
            batch_id = known or register_batch(connection, batch, now, user)
            replaced = () if known else find_replaced(connection, batch_id)
            shown = _show_checked(sheet, fiction)
            taken = replace(shown, status="unchanged") if known else replace(shown, status="new")
            accepted[id(sheet)] = replace(taken, batch_id=batch_id, replaced=replaced)
        # After all batches of the import, so that each declaration speaks of them.
        for sheet, _ in filled:
            _declare_complete(connection, sheet, now, user)
    return [accepted[id(sheet)] for sheet in checked]


def _declare_complete(connection: Connection, sheet: CheckedSheet, now: datetime, user: str) -> None:
    """Note what a sheet declares of its register, if it does."""
    if sheet.complete_to is not None:
        reported = {period for _, period in sheet.scopes}
        periods = list_declared_periods(sheet.dataset, reported, sheet.complete_to)
        add_declarations(connection, sheet.dataset, periods, sheet.complete_to, now, user)


def _leave_out(sheet: CheckedSheet) -> Accepted:
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


def list_files(paths: Sequence[Path]) -> tuple[list[Path], list[FileMistake]]:
    """The files meant by the paths; what is hidden or Excel's own lock file (~$) does not count."""
    files: list[Path] = []
    mistakes: list[FileMistake] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(
                file
                for file in path.iterdir()
                if file.is_file() and file.suffix.lower() in KINDS and not file.name.startswith((".", "~$"))
            )
            if not inside:
                mistakes.append(FileMistake(str(path), None, None, f"文件夹里没有可导入的文件（{'、'.join(KINDS)}）"))
            files += inside
        elif path.is_file():
            files.append(path)
        else:
            mistakes.append(FileMistake(str(path), None, None, "找不到这个文件；请检查路径"))
    if not paths:
        mistakes.append(FileMistake(None, None, None, "没有指定要导入的文件"))
    return files, mistakes


def _find_overlaps(checked: Sequence[CheckedSheet], registry: Registry) -> list[FileMistake]:
    """Sheets of one import that report the same: the later would silently take the place of the earlier."""
    first: dict[tuple[str, str, int], CheckedSheet] = {}
    mistakes = []
    for sheet in checked:
        shared = sorted(scope for scope in sheet.scopes if (sheet.dataset.id, *scope) in first)
        if shared:
            unit, period = shared[0]
            other = first[sheet.dataset.id, unit, period]
            place = f"{other.file_name} {other.sheet}" if other.sheet else other.file_name
            what = f"「{registry.name(unit)}」" + (f" {period} 年" if period else "")
            text = f"与 {place} 报的是同一单位、同一期间（{what}等 {len(shared)} 处），会互相顶替；请合并成一份再导入"
            mistakes.append(FileMistake(sheet.file_name, sheet.sheet, None, text))
        for scope in sheet.scopes:
            first.setdefault((sheet.dataset.id, *scope), sheet)
    return mistakes
