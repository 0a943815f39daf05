"""The rectification of a finding, from the demand to its close-out."""

from __future__ import annotations

from data.ledger.machines.machine import Machine, State
from data.ledger.machines.machine import Transition as Row

_DEMAND = ("required_action", "owner", "due_on", "due_source")
_STOP_REASON = ("stopped_for",)

RECTIFICATION = Machine(
    "rectification",
    "整改事项",
    "督改",
    (*_DEMAND, "steps", "reports", "claim"),
    (
        State("required", "待报方案", holder="unit"),
        State("plan_submitted", "方案待审", holder="office"),
        State("in_progress", "整改中", holder="unit"),
        State("paused", "已中止"),
        State("claimed", "待核查", holder="office"),
        State("stopping", "待批准终止", holder="office"),
        State("closed_done", "已销号", final=True),
        State("closed_not_done", "未完成终止", final=True),
    ),
    (
        Row(
            None,
            "require",
            "下达",
            "required",
            ("lead",),
            ("finding_told", "no_other_rectification"),
            sets=("finding", *_DEMAND),
            needs=("finding", *_DEMAND),
        ),
        Row(
            "required",
            "submit_plan",
            "报送方案",
            "plan_submitted",
            ("unit_contact",),
            ("steps_complete",),
            sets=("steps",),
            needs=("steps",),
        ),
        Row("plan_submitted", "return_plan", "退回方案", "required", ("inspector", "lead"), (), True),
        Row("plan_submitted", "approve_plan", "认可方案", "in_progress", ("lead",), ()),
        Row(
            "in_progress",
            "report",
            "报进展",
            "in_progress",
            ("unit_contact",),
            (),
            sets=("reports",),
            needs=("reports",),
        ),
        Row(
            "in_progress",
            "ask_extension",
            "申请延期",
            "in_progress",
            ("unit_contact",),
            ("later_than_due",),
            True,
            sets=("asked_due_on",),
            needs=("asked_due_on",),
        ),
        Row("in_progress", "extend", "批准延期", "in_progress", ("lead",), ("extension_asked",), True),
        Row("in_progress", "refuse_extension", "不予延期", "in_progress", ("lead",), ("extension_asked",), True),
        Row("in_progress", "pause", "中止", "paused", ("lead",), (), True),
        Row("paused", "resume", "恢复", "in_progress", ("lead",), (), True),
        Row(
            "in_progress",
            "claim",
            "申请销号",
            "claimed",
            ("unit_contact",),
            ("evidence_for_every_step",),
            sets=("claim",),
            needs=("claim",),
        ),
        Row("claimed", "send_back", "退回", "in_progress", ("verifier",), ("not_claimants_unit",), True),
        Row(
            "claimed",
            "verify_close",
            "核查销号",
            "closed_done",
            ("verifier",),
            ("not_claimants_unit", "not_findings_author", "verified_with_evidence"),
            sets=("verification",),
            needs=("verification",),
        ),
        *(
            Row(
                source,
                "propose_stop",
                "提出终止整改",
                "stopping",
                ("lead", "inspector"),
                (),
                True,
                sets=_STOP_REASON,
                needs=_STOP_REASON,
            )
            for source in ("required", "in_progress")
        ),
        Row("stopping", "approve_stop", "批准终止整改", "closed_not_done", ("lead",), ("not_stop_proposer",)),
        Row("stopping", "refuse_stop", "不批准终止整改", "in_progress", ("lead",), ("not_stop_proposer",), True),
        Row(
            "closed_done",
            "relapse",
            "反弹重开",
            "in_progress",
            ("verifier",),
            ("not_claimants_unit", "verified_with_evidence"),
            True,
            sets=("verification", "due_on", "due_source"),
            needs=("verification", "due_on", "due_source"),
        ),
    ),
)
