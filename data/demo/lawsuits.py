"""Lawsuits against the units, what courts and procurators recommended, and reconsideration decisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from data.demo.world import YEARS, Row, Tables, World, name_case, pick_days, pick_marks
from indicators.pack.register import UnitEntry

#: Courts report the year before too: whether cases fall can only be said against it.
_COURT_YEARS = (2022, *YEARS)


def make_lawsuits(world: World) -> Tables:
    """The tables ``lawsuits``, ``recommendations`` and ``reconsiderations``."""
    return {
        "lawsuits": list(_sue(world)),
        "recommendations": list(_recommend(world)),
        "reconsiderations": list(_reconsider(world)),
    }


def _count_suits(world: World, unit: UnitEntry, year: int) -> tuple[int, int]:
    """Lawsuits and lost ones; good units see both fall from year to year, weak ones see them rise."""
    chance = world.chance("suits", unit.id)
    size = chance.randint(18, 40) if unit.kind == "county" else chance.randint(0, 9)
    steps = year - _COURT_YEARS[0]
    fall = 0.15 if world.quality(unit.id) >= 0.85 else -0.1
    suits = max(round(size * (1 - fall * steps)), 0)
    lost_share = 0.3 - 0.2 * world.quality(unit.id) - 0.02 * steps * (1 if fall > 0 else -1)
    return suits, max(round(suits * lost_share), 0)


def _sue(world: World) -> Iterator[Row]:
    number = 0
    for year in _COURT_YEARS:
        for unit in world.select("county", "zone", "department"):
            suits, lost = _count_suits(world, unit, year)
            chance = world.chance("lawsuits", unit.id, year)
            attended = pick_marks(chance, suits, world.level(unit.id, "appearance", year))
            for place in range(suits):
                number += 1
                outcome = "败诉" if place < lost else chance.choice(("胜诉", "胜诉", "化解撤诉", "未结"))
                required = "是" if place < lost or chance.random() < 0.6 else "否"
                performed = "否" if unit.id == "lingchuan" and place == 0 and year == 2024 else "是"
                yield {
                    "unit": unit.name,
                    "year": str(year),
                    "case_no": name_case(year, number),
                    "outcome": outcome,
                    "head_required": required,
                    "head_attended": attended[place] if required == "是" else "否",
                    "must_perform": "是" if outcome == "败诉" else "否",
                    "performed": performed if outcome == "败诉" else "否",
                }


def _recommend(world: World) -> Iterator[Row]:
    for year in YEARS:
        for place, unit in enumerate(world.select("county", "department")):
            if place % 3 == 1:
                continue
            chance = world.chance("recommendations", unit.id, year)
            good = pick_marks(chance, 3, world.level(unit.id, "reply", year))
            for turn, received in enumerate(pick_days(chance, year, 3)):
                due = received + timedelta(days=60)
                replied = due - timedelta(days=chance.randint(1, 30)) if good[turn] == "是" else due + timedelta(days=9)
                yield {
                    "unit": unit.name,
                    "number": f"晋城虚建〔{year}〕{place * 10 + turn}号",
                    "received_on": received.isoformat(),
                    # One letter states no date to answer by: nobody can say whether the answer was late.
                    "reply_due": "" if (unit.id, year, turn) == ("weijian", 2024, 0) else due.isoformat(),
                    "replied_on": replied.isoformat() if replied <= date(2025, 4, 10) else "",
                }


def _reconsider(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.sending("reconsiderations", "county"):
            chance = world.chance("reconsiderations", unit.id, year)
            count = chance.randint(8, 24)
            in_time = pick_marks(chance, count, world.level(unit.id, "disclosure", year))
            for turn, made in enumerate(pick_days(chance, year, count)):
                published = made + timedelta(days=chance.randint(5, 19) if in_time[turn] == "是" else 60)
                yield {
                    "unit": unit.name,
                    "number": f"{unit.name}虚复决〔{year}〕{turn + 1}号",
                    "made_on": made.isoformat(),
                    "published_on": published.isoformat(),
                    "public": "否" if chance.random() < 0.1 else "是",
                }
