"""Several actions as one: all of them or none, and every refusal told."""

from __future__ import annotations

import pytest

from data.ledger.transitions import Action, apply_together
from data.ledger.verify import verify_trail
from data.trail.refusals import SeveralRefused
from tests.ledger.world import World, finding_fields


def test_all_are_done_in_one_go_and_a_later_one_sees_the_earlier(world: World) -> None:
    given = finding_fields(world)
    first = f"督问〔2024〕{len(world.rows('finding')) + 1:04d}号"
    actions = [Action("finding", None, "draft", given), Action("finding", first, "submit", {}, 1)]
    rows = apply_together(world.ledger, "ins1", actions, now=world.tick())
    assert [row["state"] for row in rows] == ["draft", "submitted"]
    assert verify_trail(world.ledger.engine, world.ledger.root, world.now) == []


def test_one_refusal_undoes_all_and_every_refusal_is_told_and_kept(world: World) -> None:
    given, head = finding_fields(world), world.head()
    actions = [
        Action("finding", None, "draft", given),
        Action("finding", None, "draft", {**given, "seen_on": "2024-04-01"}),
        Action("finding", None, "draft", {**given, "unit": "火星"}),
    ]
    with pytest.raises(SeveralRefused) as caught:
        apply_together(world.ledger, "ins1", actions, now=world.tick())
    assert [place for place, _ in caught.value.refusals] == [1, 2]
    assert "早于督察开始" in str(caught.value) and "火星" in str(caught.value)
    assert world.rows("finding") == []
    assert world.head().seq == head.seq + 2
    assert verify_trail(world.ledger.engine, world.ledger.root, world.now) == []
