"""Marks by level: so much for every row of each level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import pyarrow as pa

from indicators.entries.amounts import Quantity
from scoring.base.arithmetic import Term, add_terms, write_marks_term, write_term
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.rules.branch import KEPT, KEPT_OF_K
from scoring.rules.case import Case
from scoring.rules.line import SubLine
from scoring.rules.setting import Setting

COLUMNS: Columns = {"by_level": pa.bool_()}
RELATIONS: dict[str, Columns] = {"levels": {"level": pa.string(), "marks": HUGE}}

BRANCH = f"""SELECT {KEPT},
       CASE kind WHEN 'award' THEN least(cap, counted) WHEN 'judged' THEN counted
                 ELSE full_marks - least(cap, counted) END AS top,
       CASE kind WHEN 'judged' THEN greatest(number, 1) ELSE 1 END AS bottom,
       CASE WHEN unknown > 0 THEN 'unknown_level' END AS error
FROM (SELECT {KEPT_OF_K}, k.kind, k.cap,
             coalesce(sum(c.n * l.marks), 0) AS counted, coalesce(sum(c.n), 0) AS number,
             count(c.n) FILTER (WHERE l.marks IS NULL) AS unknown
      FROM judged_figures k
      LEFT JOIN level_counts c ON c.figure = k.figure AND c.unit = k.unit
      LEFT JOIN levels l ON l.part = k.part AND l.level = c.level
      WHERE k.by_level
      GROUP BY ALL)"""


def write_levels(levels: Mapping[str, Quantity] | None, part: ScoredPart) -> Iterator[tuple[str, Row]]:
    """The marks of each level."""
    for level, each in (levels or {}).items():
        yield "levels", {"level": level, "marks": part.worth(each)}


def list_sub_lines(levels: Mapping[str, Quantity] | None, full: Fraction) -> tuple[SubLine, ...]:
    """A line for each level."""
    return tuple(SubLine(f"其中：{level}", level, each.share_of(full)) for level, each in (levels or {}).items())


def name_order(setting: Setting, word: str) -> str:
    """By what the amounts differ: by ``word``, by the date of a row, or by both."""
    dated = setting.measure.chosen.dated_levels
    return f"按{word}" if dated is None else f"按{word}和日期" if any(dated.days) else "按日期"


def add_levels(case: Case, levels: Mapping[str, Quantity]) -> Term:
    """What the rows of each level come to; the rows without a level in the rule are an error elsewhere."""
    found = [
        _name(level, write_marks_term(case.worth(levels[level])) * write_term(number))
        for level, number in case.levels.items()
        if number and level in levels
    ]
    return add_terms(found) if found else write_term(0)


def _name(level: str, term: Term) -> Term:
    return Term(f"{level} {term.text}", term.value, term.level)
