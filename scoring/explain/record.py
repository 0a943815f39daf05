"""The record ``explain.v1``: the answer to 「凭什么扣这一分」 for one item, ready for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import polars as pl

from data.batches import Inputs
from indicators.model import Cite, Indicator, Pack, Reached
from scoring.actuals.raw import Moment
from scoring.evidence import LIMIT, find_exemption, open_evidence
from scoring.explain.effects import describe_effect
from scoring.explain.parts import Scene, explain_part, write_source
from scoring.parts import list_parts
from scoring.run import Result
from scoring.wording.amounts import write_printed
from scoring.wording.reasons import describe_outcome, describe_reason
from scoring.wording.rules import describe_rule

SCHEMA = "explain.v1"
SUPPORTS = {
    "target": "目标",
    "marks": "分值",
    "deadline": "期限",
    "scope": "范围",
    "measure": "取数",
    "weight": "权重",
}


class NothingToExplain(Exception):
    """The run holds no such item."""

    def __init__(self, cohort: str, unit: str, indicator: str, year: int) -> None:
        self.cohort, self.unit, self.indicator, self.year = cohort, unit, indicator, year
        super().__init__(
            f"{year} 年的评分里没有这一项:考核组 {cohort}、单位 {unit}、指标 {indicator};"
            "请核对编号,并看该指标当年是否考核、该单位是否在这个考核组"
        )


def explain_item(
    pack: Pack,
    inputs: Inputs,
    result: Result,
    cohort: str,
    unit: str,
    indicator: str,
    *,
    run_id: str = "",
    connection: duckdb.DuckDBPyConnection | None = None,
    limit: int = LIMIT,
) -> dict[str, Any]:
    """The explanation of one item of a run; marks and figures are decimal texts. Raises NothingToExplain.

    ``inputs`` must be those of the run. Who explains many items opens ``connection`` once with
    :func:`scoring.evidence.open_evidence`. At most ``limit`` rows or people of each source are listed.
    """
    rows = _pick(result.items, cohort, unit, indicator)
    if not rows:
        raise NothingToExplain(cohort, unit, indicator, result.year)
    row, found = rows[0], pack.indicator(indicator)
    moment = Moment(result.year, result.as_of)
    with _use(connection, pack, inputs, moment) as engine:
        scene = Scene(engine, pack, inputs, result.parts, result.precision, moment, unit, limit)
        numbers = {part.number: part for part in list_parts(pack, result.year)}
        part_rows = sorted(_pick(result.parts, cohort, unit, indicator), key=lambda part_row: part_row["part"])
        parts = [explain_part(scene, numbers[part_row["part"]], part_row) for part_row in part_rows]
        exemption = None
        if row["outcome"] == "exempt":
            exemption = find_exemption(engine, pack, inputs, indicator, unit, moment)
    reason = row["reason"] or ""

    def show(points: int | None) -> str | None:
        return None if points is None else write_printed(Fraction(points, 10**result.precision), result.precision)

    return {
        "schema": SCHEMA,
        "run": run_id,
        "pack": pack.head.title,
        "year": result.year,
        "as_of": result.as_of.isoformat(),
        "cohort": cohort,
        "unit": unit,
        "unit_name": row["unit_name"],
        "indicator": indicator,
        "indicator_name": found.name,
        "section": pack.section(found.section).title,
        "clauses": [write_clause(pack, cite) for cite in found.cites],
        "rule": describe_rule(found, cohort, pack),
        "parts": parts,
        "exemption": write_source(exemption) if exemption is not None else [],
        "outcome": row["outcome"],
        "outcome_text": describe_outcome(row["outcome"]),
        "reason": reason,
        "reason_text": describe_reason(reason, row["outcome"]) if reason else "",
        "calculation": _add_up(found, row, parts, result.precision),
        "marks": show(row["points"]),
        "full_marks": show(row["full_points"]),
        "applicable_marks": show(row["applicable_points"]),
        "counted": show(row["counted_points"]),
        "effect_on_total": describe_effect(pack, row, result.precision),
        "next_step": _join_steps(row, parts),
    }


@contextmanager
def _use(
    connection: duckdb.DuckDBPyConnection | None, pack: Pack, inputs: Inputs, moment: Moment
) -> Iterator[duckdb.DuckDBPyConnection]:
    if connection is not None:
        yield connection
        return
    with open_evidence(pack, inputs, moment.year, moment.as_of) as opened:
        yield opened


def _pick(frame: pl.DataFrame, cohort: str, unit: str, indicator: str) -> list[dict[str, Any]]:
    matches = (pl.col("cohort") == cohort) & (pl.col("unit") == unit) & (pl.col("indicator") == indicator)
    # Whole units of marks arrive as decimals of 38 digits.
    return [
        {name: int(value) if isinstance(value, Decimal) else value for name, value in row.items()}
        for row in frame.filter(matches).to_dicts()
    ]


def write_clause(pack: Pack, cite: Cite) -> dict[str, Any]:
    """Where a piece of the rule comes from: the quotation, or the choice of the office."""
    source = next((source for source in pack.sources if source.id == cite.source), None)
    return {
        "source": source.title if source is not None else cite.source,
        "article": cite.article,
        "quote": cite.quote,
        "supports": [SUPPORTS[name] for name in cite.supports],
        "local_choice": cite.local_choice,
    }


def _add_up(indicator: Indicator, row: Mapping[str, Any], parts: list[dict[str, Any]], precision: int) -> str:
    """How the parts make the item's marks."""
    if row["points"] is None:
        return ""
    marks = write_printed(Fraction(row["points"], 10**precision), precision)
    if len(parts) == 1 and indicator.combine == "sum":
        return str(parts[0]["calculation"])
    applying = [part for part in parts if part["outcome"] != "not_applicable"]
    if indicator.combine == "sum":
        added = " + ".join(f"{part['marks']} 分" for part in applying)
        return f"{added} = {marks} 分" if len(applying) > 1 else added
    declared = indicator.combine.at_least if isinstance(indicator.combine, Reached) else len(parts)
    needed = min(declared, len(applying))
    reached = sum(bool(part["reached"]) for part in applying)
    verdict = "够" if reached >= needed else "不够"
    return f"{len(applying)} 个适用的部分中有 {reached} 个达到目标,需要 {needed} 个,{verdict};得 {marks} 分"


def _join_steps(row: Mapping[str, Any], parts: list[dict[str, Any]]) -> str:
    if row["outcome"] == "exempt":
        return "已经批准豁免,不需要做什么。"
    if row["points"] is not None and row["points"] == row["full_points"] and row["section_kind"] != "veto":
        return "没有扣分。" if row["section_kind"] == "deduction" else "已得满分。"
    if len(parts) == 1:
        return str(parts[0]["next_step"])
    # What is scored in full or does not apply asks for nothing; the rest is told part by part.
    asking = [(n, p) for n, p in enumerate(parts, 1) if p["outcome"] != "not_applicable"]
    asking = [(n, p) for n, p in asking if p["next_step"] not in ("已得满分。", "已达到目标。")]
    if not asking:
        return "不需要做什么。"
    return " ".join(f"「{part['title'] or f'第{number}部分'}」{part['next_step']}" for number, part in asking)
