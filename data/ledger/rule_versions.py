"""Versions of the rules as they are handed in: what is kept of one, and the conditions of their machine."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from data.ledger.case import PlannedChange
from data.ledger.condition import Answer
from data.ledger.condition import condition as _condition
from data.ledger.rows import RulesRow


@dataclass(frozen=True)
class RulesVersion:
    """A version that was handed in. ``release`` is the pack's own number of it, ``version`` that of the record."""

    id: str
    version: int
    state: str
    pack: str
    release: str
    title: str
    sha256: str
    in_force_from: str
    grounds: str
    checks: str
    created_at: str
    created_by: str
    approved_by: str | None
    approved_on: str | None

    @property
    def day(self) -> date:
        """From when it is in force, or is to be."""
        return date.fromisoformat(self.in_force_from)


def read_rules_version(row: RulesRow) -> RulesVersion:
    """The version that a row of the ledger holds."""
    return RulesVersion(**{field.name: row[field.name] for field in fields(RulesVersion)})


@_condition("{detail}")
def one_content(case: PlannedChange) -> Answer:
    """What was sent back, withdrawn or revoked was nobody's rules: its version may come again, mended."""
    wanted = read_rules_version(case.read(RulesRow))
    for known in map(read_rules_version, case.list_rows(RulesRow, pack=wanted.pack, release=wanted.release)):
        if known.state == "submitted":
            return f"{known.release} 版已经提交（{known.id}），还没有批准；要改的，请先撤回"
        if known.state == "approved" and known.sha256 != wanted.sha256:
            return f"{known.release} 版已经批准（{known.id}），内容却不同：规则一改，就要换版本号"
    return True


@_condition("这一版从 {detail} 起施行，日子已经到了，不能{verb}；要改回去，请提交一个新版本")
def still_ahead(case: PlannedChange) -> Answer:
    wanted = read_rules_version(case.read(RulesRow))
    return True if case.today < wanted.day else wanted.in_force_from
