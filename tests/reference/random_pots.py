"""Random pots: parts of an indicator that is added up turn to taking, adding and voiding."""

from __future__ import annotations

from random import Random

from tests.reference.random_measures import Body

#: What parts take or add at most: at least one mark, since amounts of their rules go up to that.
_AMOUNTS = ("100%", "100%", "1", "1.5", "2", "3", "7")
_WHOLE = tuple(amount for amount in _AMOUNTS if "." not in amount)


def pool_indicators(rng: Random, bodies: list[Body], precision: int) -> None:
    """Turn some of the indicators of a world in two to pots, in place."""
    if rng.random() < 0.5:
        return
    used = {
        name
        for body in bodies
        for part in body["parts"]
        for name in part["measure"].get("of_marks", {}).get("indicators", ())
    }
    for body in bodies:
        if body["section"] != "veto" and body["combine"] == "sum" and rng.random() < 0.5:
            pool_indicator(rng, body, precision, may_sink=body["section"] == "bonus" and body["id"] not in used)


def pool_indicator(rng: Random, body: Body, precision: int, may_sink: bool) -> None:
    """One pot: from full marks, or from less with a part that may add all; now and then in groups."""
    parts, amounts = body["parts"], _AMOUNTS if precision else _WHOLE
    for part in parts:
        part.pop("worth", None)
        yes_or_no = "all_or_nothing" in part["marks"] and len(parts) > 1
        role = rng.choice(("takes", "takes", "adds", *(("voids",) if yes_or_no else ())))
        part[role] = "true" if role == "voids" else rng.choice(amounts)
    pot: Body = {}
    if rng.random() < 0.4:
        pot["start"] = rng.choice(("0", "0", "1"))
        last = parts[-1]
        for role in ("takes", "voids"):
            last.pop(role, None)
        last["adds"] = "100%"
    groups = random_groups(rng, precision)
    free = parts if "start" not in pot else parts[:-1]
    for part in free:
        if groups and "voids" not in part and rng.random() < 0.7:
            part["group"] = rng.choice(groups)["name"]
    kept = {part.get("group") for part in parts}
    for group in reversed(groups):
        kept |= {group.get("within")} if group["name"] in kept else set()
    if left := [group for group in groups if group["name"] in kept]:
        pot["groups"] = left
    if not any("voids" in part for part in parts):
        if may_sink:
            pot["at_least"] = rng.choice(("0", "-1", "-4", "-100%"))
        elif "start" not in pot and rng.random() < 0.3:
            pot["at_least"] = rng.choice(("1", "0"))
    body["combine"] = {"pot": pot}
    # Drawn apart, so that the world of a seed stays what it was otherwise.
    apart = Random(f"best {body['id']} {pot}")
    for name, node in ((None, pot), *((group["name"], group) for group in pot.get("groups", ()))):
        own = [part for part in parts if part.get("group") == name and "voids" not in part]
        if len(own) > 1 and all("adds" in part for part in own) and apart.random() < 0.7:
            node[apart.choice(("best", "worst"))] = str(apart.randint(1, len(own) - 1))


def random_groups(rng: Random, precision: int) -> list[Body]:
    """Up to three groups, each perhaps within the one before."""
    groups: list[Body] = []
    for number in range(rng.choice((0, 0, 1, 2, 3))):
        group: Body = {"name": f"g{number}", "title": "甲乙丙"[number]}
        if groups and rng.random() < 0.6:
            group["within"] = groups[-1]["name"]
        ends: Body = {"at_most": rng.choice(("0", "1", "2", "1.5" if precision else "3"))}
        ends["at_least"] = rng.choice(("0", "-1", "-2", "-2.5" if precision else "-3"))
        kept = rng.choice((("at_most",), ("at_least",), ("at_most", "at_least")))
        groups.append(group | {name: ends[name] for name in kept})
    return groups
