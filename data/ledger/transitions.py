"""The only writer of the ledger: page, command and import all go through ``apply_transition``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.clock import office_day, store_moment
from data.ledger.case import PlannedChange
from data.ledger.conditions import CONDITIONS
from data.ledger.effects import Consequence, apply_effects
from data.ledger.fields import FIELDS, check_fields, clean_text, name_field
from data.ledger.ledger import Ledger, find_record, list_records
from data.ledger.machines import MACHINES
from data.ledger.machines.machine import Machine, Transition
from data.ledger.references import check_references
from data.ledger.rights.deeds import check_rights, describe_deed, find_step, make_printable
from data.ledger.rights.roles import is_contact
from data.ledger.rights.sight import list_mates, name_person, show_row
from data.ledger.rows import ROW_TYPES, LedgerRow, UserRow
from data.store.database import writing
from data.store.tables import TABLES
from data.trail.events import Head, append_event, read_version, write_head
from data.trail.refusals import (
    ConditionRefused,
    FieldRefused,
    RefusedAction,
    RoleRefused,
    SeveralRefused,
    StaleSave,
)

#: Who acts where no person does: the first administrator of an empty ledger is added by nobody.
FOUNDER = "（建立台账）"
LONGEST_NAME = 64


def apply_transition(
    ledger: Ledger,
    actor: str,
    kind: str,
    id: str | None,
    action: str,
    given: Mapping[str, object] | None = None,
    *,
    base_version: int | None = None,
    reason: str | None = None,
    now: datetime,
    also: Callable[[Connection], None] | None = None,
) -> LedgerRow:
    """Let a person do an action on an object (``id`` None: a new one); returns the row as it then stands.

    ``given`` are the fields entered, ``base_version`` the version that the person saw; every action on an
    existing object states it. Change, event, what follows and ``also`` are one transaction. Raises a RefusedAction,
    after one ``refused`` event was written and nothing else; ValueError for a clock without a time zone.
    """
    if now.tzinfo is None:
        raise ValueError("the clock must have a time zone")
    try:
        with writing(ledger.engine) as connection:
            row, head = _act(connection, ledger, actor, kind, id, action, given or {}, base_version, reason, now)
            if also is not None:
                also(connection)
    except RefusedAction as refused:
        refused.about(kind, id or "", action, actor)
        write_head(ledger.root, record_refusal(ledger, refused, now))
        raise
    write_head(ledger.root, head)
    return row


@dataclass(frozen=True)
class Action:
    """One action of several that are done together; the fields are those of ``apply_transition``."""

    kind: str
    id: str | None
    action: str
    given: Mapping[str, object]
    base_version: int | None = None
    reason: str | None = None


def apply_together(ledger: Ledger, actor: str, actions: Sequence[Action], *, now: datetime) -> list[LedgerRow]:
    """Let a person do several actions as one transaction, in order; returns the rows.

    All are tried, so that every refusal is told: SeveralRefused, after one ``refused`` event for each, and
    nothing else is stored. Raises what ``apply_transition`` raises besides.
    """
    if now.tzinfo is None:
        raise ValueError("the clock must have a time zone")
    rows: list[LedgerRow] = []
    refusals: list[tuple[int, RefusedAction]] = []
    head = None
    try:
        with writing(ledger.engine) as connection:
            for place, each in enumerate(actions):
                try:
                    with connection.begin_nested():
                        base, reason = each.base_version, each.reason
                        row, head = _act(
                            connection, ledger, actor, each.kind, each.id, each.action, each.given, base, reason, now
                        )
                        rows.append(row)
                except RefusedAction as refused:
                    refusals.append((place, refused.about(each.kind, each.id or "", each.action, actor)))
            if refusals:
                raise SeveralRefused(refusals)
    except SeveralRefused as several:
        for _, each_refused in several.refusals:
            write_head(ledger.root, record_refusal(ledger, each_refused, now))
        raise
    if head is not None:
        write_head(ledger.root, head)
    return rows


def record_refusal(ledger: Ledger, refused: RefusedAction, now: datetime) -> Head:
    """One event, in a transaction of its own, that something was asked for and refused."""
    with writing(ledger.engine) as connection:
        return append_event(
            connection,
            now=now,
            actor=make_printable(refused.actor),
            kind=refused.object,
            object_id=make_printable(refused.object_id),
            action=make_printable(refused.action),
            outcome="refused",
            reason=refused.sentence,
            before=None,
            after=None,
        )


def _act(
    connection: Connection,
    ledger: Ledger,
    actor_id: str,
    kind: str,
    id: str | None,
    action: str,
    given: Mapping[str, object],
    base_version: int | None,
    reason: str | None,
    now: datetime,
) -> tuple[LedgerRow, Head]:
    machine = MACHINES[kind]
    actor = _read_actor(connection, actor_id, kind, action)
    begins = id is None or (kind == "user" and action == "add")
    before, transition = find_step(
        connection, machine, action, actor, None if begins else id, tells_deed=base_version is not None
    )
    _check_base(connection, machine, before, base_version, actor)
    checked = check_fields(kind, transition.sets, transition.needs, given)
    spoken = _check_reason(transition, machine, reason)
    new_id = id if before is None else None
    return _carry_out(connection, ledger, machine, transition, actor, before, checked, spoken, now, new_id)


def _read_actor(connection: Connection, actor_id: str, kind: str, action: str) -> UserRow:
    founding = actor_id == FOUNDER and (kind, action) == ("user", "add")
    if founding and not any("admin" in user.roles for user in list_records(connection, UserRow, state="active")):
        return UserRow.read({"id": FOUNDER, "name": FOUNDER, "roles": ["admin"], "state": "active"})
    actor = find_record(connection, UserRow, actor_id) if actor_id.isprintable() else None
    if actor is None:
        raise RoleRefused(f"没有用户「{make_printable(actor_id)}」")
    if actor.state != "active":
        raise RoleRefused(f"{actor.name}的账号已停用")
    return actor


def _check_base(
    connection: Connection, machine: Machine, row: LedgerRow | None, base_version: int | None, actor: UserRow
) -> None:
    if row is None or base_version == row.version:
        return
    stored = read_version(connection, machine.kind, row.id, base_version) if base_version is not None else None
    if stored is None:
        raise FieldRefused("请先打开最新的内容，再办理（没有说明您看到的是第几版）", "version")
    mates = list_mates(connection, actor)
    before = ROW_TYPES[machine.kind].read(stored)
    base, current = (show_row(actor, machine.kind, each, mates) for each in (before, row))
    shown = base.keys() & current.keys() & FIELDS[machine.kind].keys()
    differing = [name for name in FIELDS[machine.kind] if name in shown and current[name] != base[name]]
    names = "、".join(name_field(machine.kind, name) for name in differing) or "办理情况"
    who = name_person(connection, row.updated_by, actor)
    deed = describe_deed(connection, machine.kind, row, actor)
    raise StaleSave(
        f"{machine.noun} {row.id} 已由{who}改为第 {row.version} 版，"
        f"您看到的是第 {base_version} 版；不同之处："
        f"{names}{f'。最近一步：{deed}' if deed else ''}。请看过新的内容再办理",
        base,
        current,
        differing,
    )


def _check_reason(transition: Transition, machine: Machine, reason: str | None) -> str | None:
    spoken = clean_text("理由", reason) if reason is not None else ""
    if transition.needs_reason and not spoken:
        raise FieldRefused(f"请写明理由，才能{transition.verb}{machine.noun}", "reason")
    return spoken or None


def _carry_out(
    connection: Connection,
    ledger: Ledger,
    machine: Machine,
    transition: Transition,
    actor: UserRow,
    before: LedgerRow | None,
    checked: dict[str, object],
    reason: str | None,
    now: datetime,
    new_id: str | None = None,
) -> tuple[LedgerRow, Head]:
    after = _start_row(machine, actor, now) if before is None else dict(before)
    for name, value in checked.items():
        after[name] = [*(after[name] or []), value] if FIELDS[machine.kind][name].appends else value
    if before is None and new_id is not None:
        after["id"] = _check_name(new_id)
    case = PlannedChange(connection, ledger, machine, transition, actor, before, after, checked, reason, now)
    if before is None:
        _inherit(case)
    check_references(case)
    if before is None and set(actor.roles) & set(transition.roles) == {"unit_contact"}:
        check_rights(machine, transition, actor, case.read(ROW_TYPES[machine.kind]))
    for name in transition.conditions:
        if (sentence := CONDITIONS[name].refuse(case)) is not None:
            raise ConditionRefused(sentence, name)
    after |= {"state": transition.target, "updated_at": store_moment(now), "updated_by": actor.id}
    _count_version(case)
    consequences = apply_effects(case)
    _count_version(case)
    _save(connection, machine, before, after)
    head = _note(case, after)
    for consequence in consequences:
        head = _follow(connection, ledger, consequence, case, head)
    return case.read(ROW_TYPES[machine.kind]), head


def _note(case: PlannedChange, after: Mapping[str, object]) -> Head:
    """The event of an action that was carried out; ``after`` is the row with what followed from it."""
    return append_event(
        case.connection,
        now=case.now,
        actor=case.actor_id,
        kind=case.machine.kind,
        object_id=case.id,
        action=case.transition.action,
        outcome="done",
        reason=case.reason,
        before=case.before,
        after=after,
    )


def _check_name(id: str) -> str:
    """A user's name as it is kept: what can be typed at a login and told apart in a list."""
    name = clean_text("用户名", id)
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or " " in name or name == FOUNDER:
        raise FieldRefused(f"「用户名」请填 1 到 {LONGEST_NAME} 个字，不含空格", "id")
    return name


