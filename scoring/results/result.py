"""A run's result as other programs read it: exact decimals as text, in a fixed order, byte for byte.

The contract (``ducha.result.v1``): ``{"run": manifest, "items": [...], "totals": [...]}``; every amount of
marks is a decimal string with the pack's number of decimals, or null where there is none.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from indicators.entries.amounts import has_no_end
from indicators.entries.numbers import is_decimal
from indicators.pack.model import Pack
from scoring.base.item import ITEM_FIELDS, ResultItem
from scoring.results.rounding import Moved, find_moved

if TYPE_CHECKING:
    from scoring.engine.run import Result

#: How the items may still end, kept beside them in Parquet for a preview; no part of the contract.
RANGE_MARKS = ("low_points", "high_points", "applicable_low", "applicable_high")
RANGE_FLAGS = ("loose", "varies", "exempting")
TOTAL_FIELDS = (
    "cohort",
    "unit",
    "unit_name",
    "rank",
    "status",
    "total",
    "full",
    "low",
    "high",
    "rank_best",
    "rank_worst",
    "grade",
    "grade_best",
    "grade_worst",
    "widest",
    "widest_marks",
    "grade_cap",
    "zeroed",
    "veto_open",
    "earned",
    "applicable",
    "base",
    "bonus",
    "deduction",
    "known_share",
    "exact_total",
    "exact_rank",
    "exact_grade",
)


#: The amounts of marks among them, by the engine's columns.
_TOTAL_MARKS = {
    **{name: name for name in ("total", "low", "high", "earned", "applicable", "base", "bonus", "deduction")},
    "full": "full_points",
    "widest_marks": "widest_points",
}


def write_points(points: int | None, precision: int) -> str | None:
    """Whole units of the last decimal as a decimal string; None for what is not there, and for what has no end."""
    if points is not None and has_no_end(points, 10**precision):
        return None
    return None if points is None else f"{Decimal(points).scaleb(-precision):.{precision}f}"


def list_items(pack: Pack, result: Result) -> list[ResultItem[str]]:
    """The items with marks as decimal text, in the order of the result."""
    return [ResultItem(*row) for row in lay_out_items(pack, result).iter_rows()]


def lay_out_items(pack: Pack, result: Result) -> pl.DataFrame:
    """The items as a table of texts with :data:`ITEM_FIELDS`: by column, since there may be hundreds of thousands."""
    names = {indicator.id: indicator.name for indicator in pack.indicators}
    deducting = pl.col("section_kind") == "deduction"
    items = result.items.with_columns(
        indicator_name=pl.col("indicator").replace_strict(names, return_dtype=pl.String),
        reason=pl.when(pl.col("outcome") != "scored").then("reason"),
        marks=pl.when(deducting).then(pl.col("points") - pl.col("applicable_points")).otherwise("points"),
        full_marks=pl.when(deducting).then(0).otherwise("full_points"),
        applicable_marks="applicable_points",
        counted="counted_points",
    )
    columns = map(items.get_column, ITEM_FIELDS)
    return pl.DataFrame(
        [_write_column(each, result.precision) if each.dtype.is_numeric() else each for each in columns]
    )


def _write_column(points: pl.Series, precision: int) -> pl.Series:
    """Amounts as text, each that occurs written once: there are few of them."""
    values = points.to_list()
    written = {value: write_points(value, precision) for value in set(values)}
    return pl.Series(points.name, map(written.get, values), pl.String)


def list_totals(pack: Pack, result: Result) -> list[dict[str, object]]:
    """One dict per unit with :data:`TOTAL_FIELDS`, by cohort and rank.

    ``base`` is ``earned`` brought to the full marks where items do not apply or reviews are weighted;
    ``exact_total``, ``exact_rank`` and ``exact_grade`` are what they would be if nothing had been rounded; null
    where grade and rank would be the same.
    ``total`` is base + bonus + deduction within the pack's limits, unless a veto made it 0. However open items end,
    it lies from ``low`` to ``high``, the rank from ``rank_best`` to ``rank_worst`` and the grade from ``grade_best``
    to ``grade_worst``; a ``low`` without a ``high`` has no upper end. ``widest`` is the indicator that widens the range
    most, by ``widest_marks`` of the total.
    """
    moved = find_moved(pack, result)
    day = min(result.as_of, date(result.year, 12, 31))
    names = {unit.id: unit.name_on(day) for unit in pack.registry.units}
    rows = []
    for row in result.totals.iter_rows(named=True):
        known, applicable = Decimal(row["known"]), Decimal(row["applicable_known"])
        marks = {field: write_points(row[column], result.precision) for field, column in _TOTAL_MARKS.items()}
        share = f"{(known / applicable).quantize(Decimal('0.0001')):f}" if applicable else None
        values = {
            **{field: row[field] for field in TOTAL_FIELDS if field in row and field not in marks},
            **marks,
            "unit_name": names[row["unit"]],
            "known_share": share,
            **_write_moved(moved.get((row["cohort"], row["unit"])), result.precision),
        }
        rows.append({field: values[field] for field in TOTAL_FIELDS})
    return rows


def _write_moved(moved: Moved | None, precision: int) -> dict[str, object]:
    if moved is None:
        return {"exact_total": None, "exact_rank": None, "exact_grade": None}
    return {"exact_total": moved.write(precision), "exact_rank": moved.rank, "exact_grade": moved.grade}


def write_json(manifest: Mapping[str, object], pack: Pack, result: Result) -> bytes:
    """The whole contract as UTF-8 JSON, one item to a line so that two results can be compared by eye."""
    parts = [
        f'"run": {_dump(manifest)}',
        f'"items": {_dump_lines(lay_out_items(pack, result).iter_rows(named=True))}',
        f'"totals": {_dump_lines(list_totals(pack, result))}',
    ]
    return ("{" + ",\n".join(parts) + "}\n").encode()


#: Made once: ``json.dumps`` makes one for every call that asks for more than its defaults.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "))


def _dump(value: object) -> str:
    return _ENCODER.encode(value)


def _dump_lines(rows: Iterable[Mapping[str, object]]) -> str:
    return "[\n" + ",\n".join(_dump(row) for row in rows) + "\n]"


def write_csv(items: pl.DataFrame) -> bytes:
    """The items as CSV with a BOM, so that Excel and WPS read the Chinese; text never becomes a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(ITEM_FIELDS)
    writer.writerows(zip(*map(_guard_column, items.iter_columns()), strict=True))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _guard_column(texts: pl.Series) -> list[object]:
    values = texts.to_list()
    guarded = {value: guard_cell(value) for value in set(values)}
    return [guarded[value] for value in values]


