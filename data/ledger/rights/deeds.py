"""Who may act on what: asked before anything is told of the object, so that a refusal betrays nothing of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.engine import Connection

from data.clock import office_time
from data.ledger.ledger import find_record
from data.ledger.machines import MACHINES
from data.ledger.machines.machine import Machine, Transition
from data.ledger.rights.roles import ROLES
from data.ledger.rights.sight import may_read, name_person, show_state
from data.ledger.rows import InspectionRow, LedgerRow, UserRow
from data.trail.events import find_last_event
from data.trail.refusals import NotFound, RoleRefused, StateRefused, UnitRefused


def find_step(
    connection: Connection, machine: Machine, action: str, actor: UserRow, id: str | None, *, tells_deed: bool = False
) -> tuple[LedgerRow | None, Transition]:
    """The object as it stands (None for a new one) and the row of the table by which this person may act on it.

    Asked in this order: does any state give the right, may the person see the object, does its state know the action,
    does this state give the right to this person. ``tells_deed``: who comes second is told who came first.
    Raises RoleRefused, NotFound, StateRefused or UnitRefused.
    """
    check_action(machine, action, actor)
    row = None if id is None else find_visible(connection, machine, actor, id)
    try:
        transition = find_transition(machine, row, action, actor)
    except StateRefused as refused:
        deed = describe_deed(connection, machine.kind, row, actor) if tells_deed and row is not None else None
        raise StateRefused(f"{refused.sentence}：{deed}") if deed else refused from None
    check_rights(machine, transition, actor, row)
    return row, transition


def check_action(machine: Machine, action: str, actor: UserRow) -> None:
    """Raise RoleRefused for whom no state gives the right to an action; asked before any object is looked at."""
    rows = [row for row in machine.transitions if row.action == action]
    if not rows:
        raise StateRefused(f"没有「{make_printable(action)}」这种操作")
    if all(row.cascade for row in rows):
        raise StateRefused(f"不能{rows[0].verb}{machine.noun}：这一步只随另一步操作发生")
    allowed = {role for row in rows if not row.cascade for role in row.roles}
    if not allowed & set(actor.roles):
        raise RoleRefused(_name_needed(machine, rows[0].verb, allowed))


def _name_needed(machine: Machine, verb: str, roles: Collection[str]) -> str:
    needed = "、".join(word for role, word in ROLES.items() if role in roles)
    return f"只有{needed}才能{verb}{machine.noun}"


def find_visible(connection: Connection, machine: Machine, actor: UserRow, id: str) -> LedgerRow:
    """The object that somebody wants to act on. Raises NotFound, in the same words for what this person may not see.

    So no refusal tells in which state something is, or that it is, to anybody who could not read it.
    """
    row = find_record(connection, machine.kind, id)
    about = row.get("inspection") if row is not None else None
    inspection = find_record(connection, InspectionRow, about) if about else None
    if row is None or not may_read(actor, machine.kind, row, inspection):
        raise NotFound(f"找不到{machine.noun}「{make_printable(id)}」，或者您无权办理")
    return row


def find_transition(machine: Machine, row: LedgerRow | None, action: str, actor: UserRow) -> Transition:
    """The row of the table for an action a person asks for. Raises StateRefused, in words that this person may read."""
    transition = machine.find(None if row is None else row.state, action)
    if transition is not None and not transition.cascade:
        return transition
    if row is None:
        raise StateRefused(f"没有「{make_printable(action)}」这种操作")
    if show_state(actor, machine.kind, row) != row.state:
        raise StateRefused(f"{machine.noun} {row.id} 正在办理，现在不能{machine.verb(action)}")
    state = machine.state(row.state).word
    raise StateRefused(f"{machine.noun} {row.id} 现在是「{state}」，不能{machine.verb(action)}")


def describe_deed(connection: Connection, kind: str, row: LedgerRow, viewer: UserRow) -> str | None:
    """Who did what last with an object, and when: what somebody is told who comes second.

    A county is told of the office by no name, and nothing of what is not decided yet.
    """
    event = find_last_event(connection, kind, row.id)
    if event is None or show_state(viewer, kind, row) != row.state:
        return None
    who = name_person(connection, event.actor, viewer)
    at = office_time(datetime.fromisoformat(event.at))
    return f"{who}已于 {at:%Y-%m-%d %H:%M} {MACHINES[kind].verb(event.action)}"


def check_rights(machine: Machine, transition: Transition, actor: UserRow, row: LedgerRow | None) -> None:
    """Raise RoleRefused or UnitRefused unless the person's roles, and unit, give the right to an action.

    For a new object the unit is checked once it is known, by the same rule.
    """
    held = [role for role in actor.roles if role in transition.roles]
    if not held:
        raise RoleRefused(_name_needed(machine, transition.verb, transition.roles))
    if row is not None and held == ["unit_contact"] and machine.kind != "user" and row.get("unit") != actor.unit:
        raise UnitRefused(f"{machine.noun} {row.id} 不是您单位的，不能{transition.verb}")


def make_printable(text: str) -> str:
    """What came in as an id, so that it can be told and stored."""
    # What came in may hold anything, and neither store takes a NUL in its text.
    return "".join(char if char.isprintable() else "�" for char in text)[:200]
