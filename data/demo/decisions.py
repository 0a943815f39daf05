"""Major decisions, their yearly lists, and the documents that units issue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from data.demo.world import FIRST_YEAR, UNSENT, YEARS, Row, Tables, World, pick_days, pick_marks
from indicators.pack.register import UnitEntry

#: (unit, year) -> how many days after 30 April the list was announced; the others announce in time.
_LATE = {
    ("lingchuan", 2024): 26,
    ("lingchuan", 2023): 40,
    ("qinshui", 2024): 9,
    ("shuiwu", 2024): 15,
    ("jiaoyu", 2024): 33,
    ("zezhou", 2023): 4,
}


def make_decisions(world: World) -> Tables:
    """The tables ``decisions``, ``decision_lists`` and ``documents``."""
    return {
        "decisions": list(_decide(world)),
        "decision_lists": list(_list(world)),
        "documents": list(_issue(world)),
    }


def _decide(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.sending("decisions", "county", "zone", "department"):
            chance = world.chance("decisions", unit.id, year)
            count = chance.randint(5, 12) if unit.kind == "county" else chance.randint(1, 4)
            level = world.level(unit.id, "decisions", year)
            reviewed = pick_marks(chance, count, (1 + level) / 2)
            heard = pick_marks(chance, count, level)
            archived = pick_marks(world.chance("archives", unit.id, year), count, level)
            for turn, day in enumerate(pick_days(chance, year, count)):
                opinion = day - timedelta(days=chance.randint(2, 20)) if reviewed[turn] == "是" else day
                yield {
                    "unit": unit.name,
                    "number": f"{unit.name}虚决〔{year}〕{turn + 1}号",
                    "decided_on": day.isoformat(),
                    "opinion_on": opinion.isoformat(),
                    "affects_public": "是" if chance.random() < 0.6 else "否",
                    "heard": heard[turn],
                    "archived": archived[turn],
                }


def _list(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.sending("decision_lists", "city", "county", "department"):
            chance = world.chance("decision_lists", unit.id, year)
            late = _LATE.get((unit.id, year))
            announced = date(year, 4, 30) + timedelta(days=-chance.randint(0, 30) if late is None else late)
            row = {
                "unit": unit.name,
                "year": str(year),
                "announced_on": announced.isoformat(),
                "issued_on": (announced - timedelta(days=chance.randint(3, 12))).isoformat(),
                "url_on": announced.isoformat(),
                "items": str(chance.randint(4, 16)),
            }
            if (unit.id, year) == ("chengqu", 2024):
                # The page is dated three weeks after the day that the report states.
                row["announced_on"], row["issued_on"], row["url_on"] = "2024-04-26", "2024-04-18", "2024-05-17"
            if (unit.id, year) == ("minzheng", 2024):
                # Only the month is known, and a fine per day cannot be worked out from a month.
                row["announced_on"], row["issued_on"], row["url_on"] = "2024-05", "", ""
            yield row


def _issue(world: World) -> Iterator[Row]:
    for year in (2022, *YEARS):
        for unit in world.units:
            if "documents" not in UNSENT.get(unit.id, ()):
                yield from _issue_year(world, unit, year)
    for unit in world.sending("documents", "city", "county", "zone", "department"):
        # One paper of the plan's first year is still in force; what is in order has long been put in order.
        paper = next(_issue_year(world, unit, FIRST_YEAR))
        yield {**paper, "in_force": "是", "filed": "是", "reviewed": "是", "wrong": "否", "searchable": "是"}


def _issue_year(world: World, unit: UnitEntry, year: int) -> Iterator[Row]:
    chance = world.chance("documents", unit.id, year)
    count = {"city": 12, "county": chance.randint(6, 14)}.get(unit.kind, chance.randint(1, 4))
    level = world.level(unit.id, "documents", year)
    filed = pick_marks(chance, count, min(1.0, level + 0.08))
    searchable = pick_marks(chance, count, 1.0 if level > 0.9 else level)
    consulted = pick_marks(world.chance("consulted", unit.id, year), count, level)
    for turn in range(count):
        kind = "行政规范性文件"
        if unit.kind == "city" and turn < 2:
            kind = "地方性法规" if turn == 0 else "政府规章"
        wrong = "是" if chance.random() < 0.06 else "否"
        yield {
            "unit": unit.name,
            "year": str(year),
            "number": f"{unit.name}虚发〔{year}〕{turn + 1}号",
            "kind": kind,
            "in_force": "否" if year == 2022 and chance.random() < 0.2 else "是",
            "filed": filed[turn],
            "reviewed": filed[turn],
            "wrong": wrong,
            "corrected": wrong if level > 0.75 else "否",
            "searchable": searchable[turn],
            "concerns_firms": "是" if turn % 3 == 0 else "否",
            "consulted": consulted[turn] if turn % 3 == 0 else "否",
        }
