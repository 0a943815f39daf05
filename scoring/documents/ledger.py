"""What ledger and units hand to documents: the head of the trail, who mends what by when, and self-given marks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from data.intake.self_marks import read_self_marks
from data.ledger.clocks import is_overdue, rectify_until
from data.ledger.ledger import Ledger, list_records
from data.ledger.machines import RECTIFICATION
from data.ledger.rights.sight import TOLD
from data.ledger.rows import FindingRow, RectificationRow, UserRow
from data.store.database import reading
from data.store.workspace import Workspace
from data.trail.events import GENESIS, read_head
from indicators.meaning.uses import moves_marks
from indicators.pack.model import Pack
from scoring.base.amounts import write_printed
from scoring.documents.feedback import Rectification
from scoring.documents.score import SelfMarks


def name_head(ledger: Ledger) -> str:
    """The head of the trail as it is printed, so that a later change of the past can be found; empty without events."""
    with reading(ledger.engine) as connection:
        head = read_head(connection)
    return "" if head.hash == GENESIS else str(head)


def write_self_marks(workspace: Workspace, pack: Pack, year: int) -> SelfMarks:
    """The marks that units gave themselves for the year, as marks are printed."""
    own = read_self_marks(workspace, pack, year)
    return {key: write_printed(marks, pack.head.precision) for key, marks in own.items()}


def read_rectifications(ledger: Ledger, today: date) -> Callable[[str], list[Rectification]] | None:
    """A function from a unit to what it has to mend; see :func:`list_rectifications`."""
    by_unit = list_rectifications(ledger, today)
    return None if by_unit is None else (lambda unit: by_unit.get(unit, []))


def list_rectifications(ledger: Ledger, today: date) -> dict[str, list[Rectification]] | None:
    """By unit what it has to mend, in the order of the numbers; None where the ledger has nothing.

    Rectifications, and findings that the unit was told of and that none was ordered for.
    """
    with reading(ledger.engine) as connection:
        rows = list_records(connection, RectificationRow)
        findings = {row.id: row.read_approved() for row in list_records(connection, FindingRow)}
        names = {row.id: row.name or row.id for row in list_records(connection, UserRow)}
    by_unit: dict[str, list[Rectification]] = {}
    for row in rows:
        line = _write_line(ledger, row, findings[row.finding], names, today)
        by_unit.setdefault(row.unit, []).append(line)
    ordered = {row.finding for row in rows}
    for finding in findings.values():
        if finding.state in TOLD and finding.id not in ordered:
            by_unit.setdefault(finding.unit, []).append(_write_finding(ledger, finding))
    return by_unit or None


def _write_finding(ledger: Ledger, finding: FindingRow) -> Rectification:
    return Rectification(
        number=finding.id,
        problem=finding.statement or "",
        source=_name_source(ledger, finding),
        kind=finding.kind or "",
        severity=finding.severity or "",
        unit=ledger.registry.name(finding.unit),
        state="还没有下达整改",
        finding=finding.id,
        year=finding.year,
        idle=_is_idle(ledger, finding),
    )


def _name_source(ledger: Ledger, finding: FindingRow) -> str:
    indicator = ledger.pack.indicator(finding.indicator) if finding.indicator else None
    return f"督察台账 {finding.id} {indicator.name if indicator is not None else ''}".strip()


def _is_idle(ledger: Ledger, finding: FindingRow) -> bool:
    return finding.indicator is not None and not moves_marks(ledger.pack, finding.indicator)


def _write_line(
    ledger: Ledger, row: RectificationRow, finding: FindingRow, names: dict[str, str], today: date
) -> Rectification:
    steps, reports, checks = row.steps or [], row.reports or [], row.verification or []
    state = RECTIFICATION.state(row.state)
    late = "（已逾期）" if is_overdue(row, today) else ""
    evidence = [name for entry in (*reports, *(row.claim or [])) for name in entry.get("evidence") or []]
    return Rectification(
        number=row.id,
        problem=finding.statement or "",
        source=_name_source(ledger, finding),
        kind=finding.kind or "",
        severity=finding.severity or "",
        unit=ledger.registry.name(row.unit),
        contact=row.owner or "",
        goal=row.required_action or "",
        measures="；".join(f"{step['text']}（{step['person']}，{step['due_on']}前）" for step in steps),
        due=f"{rectify_until(row, today).isoformat()}{late}" if row.due_on else "",
        progress=reports[-1]["text"] if reports else "",
        state=state.word,
        evidence="、".join(dict.fromkeys(evidence)),
        checker=names.get(row.updated_by or "", "") if checks else "",
        opinion=checks[-1]["text"] if checks else "",
        closed_on=checks[-1]["on"] if checks and state.id == "closed_done" else "",
        relapsed="是" if row.cycle > 1 else "否",
        finding=finding.id,
        year=finding.year if finding.state in TOLD else None,
        idle=_is_idle(ledger, finding),
    )
