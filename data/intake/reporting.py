"""Reporting by people with accounts: who may report what, who has reported, and the forms for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from data.batches.current import Row, read_rows
from data.batches.records import BatchRecord, current_inputs, is_demo, list_batches
from data.batches.registers import declare_register, find_days, find_register
from data.forms.kits import Kit, find_offices, make_judgement_kit, make_unit_kit
from data.intake.checking import UPLOADED
from data.intake.imports import Accepted, Fiction, Judge, check_files, import_files, permit_here
from data.intake.mapped_sheets import PlatformMapping
from data.intake.self_marks import add_self_marks, make_self_kit
from data.ledger.ledger import Ledger
from data.ledger.rights.roles import COMPARING, INTAKE
from data.ledger.rights.sight import read_actor
from data.ledger.rows import UserRow
from data.register.units import Registry
from data.runs.companions import list_shared_tables
from data.store.database import batch_table, reading, scope_table
from data.store.workspace import Workspace
from data.trail.refusals import RoleRefused, UnitRefused
from indicators.entries.tables import Dataset
from indicators.meaning.asked import find_asked, is_own, list_asked_of_offices
from indicators.meaning.judging import is_judged
from indicators.pack.model import Pack
from indicators.pack.register import UnitEntry

#: What stands in a cell of the overview: a word and a shape, never colour alone.
MARKS: dict[str, str] = {
    "reported": "● 已报",
    "open": "◐ 已报，未声明齐全",
    "nil": "○ 零报告",
    "missing": "✕ 未报",
    "not_asked": "— 不用报",
}


Status = Literal["reported", "open", "nil", "missing", "not_asked"]


@dataclass(frozen=True)
class ReportState:
    """Whether a unit has reported a dataset for the year; ``batch`` is the one that counts now.

    ``open``: it reported a register for everybody, and has not declared it complete to the end of the year.
    """

    unit: UnitEntry
    dataset: Dataset
    status: Status
    batch: str | None = None

    @property
    def mark(self) -> str:
        """Word and shape."""
        return MARKS[self.status]


def read_reporter(ledger: Ledger, actor: str) -> UserRow:
    """The person who wants to report. Raises RoleRefused unless it is a contact, an inspector or the lead."""
    with reading(ledger.engine) as connection:
        person = read_actor(connection, actor)
    if not set(person.roles) & (INTAKE | {"unit_contact"}):
        raise RoleRefused("只有联络员、督察员和督察办负责人才能报送数据", actor=actor)
    return person


def make_judge(pack: Pack, person: UserRow) -> Judge:
    """What a person may report: the office everything, a contact what the own unit is asked for."""

    def judge(dataset: Dataset, scopes: frozenset[tuple[str, int]]) -> str | None:
        if set(person.roles) & INTAKE:
            return None
        names: dict[str | None, str] = {unit.id: unit.name for unit in pack.registry.units}
        name = names.get(person.unit, person.unit)
        if is_given_by_inspectors(pack, dataset):
            return f"台账「{dataset.title}」由督察办填写，联络员不能报送"
        if not is_own(dataset):
            if person.unit in {unit.id for unit in find_offices(pack, dataset)}:
                return None
            who = f"由{dataset.reported_by}" if dataset.reported_by else "由统一报送单位"
            return f"台账「{dataset.title}」{who}报送，{name}不用报，也不能报"
        if others := {unit for unit, _ in scopes} - {person.unit}:
            return f"您只能报送{name}的数据，这张表报了另外 {len(others)} 个单位的；请删去后重新上传"
        return None

    return judge


def is_given_by_inspectors(pack: Pack, dataset: Dataset) -> bool:
    """Whether the rows are what inspectors found, judged or let off, and not what units report."""
    return dataset.ledger is not None or any(is_judged(indicator, dataset.id) for indicator in pack.indicators)


def check_report(
    ledger: Ledger,
    workspace: Workspace,
    actor: str,
    paths: Sequence[Path],
    *,
    year: int | None = None,
    nil_of: str | None = None,
    mapping: PlatformMapping | None = None,
) -> list[Accepted]:
    """What would be taken of the files, nothing stored. Raises FileRefused with every mistake, or RoleRefused.

    With a ``mapping`` they are exports of another platform. What is reported to the host of a companion is a mistake.
    """
    person = read_reporter(ledger, actor)
    options = _read_options(person, year, nil_of, mapping)
    with reading(ledger.engine) as connection:
        in_demo = is_demo(connection)
    pack = add_self_marks(ledger.pack)
    judge = permit_here(workspace, pack, make_judge(ledger.pack, person))
    return check_files(pack, paths, judge=judge, in_demo=in_demo, **options)


def report_files(
    ledger: Ledger,
    workspace: Workspace,
    actor: str,
    paths: Sequence[Path],
    *,
    year: int | None = None,
    nil_of: str | None = None,
    mapping: PlatformMapping | None = None,
    fiction: Fiction = Fiction(),  # noqa: B008
    now: datetime,
) -> list[Accepted]:
    """Take all files, as the person's report, or none. Raises FileRefused with every mistake, or RoleRefused.

    ``nil_of`` declares that the files, which then have no rows, are the nil report of that dataset; with a ``mapping``
    they are exports of another platform. Raises
    DemoWouldEnd or FictionRefused as ``import_files`` does, by what ``fiction`` says of made-up data.
    """
    person = read_reporter(ledger, actor)
    options = _read_options(person, year, nil_of, mapping)
    judge = make_judge(ledger.pack, person)
    pack = add_self_marks(ledger.pack)
    who = person.id
    return import_files(
        workspace, pack, paths, now=now, user=who, judge=judge, fiction=fiction, limits=UPLOADED, **options
    )


def _read_options(
    person: UserRow, year: int | None, nil_of: str | None, mapping: PlatformMapping | None
) -> dict[str, Any]:
    if nil_of is None:
        return {} if mapping is None else {"mapping": mapping}
    return {"dataset": nil_of, "unit": person.unit, "year": year, "nil_report": True}


def list_report_states(ledger: Ledger, actor: str, year: int) -> list[ReportState]:
    """For the year every unit that is asked for something, with every dataset that anybody is asked for.

    A contact gets the own unit alone. Raises RoleRefused for those who see no data.
    """
    return _list_states(ledger, list_reportable_units(ledger, actor), year)


def list_all_report_states(ledger: Ledger, year: int) -> list[ReportState]:
    """The same of all units, whoever asks: what is read ahead of those who may see it."""
    return _list_states(ledger, ledger.pack.registry.units, year)


def _list_states(ledger: Ledger, units: Sequence[UnitEntry], year: int) -> list[ReportState]:
    pack = ledger.pack
    offices = [
        asked.dataset for asked in list_asked_of_offices(pack, year) if not is_given_by_inspectors(pack, asked.dataset)
    ]
    registry = Registry.from_register(pack.registry)
    reporters = {table.id: {unit.id for unit in find_offices(pack, table, registry)} for table in offices}
    own = find_asked(pack, year)
    asked = {
        unit.id: [
            *(each.dataset for each in own[unit.id]),
            *(table for table in offices if unit.id in reporters[table.id]),
        ]
        for unit in units
    }
    wanted = {unit: {table.id for table in tables} for unit, tables in asked.items()}
    anybody = set().union(*wanted.values())
    columns = [table for table in pack.datasets if table.id in anybody]
    current = _read_current(ledger, (table.id for table in columns), year)
    days = find_days(ledger.engine)
    found = []
    for unit in units:
        if not wanted[unit.id]:
            continue
        for table in columns:
            if table.id not in wanted[unit.id]:
                found.append(ReportState(unit, table, "not_asked"))
                continue
            batch = current.get((table.id, unit.id, 0 if table.period.standing else year))
            status = _judge_standing(table, batch, year, days)
            found.append(ReportState(unit, table, status, batch[0] if batch else None))
    return found


def _judge_standing(
    table: Dataset, batch: tuple[str, bool] | None, year: int, days: Mapping[tuple[str, int], date]
) -> Status:
    """What became of a dataset of which ``batch`` (its id, and whether it is a nil report) is the current one."""
    declared = days.get((table.id, 0 if table.period.standing else year))
    if table.is_register and declared is not None and declared >= date(year, 12, 31):
        return "nil" if batch is None or batch[1] else "reported"
    if batch is None:
        return "missing"
    return "open" if table.is_register else "nil" if batch[1] else "reported"


def list_declarable(ledger: Ledger, actor: str, year: int) -> list[tuple[Dataset, date | None]]:
    """The registers that a person may declare complete for the year, and how far each is. Raises RoleRefused."""
    judge = make_judge(ledger.pack, read_reporter(ledger, actor))
    days = find_days(ledger.engine)
    return [
        (each.dataset, days.get((each.dataset.id, 0 if each.dataset.period.standing else year)))
        for each in list_asked_of_offices(ledger.pack, year)
        if each.dataset.is_register
        and each.dataset.id != ledger.pack.head.exemptions
        and judge(each.dataset, frozenset()) is None
    ]


def declare_complete(
    ledger: Ledger,
    workspace: Workspace,
    actor: str,
    dataset: str,
    complete_to: date,
    *,
    year: int,
    nothing: bool,
    now: datetime,
) -> tuple[int, ...]:
    """Declare a register complete, as the person's word. Raises RoleRefused and DeclarationRefused."""
    person = read_reporter(ledger, actor)
    table = find_register(ledger.pack, dataset)
    if (refused := make_judge(ledger.pack, person)(table, frozenset())) is not None:
        raise RoleRefused(refused, actor=actor)
    return declare_register(
        workspace,
        ledger.pack,
        table.id,
        complete_to,
        year=None if table.period.standing else year,
        nothing=nothing,
        now=now,
        user=person.id,
    )


