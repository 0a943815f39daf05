"""What documents take from the ledger: the head of the trail, and the rectifications of a unit.

Not proved here: how the documents look (tests/sheets), and who may ask for them (the command's owner may).
"""

from __future__ import annotations

from datetime import timedelta

from scoring.documents.ledger import name_head, read_rectifications
from tests.ledger.world import World, reach


def test_a_document_carries_the_head_of_the_trail_as_it_stands(world: World) -> None:
    reach(world, "finding", "confirmed")
    printed = name_head(world.ledger)
    assert printed == str(world.head())
    reach(world, "finding", "draft")
    assert name_head(world.ledger) != printed


def test_a_ledger_without_rectifications_hands_over_none(world: World) -> None:
    assert read_rectifications(world.ledger, world.now.date()) is None


def test_a_line_says_who_mends_what_by_when_and_how_it_ended(world: World) -> None:
    closed = reach(world, "rectification", "closed_done")
    running = reach(world, "rectification", "in_progress")
    lines_of = read_rectifications(world.ledger, world.now.date())
    assert lines_of is not None
    unit = next(row["unit"] for row in world.rows("rectification") if row["id"] == closed)
    lines = {line.number: line for line in lines_of(unit)}
    assert {closed, running} <= lines.keys()
    assert (lines[closed].state, lines[running].state) == ("已销号", "整改中")
    assert lines[closed].closed_on and lines[closed].checker and lines[closed].opinion
    assert not lines[running].closed_on
    for line in lines.values():
        assert line.problem and line.goal and line.measures and line.due and line.unit
    assert lines_of("nobody") == []


def test_what_is_late_says_so(world: World) -> None:
    running = reach(world, "rectification", "in_progress")
    later = read_rectifications(world.ledger, world.now.date() + timedelta(days=4000))
    assert later is not None
    unit = next(row["unit"] for row in world.rows("rectification") if row["id"] == running)
    assert [line.due.endswith("（已逾期）") for line in later(unit)] == [True]


def test_a_finding_that_was_told_stands_on_paper_before_its_rectification_is_ordered(world: World) -> None:
    told, draft = reach(world, "finding", "notified"), reach(world, "finding", "draft")
    lines_of = read_rectifications(world.ledger, world.now.date())
    assert lines_of is not None
    row = next(row for row in world.rows("finding") if row["id"] == told)
    lines = {line.number: line for line in lines_of(row["unit"])}
    assert draft not in lines
    assert (lines[told].state, lines[told].finding, lines[told].year) == ("还没有下达整改", told, row["year"])
    assert lines[told].problem == row["statement"] and lines[told].source.startswith(f"督察台账 {told}")
    assert not lines[told].idle
