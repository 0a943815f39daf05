"""Data that nobody would believe at first sight, one case of each kind, planted where they change no marks of 2024.

They are as fictional as all the rest, and honest offices stay as they were made.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from data.demo.world import Row, Tables

_YEAR = "2024"


def plant_doubts(tables: Tables) -> None:
    """Change the rows of 2024 in place: who is doubted for what stands beside each call."""
    _train_strangers(tables, "陵川县")  # more people took the course than there are officers
    _multiply_lists(tables, "阳城县")  # five times as many items as the year before
    _copy_lists(tables, "高平市", "沁水县")  # three lists of another county's sizes
    _measure_early(tables, "高平市")  # a test of the year before
    _meet_target(tables, "晋城市")  # everybody exactly sixty hours
    _round_counts(tables, "市司法局")  # nothing but tens
    _rename_person(tables, "沁水县")  # one id, two names
    _double_person(tables, "泽州县")  # one name, two ids


def _of(tables: Tables, dataset: str, unit: str, **values: str) -> list[Row]:
    rows = tables[dataset]
    return [
        row for row in rows if row["unit"] == unit and all(row.get(name) == value for name, value in values.items())
    ]


def _train_strangers(tables: Tables, unit: str) -> None:
    officers = len(_of(tables, "people", unit, role="行政执法人员"))
    course = [row for row in _of(tables, "training", unit, category="执法轮训") if row["held_on"].startswith(_YEAR)]
    trained = len({row["person_id"] for row in course})
    for number in range(officers - trained + 3):
        tables["training"].append({**course[0], "person_id": f"P{900001 + number}"})


def _multiply_lists(tables: Tables, unit: str) -> None:
    for row in _of(tables, "list_releases", unit, year=_YEAR):
        row["items"] = str(int(row["items"]) * 5)


def _copy_lists(tables: Tables, source: str, target: str) -> None:
    sizes = {row["list_kind"]: row["items"] for row in _of(tables, "list_releases", source, year=_YEAR)}
    for row in _of(tables, "list_releases", target, year=_YEAR):
        row["items"] = sizes[row["list_kind"]]


def _measure_early(tables: Tables, unit: str) -> None:
    tests = _of(tables, "links", unit, year=_YEAR, segment="市到县")
    min(tests, key=lambda row: row["measured_on"])["measured_on"] = "2023-12-28"


def _meet_target(tables: Tables, unit: str) -> None:
    """Whoever has more than sixty hours of business and law has exactly sixty: enough is enough."""
    by_person: dict[str, list[Row]] = defaultdict(list)
    for row in _of(tables, "training", unit):
        if row["held_on"].startswith(_YEAR) and row["category"] in ("业务知识", "法律法规"):
            by_person[row["person_id"]].append(row)
    for rows in by_person.values():
        surplus = sum(Decimal(row["hours"]) for row in rows) - 60
        for row in sorted(rows, key=lambda row: row["held_on"], reverse=True):
            less = min(max(surplus, Decimal(0)), Decimal(row["hours"]))
            row["hours"] = f"{Decimal(row['hours']) - less}"
            surplus -= less


def _round_counts(tables: Tables, unit: str) -> None:
    """Every count becomes the next ten, so that a rate of 100 % stays one."""
    for row in _of(tables, "enforcement", unit, year=_YEAR):
        for name in ("decisions", "publicised", "to_record", "recorded", "major", "reviewed"):
            row[name] = str(-(-int(row[name]) // 10) * 10)


def _rename_person(tables: Tables, unit: str) -> None:
    """An officer bears the number of another unit's: one number with two names, and so two people."""
    other = next(row for row in _of(tables, "people", "城区", role="行政执法人员", left=""))
    officer = next(row for row in _of(tables, "people", unit, role="行政执法人员", left=""))
    old = officer["person_id"]
    for name in ("people", "training"):
        for row in _of(tables, name, unit, person_id=old):
            row["person_id"] = other["person_id"]


def _double_person(tables: Tables, unit: str) -> None:
    """Two officers who were in post all year become one of the same name and day under two numbers."""
    officers = _of(tables, "people", unit, role="行政执法人员", left="")
    first, second = [row for row in officers if row["joined"] < "2023"][:2]
    second["name"], second["joined"] = first["name"], first["joined"]
