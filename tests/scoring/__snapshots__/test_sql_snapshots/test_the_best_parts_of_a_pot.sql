SELECT * FROM (
WITH "pot_added" AS (
  SELECT s.cohort, s.unit, s.indicator, p.pot_node AS node,
         sum(CASE WHEN s.outcome <> 'scored' THEN 0 WHEN p.pot_sign > 0 THEN r.points
                  ELSE r.points - s.full_points END) AS value,
         sum(CASE WHEN NOT s.may_apply THEN 0 WHEN p.pot_sign > 0 THEN s.low ELSE s.low - s.full_points END) AS low,
         sum(CASE WHEN NOT s.may_apply THEN 0 WHEN p.pot_sign > 0 THEN s.high ELSE s.high - s.full_points END) AS high
  FROM part_ranges s
  JOIN parts p ON p.part = s.part
  JOIN part_results r ON r.part = s.part AND r.cohort = s.cohort AND r.unit = s.unit
  WHERE p.pot_sign <> 0 AND p.layer = (SELECT layer FROM current_layer)
  GROUP BY s.cohort, s.unit, s.indicator, p.pot_node
),

"pot_moved" AS (
  SELECT s.cohort, s.unit, s.indicator, p.pot_node AS node, s.part, coalesce(n.best, n.worst) AS places,
         n.worst IS NOT NULL AS worst, s.outcome = 'scored' AS counts, s.may_apply, s.may_leave,
         CASE WHEN s.outcome = 'scored' THEN r.points ELSE 0 END AS value,
         CASE WHEN s.may_apply THEN s.low ELSE 0 END AS low, CASE WHEN s.may_apply THEN s.high ELSE 0 END AS high
  FROM part_ranges s
  JOIN parts p ON p.part = s.part
  JOIN part_results r ON r.part = s.part AND r.cohort = s.cohort AND r.unit = s.unit
  JOIN pot_nodes n ON n.cohort = s.cohort AND n.indicator = s.indicator AND n.node = p.pot_node
  WHERE p.pot_sign <> 0 AND coalesce(n.best, n.worst) IS NOT NULL AND p.layer = (SELECT layer FROM current_layer)
),

"pot_placed" AS (
  SELECT *,
         row_number() OVER (PARTITION BY cohort, unit, indicator, node ORDER BY worst AND NOT counts, CASE WHEN worst THEN value ELSE -value END, part) AS value_place,
         row_number() OVER (PARTITION BY cohort, unit, indicator, node ORDER BY worst AND NOT may_apply, CASE WHEN worst THEN low ELSE -low END, part) AS low_place,
         row_number() OVER (PARTITION BY cohort, unit, indicator, node ORDER BY worst AND NOT may_apply, worst AND may_leave, CASE WHEN worst AND NOT may_leave THEN high ELSE -high END, part) AS high_place
  FROM pot_moved
),

"pot_chosen" AS (
  SELECT cohort, unit, indicator, node,
         sum(CASE WHEN value_place <= places THEN value ELSE 0 END) AS value,
         sum(CASE WHEN low_place <= places THEN low ELSE 0 END) AS low,
         sum(CASE WHEN high_place <= places THEN high ELSE 0 END) AS high
  FROM pot_placed
  GROUP BY cohort, unit, indicator, node
),

"pot_moves" AS (
  SELECT a.cohort, a.unit, a.indicator, a.node, a.value, a.low, a.high
  FROM pot_added a
  JOIN pot_nodes n ON n.cohort = a.cohort AND n.indicator = a.indicator AND n.node = a.node
  WHERE coalesce(n.best, n.worst) IS NULL
  UNION ALL
  SELECT cohort, unit, indicator, node, value, low, high
  FROM pot_chosen
),

"pot_voids" AS (
  SELECT s.cohort, s.unit, s.indicator,
         bool_or(s.outcome = 'scored' AND NOT r.reached) AS struck,
         bool_or(s.outcome = 'scored' AND NOT r.reached AND NOT s.varies) AS surely,
         bool_or(s.varies AND s.may_apply) AS perhaps
  FROM part_ranges s
  JOIN parts p ON p.part = s.part
  JOIN part_results r ON r.part = s.part AND r.cohort = s.cohort AND r.unit = s.unit
  WHERE p.pot_sign = 0 AND p.layer = (SELECT layer FROM current_layer)
  GROUP BY s.cohort, s.unit, s.indicator
),

"pot_0" AS (
  SELECT n.cohort, m.unit, n.indicator, n.node, n.parent,
         greatest(least(n.start // g.grain + coalesce(v.value, 0), n.most // g.grain), n.least // g.grain) AS value,
         greatest(least(n.start // g.grain + coalesce(v.low, 0), n.most // g.grain), n.least // g.grain) AS low,
         greatest(least(n.start // g.grain + coalesce(v.high, 0), n.most // g.grain), n.least // g.grain) AS high
  FROM pot_nodes n
  JOIN members m ON m.cohort = n.cohort
  CROSS JOIN precision_grain g
  LEFT JOIN pot_moves v ON v.cohort = n.cohort AND v.unit = m.unit AND v.indicator = n.indicator AND v.node = n.node
  WHERE n.depth = 0 AND n.layer = (SELECT layer FROM current_layer)
)

SELECT n.cohort, n.unit, n.indicator, CASE WHEN v.struck THEN 0 ELSE n.value END AS points,
       CASE WHEN v.struck OR v.perhaps THEN least(0, n.low) ELSE n.low END AS low,
       CASE WHEN v.surely THEN 0 ELSE n.high END AS high, FALSE AS decided
FROM pot_0 n
LEFT JOIN pot_voids v ON v.cohort = n.cohort AND v.unit = n.unit AND v.indicator = n.indicator
)