def _count_version(case: PlannedChange) -> None:
    """A change of what was entered makes a new version; what is approved counts only changes of its content."""
    before, after = case.before, case.after
    names = case.machine.content if "approved_version" in after else FIELDS[case.machine.kind]
    if before is not None and after["version"] == before.version:
        after["version"] += any(after[name] != before[name] for name in names if name in after)


def _start_row(machine: Machine, actor: UserRow, now: datetime) -> dict[str, Any]:
    row: dict[str, object] = {column.name: None for column in TABLES[machine.kind].c}
    made = {"created_at": store_moment(now), "created_by": actor.id}
    return row | made | {"id": "（新）", "version": 1, "year": office_day(now).year, "state": "", **_defaults(machine)}


def _defaults(machine: Machine) -> dict[str, object]:
    return {"cycle": 1} if machine.kind == "rectification" else {}


def _inherit(case: PlannedChange) -> None:
    """What a new object takes over from the object that it is about."""
    if case.machine.kind in ("appeal", "rectification"):
        # A unit that may not see a finding must not learn from the refusal that it exists.
        unseen = case.finding is None or (is_contact(case.actor.roles) and case.finding.unit != case.actor.unit)
        if unseen:
            raise FieldRefused(f"找不到问题「{case.after['finding']}」，或者它还没有反馈给您单位", "finding")
        assert case.finding is not None
        case.after |= {"unit": case.finding.unit, "year": case.finding.year}
    elif case.machine.kind in ("finding", "judgement") and case.inspection is not None:
        case.after["year"] = case.inspection.year
        if case.machine.kind == "judgement":
            case.after["inspector"] = case.actor_id


