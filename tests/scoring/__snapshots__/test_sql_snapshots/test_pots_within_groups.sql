WITH "pot_moves" AS (
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

"pot_1" AS (
  SELECT n.cohort, m.unit, n.indicator, n.node, n.parent,
         greatest(least(n.start // g.grain + coalesce(v.value, 0), n.most // g.grain), n.least // g.grain) AS value,
         greatest(least(n.start // g.grain + coalesce(v.low, 0), n.most // g.grain), n.least // g.grain) AS low,
         greatest(least(n.start // g.grain + coalesce(v.high, 0), n.most // g.grain), n.least // g.grain) AS high
  FROM pot_nodes n
  JOIN members m ON m.cohort = n.cohort
  CROSS JOIN precision_grain g
  LEFT JOIN pot_moves v ON v.cohort = n.cohort AND v.unit = m.unit AND v.indicator = n.indicator AND v.node = n.node
  WHERE n.depth = 1 AND n.layer = (SELECT layer FROM current_layer)
),

"pot_0" AS (
  SELECT n.cohort, m.unit, n.indicator, n.node, n.parent,
         greatest(least(n.start // g.grain + coalesce(v.value, 0) + coalesce(c.value, 0), n.most // g.grain), n.least // g.grain) AS value,
         greatest(least(n.start // g.grain + coalesce(v.low, 0) + coalesce(c.low, 0), n.most // g.grain), n.least // g.grain) AS low,
         greatest(least(n.start // g.grain + coalesce(v.high, 0) + coalesce(c.high, 0), n.most // g.grain), n.least // g.grain) AS high
  FROM pot_nodes n
  JOIN members m ON m.cohort = n.cohort
  CROSS JOIN precision_grain g
  LEFT JOIN pot_moves v ON v.cohort = n.cohort AND v.unit = m.unit AND v.indicator = n.indicator AND v.node = n.node
  LEFT JOIN (SELECT cohort, unit, indicator, parent, sum(value) AS value, sum(low) AS low, sum(high) AS high
             FROM pot_1 GROUP BY cohort, unit, indicator, parent) c
    ON c.cohort = n.cohort AND c.unit = m.unit AND c.indicator = n.indicator AND c.parent = n.node
  WHERE n.depth = 0 AND n.layer = (SELECT layer FROM current_layer)
)

SELECT n.cohort, n.unit, n.indicator, CASE WHEN v.struck THEN 0 ELSE n.value END AS points,
       CASE WHEN v.struck OR v.perhaps THEN least(0, n.low) ELSE n.low END AS low,
       CASE WHEN v.surely THEN 0 ELSE n.high END AS high, FALSE AS decided
FROM pot_0 n
LEFT JOIN pot_voids v ON v.cohort = n.cohort AND v.unit = n.unit AND v.indicator = n.indicator