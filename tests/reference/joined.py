"""Several random worlds in one pack: scored at once, each with cohorts, units and indicators of its own.

What a run costs is mostly what its statements take to plan, however few rows they read.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, get_args

from indicators.entries.amounts import Quantity
from indicators.pack.cases import Expected
from indicators.pack.model import Pack, PackFile, Review, Section, Years
from indicators.pack.register import Register
from tests.reference.generator import World, random_world
from tests.reference.random_days import ask
from tests.reference.results import Tables
from tests.reference.scorer import score_reference

#: What an item may come to, as the model has it.
OUTCOMES: Final = frozenset(get_args(Expected.model_fields["outcome"].annotation))


def list_outcomes(world: World) -> set[str]:
    """What the items of a world come to."""
    asked = ask(world.pack.calendar)
    found = score_reference(world.pack, world.tables, world.scopes, world.year, world.as_of, asked, world.declared)
    return {item.outcome for item in found.items.values()}


def joined_worlds(seeds: Sequence[int]) -> World:
    """The worlds of the seeds in one: all in the year and on the day of the first, by its policies and its calendar."""
    first = random_world(seeds[0])
    worlds = [first, *(random_world(seed, first) for seed in seeds[1:])]
    packs = [world.pack for world in worlds]
    registry = Register(
        kinds=tuple(kind for pack in packs for kind in pack.registry.kinds),
        units=tuple(unit for pack in packs for unit in pack.registry.units),
    )
    head = _join_heads([pack.head for pack in packs])
    if any(unit.last_day.year < first.year for unit in registry.units):
        head = head.model_copy(update={"years": Years()})
    pack = Pack(
        head=head,
        sources=(),
        texts={},
        datasets=first.pack.datasets,
        registry=registry,
        indicators=tuple(entry for pack in packs for entry in pack.indicators),
        days=first.pack.days,
        sha256=first.pack.sha256,
    )
    declared = {scope: day for world in worlds for scope, day in (world.declared or {}).items()}
    scopes = {scope for world in worlds for scope in world.scopes}
    return World(pack, _join_tables(worlds), scopes, first.year, first.as_of, declared)


def _join_heads(heads: list[PackFile]) -> PackFile:
    """The first head with the cohorts of all, and what it says by cohort for each of them."""
    first = heads[0]
    cohorts = tuple(cohort for head in heads for cohort in head.cohorts)
    sections = tuple(_join_sections(section, heads) for section in first.sections)
    reviews = tuple(_spread(review, [cohort.id for cohort in cohorts]) for review in first.reviews)
    return first.model_copy(update={"cohorts": cohorts, "sections": sections, "reviews": reviews})


def _join_sections(section: Section, heads: list[PackFile]) -> Section:
    same = [each for head in heads for each in head.sections if each.id == section.id]
    marks: dict[str, Decimal] = {name: full for each in same for name, full in each.marks.items()}
    cap: dict[str, Decimal] = {name: most for each in same for name, most in each.cap.items()}
    return section.model_copy(update={"marks": marks, "cap": cap})


def _spread(review: Review, cohorts: list[str]) -> Review:
    """The review with the weights that it has for the first world's cohorts for all, one after the other."""
    known: list[Quantity] = list(review.weight.values())
    weight = {name: known[place % len(known)] for place, name in enumerate(cohorts)}
    return review.model_copy(update={"weight": weight})


def _join_tables(worlds: list[World]) -> Tables:
    tables: Tables = {}
    for world in worlds:
        for name, rows in world.tables.items():
            tables.setdefault(name, []).extend(rows)
    for rows in tables.values():
        for number, row in enumerate(rows, 1):
            row["no"] = number
    return tables
