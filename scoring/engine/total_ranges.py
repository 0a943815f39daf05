"""The ranges of totals, ranks and grades: bounds, added up so that they are wider than needed and never narrower.

Official totals are in :mod:`scoring.engine.totals`. What every item may still come to is in
:mod:`scoring.engine.part_ranges`.
"""

from __future__ import annotations

from scoring.base.sql import write_with

#: How each item may end: in the table (``counts``), as not applicable (``leaves``), exempt (``excused``).
_ENDS = """SELECT i.cohort, i.unit, i.indicator, i.section, i.section_kind, i.review, i.outcome, i.full_points,
       i.applicable_points, i.loose, i.varies, i.exempting, i.low_points, i.high_points,
       i.applicable_low, i.applicable_high, c.not_applicable, c.exempt, z.veto,
       i.veto IS NOT NULL AS triggered, i.veto IS NOT NULL AND NOT (i.varies OR i.exempting) AS surely_triggered,
       i.outcome = 'exempt' AND NOT i.exempting AS gone,
       NOT gone AND i.applicable_high + (i.section_kind = 'veto')::INTEGER > 0 AS counts,
       NOT gone AND i.applicable_low = 0 AS leaves,
       gone OR i.exempting AS excused,
       coalesce(counts AND NOT leaves AND NOT excused, FALSE) AS one_way,
       NOT gone AND (i.varies OR i.exempting) AND z.veto IS NOT NULL AS veto_varies,
       i.outcome = 'scored' AND NOT i.loose AND NOT i.exempting AS sure
FROM items i
JOIN cohorts c ON c.cohort = i.cohort
LEFT JOIN (SELECT cohort, indicator, min(veto) AS veto FROM parts WHERE veto IS NOT NULL GROUP BY ALL) z
  ON z.cohort = i.cohort AND z.indicator = i.indicator"""

#: Within what the mean of an indicator's marks stays, and whether there may be nobody to take a mean of.
_MEANS = """SELECT *, (2 * low + sure + perhaps) // (2 * (sure + perhaps)) AS mean_low,
       (2 * (high + perhaps * full_points) + sure + perhaps) // (2 * (sure + perhaps)) AS mean_high
FROM (
  SELECT e.cohort, e.indicator, any_value(e.full_points) AS full_points,
         count(*) FILTER (WHERE e.sure AND n.cohort IS NULL) AS sure,
         count(*) FILTER (WHERE NOT e.sure AND e.counts OR n.cohort IS NOT NULL)
           + coalesce(any_value(n.arriving), 0) AS perhaps,
         coalesce(sum(e.low_points) FILTER (WHERE e.sure AND n.cohort IS NULL), 0) AS low,
         coalesce(sum(e.high_points) FILTER (WHERE e.sure AND n.cohort IS NULL), 0) AS high
  FROM ends e
  LEFT JOIN changing_cohorts n ON n.cohort = e.cohort
  WHERE e.section_kind = 'base'
  GROUP BY e.cohort, e.indicator
)
WHERE sure + perhaps > 0"""


_LEFT = """SELECT cohort, unit, indicator, section, section_kind, review, full_points,
       CASE WHEN section_kind = 'base' THEN not_applicable END AS policy
FROM ends WHERE leaves
UNION ALL
SELECT cohort, unit, indicator, section, section_kind, review, full_points,
       CASE WHEN section_kind = 'base' THEN exempt END AS policy
FROM ends WHERE excused"""

#: An item in the table: marks at least, lost at least, of at least and at most, and taken from the full marks.
_COUNTING = """SELECT cohort, unit, indicator, section, section_kind, review,
       low_points AS low, applicable_high - high_points AS lost,
       applicable_low AS least, applicable_high AS most,
       CASE WHEN not_applicable = 'out_of_scope' THEN full_points - applicable_high ELSE 0 END AS removed_low,
       CASE WHEN not_applicable = 'out_of_scope' THEN full_points - applicable_low ELSE 0 END AS removed_high
FROM ends"""

