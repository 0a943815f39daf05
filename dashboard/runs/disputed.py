"""争议中: which marks are under an open appeal now. It is said beside a run and is never part of it."""

from __future__ import annotations

from dashboard.visits.session import Context
from dashboard.visits.shelf import keep_by
from data.ledger.reading import list_disputed

MARK = "争议中"
WHY = "争议中：单位申请了复核，还没有决定，这一项的得分可能变。"


def find_disputed(context: Context, year: int) -> dict[str, list[str]]:
    """The indicators under appeal of each unit that has any, as the ledger stands at this moment."""
    # The trail's head says which moment that is.
    root = context.root
    pairs = keep_by((root, year, context.head, "disputed"), lambda: sorted(list_disputed(context.ledger, year)))
    found: dict[str, list[str]] = {}
    for unit, indicator in pairs:
        found.setdefault(unit, []).append(indicator)
    return found


def mark_disputed(names: dict[str, str], disputed: list[str]) -> dict[str, str]:
    """The names of indicators by id, with a mark behind those under appeal."""
    return {item: f"{name}（{MARK}）" if item in disputed else name for item, name in names.items()}
