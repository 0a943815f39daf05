"""Random marks for a measure and a target, written as a pack file writes them."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from tests.reference.combinations import STEPS
from tests.reference.random_measures import AWARD_LEVELS, Body, list_goals
from tests.reference.random_tables import SEVERITIES, Dice

#: Amounts that may not exceed the full marks, which are 1 at least.
RESULTS = ("0", "0%", "10%", "25%", "33%", "50%", "66.6%", "80%", "0.05", "0.5", "0.25", "1")
#: Amounts for each step or occurrence; they may exceed the full marks.
PRICES = ("5%", "10%", "25%", "33.3%", "100%", "0.1", "0.25", "0.5", "1", "2", "0.005")


def random_marks(dice: Dice, figure: str, target: str, marks: str, measure: Body, goal: Body | None) -> Body:
    """The marks member by its name in :data:`COMBINATIONS`."""
    match marks:
        case "all_or_nothing":
            return {"all_or_nothing": {} if dice.chance(0.6) else {"otherwise": dice.rng.choice(RESULTS)}}
        case "proportional":
            return {"proportional": random_line(dice, figure, target, measure, goal)}
        case "ladder":
            return {"ladder": {"steps": random_steps(dice, figure, target, measure)}}
        case "per_shortfall":
            return {"per_shortfall": random_shortfall(dice, figure, target, measure)}
        case "per_occurrence":
            return {"per_occurrence": random_occurrences(dice, figure)}
        case "occurrence_levels":
            names = SEVERITIES if figure == "findings_by" else AWARD_LEVELS
            return {"per_occurrence": {"levels": random_levels(dice, names), **random_cap(dice)}}
        case "award_levels":
            return {"award": {"levels": random_levels(dice, AWARD_LEVELS), **random_cap(dice)}}
        case "award" | "award_beyond":
            beyond: Body = {"beyond_target": "true"} if marks == "award_beyond" else {}
            return {"award": {"each": dice.rng.choice(PRICES), **beyond, **random_cap(dice)}}
        case "late":
            prices = ("per_day",) if dice.chance(0.5) else ("late", "missing")
            body: Body = {**{price: dice.rng.choice(PRICES) for price in prices}, **random_cap(dice)}
            # Drawn apart, so that the world of a seed stays what it was otherwise.
            apart = Random(str((measure, body)))
            return {
                "late": {
                    apart.choice(("per_day", "per_week", "per_month")) if key == "per_day" else key: price
                    for key, price in body.items()
                }
            }
        case "relative":
            return {"relative": random_relative(dice, figure, measure)}
    if dice.chance(0.5):
        levels = dict(zip(("好", "中", "差"), ("100%", dice.rng.choice(RESULTS), "0"), strict=True))
        return {"judged": {"levels": levels}}
    return {"judged": {"range": {} if dice.chance(0.6) else {"low": "0.5", "high": "80%"}}}


def random_cap(dice: Dice) -> Body:
    return {} if dice.chance(0.6) else {"cap": dice.rng.choice(RESULTS)}


def random_levels(dice: Dice, names: tuple[str, ...]) -> Body:
    return {name: dice.rng.choice(PRICES) for name in names}


def is_share(figure: str, measure: Body) -> bool:
    return list_goals(figure, measure)[0].endswith("%")


def random_line(dice: Dice, figure: str, target: str, measure: Body, goal: Body | None) -> Body:
    """A line that runs the right way: up to the goal, or down to it from a start above."""
    assert goal is not None
    body: Body = {} if dice.chance(0.6) else {"base": dice.rng.choice(RESULTS)}
    if target == "by":
        return body | ({} if dice.chance(0.5) else {"from": "50%"})
    goals = list_goals(figure, measure)
    if target in ("rising", "falling"):
        return body
    place = goals.index(goal[target])
    if target == "at_most":
        return {**body, "from": dice.rng.choice(goals[place + 1 :])}
    return body if place == 0 or dice.chance(0.4) else {**body, "from": dice.rng.choice(goals[:place])}


def random_steps(dice: Dice, figure: str, target: str, measure: Body) -> list[Body]:
    """Steps that meet at edges; they rise to full marks where more is better."""
    goals = list_goals(figure, measure)
    borders = sorted(dice.rng.sample(range(len(goals)), dice.rng.randint(1, min(3, len(goals)))))
    if figure == "change" and dice.chance(0.5):
        texts = ["0", *(goals[border] for border in borders)]
    else:
        texts = [goals[border] for border in borders]
    amounts = ["0", *sorted(dice.rng.sample(("10%", "30%", "50%", "80%"), len(texts) - 1)), "100%"]
    if target in ("at_most", "none", "falling") or figure == "date" or (target == "" and dice.chance(0.5)):
        amounts.reverse()
    steps: list[Body] = [{"marks": amount} for amount in amounts]
    for place, text in enumerate(texts):
        above = figure == "date" or dice.chance(0.5)
        # At the ends of a share the edge itself is all that lies on the outer side.
        above = text != "100%" and (above or text == "0%")
        steps[place]["at_most" if above else "below"] = text
        steps[place + 1]["above" if above else "at_least"] = text
    return steps


def random_shortfall(dice: Dice, figure: str, target: str, measure: Body) -> Body:
    sizes = STEPS["share" if is_share(figure, measure) else "number"]
    body: Body = {
        "each": dice.rng.choice(PRICES),
        "per": dice.rng.choice(sizes),
        "partial": dice.rng.choice(("up", "down", "exact")),
    }
    if dice.chance(0.3):
        body["cap"] = dice.rng.choice(RESULTS)
    if dice.chance(0.4):
        body["at_target"] = dice.rng.choice(("50%", "80%", "0.5", "1"))
        if target in ("at_least", "at_most"):
            partial = dice.rng.choice(("up", "down", "exact"))
            body["beyond"] = {"each": dice.rng.choice(PRICES), "per": dice.rng.choice(sizes), "partial": partial}
    return body


def random_occurrences(dice: Dice, figure: str) -> Body:
    whole = figure not in ("sum", "findings_sum")
    each = [dice.rng.choice(PRICES) for _ in range(dice.rng.randint(1, 3) if whole else 1)]
    free: Body = {"free": dice.rng.randint(1, 2)} if dice.chance(0.3) else {}
    return {"each": each, **free, **random_cap(dice)}


def random_parts(dice: Dice) -> list[Body]:
    """The first third, the first half … of a ranking."""
    shares = (("1/3", "2/3"), ("30%", "1/2", "100%"), ("1/2",), ("33.33%", "80%"))
    return [
        {"upto": upto, "marks": marks}
        for upto, marks in zip(dice.rng.choice(shares), ("100%", "60%", "0.5"), strict=False)
    ]


def random_relative(dice: Dice, figure: str, measure: Body) -> Body:
    sizes = STEPS["share" if is_share(figure, measure) else "number"]
    forms: dict[str, Body] = {
        "rank_table": {"marks": ["100%", "80%", "0.5"][: dice.rng.randint(1, 3)]},
        "rank_share": {"steps": random_parts(dice), "partial": dice.rng.choice(("up", "down"))},
        "rank_step": {"first": dice.rng.choice(("100%", "80%")), "step": dice.rng.choice(PRICES)},
        "ratio_to_best": {},
        "min_max": {} if dice.chance(0.5) else {"base": "60%"},
        "peer_mean": {"each": dice.rng.choice(PRICES), "per": dice.rng.choice(sizes)},
    }
    name = dice.rng.choice(list(forms))
    form = forms[name]
    if name == "rank_table" and dice.chance(0.5):
        form["beyond"] = dice.rng.choice(RESULTS)
    if name == "rank_step" and dice.chance(0.5):
        form["floor"] = dice.rng.choice(("0.5", "20%"))
    if name == "peer_mean":
        form |= {"partial": dice.rng.choice(("up", "down", "exact")), **random_cap(dice)}
    body: Body = {"better": dice.rng.choice(("higher", "lower")), name: form}
    return body if dice.chance(0.6) else {**body, "all_equal": dice.rng.choice(RESULTS)}


def split_marks(total: Decimal, parts: int) -> list[Decimal]:
    """``total`` in parts of whole marks, the rest in the last one."""
    return [Decimal(1)] * (parts - 1) + [total - (parts - 1)]
