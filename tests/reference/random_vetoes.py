"""Random vetoes: some strike a section or are the gate of a stage, some look at two things together."""

from __future__ import annotations

from copy import deepcopy
from random import Random

from tests.reference.random_measures import Body


def vary_vetoes(rng: Random, bodies: list[Body]) -> None:
    """Change some of the vetoes of a world, in place."""
    vetoes = [body for body in bodies if body["section"] == "veto"]
    spare = [part for body in vetoes for part in body["parts"] if "of_marks" not in part["measure"]]
    for body in vetoes:
        if spare and rng.random() < 0.5:
            body["parts"] = [*body["parts"], deepcopy(rng.choice(spare))]
            body["combine"] = rng.choice(("all", {"at_least": "1"}))
        effect = {"section": rng.choice(("base1", "base2", "bonus"))} if rng.random() < 0.5 else None
        effect = {"stage": "初审"} if effect is None and rng.random() < 0.3 else effect
        for part in body["parts"]:
            part["marks"] = {"veto": effect} if effect else body["parts"][0]["marks"]
