"""The transition tables are whole, and every row of them can be walked.

Not proven here: that they are the rules that an office wants.
"""

from __future__ import annotations

import pytest

from data.ledger.conditions import CONDITIONS
from data.ledger.fields import FIELDS
from data.ledger.machines import MACHINES
from data.ledger.verify import verify_trail
from data.store.tables import TABLES
from tests.ledger.world import World, example, reach


@pytest.mark.parametrize("kind", MACHINES)
def test_every_table_is_whole(kind: str) -> None:
    assert list(MACHINES[kind].list_faults()) == []


def test_conditions_and_fields_are_named_as_they_are_written() -> None:
    rows = [(kind, row) for kind, machine in MACHINES.items() for row in machine.transitions]
    assert {name for _, row in rows for name in row.conditions} == set(CONDITIONS)
    for kind, row in rows:
        assert set(row.sets) <= set(FIELDS[kind]), row
        assert set(row.sets) <= set(TABLES[kind].c.keys()), row
    for kind, machine in MACHINES.items():
        assert set(machine.content) <= set(TABLES[kind].c.keys())


def test_a_faulty_table_is_noticed() -> None:
    from dataclasses import replace

    finding = MACHINES["finding"]
    rows = finding.transitions
    faulty = replace(finding, transitions=(*rows, replace(rows[1], verb="edit", roles=("nobody",))))
    assert set(faulty.list_faults()) == {
        "edit occurs twice from draft",
        "edit has unknown roles or none",
        "edit has no Chinese verb",
    }
    stuck = replace(finding, transitions=tuple(row for row in rows if row.source != "correcting"))
    assert list(stuck.list_faults()) == ["correcting has no way out"]
    cut = replace(finding, transitions=tuple(row for row in rows if row.target != "correcting"))
    assert "correcting is never reached" in list(cut.list_faults())


def test_every_transition_can_be_walked_by_the_right_person(world: World) -> None:
    for kind, machine in MACHINES.items():
        for row in machine.transitions:
            if row.cascade:
                continue
            id = None if row.source is None else reach(world, kind, row.source, row.action)
            actor, given = example(world, kind, row.source, row.action)
            if kind == "judgement" and row.action == "judge":
                reach(world, kind, "given")
                world.do("ins1", kind, world.rows(kind)[-1]["id"], "withdraw")
            if kind == "user" and id is None:
                id = "someone"
            before = world.head().seq
            after = world.do(actor, kind, id, row.action, given)
            assert after["state"] == row.target, (kind, row)
            # An appeal that is upheld or varied changes the finding in the same breath.
            assert world.head().seq - before == (
                2 if row.action in ("uphold",) or (kind, row.action) == ("appeal", "vary") else 1
            )
    problems = verify_trail(world.ledger.engine, world.ledger.root, world.now)
    # The examples set a password's digest without a password, which is what an intruder would do.
    assert {problem.fault for problem in problems} == {"password_changed"}
