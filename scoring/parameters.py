"""Rules as typed relations: what the SQL joins with, so that no number of a rule is pasted into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from indicators.entries.amounts import Quantity
from indicators.entries.intervals import Range
from indicators.pack.model import Pack, Reached
from indicators.rules.relative import Relative
from indicators.rules.rule import FULL
from scoring.base.parts import ScoredPart, to_millionths
from scoring.bounds import write_bounds
from scoring.rising import find_end, only_rises, worth_of

#: Millionths of a mark, and figures' parameters in millionths, are HUGEINT in SQL: 38 digits, no fraction.
HUGE = pa.decimal128(38, 0)

PART_COLUMNS: dict[str, pa.DataType] = {
    "part": pa.int32(),
    "cohort": pa.string(),
    "indicator": pa.string(),
    "figure": pa.int32(),
    "layer": pa.int32(),
    "measure": pa.string(),
    "kind": pa.string(),
    "full_marks": HUGE,
    "past_due": pa.bool_(),
    "rises": pa.bool_(),
    "end_marks": HUGE,
    "needs_days": pa.bool_(),
    "direction": pa.int32(),
    "goal": HUGE,
    "strict": pa.bool_(),
    "otherwise": HUGE,
    "base": HUGE,
    "start": HUGE,
    "each": HUGE,
    "per": HUGE,
    "partial": pa.string(),
    "cap": HUGE,
    "at_target": HUGE,
    "beyond_each": HUGE,
    "beyond_per": HUGE,
    "beyond_partial": pa.string(),
    "free": HUGE,
    "by_level": pa.bool_(),
    "beyond_target": pa.bool_(),
    "late_each": HUGE,
    "missing_each": HUGE,
    "form": pa.string(),
    "better": pa.int32(),
    "all_equal": HUGE,
    "first": HUGE,
    "step": HUGE,
    "floor": HUGE,
    "beyond_rank": HUGE,
    "low": HUGE,
    "high": HUGE,
    "veto": pa.string(),
    "least": HUGE,
    "most": HUGE,
    "may_leave": pa.bool_(),
    "keeps": pa.bool_(),
    "over": pa.bool_(),
}
STEP_COLUMNS = {
    "part": pa.int32(),
    "low": HUGE,
    "low_included": pa.bool_(),
    "high": HUGE,
    "high_included": pa.bool_(),
    "marks": HUGE,
}
LEVEL_COLUMNS = {"part": pa.int32(), "level": pa.string(), "marks": HUGE}
RANK_COLUMNS = {"part": pa.int32(), "place": pa.int64(), "marks": HUGE}
COST_COLUMNS = {"part": pa.int32(), "nth": HUGE, "so_far": HUGE, "each": HUGE}
ITEM_COLUMNS = {
    "cohort": pa.string(),
    "indicator": pa.string(),
    "section": pa.string(),
    "section_kind": pa.string(),
    "review": pa.string(),
    "parts": pa.int32(),
    "needed": pa.int32(),
    "full_marks": HUGE,
}


@dataclass(frozen=True)
class Parameters:
    """The relations that carry a pack's rules; see the column lists above."""

    parts: pa.Table
    steps: pa.Table
    levels: pa.Table
    ranks: pa.Table
    costs: pa.Table
    indicators: pa.Table


def write_parameters(
    pack: Pack, parts: tuple[ScoredPart, ...], year: int, as_of: date, members: Mapping[str, int]
) -> Parameters:
    """All parameters of the year's table; ``members``: how many units a cohort has, or may come to have."""
    steps, levels, ranks, costs = [], [], [], []
    for part in parts:
        marks = part.part.marks
        for step in marks.ladder.steps if marks.ladder else ():
            steps.append({"part": part.number, **_write_ends(step), "marks": worth_of(step.marks, part)})
        rule = marks.per_occurrence or marks.award or marks.judged
        for level, worth in ((rule.levels if rule is not None else None) or {}).items():
            levels.append({"part": part.number, "level": level, "marks": worth_of(worth, part)})
        if marks.relative is not None and marks.relative.rank_table is not None:
            for place, worth in enumerate(marks.relative.rank_table.marks, start=1):
                ranks.append({"part": part.number, "place": place, "marks": worth_of(worth, part)})
        so_far = 0
        for nth, worth in enumerate(marks.per_occurrence.each if marks.per_occurrence else ()):
            each = worth_of(worth, part)
            costs.append({"part": part.number, "nth": nth, "so_far": so_far, "each": each})
            so_far += each
    return Parameters(
        parts=make_table(
            [
                _write_part(part, pack, as_of) | write_bounds(pack, part, members[part.cohort], year, as_of)
                for part in parts
            ],
            PART_COLUMNS,
        ),
        steps=make_table(steps, STEP_COLUMNS),
        levels=make_table(levels, LEVEL_COLUMNS),
        ranks=make_table(ranks, RANK_COLUMNS),
        costs=make_table(costs, COST_COLUMNS),
        indicators=make_table(_write_indicators(pack, parts), ITEM_COLUMNS),
    )


def make_table(rows: list[dict[str, Any]], columns: dict[str, pa.DataType]) -> pa.Table:
    """Rows as an Arrow table; a column that a row does not give is NULL."""

    def convert(value: Any, kind: pa.DataType) -> Any:
        return Decimal(value) if kind == HUGE and value is not None else value

    return pa.table(
        {name: pa.array([convert(row.get(name), kind) for row in rows], kind) for name, kind in columns.items()}
    )


def _write_ends(interval: Range) -> dict[str, Any]:
    low, high = interval.low, interval.high
    return {
        "low": to_millionths(low[0]) if low else None,
        "low_included": low[1] if low else None,
        "high": to_millionths(high[0]) if high else None,
        "high_included": high[1] if high else None,
    }


