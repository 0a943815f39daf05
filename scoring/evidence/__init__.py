"""Evidence: which rows and cells fed a figure, or which dataset is still missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from scoring.actuals.compile import ReportNeed, list_needs
from scoring.base.cells import Reader, Wanted, open_evidence
from scoring.base.cited import Cell, CitedRow, UsedRows
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_text
from scoring.engine.exemptions import write_holding
from scoring.evidence.gaps import find_gaps, name_gap
from scoring.measures.dated_rows import DatedRow
from scoring.measures.persons import CountedPeople, Person
from scoring.measures.raw import Moment, write_period
from scoring.measures.registry import find_measure

__all__ = [
    "Cell",
    "CitedRow",
    "CountedPeople",
    "DatedRow",
    "Evidence",
    "Missing",
    "Person",
    "Reader",
    "UsedRows",
    "find_evidence",
    "find_exemption",
    "find_gaps",
    "name_gap",
    "open_evidence",
    "read_ahead",
]

#: So many rows or people of a source are listed unless the caller says otherwise; the true number always stands beside.
LIMIT = 20


@dataclass(frozen=True)
class Missing:
    """A scope that is needed and has not been reported; ``period`` is None for a standing dataset.

    ``unit`` names the unit that should have, where it has been merged into the one that is scored. With ``until``
    it is a register that was reported but not declared complete up to that day; ``declared`` is how far it was.
    """

    dataset: str
    title: str
    period: int | None
    reported_by: str | None
    unit: str | None = None
    until: date | None = None
    declared: date | None = None


@dataclass(frozen=True)
class Evidence:
    """What a figure rests on. ``levels``: rows per level where marks go by level; ``dated``: rows of a date measure."""

    sources: tuple[UsedRows, ...]
    missing: tuple[Missing, ...] = ()
    people: CountedPeople | None = None
    levels: tuple[tuple[str, int], ...] = ()
    dated: tuple[DatedRow, ...] = ()


def find_evidence(reader: Reader, part: ScoredPart, unit: str, moment: Moment) -> Evidence:
    """The rows and cells behind one part of one unit, which is among the units of ``reader``.

    At most ``limit`` rows or people of each source are listed; their true number is always given.
    """
    needs = reader.keep(("needs", part.number), lambda: list_needs(part.part, reader.pack, moment))
    missing = find_missing(reader, needs, unit)
    if part.calendar is not None:
        return Evidence((), missing)
    cited = find_measure(part.part.measure).cite(reader, part, moment, unit)
    levels = _count_levels(reader, part, moment, unit)
    return Evidence(cited.sources, missing, cited.people, levels, cited.dated)


def read_ahead(reader: Reader, parts: Iterable[ScoredPart], moment: Moment) -> None:
    """Let the reader find at once what the figures of all ``parts`` rest on, for all of its units."""
    cited = [part for part in parts if part.calendar is None]
    feeds = (find_measure(part.part.measure).keep_feeds(reader, part, moment) for part in cited)
    reader.cite_ahead(feed for each in feeds for feed in each)
    levels: dict[str, dict[int, RowLevels]] = {}
    for part in cited:
        if (rows := _keep_levels(reader, part, moment)) is not None:
            levels.setdefault(rows.dataset, {})[part.figure] = rows
    for name, of_figure in levels.items():
        for figures in reader.share_out(name, list(of_figure)):
            for figure, counts in count_levels(reader, [of_figure[figure] for figure in figures], figures).items():
                reader.keep(_name_levels(figure), partial(dict, counts))


def find_missing(reader: Reader, needs: list[ReportNeed], unit: str) -> tuple[Missing, ...]:
    """What the unit, and those that it took over, have still to report of what a part needs before it can be scored."""
    found = (reader.keep(("missing", need), partial(_list_missing, reader, need)) for need in needs)
    return tuple(missing for of_unit in found for missing in of_unit.get(unit, ()))


def _list_missing(reader: Reader, need: ReportNeed) -> dict[str, tuple[Missing, ...]]:
    """What the units of the reader have still to report of one need; those who have nothing are left out."""
    found = ((unit, tuple(_find_missing(reader, need, unit))) for unit in reader.units)
    return {unit: missing for unit, missing in found if missing}


def _find_missing(reader: Reader, need: ReportNeed, unit: str) -> Iterator[Missing]:
    pack, inputs, (name, period, until) = reader.pack, reader.inputs, need
    scored, dataset = pack.registry.unit(unit), pack.dataset(name)
    shown = None if dataset.period.standing else period
    for reporter in reader.succession.list_reporters(scored, period):
        merged = None if reporter is scored else reporter.name
        if (name, reporter.id, period) not in inputs.scopes:
            yield Missing(name, dataset.title, shown, dataset.reported_by, merged)
        elif until is not None and (day := inputs.find_declared(name, reporter.id, period) or date.min) < until:
            told = day if day > date.min else None
            yield Missing(name, dataset.title, shown, dataset.reported_by, merged, until, told)


def _count_levels(reader: Reader, part: ScoredPart, moment: Moment, unit: str) -> tuple[tuple[str, int], ...]:
    """Rows per level, for marks that go by level."""
    rows = _keep_levels(reader, part, moment)
    if rows is None:
        return ()
    counts = reader.keep(_name_levels(part.figure), lambda: count_levels(reader, [rows], [part.figure])[part.figure])
    return tuple(counts.get(unit, ()))


def _name_levels(figure: int) -> tuple[str, int]:
    return ("levels", figure)


@dataclass(frozen=True)
class RowLevels:
    """Rows of a dataset that are counted by their ``level``, an expression."""

    dataset: str
    level: str
    condition: str


def _keep_levels(reader: Reader, part: ScoredPart, moment: Moment) -> RowLevels | None:
    return reader.keep(("level rows", part.figure), lambda: _find_levels(reader, part, moment))


def _find_levels(reader: Reader, part: ScoredPart, moment: Moment) -> RowLevels | None:
    """The rows whose levels are counted for a part; None where marks do not go by level."""
    measure, judged = find_measure(part.part.measure), part.part.beside.judged
    level = measure.write_level()
    if level is None or judged not in (None, measure.kind.level_column):
        return None
    (feed,) = measure.keep_feeds(reader, part, moment)
    given = f"{level} IS NOT NULL" if judged is not None else ""
    return RowLevels(feed.dataset, level, join_and([f"({feed.condition})", given]))


def count_levels(
    reader: Reader, wanted: Sequence[RowLevels], figures: Sequence[int]
) -> dict[int, dict[str, list[tuple[str, int]]]]:
    """By figure and unit the levels with their rows, of figures over one dataset by one statement."""
    numbers = ", ".join(
        f"CASE WHEN {rows.condition} THEN {figure} END" for rows, figure in zip(wanted, figures, strict=True)
    )
    shown = " ".join(f"WHEN {figure} THEN {rows.level}" for rows, figure in zip(wanted, figures, strict=True))
    found = reader.connection.execute(
        f"SELECT _unit, _figure, coalesce(CASE _figure {shown} END, '（空）') AS _level, count(*) AS _rows\n"
        f"FROM (SELECT *, unnest([{numbers}]) AS _figure FROM {reader.name_view(wanted[0].dataset)} "
        f"WHERE {reader.of_units()})\nWHERE _figure IS NOT NULL\n"
        "GROUP BY _unit, _figure, _level ORDER BY _unit, _figure, _level"
    )
    counts: dict[int, dict[str, list[tuple[str, int]]]] = {figure: {} for figure in figures}
    for unit, figure, level, number in found.fetchall():
        counts[figure].setdefault(unit, []).append((str(level), int(number)))
    return counts


def find_exemption(reader: Reader, indicator: str, unit: str, moment: Moment) -> UsedRows | None:
    """The approval by which an item is exempt; None where the pack keeps no exemptions."""
    pack = reader.pack
    if pack.head.exemptions is None:
        return None
    dataset = pack.dataset(pack.head.exemptions)
    condition = join_and(
        [
            write_period(pack, dataset, moment.year, "year"),
            f"indicator = {quote_text(indicator)}",
            write_holding(moment),
        ]
    )
    return reader.cite(Wanted(dataset.id, "批准的豁免", condition, ("reason", "approver", "expires_on")), unit)
