WITH "asked" AS (
  SELECT c.cohort, r.unit, c.indicator, c.number, c.choice,
         CASE WHEN r.outcome IN ('pending', 'conflict', 'error') THEN NULL
              WHEN c.verdict = 'not_applicable' THEN r.outcome = 'not_applicable'
              WHEN r.outcome = 'not_applicable' THEN FALSE
              WHEN c.verdict = 'reached' THEN r.reached
              WHEN c.verdict = 'missed' THEN NOT r.reached
              ELSE (c.low IS NULL OR r.num * 1000000 > c.low * r.den
                    OR (c.low_included AND r.num * 1000000 = c.low * r.den))
               AND (c.high IS NULL OR r.num * 1000000 < c.high * r.den
                    OR (c.high_included AND r.num * 1000000 = c.high * r.den)) END AS holds
  FROM table_cells c
  JOIN part_results r ON r.part = c.part
  WHERE c.layer = (SELECT layer FROM current_layer)
),

"choices" AS (
  SELECT cohort, unit, indicator, number, choice,
         CASE WHEN bool_or(NOT holds) THEN FALSE WHEN count(*) > count(holds) THEN NULL ELSE TRUE END AS holds
  FROM asked GROUP BY cohort, unit, indicator, number, choice
),

"holding" AS (
  SELECT cohort, unit, indicator, number,
         CASE WHEN bool_or(holds) THEN TRUE WHEN count(*) > count(holds) THEN NULL ELSE FALSE END AS holds
  FROM choices GROUP BY cohort, unit, indicator, number
),

"hits" AS (
  SELECT h.cohort, h.unit, h.indicator,
         min(h.number) FILTER (WHERE h.holds) AS first_row,
         min(h.number) FILTER (WHERE h.holds IS NULL) AS first_open,
         arg_min(t.marks, h.number) FILTER (WHERE h.holds) AS first_marks,
         sum(t.marks) FILTER (WHERE h.holds) AS all_marks
  FROM holding h
  JOIN table_rows t ON t.cohort = h.cohort AND t.indicator = h.indicator AND t.number = h.number
  GROUP BY h.cohort, h.unit, h.indicator
),

"states" AS (
  SELECT s.cohort, s.unit, s.indicator, bool_or(s.outcome = 'scored') AS known,
         bool_or(s.varies AND s.outcome NOT IN ('pending', 'conflict', 'error')) AS varies
  FROM part_ranges s
  JOIN parts p ON p.part = s.part
  WHERE p.layer = (SELECT layer FROM current_layer)
  GROUP BY s.cohort, s.unit, s.indicator
),

"decided_tables" AS (
  SELECT h.cohort, h.unit, h.indicator, s.varies, d.full_marks // g.grain AS full_points,
         CASE WHEN h.first_row IS NULL THEN d.otherwise // g.grain
              WHEN d.hit = 'sum' THEN least(d.full_marks, h.all_marks) // g.grain
              ELSE h.first_marks // g.grain END AS points,
         s.known AND (h.first_open IS NULL OR (d.hit <> 'sum' AND coalesce(h.first_row < h.first_open, FALSE))) AS decided
  FROM hits h
  JOIN indicators d ON d.cohort = h.cohort AND d.indicator = h.indicator
  JOIN states s ON s.cohort = h.cohort AND s.unit = h.unit AND s.indicator = h.indicator
  CROSS JOIN precision_grain g
)

SELECT cohort, unit, indicator, points, CASE WHEN decided AND NOT varies THEN points ELSE 0 END AS low,
       CASE WHEN decided AND NOT varies THEN points ELSE full_points END AS high, decided
FROM decided_tables