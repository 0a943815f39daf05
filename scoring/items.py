"""Parts become items: one outcome and one mark for each indicator of each unit."""

from __future__ import annotations

from scoring.actuals.compile import write_with

_GATHERED = """SELECT r.cohort, r.unit, r.indicator,
       count(*) FILTER (WHERE outcome <> 'not_applicable') AS applying,
       count(*) FILTER (WHERE outcome <> 'not_applicable' AND reached) AS reached,
       CASE WHEN count(*) FILTER (WHERE outcome = 'error') > 0 THEN 'error'
            WHEN count(*) FILTER (WHERE outcome = 'conflict') > 0 THEN 'conflict'
            WHEN count(*) FILTER (WHERE outcome = 'pending') > 0 THEN 'pending'
            WHEN count(*) FILTER (WHERE outcome <> 'not_applicable') = 0 THEN 'not_applicable'
            ELSE 'scored' END AS outcome,
       coalesce(arg_min(r.reason, r.part) FILTER (WHERE outcome = 'error'),
                arg_min(r.reason, r.part) FILTER (WHERE outcome = 'conflict'),
                arg_min(r.reason, r.part) FILTER (WHERE outcome = 'pending')) AS reason,
       arg_min(r.reason, r.part) FILTER (WHERE outcome = 'not_applicable') AS reason_not_applicable,
       coalesce(sum(w.full_marks // g.grain) FILTER (WHERE outcome <> 'not_applicable'), 0) AS applicable,
       coalesce(sum(r.points) FILTER (WHERE outcome = 'scored'), 0) AS points,
       min(r.veto) FILTER (WHERE NOT reached AND outcome = 'scored') AS veto
FROM part_results r
JOIN parts w ON w.part = r.part
CROSS JOIN precision_grain g
WHERE w.layer = (SELECT layer FROM current_layer)
GROUP BY r.cohort, r.unit, r.indicator"""

#: One row per cohort, unit and indicator. ``points`` are units of the last printed decimal, only where scored.
ITEMS = write_with(
    {"gathered": _GATHERED},
    """SELECT i.cohort, i.unit, i.indicator, d.section, d.section_kind, d.review,
       d.full_marks // g.grain AS full_points,
       CASE WHEN x.unit IS NOT NULL THEN 'exempt' ELSE i.outcome END AS outcome,
       CASE WHEN x.unit IS NOT NULL THEN 'exemption'
            WHEN i.outcome = 'not_applicable' THEN i.reason_not_applicable ELSE i.reason END AS reason,
       CASE WHEN x.unit IS NULL AND i.outcome = 'scored'
            THEN CASE WHEN d.needed IS NULL THEN i.points
                      WHEN i.reached >= least(d.needed, i.applying) THEN d.full_marks // g.grain
                      ELSE 0 END END AS points,
       CASE WHEN x.unit IS NOT NULL OR i.applying = 0 THEN 0
            WHEN d.needed IS NULL THEN i.applicable ELSE d.full_marks // g.grain END AS applicable_points,
       CASE WHEN x.unit IS NULL AND i.outcome = 'scored' THEN i.veto END AS veto
FROM gathered i
JOIN indicators d ON d.cohort = i.cohort AND d.indicator = i.indicator
CROSS JOIN precision_grain g
LEFT JOIN exemptions x ON x.unit = i.unit AND x.indicator = i.indicator""",
)
