"""Doubts (疑点) about reported data: looked for as the pack declares, beside the score and never part of it."""

from __future__ import annotations

from datetime import date

import duckdb

from data.batches.records import Inputs
from indicators.pack.doubts import DoubtRule
from indicators.pack.model import Pack
from indicators.pack.succession import Succession
from scoring.base.calculator import create_reported, create_world, open_engine
from scoring.doubts.copies import find_alike, find_duplicate_people
from scoring.doubts.days import find_outside_year
from scoring.doubts.doubt import ORDER, Doubt, Found, NamedNumber, Search, SearchedData
from scoring.doubts.figures import find_exceeding, find_jumps, find_small_numbers
from scoring.doubts.rows import cite_rows
from scoring.doubts.spread import find_at_target, find_heaping
from scoring.engine.run import RunOverflow, YearNotInPack
from scoring.measures.raw import Moment

__all__ = ["Doubt", "NamedNumber", "find_doubts"]

_SEARCHES: dict[str, Search] = {
    "exceeds": find_exceeding,
    "duplicate_people": find_duplicate_people,
    "alike": find_alike,
    "outside_year": find_outside_year,
    "jump": find_jumps,
    "at_target": find_at_target,
    "heaping": find_heaping,
    "small_number": find_small_numbers,
}


def find_doubts(pack: Pack, inputs: Inputs, year: int, as_of: date, *, threads: int | None = None) -> list[Doubt]:
    """Everything that the pack's doubts find in the data of a year as known on ``as_of``.

    By unit in the order of the register, then the most telling first. A pure function of its arguments that
    no score depends on. Only units that have reported what a doubt compares are looked at: missing is not zero.
    Raises YearNotInPack, or RunOverflow for figures of more than 38 digits.
    """
    if not pack.head.years.holds(year):
        raise YearNotInPack(pack, year)
    if not pack.doubts:
        return []
    doubts: list[tuple[int, Doubt]] = []
    with open_engine(inputs, threads) as connection:
        try:
            succession = Succession.of_year(pack.registry, year, as_of)
            create_world(connection, pack, inputs, year, succession)
            create_reported(connection, pack, inputs, as_of, succession, also=_list_datasets(pack))
            connection.execute("CREATE SCHEMA cited")
            units = dict(connection.execute("SELECT unit, name FROM units ORDER BY position").fetchall())
            scene = SearchedData(connection, pack, inputs, Moment(year, as_of), units, succession)
            for number, rule in enumerate(pack.doubts):
                for found in _SEARCHES[rule.check.kind](scene, rule):
                    doubts += [(number, doubt) for doubt in _write_doubts(scene, rule, found)]
        except duckdb.OutOfRangeException as error:
            raise RunOverflow(str(error).splitlines()[0]) from error
    places = {unit: place for place, unit in enumerate(units)}
    doubts.sort(key=lambda pair: (places[pair[1].unit], ORDER[pair[1].kind], -pair[1].weight, pair[0], pair[1].seen))
    return [doubt for _, doubt in doubts]


def _list_datasets(pack: Pack) -> set[str]:
    """The datasets that the doubts read."""
    return {name for rule in pack.doubts for name in rule.check.list_datasets()}


def _write_doubts(scene: SearchedData, rule: DoubtRule, found: Found) -> list[Doubt]:
    cited = cite_rows(scene, found)
    datasets = tuple(dict.fromkeys(trace.dataset for trace in found.traces))
    return [
        Doubt(
            rule=rule.id,
            title=rule.title,
            kind=rule.check.kind,
            unit=sighting.unit,
            unit_name=scene.name(sighting.unit),
            year=scene.moment.year,
            datasets=datasets,
            indicators=(sighting.indicator,) if sighting.indicator is not None else rule.indicators,
            figures=sighting.figures,
            rows=rows,
            cells=cells,
            seen=sighting.seen,
            why=rule.why,
            evidence=rule.evidence,
            weight=sighting.weight,
        )
        for sighting, (rows, cells) in zip(found.sightings, cited, strict=True)
    ]
