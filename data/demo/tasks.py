"""What lies on the desks of the demo's people: an inspection to enter findings in, and one that waits for its review.

Nothing here is an input of a run: what is not confirmed does not count, and the units are inspected already.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from data.clock import office_time
from data.demo.ledger import UNITS
from data.ledger.demonstration import is_demo_account
from data.ledger.evidence import add_evidence
from data.ledger.ledger import Ledger, find_record, list_records
from data.ledger.rows import InspectionRow
from data.ledger.transitions import apply_transition
from data.store.database import reading

_FICTIONAL = "（演示，虚构）"
_INSPECTOR, _LEAD = "demo-inspector", "demo-lead"


def fill_desks(ledger: Ledger, *, now: datetime) -> None:
    """Open an inspection for the demo's accounts; a ledger whose accounts have one already is left as it is."""
    with reading(ledger.engine) as connection:
        inspections = list_records(connection, InspectionRow)
    if any(is_demo_account(person) for row in inspections for person in row.team or []):
        return
    _Desks(ledger, now, inspections[-1].year if inspections else now.year).fill()


class _Desks:
    def __init__(self, ledger: Ledger, now: datetime, year: int) -> None:
        self.ledger, self.now, self.year = ledger, now, year
        self.today = office_time(now).date()

    def fill(self) -> None:
        inspection = self._open_inspection()
        waiting = self._find(inspection, "gaoping", "10.unlawful-decisions", "公示期少一天，建议改进办文流程")
        self._do(_INSPECTOR, "finding", waiting, "submit")

    def _open_inspection(self) -> str:
        given = {
            "year": self.year,
            "title": f"{self.year}年度法治政府建设督察{_FICTIONAL}",
            "scope": "重大行政决策、规范性文件、行政执法",
            # What is found on a day of the scored year counts in its runs.
            "begins_on": f"{self.year}-01-01",
            "units": list(UNITS),
            "team": [_INSPECTOR],
        }
        id = self._do(_INSPECTOR, "inspection", None, "draft", given)
        for number, step in enumerate(("decide", "plan"), 1):
            paper = {"step": step, "number": f"虚督〔{self.today.year}〕{number}号", "on": self.today.isoformat()}
            self._do(_INSPECTOR, "inspection", id, "record_step", {"steps": paper})
        self._do(_LEAD, "inspection", id, "approve")
        return id

    def _find(self, inspection: str, unit: str, indicator: str, statement: str) -> str:
        paper = BytesIO(f"现场记录：{statement}{_FICTIONAL}\n".encode())
        about = {"unit": unit, "inspection": inspection}
        evidence = add_evidence(self.ledger, _INSPECTOR, paper, "现场记录（演示）.txt", about, now=self.now)
        given = {
            "inspection": inspection,
            "unit": unit,
            "indicator": indicator,
            "kind": "建议",
            "statement": f"{statement}{_FICTIONAL}",
            "method": "查阅",
            "seen_on": self.today.isoformat(),
            "place": "县政府办公室（演示）",
            "legal_basis": ["法治政府建设实施方案（演示引用）"],
            "evidence": [evidence.id],
        }
        return self._do(_INSPECTOR, "finding", None, "draft", given)

    def _do(self, actor: str, kind: str, id: str | None, action: str, given: dict[str, Any] | None = None) -> str:
        """An action by somebody who has just looked; returns the object's number."""
        version = None
        if id is not None:
            with reading(self.ledger.engine) as connection:
                found = find_record(connection, kind, id)
            assert found is not None
            version = found.version
        row = apply_transition(self.ledger, actor, kind, id, action, given, base_version=version, now=self.now)
        return str(row.id)
