"""The transition tables, one for each kind of object: what may become of it, by whom, and what must hold.

``docs/ledger.md`` shows them as tables; conditions are named here and written in ``data.ledger.conditions``.
"""

from __future__ import annotations

from data.ledger.machines.appeal import APPEAL
from data.ledger.machines.evidence import EVIDENCE
from data.ledger.machines.exemption import EXEMPTION
from data.ledger.machines.finding import FINDING
from data.ledger.machines.inspection import INSPECTION
from data.ledger.machines.judgement import JUDGEMENT
from data.ledger.machines.machine import Machine
from data.ledger.machines.rectification import RECTIFICATION
from data.ledger.machines.rules import RULES
from data.ledger.machines.user import USER

#: By the kind of object.
MACHINES: dict[str, Machine] = {
    machine.kind: machine
    for machine in (INSPECTION, FINDING, APPEAL, RECTIFICATION, JUDGEMENT, EXEMPTION, EVIDENCE, RULES, USER)
}

__all__ = [
    "APPEAL",
    "EVIDENCE",
    "EXEMPTION",
    "FINDING",
    "INSPECTION",
    "JUDGEMENT",
    "MACHINES",
    "RECTIFICATION",
    "RULES",
    "USER",
]
