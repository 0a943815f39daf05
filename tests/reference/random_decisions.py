"""Random decision tables: parts that only had to be reached turn to conditions of rows with marks of their own."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace
from typing import Any, cast

from indicators.lint.decisions import check_rows
from indicators.pack.model import Indicator
from tests.reference.random_measures import Body


def tabulate_indicators(rng: Random, bodies: list[Body], precision: int) -> None:
    """Turn some of the indicators of a world whose parts only have to be reached to tables, in place."""
    for body in bodies:
        only_reached = body["section"] != "veto" and (body["combine"] == "all" or "at_least" in body["combine"])
        if only_reached and rng.random() < 0.5:
            tabulate_indicator(rng, body, precision)


def tabulate_indicator(rng: Random, body: Body, precision: int) -> None:
    """One table: rows that are all met, some of which, each for itself, one by one, or where a figure lies."""
    parts = body["parts"]
    for title, part in zip("甲乙丙", parts, strict=False):
        part["title"] = title
        # Parts in which a year before of zero decides have no figure to ask for.
        if rng.random() < 0.5:
            part["marks"] = {"condition": {}}
    titles = [part["title"] for part in parts]
    reached: list[Body] = [{title: "reached"} for title in titles]
    form = rng.choice(("some", "sum", "only", "figure"))
    asked = find_figure(parts)
    some = {"any_of": reached, "marks": "1"}
    everything = {"when": dict.fromkeys(titles, "reached"), "marks": "100%"}
    table: Body = {"rows": [everything, some]}
    if form == "sum":
        table = {"hit": "sum", "rows": [{"when": one, "marks": rng.choice(("100%", "1"))} for one in reached]}
        table["rows"][0]["marks"] = "100%"
    elif form == "only" and len(titles) == 2:
        pairs = (("reached", "reached"), ("reached", "missed"), ("missed", "reached"), ("missed", "missed"))
        rows = [dict(zip(titles, pair, strict=True)) for pair in pairs]
        table = {
            "hit": "only",
            "rows": [{"when": one, "marks": marks} for one, marks in zip(rows, ("100%", "1", "0", "0"), strict=True)],
        }
    elif form == "figure" and asked is not None:
        part, edge = asked
        part["marks"] = {"condition": {}}
        other = next(title for title in titles if title != part["title"])
        first = {"when": {part["title"]: {"at_least": edge}}, "marks": "100%"}
        table = {"rows": [first, {"when": {part["title"]: {"below": edge}, other: "reached"}, "marks": "1"}]}
        for rest in titles:
            if rest not in (part["title"], other):
                table["rows"].append({"when": {rest: "missed"}, "marks": "0"})
    body["combine"] = {"table": table | {"otherwise": rng.choice(("0", "1"))}}
    said = complain(body, precision)
    if any("矛盾" in text for text in said):
        body["combine"]["table"]["rows"] = [everything, some]
    elif any("otherwise" in text for text in said):
        body["combine"] = {"table": table}


def complain(body: Body, precision: int) -> list[str]:
    """What lint says of the rows of the table."""
    pack = SimpleNamespace(indicators=[Indicator.model_validate(body)], head=SimpleNamespace(precision=precision))
    return [problem.text for problem in check_rows(cast(Any, pack))]


def find_figure(parts: list[Body]) -> tuple[Body, str] | None:
    """A part whose figure can be asked for, with a number on the edge of its target."""
    for part in parts:
        target = part.get("target", {})
        edge = next((target[name] for name in ("at_least", "at_most", "equals") if name in target), None)
        zero = part["measure"].get("change", {}).get("from_zero") == "still_zero_reaches"
        if edge is not None and not zero and "judgement" not in part["measure"]:
            return part, edge
    return None
