"""Several worlds in one run, each with cohorts, indicators and datasets of its own.

A run of the engine costs more to prepare than to compute. States of a world share its rules, units, year and day, and
worked examples often their policies, year and day, so that they can stand beside each other as cases do on a stage;
``test_laws`` holds that each comes out as it does alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from data.batches.registers import FOR_GOOD
from indicators.entries.tables import Entry
from indicators.pack.model import Members, Pack, PackFile
from scoring.base.parts import list_parts
from scoring.engine.run import Result, score
from tests.reference.generator import World
from tests.reference.results import Declared
from tests.worlds import Tables, store_tables


@dataclass(frozen=True)
class Names:
    """What the parts of the world are called in one state: own name -> name in the common run."""

    cohorts: Mapping[str, str]
    indicators: Mapping[str, str]
    datasets: Mapping[str, str]

    @classmethod
    def of_state(cls, pack: Pack, number: int) -> Names:
        """The names of the state of that number. Approvals name an indicator each, so that their table is shared."""

        def rename(things: Iterable[Any]) -> dict[str, str]:
            return {thing.id: f"{thing.id}_{number}" for thing in things}

        datasets = rename(pack.datasets)
        if pack.head.exemptions:
            datasets[pack.head.exemptions] = pack.head.exemptions
        return cls(rename(pack.head.cohorts), rename(pack.indicators), datasets)

    def rename(self, value: Any, key: str = "") -> Any:
        """A rule, or anything in it, with the names of this state."""
        if isinstance(value, Entry):
            fields = {name: getattr(value, name) for name in type(value).model_fields}
            return value.model_copy(update={name: self.rename(found, name) for name, found in fields.items()})
        if isinstance(value, tuple):
            return tuple(self.rename(each, key) for each in value)
        if isinstance(value, dict):
            return {self.cohorts.get(name, name): self.rename(found) for name, found in value.items()}
        known = {"dataset": self.datasets, "indicators": self.indicators, "id": self.indicators | self.cohorts}
        return known[key].get(value, value) if key in known and isinstance(value, str) else value

    def rename_rows(self, world: World) -> Tables:
        """The state's rows, in which indicators are named by columns of that type."""
        tables: Tables = {}
        for dataset in world.pack.datasets:
            named = [column.name for column in dataset.columns if column.type == "indicator"]
            tables[self.datasets[dataset.id]] = [
                {**row, **{name: self.indicators.get(row[name], row[name]) for name in named if name in row}}
                for row in world.tables.get(dataset.id, [])
            ]
        return tables


def tell_shared(world: World) -> tuple[str, ...]:
    """What worlds that stand beside each other have in common: year, day, calendar, policies, approved exemptions.

    Units whose register says more than a name are those of all, or of none.
    """
    pack, head = world.pack, world.pack.head
    sections = tuple(section.model_copy(update={"marks": {}, "cap": {}}) for section in head.sections)
    reviews = tuple(review.model_copy(update={"weight": {}}) for review in head.reviews)
    policies = head.model_copy(update={"cohorts": (), "sections": sections, "reviews": reviews})
    plain = all(unit.model_fields_set <= {"id", "name", "kind"} for unit in pack.registry.units)
    declared = list_declared(world).items()
    exempt = sorted(scope for scope in world.scopes if scope[0] == head.exemptions)
    told = sorted(pair for pair in declared if pair[0][0] == head.exemptions)
    registry = "" if plain else pack.registry.model_dump_json()
    return (f"{world.year} {world.as_of} {exempt} {told} {pack.days}", policies.model_dump_json(), registry)


def list_declared(world: World) -> Declared:
    """Up to which day registers are complete, as ``store_tables`` takes it: all for good unless the world says."""
    registers = {dataset.id for dataset in world.pack.datasets if dataset.is_register}
    for_good = {scope: FOR_GOOD for scope in world.scopes if scope[0] in registers}
    return for_good if world.declared is None else world.declared


