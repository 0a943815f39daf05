"""All measures of one layer of a pack as named CTEs, and the relations that they join with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa

from indicators.meaning.periods import find_needed_day, list_periods
from indicators.pack.model import Pack, Part
from indicators.pack.succession import Succession
from scoring.actuals.listed import ROW_NEED_COLUMNS, list_row_needs, write_unlisted
from scoring.actuals.unsettled import list_subject_wants, write_unsettled
from scoring.base.parts import ScoredPart
from scoring.base.relations import make_table
from scoring.base.sql import write_with
from scoring.measures.layer import Layer
from scoring.measures.raw import Moment, write_raw
from scoring.measures.registry import find_measure
from scoring.measures.tallies import TALLIED_COLUMNS

RULE_COLUMNS = {
    "figure": pa.int32(),
    "indicator": pa.string(),
    "measure": pa.string(),
    "form": pa.string(),
    "from_zero": pa.string(),
    "nobody_applies_not": pa.bool_(),
    "zero_applies_not": pa.bool_(),
    "no_rows_applies_not": pa.bool_(),
}
NEED_COLUMNS = {"figure": pa.int32(), "dataset": pa.string(), "period": pa.int32(), "until": pa.date32()}
OWED_COLUMNS = {"figure": pa.int32(), "unit": pa.string(), "origin": pa.string()}
EXCLUDED_COLUMNS = {"figure": pa.int32(), "unit": pa.string()}


@dataclass(frozen=True)
class Actuals:
    """SQL and relations of one layer: ``figures`` is a SELECT over ``ctes``, ``levels`` one for counts per level.

    ``unlisted`` and ``unsettled`` yield (figure, unit): a subject has no row; the figure may still change.
    """

    ctes: dict[str, str]
    levels: str
    unlisted: str
    unsettled: str
    figure_tallies: pa.Table
    figure_rules: pa.Table
    needs: pa.Table
    row_needs: pa.Table
    row_wants: pa.Table
    excluded: pa.Table
    newcomers: pa.Table
    owed: pa.Table

    @property
    def figures(self) -> str:
        """The whole statement that yields figure, unit, state, reason and the figure itself."""
        return write_with(self.ctes, write_figures(self.newcomers.num_rows > 0))


def compile_actuals(pack: Pack, parts: list[ScoredPart], moment: Moment) -> Actuals:
    """The measures of ``parts``, each figure once however many cohorts share it."""
    figures = {part.figure: part for part in parts}
    succession = Succession.of_year(pack.registry, moment.year, moment.as_of)
    owed = _list_owed(figures, pack, succession)
    layer = Layer(pack, moment, frozenset(row["figure"] for row in owed))
    for figure, part in figures.items():
        if part.calendar is not None:
            layer.add(write_raw("units u", figure=str(figure), unit="u.unit", pending="'calendar_missing'"))
        else:
            find_measure(part.part.measure).compile(figure, part, layer)
    ctes, branches = layer.write_ctes(), layer.list_branches()
    if not branches:
        branches = [write_raw("units WHERE FALSE", figure="0", unit="unit", num="0::HUGEINT")]
    row_needs = list_row_needs({figure: part.part.measure.chosen for figure, part in figures.items()}, pack, moment)
    row_wants = list_subject_wants(figures, pack, moment)
    empty = "SELECT 0 AS figure, '' AS unit, '' AS level, 0::HUGEINT AS n WHERE FALSE"
    return Actuals(
        ctes={**ctes, "raw": "\nUNION ALL\n".join(branches)},
        levels="\nUNION ALL\n".join([empty, *layer.list_levels()]),
        unlisted=write_unlisted(row_needs, pack),
        unsettled=write_unsettled(figures, pack, moment, row_wants),
        figure_tallies=make_table(layer.scans.tallied, TALLIED_COLUMNS),
        figure_rules=make_table([_write_rule(figure, part) for figure, part in figures.items()], RULE_COLUMNS),
        needs=make_table(_list_needs(figures, pack, moment), NEED_COLUMNS),
        row_needs=make_table(row_needs, ROW_NEED_COLUMNS),
        row_wants=make_table(row_wants, ROW_NEED_COLUMNS),
        excluded=make_table(_list_excluded(figures, pack, succession), EXCLUDED_COLUMNS),
        newcomers=make_table(_list_newcomers(figures, pack, succession), EXCLUDED_COLUMNS),
        owed=make_table(owed, OWED_COLUMNS),
    )


def _write_rule(figure: int, part: ScoredPart) -> dict[str, object]:
    condition, comparison = part.indicator.not_applicable_when, find_measure(part.part.measure).compare()
    return {
        "figure": figure,
        "indicator": part.indicator.id,
        "measure": part.part.measure.kind,
        "form": comparison.form,
        "from_zero": comparison.from_zero,
        "nobody_applies_not": condition.roster == "empty",
        "zero_applies_not": condition.denominator == "zero",
        "no_rows_applies_not": condition.rows == "none",
    }


class ReportNeed(NamedTuple):
    """A period of a dataset that must have been reported; of a register, declared complete up to ``until``."""

    dataset: str
    period: int
    until: date | None


def list_needs(part: Part, pack: Pack, moment: Moment) -> list[ReportNeed]:
    """What must have been reported before the part's measure says anything."""
    found = []
    for name, period in list_periods(part.measure.chosen, pack, moment.year):
        dataset = pack.dataset(name)
        until = find_needed_day(part, dataset, period, moment.year, moment.as_of) if dataset.is_register else None
        found.append(ReportNeed(name, period, until))
    return found


