"""What is offered to a person is what the writer takes from that person; what is blocked it refuses in the same words.

Not proven here: what depends on the values entered, for which only the writer answers; and that the writer
refuses what is not offered at all (``test_rights.py``).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from data.ledger.ledger import Ledger
from data.ledger.machines import MACHINES
from data.ledger.possible import list_possible, refuse_new
from data.store.database import open_store
from data.trail.refusals import RefusedAction
from indicators.pack.model import Pack
from tests.ledger.world import PEOPLE, World, example, found_world, reach


@pytest.fixture
def world(tmp_path: Path, pack: Pack) -> World:
    return found_world(Ledger(open_store(str(tmp_path / "ducha.db")), tmp_path, pack))


def offered(world: World, person: str, kind: str, id: str) -> dict[str, str | None]:
    possible = list_possible(world.ledger, person, kind, id, world.now)
    return {each.action: each.blocked for each in possible}


def look(world: World, person: str, kind: str, id: str) -> dict[str, str | None]:
    """What is offered; nothing to those who may not even see the object."""
    try:
        return offered(world, person, kind, id)
    except RefusedAction:
        return {}


@pytest.mark.parametrize("kind", [kind for kind in MACHINES if kind != "user"])
def test_an_action_is_offered_to_whom_it_succeeds_for_and_to_nobody_else(world: World, kind: str) -> None:
    for row in MACHINES[kind].transitions:
        if row.cascade or row.source is None:
            continue
        id = reach(world, kind, row.source, row.action)
        actor, given = example(world, kind, row.source, row.action)
        for person in PEOPLE:
            answer = look(world, person, kind, id)
            entitled = bool(set(PEOPLE[person][1]) & set(row.roles))
            assert entitled or row.action not in answer
            if answer.get(row.action) is not None:
                with pytest.raises(RefusedAction) as refused:
                    world.do(person, kind, id, row.action, given)
                assert refused.value.sentence == answer[row.action]
        assert row.action in offered(world, actor, kind, id), (kind, row.source, row.action)
        assert offered(world, actor, kind, id)[row.action] is None
        world.do(actor, kind, id, row.action, given)


def test_who_wrote_a_finding_is_told_why_another_must_confirm_it(world: World) -> None:
    finding = reach(world, "finding", "draft")
    world.do("many", "finding", finding, "edit", {"statement": "我也写了一句"})
    world.do("ins1", "finding", finding, "submit")
    assert offered(world, "many", "finding", finding)["confirm"] == "您是该问题的起草人，不能自己认定"
    assert offered(world, "rev", "finding", finding) == {"return": None, "confirm": None}


def test_of_three_decisions_the_one_that_was_proposed_is_offered(world: World) -> None:
    appeal = reach(world, "appeal", "proposed", "vary")
    assert offered(world, "lead", "appeal", appeal) == {"return": None, "vary": None}


def test_a_unit_is_told_beforehand_why_it_cannot_appeal(world: World) -> None:
    confirmed, notified = reach(world, "finding", "confirmed"), reach(world, "finding", "notified")

    def ask(person: str, finding: str) -> str | None:
        return refuse_new(world.ledger, person, "appeal", "file", {"finding": finding}, world.now)

    assert ask("zz", notified) is None
    assert ask("lead", notified) == "只有联络员才能提出复核申请"
    assert ask("gp", notified) == ask("gp", "督问〔2024〕0099号").replace("0099", notified[-5:-1])  # type: ignore[union-attr]
    assert ask("zz", confirmed) == ask("zz", "督问〔2024〕0099号").replace("0099", confirmed[-5:-1])  # type: ignore[union-attr]
    world.pass_days(31)
    assert "申请复核的期限到" in str(ask("zz", notified))


def test_what_may_not_be_seen_offers_nothing(world: World) -> None:
    finding = reach(world, "finding", "draft")
    with pytest.raises(RefusedAction, match="或者您无权查看"):
        list_possible(world.ledger, "zz", "finding", finding, world.now)
