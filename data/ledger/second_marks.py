"""What is marked a second time, blind (盲评): a share of the judgements, drawn so that nobody knows beforehand which.

Whether a judgement is drawn follows from its own row, from what is fixed only once it is given: nothing is stored, and
nobody chooses. A second mark is for comparing how teams mark, and never counts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from data.ledger.rows import JudgementRow

#: Of a hundred judgements so many are drawn.
PERCENT = 20


def is_drawn(judgement: JudgementRow) -> bool:
    """Whether a judgement is to be marked a second time, by its number, its moment and who gave it."""
    told = "|".join(str(judgement[name]) for name in ("id", "created_at", "created_by"))
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:4]) % 100 < PERCENT


@dataclass(frozen=True)
class Blind:
    """What waits for a second mark; what it was given first is not told."""

    inspection: str
    year: int
    unit: str
    indicator: str


def find_place(judgement: JudgementRow) -> Blind:
    """What a judgement is about."""
    return Blind(judgement.inspection, judgement.year, judgement.unit, judgement.indicator)
