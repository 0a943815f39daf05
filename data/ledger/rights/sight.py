"""What a person may see of what there is: asked of every object before anything is told of it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.engine import Connection

from data.ledger.ledger import find_record, list_records
from data.ledger.rights.roles import ACCOUNTS, COMPARING, MODERATING, OFFICE, is_contact
from data.ledger.second_marks import is_drawn, read_mark
from data.store.tables import TABLES, Record
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


def may_read(actor: Record, kind: str, row: Record, inspection: Record | None = None) -> bool:
    """Whether a person may see an object. ``inspection`` is the one that a finding or judgement belongs to.

    Administrators see accounts and nothing else; auditors see everything; leaders everything that is no
    draft; a county contact only what concerns the own unit, findings from 已反馈 on; drafts only their
    authors, the team and the lead.
    """
    roles = set(actor["roles"])
    if actor["state"] != "active":
        return False
    if kind == "user":
        return bool(roles & ACCOUNTS) or row["id"] == actor["id"]
    if "auditor" in roles:
        return True
    if "leader" in roles and not _is_draft(kind, row):
        return True
    if roles & OFFICE and _office_may_read(actor, roles, kind, row, inspection):
        return True
    return "unit_contact" in roles and _unit_may_read(actor, kind, row)


def _is_draft(kind: str, row: Record) -> bool:
    return row["state"] in _DRAFTS.get(kind, ())


def _office_may_read(actor: Record, roles: set[str], kind: str, row: Record, inspection: Record | None) -> bool:
    if kind == "judgement":
        return _may_see_marks(actor, roles, row, inspection)
    if kind != "finding" or row["state"] not in _UNDECIDED:
        return True
    if "lead" in roles or actor["id"] in (row["authors"] or []):
        return True
    if row["state"] == "submitted" and "reviewer" in roles:
        return True
    return inspection is not None and actor["id"] in (inspection["team"] or [])


def _may_see_marks(actor: Record, roles: set[str], row: Record, inspection: Record | None) -> bool:
    """A second mark is seen by who gave it and who compares; what is drawn for one by nobody who might yet give it."""
    mark, person = read_mark(row), actor["id"]
    if mark.inspector == person or roles & MODERATING:
        return True
    if mark.is_second:
        return False
    in_team = inspection is not None and person in (inspection["team"] or [])
    return in_team or "inspector" not in roles or not is_drawn(row)


def _unit_may_read(actor: Record, kind: str, row: Record) -> bool:
    if kind == "inspection":
        return row["state"] != "draft" and row["state"] != "discarded" and actor["unit"] in (row["units"] or [])
    if kind in ("judgement", "rules") or row.get("unit") != actor["unit"]:
        return False
    if kind == "evidence":
        return bool(row["created_by"] == actor["id"])
    if kind == "exemption":
        return bool(row["state"] in ("approved", "revoked"))
    if kind == "finding":
        return row["state"] in TOLD or (row["state"] == "withdrawn" and row["notified_on"] is not None)
    return True


def show_state(actor: Record, kind: str, row: Record) -> str:
    """The state that this person sees an object in: a county is not told of a decision before it is signed."""
    state = str(row["state"])
    if not is_contact(actor["roles"]):
        return state
    return _SHOWN_AS.get((kind, state), state)


def name_person(connection: Connection, id: str | None, viewer: Record) -> str:
    """Who did something, as this person is told: a county reads of the office's people no name."""
    who = find_record(connection, "user", id) if id is not None else None
    if is_contact(viewer["roles"]) and (who is None or who["unit"] != viewer["unit"] or not is_contact(who["roles"])):
        return OFFICE_NAME
    return str(who["name"] if who else id)


def list_mates(connection: Connection, actor: Record) -> frozenset[str]:
    """The accounts of a contact's own unit, which are the ones that it is told of; empty for the office."""
    if not is_contact(actor["roles"]):
        return frozenset()
    users = list_records(connection, "user", unit=actor["unit"])
    return frozenset(user["id"] for user in users if is_contact(user["roles"]))


def show_row(actor: Record, kind: str, row: Record, mates: Collection[str]) -> Record:
    """The row as this person sees it; ``mates`` are those of ``list_mates``."""
    shown = {name: value for name, value in row.items() if name != "credential"}
    if not is_contact(actor["roles"]):
        return shown
    shown |= {
        name: OFFICE_NAME for name in _PERSONS & shown.keys() if shown[name] is not None and shown[name] not in mates
    }
    if kind == "finding":
        if row["state"] == "correcting":
            # The correction is not approved yet: what was told still stands.
            shown |= {**(row["approved"] or {}), "state": show_state(actor, kind, row)}
        shown = {name: value for name, value in shown.items() if name not in _INTERNAL}
    if kind == "appeal" and row["state"] in ("reviewing", "proposed"):
        shown |= {
            "state": show_state(actor, kind, row),
            "outcome": None,
            "decision": None,
            "changes": None,
            "proposed_by": None,
        }
    if kind == "appeal" and row.get("comparison") is not None:
        # How the others moved is no business of this unit.
        shown["comparison"] = {**row["comparison"], "moved": []}
    if kind == "inspection":
        shown["team"] = None
    return shown


def compares_marks(person: Record) -> bool:
    """Whether somebody sees how teams mark beside each other."""
    return bool(set(person["roles"]) & MODERATING)


def list_scored_units(person: Record) -> frozenset[str] | None:
    """The units whose scores a person may see, None for all; a contact the own unit's, an administrator nobody's."""
    roles = set(person["roles"])
    if person["state"] != "active":
        return frozenset()
    if roles & COMPARING:
        return None
    return frozenset({person["unit"]} if "unit_contact" in roles and person["unit"] else ())


def read_actor(connection: Connection, actor: str) -> Record:
    """The account of somebody who wants to see or do something. Raises RoleRefused unless it is an active one."""
    user = find_record(connection, "user", actor)
    if user is None or user["state"] != "active":
        raise RoleRefused(f"没有用户「{actor}」，或者账号已停用", actor=actor)
    return user
