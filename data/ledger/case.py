"""A case: everything that the conditions of one transition look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, overload

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.clock import office_day
from data.ledger.ledger import Ledger, find_record, list_records
from data.ledger.machines.machine import Machine, Transition
from data.ledger.persons import explain_sameness, is_same_person
from data.ledger.rows import AnyRow, AppealRow, FindingRow, InspectionRow, LedgerRow, UserRow
from data.store.tables import event_table

#: Who took one of these actions on a finding has taken part in making it.
_PARTICIPATION = ("confirm", "correct", "approve_correction", "vary")


@dataclass
class PlannedChange:
    """``before`` is the row as it stands (None for a new object), ``after`` its columns as they will be.

    ``given`` was entered.
    """

    connection: Connection
    ledger: Ledger
    machine: Machine
    transition: Transition
    actor: UserRow
    before: LedgerRow | None
    after: dict[str, Any]
    given: dict[str, Any]
    reason: str | None
    now: datetime

    @property
    def today(self) -> date:
        """The day of the clock that was handed in, as the office counts days."""
        return office_day(self.now)

    @property
    def actor_id(self) -> str:
        return self.actor.id

    @property
    def id(self) -> str:
        """The number of the object; a new one has none yet, and a word for it."""
        return str(self.after["id"])

    def read(self, kind: type[AnyRow]) -> AnyRow:
        """The object as it will be, as far as is planned by now; the machine must be of this kind."""
        return kind.read(self.after)

    def find(self, kind: type[AnyRow], id: str | None) -> AnyRow | None:
        """Another object of the ledger; None if there is none."""
        return None if id is None else find_record(self.connection, kind, id)

    @overload
    def list_rows(self, kind: type[AnyRow], **equal: object) -> list[AnyRow]: ...
    @overload
    def list_rows(self, kind: str, **equal: object) -> list[LedgerRow]: ...
    def list_rows(self, kind: type[LedgerRow] | str, **equal: object) -> Sequence[LedgerRow]:
        """Other objects of the ledger by the values of their columns."""
        return list_records(self.connection, kind, **equal)

    @property
    def inspection(self) -> InspectionRow | None:
        """The inspection that the object belongs to."""
        return self.read(InspectionRow) if self.machine.kind == "inspection" else self._its_inspection

    @cached_property
    def _its_inspection(self) -> InspectionRow | None:
        return self.find(InspectionRow, self.after["inspection"])

    @property
    def finding(self) -> FindingRow | None:
        """The finding that an appeal or a rectification is about."""
        return self.read(FindingRow) if self.machine.kind == "finding" else self._its_finding

    @cached_property
    def _its_finding(self) -> FindingRow | None:
        return self.find(FindingRow, self.after["finding"])

    def is_nobody_of(self, accounts: Iterable[str | None]) -> bool | str:
        """The question of every check by four eyes: True if the person acting is behind none of these accounts.

        Otherwise False for the account itself, and the reason in words for another one of the same person.
        """
        ids = [id for id in dict.fromkeys(accounts) if id is not None]
        if self.actor_id in ids:
            return False
        users = (self.find(UserRow, id) for id in ids)
        own = next((user for user in users if user is not None and is_same_person(self.actor, user)), None)
        return True if own is None else explain_sameness(self.actor, own)

    def list_authors(self) -> list[str]:
        """Everybody who wrote the object's content: as it is kept with the object, or else as the trail tells it."""
        if kept := self.after.get("authors"):
            return list(kept)
        content = set(self.machine.content)
        writing = [row.action for row in self.machine.transitions if content & set(row.sets)]
        query = sa.select(event_table.c.actor).where(
            event_table.c.object == self.machine.kind,
            event_table.c.object_id == self.id,
            event_table.c.action.in_(writing),
            event_table.c.outcome == "done",
        )
        return list(dict.fromkeys([str(self.after["created_by"]), *self.connection.scalars(query)]))

    def list_participants(self) -> set[str]:
        """Everybody who took part in making the finding: they are recused from its review."""
        if self.finding is None:
            return set()
        query = sa.select(event_table.c.actor).where(
            event_table.c.object == "finding",
            event_table.c.object_id == self.finding.id,
            event_table.c.action.in_(_PARTICIPATION),
            event_table.c.outcome == "done",
        )
        varied = self.list_rows(AppealRow, finding=self.finding.id, state="varied")
        proposers = {row.proposed_by for row in varied if row.proposed_by is not None}
        return {*self.connection.scalars(query), *(self.finding.authors or []), *proposers}
