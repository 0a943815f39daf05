WITH "each_counted" AS (
  FROM counted
),

"scope" AS (
  SELECT m.cohort, m.unit, any_value(c.full_marks // g.grain) - coalesce(sum(b.removed), 0) AS full_points
  FROM members m
  JOIN cohorts c ON c.cohort = m.cohort
  CROSS JOIN precision_grain g
  LEFT JOIN each_counted b ON b.cohort = m.cohort AND b.unit = m.unit
  GROUP BY m.cohort, m.unit
),

"reviewed" AS (
  SELECT b.cohort, b.unit, b.review, w.weight, sum(official) AS official, sum(applicable) AS applicable,
         sum(CASE WHEN sum(applicable) > 0 THEN w.weight ELSE 0 END) OVER (PARTITION BY b.cohort, b.unit) AS weights
  FROM each_counted b
  JOIN reviews w ON w.cohort = b.cohort AND w.review = b.review
  WHERE b.section_kind = 'base'
  GROUP BY b.cohort, b.unit, b.review, w.weight
),

"base" AS (
  SELECT r.cohort, r.unit,
         sum((2 * r.official * weight * s.full_points + applicable * weights) // (2 * applicable * weights)) AS official,
         sum(r.official) AS earned, sum(applicable) AS applicable
  FROM reviewed r
  JOIN scope s ON s.cohort = r.cohort AND s.unit = r.unit
  WHERE applicable > 0
  GROUP BY r.cohort, r.unit
),

"extra_sections" AS (
  SELECT e.cohort, e.unit, e.section, e.section_kind,
         greatest(least(sum(official), c.cap // g.grain), -(c.cap // g.grain)) AS official
  FROM each_counted e
  JOIN caps c ON c.cohort = e.cohort AND c.section = e.section
  CROSS JOIN precision_grain g
  WHERE e.section_kind IN ('bonus', 'deduction')
  GROUP BY e.cohort, e.unit, e.section, e.section_kind, c.cap, g.grain
),

"extras" AS (
  SELECT cohort, unit,
         coalesce(sum(official) FILTER (WHERE section_kind = 'bonus'), 0) AS bonus,
         coalesce(sum(official) FILTER (WHERE section_kind = 'deduction'), 0) AS deduction
  FROM extra_sections GROUP BY cohort, unit
),

"vetoes" AS (
  SELECT i.cohort, i.unit,
         count(*) FILTER (WHERE i.veto = 'zero') > 0 AS zeroed,
         count(*) FILTER (WHERE i.veto LIKE 'stage:%') > 0 AS stopped,
         count(*) FILTER (WHERE i.outcome IN ('pending', 'conflict', 'error')) > 0 AS open,
         min(g.standing) AS grade_cap
  FROM items i
  LEFT JOIN grades g ON g.cohort = i.cohort AND g.grade = i.veto AND i.veto <> 'zero'
  WHERE i.section_kind = 'veto'
  GROUP BY i.cohort, i.unit
),

"complete_sections" AS (
  SELECT cohort, unit, section,
         sum(CASE WHEN outcome = 'scored' THEN applicable_points ELSE 0 END) AS known,
         sum(applicable_points) AS applicable
  FROM each_counted WHERE section_kind = 'base' GROUP BY cohort, unit, section
),

"complete" AS (
  SELECT s.cohort, s.unit, sum(known) AS known, sum(applicable) AS applicable,
         sum(known) * 1000000 >= any_value(c.complete) * sum(applicable)
           AND bool_and(known * 1000000 >= c.complete_section * applicable) AS complete
  FROM complete_sections s
  JOIN cohorts c ON c.cohort = s.cohort
  GROUP BY s.cohort, s.unit
),

"sums" AS (
  SELECT m.cohort, m.unit, c.position, c.ranked, s.full_points,
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
  LEFT JOIN complete k ON k.cohort = m.cohort AND k.unit = m.unit
),

"limited" AS (
  SELECT *,
         CASE WHEN raw IS NULL THEN NULL WHEN zeroed THEN 0
              ELSE greatest(least(raw, most_total), least_total) END AS total
  FROM sums
),

"graded" AS (
  SELECT t.cohort, t.unit, least(g.standing, any_value(t.grade_cap)) AS standing
  FROM limited t
  CROSS JOIN precision_grain p
  JOIN grades g ON g.cohort = t.cohort
   AND (g.low IS NULL OR t.total * p.grain > g.low OR (g.low_included AND t.total * p.grain = g.low))
   AND (g.high IS NULL OR t.total * p.grain < g.high OR (g.high_included AND t.total * p.grain = g.high))
  GROUP BY t.cohort, t.unit, g.standing
),

"ranked" AS (
  SELECT cohort, unit,
         rank() OVER (PARTITION BY cohort ORDER BY total * 2 * widest * widest // full_points DESC) AS rank
  FROM (SELECT *, max(full_points) OVER (PARTITION BY cohort) AS widest
        FROM limited WHERE ranked AND complete AND NOT stopped AND total IS NOT NULL)
)

SELECT t.cohort, t.unit, t.total, t.full_points, x.low, x.high, t.base, t.bonus, t.deduction, t.earned,
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
ORDER BY t.position, r.rank NULLS LAST, u.position