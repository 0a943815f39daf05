"""Every current row may count in a run or is left out with a reason; at import a unit without an heir is named.

Not proved here: that a row that may count fulfils the conditions of any rule.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data.intake.unplaced import describe_unplaced, list_compared
from data.register.units import Registry
from data.runs.folder import RunFolder
from indicators.pack.model import Pack
from scoring.runs.account import REASONS, keep_account, read_account
from tests.reference.example import IN_PROPORTION, Example, row
from tests.reference.examples_tallies import count_part
from tests.reference.examples_units import SPLIT, make_changed
from tests.reference.generator import random_world
from tests.worlds import store_tables


def tell_unplaced(pack: Pack, units: list[str]) -> tuple[str, ...]:
    return describe_unplaced(Registry.from_register(pack.registry), units, list_compared(pack))


def make_split() -> Example:
    """A county that was split in 2024: what it did counts for nobody."""
    rows = {
        "meetings": [
            row("split", 2024),
            row("split", 2024),
            row("left", 2024),
            row("left", 2022),
            row("left", 2024, held_on=date(2026, 1, 1)),
            row("office", 2024),
        ]
    }
    lives = {"split": {"until": "2024-05-31"}, "left": {}, "office": {"kind": "organ"}}
    parts = [count_part(IN_PROPORTION, {"at_least": "4"})]
    return make_changed("split", parts, lives, rows, {"left": ("scored", None, "2.5")})


def test_rows_of_a_unit_that_was_split_are_said_to_be_reported_anew(tmp_path: Path) -> None:
    rows = {"meetings": [row("whole", 2024), row("east", 2024)]}
    world = make_changed("split", [count_part(IN_PROPORTION, {"at_least": "4"})], SPLIT, rows, {})
    inputs = store_tables(world.pack, world.tables, world.scopes, tmp_path)
    (left_out,) = keep_account(world.pack, inputs, 2024, date(2025, 4, 1)).left_out
    assert left_out.sentence.endswith("1 行：单位已经拆分，由拆分成的单位各自重新报送（whole县）")
    (said,) = tell_unplaced(world.pack, ["whole", "east"])
    assert "whole县（2024-06-30 止，拆分为east县、west县）" in said and "各自重新报送" in said
    assert tell_unplaced(world.pack, ["east", "west"]) == ()
    earlier = keep_account(world.pack, inputs, 2024, date(2024, 6, 30))
    assert [(each.reason, each.units) for each in earlier.left_out] == [("not_compared", ("east县",))]


def test_rows_of_who_gave_a_duty_away_are_said_to_count_for_nobody(tmp_path: Path) -> None:
    rows = {"meetings": [row("giver", 2024), row("taker", 2024)]}
    duties = {"lead": ["giver"], "transfers": [{"from": "giver", "to": "taker", "on": "2024-07-01"}]}
    part, lives = count_part(IN_PROPORTION, {"at_least": "4"}), {"giver": {}, "taker": {}}
    world = make_changed("moved", [part], lives, rows, {}, indicator={"duties": duties})
    inputs = store_tables(world.pack, world.tables, world.scopes, tmp_path)
    (left_out,) = keep_account(world.pack, inputs, 2024, date(2025, 4, 1)).left_out
    assert (left_out.reason, left_out.units) == ("not_asked", ("giver县",))


def test_a_row_that_counts_for_nobody_is_said_with_its_reason(tmp_path: Path) -> None:
    world = make_split()
    inputs = store_tables(world.pack, world.tables, world.scopes, tmp_path)
    account = keep_account(world.pack, inputs, 2024, date(2025, 4, 1))
    assert (account.taken, account.counted) == (6, 1)
    assert {each.reason: (each.rows, each.units) for each in account.left_out} == {
        "no_heir": (2, ("split县",)),
        "other_period": (1, ("left县",)),
        "after_as_of": (1, ("left县",)),
        "not_compared": (1, ("office县",)),
    }
    assert "2 行：单位已经撤销，没有写明由谁继受（split县）" in account.lines[1]
    (tmp_path / "account.json").write_bytes(account.write())
    assert read_account(RunFolder(tmp_path, {}, None, "")) == account
    heirless, outside = tell_unplaced(world.pack, ["split", "left", "office"])
    assert "split县（2024-05-31 止）" in heirless and "不计入任何单位" in heirless
    assert "office县" in outside and "left" not in heirless + outside
    assert tell_unplaced(world.pack, ["left"]) == ()


def test_rows_of_a_scope_that_was_reported_anew_are_superseded(tmp_path: Path) -> None:
    world = make_split()
    inputs = store_tables(world.pack, world.tables, world.scopes, tmp_path)
    files = tuple(replace(file, live=(("left", 2024),)) for file in inputs.files)
    account = keep_account(world.pack, replace(inputs, files=files), 2024, date(2025, 4, 1))
    assert {each.reason: each.rows for each in account.left_out} == {"superseded": 4, "after_as_of": 1}


@pytest.mark.parametrize("seed", range(6))
def test_taken_is_what_counts_and_what_does_not(seed: int, tmp_path: Path) -> None:
    world = random_world(seed)
    inputs = store_tables(world.pack, world.tables, world.scopes, tmp_path, world.declared)
    account = keep_account(world.pack, inputs, world.year, world.as_of)
    assert account.taken == sum(len(rows) for rows in world.tables.values())
    assert account.taken == account.counted + sum(each.rows for each in account.left_out)
    assert {each.reason for each in account.left_out} <= REASONS.keys()
