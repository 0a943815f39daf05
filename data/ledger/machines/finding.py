"""A finding: drafted, reviewed, notified, final, corrected or withdrawn."""

from __future__ import annotations

from data.ledger.machines.machine import Machine, State
from data.ledger.machines.machine import Transition as Row

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
