"""What a person may see. Every list and every look at one object goes through here."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.clock import office_day
from data.ledger.clocks import Stay, list_stays
from data.ledger.fields import STEPS
from data.ledger.ledger import Ledger, find_record, list_records
from data.ledger.machine import is_contact
from data.ledger.machines import MACHINES
from data.store.database import reading
from data.store.tables import TABLES, Record, appeal_table, finding_table
from data.trail.events import decode_event, list_events
from data.trail.refusals import Refused, RoleRefused

#: From here on a unit is told of a finding about it. A withdrawn one it sees only if it had been told.
TOLD = ("notified", "final", "correcting")
_OFFICE = {"inspector", "reviewer", "lead", "appeal_officer", "verifier"}
_OF_A_UNIT = {kind for kind, table in TABLES.items() if "unit" in table.c} - {"user"}
_UNDECIDED = ("draft", "submitted", "returned")

#: Who did something with an object.
_PERSONS = {
    *(column.name for table in TABLES.values() for column in table.c if column.name.endswith("_by")),
    *("inspector", "approver"),
}
#: What a county is told instead of the name of somebody who is not of the own unit.
OFFICE = "督察办"
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
        return bool(roles & {"admin", "auditor"}) or row["id"] == actor["id"]
    if "auditor" in roles:
        return True
    if "leader" in roles and not _is_draft(kind, row):
        return True
    if roles & _OFFICE and _office_may_read(actor, roles, kind, row, inspection):
        return True
    return "unit_contact" in roles and _unit_may_read(actor, kind, row)


def _is_draft(kind: str, row: Record) -> bool:
    return row["state"] in _UNDECIDED if kind == "finding" else kind == "inspection" and row["state"] == "draft"


def _office_may_read(actor: Record, roles: set[str], kind: str, row: Record, inspection: Record | None) -> bool:
    if kind != "finding" or row["state"] not in _UNDECIDED:
        return True
    if "lead" in roles or actor["id"] in (row["authors"] or []):
        return True
    if row["state"] == "submitted" and "reviewer" in roles:
        return True
    return inspection is not None and actor["id"] in (inspection["team"] or [])


def _unit_may_read(actor: Record, kind: str, row: Record) -> bool:
    if kind == "inspection":
        return row["state"] != "draft" and row["state"] != "discarded" and actor["unit"] in (row["units"] or [])
    if kind == "judgement" or row.get("unit") != actor["unit"]:
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
        return OFFICE
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
    shown |= {name: OFFICE for name in _PERSONS & shown.keys() if shown[name] is not None and shown[name] not in mates}
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


def list_visible(ledger: Ledger, actor: str, kind: str, **equal: object) -> list[Record]:
    """The objects of a kind that a person may see, by their numbers. Raises RoleRefused for no user."""
    with reading(ledger.engine) as connection:
        person = _read_person(find_record(connection, "user", actor), actor)
        if any(isinstance(value, str) and not value.isprintable() for value in equal.values()):
            return []
        own = is_contact(person["roles"]) and kind in _OF_A_UNIT
        # A contact's rows are found by their index; what of them may be seen is asked below.
        if own and equal.setdefault("unit", person["unit"]) != person["unit"]:
            return []
        inspections = {row["id"]: row for row in list_records(connection, "inspection")}
        rows, mates = list_records(connection, kind, **equal), list_mates(connection, person)
    return [
        show_row(person, kind, row, mates)
        for row in rows
        if may_read(person, kind, row, inspections.get(row.get("inspection") or ""))
    ]


def show_record(ledger: Ledger, actor: str, kind: str, row: Record) -> Record:
    """A row of an object that a person may see, as this person sees it. Raises RoleRefused for no user."""
    with reading(ledger.engine) as connection:
        person = _read_person(find_record(connection, "user", actor), actor)
        return show_row(person, kind, row, list_mates(connection, person))


def list_findings(ledger: Ledger, actor: str, **equal: object) -> list[Record]:
    """The findings that a person may see."""
    return list_visible(ledger, actor, "finding", **equal)


def read_visible(ledger: Ledger, actor: str, kind: str, id: str) -> Record:
    """One object. Raises Refused, in the same words whether it is not there or not for this person."""
    found = list_visible(ledger, actor, kind, id=id)
    if not found:
        raise Refused(f"找不到「{id}」,或者您无权查看", object=kind, object_id=id, actor=actor, action="read")
    return found[0]


def list_history(ledger: Ledger, actor: str, kind: str, id: str) -> list[dict[str, Any]]:
    """The events of an object, before and after as data; for the office and auditors, not for units.

    Raises Refused for an object, and RoleRefused for a trail, that the person may not see.
    """
    read_visible(ledger, actor, kind, id)
    with reading(ledger.engine) as connection:
        person = _read_person(find_record(connection, "user", actor), actor)
        if not set(person["roles"]) & {*_OFFICE, "auditor", "admin"}:
            raise RoleRefused("留痕只供督察办和审计查看")
        return [decode_event(event) for event in list_events(connection, kind, id)]


def read_stays(ledger: Ledger, kind: str, id: str) -> list[Stay]:
    """In which states an object was, and since when: what the two clocks count."""
    with reading(ledger.engine) as connection:
        rows = [json.loads(event["after"]) for event in list_events(connection, kind, id) if event["outcome"] == "done"]
    return list_stays([(office_day(row["updated_at"]), row["state"]) for row in rows])


def list_missing_steps(inspection: Record) -> list[str]:
    """The steps of article 二十五 that an inspection has not recorded yet, in order, in Chinese."""
    known = {step["step"] for step in inspection["steps"] or []}
    return [word for step, word in STEPS.items() if step not in known]


def list_disputed(ledger: Ledger, year: int | None = None) -> set[tuple[str, str]]:
    """The (unit, indicator) pairs whose findings are under an open appeal: their marks are 争议中."""
    still_open = [state.id for state in MACHINES["appeal"].states if not state.final]
    query = (
        sa.select(finding_table.c.unit, finding_table.c.indicator)
        .join(appeal_table, appeal_table.c.finding == finding_table.c.id)
        .where(appeal_table.c.state.in_(still_open))
    )
    if year is not None:
        query = query.where(finding_table.c.year == year)
    with reading(ledger.engine) as connection:
        return {(row.unit, row.indicator) for row in connection.execute(query)}


def _read_person(user: Record | None, actor: str) -> Record:
    if user is None or user["state"] != "active":
        raise RoleRefused(f"没有用户「{actor}」,或者账号已停用", actor=actor)
    return user


def list_scored_units(person: Record) -> frozenset[str] | None:
    """The units whose scores a person may see, None for all; a contact the own unit's, an administrator nobody's."""
    roles = set(person["roles"])
    if person["state"] != "active":
        return frozenset()
    if roles & {*_OFFICE, "leader", "auditor"}:
        return None
    return frozenset({person["unit"]} if "unit_contact" in roles and person["unit"] else ())


def list_granted(ledger: Ledger) -> frozenset[tuple[str, str]]:
    """The (unit, indicator) pairs of findings that an appeal revoked or changed."""
    with reading(ledger.engine) as connection:
        findings = {row["id"]: row for row in list_records(connection, "finding")}
        granted = [row for row in list_records(connection, "appeal") if row["state"] in ("upheld", "varied")]
    return frozenset((findings[row["finding"]]["unit"], findings[row["finding"]]["indicator"]) for row in granted)
