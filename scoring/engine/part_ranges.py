"""How the parts and items of a run may still end: bounds that no completion leaves; see docs/pack-format.md, Ranges.

A part is *loose* when its outcome may change: it is open, or known and :mod:`scoring.actuals.unsettled`. It *varies*
when only its marks do: a date that is missing and still may come, a place among units of which some are loose.
"""

from __future__ import annotations

import pyarrow as pa

from indicators.pack.model import Pack
from indicators.pack.succession import Changes
from scoring.base.sql import write_with

OPEN = "('pending', 'conflict', 'error')"
#: Outcomes that rest on the register alone.
_FIXED = "('unit_excluded', 'no_year_before')"

_SETTLED = f"""SELECT r.part, r.cohort, r.unit, r.indicator, r.outcome, r.points,
       p.full_marks // g.grain AS full_points,
       (2 * p.least + g.grain) // (2 * g.grain) AS least,
       (2 * p.most + g.grain) // (2 * g.grain) AS most,
       p.compared, p.keeps, p.may_leave OR c.unit IS NOT NULL AS may_leave,
       r.outcome = 'scored' AND r.missing > 0 AS overdue,
       r.outcome IN {OPEN} OR c.unit IS NOT NULL
         OR (s.unit IS NOT NULL AND NOT (r.outcome = 'not_applicable' AND r.reason IN {_FIXED}))
         OR (r.outcome = 'not_applicable' AND NOT p.over AND r.reason NOT IN {_FIXED})
         OR (r.outcome = 'scored' AND r.missing > 0 AND NOT p.keeps) AS loose
FROM part_results r
JOIN parts p ON p.part = r.part
CROSS JOIN precision_grain g
LEFT JOIN unsettled s ON s.figure = p.figure AND s.unit = r.unit
LEFT JOIN changing_units c ON c.unit = r.unit
WHERE p.layer = (SELECT layer FROM current_layer)"""

#: Parts that compare units of which some may still change, come or go.
_UNSTEADY = """SELECT s.part
FROM settled s
LEFT JOIN exemptions x ON x.unit = s.unit AND x.indicator = s.indicator
LEFT JOIN exempting e ON e.unit = s.unit AND e.indicator = s.indicator
LEFT JOIN changing_cohorts c ON c.cohort = s.cohort
WHERE s.compared
GROUP BY s.part
HAVING bool_or(c.cohort IS NOT NULL OR e.unit IS NOT NULL OR (s.loose AND x.unit IS NULL))"""

#: One row per part, cohort and unit: ``low`` and ``high`` are its marks where it applies, in units of the last decimal.
PART_RANGES = write_with(
    {"settled": _SETTLED, "unsteady": _UNSTEADY},
    """SELECT s.part, s.cohort, s.unit, s.indicator, s.outcome, s.full_points, s.loose,
       s.loose AND s.may_leave AS may_leave,
       s.loose OR s.overdue OR (s.outcome = 'scored' AND u.part IS NOT NULL) AS varies,
       s.loose OR s.outcome <> 'not_applicable' AS may_apply,
       CASE WHEN s.loose THEN 0
            WHEN s.outcome = 'scored' THEN CASE WHEN s.overdue OR u.part IS NOT NULL THEN s.least ELSE s.points END
            ELSE 0 END AS low,
       CASE WHEN s.loose THEN s.full_points
            WHEN s.outcome = 'scored' THEN CASE WHEN s.overdue OR u.part IS NOT NULL THEN s.most ELSE s.points END
            ELSE 0 END AS high
FROM settled s
LEFT JOIN unsteady u ON u.part = s.part""",
)

#: What the parts of an item come to: an item that may be open again counts for nothing until it is decided. Most items
#: have one part, and are not grouped to find that out.
ITEM_RANGES = f"""SELECT r.cohort, r.unit, r.indicator,
       r.loose AND r.outcome NOT IN {OPEN} AS parts_loose, r.varies AND r.outcome NOT IN {OPEN} AS parts_vary,
       r.may_apply, r.may_apply AND NOT r.may_leave AS must_apply,
       coalesce(r.low, 0) AS low, coalesce(r.high, 0) AS high,
       CASE WHEN r.may_apply THEN r.full_points ELSE 0 END AS applicable_high,
       CASE WHEN r.may_apply AND NOT r.may_leave THEN r.full_points ELSE 0 END AS applicable_low
FROM part_ranges r
JOIN parts p ON p.part = r.part
JOIN indicators d ON d.cohort = p.cohort AND d.indicator = p.indicator
WHERE p.layer = (SELECT layer FROM current_layer) AND d.parts = 1
UNION ALL
SELECT r.cohort, r.unit, r.indicator,
       bool_or(r.loose AND r.outcome NOT IN {OPEN}) AS parts_loose,
       bool_or(r.varies AND r.outcome NOT IN {OPEN}) AS parts_vary,
       bool_or(r.may_apply) AS may_apply, bool_or(r.may_apply AND NOT r.may_leave) AS must_apply,
       coalesce(sum(r.low), 0) AS low, coalesce(sum(r.high), 0) AS high,
       coalesce(sum(r.full_points) FILTER (WHERE r.may_apply), 0) AS applicable_high,
       coalesce(sum(r.full_points) FILTER (WHERE r.may_apply AND NOT r.may_leave), 0) AS applicable_low
FROM part_ranges r
JOIN parts p ON p.part = r.part
JOIN indicators d ON d.cohort = p.cohort AND d.indicator = p.indicator
WHERE p.layer = (SELECT layer FROM current_layer) AND d.parts > 1
GROUP BY r.cohort, r.unit, r.indicator"""


def list_changes(pack: Pack, changes: Changes) -> dict[str, pa.Table]:
    """The register's own future as relations: units that take over others, that end, and cohorts that change."""
    cohorts = [
        {"cohort": cohort.id, "arriving": len(members & changes.arriving)}
        for cohort in pack.head.cohorts
        for members in [{unit.id for unit in pack.members(cohort)}]
        if members & (changes.arriving | changes.leaving)
    ]
    text = pa.string()
    return {
        "changing_units": pa.table({"unit": pa.array(sorted(changes.units), text)}),
        "leaving_units": pa.table({"unit": pa.array(sorted(changes.leaving), text)}),
        "changing_cohorts": pa.Table.from_pylist(cohorts, pa.schema([("cohort", text), ("arriving", pa.int64())])),
    }
