"""The fictional world that the demo reports describe: who the units are and how well each one does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from indicators.measures.registry import Measure
from indicators.measures.rows import Where
from indicators.pack.model import Indicator, Pack
from indicators.pack.register import UnitEntry

#: A row as a unit types it: column name -> text; a column that is left out stays empty.
Row = dict[str, str]
#: Dataset id -> rows.
Tables = dict[str, list[Row]]

YEARS: Final = (2023, 2024)
#: What is counted since the plan began is reported from its first year on.
FIRST_YEAR: Final = 2021

#: How well a unit does, from 0 to 1. Departments that are not named get a figure of their own by chance.
QUALITY: Final = {
    "jincheng": 0.93,
    "yangcheng": 0.965,
    "gaoping": 0.945,
    "zezhou": 0.93,
    "chengqu": 0.935,
    "qinshui": 0.885,
    "lingchuan": 0.78,
    "kaifaqu": 0.86,
    "sifa": 0.97,
    "jinrong": 0.70,
    "minzheng": 0.74,
}

#: Units that do not send some of their reports: the reason why they cannot be ranked, or only in part.
UNSENT: Final = {
    "kaifaqu": ("coverage", "judgements", "firm_checks", "drills", "decisions", "annual_reports", "milestones"),
    "qinshui": ("lectures",),
    "jinrong": ("decisions", "decision_lists", "annual_reports", "enforcement"),
    "minzheng": ("documents",),
}

#: Departments that carry out no administrative enforcement.
WITHOUT_ENFORCEMENT: Final = frozenset({"shenji", "jinrong", "fagai", "shangwu"})


@dataclass(frozen=True)
class World:
    """The units of the pack that are scored, and a source of chance that is the same for the same seed."""

    units: tuple[UnitEntry, ...]
    seed: int
    pack: Pack

    @classmethod
    def of_pack(cls, pack: Pack, seed: int) -> World:
        """The members of the pack's cohorts, in the order of the register."""
        scored = {unit.id for cohort in pack.head.cohorts for unit in pack.members(cohort)}
        return cls(tuple(unit for unit in pack.registry.units if unit.id in scored), seed, pack)

    def chance(self, *names: object) -> Random:
        """Chance that depends on nothing but the seed and the names, so that no table disturbs another."""
        return Random("/".join(str(name) for name in (self.seed, *names)))

    def select(self, *kinds: str) -> list[UnitEntry]:
        """The units of these kinds."""
        return [unit for unit in self.units if unit.kind in kinds]

    def sending(self, dataset: str, *kinds: str) -> list[UnitEntry]:
        """The units of these kinds that send this report at all."""
        return [unit for unit in self.select(*kinds) if dataset not in UNSENT.get(unit.id, ())]

    def list_asked(self, unit: UnitEntry) -> list[Indicator]:
        """The indicators that are asked of the unit, in the order of the pack."""
        cohorts = {cohort.id for cohort in self.pack.head.cohorts if unit in self.pack.members(cohort)}
        return [
            indicator
            for indicator in self.pack.indicators
            if cohorts & set(indicator.marks) and unit not in indicator.list_excluded(self.pack.registry, YEARS[-1])
        ]

    def list_subjects(self, unit: UnitEntry, dataset: str, column: str) -> list[str]:
        """The values of a choice column that the indicators asked of the unit look at, each once."""
        found = [
            str(value)
            for indicator in self.list_asked(unit)
            for part in indicator.parts
            for where in _list_wheres(part.measure, dataset)
            for value in (where[column].any_of if column in where else ())
        ]
        return list(dict.fromkeys(found))

    def quality(self, unit: str) -> float:
        """How well the unit does in general."""
        return QUALITY.get(unit) or round(self.chance("quality", unit).uniform(0.8, 0.99), 3)

    def level(self, unit: str, noun: str, year: int) -> float:
        """How well the unit does in one field and year: near its quality, a little better every year, at most 1."""
        found = self.quality(unit) + self.chance("level", unit, noun, year).uniform(-0.05, 0.06) - (2024 - year) * 0.02
        return 1.0 if found >= 0.95 else max(found, 0.3)


def _list_wheres(measure: Measure, dataset: str) -> Iterator[Where]:
    yield from (where for name, where in measure.chosen.list_conditions() if name == dataset)


def pick_marks(chance: Random, count: int, level: float) -> list[str]:
    """``count`` answers, as many 「是」 as the level says, in random order."""
    yes = round(count * level)
    answers = ["是"] * yes + ["否"] * (count - yes)
    chance.shuffle(answers)
    return answers


def pick_day(chance: Random, first: date, last: date) -> date:
    """A day from ``first`` to ``last``, both included."""
    return first + timedelta(days=chance.randint(0, max((last - first).days, 0)))


def pick_days(chance: Random, year: int, count: int) -> Iterator[date]:
    """``count`` different days of the year, in order, none of them in the last week."""
    yield from sorted(date(year, 1, 5) + timedelta(days=day) for day in chance.sample(range(350), count))


def name_case(year: int, number: int) -> str:
    """The number of a lawsuit; the word 虚 shows that no such case exists."""
    return f"（{year}）晋05虚行初{number}号"
