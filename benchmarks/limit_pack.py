"""A hundred indicators: the province's, and as many conditions, sums, ratios and shares over the same datasets.

Each of the further ones says beside its rule how a person would write it by hand, over what ``by_hand.sql`` has found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, product

from benchmarks.by_hand import Script
from benchmarks.province import DATASETS, RULES, Body, build_indicator, build_pack
from indicators.pack.model import Pack

CATEGORIES = ("业务", "执法", "法治", "讲座")
KINDS, LEVELS = ("讲座", "旁听", "宣讲"), ("国家级", "省级", "市级", "其他")
SUITS = ("行政诉讼", "行政复议")
ROLES = ("复议人员", "执法人员", "领导", "其他", "复议人员")
#: The sums and counts of a person's records of each category, as the script has them.
_HOURS = dict(zip(CATEGORIES, ("business", "enforcement", "law_hours", "lecture_hours"), strict=True))
_COUNTS = dict(zip(CATEGORIES, ("businesses", "enforcements", "law", "lectures"), strict=True))


@dataclass(frozen=True)
class Further:
    """An indicator, and by hand: its columns by the hook of the script where they belong, and its fraction of marks."""

    name: str
    measure: Body
    target: str
    figure: tuple[str, str]
    marks: tuple[str, str]
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def rule(self) -> tuple[str, str, Body, Body | None, Body]:
        """As the province's are written: three marks, in proportion to the target."""
        return self.name, "3", self.measure, {"at_least": self.target}, {"proportional": {}}

    @property
    def item(self) -> str:
        """Its line among the items of the script."""
        (num, den), (top, bottom) = self.figure, self.marks
        return f"{{'indicator': '{self.name}', 'num': {num}, 'den': {den}, 'top': {top}, 'bottom': {bottom}}}"


def list_further() -> list[Further]:
    """Seventy-seven, always in the same order."""
    return [*_list_trainings(), *_list_activities(), *_list_lawsuits(), *_list_people()]


def build_hundred(units: int, number: int = 100) -> Pack:
    """The pack with so many indicators."""
    rules = [*RULES, *(further.rule for further in list_further())][:number]
    return build_pack(DATASETS, tuple(build_indicator(*rule) for rule in rules), units)


def build_further(units: int) -> Pack:
    """A pack with the further ones alone."""
    return build_pack(DATASETS, tuple(build_indicator(*further.rule) for further in list_further()), units)


def write_hundred(number: int = 100) -> Script:
    """What is added to the script for so many indicators, by hook."""
    had = (
        "sum((hours * 10)::BIGINT) FILTER (category = '法治') AS law_hours, "
        "sum((hours * 10)::BIGINT) FILTER (category = '讲座') AS lecture_hours, "
        "count(*) FILTER (category = '业务') AS businesses, count(*) FILTER (category = '执法') AS enforcements"
    )
    script: dict[str, list[str]] = {"items": [], "had": [had]}
    for further in list_further()[: max(number - len(RULES), 0)]:
        for hook, column in further.columns.items():
            script.setdefault(hook, []).append(column)
        script["items"].append(further.item)
    return {hook: tuple(dict.fromkeys(columns)) for hook, columns in script.items()}


def _count(name: str, dataset: str, where: Body, target: int, column: str, **columns: str) -> Further:
    """A count of rows that should reach the target."""
    measure: Body = {"count": {"dataset": dataset, "where": where}}
    return Further(
        name, measure, str(target), (column, "1"), (f"300 * least({column}, {target})", f"{target}"), columns
    )


def _list_trainings() -> Iterator[Further]:
    """Hours and records of every choice of categories but all."""
    for size in (1, 2, 3):
        for chosen in combinations(CATEGORIES, size):
            name = "".join(str(CATEGORIES.index(each)) for each in chosen)
            where = {"category": list(chosen)}
            hours, records = f"hours_of_{name}", f"records_of_{name}"
            total = " + ".join(f"sum(coalesce({_HOURS[each]}, 0))" for each in chosen)
            yield Further(
                f"training-hours-{name}",
                {"sum": {"dataset": "training", "column": "hours", "where": where}},
                "3000",
                (hours, "10"),
                (f"300 * least({hours}, 30000)", "30000"),
                {"training": f"({total})::BIGINT AS {hours}"},
            )
            total = " + ".join(f"sum({_COUNTS[each]})" for each in chosen)
            column = f"({total})::BIGINT AS {records}"
            yield _count(f"training-records-{name}", "training", where, 800, records, training=column)


