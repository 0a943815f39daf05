"""What an action does to a row beyond the fields that were entered, and what it brings about elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from data.clock import store_moment
from data.ledger.case import PlannedChange
from data.ledger.logins import end_logins, is_other
from data.ledger.machines.machine import Machine
from data.ledger.rows import AppealRow, FindingRow, RectificationRow, RulesRow, UserRow
from data.store.tables import hash_content


@dataclass(frozen=True)
class Consequence:
    """An action on another object that follows in the same transaction."""

    kind: str
    id: str
    action: str
    given: dict[str, object] = field(default_factory=dict)


def read_content(machine: Machine, row: Mapping[str, object]) -> dict[str, object]:
    """The part of a row that an approval binds to."""
    return {name: row[name] for name in machine.content}


def apply_effects(case: PlannedChange) -> list[Consequence]:
    """Complete ``case.after`` and tell what follows from it."""
    if isinstance(case.before, UserRow) and is_other(case.before, case.read(UserRow)):
        end_logins(case.connection, case.id, case.now)
    effect = EFFECTS.get((case.machine.kind, case.transition.action))
    return (effect(case) if effect is not None else None) or []


Effect = Callable[[PlannedChange], list[Consequence] | None]


def _approve_content(case: PlannedChange) -> None:
    content = read_content(case.machine, case.after)
    case.after |= {
        "approved_by": case.actor_id,
        "approved_at": store_moment(case.now),
        "approved_version": case.after["version"],
        "approved_sha256": hash_content(content),
        "approved": content,
    }


def _end_logins(case: PlannedChange) -> None:
    end_logins(case.connection, case.after["id"], case.now)


def _draft_finding(case: PlannedChange) -> None:
    assert case.inspection is not None
    case.after |= {"year": case.inspection.year, "authors": [case.actor_id]}


def _add_author(case: PlannedChange) -> None:
    case.after["authors"] = list(dict.fromkeys([*(case.read(FindingRow).authors or []), case.actor_id]))


def _return_finding(case: PlannedChange) -> None:
    case.after["returned_sha256"] = hash_content(read_content(case.machine, case.after))


def _correct_finding(case: PlannedChange) -> None:
    case.after["corrected_by"] = case.actor_id


def _reject_correction(case: PlannedChange) -> None:
    finding = case.read(FindingRow)
    version = finding.version + 1
    case.after |= {**(finding.approved or {}), "corrected_by": None, "version": version, "approved_version": version}


def _approve_correction(case: PlannedChange) -> None:
    _approve_content(case)
    case.after["corrected_by"] = None


def _approve_inspection(case: PlannedChange) -> None:
    case.after |= {"approved_by": case.actor_id, "pack_sha256": case.ledger.pack.sha256}


def _file_appeal(case: PlannedChange) -> None:
    assert case.finding is not None
    finding = case.finding
    case.after |= {"finding_version": finding.version, "filed_on": case.today.isoformat()}


def _accept_appeal(case: PlannedChange) -> None:
    case.after["accepted_on"] = case.today.isoformat()


def _lapse_appeal(case: PlannedChange) -> None:
    case.after["refused_for"] = "逾期未补正"


def _propose_decision(case: PlannedChange) -> None:
    case.after["proposed_by"] = case.actor_id


def _decide(case: PlannedChange) -> None:
    case.after |= {"decided_on": case.today.isoformat(), "decided_by": case.actor_id}


def _uphold_appeal(case: PlannedChange) -> list[Consequence]:
    _decide(case)
    return [Consequence("finding", case.read(AppealRow).finding, "overturn")]


def _vary_appeal(case: PlannedChange) -> list[Consequence]:
    _decide(case)
    appeal = case.read(AppealRow)
    return [Consequence("finding", appeal.finding, "vary", appeal.changes or {})]


def _require(case: PlannedChange) -> None:
    case.after["cycle"] = 1


def _extend(case: PlannedChange) -> None:
    case.after |= {"due_on": case.read(RectificationRow).asked_due_on, "asked_due_on": None}


def _refuse_extension(case: PlannedChange) -> None:
    case.after["asked_due_on"] = None


def _pause(case: PlannedChange) -> None:
    case.after["paused_on"] = case.today.isoformat()


def _resume(case: PlannedChange) -> None:
    row = case.read(RectificationRow)
    pause = {"since": row.paused_on, "until": case.today.isoformat()}
    case.after |= {"pauses": [*(row.pauses or []), pause], "paused_on": None}


def _claim(case: PlannedChange) -> None:
    case.after["claimed_by"] = case.actor_id


def _propose_stop(case: PlannedChange) -> None:
    assert case.before is not None
    case.after |= {"stop_proposed_by": case.actor_id, "stop_from": case.before.state}


def _relapse(case: PlannedChange) -> None:
    case.after |= {"cycle": case.read(RectificationRow).cycle + 1, "claim": None, "claimed_by": None}


def _judge(case: PlannedChange) -> None:
    assert case.inspection is not None
    case.after |= {"year": case.inspection.year, "inspector": case.actor_id}


def _approve_exemption(case: PlannedChange) -> None:
    case.after |= {
        "approver": case.actor.name,
        "approved_by": case.actor_id,
        "approved_on": case.today.isoformat(),
    }


def _approve_rules(case: PlannedChange) -> None:
    today = case.today.isoformat()
    case.after |= {
        "approved_by": case.actor_id,
        "approved_on": today,
        # Nothing is in force before it was approved.
        "in_force_from": max(case.read(RulesRow).in_force_from, today),
    }


EFFECTS: dict[tuple[str, str], Effect] = {
    ("inspection", "approve"): _approve_inspection,
    ("finding", "draft"): _draft_finding,
    ("finding", "edit"): _add_author,
    ("finding", "revise"): _add_author,
    ("finding", "return"): _return_finding,
    ("finding", "reopen_review"): _return_finding,
    ("finding", "confirm"): _approve_content,
    ("finding", "vary"): _approve_content,
    ("finding", "correct"): _correct_finding,
    ("finding", "approve_correction"): _approve_correction,
    ("finding", "reject_correction"): _reject_correction,
    ("appeal", "file"): _file_appeal,
    ("appeal", "accept"): _accept_appeal,
    ("appeal", "lapse"): _lapse_appeal,
    ("appeal", "propose"): _propose_decision,
    ("appeal", "uphold"): _uphold_appeal,
    ("appeal", "vary"): _vary_appeal,
    ("appeal", "dismiss"): lambda case: _decide(case),
    ("rectification", "require"): _require,
    ("rectification", "extend"): _extend,
    ("rectification", "refuse_extension"): _refuse_extension,
    ("rectification", "pause"): _pause,
    ("rectification", "resume"): _resume,
    ("rectification", "claim"): _claim,
    ("rectification", "propose_stop"): _propose_stop,
    ("rectification", "relapse"): _relapse,
    ("judgement", "judge"): _judge,
    ("judgement", "judge_again"): _judge,
    ("exemption", "approve"): _approve_exemption,
    ("rules", "approve"): _approve_rules,
    ("user", "end_logins"): _end_logins,
}
