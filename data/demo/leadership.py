"""Yearly reports, lectures, yearly lists, and tasks that are done once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from data.demo.world import YEARS, Row, Tables, World, pick_day, pick_days
from indicators.pack.register import UnitEntry

_LISTS = ("公共服务事项清单", "中介服务事项清单", "证明事项清单")
_TOPICS = ("行政复议法专题讲座", "民法典专题讲座", "行政处罚法专题讲座", "依法决策专题讲座")
#: (unit, year of the report) -> days late: sent to the superior, published. The others are in time.
_LATE_REPORTS = {
    ("lingchuan", 2024): (12, 9),
    ("lingchuan", 2023): (20, 31),
    ("qinshui", 2024): (1, 3),
    ("zhujian", 2024): (5, 2),
    ("weijian", 2024): (0, 8),
    ("jiaotong", 2023): (3, 15),
}
#: One task each: unit -> days late; the others are in time.
_LATE_TASKS = {
    ("公共服务事项清单", "lingchuan"): 60,
    ("证明事项清单", "qinshui"): 20,
    ("行政复议体制改革", "lingchuan"): 151,
    ("行政复议体制改革", "qinshui"): 45,
    ("行政执法协调监督体系", "lingchuan"): 62,
    ("行政执法协调监督体系", "qinshui"): 17,
    ("政务云1+N架构", "jincheng"): 24,
    ("一网两平面", "zezhou"): 12,
}
_DEADLINES = {
    "公共服务事项清单": date(2023, 12, 31),
    "中介服务事项清单": date(2023, 12, 31),
    "证明事项清单": date(2023, 12, 31),
    "行政复议体制改革": date(2022, 12, 31),
    "行政执法协调监督体系": date(2024, 12, 31),
    "一网两平面": date(2024, 6, 30),
}


def make_leadership(world: World) -> Tables:
    """The tables ``annual_reports``, ``lectures``, ``list_releases`` and ``milestones``."""
    return {
        "annual_reports": list(_report(world)),
        "lectures": list(_lecture(world)),
        "list_releases": list(_release(world)),
        "milestones": list(_finish(world)),
    }


def _report(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.sending("annual_reports", "city", "county", "zone", "department"):
            chance = world.chance("annual_reports", unit.id, year)
            late = _LATE_REPORTS.get((unit.id, year))
            # The last days in time: the end of February and 31 March.
            submitted = date(year + 1, 3, 1) + timedelta(days=late[0] - 1 if late else -chance.randint(1, 30))
            published = date(year + 1, 3, 31) + timedelta(days=late[1] if late else -chance.randint(0, 25))
            row = {
                "unit": unit.name,
                "year": str(year),
                "submitted_on": submitted.isoformat(),
                "published_on": published.isoformat(),
                "issued_on": (min(submitted, published) - timedelta(days=5)).isoformat(),
                "url_on": published.isoformat(),
                "url": f"https://example.invalid/{unit.id}/{year}",
            }
            if (unit.id, year) == ("jiaoyu", 2024):
                # The report says that it was published before the year had ended.
                row["published_on"], row["url_on"], row["issued_on"] = "2024-12-09", "2024-12-09", "2024-12-01"
            yield row


def _lecture(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.sending("lectures", "city", "county"):
            chance = world.chance("lectures", unit.id, year)
            count = 1 if world.level(unit.id, "lectures", year) < 0.75 else chance.randint(2, 4)
            for turn, day in enumerate(pick_days(chance, year, count)):
                topic = _TOPICS[turn % len(_TOPICS)]
                yield {
                    "unit": unit.name,
                    "held_on": day.isoformat(),
                    "topic": topic,
                    "leaders": str(chance.randint(40, 160)),
                }


def _release(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.select("city", "county"):
            chance = world.chance("list_releases", unit.id, year)
            kinds = _LISTS[:2] if unit.id == "lingchuan" and year == 2024 else _LISTS
            for kind in kinds:
                yield {
                    "unit": unit.name,
                    "year": str(year),
                    "list_kind": kind,
                    "released_on": pick_day(chance, date(year, 9, 1), date(year, 12, 25)).isoformat(),
                    "items": str(chance.randint(60, 500)),
                    "url": f"https://example.invalid/{unit.id}/{year}/list",
                }


def _finish(world: World) -> Iterator[Row]:
    for unit in world.sending("milestones", "city", "county", "zone", "department"):
        chance = world.chance("milestones", unit.id)
        for task in world.list_subjects(unit, "milestones", "milestone"):
            if task in _DEADLINES:
                yield _finish_task(chance, unit, task, _DEADLINES[task])
            else:
                yield _finish_undated(world, unit, task)


def _finish_undated(world: World, unit: UnitEntry, task: str) -> Row:
    """A task without a deadline in the plan; weaker units finish later or have not finished yet."""
    chance = world.chance("milestones", unit.id, task)
    row = {"unit": unit.name, "milestone": task, "done_on": "", "issued_on": ""}
    if chance.random() < world.level(unit.id, task, 2024):
        done = pick_day(chance, date(2022, 3, 1), date(2024, 11, 30))
        row.update(done_on=done.isoformat(), document=f"{unit.name}虚发〔{done.year}〕{chance.randint(1, 60)}号")
    return row


def _finish_task(chance: Random, unit: UnitEntry, task: str, deadline: date) -> Row:
    late = _LATE_TASKS.get((task, unit.id))
    done = deadline + timedelta(days=late if late else -chance.randint(3, 120))
    row = {
        "unit": unit.name,
        "milestone": task,
        "done_on": done.isoformat(),
        "issued_on": (done - timedelta(days=chance.randint(1, 10))).isoformat(),
        "document": f"{unit.name}虚发〔{done.year}〕{chance.randint(1, 60)}号",
    }
    if task == "一网两平面":
        row["planned_on"] = deadline.isoformat()
        if unit.id == "gaoping":
            # The province has given this county until the middle of 2025, and it has not finished yet.
            row.update(planned_on="2025-06-30", done_on="", issued_on="")
        if unit.id == "yangcheng":
            row["done_on"] = done.strftime("%Y-%m")
    if (task, unit.id) == ("中介服务事项清单", "chengqu"):
        # Nobody knows the day; the document is older than the deadline, which proves nothing.
        row.update(done_on="", issued_on="2023-12-18")
    return row
