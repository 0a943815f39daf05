"""The cells that are empty and would have to be filled before a figure is known."""

from __future__ import annotations

from indicators.measures.rows import Rows, list_asked
from indicators.pack.model import Pack
from scoring.base.cells import EMPTY, Reader, Wanted
from scoring.base.cited import CitedRow, UsedRows
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_list, quote_name, quote_text
from scoring.measures.raw import Moment, may_be_empty, write_condition, write_period

_USE = "空着的格"


def find_gaps(reader: Reader, part: ScoredPart, unit: str, moment: Moment) -> tuple[UsedRows, ...]:
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
    found = [
        wanted
        for rows in part.part.list_rows()
        for shift in rows.years
        if (wanted := _look(part, rows, pack, moment.year + shift, moment)) is not None
    ]
    return list(dict.fromkeys(found))


def _look(part: ScoredPart, rows: Rows, pack: Pack, year: int, moment: Moment) -> Wanted | None:
    """The rows of a year that lack a cell; None where every cell has always been filled."""
    dataset, where = pack.dataset(rows.dataset), rows.where or {}
    if dataset.event_date == rows.judged_date:
        # An empty date that is judged itself is no gap: it says that nothing was done.
        dataset = dataset.model_copy(update={"event_date": None})
    names = [dataset.people.person] if rows.people and dataset.people is not None else []
    names += rows.list_needed()
    names += [name for name, condition in list_asked(where) if condition.can_be_open]
    if dataset.event_date is not None and may_be_empty(dataset, dataset.event_date):
        names.append(dataset.event_date)
    if not names:
        return None
    about = [f"indicator = {quote_text(part.indicator.id)}"] if rows.of_indicator else []
    about += [f"state IN {quote_list(rows.states)}"] if rows.states else []
    columns = tuple(dict.fromkeys(names))
    empty = " OR ".join(f"{quote_name(name)} IS NULL" for name in columns)
    period = write_period(pack, dataset, year, rows.over)
    asked = f"({write_condition(where, dataset, moment, *about)}) IS NOT FALSE"
    return Wanted(dataset.id, _USE, join_and([period, asked, f"({empty})"]), columns)
