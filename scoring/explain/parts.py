"""One part of an item as a piece of the record: figures, sources, calculation, marks, next step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Any

import polars as pl

from indicators.pack.model import Pack
from scoring.base.amounts import is_finite, round_half_up, write_day, write_number, write_printed
from scoring.base.arithmetic import Calculation
from scoring.base.parts import ScoredPart
from scoring.evidence import CitedRow, Evidence, People, Reader, UsedRows, find_evidence, find_gaps
from scoring.explain.calculation import calculate
from scoring.explain.figures import list_figures, read_figure
from scoring.explain.steps import ASKING_CELLS, describe_next_step, describe_open_step, say_stake
from scoring.explain.taken import cite_as_written
from scoring.measures.figure import Figure
from scoring.measures.raw import Moment
from scoring.measures.registry import find_measure
from scoring.results.disagreement import LINE, MarksDiffer
from scoring.results.scale import Scale
from scoring.rules.case import Case, compare_figure
from scoring.rules.goals import is_reached
from scoring.rules.registry import find_rule
from scoring.rules.standing import Peers, Standing, gather_peers
from scoring.wording.dated import describe_part as describe_valid_values
from scoring.wording.marks import describe_marks
from scoring.wording.reasons import describe_outcome, describe_reason
from scoring.wording.targets import describe_target

#: What more points of a part are to its item.
Gain = Callable[[int], int]

#: Without marks the engine's figure still tells something; for all other reasons it is half a figure.
_TELLING = ("not_due", "numerator_above_denominator", "negative", "zero_denominator", "from_zero")


@dataclass(frozen=True)
class ExplainedRun:
    """What all explanations of a run share: the reader of its rows and the part results of all units.

    ``texts`` and ``peers`` keep what is the same for all units: the sentences of a part, the figures of a cohort.
    """

    reader: Reader
    parts: pl.DataFrame
    precision: int
    moment: Moment
    texts: dict[int, str] = field(default_factory=dict)
    peers: dict[int, Peers] = field(default_factory=dict)
    scale: Scale | None = None

    @property
    def pack(self) -> Pack:
        """The pack of the run."""
        return self.reader.pack

    def find_worth(self, part: ScoredPart, unit: str, gain: Gain) -> Callable[[int], int | None]:
        """What more marks of a part would bring the unit's total, where they bring its item so much (``gain``)."""
        scale, section = self.scale, part.indicator.section
        return lambda points: None if scale is None else scale.convert(part.cohort, unit, {section: gain(points)})


def explain_part(
    scene: ExplainedRun, part: ScoredPart, row: Mapping[str, Any], unit: str, gain: Gain = int
) -> dict[str, Any]:
    """The record of one part. Marks are None where it has none of its own (parts combined by reaching targets)."""
    pack, outcome, reason, points = scene.pack, row["outcome"], row["reason"] or "", row["points"]
    evidence = find_evidence(scene.reader, part, unit, scene.moment)
    figure = read_figure(part, row, pack, scene.precision)
    case = None
    if figure is not None and points is not None and outcome != "error":
        word = find_measure(part.part.measure).find_unit(pack)
        levels = dict(evidence.levels)
        deducts = pack.takes_off(part.indicator, part.part)
        worth = scene.find_worth(part, unit, gain)
        standing = find_standing(scene, part, unit)
        case = Case(part, figure, scene.precision, word, row["forced"], levels, worth, deducts, standing)
    alone = part.indicator.has_own_marks(part.part)
    calculation = calculate(case) if case is not None and outcome in ("scored", "pending") else None
    scored = outcome == "scored" and case is not None and calculation is not None
    if scored:
        assert case is not None and calculation is not None
        _check_line(scene, case, calculation, row, unit)
    marks = Fraction(points or 0, 10**scene.precision)
    if scored:
        assert case is not None
        step = describe_next_step(case, marks, evidence, pack, alone)
    else:
        gaps = find_gaps(scene.reader, part, unit, scene.moment) if reason in ASKING_CELLS else ()
        step = _describe_open(scene, part, row, evidence, calculation, gaps)
    telling = outcome == "scored" or (reason in _TELLING and part.part.measure.chosen.event is None)
    return {
        "title": part.part.title or "",
        "rule": _describe_part(scene, part),
        "operands": _write_operands(case) if scored and case is not None else None,
        "figures": list_figures(part, figure, pack) + _list_levels(evidence) if figure and telling else [],
        "sources": _write_sources(cite_as_written(pack, part, unit, evidence)),
        "people": _write_people(evidence.people) if evidence.people is not None and not evidence.missing else None,
        "missing": [
            {
                "dataset": m.dataset,
                "title": m.title,
                "period": m.period,
                "unit": m.unit,
                "until": m.until.isoformat() if m.until is not None else None,
            }
            for m in evidence.missing
        ],
        "calculation": _name_values(scene, part) + _write_line(case, calculation, alone) if scored else "",
        "marks": _print(points, scene.precision) if scored and alone else None,
        "full_marks": _print(row["full_points"] or _full(part, scene.precision), scene.precision),
        "reached": bool(row["reached"]) if scored else None,
        "outcome": outcome,
        "outcome_text": describe_outcome(outcome),
        "reason": reason,
        "reason_text": describe_reason(reason, outcome) if reason else "",
        "next_step": step,
    }


