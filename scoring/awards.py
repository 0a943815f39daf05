"""Figures become marks: one branch per kind of rule, joined with a relation of parameters.

Every branch yields marks as a fraction ``top / bottom`` in millionths; the only rounding stands in
:data:`PART_RESULTS`, half up to the pack's precision. All numbers are HUGEINT: an overflow is an
error of the run, never a wrong mark. A figure without a state is known, so no branch meets NULL.
"""

from __future__ import annotations

from collections.abc import Iterable

from scoring.base.sql import write_with

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

_STEPS = {
    # short / (den * per) whole steps, where short is in millionths of the figure
    "up": "(({short} + {den} * {per} - 1) // ({den} * {per}))",
    "down": "({short} // ({den} * {per}))",
}


def _write_cost(short: str, den: str, per: str, partial: str, each: str) -> tuple[str, str]:
    """Marks (as a fraction) for ``short`` millionths, ``each`` for every ``per``, by the column ``partial``."""
    up = _STEPS["up"].format(short=short, den=den, per=per)
    down = _STEPS["down"].format(short=short, den=den, per=per)
    top = f"CASE {partial} WHEN 'up' THEN {up} * {each} WHEN 'down' THEN {down} * {each} ELSE {short} * {each} END"
    return f"({top})", f"(CASE {partial} WHEN 'exact' THEN {den} * {per} ELSE 1 END)"


#: What each branch hands on, so that nothing need be joined again for it.
_KEPT = "part, unit, full_marks, forced, reached, lasting"
_KEPT_OF_K = "k.part, k.unit, k.full_marks, k.forced, k.reached, k.lasting"

_ALL_OR_NOTHING = f"""SELECT {_KEPT}, CASE WHEN reached THEN full_marks ELSE otherwise END AS top,
       1::HUGEINT AS bottom, NULL::VARCHAR AS error
FROM judged_figures WHERE kind = 'all_or_nothing'"""

# (num * 10**6 - start * den) / ((goal - start) * den), both made positive, clipped to 0..1
_PROPORTIONAL = f"""SELECT {_KEPT},
       base * whole + (full_marks - base) * least(greatest(way, 0), whole) AS top, whole AS bottom, NULL AS error
FROM (SELECT *, sign(goal - start)::HUGEINT * (num * 1000000 - start * den) AS way, abs(goal - start) * den AS whole
      FROM judged_figures WHERE kind = 'proportional')"""

_LADDER = f"""SELECT {_KEPT_OF_K}, s.marks AS top, 1::HUGEINT AS bottom, NULL AS error
FROM judged_figures k
JOIN steps s ON s.part = k.part
 AND (s.low IS NULL OR k.num * 1000000 > s.low * k.den OR (s.low_included AND k.num * 1000000 = s.low * k.den))
 AND (s.high IS NULL OR k.num * 1000000 < s.high * k.den OR (s.high_included AND k.num * 1000000 = s.high * k.den))
WHERE k.kind = 'ladder'"""

_cost, _unit = _write_cost("greatest(-gap, 0)", "den", "per", "partial", "each")
_more, _more_unit = _write_cost("greatest(gap, 0)", "den", "beyond_per", "beyond_partial", "beyond_each")
_PER_SHORTFALL = f"""SELECT {_KEPT},
       CASE WHEN gap > 0 AND beyond_each IS NOT NULL
            THEN at_target * more_bottom + least(more_top, (full_marks - at_target) * more_bottom)
            ELSE greatest(at_target * cost_bottom - least(cost_top, cap * cost_bottom), 0) END AS top,
       CASE WHEN gap > 0 AND beyond_each IS NOT NULL THEN more_bottom ELSE cost_bottom END AS bottom, NULL AS error
FROM (SELECT *, {_cost} AS cost_top, {_unit} AS cost_bottom,
             coalesce({_more}, 0) AS more_top, coalesce({_more_unit}, 1) AS more_bottom
      FROM judged_figures WHERE kind = 'per_shortfall')"""

#: What counts as an occurrence: those who did not reach it, or the figure itself.
_OCCURRENCES = "CASE WHEN measure IN ('share_of_people', 'date_each') THEN den - num ELSE greatest(num, 0) END"
_SHARES = "measure IN ('share_of_people', 'date_each')"
_PER_OCCURRENCE = f"""SELECT {_KEPT}, full_marks * below - least(full_cost, cap * below) AS top, below AS bottom,
       NULL AS error
FROM (SELECT k.*, CASE WHEN {_SHARES} OR k.each IS NULL THEN 1::HUGEINT ELSE den END AS below,
             CASE WHEN k.each IS NOT NULL
                  THEN k.each * greatest({_OCCURRENCES} - free * CASE WHEN {_SHARES} THEN 1 ELSE den END, 0)
                  ELSE c.so_far + c.each * (whole_number - c.nth) END AS full_cost
      FROM (SELECT *, greatest(CASE WHEN {_SHARES} THEN den - num ELSE greatest(num, 0) // den END - free, 0)
                   AS whole_number
            FROM judged_figures WHERE kind = 'per_occurrence' AND NOT by_level) k
      ASOF LEFT JOIN costs c ON c.part = k.part AND k.whole_number >= c.nth) o"""

