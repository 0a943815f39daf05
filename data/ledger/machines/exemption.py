"""An exemption of a unit from an indicator."""

from __future__ import annotations

from data.ledger.machines.machine import Machine, State
from data.ledger.machines.machine import Transition as Row

_EXEMPTION = ("unit", "indicator", "year", "grounds", "expires_on")

EXEMPTION = Machine(
    "exemption",
    "豁免",
    "督免",
    _EXEMPTION,
    (
        State("proposed", "待批准"),
        State("approved", "已批准"),
        State("refused", "未批准", final=True),
        State("revoked", "已撤销", final=True),
    ),
    (
        Row(
            None,
            "propose",
            "提出",
            "proposed",
            ("inspector", "lead"),
            ("reaches_year",),
            sets=_EXEMPTION,
            needs=_EXEMPTION,
        ),
        Row(
            "proposed",
            "approve",
            "批准",
            "approved",
            ("lead",),
            ("not_author", "only_exemption"),
        ),
        Row("proposed", "refuse", "不批准", "refused", ("lead",), ("not_author",), True),
        Row("approved", "revoke", "撤销", "revoked", ("lead",), (), True),
    ),
)
