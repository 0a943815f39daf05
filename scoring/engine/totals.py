"""Items become totals, ranks and grades, in whole units of the last printed decimal; ranges are in total_ranges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from indicators.pack.grades import sort_grades
from indicators.pack.model import Pack
from scoring.base.effects import find_effect
from scoring.base.parts import to_millionths
from scoring.base.relations import HUGE, Row, make_table
from scoring.base.sql import write_with

COHORT_COLUMNS = {
    "cohort": pa.string(),
    "position": pa.int32(),
    "full_marks": HUGE,
    "ranked": pa.bool_(),
    "floor": HUGE,
    "ceiling": HUGE,
    "complete": HUGE,
    "complete_section": HUGE,
    "not_applicable": pa.string(),
    "exempt": pa.string(),
}
REVIEW_COLUMNS = {"cohort": pa.string(), "review": pa.string(), "weight": HUGE}
CAP_COLUMNS = {"cohort": pa.string(), "section": pa.string(), "cap": HUGE}
#: The vetoes that leave nothing of a section, and of which.
VETO_COLUMNS = {"indicator": pa.string(), "section": pa.string()}
GRADE_COLUMNS = {
    "cohort": pa.string(),
    "grade": pa.string(),
    "standing": pa.int32(),
    "low": HUGE,
    "low_included": pa.bool_(),
    "high": HUGE,
    "high_included": pa.bool_(),
}


def write_policies(pack: Pack) -> dict[str, pa.Table]:
    """What the pack declares about totals, as relations."""
    policy, head = pack.head.policy, pack.head
    limit: Callable[[Any], int | None] = lambda value: None if value is None else to_millionths(value)  # noqa: E731
    cohorts = [
        {
            "cohort": cohort.id,
            "position": position,
            "full_marks": to_millionths(cohort.full),
            "ranked": cohort.ranked,
            "floor": limit(policy.total.floor),
            "ceiling": limit(policy.total.ceiling),
            "complete": to_millionths(policy.completeness.at_least.value),
            "complete_section": to_millionths(policy.completeness.each_section.value),
            "not_applicable": policy.not_applicable,
            "exempt": policy.exempt,
        }
        for position, cohort in enumerate(head.cohorts)
    ]
    reviews = [
        {"cohort": cohort, "review": review.id, "weight": to_millionths(weight.value)}
        for review in head.reviews
        for cohort, weight in review.weight.items()
    ] or [{"cohort": cohort.id, "review": "", "weight": 1_000_000} for cohort in head.cohorts]
    caps = [
        {"cohort": cohort, "section": section.id, "cap": to_millionths(cap)}
        for section in head.sections
        for cohort, cap in section.cap.items()
    ]
    return {
        "cohorts": make_table(cohorts, COHORT_COLUMNS),
        "reviews": make_table(reviews, REVIEW_COLUMNS),
        "caps": make_table(caps, CAP_COLUMNS),
        "grades": make_table(_list_grades(pack), GRADE_COLUMNS),
        "veto_sections": make_table(_list_struck(pack), VETO_COLUMNS),
    }


def _list_struck(pack: Pack) -> list[Row]:
    effects = ((indicator.id, find_effect(indicator)) for indicator in pack.indicators)
    return [
        {"indicator": name, "section": effect.section}
        for name, effect in effects
        if effect is not None and effect.section is not None
    ]


def _list_grades(pack: Pack) -> list[dict[str, object]]:
    rows = []
    for cohort in pack.head.cohorts:
        ordered = sort_grades(cohort.grades)
        for standing, grade in enumerate(ordered):
            low, high = grade.low, grade.high
            rows.append(
                {
                    "cohort": cohort.id,
                    "grade": grade.name,
                    "standing": standing,
                    "low": to_millionths(low[0]) if low else None,
                    "low_included": low[1] if low else None,
                    "high": to_millionths(high[0]) if high else None,
                    "high_included": high[1] if high else None,
                }
            )
    return rows


_PEER_MEANS = """SELECT cohort, indicator, (2 * sum(points) + count(*)) // (2 * count(*)) AS mean
FROM items WHERE outcome = 'scored' GROUP BY cohort, indicator"""

_NOT_SCORED = """SELECT i.*, i.outcome IN ('pending', 'conflict', 'error') AS is_open,
       d.lowest // g.grain AS lowest_points,
       CASE WHEN i.outcome = 'exempt' THEN c.exempt ELSE c.not_applicable END AS policy,
       CASE WHEN i.outcome IN ('not_applicable', 'exempt')
            THEN CASE policy WHEN 'full' THEN i.full_points WHEN 'peer_mean' THEN p.mean END END AS credited
