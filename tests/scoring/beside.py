"""Several states of one world in one run, each with cohorts, indicators and datasets of its own.

A run of the engine costs more to prepare than to compute. States of a world share its rules, units, year and day, so
that they can stand beside each other as cases do on a stage; ``test_laws`` holds that each comes out as it does alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from indicators.entries.tables import Entry
from indicators.pack.model import Pack, PackFile
from scoring.base.parts import list_parts
from scoring.engine.run import Result, score
from tests.reference.generator import World
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


def score_beside(states: Sequence[World], folder: Path) -> list[Result]:
    """The result of each state, from one run of them all; ``sql`` is left out, since it is not that of one.

    They must share pack, year, day, and what is reported of exemptions; registers are complete as far as declared.
    """
    first = states[0]
    exemptions = first.pack.head.exemptions
    assert all((state.pack, state.year, state.as_of) == (first.pack, first.year, first.as_of) for state in states)
    assert len({_list_common(state, exemptions) for state in states}) == 1
    names = [Names.of_state(first.pack, number) for number in range(len(states))]
    tables: Tables = {}
    scopes: set[tuple[str, str, int]] = set()
    declared: dict[tuple[str, str, int], Any] = {}
    for state, called in zip(states, names, strict=True):
        for name, rows in called.rename_rows(state).items():
            tables.setdefault(name, []).extend(rows)
        scopes |= {(called.datasets[name], unit, period) for name, unit, period in state.scopes}
        for (name, unit, period), day in (state.declared or {}).items():
            declared[called.datasets[name], unit, period] = day
    pack = _join_packs(first.pack, names)
    result = score(pack, store_tables(pack, tables, scopes, folder, declared), first.year, first.as_of, threads=1)
    length = len(list_parts(first.pack, first.year))
    return [_take_out(result, called, length) for called in names]


def _list_common(state: World, name: str | None) -> tuple[Any, ...]:
    declared = (state.declared or {}).items()
    return (
        frozenset(scope for scope in state.scopes if scope[0] == name),
        frozenset(pair for pair in declared if pair[0][0] == name),
    )


def _join_packs(pack: Pack, states: Sequence[Names]) -> Pack:
    heads: list[PackFile] = [names.rename(pack.head) for names in states]

    def join(groups: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        return {cohort: value for group in groups for cohort, value in group.items()}

    sections = tuple(
        section.model_copy(
            update={
                "marks": join(head.sections[at].marks for head in heads),
                "cap": join(head.sections[at].cap for head in heads),
            }
        )
        for at, section in enumerate(pack.head.sections)
    )
    reviews = tuple(
        review.model_copy(update={"weight": join(head.reviews[at].weight for head in heads)})
        for at, review in enumerate(pack.head.reviews)
    )
    cohorts = tuple(cohort for head in heads for cohort in head.cohorts)
    datasets = {
        called: dataset.model_copy(update={"id": called})
        for names in states
        for dataset in pack.datasets
        for called in [names.datasets[dataset.id]]
    }
    return pack.model_copy(
        update={
            "head": pack.head.model_copy(update={"cohorts": cohorts, "sections": sections, "reviews": reviews}),
            "datasets": tuple(datasets.values()),
            "indicators": tuple(names.rename(indicator) for names in states for indicator in pack.indicators),
        }
    )


def _take_out(result: Result, names: Names, length: int) -> Result:
    """One state's rows under their own names; ``length`` is how many parts its table has."""
    own = {called: name for known in (names.cohorts, names.indicators) for name, called in known.items()}

    def take(frame: pl.DataFrame) -> pl.DataFrame:
        chosen = frame.filter(pl.col("cohort").is_in(list(names.cohorts.values())))
        renamed = [pl.col(name).replace(own) for name in ("cohort", "indicator", "widest") if name in frame.columns]
        numbers = [(pl.col(name) - 1) % length + 1 for name in ("part",) if name in frame.columns]
        return chosen.with_columns(*renamed, *numbers).cast(dict(zip(frame.columns, frame.dtypes, strict=True)))

    return replace(result, parts=take(result.parts), items=take(result.items), totals=take(result.totals), sql={})