def list_outside_offices(ledger: Ledger, year: int) -> list[tuple[str, Dataset, Status]]:
    """Datasets that an office outside the register reports for all: who, which, and how far it is."""
    pack, registry = ledger.pack, Registry.from_register(ledger.pack.registry)
    tables = [
        each.dataset
        for each in list_asked_of_offices(pack, year)
        if not is_given_by_inspectors(pack, each.dataset) and not find_offices(pack, each.dataset, registry)
    ]
    if not tables:
        return []
    current = _read_current(ledger, (table.id for table in tables), year)
    newest = {(dataset, period): batch for (dataset, _, period), batch in current.items()}
    days = find_days(ledger.engine)
    return [
        (
            table.reported_by or "统一报送单位",
            table,
            _judge_standing(table, newest.get((table.id, 0 if table.period.standing else year)), year, days),
        )
        for table in tables
    ]


def list_reportable_units(ledger: Ledger, actor: str) -> list[UnitEntry]:
    """The units whose reports a person may see: the own one, or all. Raises RoleRefused for neither."""
    with reading(ledger.engine) as connection:
        person = read_actor(connection, actor)
    if set(person.roles) & COMPARING:
        return list(ledger.pack.registry.units)
    if "unit_contact" in person.roles:
        return [unit for unit in ledger.pack.registry.units if unit.id == person.unit]
    raise RoleRefused("您的角色不看报送数据", actor=actor)


