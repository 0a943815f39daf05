"""An inspection: planned, under way with its recorded steps, concluded and closed."""

from __future__ import annotations

from data.ledger.machines.machine import Machine, State
from data.ledger.machines.machine import Transition as Row

_INSPECTION = ("title", "scope", "begins_on", "ends_on", "units", "team")

INSPECTION = Machine(
    "inspection",
    "督察任务",
    "督察",
    _INSPECTION,
    (
        State("draft", "草稿"),
        State("active", "进行中"),
        State("concluded", "已作出结论"),
        State("closed", "已办结", final=True),
        State("stopped", "已终止", final=True),
        State("discarded", "已作废", final=True),
    ),
    (
        Row(None, "draft", "起草", "draft", ("inspector", "lead"), sets=("year", *_INSPECTION), needs=("title",)),
        Row("draft", "edit", "修改", "draft", ("inspector", "lead"), ("is_author_or_lead",), sets=_INSPECTION),
        Row("draft", "record_step", "登记步骤", "draft", ("inspector", "lead"), ("step_in_order",), sets=("steps",)),
        Row("draft", "discard", "作废", "discarded", ("inspector", "lead"), ("is_author_or_lead",), needs_reason=True),
        Row(
            "draft",
            "approve",
            "批准",
            "active",
            ("lead",),
            ("not_author", "inspection_complete", "plan_steps_recorded"),
            sets=("data_sha256",),
        ),
        Row("active", "change", "调整", "active", ("lead",), needs_reason=True, sets=("ends_on", "units", "team")),
        Row(
            "active",
            "record_step",
            "登记步骤",
            "active",
            ("inspector", "lead"),
            ("in_team_or_lead", "step_in_order"),
            sets=("steps",),
        ),
        # What a team brought home on paper: the event names the file, so that it is taken in once.
        Row("active", "import_forms", "合并离线底稿", "active", ("inspector",), ("in_team_or_lead",), True),
        Row("active", "conclude", "作出结论", "concluded", ("lead",), ("conclusion_recorded",)),
        Row("active", "stop", "终止", "stopped", ("lead",), ("no_standing_findings",), needs_reason=True),
        Row(
            "concluded",
            "record_step",
            "登记步骤",
            "concluded",
            ("inspector", "lead"),
            ("in_team_or_lead", "step_in_order"),
            sets=("steps",),
        ),
        Row("concluded", "close", "办结", "closed", ("lead",), ("all_steps_recorded", "nothing_open")),
    ),
)
