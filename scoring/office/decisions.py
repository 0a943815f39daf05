"""A decision on an appeal, and the run that it leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from data.batches.records import Inputs, current_inputs
from data.ledger.fields import OUTCOMES
from data.ledger.ledger import Ledger, find_record
from data.ledger.reading import read_visible
from data.ledger.rows import AppealRow
from data.ledger.transitions import apply_transition
from data.store.database import RunRecord, list_runs, reading
from data.store.workspace import Workspace
from data.trail.refusals import RefusedAction
from scoring.results.scores import read_written
from scoring.results.written_differences import WrittenDifference, make_difference
from scoring.runs.store import StoredRun, read_run, store_run


@dataclass(frozen=True)
class Decision:
    """The appeal as it stands after the decision; ``comparison`` is None where there is no run to compare with."""

    appeal: AppealRow
    comparison: WrittenDifference | None


def sign_decision(
    workspace: Workspace,
    ledger: Ledger,
    actor: str,
    appeal: str,
    *,
    base_version: int,
    now: datetime,
    before_scoring: Callable[[AppealRow], None] = lambda row: None,
) -> Decision:
    """Sign what was proposed, score anew, and attach the difference to the appeal.

    The runs are of the year of the finding and of the day of that year's newest stored run. Both are computed
    from the data of this moment, once with the ledger as it was and once as it is, so that nothing but the
    decision lies between them. The decision stands even where scoring fails: :func:`attach_run` may be repeated.
    Raises a RefusedAction, or what ``store_run`` raises.
    """
    row = read_visible(ledger, actor, AppealRow, appeal)
    action = next((action for action, word in OUTCOMES.items() if word == row.outcome), None)
    if action is None:
        raise RefusedAction(f"复核申请 {appeal} 还没有拟定复核决定，不能签发", object="appeal", object_id=appeal)
    newest = find_newest_run(ledger, row.year)
    earlier = current_inputs(workspace, ledger.pack) if newest is not None and action != "dismiss" else None
    done = apply_transition(ledger, actor, "appeal", appeal, action, base_version=base_version, now=now)
    signed = AppealRow.read(done)
    before_scoring(signed)
    if newest is None or earlier is None:
        return Decision(signed, None)
    return _attach(workspace, ledger, actor, signed, newest, earlier, now)


def attach_run(workspace: Workspace, ledger: Ledger, actor: str, appeal: str, *, now: datetime) -> Decision:
    """Score anew after a decision whose run was not attached, and attach the difference to the newest stored run.

    Raises a RefusedAction, also where there is no run of the year.
    """
    with reading(ledger.engine) as connection:
        row = find_record(connection, AppealRow, appeal)
    newest = find_newest_run(ledger, row.year) if row is not None else None
    if row is None or newest is None:
        read_visible(ledger, actor, AppealRow, appeal)
        raise RefusedAction(
            "这个年度还没有评分运行，没有可比的得分；请先运行 ducha score", object="appeal", object_id=appeal
        )
    return _attach(workspace, ledger, actor, row, newest, None, now)


def find_newest_run(ledger: Ledger, year: int) -> RunRecord | None:
    """The run of a year that was noted last."""
    return next((run for run in reversed(list_runs(ledger.engine)) if run.year == year), None)


def _attach(
    workspace: Workspace,
    ledger: Ledger,
    actor: str,
    appeal: AppealRow,
    newest: RunRecord,
    earlier: Inputs | None,
    now: datetime,
) -> Decision:
    pack, year, as_of = ledger.pack, newest.year, newest.as_of
    before = (
        read_run(workspace, newest.id)
        if earlier is None
        else _score(workspace, ledger, earlier, year, as_of, now, actor)
    )
    after = _score(workspace, ledger, current_inputs(workspace, pack), year, as_of, now, actor)
    comparison = make_difference(read_written(before.result), read_written(after.result), appeal.unit)
    row = apply_transition(
        ledger,
        actor,
        "appeal",
        appeal.id,
        "attach_run",
        {"comparison": comparison.write()},
        base_version=appeal.version,
        now=now,
    )
    return Decision(AppealRow.read(row), comparison)


def _score(
    workspace: Workspace, ledger: Ledger, inputs: Inputs, year: int, as_of: date, now: datetime, user: str
) -> StoredRun:
    return store_run(workspace, ledger.pack, inputs, year, as_of, now=now, user=user)[0]
