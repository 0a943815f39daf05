"""The record ``explain.v1``: the answer to 「凭什么扣这一分」 for one item, ready for JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import duckdb
import polars as pl

from data.batches.records import Inputs
from indicators.entries.refusal import Refusal
from indicators.pack.model import Indicator, Pack
from indicators.pack.sources import Cite
from indicators.pack.succession import Succession
from indicators.rules.rule import Effect
from scoring.base.amounts import print_points, write_printed
from scoring.base.effects import find_effect, say_settled, say_verdict, say_way_out
from scoring.base.parts import list_parts
from scoring.engine.run import Result
from scoring.evidence import LIMIT, Reader, find_exemption, open_evidence, read_ahead
from scoring.explain.decisions import write_decision
from scoring.explain.effects import describe_effect
from scoring.explain.grounds import Grounds, gather_grounds
from scoring.explain.kept import SCHEMA, KeptRecords
from scoring.explain.parts import ExplainedRun, explain_part
from scoring.explain.pots import find_gain, write_pot
from scoring.explain.reckoned import ReckonedPart
from scoring.explain.stored import Line
from scoring.explain.told import read_told
from scoring.measures.raw import Moment
from scoring.rules.standing import Peers
from scoring.wording.reasons import describe_outcome, describe_reason
from scoring.wording.rules import describe_rule

#: A row of items by the names of its columns.
ItemRow = Mapping[str, Any]
#: So many units are read at once: enough to share a statement, few enough to keep what they hold in memory.
BATCH = 200
SUPPORTS = {
    "target": "目标",
    "marks": "分值",
    "deadline": "期限",
    "scope": "范围",
    "measure": "取数",
    "weight": "权重",
}


#: Outcomes of a part of which nobody knows yet how it ends, and what is said of it where that no longer matters.
_OPEN = ("pending", "conflict", "error")
_SETTLED = "这一部分还没有定，但已经不影响本项得分；台账仍请补齐或更正。"


class NothingToExplain(Refusal):
    """The run holds no such item."""

    def __init__(self, cohort: str, unit: str, indicator: str, year: int) -> None:
        self.cohort, self.unit, self.indicator, self.year = cohort, unit, indicator, year
        super().__init__(
            f"{year} 年的评分里没有这一项：考核组 {cohort}、单位 {unit}、指标 {indicator}；"
            "请核对编号，并看该指标当年是否考核、该单位是否在这个考核组"
        )


@dataclass(frozen=True)
class UnitRecords:
    """All records of one unit in one cohort, in the order of the table; of those that were kept the lines."""

    cohort: str
    unit: str
    records: tuple[Line, ...]


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

    ``inputs`` must be those of the run. Who explains some items opens ``connection`` once with
    :func:`scoring.evidence.open_evidence`; for all of them there is :func:`explain_run`. At most ``limit`` rows
    or people of each source are listed.
    """
    matches = (pl.col("cohort") == cohort) & (pl.col("unit") == unit) & (pl.col("indicator") == indicator)
    rows = _list_rows(result.items.filter(matches))
    if not rows:
        raise NothingToExplain(cohort, unit, indicator, result.year)
    pack, moment = pack.of_year(result.year), Moment(result.year, result.as_of)
    with _use(connection, pack, inputs, moment) as engine:
        succession = Succession.of_year(pack.registry, result.year, result.as_of)
        reader = Reader(engine, pack, inputs, result.as_of, limit, succession, (unit,))
        writer = _Writer(run_id, ExplainedRun(reader, gather_grounds(pack, result), moment))
        return writer.write(rows[0], _list_rows(result.parts.filter(matches)))


def explain_run(
    pack: Pack,
    inputs: Inputs,
    result: Result,
    *,
    run_id: str = "",
    limit: int = LIMIT,
    batch: int = BATCH,
    kept: KeptRecords | None = None,
) -> Iterator[UnitRecords]:
    """The explanations of all items, unit by unit in the order of cohorts and units.

    The same records as :func:`explain_item`, but the rows behind ``batch`` units are read at once, and never more
    than their records are held. What is ``kept`` of another run is taken over as it is.
    """
    pack, moment = pack.of_year(result.year), Moment(result.year, result.as_of)
    succession = Succession.of_year(pack.registry, result.year, result.as_of)
    grounds = gather_grounds(pack, result) if kept is None else kept.grounds
    places = list(dict.fromkeys((each.cohort, each.unit) for each in grounds.items.list_places()))
    with open_evidence(pack, inputs, moment.year, moment.as_of) as engine:
        texts: dict[int, str] = {}
        peers: dict[int, Peers] = {}
        reckoned: dict[tuple[object, ...], ReckonedPart] = {}

        def open_scene(units: tuple[str, ...]) -> ExplainedRun:
            reader = Reader(engine, pack, inputs, moment.as_of, limit, succession, units, copied=True)
            return ExplainedRun(reader, grounds, moment, texts, peers, reckoned)

        for start in range(0, len(places), batch):
            yield from _explain_units(grounds, run_id, places[start : start + batch], kept, open_scene)


