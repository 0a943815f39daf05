"""A new run of what is current now, asked for by a person of the office."""

from __future__ import annotations

from datetime import date, datetime

from data.batches.records import current_inputs
from data.ledger.ledger import Ledger, find_record
from data.ledger.rights.roles import SCORING
from data.ledger.rows import UserRow
from data.store.database import reading
from data.store.workspace import Workspace
from data.trail.refusals import RoleRefused
from scoring.runs.store import StoredRun, store_run


def may_rescore(ledger: Ledger, actor: str) -> bool:
    """Whether a person may have a year scored anew: an inspector or the lead."""
    with reading(ledger.engine) as connection:
        person = find_record(connection, UserRow, actor)
    return person is not None and person.state == "active" and bool(set(person.roles) & SCORING)


def rescore(ledger: Ledger, workspace: Workspace, actor: str, year: int, as_of: date, *, now: datetime) -> StoredRun:
    """Score and keep the run. Raises RoleRefused, and what ``store_run`` raises."""
    if not may_rescore(ledger, actor):
        raise RoleRefused("只有督察员和督察办负责人才能重新评分", actor=actor)
    inputs = current_inputs(workspace, ledger.pack)
    run, _ = store_run(workspace, ledger.pack, inputs, year, as_of, now=now, user=actor)
    return run