def _list_activities() -> Iterator[Further]:
    """Activities of each kind and level, and who came to them."""
    for (at, kind), (level_at, level) in product(enumerate(KINDS), enumerate(LEVELS)):
        where, name = {"kind": kind, "level": level}, f"{at}{level_at}"
        chosen = f"_period = 2024 AND kind = '{kind}' AND level = '{level}'"
        held, came, known = f"held_{name}", f"came_{name}", f"came_{name}_known"
        column = f"coalesce(sum(n) FILTER ({chosen}), 0)::BIGINT AS {held}"
        yield _count(f"activities-{name}", "activities", where, 10, held, activities=column)
        yield Further(
            f"audience-{name}",
            {"sum": {"dataset": "activities", "column": "audience", "where": where}},
            "1000",
            (came, "1"),
            (f"CASE WHEN {known} THEN 300 * least({came}, 1000) END", "1000"),
            {
                "activities": f"coalesce(sum(audience) FILTER ({chosen}), 0)::BIGINT AS {came}, "
                f"coalesce(sum(n - told) FILTER ({chosen}), 0) = 0 AS {known}"
            },
        )


def _list_lawsuits() -> Iterator[Further]:
    """Lawsuits by how they went: how many, what they cost, and how many of them were grave."""
    for (at, kind), lost, appeared in product(enumerate(SUITS), (True, False), (True, False)):
        name = f"{at}{int(lost)}{int(appeared)}"
        where = {"kind": kind, "lost": "是" if lost else "否", "appeared": "是" if appeared else "否"}
        chosen = f"_period = 2024 AND kind = '{kind}' AND lost = {lost} AND appeared = {appeared}"
        suits, cost, known = f"suits_{name}", f"cost_{name}", f"cost_{name}_known"
        number = f"coalesce(sum(n) FILTER ({chosen}), 0)::BIGINT AS {suits}"
        yield _count(f"suits-{name}", "lawsuits", where, 10, suits, lawsuits=number)
        yield Further(
            f"costs-{name}",
            {"sum": {"dataset": "lawsuits", "column": "cost", "where": where}},
            "500",
            (cost, "100"),
            (f"CASE WHEN {known} THEN 300 * least({cost}, 50000) END", "50000"),
            {
                "lawsuits": f"(coalesce(sum(cost) FILTER ({chosen}), 0) * 100)::BIGINT AS {cost}, "
                f"coalesce(sum(n - told) FILTER ({chosen}), 0) = 0 AS {known}"
            },
        )
    for (at, kind), appeared in product(enumerate(SUITS), (True, False)):
        whole: Body = {"kind": kind, "appeared": "是" if appeared else "否"}
        chosen = f"_period = 2024 AND kind = '{kind}' AND appeared = {appeared}"
        num, den = f"graves_{at}{int(appeared)}", f"graves_of_{at}{int(appeared)}"
        yield Further(
            f"graves-{at}{int(appeared)}",
            {
                "ratio": {
                    "numerator": {"dataset": "lawsuits", "where": {**whole, "grave": "是"}},
                    "denominator": {"dataset": "lawsuits", "where": whole},
                }
            },
            "10%",
            (num, den),
            (f"300 * least(10 * {num}, {den})", den),
            {
                "lawsuits": f"coalesce(sum(n) FILTER ({chosen} AND grave), 0)::BIGINT AS {num}, "
                f"coalesce(sum(n) FILTER ({chosen}), 0)::BIGINT AS {den}"
            },
        )


def _list_people() -> Iterator[Further]:
    """Shares of people who had so many hours of a kind."""
    for n, (role, category) in enumerate(zip(ROLES, (*CATEGORIES[::-1], CATEGORIES[2]), strict=True)):
        num, den, least = f"share_{n}", f"share_of_{n}", 4 * (n + 1)
        yield Further(
            f"people-{n}",
            {
                "share_of_people": {
                    "roster": {"dataset": "people", "where": {"role": role}},
                    "records": {"dataset": "training", "where": {"category": category}, "sum": "hours"},
                    "reaching": {"at_least": str(least), "prorate": "whole"},
                }
            },
            "80%",
            (num, den),
            (f"300 * least(100 * {num}, 80 * {den})", f"80 * {den}"),
            {
                "people": f"count(*) FILTER (role = '{role}') AS {den}, "
                f"count(*) FILTER (role = '{role}' AND coalesce({_HOURS[category]}, 0) >= {10 * least}) AS {num}"
            },
        )