def _read_current(ledger: Ledger, datasets: Iterable[str], year: int) -> dict[tuple[str, str, int], tuple[str, bool]]:
    """(dataset, unit, period) -> the newest batch that reports it for the year or for all, and whether it is nil."""
    scope, batch = scope_table.c, batch_table.c
    query = (
        sa.select(scope.dataset, scope.unit, scope.period, batch.id, batch.nil_report)
        .join(batch_table, batch.id == scope.batch_id)
        .where(scope.dataset.in_(list(datasets)), scope.period.in_((0, year)))
        .order_by(batch.seq)
    )
    with reading(ledger.engine) as connection:
        return {(row.dataset, row.unit, row.period): (row.id, row.nil_report) for row in connection.execute(query)}


def list_visible_batches(ledger: Ledger, workspace: Workspace, actor: str) -> list[BatchRecord]:
    """What was accepted, newest first: a contact sees what the own unit reported, or reports for all."""
    with reading(ledger.engine) as connection:
        person = read_actor(connection, actor)
    records = list_batches(workspace)[::-1]
    if set(person.roles) & COMPARING:
        return records
    if "unit_contact" not in person.roles:
        raise RoleRefused("您的角色不看报送数据", actor=actor)
    with reading(ledger.engine) as connection:
        mine = set(connection.scalars(sa.select(scope_table.c.batch_id).where(scope_table.c.unit == person.unit)))
        foreign = set(connection.scalars(sa.select(scope_table.c.batch_id).where(scope_table.c.unit != person.unit)))
    return [each for each in records if each.accepted_by == person.id or each.id in mine - foreign]