def guard_cell(value: object) -> object:
    """A cell of a CSV: a text that a spreadsheet would take for a formula has an apostrophe before it."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_decimal(value):
        return "'" + value
    return "" if value is None else value


def add_ends(items: pl.DataFrame, result: Result) -> pl.DataFrame:
    """The items laid out, with how each may still end."""
    return items.hstack(result.items.select(*(pl.col(name).cast(pl.Int64) for name in RANGE_MARKS), *RANGE_FLAGS))


def write_parquet(items: pl.DataFrame) -> bytes:
    """The items with how they may still end as Parquet, marks as text as in the JSON."""
    sink = pa.BufferOutputStream()
    kinds = {**dict.fromkeys(RANGE_MARKS, pa.int64()), **dict.fromkeys(RANGE_FLAGS, pa.bool_())}
    table = pa.table(
        {each.name: pa.array(each.to_list(), kinds.get(each.name, pa.string())) for each in items.iter_columns()}
    )
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def write_frame(frame: pl.DataFrame) -> bytes:
    """A frame of a run as Parquet; 128-bit integers are kept as text."""
    buffer = io.BytesIO()
    wide = [name for name, kind in frame.schema.items() if kind == pl.Int128]
    frame.with_columns(pl.col(name).cast(pl.String) for name in wide).write_parquet(buffer)
    return buffer.getvalue()