def _save(connection: Connection, machine: Machine, before: LedgerRow | None, after: dict[str, Any]) -> None:
    table = TABLES[machine.kind]
    if before is not None:
        same = (table.c.id == before.id, table.c.version == before.version, table.c.state == before.state)
        changed = connection.execute(table.update().where(*same).values(after))
        assert changed.rowcount == 1, "another transaction wrote while this one held the lock"
        return
    last = connection.scalar(sa.select(sa.func.max(table.c.serial)).where(table.c.year == after["year"]))
    after["serial"] = (last or 0) + 1
    if machine.prefix:
        after["id"] = f"{machine.prefix}〔{after['year']}〕{after['serial']:04d}号"
    elif find_record(connection, machine.kind, after["id"]) is not None:
        raise FieldRefused(f"用户名「{after['id']}」已经有人用了", "id")
    connection.execute(table.insert().values(after))


def _follow(connection: Connection, ledger: Ledger, consequence: Consequence, case: PlannedChange, head: Head) -> Head:
    """Carry out what an action brings about on another object, as the same person and with its reasons."""
    machine = MACHINES[consequence.kind]
    row = find_record(connection, consequence.kind, consequence.id)
    transition = machine.find(row.state, consequence.action) if row is not None else None
    if row is None or transition is None:
        raise ConditionRefused(f"{machine.noun} {consequence.id} 的状态已变，不能{case.transition.verb}", "consequence")
    checked = check_fields(consequence.kind, transition.sets, transition.needs, consequence.given)
    reason = f"{case.machine.noun} {case.id}：{case.after.get('decision') or case.reason or ''}"
    _, head = _carry_out(connection, ledger, machine, transition, case.actor, row, checked, reason, case.now)
    return head
