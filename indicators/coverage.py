"""Which obligations of the sources are assessed by which indicators, and which are not yet."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from indicators.model import Pack


@dataclass(frozen=True)
class Coverage:
    """One obligation: the indicators that assess it; ``waived`` says why it is not assessed."""

    obligation: str
    article: str
    quote: str
    kind: str
    indicators: tuple[str, ...]
    waived: str | None

    @property
    def state(self) -> str:
        """covered, waived or open."""
        return "covered" if self.indicators else "waived" if self.waived else "open"

    @property
    def state_text(self) -> str:
        """The state in Chinese."""
        return {"covered": "已考核", "waived": "说明不考核", "open": "尚未考核"}[self.state]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "state": self.state}


def list_coverage(pack: Pack) -> list[Coverage]:
    """One row per obligation, in the order of the pack's list."""
    return [
        Coverage(
            obligation.id,
            obligation.article,
            obligation.quote,
            obligation.kind,
            tuple(indicator.id for indicator in pack.indicators if obligation.id in indicator.obligations),
            obligation.waived,
        )
        for obligation in pack.obligations
    ]