def _list_needs(figures: dict[int, ScoredPart], pack: Pack, moment: Moment) -> list[dict[str, object]]:
    return [
        {"figure": figure, **need._asdict()}
        for figure, part in figures.items()
        for need in list_needs(part.part, pack, moment)
    ]


def _list_excluded(figures: dict[int, ScoredPart], pack: Pack, succession: Succession) -> list[dict[str, object]]:
    return [
        {"figure": figure, "unit": unit.id}
        for figure, part in figures.items()
        for unit in part.indicator.list_excluded(pack.registry, succession.year, succession.takers)
    ]


def _list_newcomers(figures: dict[int, ScoredPart], pack: Pack, succession: Succession) -> list[dict[str, object]]:
    """The units that a change cannot be asked of: neither they nor whom they took over existed the year before."""
    units = succession.list_newcomers(pack.registry.units)
    return [
        {"figure": figure, "unit": unit.id}
        for figure, part in figures.items()
        if part.part.measure.chosen.looks_back
        for unit in units
    ]


def _list_owed(figures: dict[int, ScoredPart], pack: Pack, succession: Succession) -> list[dict[str, Any]]:
    """Whose duties a unit answers for, where these are several: of a thing owed once, by a fixed day."""
    if not succession.heirs:
        return []
    owed = []
    for figure, part in figures.items():
        target = part.part.target
        if not part.part.measure.chosen.owed_by_each or part.last_day is None:
            continue
        assert target is not None and target.by is not None
        for unit in pack.registry.units if target.by.after is None else ():
            debtors = succession.list_debtors(unit, part.last_day)
            if len(debtors) > 1:
                owed += [{"figure": figure, "unit": unit.id, "origin": debtor.id} for debtor in debtors]
    return owed


_ZERO = "(r.before_num = 0 OR r.before_den = 0)"
_CHANGED = """CASE f.form
         WHEN 'difference' THEN r.num - r.before_num
         WHEN 'rate' THEN r.num - r.before_num
         WHEN 'ratio_difference' THEN CASE WHEN r.before_den = 0 THEN r.num
              ELSE r.num * r.before_den - r.before_num * r.den END
         WHEN 'ratio_rate' THEN r.num * r.before_den - r.before_num * r.den
         ELSE r.num END"""