def _check_line(scene: ExplainedRun, case: Case, calculation: Calculation, row: Mapping[str, Any], unit: str) -> None:
    """The line that is printed comes to the marks that the engine gave. Raises MarksDiffer."""
    indicator, target = case.part.indicator, case.part.part.target
    reached = case.forced == "full" if case.forced is not None else is_reached(target, case.figure)
    worked, precision = round_half_up(calculation.marks, scene.precision), scene.precision
    shown: tuple[str, str] | None = None
    if indicator.has_own_marks(case.part.part) and worked != Fraction(row["points"], 10**precision):
        shown = (f"{_print(row['points'], precision)} 分", f"{write_printed(worked, precision)} 分")
    elif target is not None and reached != bool(row["reached"]):
        shown = ("达到目标", "没有达到目标") if row["reached"] else ("没有达到目标", "达到目标")
    if shown is not None:
        name = scene.pack.registry.unit(unit).name_on(scene.moment.as_of)
        raise MarksDiffer(name, indicator.name, *shown, LINE)


def _write_operands(case: Case) -> dict[str, Any]:
    """The numbers that the marks were worked out from, exactly: a decimal, or ``a/b`` where it has no end.

    ``now`` over ``of``, the same a year before, how they are compared (``form``); for dates how many were late or
    missing and for how many days; rows per level; ``forced`` where the rule settles the marks without a figure.
    """
    figure = case.figure

    def write(value: Fraction | None) -> str | None:
        return None if value is None else write_number(value) if is_finite(value) else str(value)

    return {
        "form": figure.form,
        "now": write(figure.now),
        "of": write(figure.of),
        "before": write(figure.before),
        "before_of": write(figure.before_of),
        "late": figure.late,
        "missing": figure.missing,
        "days": figure.days,
        "levels": dict(case.levels),
        "forced": case.forced,
    }


