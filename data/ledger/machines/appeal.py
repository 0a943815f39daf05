"""An appeal of a unit against a finding, from filing to a signed decision."""

from __future__ import annotations

from data.ledger.machines.machine import Machine, State
from data.ledger.machines.machine import Transition as Row

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