#: Each way that an item may end which has several, or none in the table.
_WAYS = f"""{_COUNTING} WHERE counts AND NOT one_way
UNION ALL
SELECT l.cohort, l.unit, l.indicator, l.section, l.section_kind, l.review,
       CASE WHEN policy = 'full' THEN l.full_points WHEN policy = 'peer_mean' AND m.sure > 0 THEN m.mean_low ELSE 0 END,
       CASE WHEN policy = 'peer_mean' AND m.sure > 0 THEN l.full_points - m.mean_high ELSE 0 END,
       CASE WHEN policy = 'full' OR (policy = 'peer_mean' AND m.sure > 0) THEN l.full_points ELSE 0 END,
       CASE WHEN policy = 'full' OR (policy = 'peer_mean' AND m.cohort IS NOT NULL) THEN l.full_points ELSE 0 END,
       CASE WHEN policy = 'out_of_scope' THEN l.full_points ELSE 0 END,
       CASE WHEN policy = 'out_of_scope' THEN l.full_points ELSE 0 END
FROM left_table l
LEFT JOIN means m ON m.cohort = l.cohort AND m.indicator = l.indicator"""

#: Sections that count nothing, surely or perhaps, as vetoes say.
_STRUCK = """SELECT e.cohort, e.unit, v.section,
       bool_or(e.surely_triggered) AS surely, bool_or(e.triggered OR e.veto_varies) AS perhaps
FROM ends e
JOIN veto_sections v ON v.indicator = e.indicator
GROUP BY e.cohort, e.unit, v.section"""

#: What each item comes to at the least and at the most. Nearly all have one way, and are not grouped to find that out.
_ENDED = f"""SELECT *,
       CASE section_kind WHEN 'bonus' THEN low WHEN 'deduction' THEN low - most END AS gain_low,
       CASE section_kind WHEN 'bonus' THEN most - lost WHEN 'deduction' THEN -lost END AS gain_high
FROM (
{_COUNTING} WHERE one_way AND section_kind IN ('base', 'bonus', 'deduction')
)
UNION ALL
SELECT cohort, unit, indicator, section, section_kind, review,
       min(low) AS low, min(lost) AS lost, min(least) AS least, max(most) AS most,
       min(removed_low) AS removed_low, max(removed_high) AS removed_high,
       CASE section_kind WHEN 'bonus' THEN min(low) WHEN 'deduction' THEN min(low - most) END AS gain_low,
       CASE section_kind WHEN 'bonus' THEN max(most - lost) WHEN 'deduction' THEN max(-lost) END AS gain_high
FROM ways
WHERE section_kind IN ('base', 'bonus', 'deduction')
GROUP BY cohort, unit, indicator, section, section_kind, review"""

#: A section that is struck gives nothing, and one that may be gives nothing at least.
_BOUNDED = """SELECT b.* REPLACE (
         CASE WHEN s.perhaps THEN least(b.low, 0) ELSE b.low END AS low,
         CASE WHEN s.surely THEN greatest(b.lost, b.least) ELSE b.lost END AS lost,
         CASE WHEN s.perhaps THEN least(b.gain_low, 0) ELSE b.gain_low END AS gain_low,
         CASE WHEN s.surely THEN least(b.gain_high, 0) ELSE b.gain_high END AS gain_high)
FROM ended b
LEFT JOIN struck s ON s.cohort = b.cohort AND s.unit = b.unit AND s.section = b.section"""

_SCOPES = """SELECT m.cohort, m.unit,
       any_value(c.full_marks // g.grain) - coalesce(sum(b.removed_high) FILTER (WHERE b.section_kind = 'base'), 0)
         AS full_low,
       any_value(c.full_marks // g.grain) - coalesce(sum(b.removed_low) FILTER (WHERE b.section_kind = 'base'), 0)
         AS full_high
FROM members m
JOIN cohorts c ON c.cohort = m.cohort
CROSS JOIN precision_grain g
LEFT JOIN bounded b ON b.cohort = m.cohort AND b.unit = m.unit
GROUP BY m.cohort, m.unit"""

_REVIEWED = """SELECT b.cohort, b.unit, b.review, w.weight, sum(low) AS low, sum(lost) AS lost, sum(least) AS least,
       sum(most) AS most,
       sum(CASE WHEN sum(most) > 0 THEN w.weight ELSE 0 END) OVER (PARTITION BY b.cohort, b.unit) AS weights
FROM bounded b
JOIN reviews w ON w.cohort = b.cohort AND w.review = b.review
WHERE b.section_kind = 'base'
GROUP BY b.cohort, b.unit, b.review, w.weight"""