FROM items i
JOIN cohorts c ON c.cohort = i.cohort
JOIN indicators d ON d.cohort = i.cohort AND d.indicator = i.indicator
CROSS JOIN precision_grain g
LEFT JOIN peer_means p ON p.cohort = i.cohort AND p.indicator = i.indicator"""

_EACH_COUNTED = """SELECT * EXCLUDE (is_open, policy, credited, lowest_points),
       CASE section_kind
         WHEN 'deduction' THEN CASE WHEN outcome = 'scored' THEN points - applicable_points
                                    WHEN is_open THEN -applicable_points ELSE 0 END
         WHEN 'base' THEN CASE WHEN outcome = 'scored' THEN points ELSE coalesce(credited, 0) END
         WHEN 'input' THEN 0
         ELSE coalesce(points, CASE WHEN is_open THEN lowest_points ELSE 0 END) END AS official,
       CASE WHEN section_kind <> 'base' THEN 0 WHEN credited IS NOT NULL THEN full_points
            ELSE applicable_points END AS applicable,
       CASE WHEN section_kind = 'base' AND policy = 'out_of_scope' THEN full_points - applicable_points
            ELSE 0 END AS removed
FROM not_scored"""

#: Sections of a unit that count nothing, as a triggered veto says.
_STRUCK = """SELECT DISTINCT i.cohort, i.unit, v.section
FROM items i
JOIN veto_sections v ON v.indicator = i.indicator
WHERE i.veto IS NOT NULL"""

#: What each item counts in the total now; see docs/pack-format.md, Totals.
COUNTED = write_with(
    {"peer_means": _PEER_MEANS, "not_scored": _NOT_SCORED, "struck": _STRUCK, "each_counted": _EACH_COUNTED},
    """SELECT e.* REPLACE (CASE WHEN s.unit IS NOT NULL THEN least(e.official, 0) ELSE e.official END AS official)
