"""States of a generated world that laws compare with it: with rows, scopes and declarations taken away or changed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from indicators.lint.scales import list_cells
from indicators.pack.model import Indicator
from scoring.engine.run import Result
from scoring.measures.raw import may_be_empty
from tests.reference.generator import World, random_world
from tests.scoring.beside import score_beside
from tests.worlds import Tables

#: States of a world by what tells them apart.
States = dict[Any, World]


def empty_cells(world: World, rng: random.Random) -> tuple[Tables, set[str]]:
    """The world with one needed cell in twelve emptied, and the units that lost one."""
    parts = [part for indicator in world.pack.indicators for part in indicator.parts]
    needed = {(dataset.id, name) for part in parts for dataset, name in list_cells(part, world.pack)}
    optional = {(d, name) for d, name in needed if may_be_empty(world.pack.dataset(d), name)}
    tables: Tables = {name: [dict(row) for row in rows] for name, rows in world.tables.items()}
    touched = set()
    for dataset, name in sorted(optional):
        for row in tables[dataset]:
            if row[name] is not None and rng.random() < 1 / 12:
                row[name] = None
                touched.add(row["_unit"])
    return tables, touched


def without(world: World, dataset: str, unit: str, period: int | None = None) -> World:
    """The world in which a unit did not report a dataset, or one period of it."""
    scopes = {scope for scope in world.scopes if scope[:2] == (dataset, unit) and period in (None, scope[2])}
    rows = {
        name: [row for row in found if (name, row["_unit"], row["_period"]) not in scopes]
        for name, found in world.tables.items()
    }
    return replace(world, tables=rows, scopes=world.scopes - scopes)


def list_hidden(seed: int, world: World) -> States:
    """Three times without all that a unit reported of a dataset."""
    chosen = random.Random(seed).sample(sorted({scope[:2] for scope in world.scopes}), 3)
    return {found: without(world, *found) for found in chosen if found[0] != world.pack.head.exemptions}


def list_shortened(seed: int, world: World) -> States:
    """Four times without a period that a unit reported of a dataset."""
    own = sorted(scope for scope in world.scopes if not world.pack.dataset(scope[0]).is_register)
    chosen = random.Random(seed).sample(own, min(4, len(own)))
    return {found: without(world, *found) for found in chosen if found[0] != world.pack.head.exemptions}


def list_emptied(seed: int, world: World) -> States:
    """With one needed cell in twelve emptied, by the units that lost one."""
    tables, touched = empty_cells(world, random.Random(seed))
    return {frozenset(touched): replace(world, tables=tables)}


def list_undeclared(seed: int, world: World) -> States:
    """With no register declared complete."""
    return {"": replace(world, declared={})}


def list_lonely(seed: int, world: World) -> States:
    """Without the rows of one unit, whose name it is."""
    unit = random.Random(seed).choice([entry.id for entry in world.pack.registry.units])
    rows = {name: [row for row in found if row["_unit"] != unit] for name, found in world.tables.items()}
    return {unit: replace(world, tables=rows)}


def list_changed(seed: int, world: World) -> States:
    """With half of what a unit reported of a dataset, whose name it is: the first time not said to be reported."""
    rng = random.Random(seed)
    states: States = {}
    for number, (dataset, unit) in enumerate(rng.sample(sorted({scope[:2] for scope in world.scopes}), 2)):
        if dataset == world.pack.head.exemptions:
            continue
        tables = {
            name: [row for row in rows if name != dataset or row["_unit"] != unit or rng.random() < 0.5]
            for name, rows in world.tables.items()
        }
        scopes = {scope for scope in world.scopes if number or scope[:2] != (dataset, unit)}
        states[number, dataset] = replace(world, tables=tables, scopes=scopes)
    return states


def list_combined(world: World) -> dict[str, Indicator]:
    """The indicators whose parts are combined otherwise than by a sum."""
    return {found.id: found for found in world.pack.indicators if found.combine != "sum" and len(found.parts) > 1}


def list_unreported(seed: int, world: World) -> States:
    """Without each of the datasets that combined parts read, whose name it is."""
    parts = [part for found in list_combined(world).values() for part in found.parts]
    return {
        dataset: replace(
            world,
            tables={name: rows if name != dataset else [] for name, rows in world.tables.items()},
            scopes={scope for scope in world.scopes if scope[0] != dataset},
        )
        for dataset in sorted({name for part in parts for name in part.measure.datasets()})
    }


LISTS: dict[str, Callable[[int, World], States]] = {
    "hidden": list_hidden,
    "shortened": list_shortened,
    "emptied": list_emptied,
    "undeclared": list_undeclared,
    "lonely": list_lonely,
    "changed": list_changed,
    "unreported": list_unreported,
}


@dataclass(frozen=True)
class Stage:
    """A world with its result, and states of it by the list that they are from, with theirs."""

    seed: int
    world: World
    result: Result
    states: Mapping[str, Sequence[tuple[Any, World, Result]]]


def set_stage(seed: int, folder: Path) -> Stage:
    """The world of a seed and all its states, scored in one run."""
    world = random_world(seed)
    listed = [(name, label, state) for name, find in LISTS.items() for label, state in find(seed, world).items()]
    first, *others = score_beside([world, *(state for _, _, state in listed)], folder)
    states: dict[str, list[tuple[Any, World, Result]]] = {name: [] for name in LISTS}
    for (name, label, state), result in zip(listed, others, strict=True):
        states[name].append((label, state, result))
    return Stage(seed, world, first, states)
