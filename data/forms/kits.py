"""Which workbooks are handed out, to whom, and what is on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from data.batches.current import Row
from data.forms.book import write_book
from data.forms.judgements import find_judged_datasets, plan_judgements
from data.forms.plan import SheetPlan, plan_sheet
from data.register.units import Registry
from indicators.entries.tables import Dataset
from indicators.meaning.asked import Asked, is_own, list_asked, list_asked_of_offices
from indicators.meaning.judging import is_judged
from indicators.pack.model import Pack
from indicators.pack.register import UnitEntry

#: The current rows of a dataset, by its id.
ReadRows = Callable[[str], Sequence[Row]]
_NO_OFFICE = "统一报送单位"


@dataclass(frozen=True)
class Kit:
    """A workbook to hand out: its file name, its title and its sheets."""

    file_name: str
    title: str
    plans: tuple[SheetPlan, ...]

    def leave_out(self, datasets: Collection[str]) -> Kit | None:
        """The same without some tables; None where nothing is left of it."""
        plans = tuple(plan for plan in self.plans if plan.dataset.id not in datasets)
        return replace(self, plans=plans) if plans else None

    def write(self, pack: Pack, *, fictional: bool) -> bytes:
        """The xlsx file; the same kit gives the same bytes. A ``fictional`` one says, and remembers, that it is."""
        return write_book(pack, self.title, self.plans, fictional=fictional)


def make_unit_kit(pack: Pack, unit: UnitEntry, year: int, read_rows: ReadRows) -> Kit | None:
    """One sheet per dataset that the unit is asked for: its own, and those that it reports for all. None: nothing."""
    own = [plan_sheet(pack, asked, unit, year, read_rows(asked.dataset.id)) for asked in list_asked(pack, unit, year)]
    office = [
        plan_for_all(pack, asked, year, read_rows)
        for asked in list_asked_of_offices(pack, year)
        if unit in find_offices(pack, asked.dataset)
    ]
    return _make_kit(pack, unit.name, year, [*own, *office])


def make_office_kits(pack: Pack, year: int, read_rows: ReadRows) -> list[Kit]:
    """A workbook for each office that reports for all and is not one unit of the register."""
    offices: dict[str, list[SheetPlan]] = {}
    for asked in list_asked_of_offices(pack, year):
        if len(find_offices(pack, asked.dataset)) != 1:
            name = asked.dataset.reported_by or _NO_OFFICE
            offices.setdefault(name, []).append(plan_for_all(pack, asked, year, read_rows))
    return [kit for name, plans in offices.items() if (kit := _make_kit(pack, name, year, plans)) is not None]


def make_all_kits(pack: Pack, year: int, read_rows: ReadRows) -> list[Kit]:
    """A workbook for every unit that is asked for something, and for every office that is not one unit.

    What several units report together goes to none of them alone.
    """
    kits = []
    for unit in pack.registry.units:
        own = [
            plan_sheet(pack, asked, unit, year, read_rows(asked.dataset.id)) for asked in list_asked(pack, unit, year)
        ]
        office = [
            plan_for_all(pack, asked, year, read_rows)
            for asked in list_asked_of_offices(pack, year)
            if find_offices(pack, asked.dataset) == (unit,)
        ]
        if (kit := _make_kit(pack, unit.name, year, [*own, *office])) is not None:
            kits.append(kit)
    return [*kits, *make_office_kits(pack, year, read_rows)]


def make_dataset_kit(
    pack: Pack, dataset: Dataset, year: int, read_rows: ReadRows, unit: UnitEntry | None = None
) -> Kit:
    """A workbook for one dataset, of one unit or of all units to which its indicators apply."""
    asked = find_asked(pack, dataset, year, unit)
    if unit is not None and is_own(dataset):
        plan = plan_sheet(pack, asked, unit, year, read_rows(dataset.id))
    else:
        plan = plan_for_all(pack, asked, year, read_rows)
    who = [unit.name] if unit is not None else []
    when = [] if dataset.period.standing else [f"{year}年"]
    return Kit(_name_file(dataset.title, *who, *when), f"{dataset.title}填报表", (plan,))


def make_judgement_kit(
    pack: Pack, year: int, read_rows: ReadRows, team: str | None, inspectors: Sequence[str]
) -> Kit | None:
    """The workbook for inspectors; None if nothing is judged in that year."""
    plans = [
        plan_judgements(pack, dataset, year, read_rows(dataset.id), team, inspectors)
        for dataset in find_judged_datasets(pack, year)
    ]
    title = f"{year} 年督察评定表" + (f"（{team}）" if team else "")
    who = [word for word in (team, *inspectors) if word]
    return Kit(_name_file(f"督察评定-{year}年", *who), title, tuple(plans)) if plans else None


def find_asked(pack: Pack, dataset: Dataset, year: int, unit: UnitEntry | None) -> Asked:
    """The dataset with the indicators of the year that need it, from this unit or from anybody."""
    if unit is not None:
        found = list_asked(pack, unit, year)
    else:
        units = (list_asked(pack, each, year) for each in pack.registry.units)
        found = [*list_asked_of_offices(pack, year), *(asked for group in units for asked in group)]
    indicators = {
        indicator.id: indicator for asked in found if asked.dataset.id == dataset.id for indicator in asked.indicators
    }
    return Asked(dataset, tuple(indicator for indicator in pack.indicators if indicator.id in indicators))


def find_offices(pack: Pack, dataset: Dataset, registry: Registry | None = None) -> tuple[UnitEntry, ...]:
    """The units of the register that report a dataset for all, as ``reported_by`` names them.

    Who asks for several datasets makes the ``registry`` once.
    """
    registry = registry or Registry.from_register(pack.registry)
    words = re.split(r"[、,,;;]", dataset.reported_by or "")
    ids = {
        found for word in [dataset.reported_by or "", *words] if word and (found := registry.resolve(word)) is not None
    }
    return tuple(unit for unit in pack.registry.units if unit.id in ids)


def plan_for_all(pack: Pack, asked: Asked, year: int, read_rows: ReadRows) -> SheetPlan:
    """The sheet of the office that reports for all; for judgements the one that inspectors use."""
    rows = read_rows(asked.dataset.id)
    if any(is_judged(indicator, asked.dataset.id) for indicator in asked.indicators):
        return plan_judgements(pack, asked.dataset, year, rows, None, ())
    return plan_sheet(pack, asked, None, year, rows)


def _make_kit(pack: Pack, who: str, year: int, plans: Iterable[SheetPlan]) -> Kit | None:
    sheets = tuple(plans)
    return Kit(_name_file(who, f"{year}年填报表"), f"{who} {year} 年填报表", sheets) if sheets else None


def _name_file(*words: str) -> str:
    """A file name that Windows takes too."""
    return re.sub(r'[<>:"/\\|?*\x00-\x1f]', "·", "-".join(words)).strip(". ") + ".xlsx"
