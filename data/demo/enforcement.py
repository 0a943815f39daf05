"""Enforcement: the three systems, visits to firms, the lists of townships, and emergency drills."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from data.demo.world import UNSENT, WITHOUT_ENFORCEMENT, YEARS, Row, Tables, World, pick_days, pick_marks
from indicators.pack.register import UnitEntry

QUARTERS = ("一季度", "二季度", "三季度", "四季度")
#: Names of townships that exist nowhere.
_TOWNSHIPS = ("清泉镇", "石桥镇", "松岭镇", "河湾镇", "东坪乡", "西沟乡", "云台镇", "柳林乡", "白马镇", "长岭乡")
_COUNTS = ("decisions", "publicised", "to_record", "recorded", "major", "reviewed")
_SCENES = ("防汛", "森林防火", "危险化学品泄漏", "矿山救援", "燃气泄漏", "地震避险")


def make_enforcement(world: World) -> Tables:
    """The tables ``enforcement``, ``firm_checks``, ``townships`` and ``drills``."""
    counties = world.select("county")
    return {
        "enforcement": [row for year in YEARS for unit in _enforcers(world) for row in _enforce(world, unit, year)],
        "firm_checks": list(_visit_firms(world)),
        "townships": [row for year in YEARS for unit in counties for row in _list_townships(world, unit, year)],
        "drills": list(_drill(world)),
    }


def _enforcers(world: World) -> list[UnitEntry]:
    return world.sending("enforcement", "county", "zone", "department")


def _share(chance: Random, count: int, level: float) -> int:
    """How many of ``count`` were done; nearly all of them, because offices rarely report less than nine in ten."""
    done = 1.0 if level >= 0.93 else 0.82 + level * 0.17 + chance.uniform(-0.01, 0.01)
    return min(count, round(count * done))


def _enforce(world: World, unit: UnitEntry, year: int) -> Iterator[Row]:
    chance = world.chance("enforcement", unit.id, year)
    level = world.level(unit.id, "enforcement", year)
    for quarter in QUARTERS:
        row = {"unit": unit.name, "year": str(year), "quarter": quarter}
        if unit.id in WITHOUT_ENFORCEMENT:
            yield {**row, **dict.fromkeys(_COUNTS, "无")}
            continue
        decisions = chance.randint(150, 600) if unit.kind == "county" else chance.randint(20, 200)
        major = chance.randint(3, 20)
        row["decisions"] = str(decisions)
        row["publicised"] = str(_share(chance, decisions, level))
        row["to_record"] = str(decisions // 2)
        row["recorded"] = str(_share(chance, decisions // 2, level - 0.02))
        row["major"] = str(major)
        row["reviewed"] = str(major if level > 0.75 else major - 1)
        if (unit.id, year, quarter) == ("chengqu", 2024, "四季度"):
            # More decisions made public over the year than were made: somebody counted a platform's pages.
            row["publicised"] = str(decisions + 95)
        if (unit.id, year, quarter) == ("jiaotong", 2024, "三季度"):
            # A rate was reported by telephone and the counts were left empty.
            row["recorded"] = ""
        yield row


def _visit_firms(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.sending("firm_checks", "county", "zone"):
            chance = world.chance("firm_checks", unit.id, year)
            each = round((1 - world.level(unit.id, "firm_checks", year)) * 22)
            for quarter in QUARTERS:
                off_plan = max(each + chance.randint(-1, 1), 0)
                visits = off_plan + chance.randint(60, 160)
                yield {
                    "unit": unit.name,
                    "year": str(year),
                    "quarter": quarter,
                    "visits": str(visits),
                    "off_plan": str(off_plan),
                }


def _list_townships(world: World, unit: UnitEntry, year: int) -> Iterator[Row]:
    chance = world.chance("townships", unit.id, year)
    count = world.chance("townships", unit.id).randint(6, 10)
    lists = pick_marks(chance, count, world.level(unit.id, "townships", year))
    # Merging takes years: every year one more township has a single team.
    teams = min(count, year - 2020 + round(world.quality(unit.id) * 3))
    for place in range(count):
        row = {"unit": unit.name, "year": str(year), "township": _TOWNSHIPS[place]}
        yield {**row, "has_list": lists[place], "one_team": "是" if place < teams else "否"}


def _drill(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.select("county", "zone"):
            if "drills" in UNSENT.get(unit.id, ()):
                continue
            chance = world.chance("drills", unit.id, year)
            count = max(1, round(world.level(unit.id, "drills", year) * 6) - 2)
            for turn, day in enumerate(pick_days(chance, year, count)):
                yield {
                    "unit": unit.name,
                    "held_on": day.isoformat(),
                    "name": f"{_SCENES[turn % len(_SCENES)]}应急演练",
                    "participants": str(chance.randint(60, 400)),
                }
