"""The cells that are empty and would have to be filled before a figure is known."""

from __future__ import annotations

from collections.abc import Iterable

from indicators.entries.tables import Dataset
from indicators.measures.registry import Measure
from indicators.measures.rows import Where
from indicators.pack.model import Pack
from scoring.base.cells import EMPTY, CitedRow, Reader, Source, Wanted
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_list, quote_name, quote_text
from scoring.measures.deadlines import read_dataset
from scoring.measures.raw import Moment, may_be_empty, write_condition, write_period

_USE = "空着的格"


def find_gaps(reader: Reader, part: ScoredPart, unit: str, moment: Moment) -> tuple[Source, ...]:
    """The rows of a unit with an empty cell that the measure needs; only those cells are cited."""
    wanted = reader.keep(("gaps", part.figure), lambda: list_gaps(part, reader.pack, moment))
    sources = (reader.cite(each, unit) for each in wanted)
    return tuple(source for source in sources if source.rows)


def name_gap(row: CitedRow) -> str:
    """Where a row has empty cells: its file, sheet, row and columns, or its number in the ledger."""
    empty = [cell for cell in row.cells if cell.value == EMPTY]
    cells = "、".join(f"{cell.address or ''}「{cell.column}」" for cell in empty)
    if row.number is not None:
        return f"{row.number or f'督察台账第{row.row}行'}{cells}"
    place = f"{row.file} " + (f"{row.sheet}!" if row.sheet else "")
    addressed = all(cell.address for cell in empty)
    return f"{place}{'' if addressed or row.row is None else f'第{row.row}行'}{cells}"


def list_gaps(part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
    """What to look for, by the engine's own conditions."""
    measure, year = part.part.measure, moment.year
    if measure.findings is not None:
        findings, dataset = measure.findings, pack.dataset(measure.findings.dataset)
        about = (f"indicator = {quote_text(part.indicator.id)}", f"state IN {quote_list(findings.states)}")
        needed = (findings.sum, findings.by)
        return _look(pack, dataset, findings.where, needed, year, moment, about)
    if measure.share_of_people is not None:
        return _look_at_people(measure, pack, moment)
    if measure.date is not None:
        return _look(pack, read_dataset(measure.date, pack), measure.date.where, (), year, moment)
    return _look_at_values(part, pack, moment)


def _look_at_values(part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
    measure, year = part.part.measure, moment.year
    if measure.count is not None:
        count, dataset = measure.count, pack.dataset(measure.count.dataset)
        return _look(pack, dataset, count.where, (count.by, count.distinct), year, moment, over=count.over)
    if measure.imported is not None:
        imported = measure.imported
        return _look(pack, pack.dataset(imported.dataset), imported.where, (imported.column,), year, moment)
    if measure.latest is not None:
        latest, dataset = measure.latest, pack.dataset(measure.latest.dataset)
        return _look(pack, dataset, latest.where, (latest.column, latest.order), year, moment, over="to_date")
    if measure.judgement is not None:
        column, dataset = part.part.marks.chosen.find_judged_column(), pack.dataset(measure.judgement.dataset)
        return _look(pack, dataset, {}, (column,), year, moment, (f"indicator = {quote_text(part.indicator.id)}",))
    years = (year, year - 1) if measure.change is not None else (year,)
    found = [
        wanted
        for tally in measure.chosen.list_tallies()
        for each in years
        for wanted in _look(
            pack, pack.dataset(tally.dataset), tally.where, (tally.sum, tally.less), each, moment, over=tally.over
        )
    ]
    return list(dict.fromkeys(found))


def _look_at_people(measure: Measure, pack: Pack, moment: Moment) -> list[Wanted]:
    people = measure.share_of_people
    assert people is not None
    roster, records = pack.dataset(people.roster.dataset), pack.dataset(people.records.dataset)
    assert roster.people is not None
    needed = (people.records.person, people.records.sum)
    over = "year" if people.within == "year" else "to_date"
    return [
        *_look(pack, roster, people.roster.where, (roster.people.person,), moment.year, moment),
        *_look(pack, records, people.records.where, needed, moment.year, moment, over=over),
    ]


def _look(
    pack: Pack,
    dataset: Dataset,
    where: Where,
    needed: Iterable[str | None],
    year: int,
    moment: Moment,
    about: tuple[str, ...] = (),
    over: str = "year",
) -> list[Wanted]:
    names = [name for name in needed if name is not None]
    names += [name for name, condition in where.items() if condition.can_be_open]
    if dataset.event_date is not None and may_be_empty(dataset, dataset.event_date):
        names.append(dataset.event_date)
    if not names:
        return []
    columns = tuple(dict.fromkeys(names))
    empty = " OR ".join(f"{quote_name(name)} IS NULL" for name in columns)
    period = write_period(pack, dataset, year, over)
    asked = f"({write_condition(where, dataset, moment, *about)}) IS NOT FALSE"
    return [Wanted(dataset.id, _USE, join_and([period, asked, f"({empty})"]), columns)]
