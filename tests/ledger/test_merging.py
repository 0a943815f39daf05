"""Two people save at once: neither is overwritten without having been asked."""

from __future__ import annotations

import pytest

from data.ledger.merging import list_differences, merge_sides
from data.ledger.transitions import apply_transition
from data.trail.refusals import StaleSave
from tests.ledger.world import World, reach


def test_each_field_is_chosen_and_the_choice_is_saved_as_a_new_version(world: World) -> None:
    finding = reach(world, "finding", "draft")
    seen = world.row("finding", finding)
    world.do("ins2", "finding", finding, "edit", {"statement": "王督写的事实", "place": "政务大厅"})
    mine = {"statement": "李督写的事实", "place": seen["place"], "proposed_marks": "1", "severity": None}
    with pytest.raises(StaleSave) as refused:
        apply_transition(
            world.ledger, "ins1", "finding", finding, "edit", mine, base_version=seen["version"], now=world.tick()
        )
    differences = list_differences("finding", refused.value, mine)
    assert [(each.title, each.conflict, each.proposal) for each in differences] == [
        ("事实", True, "mine"),
        ("发现地点", False, "theirs"),
        ("建议扣分", False, "mine"),
    ]
    assert (differences[0].mine, differences[0].theirs) == ("李督写的事实", "王督写的事实")

    merged = merge_sides(mine, differences, {"statement": "theirs"})
    current = refused.value.current
    row = apply_transition(
        world.ledger, "ins1", "finding", finding, "edit", merged, base_version=current["version"], now=world.tick()
    )
    assert (row["statement"], row["place"], row["proposed_marks"]) == ("王督写的事实", "政务大厅", "1")
    assert row["version"] == seen["version"] + 2


def test_without_a_choice_each_side_keeps_what_it_alone_changed(world: World) -> None:
    finding = reach(world, "finding", "draft")
    seen = world.row("finding", finding)
    theirs = {**seen, "place": "政务大厅"}
    stale = StaleSave("晚了", seen, theirs, ["place"])
    mine = {"place": seen["place"], "statement": "改后"}
    assert merge_sides(mine, list_differences("finding", stale, mine), {}) == {"place": "政务大厅", "statement": "改后"}
