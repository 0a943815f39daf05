"""Versions of the rules as they are handed in: the conditions of their machine."""

from __future__ import annotations

from data.ledger.case import PlannedChange
from data.ledger.condition import Answer
from data.ledger.condition import condition as _condition
from data.ledger.rows import RulesRow


@_condition("{detail}")
def one_content(case: PlannedChange) -> Answer:
    """What was sent back, withdrawn or revoked was nobody's rules: its version may come again, mended."""
    wanted = case.read(RulesRow)
    for known in case.list_rows(RulesRow, pack=wanted.pack, release=wanted.release):
        if known.state == "submitted":
            return f"{known.release} 版已经提交（{known.id}），还没有批准；要改的，请先撤回"
        if known.state == "approved" and known.sha256 != wanted.sha256:
            return f"{known.release} 版已经批准（{known.id}），内容却不同：规则一改，就要换版本号"
    return True


@_condition("这一版从 {detail} 起施行，日子已经到了，不能{verb}；要改回去，请提交一个新版本")
def still_ahead(case: PlannedChange) -> Answer:
    wanted = case.read(RulesRow)
    return True if case.today < wanted.day else wanted.in_force_from
