"""Rosters of fictional people, and what training each of them took."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from data.demo.world import FIRST_YEAR, WITHOUT_ENFORCEMENT, YEARS, Row, Tables, World, pick_day, pick_marks
from indicators.pack.register import UnitEntry

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN = "安博晨丹恩帆歌涵佳凯兰明宁鹏清然思婷文欣雅泽志建国秀英海燕"
_COURSES = {
    "业务知识": ("复议案件审理实务", "听证与调解", "文书制作", "证据审查"),
    "法律法规": ("行政复议法", "行政处罚法", "行政诉讼法", "民法典专题"),
    "政治理论": ("政治理论专题", "形势与政策"),
    "党性教育": ("党性教育专题",),
    "执法轮训": ("行政执法人员在岗轮训",),
    "法治专题": ("领导干部法治专题班",),
}
_OLD_TERM = date(2019, 3, 1)


def make_people(world: World) -> Tables:
    """The tables ``people`` and ``training`` of every unit."""
    people: list[Row] = []
    training: list[Row] = []
    for unit in world.units:
        roster = list(_make_roster(world, unit, len(people)))
        people += roster
        training += _train_before(world, roster)
        for person in roster:
            training += _train_person(world, unit, person)
    _lend_person(people)
    return {"people": people, "training": training}


def _count_roles(world: World, unit: UnitEntry) -> list[tuple[str, int]]:
    chance = world.chance("roster", unit.id)
    if unit.kind == "city":
        return [("行政复议人员", 12)]
    if unit.kind == "county":
        return [
            ("行政复议人员", chance.randint(5, 9)),
            ("执法部门负责人", chance.randint(12, 18)),
            ("行政执法人员", chance.randint(28, 46)),
        ]
    if unit.id in WITHOUT_ENFORCEMENT:
        return [("执法部门负责人", 1)]
    return [("执法部门负责人", chance.randint(2, 4)), ("行政执法人员", chance.randint(8, 30))]


def _make_roster(world: World, unit: UnitEntry, known: int) -> Iterator[Row]:
    number = known
    for role, count in _count_roles(world, unit):
        chance = world.chance("people", unit.id, role)
        certified = pick_marks(chance, count, world.level(unit.id, "certified", 2024))
        for place in range(count):
            number += 1
            joined, left = _pick_term(chance, role, place)
            name = chance.choice(_SURNAMES) + "".join(chance.sample(_GIVEN, chance.choice((1, 2))))
            yield {
                "unit": unit.name,
                "person_id": f"P{number:06}",
                "name": name,
                "role": role,
                "joined": joined.isoformat(),
                "left": left.isoformat() if left else "",
                "vertical": "是" if role == "行政执法人员" and chance.random() < 0.1 else "否",
                "certified": certified[place] if role == "行政执法人员" else "否",
            }


def _pick_term(chance: Random, role: str, place: int) -> tuple[date, date | None]:
    """Most have long been in post; some came or left in the two years, as in any office."""
    if role == "执法部门负责人" and place % 4 == 3:
        joined = _OLD_TERM + timedelta(days=chance.randint(0, 200))
        return joined, pick_day(chance, date(2024, 2, 1), date(2024, 12, 20))
    if chance.random() < 0.08:
        return pick_day(chance, date(2024, 2, 1), date(2024, 10, 20)), None
    joined = pick_day(chance, date(2016, 1, 4), date(2022, 6, 30))
    if role != "执法部门负责人" and chance.random() < 0.06:
        return joined, pick_day(chance, date(2023, 6, 1), date(2024, 11, 30))
    return joined, None


def _train_person(world: World, unit: UnitEntry, person: Row) -> Iterator[Row]:
    for year in YEARS:
        first = max(date(year, 1, 8), date.fromisoformat(person["joined"]) + timedelta(days=3))
        last = min(date(year, 12, 20), date.fromisoformat(person["left"] or "9999-12-31"))
        if (last - first).days < 20:
            continue
        level = world.level(unit.id, person["role"], year)
        chance = world.chance("training", person["person_id"], year)
        done = chance.random() < level
        match person["role"]:
            case "行政复议人员":
                goal = 60 * ((last - first).days + 31) / 365
                yield from _record_hours(chance, person, first, last, goal if done else goal * 0.7)
            case "行政执法人员":
                if done:
                    yield _record(chance, person, first, last, "执法轮训", "否", 16)
                yield _record(chance, person, first, last, "政治理论", "否", 8)
            case _:
                # Heads of department go to one course in a term, not one a year.
                if year == YEARS[0] and done:
                    yield _record(chance, person, first, last, "法治专题", "是", 24)
                yield _record(chance, person, first, last, "党性教育", "否", 8)


def _train_before(world: World, roster: list[Row]) -> Iterator[Row]:
    """The years from the plan's first on: terms of office reach back to them, so each is reported."""
    for year in range(FIRST_YEAR, YEARS[0]):
        chance = world.chance("training", roster[0]["person_id"], year)
        yield _record(chance, roster[0], date(year, 3, 1), date(year, 11, 30), "政治理论", "否", 8)


def _record_hours(chance: Random, person: Row, first: date, last: date, goal: float) -> Iterator[Row]:
    """Sessions of business and law that just pass ``goal`` hours, and political theory, which does not count."""
    step = (last - first).days // 12
    hours = 0.0
    for session in range(12):
        if hours >= goal:
            break
        length = chance.choice((7.5, 8.0, 12.0, 15.0))
        category = "法律法规" if session % 2 else "业务知识"
        opened = first + timedelta(days=session * step)
        yield _record(chance, person, opened, opened + timedelta(days=step - 1), category, "否", length)
        hours += length
    yield _record(chance, person, first, last, "政治理论", "否", 16)


def _record(chance: Random, person: Row, first: date, last: date, category: str, off_job: str, hours: float) -> Row:
    held_on = pick_day(chance, first, last)
    return {
        "unit": person["unit"],
        "person_id": person["person_id"],
        "held_on": held_on.isoformat(),
        "course": f"{chance.choice(_COURSES[category])}（{held_on.month}月）",
        "category": category,
        "off_job": off_job,
        "hours": f"{hours:g}",
    }


def _lend_person(people: list[Row]) -> None:
    """One reconsideration officer stands on the rosters of two counties at once: a contradiction that must show."""
    lent = next(row for row in people if row["unit"] == "城区" and row["role"] == "行政复议人员")
    lent["joined"], lent["left"] = "2020-05-06", ""
    people.append({**lent, "unit": "沁水县", "joined": "2024-03-01"})
