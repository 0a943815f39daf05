"""Items whose parts share one pot: what they take and add within the bounds of groups and of the whole."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa

from indicators.entries.amounts import MARK_SCALE
from scoring.base.parts import ScoredPart
from scoring.base.pots import find_node, list_nodes
from scoring.base.relations import HUGE, Columns, Row
from scoring.base.sql import write_with

NODE_COLUMNS: Columns = {
    "cohort": pa.string(),
    "indicator": pa.string(),
    "layer": pa.int32(),
    "node": pa.int32(),
    "parent": pa.int32(),
    "depth": pa.int32(),
    "start": HUGE,
    "least": HUGE,
    "most": HUGE,
    "best": pa.int32(),
    "worst": pa.int32(),
}
#: In ``parts``: the node that a part moves, and whether it adds (1), takes (-1) or voids the whole (0).
PART_COLUMNS: Columns = {"pot_node": pa.int32(), "pot_sign": pa.int32()}

#: What the parts of each node add, less what they take: as it stands, and within what it may still be.
_MOVES = """SELECT s.cohort, s.unit, s.indicator, p.pot_node AS node,
       sum(CASE WHEN s.outcome <> 'scored' THEN 0 WHEN p.pot_sign > 0 THEN r.points
                ELSE r.points - s.full_points END) AS value,
       sum(CASE WHEN NOT s.may_apply THEN 0 WHEN p.pot_sign > 0 THEN s.low ELSE s.low - s.full_points END) AS low,
       sum(CASE WHEN NOT s.may_apply THEN 0 WHEN p.pot_sign > 0 THEN s.high ELSE s.high - s.full_points END) AS high
FROM part_ranges s
JOIN parts p ON p.part = s.part
JOIN part_results r ON r.part = s.part AND r.cohort = s.cohort AND r.unit = s.unit
WHERE p.pot_sign <> 0 AND p.layer = (SELECT layer FROM current_layer)
GROUP BY s.cohort, s.unit, s.indicator, p.pot_node"""

#: The same where of some nodes only the best or the worst parts count: each of the three by its own order. Of the best
#: a part that does not apply adds nothing; of the worst it would stand first, so that it stands behind all that apply.
#: One of which nobody knows counts at least as if it applied; at most as if it did not, where enough others do.
_MOVED = """SELECT s.cohort, s.unit, s.indicator, p.pot_node AS node, s.part, coalesce(n.best, n.worst) AS places,
       n.worst IS NOT NULL AS worst, s.outcome = 'scored' AS counts, s.may_apply, s.may_leave,
       CASE WHEN s.outcome = 'scored' THEN r.points ELSE 0 END AS value,
       CASE WHEN s.may_apply THEN s.low ELSE 0 END AS low, CASE WHEN s.may_apply THEN s.high ELSE 0 END AS high
FROM part_ranges s
JOIN parts p ON p.part = s.part
JOIN part_results r ON r.part = s.part AND r.cohort = s.cohort AND r.unit = s.unit
JOIN pot_nodes n ON n.cohort = s.cohort AND n.indicator = s.indicator AND n.node = p.pot_node
WHERE p.pot_sign <> 0 AND coalesce(n.best, n.worst) IS NOT NULL AND p.layer = (SELECT layer FROM current_layer)"""
_PLACE = "row_number() OVER (PARTITION BY cohort, unit, indicator, node ORDER BY {0}, part) AS {1}_place"
_HIGHEST = "CASE WHEN worst AND NOT may_leave THEN high ELSE -high END"
_PLACED = f"""SELECT *,
       {_PLACE.format("worst AND NOT counts, CASE WHEN worst THEN value ELSE -value END", "value")},
       {_PLACE.format("worst AND NOT may_apply, CASE WHEN worst THEN low ELSE -low END", "low")},
       {_PLACE.format(f"worst AND NOT may_apply, worst AND may_leave, {_HIGHEST}", "high")}
FROM pot_moved"""
_CHOSEN_MOVES = """SELECT cohort, unit, indicator, node,
       sum(CASE WHEN value_place <= places THEN value ELSE 0 END) AS value,
       sum(CASE WHEN low_place <= places THEN low ELSE 0 END) AS low,
       sum(CASE WHEN high_place <= places THEN high ELSE 0 END) AS high
FROM pot_placed
GROUP BY cohort, unit, indicator, node"""
_ALL_MOVES = """SELECT a.cohort, a.unit, a.indicator, a.node, a.value, a.low, a.high
FROM pot_added a
JOIN pot_nodes n ON n.cohort = a.cohort AND n.indicator = a.indicator AND n.node = a.node
WHERE coalesce(n.best, n.worst) IS NULL
UNION ALL
SELECT cohort, unit, indicator, node, value, low, high
FROM pot_chosen"""

#: Whether a part whose target is missed leaves nothing of the pot, surely or perhaps.
_VOIDS = """SELECT s.cohort, s.unit, s.indicator,
       bool_or(s.outcome = 'scored' AND NOT r.reached) AS struck,
       bool_or(s.outcome = 'scored' AND NOT r.reached AND NOT s.varies) AS surely,
       bool_or(s.varies AND s.may_apply) AS perhaps
