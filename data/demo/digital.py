"""Digital government: links, systems, platforms, the city's facilities, and what can be done on a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from data.demo.world import UNSENT, YEARS, Row, Tables, World, pick_day, pick_marks
from indicators.pack.register import UnitEntry

_SYSTEMS = ("综合办公", "项目审批", "执法办案", "信访受理", "档案管理", "公文交换", "便民服务", "统计直报", "值班调度")
_PLATFORMS = ("双随机监管", "信用监管", "环境监测", "安全生产监管", "市场监管")
_BASES = ("人口库", "法人库", "空间地理库", "公共信用库", "宏观经济库", "电子证照库")
_TOWNSHIPS = ("清泉镇", "石桥镇", "松岭镇", "河湾镇", "东坪乡", "西沟乡")


def make_digital(world: World) -> Tables:
    """The tables ``links``, ``systems``, ``platforms``, ``facilities``, ``services`` and ``evaluations``."""
    return {
        "links": [row for year in YEARS for row in _measure_links(world, year)],
        "systems": [row for year in YEARS for unit in world.units for row in _list_systems(world, unit, year)],
        "platforms": [row for year in YEARS for unit in world.units for row in _list_platforms(world, unit, year)],
        "facilities": [row for year in YEARS for row in _list_facilities(year)],
        "services": list(_count_services(world)),
        "evaluations": list(_evaluate(world)),
    }


def _link(unit: UnitEntry, segment: str, name: str, day: date, mbps: int, tester: str = "市大数据应用局") -> Row:
    return {
        "unit": unit.name,
        "year": str(day.year),
        "segment": segment,
        "link": name,
        "measured_on": day.isoformat(),
        "mbps": str(mbps),
        "tester": tester,
    }


def _measure_links(world: World, year: int) -> Iterator[Row]:
    for unit in world.select("city", "county"):
        chance = world.chance("links", unit.id, year)
        spring, autumn = (
            pick_day(chance, date(year, 3, 1), date(year, 5, 31)),
            pick_day(chance, date(year, 9, 1), date(year, 11, 30)),
        )
        if unit.kind == "city":
            yield _link(unit, "省到市", "太原—晋城主用线路", autumn, 10000)
            continue
        wide = world.level(unit.id, "links", year) > 0.72
        name = f"晋城—{unit.name}主用线路"
        yield _link(unit, "市到县", name, spring, 2000)
        yield _link(unit, "市到县", name, autumn, 10000 if wide else 4000)
        if (unit.id, year) == ("zezhou", 2024):
            # Two testers, one day, one line, two figures.
            yield _link(unit, "市到县", name, autumn, 8600, "线路运营商")
        wide_townships = pick_marks(chance, len(_TOWNSHIPS), world.level(unit.id, "townships", year))
        for township, good in zip(_TOWNSHIPS, wide_townships, strict=True):
            yield _link(unit, "县到乡", f"{unit.name}—{township}", autumn, 1000 if good == "是" else 500)


def _list_systems(world: World, unit: UnitEntry, year: int) -> Iterator[Row]:
    chance = world.chance("systems", unit.id, year)
    count = min(world.chance("systems", unit.id).randint(3, 8), len(_SYSTEMS) - 1)
    level = world.level(unit.id, "systems", year)
    cloud, unified = pick_marks(chance, count, level), pick_marks(chance, count, level)
    for place in range(count):
        yield {
            "unit": unit.name,
            "year": str(year),
            "system": f"{unit.name}{_SYSTEMS[place]}系统",
            "secret": "否",
            "on_cloud": cloud[place],
            "unified": unified[place],
            # Data move after the system does, so that one of them is still to come.
            "data_on_cloud": cloud[place] if place else "否",
        }
    # A secret system cannot move to the public cloud and counts in no rate.
    if unit.id in ("gongan", "jincheng"):
        row = {"unit": unit.name, "year": str(year), "system": f"{unit.name}{_SYSTEMS[-1]}系统"}
        yield {**row, "secret": "是", "on_cloud": "否", "unified": "否", "data_on_cloud": "否"}


def _list_platforms(world: World, unit: UnitEntry, year: int) -> Iterator[Row]:
    count = world.chance("platforms", unit.id).randint(2 if unit.kind != "department" else 0, 3)
    connected = round(count * min(1.0, world.level(unit.id, "platforms", year) + 0.12))
    for place in range(count):
        row = {"unit": unit.name, "year": str(year), "platform": f"{unit.name}{_PLATFORMS[place]}平台"}
        yield {**row, "connected": "是" if place < connected else "否"}


def _list_facilities(year: int) -> Iterator[Row]:
    facilities = [
        ("政务云", "晋城政务云", "在用"),
        ("政务云", "行业专有云", "在用" if year == 2023 else "停用"),
        ("电子政务外网", "晋城市电子政务外网", "在用"),
        ("政务服务入口", "晋城政务服务网", "在用"),
    ]
    facilities += [("基础库", name, "在建" if name == "宏观经济库" and year < 2025 else "在用") for name in _BASES]
    for kind, name, state in facilities:
        yield {"unit": "晋城市", "year": str(year), "kind": kind, "name": name, "state": state}


def _count_services(world: World) -> Iterator[Row]:
    for unit in world.sending("services", "county", "zone", "department"):
        chance = world.chance("services", unit.id)
        licences = chance.randint(20, 60)
        items, mobile = chance.randint(900, 1400), chance.randint(200, 420)
        # The zone started from nothing: there is no rate of growth to compare.
        mobile = 0 if unit.id == "kaifaqu" else mobile
        for year in (2022, *YEARS):
            row = {"unit": unit.name, "year": str(year), "items": str(items), "licences": str(licences)}
            licences -= chance.randint(0, 3) if world.quality(unit.id) > 0.8 else -1
            yield {**row, "mobile": "0" if unit.id == "kaifaqu" and year < 2024 else str(min(mobile, items))}
            mobile = round(mobile * (1 + (world.quality(unit.id) - 0.5) * chance.uniform(0.3, 0.6))) + 5


def _evaluate(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.select("city", "county", "zone"):
            if "evaluations" in UNSENT.get(unit.id, ()):
                continue
            chance = world.chance("evaluations", unit.id, year)
            required = chance.randint(12, 40)
            completed = min(required, round(required * world.level(unit.id, "evaluations", year)))
            subject = "县域评估成果应用" if unit.kind == "county" else "开发区区域评价"
            yield {
                "unit": unit.name,
                "year": str(year),
                "subject": subject,
                "required": str(required),
                "completed": str(completed),
            }
