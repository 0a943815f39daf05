"""A stored run as frames, read fast: what pages and comparisons work on. Marks are whole units of the last decimal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from data.runs.folder import RunFolder
from indicators.entries.amounts import OPEN_MARKS, OPEN_TITLE, has_no_end
from indicators.pack.model import Pack
from scoring.base.item import ITEM_FIELDS, ResultItem
from scoring.base.total import Total
from scoring.results.result import RANGE_MARKS, TOTAL_FIELDS, add_ends, lay_out_items, list_totals

if TYPE_CHECKING:
    from scoring.engine.run import Result

_ITEM_MARKS = ("marks", "full_marks", "applicable_marks", "counted")
#: Those of them that are only left out where they have no upper end.
_ENDS = ("full_marks", "applicable_marks")
_TOTAL_MARKS = ("total", "full", "low", "high", "widest_marks", "earned", "applicable", "base", "bonus", "deduction")
_FLAGS = ("zeroed", "veto_open")
_RANKS = ("rank", "exact_rank", "rank_best", "rank_worst")
#: Where a run's totals begin in result.json; the items before them are read from Parquet instead.
_TOTALS = b'"totals": '


@dataclass(frozen=True)
class Scores:
    """``items`` and ``totals`` have the fields of the contract; marks are integers, null where there are none."""

    run: str
    year: int
    as_of: date
    precision: int
    fictional: bool
    batches: tuple[dict[str, object], ...]
    items: pl.DataFrame
    totals: pl.DataFrame

    @cached_property
    def cohort(self) -> str:
        """The group whose scores these are, where they are those of one and anybody is in it."""
        return str(self.totals["cohort"][0])

    def list_totals(self) -> list[Total[int]]:
        """The totals as records."""
        return [Total(**row) for row in self.totals.iter_rows(named=True)]

    def list_items(self, unit: str | None = None, indicator: str | None = None) -> list[ResultItem[int]]:
        """The items as records: of all, of a unit, or of an indicator."""
        chosen = self.items
        if unit is not None:
            chosen = chosen.filter(pl.col("unit") == unit)
        if indicator is not None:
            chosen = chosen.filter(pl.col("indicator") == indicator)
        return [ResultItem(*row) for row in chosen.select(ITEM_FIELDS).iter_rows()]

    def of_cohort(self, cohort: str) -> Scores:
        """The same of one cohort."""
        if set(self.totals["cohort"].unique()) == {cohort}:
            return self
        chosen = pl.col("cohort") == cohort
        return replace(self, items=self.items.filter(chosen), totals=self.totals.filter(chosen))

    def of_units(self, units: frozenset[str] | None) -> Scores:
        """The same of some units; of all for None."""
        if units is None:
            return self
        chosen = pl.col("unit").is_in(list(units))
        return replace(self, items=self.items.filter(chosen), totals=self.totals.filter(chosen))


def read_scores(run: RunFolder, pack: Pack) -> Scores:
    """The scores of a run; ``pack`` is the one that it was scored by. Raises RunChanged."""
    manifest, content = run.manifest, run.read("result.json")
    totals = json.loads(content[content.rindex(_TOTALS) + len(_TOTALS) :].rstrip()[:-1])
    return make_scores(pack.head.precision, manifest, pl.read_parquet(run.read("items.parquet")), totals)


def read_written(result: bytes) -> Scores:
    """The scores that a result.json holds by itself: every amount of it has the number of decimals of its pack."""
    content = json.loads(result)
    items = frame_items(content["items"])
    written = items["counted"][0] if len(items) else "0"
    return make_scores(len(written.partition(".")[2]), content["run"], items, content["totals"])


def frame_result(pack: Pack, result: Result) -> Scores:
    """The scores of a result that is not stored: it has no id and names no batches."""
    manifest = {"id": "", "year": result.year, "as_of": result.as_of.isoformat(), "fictional": False}
    items = add_ends(lay_out_items(pack, result), result)
    return make_scores(result.precision, manifest, items, list_totals(pack, result))


def frame_items(items: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """The items of a result.json as in items.parquet, but for what that has beside the contract."""
    return pl.DataFrame(items, schema=dict.fromkeys(ITEM_FIELDS, pl.String))


def make_scores(
    precision: int, manifest: Mapping[str, Any], items: pl.DataFrame, totals: Sequence[Mapping[str, Any]]
) -> Scores:
    """A result whose parts are at hand: ``items`` as in items.parquet, ``totals`` as in result.json."""
    return Scores(
        run=manifest["id"],
        year=manifest["year"],
        as_of=date.fromisoformat(manifest["as_of"]),
        precision=precision,
        fictional=manifest["fictional"],
        batches=tuple(manifest.get("batches", ())),
        items=items.with_columns(_count(name) for name in _ITEM_MARKS).with_columns(
            pl.col(name).fill_null(int(OPEN_MARKS) * 10**precision) for name in _ENDS
        ),
        totals=frame_totals(totals),
    )


def frame_totals(totals: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """The totals of a result.json as :class:`Scores` has them."""
    schema = {
        name: pl.Boolean if name in _FLAGS else pl.Int64 if name in _RANKS else pl.String for name in TOTAL_FIELDS
    }
    return pl.DataFrame(list(totals), schema=schema).with_columns(_count(name) for name in _TOTAL_MARKS)


def _count(name: str) -> pl.Expr:
    """A decimal text as whole units of its last decimal."""
    return pl.col(name).str.replace(".", "", literal=True).cast(pl.Int64)


def read_parts(run: RunFolder) -> pl.DataFrame:
    """The part results of a run, as the engine had them. Raises RunChanged."""
    parts = pl.read_parquet(run.read("parts.parquet"))
    wide = [pl.col(name).cast(pl.String).cast(pl.Decimal(38, 0)) for name in _WIDE if name in parts.columns]
    return parts.with_columns(wide)


def restore_result(run: RunFolder, pack: Pack, scores: Scores) -> Result:
    """The result that the run was written from, as far as explanations need it: parts, items and full marks."""
    # Reading what is stored needs no engine, and does not wait for it to be imported.
    from scoring.engine.run import Result

    worth = {
        (cohort, indicator.id): int(marks * 10**pack.head.precision)
        for indicator in pack.indicators
        for cohort, marks in indicator.marks.items()
    }
    full = [worth[key] for key in zip(scores.items["cohort"], scores.items["indicator"], strict=True)]
    items = add_ranges(scores.items).with_columns(pl.Series("worth", full, dtype=pl.Int64))
    totals = scores.totals.rename({"full": "full_points"})
    restored = items.select(_list_engine_columns(pack))
    return Result(scores.year, scores.as_of, scores.precision, read_parts(run), restored, totals, {})


def _list_engine_columns(pack: Pack) -> Iterator[str | pl.Expr]:
    """The engine's columns of items, in its order, of those of :class:`Scores` and what each is ``worth``."""
    wide, deducts = pl.Decimal(38, 0), pl.col("section_kind") == "deduction"
    reviews = {section.id: section.review or "" for section in pack.head.sections}
    left = pl.when(deducts).then(pl.col("marks") + pl.col("applicable_marks")).otherwise("marks")
    yield from ("cohort", "unit", "indicator", "section", "section_kind")
    yield pl.col("section").replace_strict(reviews, return_dtype=pl.String).alias("review")
    yield pl.when(deducts).then("worth").otherwise("full_marks").cast(wide).alias("full_points")
    yield from ("outcome", "reason")
    yield left.cast(wide).alias("points")
    yield pl.col("applicable_marks").cast(wide).alias("applicable_points")
    yield from ("veto", "loose", "varies")
    yield from (pl.col(name).cast(wide) for name in RANGE_MARKS)
    yield "exempting"
    yield pl.col("counted").cast(wide).alias("counted_points")
    yield "unit_name"


