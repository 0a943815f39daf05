"""A judgement: marks or a level that an inspector gives and a reviewer confirms."""

from __future__ import annotations

from data.ledger.machines.machine import Machine, State
from data.ledger.machines.machine import Transition as Row

_IN_TEAM = ("inspection_active", "in_team")
_JUDGEMENT = ("unit", "indicator", "level", "marks", "grounds", "evidence")

JUDGEMENT = Machine(
    "judgement",
    "评定",
    "督评",
    _JUDGEMENT,
    (State("given", "已评定"), State("second", "已盲评"), State("withdrawn", "已撤销", final=True)),
    (
        Row(
            None,
            "judge",
            "评定",
            "given",
            ("inspector",),
            (*_IN_TEAM, "first_judgement"),
            sets=("inspection", *_JUDGEMENT),
            needs=("inspection", "unit", "indicator", "grounds"),
        ),
        Row(
            "given",
            "revise",
            "改评",
            "given",
            ("inspector",),
            (*_IN_TEAM, "is_inspector"),
            True,
            sets=("level", "marks", "grounds", "evidence"),
        ),
        # A second mark by somebody of another team, who has not seen the first: it compares teams and never counts.
        Row(
            None,
            "judge_again",
            "盲评",
            "second",
            ("inspector",),
            ("inspection_active", "outside_team", "drawn_for_second"),
            sets=("inspection", *_JUDGEMENT),
            needs=("inspection", "unit", "indicator", "grounds"),
        ),
        Row("second", "withdraw", "撤销", "withdrawn", ("inspector", "lead"), ("is_inspector_or_lead",), True),
        Row("given", "withdraw", "撤销", "withdrawn", ("inspector", "lead"), ("is_inspector_or_lead",), True),
    ),
)
