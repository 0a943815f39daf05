"""What is open in a random world ends, one way or another: here, at a peer, and as days go by.

Completing is: reporting a scope that a measure needs and nobody has reported, filling an empty cell, adding the date of
what was not done, deciding a conflict or an error anew, approving an exemption that was asked for, and time going by.
Data that are scored already are not touched: to correct them is no completion.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Literal

from indicators.entries.tables import Dataset
from indicators.meaning.periods import list_periods
from indicators.pack.model import Pack
from tests.reference.generator import World
from tests.reference.random_tables import DATASETS, FILLERS, Dice, fill_roster, fill_scope
from tests.reference.results import Row, Scopes, Tables
from tests.reference.rows import list_conditions

Way = Literal["best", "worst", "random"]
#: (dataset, unit) -> whether every part that reads it is open, by what a run said of them.
Open = set[tuple[str, str]]
#: Empty in these columns says something (always, still, for good) and is nothing unknown.
TELLING = {"people": {"joined", "left"}, "exemptions": {"expires_on"}}


def complete_world(world: World, rng: Random, way: Way, open_scopes: Open, share: float) -> World:
    """A later state of the world in which each open thing has ended with the chance ``share``."""
    maker = _Maker(world, rng, way, open_scopes, share)
    maker.report()
    maker.decide()
    maker.fill_cells()
    # Registers are declared complete for good, or stay as they were declared.
    declared = None if rng.random() < 0.7 else world.declared
    return World(world.pack, maker.tables, maker.scopes, world.year, pass_time(world, rng), declared)


def pass_time(world: World, rng: Random) -> date:
    """The same day, the next, or any later one."""
    if rng.random() < 0.4:
        return world.as_of
    return world.as_of + timedelta(days=rng.choice((1, 1, 2, 30, 100, 400, 900)))


def list_asked(pack: Pack) -> dict[str, list[str]]:
    """The indicators that judgements, findings and exemptions of random worlds are about."""
    asked: dict[str, list[str]] = {"exemptions": [found.id for found in pack.indicators]}
    for found in pack.indicators:
        for name in {name for part in found.parts for name in part.measure.datasets()} & {"judgements", "findings"}:
            asked.setdefault(name, []).append(found.id)
    return asked


class _Maker:
    def __init__(self, world: World, rng: Random, way: Way, open_scopes: Open, share: float) -> None:
        self.world, self.rng, self.way, self.share = world, rng, way, share
        self.tables: Tables = {name: [dict(row) for row in rows] for name, rows in world.tables.items()}
        self.scopes: Scopes = set(world.scopes)
        self.dice = Dice(rng, world.year)
        self.asked = list_asked(world.pack)
        self.open_scopes = open_scopes
        self.units = [unit.id for unit in world.pack.registry.units]
        self.asked_empty = {
            (name, column)
            for i in world.pack.indicators
            for part in i.parts
            for name, where in list_conditions(part.measure)
            for column, condition in where.items()
            if condition.empty is not None
        }
        self.used = {n for i in world.pack.indicators for part in i.parts for n in part.measure.datasets()}

    def happens(self) -> bool:
        return self.rng.random() < self.share

    def add(self, name: str, rows: list[Row]) -> None:
        table = self.tables[name]
        for row in rows:
            row.update(no=1000 + len(table), unit=row["_unit"])
            row.setdefault("_period", 0)
            table.append(row)

    def make_rows(self, name: str, unit: str, period: int) -> list[Row]:
        """Rows of one scope; in the best and the worst way the best or worst of several tries is taken."""
        if name == "people":
            rows = fill_roster(self.dice, [unit])
            for number, row in enumerate(rows):
                # One person claimed by two units is two reports that contradict each other, and no end of anything.
                row["person_id"] = f"p{number}.{unit}.{self.rng.random()}"
            return rows
        rows = fill_scope(self.dice, name, unit, period, self.asked.get(name, []))
        if self.way == "random":
            return rows
        for row in rows:
            fill, _ = FILLERS[name]
            tries = [fill(self.dice) for _ in range(4)]
            kept = {
                key: row[key]
                for key in ("indicator", "held_on", "who")
                if name in self.asked or name == "training"
                if key in row
            }
            row |= (max if self.way == "best" else min)(tries, key=_weigh) | kept
        return rows

    def report(self) -> None:
        """Scopes that a measure waits for; an office that reports for all does so at once."""
        pack, year = self.world.pack, self.world.year
        measures = [part.measure for indicator in pack.indicators for part in indicator.parts]
        needed = {scope for measure in measures for scope in list_periods(measure.chosen, pack, year)}
        for name in sorted(self.used):
            dataset = DATASETS[name]
            for period in sorted(period for asked, period in needed if asked == name):
                missing = [unit for unit in self.units if (name, unit, period) not in self.scopes]
                together = dataset.covers == "all_units"
                if together and missing and not self.happens():
                    continue
                for unit in missing:
                    if together or self.happens():
                        self.scopes.add((name, unit, period))
                        self.add(name, self.make_rows(name, unit, period))
            if dataset.one_row_per is not None:
                self.add_subjects(dataset)

    def add_subjects(self, dataset: Dataset) -> None:
        """A subject without a row has not been reported, and is now."""
        assert dataset.one_row_per is not None
        column = dataset.column(dataset.one_row_per)
        assert column is not None
        for name, unit, period in sorted(self.scopes):
            if name != dataset.id:
                continue
            has = {row[column.name] for row in self.tables[name] if (row["_unit"], row["_period"]) == (unit, period)}
            for subject in column.choices:
                if subject not in has and self.happens():
                    fill, _ = FILLERS[name]
                    row = fill(self.dice) | {"_unit": unit, "_period": period, "year": period, column.name: subject}
                    self.add(name, [row])

    def decide(self) -> None:
        """Where all that reads a unit's rows is open the rows may become any others."""
        for name, unit in sorted(self.open_scopes):
            if not self.happens() or name == "exemptions":
                continue
            periods = sorted(period for found, owner, period in self.scopes if (found, owner) == (name, unit))
            self.tables[name] = [row for row in self.tables[name] if row["_unit"] != unit]
            for period in periods:
                self.add(name, self.make_rows(name, unit, period))

    def fill_cells(self) -> None:
        for name in sorted(self.used | ({"exemptions"} if self.world.pack.head.exemptions else set())):
            dataset = DATASETS[name]
            if name not in FILLERS:
                # What a roster leaves empty is an answer: still in post, or a name that nobody asks for.
                continue
            for row in self.tables[name]:
                for column in dataset.columns:
                    if column.name in TELLING.get(name, set()) or (name, column.name) in self.asked_empty:
                        continue
                    if row.get(column.name, 0) is not None:
                        continue
                    if name == "exemptions":
                        if self.happens():
                            row[column.name] = "督察办"
                        continue
                    if not self.happens():
                        continue
                    if name == "reports" and column.name in ("made", "published", "archived"):
                        self.date_report(column.name, row)
                    else:
                        self.fill(name, column.name, row)

    def date_report(self, column: str, row: Row) -> None:
        """A date that agrees with the bounds of its row; a bound that says another thing would contradict it."""
        low, high = row["made"], row["archived__last"] or row["archived"]
        if column != "published" or (low is None and high is None):
            return None if column != "published" else self.fill("reports", column, row)
        known = self.world.as_of
        first = low if low is not None else min(high, known) - timedelta(days=self.rng.choice((0, 1, 40)))
        last = min(known, high if high is not None else known)
        if first > last:
            return None
        day = self.rng.choice((first, last, first + (last - first) / 2))
        row[column] = row[f"{column}__last"] = day
        return None

    def fill(self, name: str, column: str, row: Row) -> None:
        fill, _ = FILLERS[name]
        tries = [made for made in (fill(self.dice) for _ in range(30)) if made.get(column) is not None]
        if not tries:
            return
        made = tries[0]
        if self.way != "random":
            made = (max if self.way == "best" else min)(tries[:5], key=_weigh)
        row[column] = made[column]
        if f"{column}__last" in row:
            row[f"{column}__last"] = made.get(f"{column}__last", made[column])


def _weigh(row: Row) -> tuple[float, ...]:
    """More, sooner and better comes last."""
    total = 0.0
    for name, value in row.items():
        if isinstance(value, date):
            total -= value.toordinal() / 1000
        elif isinstance(value, bool) or value is None:
            total += bool(value)
        elif isinstance(value, str):
            total += {"好": 5, "中": 2, "国家级": 3, "省级": 2, "草稿": 3, "已撤销": 3, "严重": -3}.get(value, 0)
        elif name != "accepted":
            total += float(value)
    return (total,)


def withhold_approvals(world: World, rng: Random) -> World:
    """The same world where some exemptions are asked for and not approved yet."""
    if not world.pack.head.exemptions:
        return world
    rows = [{**row, "approver": None if rng.random() < 0.4 else row["approver"]} for row in world.tables["exemptions"]]
    return replace(world, tables={**world.tables, "exemptions": rows})
