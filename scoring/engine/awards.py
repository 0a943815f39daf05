"""Figures become marks: one branch per kind of rule, joined with a relation of parameters.

Every branch yields marks as a fraction ``top / bottom`` in millionths; the only rounding stands in
:data:`PART_RESULTS`, half up to the pack's precision. All numbers are HUGEINT: an overflow is an
error of the run, never a wrong mark. A figure without a state is known, so no branch meets NULL.
"""

from __future__ import annotations

from collections.abc import Iterable

from scoring.base.sql import write_with
from scoring.rules.registry import RULES

#: Known figures, and how far each lies beyond its goal in the good direction (``gap``).
_KNOWN = """SELECT *,
       CASE direction WHEN 1 THEN num * 1000000 - goal * den
                      WHEN -1 THEN goal * den - num * 1000000
                      WHEN 0 THEN -abs(num * 1000000 - goal * den) END AS gap
FROM (
  SELECT p.part, p.direction, p.goal, p.strict,
         f.unit, f.forced, f.late, f.missing, f.days_low, f.days_high, f.lowest, f.highest,
         -- where the marks are settled without a figure there may be none to divide by
         CASE WHEN f.forced IS NULL THEN f.num ELSE 0 END AS num,
         CASE WHEN f.forced IS NULL THEN f.den ELSE 1 END AS den,
         x.unit IS NOT NULL AS is_exempt
  FROM parts p
  JOIN members m ON m.cohort = p.cohort
  JOIN figures f ON f.figure = p.figure AND f.unit = m.unit
  LEFT JOIN exemptions x ON x.unit = f.unit AND x.indicator = p.indicator
  WHERE (f.state IS NULL OR (f.growing AND p.end_marks IS NOT NULL))
    AND p.layer = (SELECT layer FROM current_layer)
)"""

#: ``lasting``: reached or missed in a way that a higher figure cannot undo; without a target there is nothing to undo.
_REACHED = """SELECT * EXCLUDE (direction, goal, strict),
       CASE direction WHEN 1 THEN reached ELSE coalesce(num * 1000000 > goal * den, TRUE) END AS lasting
FROM (SELECT *, coalesce(CASE forced WHEN 'full' THEN TRUE WHEN 'zero' THEN FALSE END,
       CASE WHEN strict THEN gap > 0 ELSE gap >= 0 END) AS reached
      FROM known)"""

#: What every branch reads: the known figures of its kind, each with its rule.
_JUDGED = "SELECT r.* EXCLUDE (part), p.* FROM reached r JOIN parts p ON p.part = r.part"

_NOTHING = """SELECT 0 AS part, '' AS unit, 0::HUGEINT AS full_marks, '' AS forced, TRUE AS reached, TRUE AS lasting,
       0::HUGEINT AS top, 1::HUGEINT AS bottom, NULL::VARCHAR AS error WHERE FALSE"""

#: Kind of marks -> its branches over ``judged_figures``.
BRANCHES = {name: rule.branches for name, rule in RULES.items()}

#: Marks and target of a figure that would be the same however far it rose.
_FIXED = "coalesce(a.lasting AND a.error IS NULL AND a.points = (2 * p.end_marks + a.grain) // (2 * a.grain), FALSE)"
#: What is known of a part whose figure is not: nothing, unless what is unknown, and what is to come, can only raise it.
_UNKNOWN = f"f.state IS NOT NULL AND NOT (f.growing AND (p.past_due OR p.rises) AND {_FIXED})"
_WAITS = f"NOT p.past_due AND NOT (p.rises AND {_FIXED})"

#: Every part of every member: the outcome, the marks in units of the last printed decimal, the figure.
#: ``exact_top / exact_bottom`` are the marks in the same units where they had to be rounded.
PART_RESULTS = f"""SELECT p.part, m.cohort, m.unit, p.indicator,
       CASE WHEN {_UNKNOWN} THEN f.state
            WHEN p.needs_days AND f.days_low <> f.days_high THEN 'pending'
            WHEN {_WAITS} THEN 'pending'
            WHEN a.error IS NOT NULL THEN 'error'
            ELSE 'scored' END AS outcome,
       CASE WHEN {_UNKNOWN} THEN f.reason
            WHEN p.needs_days AND f.days_low <> f.days_high THEN 'evidence_needed'
            WHEN {_WAITS} THEN 'not_due'
            WHEN a.error IS NOT NULL THEN a.error END AS reason,
       a.points, a.exact_top, a.exact_bottom, a.full_points,
       coalesce(a.reached, a.points = a.full_points) AS reached, a.forced, p.veto,
       f.num, f.den, f.before_num, f.before_den, f.now_num, f.now_den, f.late, f.missing, f.days_low, f.days_high
FROM parts p
JOIN members m ON m.cohort = p.cohort
JOIN figures f ON f.figure = p.figure AND f.unit = m.unit
LEFT JOIN (
  SELECT part, unit, error, forced, reached, lasting, grain, full_marks // grain AS full_points,
         CASE WHEN forced = 'full' THEN full_marks // grain
              WHEN forced = 'zero' THEN 0
              ELSE (2 * top + bottom * grain) // (2 * bottom * grain) END AS points,
         -- the marks as they were before, where rounding changed them
         CASE WHEN forced IS NULL AND top % (bottom * grain) <> 0 THEN top END AS exact_top,
         CASE WHEN forced IS NULL AND top % (bottom * grain) <> 0 THEN bottom * grain END AS exact_bottom
  FROM awarded
  CROSS JOIN (SELECT grain FROM precision_grain)
) a ON a.part = p.part AND a.unit = m.unit
WHERE p.layer = (SELECT layer FROM current_layer)"""


def compile_awards(kinds: Iterable[str]) -> str:
    """The statement that turns ``figures`` into part results, with a branch for each kind that occurs."""
    # In a year that no indicator holds for there is nothing to award.
    branches = list(dict.fromkeys(branch for kind in sorted(set(kinds)) for branch in BRANCHES[kind])) or [_NOTHING]
    awarded = "\nUNION ALL\n".join(branches)
    ctes = {"known": _KNOWN, "reached": _REACHED, "judged_figures": _JUDGED, "awarded": awarded}
    # Kept once with all parameters of all kinds they would be the widest rows of the run.
    return write_with(ctes, PART_RESULTS, inlined=("judged_figures",))