def _explain_units(
    grounds: Grounds,
    run_id: str,
    chosen: list[tuple[str, str]],
    kept: KeptRecords | None,
    open_scene: Callable[[tuple[str, ...]], ExplainedRun],
) -> Iterator[UnitRecords]:
    """The records of some units in their cohorts."""
    of_unit = _group(grounds.items.frame.filter(pl.col("unit").is_in([unit for _, unit in chosen])), "cohort", "unit")
    asked = _list_asked(chosen, of_unit, kept)
    units, names = (tuple(dict.fromkeys(place[at] for place in asked)) for at in (1, 2))
    scene = open_scene(units)
    parts = list_parts(scene.pack, scene.moment.year)
    read_ahead(scene.reader, (part for part in parts if part.indicator.id in names), scene.moment)
    writer = _Writer(run_id, scene)
    among = pl.col("unit").is_in(units) & pl.col("indicator").is_in(names)
    of_part = _group(grounds.parts.frame.filter(among), "cohort", "unit", "indicator")
    for cohort, unit in chosen:
        lines = kept.read_unit(cohort, unit, run_id) if kept is not None else {}
        rows = ((row["indicator"], row) for row in of_unit[(cohort, unit)])
        records = (lines.get(name) or writer.write(row, of_part[(cohort, unit, name)]) for name, row in rows)
        yield UnitRecords(cohort, unit, tuple(records))


def _list_asked(
    chosen: list[tuple[str, str]], of_unit: Mapping[tuple[Any, ...], list[dict[str, Any]]], kept: KeptRecords | None
) -> list[tuple[str, str, str]]:
    """The items (cohort, unit, indicator) whose records have to be made."""
    places = [(*place, row["indicator"]) for place in chosen for row in of_unit[place]]
    return places if kept is None else [place for place in places if place not in kept.places]


def _group(frame: pl.DataFrame, *columns: str) -> dict[tuple[object, ...], list[dict[str, Any]]]:
    groups: dict[tuple[object, ...], list[dict[str, object]]] = {}
    for row in _list_rows(frame):
        groups.setdefault(tuple(row[name] for name in columns), []).append(row)
    return groups


def _list_rows(frame: pl.DataFrame) -> list[dict[str, object]]:
    columns = [_list_values(column) for column in frame.iter_columns()]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _list_values(column: pl.Series) -> list[object]:
    """The values of a column; whole units of marks arrive as decimals of 38 digits."""
    if not isinstance(column.dtype, pl.Decimal):
        return column.to_list()
    short = column.cast(pl.Int64, strict=False)
    # Few are too long for it, and then each is made by itself.
    if short.null_count() == column.null_count():
        return short.to_list()
    return [None if value is None else int(value) for value in column]


class _Writer:
    """Writes records of one run; what all units share is worked out once."""

    def __init__(self, run_id: str, scene: ExplainedRun) -> None:
        self._run_id, self._scene, self._pack, self._precision = run_id, scene, scene.pack, scene.precision
        self._numbers = {part.number: part for part in list_parts(self._pack, scene.moment.year)}
        self._indicators = {indicator.id: indicator for indicator in self._pack.indicators}
        self._clauses: dict[str, list[dict[str, object]]] = {}
        self._rules: dict[tuple[str, str], list[str]] = {}
        self._endings: dict[tuple[object, ...], tuple[dict[str, object], dict[str, object]]] = {}

    def write(self, row: ItemRow, part_rows: list[dict[str, Any]]) -> dict[str, object]:
        """The record of one item with the rows of its parts."""
        pack, scene = self._pack, self._scene
        cohort, unit, name, outcome = row["cohort"], row["unit"], row["indicator"], row["outcome"]
        found = self._indicators[name]
        parts = self._explain_parts(found, row, part_rows)
        exemption = find_exemption(scene.reader, name, unit, scene.moment) if outcome == "exempt" else None
        before, after = self._keep_ending(found, row)
        return {
            "schema": SCHEMA,
            "run": self._run_id,
            "pack": pack.head.title,
            "year": scene.moment.year,
            "as_of": scene.moment.as_of.isoformat(),
            "cohort": cohort,
            "unit": unit,
            "unit_name": row["unit_name"],
            "indicator": name,
            "indicator_name": found.name,
            "section": pack.section(found.section).title,
            "clauses": self._keep_clauses(found),
            "rule": self._keep_rule(found, cohort),
            "parts": parts,
            "exemption": exemption.told if exemption is not None else [],
            **before,
            "calculation": _add_up(found, row, parts, self._precision),
            **after,
            "next_step": _join_steps(row, parts, find_effect(found)),
        }

    def _keep_ending(self, indicator: Indicator, row: ItemRow) -> tuple[dict[str, object], dict[str, object]]:
        """How an item ended and what it does to the total, once for all units whose items are the same."""
        struck = self._scene.grounds.strikes.find(row["cohort"], row["unit"], indicator.section)
        key = (struck, *(value for name, value in row.items() if name not in ("unit", "unit_name")))
        if (found := self._endings.get(key)) is None:
            found = self._endings[key] = self._tell_ending(row, struck)
        return found

    def _tell_ending(self, row: ItemRow, struck: str | None) -> tuple[dict[str, object], dict[str, object]]:
        """The fields before the calculation, and those after it."""
        outcome, reason, precision = row["outcome"], row["reason"] or "", self._precision

        def show(points: int | None) -> str | None:
            return None if points is None else print_points(points, precision)

        return {
            "outcome": outcome,
            "outcome_text": describe_outcome(outcome),
            "reason": reason,
            "reason_text": describe_reason(reason, outcome) if reason else "",
        }, {
            "marks": show(row["points"]),
            "full_marks": show(row["full_points"]),
            "applicable_marks": show(row["applicable_points"]),
            "counted": show(row["counted_points"]),
            "effect_on_total": describe_effect(self._pack, row, precision, struck),
        }

    def _explain_parts(
        self, indicator: Indicator, row: ItemRow, part_rows: list[dict[str, Any]]
    ) -> list[dict[str, object]]:
        part_rows = sorted(part_rows, key=lambda part: part["part"])
        gains = find_gain(indicator, row["cohort"], part_rows, self._precision)
        parts = [
            explain_part(self._scene, self._numbers[part["part"]], part, row["unit"], partial(gains, index))
            for index, part in enumerate(part_rows)
        ]
        if row["outcome"] != "scored":
            return parts
        # Where others have decided the item, what is open in it is worth nothing any more.
        return [part | {"next_step": _SETTLED} if part["outcome"] in _OPEN else part for part in parts]

    def _keep_clauses(self, indicator: Indicator) -> list[dict[str, object]]:
        if indicator.id not in self._clauses:
            self._clauses[indicator.id] = [write_clause(self._pack, cite) for cite in indicator.cites]
        return self._clauses[indicator.id]

    def _keep_rule(self, indicator: Indicator, cohort: str) -> list[str]:
        if (indicator.id, cohort) not in self._rules:
            self._rules[(indicator.id, cohort)] = describe_rule(indicator, cohort, self._pack)
        return self._rules[(indicator.id, cohort)]