# A review that may leave hands its weight on, and each of the others is rounded anew.
_BASE = """SELECT r.cohort, r.unit,
       greatest(
         sum((2 * r.low * weight * s.full_low + most * weights) // (2 * most * weights)),
         CASE WHEN count(*) = 1 THEN sum(r.low) END) AS low,
       sum((2 * (most - lost) * weight * s.full_high + most * weights) // (2 * most * weights))
         + CASE WHEN count(*) > 1 AND min(least) = 0 THEN count(*) ELSE 0 END AS high,
       sum(least) > 0 AS stays
FROM reviewed r
JOIN scopes s ON s.cohort = r.cohort AND s.unit = r.unit
WHERE most > 0
GROUP BY r.cohort, r.unit"""

_EXTRA_SECTIONS = """SELECT b.cohort, b.unit, b.section,
       greatest(least(sum(gain_low), c.cap // g.grain), -(c.cap // g.grain)) AS low,
       greatest(least(sum(gain_high), c.cap // g.grain), -(c.cap // g.grain)) AS high
FROM bounded b
JOIN caps c ON c.cohort = b.cohort AND c.section = b.section
CROSS JOIN precision_grain g
WHERE b.section_kind IN ('bonus', 'deduction')
GROUP BY b.cohort, b.unit, b.section, c.cap, g.grain"""

_EXTRAS = "SELECT cohort, unit, sum(low) AS low, sum(high) AS high FROM extra_sections GROUP BY cohort, unit"

_VETOES = """SELECT e.cohort, e.unit,
       bool_or(e.surely_triggered AND e.veto = 'zero') AS zeroed,
       bool_or(e.veto_varies AND e.veto = 'zero') AS may_be_zeroed,
       bool_or(e.surely_triggered AND e.veto LIKE 'stage:%') AS stopped,
       bool_or((e.triggered OR e.veto_varies) AND e.veto LIKE 'stage:%') AS may_stop,
       bool_or(NOT e.gone AND e.loose) AS may_open,
       min(g.standing) FILTER (WHERE e.surely_triggered) AS cap_high,
       min(g.standing) FILTER (WHERE e.triggered OR e.veto_varies) AS cap_low
FROM ends e
LEFT JOIN grades g ON g.cohort = e.cohort AND g.grade = e.veto AND e.veto <> 'zero'
WHERE e.section_kind = 'veto'
GROUP BY e.cohort, e.unit"""

#: Whether a unit would have a rank even if all that may wait were still open.
_COMPLETE_SECTIONS = """SELECT cohort, unit, section,
       sum(CASE WHEN sure THEN applicable_points ELSE 0 END) AS known,
       sum(CASE WHEN sure THEN applicable_points WHEN loose AND NOT gone THEN applicable_high ELSE 0 END) AS applicable
FROM ends WHERE section_kind = 'base' GROUP BY cohort, unit, section"""

_COMPLETE = """SELECT s.cohort, s.unit,
       sum(known) * 1000000 >= any_value(c.complete) * sum(applicable)
         AND bool_and(known * 1000000 >= c.complete_section * applicable) AS complete
FROM complete_sections s
JOIN cohorts c ON c.cohort = s.cohort
GROUP BY s.cohort, s.unit"""

_SUMS = """SELECT m.cohort, m.unit, v.cap_low, v.cap_high, s.full_low, s.full_high,
       coalesce(v.zeroed, FALSE) AS zeroed, coalesce(v.may_be_zeroed, FALSE) AS may_be_zeroed,
       c.ranked AND b.high IS NOT NULL AND NOT coalesce(v.stopped, FALSE) AS may_rank,
       c.ranked AND coalesce(b.stays AND k.complete, FALSE) AND NOT coalesce(v.may_open, FALSE)
         AND NOT coalesce(v.may_stop, FALSE) AND d.unit IS NULL AS must_rank,
       CASE WHEN b.low IS NOT NULL
            THEN greatest(least(b.low + coalesce(e.low, 0), c.ceiling // g.grain), c.floor // g.grain) END AS low,
       CASE WHEN b.high IS NOT NULL
            THEN greatest(least(b.high + coalesce(e.high, 0), c.ceiling // g.grain), c.floor // g.grain) END AS high
FROM members m
JOIN cohorts c ON c.cohort = m.cohort
CROSS JOIN precision_grain g
JOIN scopes s ON s.cohort = m.cohort AND s.unit = m.unit
LEFT JOIN base b ON b.cohort = m.cohort AND b.unit = m.unit
LEFT JOIN extras e ON e.cohort = m.cohort AND e.unit = m.unit
LEFT JOIN vetoes v ON v.cohort = m.cohort AND v.unit = m.unit
LEFT JOIN complete k ON k.cohort = m.cohort AND k.unit = m.unit
LEFT JOIN leaving_units d ON d.unit = m.unit"""

