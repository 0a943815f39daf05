"""What is marked a second time, blind (盲评): a share of the judgements, drawn so that nobody knows beforehand which.

Whether a judgement is drawn follows from its own row, from what is fixed only once it is given: nothing is stored, and
nobody chooses. A second mark is for comparing how teams mark, and never counts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

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


@dataclass(frozen=True)
class Mark:
    """A judgement as it is compared with others."""

    id: str
    year: int
    serial: int
    state: str
    inspection: str
    unit: str
    indicator: str
    inspector: str
    level: str | None
    marks: str | None

    @property
    def counts(self) -> bool:
        """Whether scoring reads it."""
        return self.state == "given"

    @property
    def is_second(self) -> bool:
        """Whether it was given blind, to be compared."""
        return self.state == "second"

    @property
    def place(self) -> Blind:
        """What it is about."""
        return Blind(self.inspection, self.year, self.unit, self.indicator)


def read_mark(judgement: JudgementRow) -> Mark:
    """A row of the ledger as a mark."""
    return Mark(**{field.name: judgement[field.name] for field in fields(Mark)})