def add_ranges(items: pl.DataFrame) -> pl.DataFrame:
    """The items with what they may still come to; a run from before that was kept has it of open items only."""
    if set(RANGE_MARKS) <= set(items.columns):
        return items
    opened = pl.col("outcome").is_in(["pending", "conflict", "error"])
    deducts = pl.col("section_kind") == "deduction"
    points = pl.when(deducts).then(pl.col("marks") + pl.col("applicable_marks")).otherwise("marks").fill_null(0)
    return items.with_columns(
        pl.when(opened).then(0).otherwise(points).alias("low_points"),
        pl.when(opened).then("applicable_marks").otherwise(points).alias("high_points"),
        pl.col("applicable_marks").alias("applicable_low"),
        pl.col("applicable_marks").alias("applicable_high"),
        opened.alias("loose"),
        opened.alias("varies"),
        pl.lit(False).alias("exempting"),
    )


_WIDE = (
    *("points", "exact_top", "exact_bottom", "full_points"),
    *("num", "den", "before_num", "before_den", "now_num", "now_den", "late", "missing", "days_low", "days_high"),
)


def write_marks(points: int | None, precision: int, *, signed: bool = False, none: str = "—") -> str:
    """Marks as they are printed; with a sign (``+0.50``) where a difference is meant."""
    if points is None:
        return none
    if has_no_end(points, 10**precision):
        return OPEN_TITLE
    whole, rest = divmod(abs(points), 10**precision)
    sign = "−" if points < 0 else "+" if signed and points else ""
    return f"{sign}{whole}.{rest:0{precision}d}" if precision else f"{sign}{whole}"
