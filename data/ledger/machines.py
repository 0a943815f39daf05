"""The transition tables: what may become of an inspection, a finding, an appeal, a rectification, …

``docs/ledger.md`` shows them as tables; conditions are named here and written in ``conditions.py``.
"""

from __future__ import annotations

from data.ledger.machine import Machine, State
from data.ledger.machine import Transition as Row
from data.ledger.rights.roles import ROLES

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

_FINDING = (
    "unit",
    "indicator",
    "kind",
    "severity",
    "statement",
    "method",
    "seen_on",
    "place",
    "proposed_marks",
    "legal_basis",
    "evidence",
)
_ENOUGH = "finding_complete"
_IN_TEAM = ("inspection_active", "in_team")
_NOTICE = ("notice_number", "notified_on")

FINDING = Machine(
    "finding",
    "问题",
    "督问",
    _FINDING,
    (
        State("draft", "草稿"),
        State("submitted", "待复核", holder="office"),
        State("returned", "退回修改", holder="office"),
        State("confirmed", "已认定", holder="office"),
        State("notified", "已反馈", holder="unit"),
        State("final", "已定案", final=True),
        State("correcting", "更正待批", holder="office"),
        State("withdrawn", "已撤销", final=True),
    ),
    (
        Row(None, "draft", "起草", "draft", ("inspector",), _IN_TEAM, sets=("inspection", *_FINDING), needs=("unit",)),
        Row("draft", "edit", "修改", "draft", ("inspector",), _IN_TEAM, sets=_FINDING),
        Row("draft", "submit", "提交复核", "submitted", ("inspector",), (*_IN_TEAM, "is_author", _ENOUGH)),
        Row("draft", "discard", "作废", "withdrawn", ("inspector",), ("is_author", "never_approved"), True),
        Row("draft", "cancel", "撤销", "withdrawn", ("lead",), ("not_author", "was_approved"), True),
        Row("submitted", "return", "退回", "returned", ("reviewer",), ("not_author",), True),
        Row("submitted", "confirm", "认定", "confirmed", ("reviewer",), ("not_author", _ENOUGH)),
        Row("submitted", "recall", "撤回", "draft", ("inspector",), ("is_author",), True),
        Row("returned", "edit", "修改", "returned", ("inspector",), _IN_TEAM, True, sets=_FINDING),
        Row(
            "returned",
            "resubmit",
            "重新提交",
            "submitted",
            ("inspector",),
            (*_IN_TEAM, "is_author", "changed_since_return", _ENOUGH),
            True,
        ),
        Row("returned", "drop", "放弃", "withdrawn", ("inspector",), ("is_author", "never_approved"), True),
        Row("returned", "cancel", "撤销", "withdrawn", ("lead",), ("not_author", "was_approved"), True),
        Row("confirmed", "revise", "修改", "draft", ("inspector",), (*_IN_TEAM, "is_author"), True, sets=_FINDING),
        Row("confirmed", "notify", "反馈", "notified", ("lead",), ("notice_in_time",), sets=_NOTICE, needs=_NOTICE),
        Row("confirmed", "reopen_review", "发回重审", "returned", ("lead",), (), True),
        Row("confirmed", "cancel", "撤销", "withdrawn", ("lead",), ("not_author",), True),
        Row("notified", "finalise", "定案", "final", ("lead",), ("no_open_appeal", "appeal_settled")),
        Row("notified", "overturn", "因复核撤销", "withdrawn", ("lead",), (), True, cascade=True),
        Row("notified", "vary", "因复核变更", "notified", ("lead",), (), True, sets=_FINDING, cascade=True),
        Row("final", "correct", "更正", "correcting", ("lead",), (), True, sets=_FINDING),
        Row(
            "correcting",
            "approve_correction",
            "批准更正",
            "notified",
            ("lead", "reviewer"),
            ("not_author", "not_corrector", "notice_in_time", _ENOUGH),
            sets=_NOTICE,
            needs=_NOTICE,
        ),
        Row("correcting", "reject_correction", "不予更正", "final", ("lead", "reviewer"), ("not_corrector",), True),
    ),
)

_APPEAL = ("grounds", "requested", "evidence")
_RECUSED = ("not_participant",)
_COMPARISON = ("comparison",)
_DECISION = ("outcome", "decision", "changes")