def _full(part: ScoredPart, precision: int) -> int:
    return int(part.full // 10 ** (6 - precision))


def _print(points: int | None, precision: int) -> str:
    return write_printed(Fraction(points or 0, 10**precision), precision)


def _describe_part(scene: ExplainedRun, part: ScoredPart) -> str:
    if part.number not in scene.texts:
        scene.texts[part.number] = _write_part_rule(part, scene.pack)
    return scene.texts[part.number]


def _write_part_rule(part: ScoredPart, pack: Pack) -> str:
    measure, full = part.part.measure, part.indicator.worth(part.cohort)[part.index]
    text = f"取数：{find_measure(measure).describe(pack)}。"
    if part.part.target is not None:
        text += f"目标：{describe_target(part.part.target, measure, pack)}。"
    if part.indicator.has_own_marks(part.part):
        deducts = pack.takes_off(part.indicator, part.part)
        text += f"计分：{describe_marks(part.part.marks, full, measure, pack, deducts=deducts)}。"
    return text


def _name_values(scene: ExplainedRun, part: ScoredPart) -> str:
    return describe_valid_values(part.indicator, part.index + 1, scene.pack)


def _write_line(case: Case | None, calculation: Calculation | None, alone: bool) -> str:
    assert case is not None and calculation is not None
    if alone:
        return calculation.text
    if case.forced is not None:
        return calculation.text.split("；")[0]
    return compare_figure(case)


def find_standing(scene: ExplainedRun, part: ScoredPart, unit: str) -> Standing | None:
    """Where a unit that the engine gave points stands in its cohort, if its marks depend on that."""
    if not find_rule(part.part.marks).compares:
        return None
    if part.number not in scene.peers:
        rows = scene.parts.filter((pl.col("part") == part.number) & pl.col("points").is_not_null())
        figures = {row["unit"]: Fraction(row["num"]) / Fraction(row["den"]) for row in rows.iter_rows(named=True)}
        scene.peers[part.number] = gather_peers(figures, higher=part.part.marks.chosen.prefers_higher())
    return Standing(scene.peers[part.number], unit)


def _describe_open(
    scene: ExplainedRun,
    part: ScoredPart,
    row: Mapping[str, Any],
    evidence: Evidence,
    calculation: Calculation | None,
    gaps: tuple[UsedRows, ...],
) -> str:
    if row["outcome"] == "scored":
        # The engine leaves exempt units out of a comparison: they have a figure and no marks.
        return "本项已批准豁免，不参加同组比较。"
    at_stake = _print(row["full_points"] or _full(part, scene.precision), scene.precision)
    last_day = part.last_day
    if evidence.dated and evidence.dated[0].last_day is not None:
        last_day = max(filter(None, (last_day, evidence.dated[0].last_day)))
    shown = write_day(last_day) if last_day is not None and last_day >= scene.moment.as_of else ""
    provisional = ""
    if calculation is not None and row["reason"] == "not_due" and part.indicator.has_own_marks(part.part):
        provisional = write_printed(calculation.marks, scene.precision)
    if row["reason"] == "calendar_missing" and part.calendar is not None:
        step = f"缺的是 {part.calendar} 年的放假安排；请督察办用 ducha calendar import 导入那一年的"
        return f"{step}。{say_stake(at_stake)}"
    return describe_open_step(row["reason"] or "", row["outcome"], evidence, at_stake, shown, provisional, gaps)


def _list_levels(evidence: Evidence) -> list[dict[str, str]]:
    return [{"label": f"「{level}」", "value": str(number), "unit": "条"} for level, number in evidence.levels]


def _write_sources(evidence: Evidence) -> list[dict[str, Any]]:
    """Sources of the record: one for each file and sheet, or one that says that there is no row."""
    return [written for source in evidence.sources for written in write_source(source)]


def write_source(source: UsedRows) -> list[dict[str, Any]]:
    """One entry per file and sheet of a source; ``rows_total`` counts the rows of all files."""
    common = {"dataset": source.dataset, "title": source.title, "use": source.use, "rows_total": source.rows}
    if not source.cited:
        return [{**common, "file": None, "sheet": None, "listed": 0, "rows": []}]
    groups = groupby(source.cited, key=lambda row: (row.file, row.sheet))
    return [
        {**common, "file": file, "sheet": sheet, "listed": len(source.cited), "rows": [_write_row(row) for row in rows]}
        for (file, sheet), rows in groups
    ]


def _write_row(row: CitedRow) -> dict[str, Any]:
    return {
        "row": row.row,
        "cells": [{"cell": cell.address, "column": cell.column, "value": cell.value} for cell in row.cells],
        "remark": row.remark,
        "origin": row.origin,
        "number": row.number,
        "text": str(row),
    }


def _write_people(people: People) -> dict[str, Any]:
    """Those who did not reach it, at most ``limit`` of them, beside the true numbers."""
    unit = people.unit_of_measure
    return {
        "short": people.short,
        "reached": people.reached,
        "running": people.running,
        "clashes": [
            {
                "id": clash.id,
                "reason": clash.reason,
                "places": [{"unit_name": name, **_write_row(row), "file": row.file} for name, row in clash.places],
            }
            for clash in people.clashes
        ],
        "missed": [
            {
                "id": person.id,
                "name": person.name,
                "required": write_number(person.required, 2),
                "has": write_number(person.has),
                "unit": unit,
                "in_post": f"{person.in_post}{person.in_post_unit}" if person.in_post is not None else "",
                "rows": [{**_write_row(row), "file": row.file, "sheet": row.sheet} for row in person.rows],
            }
            for person in people.missed
        ],
    }


__all__ = ["ExplainedRun", "Figure", "explain_part", "write_source"]
