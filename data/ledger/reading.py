"""The ledger's objects as a person may see them. Every list and every look at one object goes through here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import sqlalchemy as sa

from data.clock import office_day
from data.ledger.clocks import Stay, list_stays
from data.ledger.fields import STEPS
from data.ledger.ledger import Ledger, list_records
from data.ledger.machines import APPEAL
from data.ledger.rights.roles import TRACING, is_contact
from data.ledger.rights.sight import compares_marks, list_mates, may_read, read_actor, show_row
from data.ledger.rows import ROW_TYPES, AnyRow, AppealRow, FindingRow, InspectionRow, JudgementRow, LedgerRow, name_kind
from data.ledger.second_marks import Blind, find_place, is_drawn
from data.store.database import reading
from data.store.tables import TABLES, appeal_table, finding_table, inspection_table
from data.trail.events import TrailEvent, list_events, read_state
from data.trail.refusals import RefusedAction, RoleRefused

_OF_A_UNIT = {kind for kind, table in TABLES.items() if "unit" in table.c} - {"user"}


@overload
def list_visible(ledger: Ledger, actor: str, kind: type[AnyRow], **equal: object) -> list[AnyRow]: ...
@overload
def list_visible(ledger: Ledger, actor: str, kind: str, **equal: object) -> list[LedgerRow]: ...
def list_visible(ledger: Ledger, actor: str, kind: type[LedgerRow] | str, **equal: object) -> Sequence[LedgerRow]:
    """The objects of a kind that a person may see, by their numbers. Raises RoleRefused for no user."""
    kind = name_kind(kind)
    with reading(ledger.engine) as connection:
        person = read_actor(connection, actor)
        if any(isinstance(value, str) and not value.isprintable() for value in equal.values()):
            return []
        own = is_contact(person.roles) and kind in _OF_A_UNIT
        # A contact's rows are found by their index; what of them may be seen is asked below.
        if own and equal.setdefault("unit", person.unit) != person.unit:
            return []
        rows, mates = list_records(connection, kind, **equal), list_mates(connection, person)
        within = any(row.get("inspection") for row in rows)
        inspections = {row.id: row for row in list_records(connection, InspectionRow)} if within else {}
    return [
        show_row(person, kind, row, mates)
        for row in rows
        if may_read(person, kind, row, inspections.get(row.get("inspection") or ""))
    ]


def show_record(ledger: Ledger, actor: str, kind: str, row: AnyRow) -> AnyRow:
    """A row of an object that a person may see, as this person sees it. Raises RoleRefused for no user."""
    with reading(ledger.engine) as connection:
        person = read_actor(connection, actor)
        return show_row(person, kind, row, list_mates(connection, person))


def list_findings(ledger: Ledger, actor: str, **equal: object) -> list[FindingRow]:
    """The findings that a person may see."""
    return list_visible(ledger, actor, FindingRow, **equal)


@overload
def read_visible(ledger: Ledger, actor: str, kind: type[AnyRow], id: str) -> AnyRow: ...
@overload
def read_visible(ledger: Ledger, actor: str, kind: str, id: str) -> LedgerRow: ...
def read_visible(ledger: Ledger, actor: str, kind: type[LedgerRow] | str, id: str) -> LedgerRow:
    """One object. Raises RefusedAction, in the same words whether it is not there or not for this person."""
    kind = name_kind(kind)
    found = list_visible(ledger, actor, kind, id=id)
    if not found:
        raise RefusedAction(f"找不到「{id}」，或者您无权查看", object=kind, object_id=id, actor=actor, action="read")
    return found[0]


def list_history(ledger: Ledger, actor: str, kind: str, id: str) -> list[TrailEvent]:
    """The events of an object; for the office and auditors, not for units.

    Raises RefusedAction for an object, and RoleRefused for a trail, that the person may not see.
    """
    read_visible(ledger, actor, kind, id)
    with reading(ledger.engine) as connection:
        person = read_actor(connection, actor)
        if not set(person.roles) & TRACING:
            raise RoleRefused("留痕只供督察办和审计查看")
        return list(list_events(connection, kind, id))


def read_stays(ledger: Ledger, kind: str, id: str) -> list[Stay]:
    """In which states an object was, and since when: what the two clocks count."""
    with reading(ledger.engine) as connection:
        events = [event for event in list_events(connection, kind, id) if event.outcome == "done"]
    rows = [ROW_TYPES[kind].read(read_state(event.after) or {}) for event in events]
    return list_stays([(office_day(row.updated_at), row.state) for row in rows])


def list_missing_steps(inspection: InspectionRow) -> list[str]:
    """The steps of article 二十五 that an inspection has not recorded yet, in order, in Chinese."""
    known = {step["step"] for step in inspection.steps or []}
    return [word for step, word in STEPS.items() if step not in known]


def list_disputed(ledger: Ledger, year: int | None = None) -> set[tuple[str, str]]:
    """The (unit, indicator) pairs whose findings are under an open appeal: their marks are 争议中."""
    still_open = [state.id for state in APPEAL.states if not state.final]
    query = (
        sa.select(finding_table.c.unit, finding_table.c.indicator)
        .join(appeal_table, appeal_table.c.finding == finding_table.c.id)
        .where(appeal_table.c.state.in_(still_open))
    )
    if year is not None:
        query = query.where(finding_table.c.year == year)
    with reading(ledger.engine) as connection:
        return {(row.unit, row.indicator) for row in connection.execute(query)}


def list_blind(ledger: Ledger, actor: str, year: int | None = None) -> list[Blind]:
    """What a person may mark a second time, or, for who compares, all that waits for it.

    Raises RoleRefused for no user.
    """
    active = sa.select(inspection_table.c.id, inspection_table.c.team).where(inspection_table.c.state == "active")
    with reading(ledger.engine) as connection:
        person = read_actor(connection, actor)
        rows = list_records(connection, JudgementRow, **({} if year is None else {"year": year}))
        teams = {row.id: row.team or [] for row in connection.execute(active)}
    open_ones = {id for id, team in teams.items() if compares_marks(person) or actor not in team}
    done = {find_place(row) for row in rows if row.is_second}
    drawn = [find_place(row) for row in rows if row.counts and is_drawn(row) and row.inspection in open_ones]
    waiting = dict.fromkeys(place for place in drawn if place not in done)
    return list(waiting) if compares_marks(person) or "inspector" in person.roles else []


def list_granted(ledger: Ledger) -> frozenset[tuple[str, str]]:
    """The (unit, indicator) pairs of findings that an appeal revoked or changed."""
    with reading(ledger.engine) as connection:
        findings = {row.id: row for row in list_records(connection, FindingRow)}
        granted = [row for row in list_records(connection, AppealRow) if row.state in ("upheld", "varied")]
    return frozenset((findings[row.finding].unit, findings[row.finding].indicator) for row in granted)
