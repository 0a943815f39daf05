"""What a person could do next: for pages, which show what can be done and say why something cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from data.clock import office_day
from data.ledger.case import PlannedChange
from data.ledger.conditions import CONDITIONS
from data.ledger.ledger import Ledger, find_record
from data.ledger.machines import MACHINES
from data.ledger.machines.machine import Transition
from data.ledger.reading import read_visible
from data.ledger.rights.deeds import check_action, check_rights
from data.ledger.rights.roles import is_contact
from data.ledger.rights.sight import may_read, read_actor
from data.ledger.rows import ROW_TYPES, UserRow
from data.store.database import reading
from data.store.tables import TABLES
from data.trail.refusals import RefusedAction

#: Conditions that ask about what will be entered with the action: only ``apply_transition`` can answer them.
_OF_ENTRIES = {
    "roles_fit",
    "not_own_rights",
    "step_in_order",
    "notice_in_time",
    "steps_complete",
    "later_than_due",
    "evidence_for_every_step",
    "verified_with_evidence",
    "changes_fit_outcome",
    "file_stored",
    "first_judgement",
    "drawn_for_second",
}
#: Of three ways to decide only the one that was proposed is offered; the others need no word.
_SILENT = {"outcome_uphold", "outcome_vary", "outcome_dismiss"}


@dataclass(frozen=True)
class Possible:
    """An action that the person's roles give a right to. ``blocked`` is the sentence that stands in its way."""

    transition: Transition
    blocked: str | None

    @property
    def action(self) -> str:
        return self.transition.action

    @property
    def verb(self) -> str:
        return self.transition.verb


def list_possible(ledger: Ledger, actor: str, kind: str, id: str, now: datetime) -> list[Possible]:
    """What a person could do with an object as it stands, in the order of the machine's table.

    What will be entered is not judged. Raises RefusedAction for an object that the person may not see.
    """
    read_visible(ledger, actor, kind, id)
    machine = MACHINES[kind]
    found: list[Possible] = []
    with reading(ledger.engine) as connection:
        row, person = find_record(connection, kind, id), find_record(connection, UserRow, actor)
        assert row is not None and person is not None
        for transition in machine.transitions:
            if transition.cascade or transition.source != row.state:
                continue
            try:
                check_rights(machine, transition, person, row)
            except RefusedAction:
                continue
            case = PlannedChange(connection, ledger, machine, transition, person, row, dict(row), {}, None, now)
            name, sentence = _find_refusal(case)
            if name not in _SILENT:
                found.append(Possible(transition, sentence))
    return found


def refuse_new(
    ledger: Ledger, actor: str, kind: str, action: str, given: Mapping[str, object], now: datetime
) -> str | None:
    """The sentence why a person cannot begin a new object about what is ``given``; None if it can be begun.

    ``given`` names what it would be about (a finding, an inspection); what else will be entered is not judged.
    """
    machine = MACHINES[kind]
    transition = machine.find(None, action)
    assert transition is not None
    with reading(ledger.engine) as connection:
        try:
            person = read_actor(connection, actor)
            check_action(machine, action, person)
        except RefusedAction as refused:
            return refused.sentence
        row: dict[str, object] = {column.name: None for column in TABLES[kind].c}
        row |= {"id": "（新）", "year": office_day(now).year, **given}
        case = PlannedChange(connection, ledger, machine, transition, person, None, row, dict(given), None, now)
        if "finding" in row:
            hidden = is_contact(person.roles) and not (
                case.finding is not None and may_read(person, "finding", case.finding)
            )
            if case.finding is None or hidden:
                # A unit that may not see a finding must not learn from the sentence that it exists.
                return f"找不到问题「{row['finding']}」，或者它还没有反馈给您单位"
            row |= {"unit": case.finding.unit, "year": case.finding.year}
        try:
            known = ROW_TYPES[kind].read(row) if row.get("unit") is not None else None
            check_rights(machine, transition, person, known)
        except RefusedAction as refused:
            return refused.sentence
        return _find_refusal(case)[1]


def _find_refusal(case: PlannedChange) -> tuple[str | None, str | None]:
    for name in case.transition.conditions:
        if name not in _OF_ENTRIES and (sentence := CONDITIONS[name].refuse(case)) is not None:
            return name, sentence
    return None, None