APPEAL = Machine(
    "appeal",
    "复核申请",
    "督复",
    _APPEAL,
    (
        State("filed", "已提出", holder="office"),
        State("incomplete", "待补正", holder="unit"),
        State("reviewing", "复核中", holder="office"),
        State("proposed", "待签发", holder="office"),
        State("inadmissible", "不予受理", final=True),
        State("taken_back", "已撤回", final=True),
        State("upheld", "已撤销原认定", final=True),
        State("varied", "已变更原认定", final=True),
        State("dismissed", "已维持原认定", final=True),
    ),
    (
        Row(
            None,
            "file",
            "提出",
            "filed",
            ("unit_contact",),
            ("finding_notified", "no_other_appeal", "appeal_in_time"),
            sets=("finding", *_APPEAL),
            needs=("finding", "grounds", "requested"),
        ),
        Row(
            "filed",
            "ask_more",
            "要求补正",
            "incomplete",
            ("appeal_officer",),
            _RECUSED,
            sets=("missing", "more_by"),
            needs=("missing", "more_by"),
        ),
        Row("filed", "accept", "受理", "reviewing", ("appeal_officer",), _RECUSED),
        Row(
            "filed",
            "refuse",
            "不予受理",
            "inadmissible",
            ("appeal_officer",),
            _RECUSED,
            True,
            sets=("refused_for",),
            needs=("refused_for",),
        ),
        Row("filed", "take_back", "撤回", "taken_back", ("unit_contact",), (), True),
        Row(
            "incomplete",
            "supply",
            "补正",
            "filed",
            ("unit_contact",),
            ("more_in_time",),
            True,
            sets=("grounds", "requested", "evidence"),
        ),
        Row("incomplete", "lapse", "按逾期未补正终止", "inadmissible", ("appeal_officer",), ("more_overdue",)),
        Row("incomplete", "take_back", "撤回", "taken_back", ("unit_contact",), (), True),
        Row("reviewing", "take_back", "撤回", "taken_back", ("unit_contact",), (), True),
        Row(
            "reviewing",
            "propose",
            "拟定复核决定",
            "proposed",
            ("appeal_officer",),
            (*_RECUSED, "changes_fit_outcome"),
            sets=_DECISION,
            needs=("outcome", "decision"),
        ),
        Row("proposed", "return", "退回", "reviewing", ("lead",), (*_RECUSED, "not_proposer"), True),
        Row("proposed", "uphold", "签发撤销决定", "upheld", ("lead",), (*_RECUSED, "not_proposer", "outcome_uphold")),
        Row("proposed", "vary", "签发变更决定", "varied", ("lead",), (*_RECUSED, "not_proposer", "outcome_vary")),
        Row(
            "proposed",
            "dismiss",
            "签发维持决定",
            "dismissed",
            ("lead",),
            (*_RECUSED, "not_proposer", "outcome_dismiss"),
        ),
        *(
            Row(source, "attach_run", "附上决定前后的得分", source, ("lead",), sets=_COMPARISON, needs=_COMPARISON)
            for source in ("upheld", "varied")
        ),
    ),
)

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

_JUDGEMENT = ("unit", "indicator", "level", "marks", "grounds", "evidence")

JUDGEMENT = Machine(
    "judgement",
    "评定",
    "督评",
    _JUDGEMENT,
    (State("given", "已评定"), State("withdrawn", "已撤销", final=True)),
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
        Row("given", "withdraw", "撤销", "withdrawn", ("inspector", "lead"), ("is_inspector_or_lead",), True),
    ),
)

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

_EVIDENCE = ("inspection", "unit", "captured_on", "part", "secrecy", "description")
_HOLDERS = ("inspector", "verifier", "appeal_officer", "unit_contact")

EVIDENCE = Machine(
    "evidence",
    "证据",
    "督证",
    ("sha256", "size", "media_type", "original_name", *_EVIDENCE),
    (State("kept", "在库"), State("excluded", "已排除"), State("redacted", "已销毁", final=True)),
    (
        Row(
            None,
            "store",
            "存入",
            "kept",
            _HOLDERS,
            ("file_stored",),
            sets=("sha256", "size", "media_type", "original_name", *_EVIDENCE),
            needs=("sha256", "size", "media_type", "original_name", "unit"),
        ),
        Row("kept", "describe", "改写说明", "kept", _HOLDERS, ("is_author",), True, sets=_EVIDENCE),
        Row("kept", "exclude", "排除", "excluded", ("lead", "reviewer"), (), True),
        Row("excluded", "restore", "恢复使用", "kept", ("lead", "reviewer"), (), True),
        Row(
            "excluded",
            "redact",
            "销毁",
            "redacted",
            ("lead",),
            (),
            True,
            sets=("order_number",),
            needs=("order_number",),
        ),
    ),
)

_USER = ("name", "roles", "unit", "person")

USER = Machine(
    "user",
    "用户",
    "",
    _USER,
    (State("active", "启用"), State("inactive", "停用")),
    (
        Row(
            None,
            "add",
            "添加",
            "active",
            ("admin",),
            ("roles_fit", "not_own_rights"),
            sets=_USER,
            needs=("name", "roles"),
        ),
        Row(
            "active",
            "edit",
            "修改",
            "active",
            ("admin",),
            ("roles_fit", "not_own_rights", "not_last_admin"),
            True,
            sets=_USER,
        ),
        Row("active", "disable", "停用", "inactive", ("admin",), ("not_self", "not_last_admin"), True),
        Row("inactive", "enable", "启用", "active", ("admin",), ("roles_fit", "not_own_rights"), True),
        Row("active", "set_password", "设置密码", "active", tuple(ROLES), ("self_or_admin",), sets=("credential",)),
        Row("active", "end_logins", "结束登录", "active", ("admin",), (), True),
        Row("active", "lock", "锁定", "active", ("admin",), (), cascade=True),
        Row("active", "end_demo", "因演示结束停用", "inactive", ("admin",), (), cascade=True),
    ),
)

MACHINES: dict[str, Machine] = {
    machine.kind: machine
    for machine in (INSPECTION, FINDING, APPEAL, RECTIFICATION, JUDGEMENT, EXEMPTION, EVIDENCE, USER)
}
