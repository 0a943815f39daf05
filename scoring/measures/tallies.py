"""Counts, sums, ratios, changes and findings: all tallies over one dataset in ONE scan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from indicators.entries.tables import Dataset
from indicators.measures.rows import Tally
from indicators.pack.model import Pack
from scoring.base.relations import HUGE
from scoring.base.sql import join_and, quote_name
from scoring.measures.combinations import Combined, choose_keys, write_tally
from scoring.measures.raw import (
    Moment,
    can_be_open,
    list_asked_columns,
    name_reported,
    write_condition,
    write_period,
    write_raw,
)
from scoring.measures.tallied import Tallied

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
    "grows": pa.bool_(),
    "when_empty": pa.string(),
}


#: A distinct tally with its number.
_Wanted = tuple[int, Tallied]


class _Scan(NamedTuple):
    """A CTE that finds what is ``wanted``."""

    title: str
    query: str
    wanted: list[_Wanted]


@dataclass
class Scans:
    """The tallies of a pack, each distinct one once, grouped by the dataset that is scanned for them."""

    pack: Pack
    moment: Moment
    tallied: list[dict[str, object]] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)
    _numbers: dict[Tallied, int] = field(default_factory=dict)

    def note(
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
        grows: bool = False,
        when_empty: str = "counts_missing",
    ) -> None:
        """Take over a figure: by number the tallies that it consists of, by what they are multiplied, and its form."""
        row = (figure, form, num, num_factor, den, den_factor, before_num, before_den, counts_rows, grows, when_empty)
        self.tallied.append(dict(zip(TALLIED_COLUMNS, row, strict=True)))

    def number(self, tally: Tally, shift: int = 0, distinct: str | None = None) -> int:
        """The number of a tally of the scored year, or of one so many years from it; of the ``distinct`` values."""
        dataset = self.pack.dataset(tally.dataset)
        period = write_period(self.pack, dataset, self.moment.year + shift, tally.over)
        condition = write_condition(tally.where, dataset, self.moment)
        is_open = can_be_open(tally.where, dataset)
        asked = list_asked_columns(tally.where, dataset)
        return self.find_number(
            Tallied(dataset.id, period, condition, tally.sum, tally.less, distinct, open=is_open, asked=asked)
        )

    def find_number(self, tallied: Tallied) -> int:
        """Its number, the same for the same."""
        return self._numbers.setdefault(tallied, len(self._numbers) + 1)

    def add_levels(self, figure: int, dataset: Dataset, level: str, condition: str) -> None:
        """Count the rows of a figure per ``level``, an expression."""
        self.levels.append(
            f"SELECT {figure} AS figure, _unit AS unit, coalesce({level}, '（空）') AS level, "
            f"count(*)::HUGEINT AS n\nFROM {name_reported(dataset)}\nWHERE {condition}\nGROUP BY ALL"
        )

    def write_ctes(self) -> dict[str, str]:
        """One named CTE per dataset and period, one that turns them into rows, one that joins them to figures.

        Each period is scanned by itself: the files' statistics skip the others, and no tally asks for it row by row.
        """
        if not self.tallied:
            return {}
        scans: dict[tuple[str, str], list[_Wanted]] = {}
        for tallied, number in self._numbers.items():
            scans.setdefault((tallied.dataset, tallied.period), []).append((number, tallied))
        written = [scan for key, wanted in sorted(scans.items()) for scan in self._write_scans(*key, wanted)]
        ctes = {scan.title: scan.query for scan in written}
        ctes["tallies"] = "\nUNION ALL\n".join(_write_rows(scan.title, scan.wanted) for scan in written)
        ctes["tallied"] = _TALLIED
        return ctes

    def _write_scans(self, name: str, period: str, wanted: list[_Wanted]) -> list[_Scan]:
        """One scan, or where rows are grouped first one of all but the different values, and one of these."""
        dataset, title = self.pack.dataset(name), _name_scan(name, period)
        apart = [each for each in wanted if each[1].distinct is not None]
        added = [each for each in wanted if each[1].distinct is None]
        keys = choose_keys([tally for _, tally in added], dataset)
        if not keys:
            return [_Scan(title, _write_scan(dataset, period, wanted), wanted)]
        # Different values are no sum over combinations. Alone they cost the reading of their own column.
        scans = [_Scan(title, Combined(dataset, period, keys, tuple(added)).write(), added)]
        if apart:
            scans.append(_Scan(f"values in {title}", _write_scan(dataset, period, apart), apart))
        return scans


def _write_scan(dataset: Dataset, period: str, wanted: list[_Wanted]) -> str:
    listed = ",\n       ".join(column for number, tally in wanted for column in write_tally(number, tally, dataset))
    where = join_and([period])
    return f"SELECT _unit AS unit,\n       {listed}\nFROM {name_reported(dataset)}\nWHERE {where}\nGROUP BY _unit"


def _name_scan(dataset: str, period: str) -> str:
    return f"scan of {dataset} where {period}" if period else f"scan of {dataset}"


def _write_rows(name: str, wanted: list[_Wanted]) -> str:
    rows = ", ".join(_write_struct(number, tally) for number, tally in wanted)
    return f"SELECT unit, unnest([{rows}], recursive := true)\nFROM {quote_name(name)}"


def _write_struct(number: int, tally: Tallied) -> str:
    total = f"n_{number}" if tally.column is None and tally.distinct is None else f"total_{number}"
    empty = "0" if tally.needed is None else f"empty_{number}"
    is_open = f"open_{number}" if tally.open else "0"
    return (
        f"{{'tally': {number}, 'n': n_{number}::BIGINT, 'total': coalesce({total}, 0)::HUGEINT, "
        f"'empty': {empty}::BIGINT, 'open': {is_open}::BIGINT}}"
    )


_TALLIED = """SELECT f.figure, u.unit, f.form,
       coalesce(n.total, 0) * f.num_factor AS num,
       CASE WHEN f.den_tally IS NULL THEN f.den_factor ELSE coalesce(d.total, 0) * f.den_factor END AS den,
       CASE WHEN f.before_num_tally IS NOT NULL THEN coalesce(bn.total, 0) * f.num_factor END AS before_num,
       CASE WHEN f.before_den_tally IS NOT NULL THEN coalesce(bd.total, 0) * f.den_factor
            WHEN f.before_num_tally IS NOT NULL THEN f.den_factor END AS before_den,
       coalesce(n.n, 0) + coalesce(n.open, 0) = 0 AS no_rows, f.counts_rows, f.grows, f.when_empty,
       coalesce(n.empty, 0) + coalesce(d.empty, 0) + coalesce(bn.empty, 0) + coalesce(bd.empty, 0) > 0 AS has_empty,
       coalesce(n.open, 0) + coalesce(d.open, 0) + coalesce(bn.open, 0) + coalesce(bd.open, 0) > 0 AS has_open
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
        "CASE WHEN has_empty OR has_open THEN NULL"
        " WHEN starts_with(form, 'ratio') AND (num > den OR before_num > before_den)"
        " THEN 'numerator_above_denominator'"
        " WHEN starts_with(form, 'ratio') AND (num < 0 OR den < 0 OR before_num < 0 OR before_den < 0)"
        " THEN 'negative' WHEN form = 'rate' AND before_num < 0 THEN 'negative'"
        " WHEN form = 'quotient' AND den < 0 THEN 'negative' END"
    ),
    pending="CASE WHEN has_empty THEN when_empty WHEN has_open THEN 'counts_missing' END",
    growing="grows AND (has_empty OR has_open)",
    no_rows="no_rows AND counts_rows",
)
