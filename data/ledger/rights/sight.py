"""What a person may see of what there is: asked of every object before anything is told of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection

from data.ledger.ledger import find_record, list_records
from data.ledger.rights.roles import ACCOUNTS, COMPARING, MODERATING, OFFICE, is_contact
from data.ledger.rows import AnyRow, AppealRow, FindingRow, InspectionRow, JudgementRow, LedgerRow, UserRow
from data.ledger.second_marks import is_drawn
from data.store.tables import TABLES
from data.trail.refusals import RoleRefused

#: From here on a unit is told of a finding about it. A withdrawn one it sees only if it had been told.
TOLD = ("notified", "final", "correcting")
_UNDECIDED = ("draft", "submitted", "returned")
#: What is for those at work on it, in the states of each kind.
_DRAFTS = {
    "finding": _UNDECIDED,
    "inspection": ("draft",),
    "judgement": ("second",),
    "rules": ("submitted", "returned", "withdrawn"),
}


#: Who did something with an object.
_PERSONS = {
    *(column.name for table in TABLES.values() for column in table.c if column.name.endswith("_by")),
    *("inspector", "approver"),
}
#: What a county is told instead of the name of somebody who is not of the own unit.
OFFICE_NAME = "督察办"
#: Until a decision is signed, and a correction approved, a county sees what stood before.
_SHOWN_AS = {("appeal", "proposed"): "reviewing", ("finding", "correcting"): "final"}
#: What a unit does not see of a finding about it: who wrote and confirmed it, and the working copy of a correction.
_INTERNAL = ("authors", "created_by", "updated_by", "approved_by", "returned_sha256", "corrected_by", "approved")


def may_read(actor: UserRow, kind: str, row: LedgerRow, inspection: InspectionRow | None = None) -> bool:
    """Whether a person may see an object. ``inspection`` is the one that a finding or judgement belongs to.

    Administrators see accounts and nothing else; auditors see everything; leaders everything that is no
    draft; a county contact only what concerns the own unit, findings from 已反馈 on; drafts only their
    authors, the team and the lead.
    """
    roles = set(actor.roles)
    if actor.state != "active":
        return False
    if kind == "user":
        return bool(roles & ACCOUNTS) or row.id == actor.id
    if "auditor" in roles:
        return True
    if "leader" in roles and not _is_draft(kind, row):
        return True
    if roles & OFFICE and _office_may_read(actor, roles, kind, row, inspection):
        return True
    return "unit_contact" in roles and _unit_may_read(actor, kind, row)


def _is_draft(kind: str, row: LedgerRow) -> bool:
    return row.state in _DRAFTS.get(kind, ())


def _office_may_read(
    actor: UserRow, roles: set[str], kind: str, row: LedgerRow, inspection: InspectionRow | None
) -> bool:
    if isinstance(row, JudgementRow):
        return _may_see_marks(actor, roles, row, inspection)
    if not isinstance(row, FindingRow) or row.state not in _UNDECIDED:
        return True
    if "lead" in roles or actor.id in (row.authors or []):
        return True
    if row.state == "submitted" and "reviewer" in roles:
        return True
    return inspection is not None and actor.id in (inspection.team or [])


def _may_see_marks(actor: UserRow, roles: set[str], row: JudgementRow, inspection: InspectionRow | None) -> bool:
    """A second mark is seen by who gave it and who compares; what is drawn for one by nobody who might yet give it."""
    person = actor.id
    if row.inspector == person or roles & MODERATING:
        return True
    if row.is_second:
        return False
    in_team = inspection is not None and person in (inspection.team or [])
    return in_team or "inspector" not in roles or not is_drawn(row)


def _unit_may_read(actor: UserRow, kind: str, row: LedgerRow) -> bool:
    if isinstance(row, InspectionRow):
        return row.state != "draft" and row.state != "discarded" and actor.unit in (row.units or [])
    if kind in ("judgement", "rules") or row.get("unit") != actor.unit:
        return False
    if kind == "evidence":
        return row.created_by == actor.id
    if kind == "exemption":
        return row.state in ("approved", "revoked")
    if isinstance(row, FindingRow):
        return row.state in TOLD or (row.state == "withdrawn" and row.notified_on is not None)
    return True


def show_state(actor: UserRow, kind: str, row: LedgerRow) -> str:
    """The state that this person sees an object in: a county is not told of a decision before it is signed."""
    state = str(row.state)
    if not is_contact(actor.roles):
        return state
    return _SHOWN_AS.get((kind, state), state)


def name_person(connection: Connection, id: str | None, viewer: UserRow) -> str:
    """Who did something, as this person is told: a county reads of the office's people no name."""
    who = find_record(connection, UserRow, id) if id is not None else None
    if is_contact(viewer.roles) and (who is None or who.unit != viewer.unit or not is_contact(who.roles)):
        return OFFICE_NAME
    return str(who.name if who else id)


def list_mates(connection: Connection, actor: UserRow) -> frozenset[str]:
    """The accounts of a contact's own unit, which are the ones that it is told of; empty for the office."""
    if not is_contact(actor.roles):
        return frozenset()
    users = list_records(connection, UserRow, unit=actor.unit)
    return frozenset(user.id for user in users if is_contact(user.roles))


def show_row(actor: UserRow, kind: str, row: AnyRow, mates: Collection[str]) -> AnyRow:
    """The row as this person sees it; ``mates`` are those of ``list_mates``."""
    row = row.hide(("credential",))
    if not is_contact(actor.roles):
        return row
    told: dict[str, Any] = {
        name: OFFICE_NAME for name in _PERSONS & row.keys() if row[name] is not None and row[name] not in mates
    }
    if isinstance(row, FindingRow) and row.state == "correcting":
        # The correction is not approved yet: what was told still stands.
        told |= {**(row.approved or {}), "state": show_state(actor, kind, row)}
    if isinstance(row, AppealRow) and row.state in ("reviewing", "proposed"):
        told |= {
            "state": show_state(actor, kind, row),
            "outcome": None,
            "decision": None,
            "changes": None,
            "proposed_by": None,
        }
    if isinstance(row, AppealRow) and row.comparison is not None:
        # How the others moved is no business of this unit.
        told["comparison"] = {**row.comparison, "moved": []}
    if isinstance(row, InspectionRow):
        told["team"] = None
    shown = replace(row, **told)
    return shown.hide(_INTERNAL) if isinstance(row, FindingRow) else shown


def compares_marks(person: UserRow) -> bool:
    """Whether somebody sees how teams mark beside each other."""
    return bool(set(person.roles) & MODERATING)


def list_scored_units(person: UserRow) -> frozenset[str] | None:
    """The units whose scores a person may see, None for all; a contact the own unit's, an administrator nobody's."""
    roles = set(person.roles)
    if person.state != "active":
        return frozenset()
    if roles & COMPARING:
        return None
    return frozenset({person.unit} if "unit_contact" in roles and person.unit else ())


def read_actor(connection: Connection, actor: str) -> UserRow:
    """The account of somebody who wants to see or do something. Raises RoleRefused unless it is an active one."""
    user = find_record(connection, UserRow, actor)
    if user is None or user.state != "active":
        raise RoleRefused(f"没有用户「{actor}」，或者账号已停用", actor=actor)
    return user
