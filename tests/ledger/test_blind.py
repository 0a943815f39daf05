"""A second mark is given blind: by somebody of no team of the inspection, who is shown neither first mark nor state.

What this does not prove: that nobody was told by mouth, or has read a mark in a stored run, where it stands once a year
is scored.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from data.ledger.ledger import Ledger
from data.ledger.reading import list_blind, list_visible
from data.ledger.second_marks import PERCENT, is_drawn
from data.ledger.snapshot import snapshot_ledger
from data.store.database import open_store
from data.trail.refusals import ConditionRefused, RoleRefused
from indicators.pack.model import Pack
from tests.ledger.world import World, draw_judgement, example, found_world


@pytest.fixture
def world(tmp_path: Path, pack: Pack) -> World:
    return found_world(Ledger(open_store(str(tmp_path / "ducha.db")), tmp_path, pack))


def test_about_so_many_are_drawn_and_a_row_is_always_drawn_or_never() -> None:
    def row(number: int) -> dict[str, str]:
        moment = hashlib.sha256(str(number).encode()).hexdigest()
        return {"id": f"督评〔2024〕{number:04d}号", "created_at": moment, "created_by": "ins1"}

    drawn = [is_drawn(row(number)) for number in range(5000)]
    assert drawn == [is_drawn({**row(number), "state": "withdrawn"}) for number in range(5000)]
    assert abs(sum(drawn) / 50 - PERCENT) < 2


def test_a_second_mark_waits_for_somebody_outside_of_the_team_who_does_not_see_the_first(world: World) -> None:
    first = draw_judgement(world)
    (waiting,) = list_blind(world.ledger, "outer")
    assert (waiting.unit, waiting.indicator) == ("zezhou", "20.standard")
    assert list_blind(world.ledger, "ins2") == [] and list_blind(world.ledger, "rev") == []
    assert list_blind(world.ledger, "lead") == [waiting]

    def see(person: str) -> set[str]:
        return {row["id"] for row in list_visible(world.ledger, person, "judgement", state="given")}

    assert first not in see("outer") and all(first in see(person) for person in ("ins1", "ins2", "lead", "rev"))


def test_a_second_mark_never_counts_and_is_seen_by_who_gave_it_and_who_compares(world: World) -> None:
    actor, given = example(world, "judgement", None, "judge_again")
    before = [frame.table for frame in snapshot_ledger(world.ledger.engine, world.ledger.pack)]
    second = world.do(actor, "judgement", None, "judge_again", given)
    assert [frame.table for frame in snapshot_ledger(world.ledger.engine, world.ledger.pack)] == before
    seen = {
        person
        for person in ("ins1", "ins2", "outer", "rev", "lead", "ldr", "aud", "zz")
        if any(row["id"] == second["id"] for row in list_visible(world.ledger, person, "judgement"))
    }
    assert seen == {"outer", "lead", "aud"}
    assert list_blind(world.ledger, "outer") == [] == list_blind(world.ledger, "lead")


def test_who_is_in_the_team_or_comes_second_gives_no_second_mark(world: World) -> None:
    _, given = example(world, "judgement", None, "judge_again")
    for person in ("ins1", "ins2"):
        with pytest.raises(ConditionRefused, match="盲评由没有参加这次督察的督察员办理"):
            world.do(person, "judgement", None, "judge_again", given)
    with pytest.raises(RoleRefused):
        world.do("lead", "judgement", None, "judge_again", given)
    with pytest.raises(ConditionRefused, match="没有抽中盲评"):
        world.do("outer", "judgement", None, "judge_again", {**given, "unit": "gaoping"})
    world.do("outer", "judgement", None, "judge_again", given)
    with pytest.raises(ConditionRefused, match="已经盲评过"):
        world.do("outer", "judgement", None, "judge_again", given)
