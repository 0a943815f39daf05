"""What scoring reads of the ledger: an immutable file per dataset that the ledger feeds, like any batch.

Only what counts is in it: findings from their confirmation on, judgements given, exemptions approved. Row n is
the n-th object by number. Whatever is imported of the same dataset stays beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from sqlalchemy.engine import Connection, Engine

from data.cells.columns import arrow_schema
from data.ledger.fields import NIL_KIND
from data.ledger.ledger import list_records
from data.ledger.machines import FINDING
from data.ledger.rows import ExemptionRow, FindingRow, InspectionRow, JudgementRow, RectificationRow, UserRow
from data.store.database import reading
from indicators.entries.tables import Column, Dataset
from indicators.pack.model import Pack

#: What a file of the ledger is called where a mark is explained.
FILE_NAMES = {"findings": "督察台账（问题）", "judgements": "督察台账（评定）", "exemptions": "督察台账（豁免）"}

#: An inspection in one of these states looks at its units; with its conclusion it has said all that it found.
_UNDER_WAY = ("active", "concluded", "closed")
_SAID_ALL = ("concluded", "closed")


@dataclass(frozen=True)
class LedgerFrame:
    """The rows of one dataset as ``arrow_table`` would give them, and the scopes they report.

    ``complete``: the scopes of a register in which no row means none.
    """

    dataset: Dataset
    file_name: str
    table: pa.Table
    scopes: frozenset[tuple[str, int]]
    complete: frozenset[tuple[str, int]]


def snapshot_ledger(engine: Engine, pack: Pack, supposed: Sequence[FindingRow] = ()) -> list[LedgerFrame]:
    """What counts now, for each dataset of the pack that the ledger feeds; nothing where the ledger is silent.

    ``supposed`` are findings that are looked at as if they had been confirmed.
    """
    fed = [dataset for dataset in pack.datasets if dataset.ledger is not None]
    if not fed:
        return []
    with reading(engine) as connection:
        inspected, complete = _list_inspected(connection)
        frames = []
        for dataset in fed:
            assert dataset.ledger is not None
            rows = _READERS[dataset.ledger](connection)
            if dataset.ledger == "findings":
                rows += [_write_finding(replace(finding, state="confirmed"), frozenset()) for finding in supposed]
                _note_repeats(rows)
            if dataset.ledger == "exemptions":
                years = {row.year for row in list_records(connection, ExemptionRow, state="approved")}
                scopes = {(unit.id, year) for unit in pack.registry.units for year in years}
            else:
                scopes = set(inspected)
            if rows or scopes:
                inspections = dataset.is_register and dataset.ledger != "exemptions"
                frames.append(_make_frame(dataset, rows, scopes, complete if inspections else set()))
        return frames


def _list_inspected(connection: Connection) -> tuple[set[tuple[str, int]], set[tuple[str, int]]]:
    """The units and years that inspections look at, and those of which every inspection has come to its conclusion."""
    looked_at: set[tuple[str, int]] = set()
    open_ones: set[tuple[str, int]] = set()
    for inspection in list_records(connection, InspectionRow):
        if inspection.state in _UNDER_WAY:
            mine = {(unit, inspection.year) for unit in inspection.units or []}
            looked_at |= mine
            if inspection.state not in _SAID_ALL:
                open_ones |= mine
    return looked_at, looked_at - open_ones


def _read_findings(connection: Connection) -> list[dict[str, object]]:
    relapsed = frozenset(
        row.finding for row in list_records(connection, RectificationRow) if row.cycle > 1 and row.finding
    )
    rows = []
    for finding in list_records(connection, FindingRow):
        if finding.state not in ("confirmed", "notified", "final", "correcting"):
            continue
        rows.append(_write_finding(finding, relapsed))
    return rows


def _note_repeats(rows: list[dict[str, Any]]) -> None:
    """Give each finding the day of the last one before it about the same indicator of the same unit."""
    last: dict[tuple[str, str], tuple[str, str | None]] = {}
    for row in sorted(rows, key=lambda row: (row["found_on"] or "", row["number"])):
        key, day = (row["unit"], row["indicator"]), row["found_on"] or ""
        latest, before = last.get(key, ("", None))
        # Those of one day are found together: none of them repeats another.
        before = before if day == latest else latest or None
        row["found_before"] = before
        last[key] = (day, before)


def _write_finding(finding: FindingRow, relapsed: Collection[str]) -> dict[str, object]:
    # While a correction waits for approval, what was approved keeps counting.
    content = finding.read_approved()
    state = "final" if finding.state == "correcting" else finding.state
    return {
        **{name: content[name] for name in ("unit", "indicator", "severity", "statement")},
        **{name: content[name] for name in ("kind", "method", "place")},
        # A 建议 says that it costs nothing; of any other kind nobody has said so.
        "proposed_marks": content.proposed_marks or ("0" if content.kind == NIL_KIND else None),
        "year": finding.year,
        "number": finding.id,
        "state": FINDING.state(state).word,
        "found_on": content.seen_on,
        "relapsed": finding.id in relapsed,
        "evidence": content.evidence,
    }


def _read_judgements(connection: Connection) -> list[dict[str, object]]:
    names = {user.id: user.name for user in list_records(connection, UserRow)}
    return [
        {
            **{name: row[name] for name in ("unit", "year", "indicator", "level", "marks", "evidence")},
            "inspector": names.get(row.inspector, row.inspector),
            "number": row.id,
            "reason": row.grounds,
        }
        for row in list_records(connection, JudgementRow, state="given")
    ]


def _read_exemptions(connection: Connection) -> list[dict[str, object]]:
    return [
        {
            **{name: row[name] for name in ("unit", "indicator", "year", "approver", "expires_on")},
            "number": row.id,
            "reason": row.grounds,
        }
        for row in list_records(connection, ExemptionRow, state="approved")
    ]


_READERS: dict[str, Callable[[Connection], list[dict[str, object]]]] = {
    "findings": _read_findings,
    "judgements": _read_judgements,
    "exemptions": _read_exemptions,
}


def _make_frame(
    dataset: Dataset, rows: list[dict[str, object]], scopes: set[tuple[str, int]], complete: set[tuple[str, int]]
) -> LedgerFrame:
    assert dataset.ledger is not None
    schema = arrow_schema(dataset)
    made = []
    for number, row in enumerate(rows, start=1):
        cells = {column.name: _convert(column, row.get(column.name)) for column in dataset.columns}
        cells |= {f"{column.name}__last": cells[column.name] for column in dataset.columns if column.month_allowed}
        # Where a file names a sheet, the number stands of an object that no column shows: a mark is explained by it.
        shown = None if dataset.column("number") is not None else row["number"]
        cells |= {"_unit": row["unit"], "_period": row["year"], "_sheet": shown, "_row": number}
        made.append(cells)
    table = pa.Table.from_pylist(made, schema=schema)
    return LedgerFrame(dataset, FILE_NAMES[dataset.ledger], table, frozenset(scopes), frozenset(complete))


def _convert(column: Column, value: Any) -> object:
    """A value of the ledger as the column's type has it."""
    if value is None:
        return None
    if column.type == "decimal":
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-column.decimals))
    if column.type == "date":
        return date.fromisoformat(value)
    if isinstance(value, list):
        return "、".join(value)
    return value
