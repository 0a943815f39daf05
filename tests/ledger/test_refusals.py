"""What is refused, in which words, and that a refusal leaves one event and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from data.ledger.transitions import apply_transition
from data.store.database import reading
from data.store.tables import TABLES, hash_content
from data.trail.events import list_events, read_version
from data.trail.refusals import ConditionRefused, FieldRefused, RefusedAction, StaleSave, StateRefused
from tests.ledger.world import World, finding_fields, reach, step_fields, walk


def refuse(world: World, words: str, act: Callable[[], Any]) -> RefusedAction:
    """The refusal, after making sure of its words, its one event, and that no row has changed."""
    before, head = {kind: world.rows(kind) for kind in TABLES}, world.head().seq
    with pytest.raises(RefusedAction, match=words) as caught:
        act()
    assert {kind: world.rows(kind) for kind in TABLES} == before
    with reading(world.ledger.engine) as connection:
        new = [event for event in list_events(connection) if event["seq"] > head]
    assert [(event["outcome"], event["before"], event["after"]) for event in new] == [("refused", None, None)]
    assert new[0]["reason"] == caught.value.sentence
    assert (new[0]["object"], new[0]["action"]) == (caught.value.object, caught.value.action)
    return caught.value


def draft_by_many(world: World, until: str = "submit") -> str:
    """A finding written by somebody who holds every role of the office."""
    id = str(world.do("many", "finding", None, "draft", finding_fields(world))["id"])
    for actor, action in (("many", "submit"), ("rev", "confirm")):
        world.do(actor, "finding", id, action)
        if action == until:
            break
    return id


def test_the_author_may_not_confirm(world: World) -> None:
    id = draft_by_many(world)
    refused = refuse(world, "^您是该问题的起草人，不能自己认定$", lambda: world.do("many", "finding", id, "confirm"))
    assert (refused.object, refused.object_id, refused.action, refused.actor) == ("finding", id, "confirm", "many")
    refuse(world, "您是该问题的起草人，不能自己退回", lambda: world.do("many", "finding", id, "return"))


def test_whoever_changed_a_draft_is_an_author_too(world: World) -> None:
    id = str(world.do("ins1", "finding", None, "draft", finding_fields(world))["id"])
    world.do("many", "finding", id, "edit", {"place": "县司法局"})
    world.do("ins1", "finding", id, "submit")
    refuse(world, "您是该问题的起草人，不能自己认定", lambda: world.do("many", "finding", id, "confirm"))


def test_the_author_may_not_cancel_alone_what_was_confirmed(world: World) -> None:
    id = draft_by_many(world, until="confirm")
    refuse(world, "您是该问题的起草人，不能自己撤销", lambda: world.do("many", "finding", id, "cancel"))
    world.do("many", "finding", id, "revise", {"statement": "改写"})
    refuse(world, "曾经认定过，不能由起草人自己作废", lambda: world.do("many", "finding", id, "discard"))


@pytest.mark.parametrize("part", ["author", "confirmer"])
def test_who_took_part_is_recused_from_the_review(world: World, part: str) -> None:
    if part == "author":
        id = draft_by_many(world, until="confirm")
    else:
        id = walk(world, "finding", ["draft", "submit"])
        world.do("many", "finding", id, "confirm")
    world.do("lead", "finding", id, "notify", {"notice_number": "1号", "notified_on": world.day()})
    appeal = world.do("zz", "appeal", None, "file", {"finding": id, "grounds": "不服", "requested": "撤销"})["id"]
    words = "您参与过该问题的认定，应当回避，不能"
    for action, given in (("accept", {}), ("ask_more", {"missing": "材料", "more_by": world.day(3)})):
        refuse(world, words, lambda action=action, given=given: world.do("many", "appeal", appeal, action, given))
    world.do("app", "appeal", appeal, "accept")
    decision = {"outcome": "维持", "decision": "证据充分"}
    refuse(world, words + "拟定复核决定", lambda: world.do("many", "appeal", appeal, "propose", decision))
    world.do("app", "appeal", appeal, "propose", decision)
    refuse(world, words + "签发维持决定", lambda: world.do("many", "appeal", appeal, "dismiss"))


def test_a_decision_has_two_signatures_and_is_the_one_that_was_proposed(world: World) -> None:
    appeal = reach(world, "appeal", "reviewing")
    world.do("many", "appeal", appeal, "propose", {"outcome": "维持", "decision": "证据充分"})
    refuse(world, "复核决定是您拟定的，不能自己签发维持决定", lambda: world.do("many", "appeal", appeal, "dismiss"))
    refuse(world, "拟定的决定是维持原认定，不能签发撤销决定", lambda: world.do("lead", "appeal", appeal, "uphold"))


def test_author_and_claimant_may_not_verify(world: World) -> None:
    id = draft_by_many(world, until="confirm")
    world.do("lead", "finding", id, "notify", {"notice_number": "1号", "notified_on": world.day()})
    demand = {"required_action": "改", "owner": "张某", "due_on": world.day(60), "due_source": "反馈意见"}
    item = world.do("lead", "rectification", None, "require", {"finding": id, **demand})["id"]
    plan = {"steps": [{"text": "补正", "due_on": world.day(9), "person": "李某"}]}
    for actor, action, given in (
        ("zz", "submit_plan", plan),
        ("lead", "approve_plan", {}),
        ("zz", "claim", {"claim": [{"step": 1, "evidence": [world.evidence["zz-zezhou"]]}]}),
    ):
        world.do(actor, "rectification", item, action, given)
    proof = {"verification": {"on": world.day(), "text": "看过", "evidence": [world.evidence["ins1-zezhou"]]}}
    refuse(
        world,
        "您是该问题的起草人，不能自己核查销号",
        lambda: world.do("many", "rectification", item, "verify_close", proof),
    )
    world.do("adm", "user", "ver", "edit", {"unit": "zezhou"})
    refuse(
        world,
        "您和申请销号的是同一单位，不能核查销号",
        lambda: world.do("ver", "rectification", item, "verify_close", proof),
    )
    world.do("adm", "user", "ver", "edit", {"unit": ""})
    bare = {"verification": {**proof["verification"], "evidence": []}}
    refuse(world, "核查情况要附证据", lambda: world.do("ver", "rectification", item, "verify_close", bare))


def test_nobody_approves_the_own_proposal(world: World) -> None:
    own = {"unit": "zezhou", "indicator": "20.standard", "year": 2024, "grounds": "无案", "expires_on": "2025-12-31"}
    early = {**own, "expires_on": "2023-12-31"}
    refuse(
        world, "有效期至 2023-12-31，在这一年度开始以前", lambda: world.do("many", "exemption", None, "propose", early)
    )
    exemption = world.do("many", "exemption", None, "propose", own)["id"]
    refuse(world, "您是该豁免的起草人，不能自己批准", lambda: world.do("many", "exemption", exemption, "approve"))
    item = reach(world, "rectification", "required")
    world.do("lead", "rectification", item, "propose_stop", {"stopped_for": "单位撤并"})
    refuse(world, "终止整改是您提出的", lambda: world.do("lead", "rectification", item, "approve_stop"))
    finding = reach(world, "finding", "final")
    world.do("lead", "finding", finding, "correct", {"proposed_marks": "1"})
    notice = {"notice_number": "2号", "notified_on": world.day()}
    refuse(world, "这次更正是您提出的", lambda: world.do("lead", "finding", finding, "approve_correction", notice))


def test_a_stale_save_shows_both_versions(world: World) -> None:
    id = walk(world, "finding", ["draft"])
    world.do("ins2", "finding", id, "edit", {"place": "县司法局", "proposed_marks": "2"})

    def save() -> None:
        given = {"statement": "我改的"}
        apply_transition(world.ledger, "ins1", "finding", id, "edit", given, base_version=1, now=world.tick())

    words = (
        "已由王督改为第 2 版，您看到的是第 1 版；不同之处：发现地点、建议扣分。"
        r"最近一步：王督已于 2024-05-06 \d\d:\d\d 修改。请看过新的内容再办理"
    )
    refused = refuse(world, words, save)
    assert isinstance(refused, StaleSave)
    assert (refused.base["place"], refused.current["place"]) == ("县政府办公室", "县司法局")
    assert refused.differing == ("place", "proposed_marks")


def test_a_reviewer_does_not_confirm_what_was_changed_under_the_eyes(world: World) -> None:
    id = walk(world, "finding", ["draft", "submit"])
    for action, given in (("recall", {}), ("edit", {"proposed_marks": "4"}), ("submit", {})):
        world.do("ins1", "finding", id, action, given)
    with pytest.raises(StaleSave):
        apply_transition(world.ledger, "rev", "finding", id, "confirm", base_version=1, now=world.tick())
    with pytest.raises(FieldRefused, match="没有说明您看到的是第几版"):
        apply_transition(world.ledger, "rev", "finding", id, "confirm", now=world.tick())


def test_an_approval_is_bound_to_the_content_that_was_approved(world: World) -> None:
    id = walk(world, "finding", ["draft", "submit", "confirm"])
    approved = world.row("finding", id)
    assert approved["approved_sha256"] == hash_content(approved["approved"])
    world.do("ins1", "finding", id, "revise", {"proposed_marks": "4"})
    now = world.row("finding", id)
    assert (now["state"], now["version"], now["approved_version"]) == ("draft", 2, 1)
    assert now["approved_sha256"] == approved["approved_sha256"]
    with reading(world.ledger.engine) as connection:
        old = read_version(connection, "finding", id, 1)
    assert old is not None and (old["state"], old["proposed_marks"]) == ("confirmed", "1.5")


@pytest.mark.parametrize("reason", [None, "", "  \t　"])
def test_after_submission_every_change_needs_a_reason(world: World, reason: str | None) -> None:
    id = walk(world, "finding", ["draft", "submit"])
    words = "请写明理由，才能退回问题"
    refuse(world, words, lambda: world.do("rev", "finding", id, "return", reason=reason))


def test_marks_as_floats_are_a_mistake_of_the_program(world: World) -> None:
    with pytest.raises(TypeError, match="never a float"):
        world.do("ins1", "finding", None, "draft", {**finding_fields(world), "proposed_marks": 1.5})


def test_a_finding_without_fact_evidence_or_basis_is_not_submitted(world: World) -> None:
    id = world.do("ins1", "finding", None, "draft", {"inspection": world.inspection, "unit": "泽州县"})["id"]
    words = "还不能提交复核：请先填写指标、问题类别、事实、发现方式、发现日期、发现地点、依据、证据"
    refuse(world, words, lambda: world.do("ins1", "finding", id, "submit"))


def test_a_finding_is_not_submitted_before_it_says_what_its_indicator_counts_by(world: World) -> None:
    fields = {**finding_fields(world), "indicator": "26.fine-quota", "severity": None, "kind": "一票否决"}
    id = world.do("ins1", "finding", None, "draft", {**fields, "proposed_marks": None})["id"]
    refuse(world, "还不能提交复核：请先填写严重程度", lambda: world.do("ins1", "finding", id, "submit"))
    world.do("ins1", "finding", id, "edit", {"severity": "一般"})
    world.do("ins1", "finding", id, "submit")
    summed = {**finding_fields(world), "proposed_marks": None}
    id = world.do("ins1", "finding", None, "draft", {**summed, "kind": None})["id"]
    refuse(world, "请先填写问题类别、建议扣分", lambda: world.do("ins1", "finding", id, "submit"))
    words = "按建议扣分合计，不用「一票否决」；问题类别请选「扣分」，不扣的写0"
    refuse(world, words, lambda: world.do("ins1", "finding", id, "edit", {"kind": "一票否决"}))
    world.do("ins1", "finding", id, "edit", {"kind": "建议"})
    world.do("ins1", "finding", id, "submit")


def test_only_the_team_of_an_active_inspection_writes(world: World) -> None:
    world.do("adm", "user", "ins3", "add", {"name": "外人", "roles": ["inspector"]})
    words = "您不在这次督察的督察组里，不能起草"
    refuse(world, words, lambda: world.do("ins3", "finding", None, "draft", finding_fields(world)))
    world.inspection = walk(world, "inspection", ["draft"])
    words = "督察任务不在进行中，不能起草问题"
    refuse(world, words, lambda: world.do("ins1", "finding", None, "draft", finding_fields(world)))


def test_a_wrong_state_is_named(world: World) -> None:
    id = reach(world, "finding", "notified")
    refused = refuse(
        world, "问题 督问〔2024〕0001号 现在是「已反馈」，不能认定", lambda: world.do("rev", "finding", id, "confirm")
    )
    assert isinstance(refused, StateRefused)
    refuse(world, "不能因复核撤销", lambda: world.do("lead", "finding", id, "overturn"))
    refuse(world, "没有「fly」这种操作", lambda: world.do("lead", "finding", None, "fly"))
    missing = lambda: apply_transition(  # noqa: E731
        world.ledger, "lead", "finding", "督问〔2024〕0099号", "notify", base_version=1, now=world.tick()
    )
    refuse(world, "找不到问题「督问〔2024〕0099号」", missing)


def test_the_five_steps_come_in_order_with_number_and_date(world: World) -> None:
    id = walk(world, "inspection", ["draft"])
    record = lambda step: world.do("ins1", "inspection", id, "record_step", step)  # noqa: E731
    refuse(
        world,
        "没有登记「确定督查事项、制定督查方案」的文号和日期",
        lambda: world.do("lead", "inspection", id, "approve"),
    )
    refuse(
        world, "下一步应当是「确定督查事项」，不能先登记「制定督查方案」", lambda: record(step_fields(world, "plan"))
    )
    record(step_fields(world, "decide"))
    early = {"steps": {**step_fields(world, "plan")["steps"], "on": "2024-05-01"}}
    refuse(world, "「制定督查方案」的日期 2024-05-01 早于上一步的 2024-05-06", lambda: record(early))
    late = {"steps": {**step_fields(world, "plan")["steps"], "on": "2024-07-01"}}
    refuse(world, "「制定督查方案」的日期 2024-07-01 还没有到", lambda: record(late))
    blank = {"steps": {**step_fields(world, "plan")["steps"], "number": " "}}
    refuse(world, "「步骤」还没有填写", lambda: record(blank))
    record(step_fields(world, "plan"))
    world.do("lead", "inspection", id, "approve")
    assert world.row("inspection", id)["pack_sha256"] == world.ledger.pack.sha256


def test_an_inspection_with_findings_is_not_stopped_nor_closed_over_open_ones(world: World) -> None:
    finding = walk(world, "finding", ["draft"])
    words = f"还有没撤销的问题 {finding}，不能终止"
    refuse(world, words, lambda: world.do("lead", "inspection", world.inspection, "stop"))
    for step in ("conclude", "check", "apply"):
        world.do("ins1", "inspection", world.inspection, "record_step", step_fields(world, step))
        if step == "conclude":
            world.do("lead", "inspection", world.inspection, "conclude")
    words = f"还有没办完的 {finding}，不能办结"
    refuse(world, words, lambda: world.do("lead", "inspection", world.inspection, "close"))


def test_an_appeal_comes_once_and_in_time(world: World) -> None:
    id = reach(world, "finding", "notified")
    claim = {"finding": id, "grounds": "不服", "requested": "变更"}
    refuse(world, "申请复核的期限到 2024-06-05 为止，还没有过", lambda: world.do("lead", "finding", id, "finalise"))
    world.pass_days(30)
    appeal = world.do("zz", "appeal", None, "file", claim)["id"]
    refuse(world, f"已有复核申请 {appeal} 在办", lambda: world.do("zz", "appeal", None, "file", claim))
    refuse(world, f"还有没办结的复核申请 {appeal}，不能定案", lambda: world.do("lead", "finding", id, "finalise"))
    world.do("zz", "appeal", appeal, "take_back")
    world.pass_days(1)
    refuse(world, "申请复核的期限到 2024-06-05 为止，已经过了", lambda: world.do("zz", "appeal", None, "file", claim))
    world.do("lead", "finding", id, "finalise")


def test_a_varied_decision_changes_the_finding_within_what_its_indicator_allows(world: World) -> None:
    appeal = reach(world, "appeal", "reviewing")
    propose = lambda **given: world.do("app", "appeal", appeal, "propose", given)  # noqa: E731
    refuse(world, "请写明变更内容", lambda: propose(outcome="变更", decision="过重"))
    refuse(world, "才写变更内容", lambda: propose(outcome="维持", decision="充分", changes={"proposed_marks": "1"}))
    refuse(world, "请写明变更原认定的哪几项", lambda: propose(outcome="变更", decision="过重", changes={"state": "x"}))
    propose(outcome="变更", decision="过重", changes={"proposed_marks": "9"})
    refuse(world, "超过指标.*的满分 4 分", lambda: world.do("lead", "appeal", appeal, "vary"))
    world.do("lead", "appeal", appeal, "return")
    propose(outcome="变更", decision="过重", changes={"proposed_marks": "0.5"})
    world.do("lead", "appeal", appeal, "vary")
    finding = world.row("finding", world.row("appeal", appeal)["finding"])
    assert (finding["state"], finding["proposed_marks"], finding["version"], finding["approved_version"]) == (
        "notified",
        "0.5",
        2,
        2,
    )


def test_a_condition_is_named_in_its_refusal(world: World) -> None:
    id = draft_by_many(world)
    with pytest.raises(ConditionRefused) as caught:
        world.do("many", "finding", id, "confirm")
    assert caught.value.condition == "not_author"


def test_numbers_are_never_used_again(world: World) -> None:
    first = walk(world, "finding", ["draft", "discard"])
    assert [first, walk(world, "finding", ["draft"])] == ["督问〔2024〕0001号", "督问〔2024〕0002号"]


def test_a_clock_without_a_zone_is_a_mistake_of_the_program(world: World) -> None:
    with pytest.raises(ValueError, match="time zone"):
        apply_transition(world.ledger, "ins1", "finding", None, "draft", now=world.now.replace(tzinfo=None))