_AWARD = f"""SELECT {_KEPT}, least(cap * below, each * counted) AS top, below AS bottom, NULL AS error
FROM (SELECT *,
             CASE WHEN beyond_target THEN greatest(gap, 0) WHEN {_SHARES} THEN num ELSE greatest(num, 0) END AS counted,
             CASE WHEN beyond_target THEN den * 1000000 WHEN {_SHARES} THEN 1 ELSE den END AS below
      FROM judged_figures WHERE kind = 'award' AND NOT by_level)"""

_BY_LEVEL = f"""SELECT {_KEPT},
       CASE kind WHEN 'award' THEN least(cap, counted) WHEN 'judged' THEN counted
                 ELSE full_marks - least(cap, counted) END AS top,
       CASE kind WHEN 'judged' THEN greatest(number, 1) ELSE 1 END AS bottom,
       CASE WHEN unknown > 0 THEN 'unknown_level' END AS error
FROM (SELECT {_KEPT_OF_K}, k.kind, k.cap,
             coalesce(sum(c.n * l.marks), 0) AS counted, coalesce(sum(c.n), 0) AS number,
             count(c.n) FILTER (WHERE l.marks IS NULL) AS unknown
      FROM judged_figures k
      LEFT JOIN level_counts c ON c.figure = k.figure AND c.unit = k.unit
      LEFT JOIN levels l ON l.part = k.part AND l.level = c.level
      WHERE k.by_level
      GROUP BY ALL)"""

_LATE = f"""SELECT {_KEPT},
       full_marks - least(cap, CASE WHEN each IS NOT NULL THEN days_low * each
                                    ELSE late * late_each + missing * missing_each END) AS top,
       1::HUGEINT AS bottom, NULL AS error
FROM judged_figures WHERE kind = 'late'"""

_BY_JUDGEMENT = f"""SELECT {_KEPT}, num * 1000000 AS top, den AS bottom,
       CASE WHEN lowest * 1000000 < low * den OR highest * 1000000 > high * den THEN 'outside_range' END AS error
FROM judged_figures WHERE kind = 'judged' AND NOT by_level"""

_VETO = f"""SELECT {_KEPT}, 0::HUGEINT AS top, 1::HUGEINT AS bottom, NULL AS error
FROM judged_figures WHERE kind = 'veto'"""

# v: the figure rounded half away from zero to 12 decimals, so that figures can be ordered and averaged
_peer_cost, _peer_unit = _write_cost("worse", "(peers * 1000000)", "per", "partial", "each")
_RELATIVE = f"""SELECT {_KEPT},
       CASE WHEN best = worst THEN all_equal
            WHEN form = 'rank_table'
            THEN coalesce((SELECT r.marks FROM ranks r WHERE r.part = x.part AND r.place = x.place), beyond_rank)
            WHEN form = 'rank_step' THEN greatest(floor, first - (place - 1) * step)
            WHEN form = 'ratio_to_best' AND better = 1
            THEN CASE WHEN best <= 0 THEN 0 ELSE full_marks * greatest(v, 0) END
            WHEN form = 'ratio_to_best'
            THEN CASE WHEN v = best THEN full_marks ELSE full_marks * greatest(best, 0) END
            WHEN form = 'min_max' THEN base * abs(best - worst) + (full_marks - base) * abs(v - worst)
            ELSE full_marks * mean_bottom - least(cap * mean_bottom, mean_top) END AS top,
       CASE WHEN best = worst THEN 1
            WHEN form = 'ratio_to_best' AND better = 1 THEN CASE WHEN best <= 0 THEN 1 ELSE best END
            WHEN form = 'ratio_to_best' THEN CASE WHEN v = best THEN 1 ELSE greatest(v, 1) END
            WHEN form = 'min_max' THEN abs(best - worst)
            WHEN form = 'peer_mean' THEN mean_bottom
            ELSE 1 END AS bottom, NULL AS error
FROM (SELECT *, {_peer_cost} AS mean_top, {_peer_unit} AS mean_bottom
      FROM (SELECT *, rank() OVER (PARTITION BY part ORDER BY v * better DESC) AS place,
                   CASE better WHEN 1 THEN max(v) OVER peers ELSE min(v) OVER peers END AS best,
                   CASE better WHEN 1 THEN min(v) OVER peers ELSE max(v) OVER peers END AS worst,
                   count(*) OVER peers AS peers,
                   greatest(better * (sum(v) OVER peers - v * count(*) OVER peers), 0) AS worse
            FROM (SELECT *, sign(num)::HUGEINT * ((2 * abs(num) * 1000000000000 + den) // (2 * den)) AS v
                  FROM judged_figures WHERE kind = 'relative' AND NOT is_exempt)
            WINDOW peers AS (PARTITION BY part))) x"""

_NOTHING = """SELECT 0 AS part, '' AS unit, 0::HUGEINT AS full_marks, '' AS forced, TRUE AS reached, TRUE AS lasting,
       0::HUGEINT AS top, 1::HUGEINT AS bottom, NULL::VARCHAR AS error WHERE FALSE"""

BRANCHES: dict[str, tuple[str, ...]] = {
    "all_or_nothing": (_ALL_OR_NOTHING,),
    "proportional": (_PROPORTIONAL,),
    "ladder": (_LADDER,),
    "per_shortfall": (_PER_SHORTFALL,),
    "per_occurrence": (_PER_OCCURRENCE, _BY_LEVEL),
    "award": (_AWARD, _BY_LEVEL),
    "late": (_LATE,),
    "relative": (_RELATIVE,),
    "judged": (_BY_JUDGEMENT, _BY_LEVEL),
    "veto": (_VETO,),
}

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
