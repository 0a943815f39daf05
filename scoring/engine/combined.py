"""What parts come to together where they are not simply added: pots and decision tables, in one relation."""

from __future__ import annotations

from scoring.base.parts import ScoredPart
from scoring.engine.decisions import TABLES
from scoring.engine.pots import compile_pots

_NOTHING = """SELECT '' AS cohort, '' AS unit, '' AS indicator, 0::HUGEINT AS points, 0::HUGEINT AS low,
       0::HUGEINT AS high, FALSE AS decided
WHERE FALSE"""


def compile_combined(parts: list[ScoredPart]) -> str:
    """One row for each unit and indicator: ``points``, what they may still be, and whether open parts matter.

    ``decided``: the marks stand though a part is open. Only of indicators with a pot or a table.
    """
    pots = [part for part in parts if part.indicator.pot is not None]
    queries = [compile_pots(pots)] if pots else []
    queries += [TABLES] if any(part.indicator.table is not None for part in parts) else []
    return "\nUNION ALL\n".join(f"SELECT * FROM (\n{query}\n)" for query in queries) or _NOTHING
