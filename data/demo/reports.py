"""All reports of the demo: who sends what in which file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from data.demo.coverage import make_coverage
from data.demo.decisions import make_decisions
from data.demo.digital import make_digital
from data.demo.doubts import plant_doubts
from data.demo.enforcement import make_enforcement
from data.demo.files import write_csv, write_workbook
from data.demo.lawsuits import make_lawsuits
from data.demo.leadership import make_leadership
from data.demo.people import make_people
from data.demo.reviews import make_reviews
from data.demo.works import make_works
from data.demo.world import YEARS, Row, Tables, World
from indicators.pack.model import Pack

#: What every unit sends itself in a workbook of its own, and what in CSV files of its own.
_WORKBOOK = ("people", "training")
_OWN_CSV = ("enforcement", "firm_checks", "townships")
#: Offices that report for everybody sent their registers in the spring after the last year.
COMPLETE_TO = date(YEARS[-1] + 1, 3, 31)


def make_tables(pack: Pack, seed: int) -> Tables:
    """All rows of the demo by dataset."""
    world = World.of_pack(pack, seed)
    tables: Tables = {}
    for make in (
        make_people,
        make_lawsuits,
        make_decisions,
        make_enforcement,
        make_leadership,
        make_digital,
        make_coverage,
        make_works,
        make_reviews,
    ):
        tables.update(make(world))
    plant_doubts(tables)
    return tables


def generate_demo(pack: Pack, folder: Path, seed: int = 20250410) -> list[Path]:
    """Write the fictional reports for 2023 and 2024 into ``folder`` and return the files, in the order of names.

    The same seed gives the same bytes. The pack must be jincheng-2021-2025 or one with the same datasets.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = make_tables(pack, seed)
    paths: list[Path] = []
    for unit in World.of_pack(pack, seed).units:
        own = {name: rows for name in _WORKBOOK if (rows := _rows_of(tables[name], unit.name))}
        if own:
            paths.append(write_workbook(folder, pack, "人员和培训", own, unit.name))
        for name in _OWN_CSV:
            if unit.kind != "department" and (rows := _rows_of(tables[name], unit.name)):
                paths.append(write_csv(folder, pack.dataset(name), rows, unit.name))
    departments = {unit.name for unit in World.of_pack(pack, seed).select("department")}
    for name, rows in tables.items():
        if name in _WORKBOOK:
            continue
        rest = [row for row in rows if name not in _OWN_CSV or row["unit"] in departments]
        if rest:
            dataset = pack.dataset(name)
            paths.append(write_csv(folder, dataset, rest, complete_to=COMPLETE_TO if dataset.is_register else None))
    return sorted(paths)


def _rows_of(rows: list[Row], unit: str) -> list[Row]:
    return [row for row in rows if row["unit"] == unit]
