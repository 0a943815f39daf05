"""Whose turn it is, for how long, and until when: read off the ledger, in words."""

from __future__ import annotations

from datetime import date

from data.ledger.queues import Turn, list_turns
from tests.ledger.world import World, reach, walk


def find(world: World, person: str, kind: str, id: str) -> Turn:
    turns = {turn.row["id"]: turn for turn in list_turns(world.ledger, person, kind, world.now)}  # type: ignore[arg-type]
    return turns[id]


def test_both_clocks_run_by_whose_turn_it_is(world: World) -> None:
    matter = reach(world, "rectification", "required")
    world.pass_days(4)
    world.do("zz", "rectification", matter, "submit_plan", {"steps": [step(world)]})
    world.pass_days(3)
    turn = find(world, "lead", "rectification", matter)
    assert (turn.turn, turn.clocks.unit_days, turn.clocks.office_days) == ("轮到督察办", 4, 3)
    assert turn.finding is not None and turn.row["finding"] == turn.finding["id"]


def step(world: World) -> dict[str, str]:
    return {"text": "补开听证会", "due_on": world.day(20), "person": "张局长"}


def test_overdue_is_said_in_words_and_only_of_the_side_whose_turn_it_is(world: World) -> None:
    matter = reach(world, "rectification", "in_progress")
    due = date.fromisoformat(world.row("rectification", matter)["due_on"])
    assert find(world, "zz", "rectification", matter).describe_due(world.now.date()) == f"还有 60 天（{due}）"
    world.pass_days(60)
    assert find(world, "zz", "rectification", matter).describe_due(world.now.date()) == f"今天到期（{due}）"
    world.pass_days(2)
    turn = find(world, "zz", "rectification", matter)
    assert turn.late and turn.describe_due(world.now.date()) == f"逾期 2 天（应在 {due}）"
    claim = {"claim": [{"step": 1, "evidence": [world.evidence["zz-zezhou"]]}]}
    world.do("zz", "rectification", matter, "claim", claim)
    turn = find(world, "zz", "rectification", matter)
    assert not turn.late and turn.turn == "轮到督察办" and turn.describe_due(world.now.date()) == f"{due}"


def test_the_office_is_late_with_an_appeal_after_thirty_days_that_were_its_own(world: World) -> None:
    appeal = reach(world, "appeal", "filed")
    filed = world.now.date()
    world.do("app", "appeal", appeal, "ask_more", {"missing": "截图", "more_by": world.day(10)})
    world.pass_days(5)
    world.do("zz", "appeal", appeal, "supply", {"grounds": "补上了"})
    turn = find(world, "app", "appeal", appeal)
    assert turn.due is not None and (turn.due - filed).days == 35
    world.pass_days(31)
    assert find(world, "app", "appeal", appeal).late


def test_what_is_late_comes_first_and_what_is_done_last(world: World) -> None:
    done, late = reach(world, "rectification", "closed_done"), reach(world, "rectification", "in_progress")
    world.pass_days(61)
    fresh = walk(world, "rectification", ["require"])
    turns = list_turns(world.ledger, "lead", "rectification", world.now)
    assert [turn.row["id"] for turn in turns] == [late, fresh, done]
    assert [turn.turn for turn in turns] == ["轮到单位", "轮到单位", "已办结"]


def test_a_unit_sees_its_own_and_not_how_far_the_decision_is(world: World) -> None:
    appeal = reach(world, "appeal", "proposed")
    assert find(world, "zz", "appeal", appeal).state == "复核中"
    assert list_turns(world.ledger, "gp", "appeal", world.now) == []
    assert list_turns(world.ledger, "adm", "appeal", world.now) == []


def test_the_next_step_waits_for_a_role_and_a_draft_for_its_authors(world: World) -> None:
    people = ("ins1", "ins2", "rev", "lead", "app", "ver", "zz", "many")
    awaited = {
        ("finding", "draft"): {"ins1"},
        ("finding", "submitted"): {"rev", "many"},
        ("finding", "confirmed"): {"lead", "many"},
        ("finding", "notified"): {"zz"},
        ("appeal", "filed"): {"app", "many"},
        ("rectification", "in_progress"): {"zz"},
        ("rectification", "claimed"): {"ver", "many"},
        ("rectification", "closed_done"): set(),
    }
    for (kind, state), expected in awaited.items():
        id = reach(world, kind, state)
        turn = find(world, "lead", kind, id)
        assert {each for each in people if turn.waits_for(world.row("user", each))} == expected, (kind, state)


def test_what_a_unit_asks_for_waits_for_the_lead_while_its_own_clock_goes_on(world: World) -> None:
    matter = reach(world, "rectification", "in_progress")
    world.do("zz", "rectification", matter, "ask_extension", {"asked_due_on": world.day(200)})
    turn = find(world, "lead", "rectification", matter)
    assert turn.waits_for(world.row("user", "lead")) and turn.holder == "unit"


def test_a_draft_is_its_authors_turn(world: World) -> None:
    finding = reach(world, "finding", "draft")
    turn = find(world, "ins1", "finding", finding)
    assert turn.turn == "轮到起草人" and turn.waits_for(world.row("user", "ins1"))
