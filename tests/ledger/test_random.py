"""Anybody tries anything in any order: no state is reached that the tables do not lead to, and the trail holds.

``DUCHA_WALKS=200`` takes as many walks of sixty attempts each; a test run takes two a store.
Not proven here: what several people do at the same instant; ``test_trail`` has eight processes for that.
"""

from __future__ import annotations

import os
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.ledger.machines import MACHINES
from data.ledger.verify import verify_trail
from data.store.database import reading
from data.trail.events import decode_event, list_events
from data.trail.refusals import RefusedAction
from tests.ledger.world import EXAMPLES, World

#: The passwords' digest is left out: the examples know no password that fits it.
_ACTIONS = sorted({name for name in EXAMPLES if name != ("user", "set_password")})
_WALKS = int(os.environ.get("DUCHA_WALKS", "2"))
_KINDS = ("finding", "appeal", "rectification", "judgement", "exemption")


def try_something(world: World, chance: random.Random) -> int:
    """One attempt by somebody; how many events it must leave."""
    actor = chance.choice(["ins1", "ins2", "rev", "lead", "lead2", "app", "ver", "zz", "gp", "many", "aud", "nobody"])
    kind = chance.choice(_KINDS)
    ids = [row["id"] for row in world.rows(kind)]
    id = chance.choice(ids) if ids and chance.random() < 0.85 else None
    names = [name for of, name in _ACTIONS if of == kind]
    if id is not None and chance.random() < 0.8:
        state = world.row(kind, id)["state"]
        fitting = [row.action for row in MACHINES[kind].transitions if row.source == state and not row.cascade]
        names = [name for name in names if name.partition(":")[0] in fitting] or names
    name = chance.choice(names)
    if name == "file" or name == "require":
        findings = [row["id"] for row in world.rows("finding")]
        fields = {"finding": chance.choice(findings or ["督问〔2024〕0404号"]), "grounds": "不服", "requested": "撤销"}
        if name == "require":
            due = {"required_action": "改", "owner": "张某", "due_on": world.day(50), "due_source": "反馈"}
            fields = {"finding": fields["finding"], **due}
    elif name == "judge_again":
        # Its example gives and withdraws judgements until one is drawn; here whatever stands must do.
        fields = EXAMPLES[("judgement", "judge")][1](world)
    else:
        fields = EXAMPLES[(kind, name)][1](world)
    if chance.random() < 0.05:
        world.pass_days(31)
    try:
        world.do(actor, kind, id, name.partition(":")[0], fields, reason=chance.choice(["事由", "事由", " "]))
    except RefusedAction:
        return 1
    # An appeal that is upheld or varied acts on its finding as well.
    return 2 if (kind, name) in (("appeal", "uphold"), ("appeal", "vary")) else 1


@settings(max_examples=_WALKS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_no_forbidden_state_is_reached_and_every_attempt_leaves_its_events(world: World, seed: int) -> None:
    chance = random.Random(seed)
    start = world.head().seq
    expected = 0
    for _ in range(60):
        expected += try_something(world, chance)
    assert world.head().seq - start == expected
    assert verify_trail(world.ledger.engine, world.ledger.root, world.now) == []
    with reading(world.ledger.engine) as connection:
        events = [decode_event(event) for event in list_events(connection)]
    for event in events:
        if event["outcome"] == "refused":
            assert event["before"] is None and event["after"] is None and event["reason"]
            continue
        source = event["before"]["state"] if event["before"] else None
        row = MACHINES[event["object"]].find(source, event["action"])
        assert row is not None and row.target == event["after"]["state"]
        if row.needs_reason:
            assert (event["reason"] or "").strip()
        if (event["object"], event["action"]) == ("finding", "confirm"):
            assert event["actor"] not in event["after"]["authors"]
        if event["object"] == "appeal" and event["action"] in ("uphold", "vary", "dismiss"):
            assert event["actor"] != event["after"]["proposed_by"]
