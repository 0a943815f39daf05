"""What a run does not count yet: confirmed since, of its year, and not after its day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.batches.records import current_inputs
from data.ledger.ledger import open_ledger
from data.store.workspace import Workspace, create_workspace, open_workspace
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from scoring.runs.manifests import write_manifest
from scoring.runs.uncounted import Uncounted, list_uncounted
from tests.ledger.world import World, finding_fields, found_world


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(find_pack("jincheng-2021-2025"))


@pytest.fixture
def office(tmp_path: Path, pack: Pack) -> World:
    workspace = create_workspace(tmp_path / "office", find_pack("jincheng-2021-2025"))
    return found_world(open_ledger(workspace, pack))


def confirm(world: World, unit: str = "zezhou") -> dict[str, object]:
    row = world.do("ins1", "finding", None, "draft", finding_fields(world, unit))
    world.do("ins1", "finding", row["id"], "submit")
    return world.do("rev", "finding", row["id"], "confirm")


def look(workspace: Workspace, pack: Pack, manifest: dict[str, Any]) -> list[Uncounted]:
    return list_uncounted(workspace, pack, current_inputs(workspace, pack), manifest)


def ask(world: World, year: int = 2024, as_of: date = date(2025, 4, 10)) -> list[Uncounted]:
    """What a run made of the first state lacks after ``confirm``; the manifest is all that is looked at of a run."""
    workspace = open_workspace(world.ledger.root)
    manifest = write_manifest(world.ledger.pack, current_inputs(workspace, world.ledger.pack), year, as_of)
    counted = confirm(world)
    confirm(world)
    confirm(world, "gaoping")
    found = look(workspace, world.ledger.pack, manifest)
    world.do("lead", "finding", str(counted["id"]), "notify", {"notice_number": "1号", "notified_on": world.day()})
    assert look(workspace, world.ledger.pack, manifest) == found
    now = write_manifest(world.ledger.pack, current_inputs(workspace, world.ledger.pack), year, as_of)
    assert look(workspace, world.ledger.pack, now) == []
    return found


def test_findings_confirmed_since_are_counted_by_unit_and_a_new_run_counts_them(office: World) -> None:
    title = office.ledger.pack.dataset("findings").title
    confirm(office)
    assert ask(office) == [Uncounted("gaoping", title, 1), Uncounted("zezhou", title, 2)]


def test_what_belongs_to_another_year_or_came_after_the_day_is_none_of_the_runs_business(office: World) -> None:
    assert ask(office, year=2023) == []
    assert ask(office, as_of=date(2024, 5, 2)) == []