@contextmanager
def _use(
    connection: duckdb.DuckDBPyConnection | None, pack: Pack, inputs: Inputs, moment: Moment
) -> Iterator[duckdb.DuckDBPyConnection]:
    if connection is not None:
        yield connection
        return
    with open_evidence(pack, inputs, moment.year, moment.as_of) as opened:
        yield opened


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


def _add_up(indicator: Indicator, row: ItemRow, parts: list[dict[str, Any]], precision: int) -> str:
    """How the parts make the item's marks."""
    if (points := row["points"]) is None:
        return ""
    if len(parts) == 1 and indicator.combine == "sum" and indicator.pot is None and indicator.table is None:
        return str(parts[0]["calculation"])
    marks, told = print_points(points, precision), read_told(parts)
    if indicator.pot is not None:
        return write_pot(indicator, row["cohort"], told, precision)
    if indicator.table is not None:
        return write_decision(indicator, row["cohort"], told, precision)
    applying = [part for part in told if part.outcome != "not_applicable"]
    if indicator.combine == "sum":
        added = " + ".join(f"{write_printed(part.marks or Fraction(0), precision)} 分" for part in applying)
        return f"{added} = {marks} 分" if len(applying) > 1 else added
    needed = min(indicator.find_needed() or len(parts), len(applying))
    reached = sum(bool(part.reached) for part in applying)
    verdict = "够" if reached >= needed else "不够"
    still = sum(part.outcome in _OPEN for part in applying)
    left = f"，另有 {still} 个还没有定（已不影响结果）" if still else ""
    if (effect := find_effect(indicator)) is not None:
        asked = f"需要 {needed} 个" if effect.stage is not None else f"少于 {needed} 个才触发"
        verdict = say_verdict(effect, reached < needed)
        return f"{len(applying)} 个适用的部分中有 {reached} 个达到目标{left}，{asked}；{verdict}"
    return f"{len(applying)} 个适用的部分中有 {reached} 个达到目标{left}，需要 {needed} 个，{verdict}；得 {marks} 分"


def _join_steps(row: Mapping[str, object], parts: list[dict[str, object]], veto: Effect | None) -> str:
    if row["outcome"] == "exempt":
        return "已经批准豁免，不需要做什么。"
    if (points := row["points"]) is not None and points == row["full_points"] and veto is None:
        return "没有扣分。" if row["section_kind"] == "deduction" else "已得满分。"
    if len(parts) == 1:
        return str(parts[0]["next_step"])
    if veto is not None and row["outcome"] == "scored" and row["veto"] is None:
        return say_settled(veto)
    # What is scored in full or does not apply asks for nothing; the rest is told part by part.
    asking = [(n, p) for n, p in enumerate(parts, 1) if p["outcome"] != "not_applicable"]
    asking = [(n, p) for n, p in asking if p["next_step"] not in ("已得满分。", "已达到目标。")]
    if not asking:
        return "不需要做什么。"
    lifting = say_way_out(veto) if veto is not None and row["veto"] is not None else ""
    return lifting + " ".join(f"「{part['title'] or f'第{number}部分'}」{part['next_step']}" for number, part in asking)