_BASE = """CASE f.form
         WHEN 'difference' THEN r.den
         WHEN 'rate' THEN r.before_num
         WHEN 'ratio_difference' THEN CASE WHEN r.before_den = 0 THEN r.den ELSE r.den * r.before_den END
         WHEN 'ratio_rate' THEN r.den * r.before_num
         ELSE r.den END"""

_NEWCOMERS = """
            WHEN b.unit IS NOT NULL THEN 'not_applicable/no_year_before'"""
_JOIN_NEWCOMERS = """
  LEFT JOIN newcomers b ON b.figure = r.figure AND b.unit = r.unit"""


def write_figures(newcomers: bool) -> str:
    """The last SELECT; only with ``newcomers`` does it ask whether a unit existed in the year before."""
    return _FIGURES.format(when_new=_NEWCOMERS if newcomers else "", join_new=_JOIN_NEWCOMERS if newcomers else "")


#: The order of these cases is the order in which docs/pack-format.md lists them.
_FIGURES = f"""SELECT figure, unit,
       CASE split_part(verdict, '/', 1) WHEN '' THEN NULL ELSE split_part(verdict, '/', 1) END AS state,
       CASE split_part(verdict, '/', 2) WHEN '' THEN NULL ELSE split_part(verdict, '/', 2) END AS reason,
       num, den, before_num, before_den, now_num, now_den, forced, late, missing, days_low, days_high, lowest, highest,
       growing AND verdict IN ('pending/counts_missing', 'pending/marks_undecided') AS growing
FROM (
  SELECT r.figure, r.unit,
       CASE WHEN x.unit IS NOT NULL THEN 'not_applicable/unit_excluded'{{when_new}}
            WHEN m.reported = 'nothing' THEN 'pending/not_reported'
            WHEN m.reported = 'not all' THEN 'pending/register_open'
            WHEN l.unit IS NOT NULL THEN 'pending/row_missing'
            WHEN r.conflict IS NOT NULL THEN 'conflict/' || r.conflict
            WHEN f.no_rows_applies_not AND r.no_rows THEN 'not_applicable/no_rows'
            WHEN r.pending IS NOT NULL THEN 'pending/' || r.pending
            WHEN f.nobody_applies_not AND r.nobody THEN 'not_applicable/nobody'
            WHEN f.zero_applies_not AND r.den = 0 THEN 'not_applicable/zero_denominator'
            WHEN r.den = 0 THEN 'pending/zero_denominator'
            WHEN f.from_zero = 'not_applicable' AND {_ZERO} THEN 'not_applicable/from_zero'
            WHEN f.from_zero = 'pending' AND {_ZERO} THEN 'pending/from_zero'
            ELSE '' END AS verdict,
       CASE WHEN f.from_zero = 'still_zero_reaches' AND {_ZERO}
            THEN CASE WHEN r.num = 0 THEN 'full' ELSE 'zero' END END AS forced,
       {_CHANGED} AS num,
       {_BASE} AS den,
       r.before_num, r.before_den, r.num AS now_num, r.den AS now_den,
       r.late, r.missing, r.days_low, r.days_high, r.lowest, r.highest, r.growing
  FROM raw r
  JOIN figure_rules f ON f.figure = r.figure
  LEFT JOIN excluded x ON x.figure = r.figure AND x.unit = r.unit
  LEFT JOIN unreported m ON m.figure = r.figure AND m.unit = r.unit
  LEFT JOIN unlisted l ON l.figure = r.figure AND l.unit = r.unit{{join_new}}
)"""

UNREPORTED = """SELECT n.figure, u.unit,
       CASE WHEN bool_or(s.dataset IS NULL) THEN 'nothing' ELSE 'not all' END AS reported
FROM needs n
CROSS JOIN units u
LEFT JOIN scopes s ON s.dataset = n.dataset AND s.unit = u.unit AND s.period = n.period
LEFT JOIN declared d ON d.dataset = n.dataset AND d.unit = u.unit AND d.period = n.period
WHERE s.dataset IS NULL OR (n.until IS NOT NULL AND (d.day IS NULL OR d.day < n.until))
GROUP BY n.figure, u.unit"""