FROM each_counted e
LEFT JOIN struck s ON s.cohort = e.cohort AND s.unit = e.unit AND s.section = e.section""",
)

_SCOPE = """SELECT m.cohort, m.unit, any_value(c.full_marks // g.grain) - coalesce(sum(b.removed), 0) AS full_points
FROM members m
JOIN cohorts c ON c.cohort = m.cohort
CROSS JOIN precision_grain g
LEFT JOIN each_counted b ON b.cohort = m.cohort AND b.unit = m.unit
GROUP BY m.cohort, m.unit"""

_REVIEWED = """SELECT b.cohort, b.unit, b.review, w.weight, sum(official) AS official, sum(applicable) AS applicable,
       sum(CASE WHEN sum(applicable) > 0 THEN w.weight ELSE 0 END) OVER (PARTITION BY b.cohort, b.unit) AS weights
FROM each_counted b
JOIN reviews w ON w.cohort = b.cohort AND w.review = b.review
WHERE b.section_kind = 'base'
GROUP BY b.cohort, b.unit, b.review, w.weight"""

_BASE = """SELECT r.cohort, r.unit,
       sum((2 * r.official * weight * s.full_points + applicable * weights) // (2 * applicable * weights)) AS official,
       sum(r.official) AS earned, sum(applicable) AS applicable
FROM reviewed r
JOIN scope s ON s.cohort = r.cohort AND s.unit = r.unit
WHERE applicable > 0
GROUP BY r.cohort, r.unit"""

_EXTRA_SECTIONS = """SELECT e.cohort, e.unit, e.section, e.section_kind,
       greatest(least(sum(official), c.cap // g.grain), -(c.cap // g.grain)) AS official
FROM each_counted e
JOIN caps c ON c.cohort = e.cohort AND c.section = e.section
CROSS JOIN precision_grain g
WHERE e.section_kind IN ('bonus', 'deduction')
GROUP BY e.cohort, e.unit, e.section, e.section_kind, c.cap, g.grain"""

_EXTRAS = """SELECT cohort, unit,
       coalesce(sum(official) FILTER (WHERE section_kind = 'bonus'), 0) AS bonus,
       coalesce(sum(official) FILTER (WHERE section_kind = 'deduction'), 0) AS deduction
FROM extra_sections GROUP BY cohort, unit"""

_VETOES = """SELECT i.cohort, i.unit,
       count(*) FILTER (WHERE i.veto = 'zero') > 0 AS zeroed,
       count(*) FILTER (WHERE i.veto LIKE 'stage:%') > 0 AS stopped,
       count(*) FILTER (WHERE i.outcome IN ('pending', 'conflict', 'error')) > 0 AS open,
       min(g.standing) AS grade_cap
FROM items i
LEFT JOIN grades g ON g.cohort = i.cohort AND g.grade = i.veto AND i.veto <> 'zero'
WHERE i.section_kind = 'veto'
GROUP BY i.cohort, i.unit"""

_COMPLETE_SECTIONS = """SELECT cohort, unit, section,
       sum(CASE WHEN outcome = 'scored' THEN applicable_points ELSE 0 END) AS known,
       sum(applicable_points) AS applicable
FROM each_counted WHERE section_kind = 'base' GROUP BY cohort, unit, section"""

_COMPLETE = """SELECT s.cohort, s.unit, sum(known) AS known, sum(applicable) AS applicable,
       sum(known) * 1000000 >= any_value(c.complete) * sum(applicable)
         AND bool_and(known * 1000000 >= c.complete_section * applicable) AS complete
FROM complete_sections s
JOIN cohorts c ON c.cohort = s.cohort
GROUP BY s.cohort, s.unit"""

_SUMS = """SELECT m.cohort, m.unit, c.position, c.ranked, s.full_points,
       b.earned, b.applicable, b.official AS base,
       coalesce(e.bonus, 0) AS bonus, coalesce(e.deduction, 0) AS deduction,
       coalesce(v.zeroed, FALSE) AS zeroed, v.grade_cap, coalesce(v.stopped, FALSE) AS stopped,
       coalesce(k.complete, FALSE) AND NOT coalesce(v.open, FALSE) AS complete,
       coalesce(v.open, FALSE) AS veto_open, coalesce(k.known, 0) AS known,
       coalesce(k.applicable, 0) AS applicable_known,
       b.official + coalesce(e.bonus, 0) + coalesce(e.deduction, 0) AS raw,
       c.floor // g.grain AS least_total, c.ceiling // g.grain AS most_total
FROM members m
JOIN cohorts c ON c.cohort = m.cohort
CROSS JOIN precision_grain g
JOIN scope s ON s.cohort = m.cohort AND s.unit = m.unit
LEFT JOIN base b ON b.cohort = m.cohort AND b.unit = m.unit
LEFT JOIN extras e ON e.cohort = m.cohort AND e.unit = m.unit
LEFT JOIN vetoes v ON v.cohort = m.cohort AND v.unit = m.unit
LEFT JOIN complete k ON k.cohort = m.cohort AND k.unit = m.unit"""

# least() and greatest() skip NULL: an undeclared bound binds nothing, a missing total stays missing.
_LIMITED = """SELECT *,
       CASE WHEN raw IS NULL THEN NULL WHEN zeroed THEN 0
            ELSE greatest(least(raw, most_total), least_total) END AS total
FROM sums"""

_GRADED = """SELECT t.cohort, t.unit, least(g.standing, any_value(t.grade_cap)) AS standing
FROM limited t
CROSS JOIN precision_grain p
JOIN grades g ON g.cohort = t.cohort
 AND (g.low IS NULL OR t.total * p.grain > g.low OR (g.low_included AND t.total * p.grain = g.low))
 AND (g.high IS NULL OR t.total * p.grain < g.high OR (g.high_included AND t.total * p.grain = g.high))
GROUP BY t.cohort, t.unit, g.standing"""

# By the share of full marks, which differ where items leave the table. Two shares that differ at all lie further apart
# than one in the square of the widest full marks: times twice that square their whole parts differ in the same way.
_RANKED = """SELECT cohort, unit,
       rank() OVER (PARTITION BY cohort ORDER BY total * 2 * widest * widest // full_points DESC) AS rank
FROM (SELECT *, max(full_points) OVER (PARTITION BY cohort) AS widest
      FROM limited WHERE ranked AND complete AND NOT stopped AND total IS NOT NULL)"""

#: One row per cohort and unit, in the order of cohorts, ranks and the register.
TOTALS = write_with(
    {
        # Named once, so that it is worked out once.
        "each_counted": "FROM counted",
        "scope": _SCOPE,
        "reviewed": _REVIEWED,
        "base": _BASE,
        "extra_sections": _EXTRA_SECTIONS,
        "extras": _EXTRAS,
        "vetoes": _VETOES,
        "complete_sections": _COMPLETE_SECTIONS,
        "complete": _COMPLETE,
        "sums": _SUMS,
        "limited": _LIMITED,
        "graded": _GRADED,
        "ranked": _RANKED,
    },
    """SELECT t.cohort, t.unit, t.total, t.full_points, x.low, x.high, t.base, t.bonus, t.deduction, t.earned,
       t.applicable, t.zeroed, t.veto_open, t.known, t.applicable_known,
       CASE WHEN t.complete AND NOT t.stopped AND t.total IS NOT NULL THEN g.grade END AS grade,
       capped.grade AS grade_cap,
       r.rank,
       CASE WHEN t.total IS NULL THEN 'no_marks' WHEN t.stopped THEN 'not_passed' WHEN NOT t.complete THEN 'incomplete'
            WHEN NOT t.ranked THEN 'not_ranked' ELSE 'ranked' END AS status,
       x.rank_best, x.rank_worst, x.grade_best, x.grade_worst, x.widest, x.widest_points
FROM limited t
JOIN total_ranges x ON x.cohort = t.cohort AND x.unit = t.unit
LEFT JOIN ranked r ON r.cohort = t.cohort AND r.unit = t.unit
LEFT JOIN graded d ON d.cohort = t.cohort AND d.unit = t.unit
LEFT JOIN grades g ON g.cohort = t.cohort AND g.standing = d.standing
LEFT JOIN grades capped ON capped.cohort = t.cohort AND capped.standing = t.grade_cap
LEFT JOIN units u ON u.unit = t.unit
ORDER BY t.position, r.rank NULLS LAST, u.position""",
)
