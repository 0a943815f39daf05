"""A version of the rules: handed in, approved by a second person, in force from a day on.

What is handed in has been linted, and its cases hold (``scoring/office/rule_versions.py``); the folder lies in the
workspace under its hash. It comes into force by ``data/runs/force.py``, on the day that was approved.
"""

from __future__ import annotations

from data.ledger.machines.machine import Machine, State
from data.ledger.machines.machine import Transition as Row

_RULES = ("pack", "release", "title", "sha256", "in_force_from", "grounds", "checks")

RULES = Machine(
    "rules",
    "规则版本",
    "督规",
    _RULES,
    (
        State("submitted", "待批准"),
        State("approved", "已批准"),
        State("returned", "已退回", final=True),
        State("withdrawn", "已撤回", final=True),
        State("revoked", "已撤销", final=True),
    ),
    (
        Row(None, "submit", "提交", "submitted", ("reviewer", "lead"), ("one_content",), sets=_RULES, needs=_RULES),
        Row("submitted", "approve", "批准", "approved", ("lead",), ("not_author",)),
        Row("submitted", "return", "退回", "returned", ("lead",), ("not_author",), True),
        Row("submitted", "withdraw", "撤回", "withdrawn", ("reviewer", "lead"), ("is_author",)),
        Row("approved", "revoke", "撤销", "revoked", ("lead",), ("still_ahead",), True),
    ),
)
