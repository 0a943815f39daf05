WITH "peer_means" AS (
  SELECT cohort, indicator, (2 * sum(points) + count(*)) // (2 * count(*)) AS mean
  FROM items WHERE outcome = 'scored' GROUP BY cohort, indicator
),

"not_scored" AS (
  SELECT i.*, i.outcome IN ('pending', 'conflict', 'error') AS is_open,
         d.lowest // g.grain AS lowest_points,
         CASE WHEN i.outcome = 'exempt' THEN c.exempt ELSE c.not_applicable END AS policy,
         CASE WHEN i.outcome IN ('not_applicable', 'exempt')
              THEN CASE policy WHEN 'full' THEN i.full_points WHEN 'peer_mean' THEN p.mean END END AS credited
  FROM items i
  JOIN cohorts c ON c.cohort = i.cohort
  JOIN indicators d ON d.cohort = i.cohort AND d.indicator = i.indicator
  CROSS JOIN precision_grain g
  LEFT JOIN peer_means p ON p.cohort = i.cohort AND p.indicator = i.indicator
),

"struck" AS (
  SELECT DISTINCT i.cohort, i.unit, v.section
  FROM items i
  JOIN veto_sections v ON v.indicator = i.indicator
  WHERE i.veto IS NOT NULL
),

"each_counted" AS (
  SELECT * EXCLUDE (is_open, policy, credited, lowest_points),
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
  FROM not_scored
)

SELECT e.* REPLACE (CASE WHEN s.unit IS NOT NULL THEN least(e.official, 0) ELSE e.official END AS official)
FROM each_counted e
LEFT JOIN struck s ON s.cohort = e.cohort AND s.unit = e.unit AND s.section = e.section