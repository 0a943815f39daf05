"""Registers that one office reports for everybody: until it declares one complete up to a day, nobody's zero is known.

A declaration speaks of what had been taken in when it was made: a later batch for the same period needs a new one.
Like batches, declarations are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypedDict

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.clock import office_day, store_moment
from data.runs.elsewhere import find_elsewhere
from data.store.database import batch_table, declaration_table, reading, scope_table
from data.store.workspace import Workspace, open_workspace_store
from data.trail.noted import note_event, noting
from indicators.entries.refusal import Refusal
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack

#: In :class:`Declared`: every unit of the register.
EVERYBODY = ""
#: The day of a declaration that has no end: an inspection of the year that came to its conclusion.
FOR_GOOD = date(9999, 12, 31)


class Declared(NamedTuple):
    """That a register is complete up to ``day`` in a period (0: the newest state), for a unit or for EVERYBODY."""

    dataset: str
    unit: str
    period: int
    day: date


class DeclarationRefused(Refusal):
    """A register cannot be declared complete like this."""

    def __init__(self, dataset: str, sentence: str) -> None:
        self.dataset = dataset
        self.sentence = sentence
        super().__init__(sentence)


class DeclarationRow(TypedDict):
    """A declaration as it is stored; ``batch_seq`` is the last batch that there was."""

    seq: int
    dataset: str
    period: int
    complete_to: str
    batch_seq: int
    declared_at: str
    declared_by: str


@dataclass(frozen=True)
class DeclarationRecord:
    """What was declared of a period of a register; ``holds`` unless a newer declaration or batch took its place."""

    dataset: str
    period: int
    complete_to: date
    declared_at: datetime
    declared_by: str
    holds: bool


def find_register(pack: Pack, name: str) -> Dataset:
    """The register of that id or title. Raises DeclarationRefused for what is none."""
    table = next((each for each in pack.datasets if name in (each.id, each.title)), None)
    known = "、".join(f"{each.title}（{each.id}）" for each in pack.datasets if each.is_register)
    if table is None:
        raise DeclarationRefused(name, f"没有台账「{name}」；要声明齐全的台账：{known or '没有'}")
    if not table.is_register:
        text = f"台账「{table.title}」由各单位自己报，收下的表（或零报告）就是声明；要声明齐全的台账：{known or '没有'}"
        raise DeclarationRefused(table.id, text)
    return table


def check_day(dataset: Dataset, complete_to: date, now: datetime) -> None:
    """Raise DeclarationRefused for a day that has not come yet."""
    today = office_day(now)
    if complete_to > today:
        text = f"「{dataset.title}」不能声明齐全到 {complete_to}：这一天还没有到（今天 {today}）；请写已经过去的日期"
        raise DeclarationRefused(dataset.id, text)


def declare_register(
    workspace: Workspace,
    pack: Pack,
    dataset: str,
    complete_to: date,
    *,
    year: int | None = None,
    nothing: bool = False,
    now: datetime,
    user: str,
) -> tuple[int, ...]:
    """Declare what was reported so far complete up to a day; returns the periods, 0 for the newest state.

    These are the years from the first that was reported to ``year``: that of the day unless given, or the last that
    was reported of a table with a column for the year. Where nothing was reported for that one, ``nothing`` must say
    that there is nothing. Raises DeclarationRefused.
    """
    table = find_register(pack, dataset)
    if (sentence := find_elsewhere(workspace, pack).refuse(table.id)) is not None:
        raise DeclarationRefused(table.id, sentence)
    check_day(table, complete_to, now)
    with noting(open_workspace_store(workspace), workspace.root) as connection:
        known = sa.select(scope_table.c.period).where(scope_table.c.dataset == table.id).distinct()
        reported = {period for period in connection.scalars(known) if period <= (year or complete_to.year)}
        periods = list_declared_periods(table, reported, complete_to, year)
        own = max(periods)
        if own not in reported and table.ledger is None and not nothing:
            when = "" if table.period.standing else f" {own} 年的"
            text = f"还没有收到「{table.title}」{when}数据；确实一件也没有的，请同时声明零报告，有的请先报送"
            raise DeclarationRefused(table.id, text)
        add_declarations(connection, table, periods, complete_to, now, user)
    return tuple(sorted(periods))


def list_declared_periods(
    dataset: Dataset, reported: Iterable[int], complete_to: date, year: int | None = None
) -> set[int]:
    """The periods of which a declaration speaks, where these were reported: from the first on, without a gap.

    A table with a column for the year may be declared complete long after that year; it says nothing of the next.
    """
    if dataset.period.standing:
        return {0}
    own = complete_to.year if dataset.period.date is not None else max(reported, default=complete_to.year)
    last = own if year is None else year
    return set(range(min([*reported, last]), last + 1))


def add_declarations(
    connection: Connection, dataset: Dataset, periods: Iterable[int], complete_to: date, now: datetime, user: str
) -> None:
    """Note a declaration for periods, inside a ``writing`` transaction: it speaks of all batches there are."""
    known = {each.period: each.complete_to for each in read_declarations(connection, dataset.id) if each.holds}
    last = connection.scalar(sa.select(sa.func.max(declaration_table.c.seq))) or 0
    batch = connection.scalar(sa.select(sa.func.max(batch_table.c.seq))) or 0
    rows: list[DeclarationRow] = [
        {
            "seq": seq,
            "dataset": dataset.id,
            "period": period,
            "complete_to": complete_to.isoformat(),
            "batch_seq": batch,
            "declared_at": store_moment(now),
            "declared_by": user,
        }
        for seq, period in enumerate(
            sorted(period for period in periods if known.get(period) != complete_to), start=last + 1
        )
    ]
    _note_declarations(connection, dataset, rows, now)


def copy_declaration(connection: Connection, dataset: Dataset, given: DeclarationRow, now: datetime) -> None:
    """Note a declaration that another workspace has taken: it speaks of all batches there are here."""
    last = connection.scalar(sa.select(sa.func.max(declaration_table.c.seq))) or 0
    batch = connection.scalar(sa.select(sa.func.max(batch_table.c.seq))) or 0
    _note_declarations(connection, dataset, [{**given, "seq": last + 1, "batch_seq": batch}], now)


def _note_declarations(connection: Connection, dataset: Dataset, rows: list[DeclarationRow], now: datetime) -> None:
    if rows:
        connection.execute(declaration_table.insert(), rows)
    for row in rows:
        about = f"{dataset.title}，{row['period']} 年" if row["period"] else f"{dataset.title}，最新情况"
        words, who = f"{about}，齐全到 {row['complete_to']}", row["declared_by"]
        note_event(connection, "register", name_declaration(row), "declare", {**row}, now=now, actor=who, reason=words)


def name_declaration(row: Mapping[str, object]) -> str:
    """What the trail knows a declaration by."""
    return f"{row['dataset']} {row['seq']}"


def list_declarations(engine: Engine) -> list[DeclarationRecord]:
    """Every declaration ever made, oldest first."""
    with reading(engine) as connection:
        return read_declarations(connection)


def find_days(engine: Engine) -> dict[tuple[str, int], date]:
    """(register, period) -> the day up to which it is declared complete now."""
    return {(each.dataset, each.period): each.complete_to for each in list_declarations(engine) if each.holds}


def read_declarations(connection: Connection, dataset: str | None = None) -> list[DeclarationRecord]:
    """The same, of one register or of all, inside a transaction."""
    if not sa.inspect(connection).has_table(declaration_table.name):
        # A store of an earlier version, which cannot be brought up to date where it lies.
        return []
    query = sa.select(declaration_table).order_by(declaration_table.c.seq)
    rows = connection.execute(query if dataset is None else query.where(declaration_table.c.dataset == dataset)).all()
    if not rows:
        return []
    newest = {(row.dataset, row.period): row.seq for row in rows}
    reported = sa.select(scope_table.c.dataset, scope_table.c.period, sa.func.max(batch_table.c.seq))
    reported = reported.join(batch_table, batch_table.c.id == scope_table.c.batch_id)
    reported = reported.where(scope_table.c.dataset.in_({row.dataset for row in rows}))
    latest = {
        (dataset, period): seq
        for dataset, period, seq in connection.execute(
            reported.group_by(scope_table.c.dataset, scope_table.c.period)
        ).all()
    }
    return [
        DeclarationRecord(
            dataset=row.dataset,
            period=row.period,
            complete_to=date.fromisoformat(row.complete_to),
            declared_at=datetime.fromisoformat(row.declared_at),
            declared_by=row.declared_by,
            holds=newest[row.dataset, row.period] == row.seq
            and latest.get((row.dataset, row.period), 0) <= row.batch_seq,
        )
        for row in rows
    ]


def read_declared(connection: Connection, pack: Pack) -> frozenset[Declared]:
    """What holds of the declarations of the pack's registers."""
    registers = {dataset.id for dataset in pack.datasets if dataset.is_register}
    if not registers:
        return frozenset()
    return frozenset(
        Declared(each.dataset, EVERYBODY, each.period, each.complete_to)
        for each in read_declarations(connection)
        if each.holds and each.dataset in registers
    )
