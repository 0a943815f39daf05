"""Stored runs for other programs: items, totals and parts as Parquet with exact decimals, whole numbers and dates.

The contract is :data:`scoring.runs.dictionary.TABLES`. A run's own files are not touched: what is handed out is made
from them, and the bytes that a run was stored with stay what they are.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from data.runs.folder import RunFolder
from indicators.entries.amounts import has_no_end
from indicators.pack.model import Pack
from scoring.base.item import ITEM_FIELDS
from scoring.base.parts import list_parts
from scoring.measures.registry import find_measure
from scoring.results.result import TOTAL_FIELDS
from scoring.runs.dictionary import SCHEMA, TABLES


@dataclass(frozen=True)
class Heads:
    """What every row of a run's tables begins with."""

    run: str
    year: int
    as_of: date
    fictional: bool

    @staticmethod
    def of(run: RunFolder) -> Heads:
        """Those of a stored run."""
        held = run.manifest
        return Heads(run.path.name, int(held["year"]), date.fromisoformat(held["as_of"]), bool(held["fictional"]))


def read_precision(run: RunFolder) -> int:
    """How many decimals the run's marks have, as they were stored."""
    texts = pq.read_table(io.BytesIO(run.read("items.parquet")), columns=["full_marks"])["full_marks"]
    # Of marks without an upper end there is none.
    known = texts.drop_null()
    return len(known[0].as_py().partition(".")[2]) if len(known) else 0


def make_items(run: RunFolder, precision: int | None = None) -> pa.Table:
    """The items of a stored run; with a greater ``precision`` than its own, marks have so many decimals."""
    own = read_precision(run)
    stored = pq.read_table(io.BytesIO(run.read("items.parquet")))
    found = {name: stored[name] for name in ITEM_FIELDS}
    for name in ("low_points", "high_points", "applicable_low", "applicable_high"):
        # Runs of before the ranges of items were kept have none.
        if name in stored.column_names:
            found[name] = _scale(stored[name], own)
    found |= {name: stored[name] for name in ("loose", "varies", "exempting") if name in stored.column_names}
    return _make_table("items", Heads.of(run), found, stored.num_rows, own if precision is None else precision)


def make_totals(run: RunFolder, precision: int | None = None) -> pa.Table:
    """The totals of a stored run."""
    rows = json.loads(run.read("result.json"))["totals"]
    found = {name: pa.array([row.get(name) for row in rows]) for name in TOTAL_FIELDS}
    return _make_table(
        "totals", Heads.of(run), found, len(rows), read_precision(run) if precision is None else precision
    )


def make_parts(run: RunFolder, pack: Pack, precision: int | None = None) -> pa.Table:
    """The part results of a stored run; ``pack`` is the one that it was scored by."""
    own, heads = read_precision(run), Heads.of(run)
    stored = pq.read_table(io.BytesIO(run.read("parts.parquet")))
    known = {part.number: part for part in list_parts(pack, heads.year)}
    numbers = stored["part"].to_pylist()
    units = {number: find_measure(part.part.measure).find_unit(pack) for number, part in known.items()}
    whole = {name: pc.cast(pc.cast(stored[name], pa.string()), pa.decimal128(38, 0)) for name in _COUNTS}
    below = pc.cast(whole["den"], pa.float64())
    divided = pc.divide(pc.cast(whole["num"], pa.float64()), pc.if_else(pc.equal(below, 0.0), None, below))
    found: dict[str, object] = {name: stored[name] for name in _PLAIN}
    found |= whole | {
        "part": pc.cast(stored["part"], pa.int32()),
        "title": pa.array([known[number].part.title or None for number in numbers], pa.string()),
        "marks": _scale(stored["points"], own),
        "full_marks": _scale(stored["full_points"], own),
        "figure": divided,
        "unit_of_measure": pa.array([units[number] or None for number in numbers], pa.string()),
    }
    return _make_table("parts", heads, found, stored.num_rows, own if precision is None else precision)


_PLAIN = ("cohort", "unit", "indicator", "outcome", "reason", "reached", "forced")
_COUNTS = ("num", "den", "late", "missing", "days_low", "days_high")


def _scale(points: pa.ChunkedArray, precision: int) -> pa.Array:
    """Whole units of the last decimal as decimals; none where marks have no upper end."""

    def write(number: int) -> str | None:
        if has_no_end(number, 10**precision):
            return None
        whole, rest = divmod(abs(number), 10**precision)
        return f"{'-' if number < 0 else ''}{whole}" + (f".{rest:0{precision}d}" if precision else "")

    texts = [None if value is None else write(int(value)) for value in points.to_pylist()]
    return pc.cast(pa.array(texts, pa.string()), pa.decimal128(38, precision))


def _make_table(name: str, heads: Heads, found: dict[str, object], rows: int, precision: int) -> pa.Table:
    fields = [column.make_field(precision) for column in TABLES[name]]
    same = {"run": heads.run, "year": heads.year, "as_of": heads.as_of}
    arrays = []
    for field in fields:
        if field.name in same:
            arrays.append(pa.repeat(pa.scalar(same[field.name], field.type), rows))
        elif field.name in found:
            arrays.append(pc.cast(found[field.name], field.type))
        else:
            arrays.append(pa.nulls(rows, field.type))
    return pa.table(arrays, schema=pa.schema(fields, _write_metadata(name, [heads])))


def _write_metadata(name: str, runs: Sequence[Heads]) -> dict[bytes, bytes]:
    told = {
        "schema": SCHEMA,
        "table": name,
        "runs": [{"run": each.run, "year": each.year, "as_of": each.as_of.isoformat()} for each in runs],
        "fictional": any(each.fictional for each in runs),
    }
    return {b"ducha": json.dumps(told, ensure_ascii=False).encode()}


def make_schema(name: str, runs: Sequence[Heads], precision: int) -> pa.Schema:
    """The schema of a table that holds several runs."""
    return pa.schema([column.make_field(precision) for column in TABLES[name]], _write_metadata(name, runs))


def write_table(table: pa.Table) -> bytes:
    """A table as Parquet."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())