def _write_part(part: ScoredPart, pack: Pack, as_of: date) -> dict[str, Any]:
    figure = part.part.measure.chosen.figure
    rule = part.part.marks
    return {
        "part": part.number,
        "cohort": part.cohort,
        "indicator": part.indicator.id,
        "figure": part.figure,
        "layer": part.layer,
        "measure": figure,
        "kind": rule.kind,
        "full_marks": part.full,
        # A single date decides by its own verdict whether it is due.
        "past_due": figure == "date" or part.last_day is None or as_of > part.last_day,
        "rises": only_rises(part, pack),
        "end_marks": find_end(part),
        "needs_days": (rule.late is not None and rule.late.per_day is not None)
        or (rule.ladder is not None and figure == "date"),
        **_write_target(part, figure),
        **_write_marks(part),
    }


def _write_target(part: ScoredPart, figure: str) -> dict[str, Any]:
    target = part.part.target
    if target is None:
        return {}
    if target.by is not None:
        # A single date's figure is its days late; dates judged one by one are a share of rows in time.
        return {"direction": -1, "goal": 0} if figure == "date" else {"direction": 1, "goal": 1_000_000}
    if target.none is not None:
        return {"direction": 0, "goal": 0}
    if (trend := target.rising or target.falling) is not None:
        sign = 1 if target.rising is not None else -1
        least = to_millionths(trend.at_least.value) if trend.at_least else 0
        return {"direction": sign, "goal": sign * least, "strict": trend.at_least is None}
    amount = target.at_least or target.at_most or target.equals
    assert amount is not None
    direction = {"at_least": 1, "at_most": -1, "equals": 0}[target.kind]
    return {"direction": direction, "goal": to_millionths(amount.value)}


def _write_marks(part: ScoredPart) -> dict[str, Any]:
    rule = part.part.marks

    def worth(amount: Quantity | None) -> int | None:
        return None if amount is None else worth_of(amount, part)

    if rule.all_or_nothing is not None:
        return {"otherwise": worth(rule.all_or_nothing.otherwise)}
    if (line := rule.proportional) is not None:
        return {"base": worth(line.base), "start": to_millionths(line.start.value) if line.start else 0}
    if (shortfall := rule.per_shortfall) is not None:
        beyond = shortfall.beyond
        return {
            "each": worth(shortfall.each),
            "per": to_millionths(shortfall.per.value),
            "partial": shortfall.partial,
            "cap": worth(shortfall.cap if shortfall.cap is not None else shortfall.at_target),
            "at_target": worth(shortfall.at_target),
            "beyond_each": worth(beyond.each) if beyond else None,
            "beyond_per": to_millionths(beyond.per.value) if beyond else None,
            "beyond_partial": beyond.partial if beyond else None,
        }
    if (occurrence := rule.per_occurrence) is not None:
        single = occurrence.each[0] if len(occurrence.each) == 1 else None
        return {
            "each": worth(single),
            "free": occurrence.free,
            "cap": worth(occurrence.cap),
            "by_level": occurrence.levels is not None,
        }
    if (award := rule.award) is not None:
        return {
            "each": worth(award.each),
            "cap": worth(award.cap),
            "by_level": award.levels is not None,
            "beyond_target": award.beyond_target,
        }
    if (late := rule.late) is not None:
        tiers = {"late_each": worth(late.late), "missing_each": worth(late.missing)}
        return {"each": worth(late.per_day), "cap": worth(late.cap), **tiers}
    if rule.relative is not None:
        return _write_relative(rule.relative, part)
    if (judged := rule.judged) is not None:
        ends = (judged.range.low, judged.range.high) if judged.range else (None, None)
        return {"low": worth(ends[0]), "high": worth(ends[1]), "by_level": judged.levels is not None}
    if rule.veto is not None:
        return {"veto": "zero" if rule.veto.total else rule.veto.grade_at_most}
    return {}


def _write_relative(rule: Relative, part: ScoredPart) -> dict[str, Any]:
    def worth(amount: Quantity | None) -> int | None:
        return None if amount is None else worth_of(amount, part)

    row: dict[str, Any] = {
        "form": rule.kind,
        "better": 1 if rule.better == "higher" else -1,
        "all_equal": worth(rule.all_equal),
    }
    if rule.rank_table is not None:
        row |= {"beyond_rank": worth(rule.rank_table.beyond)}
    if (step := rule.rank_step) is not None:
        row |= {"first": worth(step.first), "step": worth(step.step), "floor": worth(step.floor)}
    if rule.min_max is not None:
        row |= {"base": worth(rule.min_max.base)}
    if (mean := rule.peer_mean) is not None:
        row |= {
            "each": worth(mean.each),
            "per": to_millionths(mean.per.value),
            "partial": mean.partial,
            "cap": worth(mean.cap or FULL),
        }
    return row


def _write_indicators(pack: Pack, parts: tuple[ScoredPart, ...]) -> list[dict[str, Any]]:
    rows = []
    for part in parts:
        if part.index:
            continue
        indicator, section = part.indicator, pack.section(part.indicator.section)
        combine = indicator.combine
        count = len(indicator.parts)
        needed = combine.at_least if isinstance(combine, Reached) else count if combine == "all" else None
        rows.append(
            {
                "cohort": part.cohort,
                "indicator": indicator.id,
                "section": section.id,
                "section_kind": section.kind,
                "review": section.review or "",
                "parts": count,
                "needed": needed,
                "full_marks": to_millionths(indicator.marks[part.cohort]),
            }
        )
    return rows
