"""Random measures and targets, written as a pack file writes them."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.reference.combinations import EDGES
from tests.reference.random_tables import LEVELS, Dice

Body = dict[str, Any]

#: Columns of a row beside each other, and conditions that must not hold together.
COMPARED: tuple[Body, ...] = (
    {"closed": {"at_least": {"column": "accepted"}}},
    {"accepted": {"differs_from": "closed"}},
    {"not": [{"kind": "甲", "accepted": {"at_least": "5"}}, {"closed": {"same_as": "accepted"}, "refund": "0"}]},
)
#: Neither earlier nor later than so long after another day.
WINDOWS: tuple[Body, ...] = (
    {"published": {"at_least": {"column": "accepted_on", "days": "5"}}},
    {"accepted_on": {"below": {"column": "made", "months": "2"}, "empty": "false"}},
    {"archived": {"at_most": {"column": "accepted_on", "months": "-1"}}},
)
#: Dates of which a month is known beside a day, and beside each other.
SPANS: tuple[Body, ...] = ({"made": {"below": "06-30"}}, {"archived": {"above": {"column": "made"}}}, *WINDOWS)

WHERES: dict[str, tuple[Body, ...]] = {
    "meetings": (
        {},
        {},
        {"topic": ["天", "地"]},
        {"amount": {"at_least": "1"}},
        {"amount": {"above": "0.5", "below": "4.5"}},
        {"topic": {"empty": "false"}},
        {"level": {"not": "市级"}},
        {"online": "是"},
        {"level": {"empty": "true"}},
        {"held_on": {"at_least": "03-31", "below": "10-01"}},
        {"held_on": {"above": "2023-06-30"}},
        {"not": {"topic": "天", "online": "是"}},
    ),
    "cases": ({}, {}, {"kind": "甲"}, {"accepted": {"at_most": "10"}}, {"kind": {"not": ["乙"]}}, *COMPARED),
    "statistics": ({}, {"subject": "甲"}, {"subject": "甲"}, {"subject": ["甲", "乙"]}, {"subject": {"not": "乙"}}),
    "training": ({}, {"category": "业务"}),
    "reports": ({}, {}, {"kind": "甲"}, {"accepted_on": {"empty": "false"}}, *SPANS),
    "register": ({}, {"state": "建成"}, {"done_on": {"at_most": {"column": "checked_on"}}}),
    "scores": ({}, {"source": "甲"}),
}


def pick_where(dice: Dice, dataset: str) -> Body:
    return dice.rng.choice(WHERES[dataset])


def random_tally(dice: Dice, over: bool = True) -> Body:
    body: Body = {"dataset": "cases", "where": pick_where(dice, "cases")}
    if dice.chance(0.8):
        body["sum"] = dice.rng.choice(("closed", "accepted"))
    if over and dice.chance(0.2):
        body["over"] = "to_date"
    return body


def random_ratio(dice: Dice, over: bool = True) -> Body:
    """Mostly closed over accepted of the same rows, so that shares and not only conflicts come out."""
    if dice.chance(0.25):
        rows: Body = {"dataset": "statistics", "where": pick_where(dice, "statistics")}
        less = {"less": "excluded"} if dice.chance(0.8) else {}
        return {"numerator": {**rows, "sum": "done"}, "denominator": {**rows, "sum": "total", **less}}
    if dice.chance(0.15):
        return {"numerator": random_tally(dice, over), "denominator": random_tally(dice, over)}
    where = pick_where(dice, "cases")
    body: Body = {"dataset": "cases", "where": where}
    if over and dice.chance(0.15):
        body["over"] = "to_date"
    return {"numerator": {**body, "sum": "closed"}, "denominator": {**body, "sum": "accepted"}}


def random_people(dice: Dice) -> Body:
    term = dice.chance(0.3)
    records: Body = {"dataset": "training", "where": pick_where(dice, "training"), "person": "who"}
    if dice.chance(0.7):
        records["sum"] = "hours"
    prorate = "whole" if term else dice.rng.choice(("whole", "months_in_post", "days_in_post"))
    return {
        "roster": {"dataset": "people", "where": {} if dice.chance(0.6) else {"role": "复议"}},
        "records": records,
        "reaching": {
            "at_least": dice.rng.choice(("20", "30", "60") if "sum" in records else ("1", "2")),
            "prorate": prorate,
        },
        "within": "term" if term else "year",
    }


def random_date(dice: Dice, pick: str) -> Body:
    if dice.chance(0.15):
        where = pick_where(dice, "statistics")
        return {"dataset": "statistics", "column": "done_on", "pick": pick, "where": where}
    if dice.chance(0.25):
        return {"dataset": "register", "column": "done_on", "pick": pick, "where": pick_where(dice, "register")}
    body: Body = {"dataset": "reports", "column": "published", "pick": pick, "where": pick_where(dice, "reports")}
    if dice.chance(0.4):
        body["not_before"] = "made"
    if dice.chance(0.4):
        body["no_later_than"] = "archived"
    if dice.chance(0.15):
        body["after_year_end"] = "true"
    return body


def random_quotient(dice: Dice) -> Body:
    """Of two datasets or of one; counts, sums and different values over each other, also for every 10."""
    operands: list[Body] = [
        {"dataset": "meetings", "where": pick_where(dice, "meetings"), "sum": "amount"},
        {"dataset": "meetings", "where": pick_where(dice, "meetings")},
        {"dataset": "meetings", "distinct": "topic"},
        {"dataset": "cases", "where": pick_where(dice, "cases"), "sum": "accepted", "less": "closed"},
        {"dataset": "cases", "sum": "accepted"},
        {"dataset": "statistics", "where": pick_where(dice, "statistics"), "sum": "total", "less": "excluded"},
        {"dataset": "register", "where": pick_where(dice, "register")},
    ]
    top, bottom = (dict(dice.rng.choice(operands)) for _ in range(2))
    if dice.chance(0.2):
        top["over"] = "to_date"
    return {"numerator": top, "denominator": bottom, **({"per": "10"} if dice.chance(0.3) else {})}


def random_rounds(dice: Dice, counted: bool) -> Body:
    """By date or by a choice, of rows or of a sum, of which every period may be empty."""
    each = dice.rng.choice(("half_year", "quarter", "month"))
    bodies: list[Body] = [
        {"dataset": "meetings", "date": "held_on", "each": each, "where": pick_where(dice, "meetings")},
        {"dataset": "meetings", "date": "held_on", "each": each, "sum": "amount"},
        {"dataset": "training", "date": "held_on", "each": each, "where": pick_where(dice, "training")},
        {"dataset": "cases", "round": "kind", "sum": "accepted", "where": pick_where(dice, "cases")},
        {"dataset": "statistics", "date": "done_on", "each": each, "sum": "total"},
        {"dataset": "meetings", "round": "level"},
    ]
    body = dice.rng.choice(bodies)
    apart = Random(f"shares {body}")
    if apart.random() < 0.4:
        body = apart.choice(
            (
                {"dataset": "cases", "round": "kind", "sum": "closed", "out_of": {"sum": "accepted"}},
                {"dataset": "meetings", "date": "held_on", "each": each, "where": {"online": "是"}, "out_of": {}},
                {
                    "dataset": "meetings",
                    "date": "held_on",
                    "each": each,
                    "where": {"level": "省级"},
                    "out_of": {"where": {"level": {"not": "市级"}}},
                },
            )
        )
        if counted:
            return {**body, "pick": dice.rng.choice(("reached", "missed")), "reaching": apart.choice(("50%", "100%"))}
        return {**body, "pick": dice.rng.choice(("mean", "least", "most"))}
    if counted:
        return {**body, "pick": dice.rng.choice(("reached", "missed")), "reaching": dice.rng.choice(("1", "2", "0.5"))}
    body = {**body, "pick": dice.rng.choice(("mean", "least", "most"))}
    # Drawn apart, so that the world of a seed stays what it was otherwise.
    apart = Random(str(body))
    if body["pick"] == "mean" and apart.random() < 0.6:
        most = {"half_year": 1, "quarter": 3, "month": 11}.get(body.get("each", ""), 1)
        body[apart.choice(("top", "bottom"))] = str(apart.randint(1, most))
    return body


def random_mean(dice: Dice) -> Body:
    """Of amounts and scores, some weighted, and of years since people came."""
    name = dice.rng.choice(("meetings", "register", "people", "scores"))
    where = {"where": pick_where(dice, name)} if name in WHERES else {"where": {"joined": {"empty": "false"}}}
    if name == "meetings":
        over = {"over": "to_date"} if dice.chance(0.2) else {}
        return pick_rows({"dataset": name, "column": "amount", **where, **over})
    if name == "people":
        day = dice.rng.choice(("12-31", "02-end", "03-31"))
        return pick_rows({"dataset": name, "column": "joined", "age_on": day, **where})
    column = "score" if name == "register" else "value"
    return pick_rows({"dataset": name, "column": column, **where, **({"weight": "seq"} if dice.chance(0.5) else {})})


def pick_rows(body: Body) -> Body:
    """Of some of the rows alone, and of groups. Drawn apart: the world of a seed stays what it was otherwise."""
    apart = Random(str(body))
    if "weight" in body:
        return body
    if apart.random() < 0.5:
        body[apart.choice(("trim", "top", "bottom"))] = str(apart.randint(1, 2))
    if body["dataset"] in ("scores", "meetings") and apart.random() < 0.5:
        weights = {"甲": "30%", "乙": "70%"}
        if body["dataset"] == "meetings":
            weights = {"国家级": "0%", "省级": "12.5%", "市级": "87.5%", "其他": "0%"}
        body["shares"] = {"column": "source" if body["dataset"] == "scores" else "level", "weights": weights}
    elif body["dataset"] in ("scores", "meetings") and not body.keys() & {"trim", "top", "bottom"}:
        column, by = ("source", "乙") if body["dataset"] == "scores" else ("level", apart.choice(("省级", "其他")))
        body["moderation"] = {"column": column, "by": by, "beyond": apart.choice(("0", "1", "2.5"))}
    return body


def random_latest(dice: Dice) -> Body:
    if dice.chance(0.5):
        order = dice.rng.choice(("checked_on", "seq"))
        return {"dataset": "register", "column": "score", "order": order, "where": pick_where(dice, "register")}
    order = dice.rng.choice(("year", "seq"))
    return {"dataset": "scores", "column": "value", "order": order, "where": pick_where(dice, "scores")}


def random_change(dice: Dice, relative: bool) -> Body:
    ratio = dice.chance(0.5)
    by = dice.rng.choice(("difference", "rate"))
    choices = ["not_applicable", "pending"]
    choices += ["compare"] if by == "difference" else []
    choices += [] if relative else ["still_zero_reaches"] * 2
    name = dice.rng.choice(("meetings", "meetings", "statistics"))
    tally: Body = {"dataset": name, "where": pick_where(dice, name)}
    if dice.chance(0.5):
        tally |= {"sum": "amount"} if name == "meetings" else {"sum": "total", "less": "excluded"}
    body: Body = {"ratio": random_ratio(dice, over=False)} if ratio else {"sum": tally}
    return {**body, "by": by, "from_zero": dice.rng.choice(choices)}


def random_measure(dice: Dice, figure: str, marks: str, referable: list[str]) -> Body:
    """The measure for a figure of :data:`COMBINATIONS`; ``referable``: what of_marks may name."""
    meetings: Body = {"dataset": "meetings", "where": pick_where(dice, "meetings")}
    if dice.chance(0.2):
        meetings["over"] = "to_date"
    findings: Body = {"dataset": "findings"}
    if dice.chance(0.2):
        findings["states"] = ["已定案"]
    if dice.chance(0.2):
        findings["where"] = {"points": {"at_least": "1"}}
    match figure:
        case "count":
            return {"count": {**meetings, "distinct": "topic"} if dice.chance(0.3) else meetings}
        case "count_by":
            return {"count": {**meetings, "by": "level"}}
        case "sum":
            return {"sum": {**meetings, "column": "amount"}}
        case "ratio":
            return {"ratio": random_ratio(dice)}
        case "quotient":
            return {"quotient": random_quotient(dice)}
        case "rounds":
            return {"rounds": random_rounds(dice, False)}
        case "rounds_each":
            return {"rounds": random_rounds(dice, True)}
        case "mean":
            return {"mean": random_mean(dice)}
        case "share_of_people":
            return {"share_of_people": random_people(dice)}
        case "date":
            return {"date": random_date(dice, dice.rng.choice(("first", "last")))}
        case "date_each":
            return {"date": random_date(dice, "each")}
        case "latest":
            return {"latest": random_latest(dice)}
        case "change":
            return {"change": random_change(dice, marks == "relative")}
        case "judgement":
            return {"judgement": {"dataset": "judgements", "several": dice.rng.choice(("conflict", "mean"))}}
        case "findings":
            return {"findings": findings}
        case "findings_sum":
            return {"findings": {**findings, "sum": "points"}}
        case "findings_by":
            return {"findings": {**findings, "by": "severity"}}
        case "imported":
            source = {} if dice.chance(0.6) else {"source": "甲"}
            return {"imported": {"dataset": "scores", "column": "value", "out_of": "10", "where": source}}
    names = dice.rng.sample(referable, dice.rng.randint(1, min(3, len(referable))))
    return {"of_marks": {"indicators": sorted(names), **random_below(sorted(names))}}


def random_below(names: list[str]) -> Body:
    """Of the units below, in a part of the worlds. Drawn apart: the world of a seed stays what it was otherwise."""
    apart = Random(f"below {names}")
    if apart.random() < 0.6:
        return {}
    if apart.random() < 0.4:
        return {"below": {"take": "rate"}}
    return {"below": {"take": "share", "reaching": apart.choice(("50%", "100%", "1", "1.5"))}}


def list_goals(figure: str, measure: Body) -> tuple[str, ...]:
    """Numbers that the figure may well hit, ascending."""
    change = measure.get("change")
    if change and ("ratio" in change or change["by"] == "rate"):
        return EDGES["change_share"]
    if figure == "rounds" and "out_of" in measure["rounds"]:
        return EDGES["ratio"]
    return EDGES.get(figure, EDGES["count"])


def random_by(dice: Dice, measure: Body) -> Body:
    day_itself = dice.rng.choice(("in_time", "too_late"))
    if measure["date"]["dataset"] == "reports" and dice.chance(0.3):
        count = {dice.rng.choice(("days", "working_days")): dice.rng.choice(("0", "5", "20", "90"))}
        if dice.chance(0.4):
            count = dice.rng.choice(({"months": "1"}, {"months": "3"}, {"months": "11"}, {"years": "1"}))
        return {**count, "after": "accepted_on", "day_itself": day_itself}
    if dice.chance(0.3):
        return {"on": dice.day().isoformat(), "day_itself": day_itself}
    every = dice.rng.choice(("01-31", "02-end", "03-31", "04-01", "06-30", "12-end", "12-31", "10-01"))
    return {"every": every, "years_later": dice.rng.choice(("0", "0", "1")), "day_itself": day_itself}


def random_target(dice: Dice, figure: str, target: str, marks: str, measure: Body) -> Body | None:
    """The target, or None; proportional rules need one that is not zero."""
    goals = list_goals(figure, measure)
    match target:
        case "":
            return None
        case "by":
            return {"by": random_by(dice, measure)}
        case "none":
            return {"none": {}}
        case "rising" | "falling":
            stated = marks == "proportional" or dice.chance(0.6)
            return {target: {"at_least": dice.rng.choice(goals)} if stated else {}}
    if figure == "judgement":
        return {"at_least": "0"}
    if figure == "change" and target == "at_most" and marks != "proportional" and dice.chance(0.3):
        return {target: "0"}
    return {target: dice.rng.choice(goals[:-1] if marks == "proportional" else goals)}


AWARD_LEVELS = LEVELS