def score_beside(states: Sequence[World], folder: Path) -> list[Result]:
    """The result of each state, from one run of them all; ``sql`` is left out, since it is not that of one.

    What ``tell_shared`` tells must be the same of all; registers are complete as far as declared.
    """
    first = states[0]
    assert len({tell_shared(state) for state in states}) == 1
    names = [Names.of_state(state.pack, number) for number, state in enumerate(states)]
    tables: Tables = {}
    scopes: set[tuple[str, str, int]] = set()
    declared: Declared = {}
    for state, called in zip(states, names, strict=True):
        for name, rows in called.rename_rows(state).items():
            tables.setdefault(name, []).extend(rows)
        scopes |= {(called.datasets[name], unit, period) for name, unit, period in state.scopes}
        for (name, unit, period), day in list_declared(state).items():
            declared[called.datasets[name], unit, period] = day
    pack = _join_packs([state.pack for state in states], names)
    result = score(pack, store_tables(pack, tables, scopes, folder, declared), first.year, first.as_of, threads=1)
    results, before = [], 0
    for state, called in zip(states, names, strict=True):
        results.append(_take_out(result, called, before))
        before += len(list_parts(state.pack, first.year))
    return results


def _join_packs(packs: Sequence[Pack], states: Sequence[Names]) -> Pack:
    units = {unit.id: unit for pack in packs for unit in pack.registry.units}
    heads: list[PackFile] = [
        names.rename(_name_members(pack, len(units))) for pack, names in zip(packs, states, strict=True)
    ]

    def join(groups: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        return {cohort: value for group in groups for cohort, value in group.items()}

    first = packs[0]
    sections = tuple(
        section.model_copy(
            update={
                "marks": join(head.sections[at].marks for head in heads),
                "cap": join(head.sections[at].cap for head in heads),
            }
        )
        for at, section in enumerate(first.head.sections)
    )
    reviews = tuple(
        review.model_copy(update={"weight": join(head.reviews[at].weight for head in heads)})
        for at, review in enumerate(first.head.reviews)
    )
    cohorts = tuple(cohort for head in heads for cohort in head.cohorts)
    datasets = {
        called: dataset.model_copy(update={"id": called})
        for pack, names in zip(packs, states, strict=True)
        for dataset in pack.datasets
        for called in [names.datasets[dataset.id]]
    }
    return first.model_copy(
        update={
            "head": first.head.model_copy(update={"cohorts": cohorts, "sections": sections, "reviews": reviews}),
            "registry": first.registry.model_copy(update={"units": tuple(units.values())}),
            "datasets": tuple(datasets.values()),
            "indicators": tuple(
                names.rename(indicator)
                for pack, names in zip(packs, states, strict=True)
                for indicator in pack.indicators
            ),
        }
    )


def _name_members(pack: Pack, known: int) -> PackFile:
    """The head, whose cohorts name their own units one by one where other packs have other ones."""
    own = pack.registry.units
    if len(own) == known:
        return pack.head
    cohorts = []
    for cohort in pack.head.cohorts:
        members = [unit.id for unit in own if unit.kind in cohort.members.kinds or unit.id in cohort.members.units]
        cohorts.append(cohort.model_copy(update={"members": Members(units=tuple(members))}))
    return pack.head.model_copy(update={"cohorts": tuple(cohorts)})


def _take_out(result: Result, names: Names, before: int) -> Result:
    """One state's rows under their own names; ``before`` is how many parts the tables before its own have."""
    own = {called: name for known in (names.cohorts, names.indicators) for name, called in known.items()}

    def take(frame: pl.DataFrame) -> pl.DataFrame:
        chosen = frame.filter(pl.col("cohort").is_in(list(names.cohorts.values())))
        renamed = [pl.col(name).replace(own) for name in ("cohort", "indicator", "widest") if name in frame.columns]
        numbers = [pl.col(name) - before for name in ("part",) if name in frame.columns]
        return chosen.with_columns(*renamed, *numbers).cast(dict(zip(frame.columns, frame.dtypes, strict=True)))

    return replace(result, parts=take(result.parts), items=take(result.items), totals=take(result.totals), sql={})
