"""The conditions of versions of the rules: one content of each, and no going back on what is in force."""

from __future__ import annotations

from data.ledger.case import PlannedChange
from data.ledger.condition import Answer
from data.ledger.condition import condition as _condition


@_condition("{detail}")
def one_content(case: PlannedChange) -> Answer:
    """What was sent back, withdrawn or revoked was nobody's rules: its version may come again, mended."""
    after = case.after
    for row in case.list_rows("rules", pack=after["pack"], release=after["release"]):
        if row["state"] == "submitted":
            return f"{after['release']} 版已经提交（{row['id']}），还没有批准；要改的，请先撤回"
        if row["state"] == "approved" and row["sha256"] != after["sha256"]:
            return f"{after['release']} 版已经批准（{row['id']}），内容却不同：规则一改，就要换版本号"
    return True


@_condition("这一版从 {detail} 起施行，日子已经到了，不能{verb}；要改回去，请提交一个新版本")
def still_ahead(case: PlannedChange) -> Answer:
    day = str(case.after["in_force_from"])
    return True if case.today.isoformat() < day else day