FROM part_ranges s
JOIN parts p ON p.part = s.part
JOIN part_results r ON r.part = s.part AND r.cohort = s.cohort AND r.unit = s.unit
WHERE p.pot_sign = 0 AND p.layer = (SELECT layer FROM current_layer)
GROUP BY s.cohort, s.unit, s.indicator"""

_BOUNDED = "greatest(least(n.start // g.grain + coalesce(v.{0}, 0){1}, n.most // g.grain), n.least // g.grain) AS {0}"

_VALUES = """SELECT n.cohort, n.unit, n.indicator, CASE WHEN v.struck THEN 0 ELSE n.value END AS points,
       CASE WHEN v.struck OR v.perhaps THEN least(0, n.low) ELSE n.low END AS low,
       CASE WHEN v.surely THEN 0 ELSE n.high END AS high, FALSE AS decided
FROM pot_0 n
LEFT JOIN pot_voids v ON v.cohort = n.cohort AND v.unit = n.unit AND v.indicator = n.indicator"""


def write_part(part: ScoredPart) -> Row:
    """The values of :data:`PART_COLUMNS`; none for a part that stands in no pot."""
    if part.indicator.pot is None:
        return {}
    own = part.part
    sign = -1 if own.takes is not None else 1 if own.adds is not None else 0
    return {"pot_node": find_node(part.indicator, part.index), "pot_sign": sign}


def write_nodes(parts: tuple[ScoredPart, ...]) -> list[Row]:
    """The pots of the year's table and the groups in them, with :data:`NODE_COLUMNS`."""
    return [
        {
            "cohort": part.cohort,
            "indicator": part.indicator.id,
            "layer": part.layer,
            "node": node.number,
            "parent": node.parent,
            "depth": node.depth,
            "start": _write(node.start),
            "least": _write(node.least),
            "most": _write(node.most),
            "best": node.best,
            "worst": node.worst,
        }
        for part in parts
        if part.index == 0 and part.indicator.pot is not None
        for node in list_nodes(part.indicator, part.cohort)
    ]


def _write(amount: Fraction | None) -> int | None:
    return None if amount is None else int(amount * MARK_SCALE)


def compile_pots(pots: list[ScoredPart]) -> str:
    """One row for each unit and indicator of parts that share a pot: its points, and their ``low`` and ``high``.

    A relation for each depth of groups, from the inside to the whole. ``decided``: scored though parts are open.
    """
    nodes = [node for part in pots for node in list_nodes(part.indicator, part.cohort)]
    deepest = max(node.depth for node in nodes)
    levels = {f"pot_{depth}": _write_level(depth, depth < deepest) for depth in range(deepest, -1, -1)}
    moves = {"pot_moves": _MOVES}
    if any(node.best is not None or node.worst is not None for node in nodes):
        chosen = {"pot_moved": _MOVED, "pot_placed": _PLACED, "pot_chosen": _CHOSEN_MOVES}
        moves = {"pot_added": _MOVES, **chosen, "pot_moves": _ALL_MOVES}
    return write_with({**moves, "pot_voids": _VOIDS, **levels}, _VALUES)


def _write_level(depth: int, has_groups: bool) -> str:
    """What the nodes of one depth come to, with the groups that stand in them."""
    inside = f"""
LEFT JOIN (SELECT cohort, unit, indicator, parent, sum(value) AS value, sum(low) AS low, sum(high) AS high
           FROM pot_{depth + 1} GROUP BY cohort, unit, indicator, parent) c
  ON c.cohort = n.cohort AND c.unit = m.unit AND c.indicator = n.indicator AND c.parent = n.node"""
    columns = ",\n       ".join(
        _BOUNDED.format(name, f" + coalesce(c.{name}, 0)" if has_groups else "") for name in ("value", "low", "high")
    )
    return f"""SELECT n.cohort, m.unit, n.indicator, n.node, n.parent,
       {columns}
FROM pot_nodes n
JOIN members m ON m.cohort = n.cohort
CROSS JOIN precision_grain g
LEFT JOIN pot_moves v ON v.cohort = n.cohort AND v.unit = m.unit AND v.indicator = n.indicator AND v.node = n.node{
        inside if has_groups else ""
    }
WHERE n.depth = {depth} AND n.layer = (SELECT layer FROM current_layer)"""
