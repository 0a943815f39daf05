"""The conditions of the transition tables; those of judgements, exemptions and rules stand in modules of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from data.clock import office_day
from data.ledger.accounts import not_last_admin, not_own_rights, not_self, roles_fit, self_or_admin
from data.ledger.case import PlannedChange
from data.ledger.clocks import appeal_until
from data.ledger.condition import CONDITIONS, ActionCondition, Answer
from data.ledger.condition import condition as _condition
from data.ledger.fields import MARKED_KINDS, NIL_KIND, OUTCOMES, STEPS, name_field
from data.ledger.machines import MACHINES
from data.ledger.references import list_deciding
from data.ledger.rows import (
    AppealRow,
    EvidenceRow,
    FindingRow,
    InspectionRow,
    JudgementRow,
    LedgerRow,
    RectificationRow,
    UserRow,
)
from data.ledger.rule_versions import one_content, still_ahead
from data.ledger.rulings import drawn_for_second, first_judgement, only_exemption, outside_team, reaches_year
from data.store.tables import hash_content
from indicators.pack.model import Pack

__all__ = [
    "CONDITIONS",
    "drawn_for_second",
    "first_judgement",
    "list_empty",
    "not_last_admin",
    "not_own_rights",
    "not_self",
    "one_content",
    "only_exemption",
    "outside_team",
    "reaches_year",
    "roles_fit",
    "self_or_admin",
    "still_ahead",
]


def _is_open(kind: str, row: LedgerRow) -> bool:
    return not MACHINES[kind].state(row.state).final


# People


@_condition("您是该{noun}的起草人，不能自己{verb}{detail}")
def not_author(case: PlannedChange) -> Answer:
    return case.is_nobody_of(case.list_authors())


@_condition("只有该{noun}的起草人才能{verb}")
def is_author(case: PlannedChange) -> Answer:
    return case.actor_id in case.list_authors()


@_condition("只有该{noun}的起草人或督察办负责人才能{verb}")
def is_author_or_lead(case: PlannedChange) -> Answer:
    return "lead" in case.actor.roles or case.actor_id in case.list_authors()


@_condition("您不在这次督察的督察组里，不能{verb}")
def in_team(case: PlannedChange) -> Answer:
    return case.inspection is not None and case.actor_id in (case.inspection.team or [])


@_condition("您不在这次督察的督察组里，不能{verb}")
def in_team_or_lead(case: PlannedChange) -> Answer:
    return "lead" in case.actor.roles or in_team(case)


@_condition("这次更正是您提出的，不能自己{verb}{detail}")
def not_corrector(case: PlannedChange) -> Answer:
    return case.is_nobody_of([case.read(FindingRow).corrected_by])


@_condition("您参与过该问题的认定，应当回避，不能{verb}{detail}")
def not_participant(case: PlannedChange) -> Answer:
    return case.is_nobody_of(case.list_participants())


@_condition("复核决定是您拟定的，不能自己{verb}{detail}")
def not_proposer(case: PlannedChange) -> Answer:
    return case.is_nobody_of([case.read(AppealRow).proposed_by])


@_condition("您和申请销号的是同一单位，不能{verb}{detail}")
def not_claimants_unit(case: PlannedChange) -> Answer:
    row = case.read(RectificationRow)
    claimant = case.find(UserRow, row.claimed_by)
    units = {row.unit, claimant.unit if claimant else None} - {None}
    if case.actor.unit in units:
        return False
    of_units = [user.id for user in case.list_rows(UserRow) if user.unit in units]
    return case.is_nobody_of([*of_units, row.claimed_by])


@_condition("您是该问题的起草人，不能自己{verb}{detail}")
def not_findings_author(case: PlannedChange) -> Answer:
    return case.finding is not None and case.is_nobody_of(case.finding.authors or [])


@_condition("终止整改是您提出的，不能自己{verb}{detail}")
def not_stop_proposer(case: PlannedChange) -> Answer:
    return case.is_nobody_of([case.read(RectificationRow).stop_proposed_by])


@_condition("这一评定不是您作出的，不能{verb}")
def is_inspector(case: PlannedChange) -> Answer:
    return case.actor_id == case.read(JudgementRow).inspector


@_condition("这一评定不是您作出的，不能{verb}")
def is_inspector_or_lead(case: PlannedChange) -> Answer:
    return is_inspector(case) or "lead" in case.actor.roles


# Inspections


@_condition("督察任务不在进行中，不能{verb}{noun}")
def inspection_active(case: PlannedChange) -> Answer:
    return bool(case.inspection is not None and case.inspection.state == "active")


@_condition("还不能{verb}：请先填写{detail}")
def inspection_complete(case: PlannedChange) -> Answer:
    needed = ("title", "scope", "begins_on", "units", "team")
    missing = [name_field("inspection", name) for name in needed if not case.after[name]]
    return "、".join(missing) or True


@_condition("还不能{verb}：没有登记「{detail}」的文号和日期")
def plan_steps_recorded(case: PlannedChange) -> Answer:
    return _steps_recorded(case, "decide", "plan")


@_condition("还不能{verb}：没有登记「{detail}」的文号和日期")
def conclusion_recorded(case: PlannedChange) -> Answer:
    return _steps_recorded(case, "decide", "plan", "conclude")


@_condition("还不能{verb}：没有登记「{detail}」的文号和日期")
def all_steps_recorded(case: PlannedChange) -> Answer:
    return _steps_recorded(case, *STEPS)


def _steps_recorded(case: PlannedChange, *needed: str) -> Answer:
    known = {step["step"] for step in case.read(InspectionRow).steps or []}
    return "、".join(STEPS[step] for step in needed if step not in known) or True


@_condition("{detail}")
def step_in_order(case: PlannedChange) -> Answer:
    steps = case.read(InspectionRow).steps or []
    entry, earlier = steps[-1], steps[:-1]
    if len(earlier) >= len(STEPS):
        return "五个步骤都已登记"
    expected = list(STEPS)[len(earlier)]
    if entry["step"] != expected:
        return f"下一步应当是「{STEPS[expected]}」，不能先登记「{STEPS[entry['step']]}」"
    if earlier and entry["on"] < earlier[-1]["on"]:
        return f"「{STEPS[expected]}」的日期 {entry['on']} 早于上一步的 {earlier[-1]['on']}"
    if entry["on"] > case.today.isoformat():
        return f"「{STEPS[expected]}」的日期 {entry['on']} 还没有到"
    return True


@_condition("还有没撤销的问题 {detail}，不能{verb}；请先撤销或办结")
def no_standing_findings(case: PlannedChange) -> Answer:
    standing = [row.id for row in case.list_rows(FindingRow, inspection=case.id) if row.state != "withdrawn"]
    return "、".join(standing[:3]) or True


@_condition("还有没办完的 {detail}，不能{verb}")
def nothing_open(case: PlannedChange) -> Answer:
    waiting: list[str] = []
    for finding in case.list_rows(FindingRow, inspection=case.id):
        if _is_open("finding", finding):
            waiting.append(finding.id)
        for kind in ("appeal", "rectification"):
            rows = case.list_rows(kind, finding=finding.id)
            waiting += [row.id for row in rows if _is_open(kind, row)]
    return "、".join(waiting[:3]) or True


# Findings


def list_empty(finding: FindingRow, pack: Pack) -> list[str]:
    """The fields without which a finding cannot be submitted and counted, that are empty still."""
    needed = ["indicator", "kind", "statement", "method", "seen_on", "place", "legal_basis", "evidence"]
    needed += ["proposed_marks"] if finding.kind in MARKED_KINDS else []
    nil = ("proposed_marks",) if finding.kind == NIL_KIND else ()
    needed += [name for name in list_deciding(pack, finding.indicator) if name not in nil]
    return [name for name in dict.fromkeys(needed) if not finding[name]]


@_condition("还不能{verb}：请先填写{detail}")
def finding_complete(case: PlannedChange) -> Answer:
    return (
        "、".join(name_field("finding", name) for name in list_empty(case.read(FindingRow), case.ledger.pack)) or True
    )


@_condition("退回之后内容没有改过，不能{verb}；请先按退回理由修改")
def changed_since_return(case: PlannedChange) -> Answer:
    content = {name: case.after[name] for name in case.machine.content}
    return bool(hash_content(content) != case.read(FindingRow).returned_sha256)


@_condition("该{noun}曾经认定过，不能由起草人自己{verb}；请督察办负责人撤销")
def never_approved(case: PlannedChange) -> Answer:
    return case.read(FindingRow).approved_version is None


@_condition("该{noun}没有认定过，由起草人自己作废即可")
def was_approved(case: PlannedChange) -> Answer:
    return case.read(FindingRow).approved_version is not None


@_condition("送达日期 {detail}，不能{verb}")
def notice_in_time(case: PlannedChange) -> Answer:
    finding = case.read(FindingRow)
    on = str(finding.notified_on)
    if on > case.today.isoformat():
        return f"{on} 还没有到"
    if on < (finding.seen_on or on):
        return f"{on} 早于发现日期 {finding.seen_on}"
    approved = finding.approved_at if case.before and case.transition.source == "confirmed" else None
    if approved is not None and on < (day := office_day(approved).isoformat()):
        return f"{on} 早于认定日期 {day}"
    return True


@_condition("该问题还有没办结的复核申请 {detail}，不能{verb}")
def no_open_appeal(case: PlannedChange) -> Answer:
    rows = case.list_rows(AppealRow, finding=case.id)
    return "、".join(row.id for row in rows if _is_open("appeal", row)) or True


@_condition("申请复核的期限到 {detail} 为止，还没有过，不能{verb}")
def appeal_settled(case: PlannedChange) -> Answer:
    finding = case.read(FindingRow)
    until = appeal_until(finding)
    decided = [row for row in case.list_rows(AppealRow, finding=case.id) if row.state in ("varied", "dismissed")]
    if any(row.filed_on >= (finding.notified_on or "") for row in decided):
        return True
    return True if until is not None and case.today > until else str(until)


# Appeals


@_condition("找不到这个问题，或者它还没有反馈给您单位，不能{verb}复核申请")
def finding_notified(case: PlannedChange) -> Answer:
    return bool(case.finding is not None and case.finding.state == "notified")


@_condition("该问题已有复核申请 {detail} 在办或已作决定，不能再{verb}")
def no_other_appeal(case: PlannedChange) -> Answer:
    assert case.finding is not None
    blocking = [
        row.id
        for row in case.list_rows(AppealRow, finding=case.finding.id)
        if _is_open("appeal", row)
        or (row.state in ("varied", "dismissed") and row.filed_on >= (case.finding.notified_on or ""))
    ]
    return "、".join(blocking) or True


@_condition("申请复核的期限到 {detail} 为止，已经过了")
def appeal_in_time(case: PlannedChange) -> Answer:
    assert case.finding is not None
    until = appeal_until(case.finding)
    return True if until is not None and case.today <= until else str(until)


@_condition("补正期限到 {detail} 为止，已经过了")
def more_in_time(case: PlannedChange) -> Answer:
    more_by = str(case.read(AppealRow).more_by)
    return True if case.today <= date.fromisoformat(more_by) else more_by


@_condition("补正期限到 {detail} 为止，还没有过")
def more_overdue(case: PlannedChange) -> Answer:
    more_by = str(case.read(AppealRow).more_by)
    return True if case.today > date.fromisoformat(more_by) else more_by


@_condition("{detail}")
def changes_fit_outcome(case: PlannedChange) -> Answer:
    appeal = case.read(AppealRow)
    wanted = appeal.outcome == OUTCOMES["vary"]
    if wanted and not appeal.changes:
        return "决定变更原认定的，请写明变更内容"
    return "只有决定变更原认定的，才写变更内容" if appeal.changes and not wanted else True


def _outcome_is(outcome: str) -> Callable[[PlannedChange], Answer]:
    def ask(case: PlannedChange) -> Answer:
        proposed = case.read(AppealRow).outcome
        return True if proposed == OUTCOMES[outcome] else str(proposed)

    return ask


for _outcome in OUTCOMES:
    CONDITIONS[f"outcome_{_outcome}"] = ActionCondition(
        f"outcome_{_outcome}", "拟定的决定是{detail}原认定，不能{verb}", _outcome_is(_outcome)
    )


# Rectification


@_condition("找不到这个问题，或者它还没有反馈给单位，不能{verb}整改")
def finding_told(case: PlannedChange) -> Answer:
    return case.finding is not None and case.finding.state in ("notified", "final")


@_condition("该问题已经下达过整改 {detail}")
def no_other_rectification(case: PlannedChange) -> Answer:
    rows = case.list_rows(RectificationRow, finding=case.read(RectificationRow).finding)
    return "、".join(row.id for row in rows if row.state != "closed_not_done") or True


@_condition("{detail}")
def steps_complete(case: PlannedChange) -> Answer:
    row = case.read(RectificationRow)
    late = [step["text"] for step in row.steps or [] if step["due_on"] > row.due_on]
    return f"「{late[0]}」的完成日期晚于整改时限 {row.due_on}" if late else True


@_condition("申请延至的日期应当晚于现在的整改时限 {detail}")
def later_than_due(case: PlannedChange) -> Answer:
    row = case.read(RectificationRow)
    return True if str(row.asked_due_on) > row.due_on else row.due_on


@_condition("单位没有申请延期，不能{verb}")
def extension_asked(case: PlannedChange) -> Answer:
    return case.read(RectificationRow).asked_due_on is not None


@_condition("每一项整改措施都要有佐证才能{verb}；还缺第 {detail} 项")
def evidence_for_every_step(case: PlannedChange) -> Answer:
    row = case.read(RectificationRow)
    proven = {entry["step"] for entry in row.claim or [] if entry["evidence"]}
    return "、".join(str(n) for n in range(1, len(row.steps or []) + 1) if n not in proven) or True


@_condition("核查情况要附证据才能{verb}")
def verified_with_evidence(case: PlannedChange) -> Answer:
    return bool((case.read(RectificationRow).verification or [])[-1]["evidence"])


# Evidence


@_condition("证据文件没有存好，不能登记；请重新存入")
def file_stored(case: PlannedChange) -> Answer:
    row = case.read(EvidenceRow)
    path = case.ledger.evidence_folder / row.sha256[:2] / row.sha256
    return path.is_file() and path.stat().st_size == row.size