# A missing total has no range; a floor is nothing to a total that a veto has set to zero.
_RANGED = """SELECT *,
       CASE WHEN low IS NULL THEN NULL WHEN zeroed THEN 0 WHEN may_be_zeroed THEN least(0, low) ELSE low END AS lowest,
       CASE WHEN low IS NULL THEN NULL WHEN zeroed THEN 0 WHEN may_be_zeroed THEN greatest(0, high) ELSE high END
         AS highest
FROM sums"""

# Ranks go by the share of full marks, which may differ: as whole numbers in the same order, see totals.
_SHARED = """SELECT cohort, unit, may_rank, must_rank,
       lowest * 2 * widest * widest // CASE WHEN lowest < 0 THEN least_full ELSE full_high END AS lowest,
       highest * 2 * widest * widest // CASE WHEN highest < 0 THEN full_high ELSE least_full END AS highest
FROM (SELECT *, greatest(full_low, 1) AS least_full, max(full_high) OVER (PARTITION BY cohort) AS widest
      FROM ranged WHERE lowest IS NOT NULL)"""

#: Where in the cohort each end of a unit's range lies: of whose totals how many are above it, surely and perhaps.
_ENDS_IN_ORDER = """SELECT cohort, unit, lowest AS mark, may_rank AS asks, 'worst' AS which, 0 AS surely, 0 AS perhaps
FROM shared
UNION ALL
SELECT cohort, unit, highest, may_rank, 'best', 0, 0 FROM shared
UNION ALL
SELECT cohort, unit, lowest, FALSE, '', 1, 0 FROM shared WHERE must_rank
UNION ALL
SELECT cohort, unit, highest, FALSE, '', 0, 1 FROM shared WHERE may_rank"""

_PLACED = """SELECT *,
       sum(surely) OVER (PARTITION BY cohort ORDER BY mark DESC RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
         - sum(surely) OVER (PARTITION BY cohort, mark) AS surely_above,
       sum(perhaps) OVER (PARTITION BY cohort ORDER BY mark DESC RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
         - sum(perhaps) OVER (PARTITION BY cohort, mark) AS perhaps_above,
       sum(perhaps) OVER (PARTITION BY cohort ORDER BY mark DESC RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
         AS perhaps_level
FROM ends_in_order"""

# A unit whose own best lies above its own worst has counted itself.
_RANKS = """SELECT p.cohort, p.unit,
       (1 + max(p.surely_above) FILTER (WHERE which = 'best'))::BIGINT AS best,
       (1 + max(p.perhaps_above) FILTER (WHERE which = 'worst') - any_value(s.highest > s.lowest)::INTEGER
         + coalesce(any_value(c.arriving), 0))::BIGINT AS worst,
       (max(p.perhaps_level) FILTER (WHERE which = 'worst') + coalesce(any_value(c.arriving), 0))::BIGINT AS levelled,
       any_value(s.must_rank) AS must_rank
FROM placed p
JOIN shared s ON s.cohort = p.cohort AND s.unit = p.unit
LEFT JOIN changing_cohorts c ON c.cohort = p.cohort
WHERE p.asks
GROUP BY p.cohort, p.unit"""


