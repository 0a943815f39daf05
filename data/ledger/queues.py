"""Whose turn it is: findings, appeals and rectifications with both clocks and what is due, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from data.clock import office_day
from data.ledger.clocks import (
    Clocks,
    Stay,
    appeal_until,
    count_days,
    decide_until,
    is_overdue,
    list_stays,
    rectify_until,
)
from data.ledger.ledger import Ledger
from data.ledger.machines import MACHINES
from data.ledger.reading import list_visible
from data.ledger.rows import ROW_TYPES, AppealRow, FindingRow, LedgerRow, RectificationRow, UserRow
from data.store.database import reading
from data.trail.events import list_events, read_state

Queued = Literal["finding", "appeal", "rectification"]

HOLDERS = {"unit": "轮到单位", "office": "轮到督察办", "": "不在办理"}


@dataclass(frozen=True)
class Turn:
    """An object as this person sees it, on whose desk it lies, for how long it lay with whom, and until when it may.

    ``late`` is whether the day has passed for the side whose turn it is.
    """

    kind: Queued
    row: LedgerRow
    finding: FindingRow | None
    state: str
    holder: Literal["unit", "office", ""]
    final: bool
    clocks: Clocks
    due: date | None
    late: bool

    @property
    def turn(self) -> str:
        """Whose turn it is, in words."""
        if self.kind == "finding" and self.row.state == "draft":
            return "轮到起草人"
        return "已办结" if self.final else HOLDERS[self.holder]

    def waits_for(self, person: UserRow) -> bool:
        """Whether the next step is this person's by side and role: a draft is its authors'.

        Whether the person is kept from the step (the own finding, say) is told where it is taken.
        """
        state, roles = self.row.state, set(person.roles)
        if state in ("draft", "returned"):
            return person.id in (self.row["authors"] or [])
        if self.holder == "unit":
            # The lead answers what the unit asks for while the unit's own clock goes on.
            return "unit_contact" in roles or bool("lead" in roles and self.row.get("asked_due_on"))
        # What needs a reason leads back or out, and is no turn of anybody's.
        ways = (row for row in MACHINES[self.kind].transitions if row.source == state and not row.needs_reason)
        return self.holder == "office" and any(roles & set(row.roles) and not row.cascade for row in ways)

    def describe_due(self, today: date) -> str:
        """How far away the day is, in words that need no colour."""
        if self.due is None or self.final:
            return "—"
        days = (self.due - today).days
        if self.late:
            return f"逾期 {-days} 天（应在 {self.due}）"
        return (
            f"今天到期（{self.due}）" if days == 0 else f"还有 {days} 天（{self.due}）" if days > 0 else f"{self.due}"
        )


def list_turns(ledger: Ledger, actor: str, kind: Queued, now: datetime) -> list[Turn]:
    """What a person may see of a kind: open before final, late first, then by the day it is due, then by number."""
    findings = {row.id: row for row in list_visible(ledger, actor, FindingRow)}
    rows: Sequence[LedgerRow] = list(findings.values()) if kind == "finding" else list_visible(ledger, actor, kind)
    stays = list_all_stays(ledger, kind, (row.id for row in rows))
    turns = [_make_turn(kind, row, findings, stays[row.id], office_day(now)) for row in rows]
    return sorted(turns, key=lambda turn: (turn.final, not turn.late, turn.due or date.max, turn.row.id))


def list_all_stays(ledger: Ledger, kind: str, ids: Iterable[str]) -> dict[str, list[Stay]]:
    """In which states objects of a kind were, and since when: one reading of the trail for all of them."""
    wanted = set(ids)
    states: dict[str, list[tuple[date, str]]] = defaultdict(list)
    with reading(ledger.engine) as connection:
        for event in list_events(connection, kind):
            if event.outcome == "done" and event.object_id in wanted:
                row = ROW_TYPES[kind].read(read_state(event.after) or {})
                states[event.object_id].append((office_day(row.updated_at), row.state))
    return {id: list_stays(states[id]) for id in wanted}


def _make_turn(kind: Queued, row: LedgerRow, findings: dict[str, FindingRow], stays: list[Stay], today: date) -> Turn:
    state = MACHINES[kind].state(row.state)
    due = None if state.final else _find_due(row, stays, today)
    late = due is not None and today > due and (is_overdue(row, today) if isinstance(row, RectificationRow) else True)
    if isinstance(row, FindingRow):
        # A unit that does not appeal is not late: the right to do so has ended, that is all.
        late = False
    finding = row if isinstance(row, FindingRow) else findings.get(row["finding"])
    return Turn(kind, row, finding, state.word, state.holder, state.final, count_days(kind, stays, today), due, late)


def _find_due(row: LedgerRow, stays: list[Stay], today: date) -> date | None:
    if isinstance(row, FindingRow):
        return appeal_until(row) if row.state == "notified" else None
    if isinstance(row, RectificationRow):
        return rectify_until(row, today)
    assert isinstance(row, AppealRow)
    if row.state == "incomplete":
        return date.fromisoformat(str(row.more_by))
    return decide_until(row, stays, today)