def make_form(ledger: Ledger, workspace: Workspace, actor: str, unit: str, year: int) -> Kit | None:
    """The workbook of a unit, filled with what is known; None if it is asked for nothing.

    Raises RoleRefused for whom reports nothing, UnitRefused for another unit than the contact's own.
    """
    entry = _find_own(ledger, actor, unit)
    kit = make_unit_kit(ledger.pack, entry, year, make_reader(workspace, ledger.pack))
    kits = [] if kit is None else leave_out_shared(workspace, ledger.pack, [kit])
    return kits[0] if kits else None


def leave_out_shared(workspace: Workspace, pack: Pack, kits: Iterable[Kit]) -> list[Kit]:
    """The workbooks without what is reported to the host of the workspace, but for those of which nothing is left."""
    shared = [table.id for table in list_shared_tables(workspace, pack)]
    return [left for kit in kits if (left := kit.leave_out(shared)) is not None]


def make_self_form(ledger: Ledger, workspace: Workspace, actor: str, unit: str, year: int) -> Kit | None:
    """The workbook in which a unit assesses itself; None if nothing applies to it. Raises as :func:`make_form` does."""
    return make_self_kit(workspace, ledger.pack, _find_own(ledger, actor, unit), year)


def reports_for(person: UserRow, unit: str) -> bool:
    """Whether somebody may report for a unit: the office for all, a contact for the own one."""
    roles = set(person.roles)
    return bool(roles & INTAKE) or ("unit_contact" in roles and person.unit == unit)


def _find_own(ledger: Ledger, actor: str, unit: str) -> UnitEntry:
    """The unit, for whom may report for it."""
    if not reports_for(read_reporter(ledger, actor), unit):
        raise UnitRefused("只能下载本单位的填报表")
    return next(each for each in ledger.pack.registry.units if each.id == unit)


def make_inspectors_form(ledger: Ledger, workspace: Workspace, actor: str, year: int) -> Kit | None:
    """The workbook for judgements; None if nothing is judged in that year. Raises RoleRefused."""
    person = read_reporter(ledger, actor)
    if not set(person.roles) & INTAKE:
        raise RoleRefused("评定表只供督察办使用", actor=actor)
    return make_judgement_kit(ledger.pack, year, make_reader(workspace, ledger.pack), None, [person.name])


def make_reader(workspace: Workspace, pack: Pack) -> Callable[[str], Sequence[Row]]:
    """The current rows of a dataset, each read once."""
    inputs = current_inputs(workspace, pack)

    @cache
    def read(dataset: str) -> Sequence[Row]:
        return read_rows(inputs, dataset)

    return read