def _write_standing(total: str, cap: str) -> str:
    """The grade of one end of the range, or the lowest that a veto leaves at most."""
    return f"""SELECT t.cohort, t.unit, least(g.standing, any_value(t.{cap})) AS standing
FROM ranged t
CROSS JOIN precision_grain p
JOIN grades g ON g.cohort = t.cohort
 AND (g.low IS NULL OR t.{total} * p.grain > g.low OR (g.low_included AND t.{total} * p.grain = g.low))
 AND (g.high IS NULL OR t.{total} * p.grain < g.high OR (g.high_included AND t.{total} * p.grain = g.high))
GROUP BY t.cohort, t.unit, g.standing"""


#: By how much an item widens the range, in the scale of the total. The kind of the section is no condition of the join
#: by itself: DuckDB would compare each item with each unit.
_WIDTHS = """SELECT b.cohort, b.unit, b.indicator,
       CASE WHEN b.section_kind = 'base'
            THEN (2 * (b.most - b.lost - b.low) * r.weight * s.full_high + r.most * r.weights)
                 // (2 * r.most * r.weights)
            ELSE b.gain_high - b.gain_low END AS width
FROM bounded b
JOIN scopes s ON s.cohort = b.cohort AND s.unit = b.unit
LEFT JOIN reviewed r
  ON r.cohort = b.cohort AND r.unit = b.unit AND r.review = CASE WHEN b.section_kind = 'base' THEN b.review END
WHERE CASE WHEN b.section_kind = 'base' THEN b.most - b.lost > b.low AND r.most > 0
           ELSE b.gain_high > b.gain_low END
UNION ALL
SELECT e.cohort, e.unit, e.indicator, t.highest - t.lowest
FROM ends e
JOIN ranged t ON t.cohort = e.cohort AND t.unit = e.unit
WHERE e.veto_varies AND e.veto = 'zero'"""

_WIDEST = """SELECT w.cohort, w.unit, arg_max(w.indicator, (w.width, -p.part)) AS indicator, max(w.width) AS width
FROM widths w
JOIN (SELECT cohort, indicator, min(part) AS part FROM parts GROUP BY ALL) p
  ON p.cohort = w.cohort AND p.indicator = w.indicator
WHERE w.width > 0
GROUP BY w.cohort, w.unit"""

#: One row per cohort and unit: the ends of total, rank and grade, and the item that widens the range most.
TOTAL_RANGES = write_with(
    {
        "ends": _ENDS,
        "means": _MEANS,
        "left_table": _LEFT,
        "ways": _WAYS,
        "struck": _STRUCK,
        "ended": _ENDED,
        "bounded": _BOUNDED,
        "scopes": _SCOPES,
        "reviewed": _REVIEWED,
        "base": _BASE,
        "extra_sections": _EXTRA_SECTIONS,
        "extras": _EXTRAS,
        "vetoes": _VETOES,
        "complete_sections": _COMPLETE_SECTIONS,
        "complete": _COMPLETE,
        "sums": _SUMS,
        "ranged": _RANGED,
        "shared": _SHARED,
        "ends_in_order": _ENDS_IN_ORDER,
        "placed": _PLACED,
        "ranks": _RANKS,
        "graded_low": _write_standing("lowest", "cap_low"),
        "graded_high": _write_standing("highest", "cap_high"),
        "widths": _WIDTHS,
        "widest": _WIDEST,
    },
    """SELECT t.cohort, t.unit, t.lowest AS low, t.highest AS high, k.best AS rank_best, k.worst AS rank_worst,
       best.grade AS grade_best, worst.grade AS grade_worst,
       CASE WHEN t.lowest < t.highest THEN w.indicator END AS widest,
       CASE WHEN t.lowest < t.highest THEN least(w.width, t.highest - t.lowest) END AS widest_points,
       -- For quotas of grades alone.
       coalesce(k.must_rank, FALSE) AS sure_rank, k.levelled, t.cap_low IS NOT NULL AS may_be_capped
FROM ranged t
LEFT JOIN ranks k ON k.cohort = t.cohort AND k.unit = t.unit
LEFT JOIN graded_low l ON l.cohort = t.cohort AND l.unit = t.unit
LEFT JOIN graded_high h ON h.cohort = t.cohort AND h.unit = t.unit
LEFT JOIN grades worst ON worst.cohort = t.cohort AND worst.standing = l.standing
LEFT JOIN grades best ON best.cohort = t.cohort AND best.standing = h.standing
LEFT JOIN widest w ON w.cohort = t.cohort AND w.unit = t.unit""",
)
