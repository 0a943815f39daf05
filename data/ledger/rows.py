"""Rows of the ledger, one class for each kind of object: its fields are the columns of its table.

A row is read and never changed. As a mapping it gives the same columns by name, for what handles every kind alike: the
trail, forms, what was changed. Marks are decimal text and days ISO text, as the tables keep them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self, TypedDict, TypeVar

from data.store.stored_row import StoredRow, list_columns


class InspectionStep(TypedDict):
    """A recorded step of an inspection: which of ``fields.STEPS``, by which document, on which day."""

    step: str
    number: str
    on: str


class RectificationStep(TypedDict):
    """What a unit is going to do, by when, and who answers for it."""

    text: str
    due_on: str
    person: str


class Seen(TypedDict):
    """What was seen of a rectification on a day, with its evidence."""

    on: str
    text: str
    evidence: list[str]


class ClaimedStep(TypedDict):
    """The evidence that a step of a rectification, counted from 1, is done."""

    step: int
    evidence: list[str]


class Pause(TypedDict):
    """Days that do not count."""

    since: str
    until: str


@dataclass(frozen=True)
class LedgerRow(StoredRow):
    """What every object has: its number, its state, and who wrote when. ``year`` and ``serial`` are of the number."""

    id: str
    year: int
    serial: int
    version: int
    state: str
    created_at: str
    created_by: str
    updated_at: str
    updated_by: str
    hidden: frozenset[str] = field(default=frozenset(), kw_only=True)

    def hide(self, names: Collection[str]) -> Self:
        """The row for somebody who is not told these columns: they are emptied, and the mapping does not have them."""
        hidden = frozenset(list_columns(type(self))) & frozenset(names)
        empty: dict[str, Any] = {name: "" if isinstance(getattr(self, name), str) else None for name in hidden}
        return replace(self, **empty, hidden=self.hidden | hidden)

    def __getitem__(self, name: str) -> Any:
        if name in self.hidden:
            raise KeyError(name)
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name in super().__iter__() if name not in self.hidden)

    def __len__(self) -> int:
        return super().__len__() - len(self.hidden)


@dataclass(frozen=True)
class UserRow(LedgerRow):
    """An account. ``credential`` is the hash of its stored password, ``person`` the number of who is behind it."""

    name: str
    unit: str | None
    credential: str | None
    person: str | None
    roles: list[str]


@dataclass(frozen=True)
class InspectionRow(LedgerRow):
    """A visit: what it looks at, who goes, and its recorded steps."""

    title: str
    scope: str | None
    begins_on: str | None
    ends_on: str | None
    pack_sha256: str | None
    data_sha256: str | None
    approved_by: str | None
    units: list[str] | None
    team: list[str] | None
    steps: list[InspectionStep] | None


@dataclass(frozen=True)
class FindingRow(LedgerRow):
    """What an inspection found. ``approved`` are the fields as they were approved last, while they are corrected."""

    inspection: str
    unit: str
    indicator: str
    kind: str
    severity: str | None
    statement: str | None
    method: str | None
    seen_on: str | None
    place: str | None
    proposed_marks: str | None
    legal_basis: list[str] | None
    evidence: list[str] | None
    authors: list[str] | None
    returned_sha256: str | None
    approved_by: str | None
    approved_at: str | None
    approved_sha256: str | None
    approved_version: int | None
    approved: dict[str, object] | None
    corrected_by: str | None
    notice_number: str | None
    notified_on: str | None

    def read_approved(self) -> Self:
        """The finding as it was approved last, while a correction of it waits for approval; else as it stands."""
        approved: dict[str, Any] = self.approved or {}
        return replace(self, **approved) if self.state == "correcting" else self


@dataclass(frozen=True)
class EvidenceRow(LedgerRow):
    """A stored file, by its hash, and what it shows. ``order_number`` is the order by which it was destroyed."""

    sha256: str
    size: int
    media_type: str
    original_name: str
    inspection: str | None
    unit: str
    captured_on: str | None
    part: str | None
    secrecy: str | None
    description: str | None
    order_number: str | None


@dataclass(frozen=True)
class JudgementRow(LedgerRow):
    """What an inspector gives: a level or marks."""

    inspection: str
    unit: str
    indicator: str
    inspector: str
    level: str | None
    marks: str | None
    grounds: str
    evidence: list[str] | None

    @property
    def counts(self) -> bool:
        """Whether scoring reads it."""
        return self.state == "given"

    @property
    def is_second(self) -> bool:
        """Whether it was given blind, to be compared."""
        return self.state == "second"


@dataclass(frozen=True)
class AppealRow(LedgerRow):
    """A unit's objection to a finding, and what was decided."""

    finding: str
    finding_version: int
    unit: str
    grounds: str
    requested: str
    filed_on: str
    missing: str | None
    more_by: str | None
    accepted_on: str | None
    proposed_by: str | None
    outcome: str | None
    decision: str | None
    decided_on: str | None
    decided_by: str | None
    refused_for: str | None
    evidence: list[str] | None
    changes: dict[str, object] | None
    comparison: dict[str, object] | None


@dataclass(frozen=True)
class RectificationRow(LedgerRow):
    """What is asked of a unit about a finding, and what it does. ``cycle`` counts how often it began."""

    finding: str
    unit: str
    required_action: str
    owner: str
    due_on: str
    due_source: str
    asked_due_on: str | None
    paused_on: str | None
    cycle: int
    steps: list[RectificationStep] | None
    reports: list[Seen] | None
    claim: list[ClaimedStep] | None
    verification: list[Seen] | None
    pauses: list[Pause] | None
    claimed_by: str | None
    stopped_for: str | None
    stop_proposed_by: str | None
    stop_from: str | None


@dataclass(frozen=True)
class ExemptionRow(LedgerRow):
    """An indicator that does not count for a unit. ``approver`` is the name as it is printed."""

    unit: str
    indicator: str
    grounds: str
    approver: str | None
    approved_by: str | None
    approved_on: str | None
    expires_on: str


@dataclass(frozen=True)
class RulesRow(LedgerRow):
    """A version of the rules that was handed in. ``release`` is the pack's number, ``version`` that of the record."""

    pack: str
    release: str
    title: str
    sha256: str
    in_force_from: str
    grounds: str
    checks: str
    approved_by: str | None
    approved_on: str | None

    @property
    def day(self) -> date:
        """From when it is in force, or is to be."""
        return date.fromisoformat(self.in_force_from)


#: The class of a row by the kind of object, as the trail names it.
ROW_TYPES: dict[str, type[LedgerRow]] = {
    "user": UserRow,
    "inspection": InspectionRow,
    "finding": FindingRow,
    "evidence": EvidenceRow,
    "judgement": JudgementRow,
    "appeal": AppealRow,
    "rectification": RectificationRow,
    "exemption": ExemptionRow,
    "rules": RulesRow,
}
_KINDS = {row_type: kind for kind, row_type in ROW_TYPES.items()}

AnyRow = TypeVar("AnyRow", bound=LedgerRow)


def name_kind(row_type: type[LedgerRow] | str) -> str:
    """The kind of object that a class, or a name, stands for."""
    return row_type if isinstance(row_type, str) else _KINDS[row_type]
