"""Counts, sums, ratios, changes and findings: all tallies over one dataset in ONE scan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyarrow as pa

from indicators.measures import Count, Measure, Tally
from indicators.model import Pack
from indicators.tables import Dataset
from scoring.actuals.raw import Moment, name_reported, scale_of, write_period, write_raw
from scoring.parameters import HUGE
from scoring.sql import join_and, quote_list, quote_name, quote_text, write_where

TALLIED_COLUMNS = {
    "figure": pa.int32(),
    "form": pa.string(),
    "num_tally": pa.int32(),
    "num_factor": HUGE,
    "den_tally": pa.int32(),
    "den_factor": HUGE,
    "before_num_tally": pa.int32(),
    "before_den_tally": pa.int32(),
    "counts_rows": pa.bool_(),
}


@dataclass
class Scans:
    """The tallies of a pack, each distinct one once, grouped by the dataset that is scanned for them."""

    pack: Pack
    moment: Moment
    tallied: list[dict[str, Any]] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    _numbers: dict[tuple[str, str, str, str], int] = field(default_factory=dict)

    def add(self, figure: int, indicator: str, measure: Measure) -> bool:
        """Take over the measure if it consists of tallies."""
        if measure.findings is not None:
            self._add_findings(figure, indicator, measure)
        elif measure.count is not None:
            self._add_count(figure, measure.count)
        elif measure.change is not None and measure.change.sum is not None:
            tally = measure.change.sum
            scale = 10 ** scale_of(self.pack.dataset(tally.dataset), tally.sum)
            self._note(figure, measure.change.by, self._number(tally, 0), 1, None, scale, self._number(tally, -1))
        elif measure.sum is not None:
            (tally,) = measure.tallies()
            scale = 10 ** scale_of(self.pack.dataset(tally.dataset), tally.sum)
            self._note(figure, "plain", self._number(tally, 0), 1, None, scale, counts_rows=True)
        elif (ratio := measure.ratio or (measure.change.ratio if measure.change else None)) is not None:
            pair = (ratio.numerator, ratio.denominator)
            scales = [10 ** scale_of(self.pack.dataset(tally.dataset), tally.sum) for tally in pair]
            now = [self._number(tally, 0) for tally in pair]
            if measure.change is None:
                self._note(figure, "ratio", now[0], scales[1], now[1], scales[0])
            else:
                before = [self._number(tally, -1) for tally in pair]
                form = f"ratio_{measure.change.by}"
                self._note(figure, form, now[0], scales[1], now[1], scales[0], before[0], before[1])
        else:
            return False
        return True

    def _note(
        self,
        figure: int,
        form: str,
        num: int,
        num_factor: int,
        den: int | None,
        den_factor: int,
        before_num: int | None = None,
        before_den: int | None = None,
        counts_rows: bool = False,
    ) -> None:
        row = (figure, form, num, num_factor, den, den_factor, before_num, before_den, counts_rows)
        self.tallied.append(dict(zip(TALLIED_COLUMNS, row, strict=True)))

    def _number(self, tally: Tally, shift: int, extra: str = "") -> int:
        dataset = self.pack.dataset(tally.dataset)
        period = write_period(dataset, self.moment.year + shift, tally.over)
        condition = join_and([extra, write_where(tally.where, dataset)])
        return self._find_number(dataset, period, condition, tally.sum or "")

    def _find_number(self, dataset: Dataset, period: str, condition: str, column: str) -> int:
        key = (dataset.id, period, condition, column)
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def _add_count(self, figure: int, count: Count) -> None:
        dataset = self.pack.dataset(count.dataset)
        if count.distinct is not None:
            period = write_period(dataset, self.moment.year, count.over)
            condition = write_where(count.where, dataset)
            number = self._find_number(dataset, period, condition, f"distinct {count.distinct}")
        else:
            number = self._number(Tally(dataset=count.dataset, where=count.where, over=count.over), 0)
        self._note(figure, "plain", number, 1, None, 1, counts_rows=True)
        if count.by is not None:
            condition = join_and(
                [write_period(dataset, self.moment.year, count.over), write_where(count.where, dataset)]
            )
            self._add_levels(figure, dataset, count.by, condition)

    def _add_findings(self, figure: int, indicator: str, measure: Measure) -> None:
        findings = measure.findings
        assert findings is not None
        dataset = self.pack.dataset(findings.dataset)
        extra = join_and([f"indicator = {quote_text(indicator)}", f"state IN {quote_list(findings.states)}"])
        tally = Tally(dataset=findings.dataset, where=findings.where, sum=findings.sum)
        self._note(figure, "plain", self._number(tally, 0, extra), 1, None, 10 ** scale_of(dataset, findings.sum))
        if findings.by is not None:
            period = write_period(dataset, self.moment.year, "year")
            condition = join_and([period, extra, write_where(findings.where, dataset)])
            self._add_levels(figure, dataset, findings.by, condition)

    def _add_levels(self, figure: int, dataset: Dataset, column: str, condition: str) -> None:
        self.levels.append(
            f"SELECT {figure} AS figure, _unit AS unit, coalesce({quote_name(column)}, '(空)') AS level, "
            f"count(*)::HUGEINT AS n\nFROM {name_reported(dataset)}\nWHERE {condition}\nGROUP BY ALL"
        )

    def write_ctes(self) -> dict[str, str]:
        """One named CTE per dataset and period, one that turns them into rows, one that joins them to figures.

        Each period is scanned by itself: the files' statistics skip the others, and no tally asks for it row by row.
        """
        if not self.tallied:
            return {}
        scans: dict[tuple[str, str], list[_Wanted]] = {}
        for (dataset, period, condition, column), number in self._numbers.items():
            scans.setdefault((dataset, period), []).append(_Wanted(number, condition, column))
        ordered = sorted(scans.items())
        ctes = {_name_scan(*key): self._write_scan(*key, wanted) for key, wanted in ordered}
        ctes["tallies"] = "\nUNION ALL\n".join(_write_rows(_name_scan(*key), wanted) for key, wanted in ordered)
        ctes["tallied"] = _TALLIED
        return ctes

    def _write_scan(self, name: str, period: str, wanted: list[_Wanted]) -> str:
        dataset = self.pack.dataset(name)
        columns = []
        for tally in wanted:
            chosen = f" FILTER (WHERE {tally.condition})" if tally.condition != "TRUE" else ""
            columns.append(f"count(*){chosen} AS n_{tally.number}")
            if tally.distinct is not None:
                columns.append(f"count(DISTINCT {quote_name(tally.distinct)}){chosen} AS total_{tally.number}")
            elif tally.column:
                factor = 10 ** scale_of(dataset, tally.column)
                column = quote_name(tally.column)
                columns.append(f"(sum({column}){chosen} * {factor})::HUGEINT AS total_{tally.number}")
                # Also of required columns: a batch may be older than the pack's rule that none is empty.
                columns.append(f"count(*){chosen} - count({column}){chosen} AS empty_{tally.number}")
        listed = ",\n       ".join(columns)
        where = join_and([period])
        return f"SELECT _unit AS unit,\n       {listed}\nFROM {name_reported(dataset)}\nWHERE {where}\nGROUP BY _unit"


def _name_scan(dataset: str, period: str) -> str:
    return f"scan of {dataset} where {period}" if period else f"scan of {dataset}"


class _Wanted(NamedTuple):
    """A distinct tally over one dataset and period; ``column`` is empty for a count of rows."""

    number: int
    condition: str
    column: str

    @property
    def distinct(self) -> str | None:
        """The column whose different values are counted."""
        return self.column.removeprefix("distinct ") if self.column.startswith("distinct ") else None


def _write_rows(name: str, wanted: list[_Wanted]) -> str:
    rows = ", ".join(_write_struct(tally) for tally in wanted)
    return f"SELECT unit, unnest([{rows}], recursive := true)\nFROM {quote_name(name)}"


def _write_struct(tally: _Wanted) -> str:
    number = tally.number
    total = f"total_{number}" if tally.column else f"n_{number}"
    empty = f"empty_{number}" if tally.column and tally.distinct is None else "0"
    return (
        f"{{'tally': {number}, 'n': n_{number}::BIGINT, "
        f"'total': coalesce({total}, 0)::HUGEINT, 'empty': {empty}::BIGINT}}"
    )


_TALLIED = """SELECT f.figure, u.unit, f.form,
       coalesce(n.total, 0) * f.num_factor AS num,
       CASE WHEN f.den_tally IS NULL THEN f.den_factor ELSE coalesce(d.total, 0) * f.den_factor END AS den,
       CASE WHEN f.before_num_tally IS NOT NULL THEN coalesce(bn.total, 0) * f.num_factor END AS before_num,
       CASE WHEN f.before_den_tally IS NOT NULL THEN coalesce(bd.total, 0) * f.den_factor
            WHEN f.before_num_tally IS NOT NULL THEN f.den_factor END AS before_den,
       coalesce(n.n, 0) = 0 AS no_rows, f.counts_rows,
       coalesce(n.empty, 0) + coalesce(d.empty, 0) + coalesce(bn.empty, 0) + coalesce(bd.empty, 0) > 0 AS has_empty
FROM figure_tallies f
CROSS JOIN units u
LEFT JOIN tallies n ON n.tally = f.num_tally AND n.unit = u.unit
LEFT JOIN tallies d ON d.tally = f.den_tally AND d.unit = u.unit
LEFT JOIN tallies bn ON bn.tally = f.before_num_tally AND bn.unit = u.unit
LEFT JOIN tallies bd ON bd.tally = f.before_den_tally AND bd.unit = u.unit"""

TALLIED_RAW = write_raw(
    "tallied",
    figure="figure",
    unit="unit",
    num="num",
    den="den",
    before_num="before_num",
    before_den="before_den",
    conflict=(
        "CASE WHEN has_empty THEN NULL WHEN starts_with(form, 'ratio') AND (num > den OR before_num > before_den)"
        " THEN 'numerator_above_denominator'"
        " WHEN starts_with(form, 'ratio') AND (num < 0 OR den < 0 OR before_num < 0 OR before_den < 0)"
        " THEN 'negative' WHEN form = 'rate' AND before_num < 0 THEN 'negative' END"
    ),
    pending="CASE WHEN starts_with(form, 'ratio') AND has_empty THEN 'counts_missing' END",
    no_rows="no_rows AND counts_rows",
)
