WITH "single" AS (
  SELECT r.cohort, r.unit, r.indicator,
         CASE WHEN r.outcome = 'not_applicable' THEN 0 ELSE 1 END AS applying,
         CASE WHEN r.outcome = 'scored' AND r.reached THEN 1 ELSE 0 END AS reached,
         CASE WHEN r.outcome = 'scored' AND NOT r.reached THEN 1 ELSE 0 END AS missed,
         r.outcome,
         CASE WHEN r.outcome IN ('error', 'conflict', 'pending') THEN r.reason END AS reason,
         CASE WHEN r.outcome = 'not_applicable' THEN r.reason END AS reason_not_applicable,
         CASE WHEN r.outcome = 'not_applicable' THEN 0 ELSE w.full_marks // g.grain END AS applicable,
         CASE WHEN r.outcome = 'scored' THEN r.points ELSE 0 END AS points,
         CASE WHEN r.outcome = 'scored' AND NOT r.reached THEN r.veto END AS veto
  FROM part_results r
  JOIN parts w ON w.part = r.part
  JOIN indicators d ON d.cohort = r.cohort AND d.indicator = r.indicator
  CROSS JOIN precision_grain g
  WHERE w.layer = (SELECT layer FROM current_layer) AND d.parts = 1 AND NOT d.whole
),

"several" AS (
  SELECT r.cohort, r.unit, r.indicator,
         count(*) FILTER (WHERE outcome <> 'not_applicable') AS applying,
         count(*) FILTER (WHERE outcome = 'scored' AND reached) AS reached,
         count(*) FILTER (WHERE outcome = 'scored' AND NOT reached) AS missed,
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
  JOIN indicators d ON d.cohort = r.cohort AND d.indicator = r.indicator
  CROSS JOIN precision_grain g
  WHERE w.layer = (SELECT layer FROM current_layer) AND (d.parts > 1 OR d.whole)
  GROUP BY r.cohort, r.unit, r.indicator
),

"gathered" AS (
  FROM single UNION ALL FROM several
),

"decided" AS (
  SELECT i.* REPLACE (CASE WHEN d.needed IS NULL THEN i.outcome
                        WHEN i.applying > 0 AND i.reached >= least(d.needed, i.applying) THEN 'scored'
                        WHEN i.missed > 0 AND i.applying - i.missed < d.needed THEN 'scored'
                        ELSE i.outcome END AS outcome)
  FROM gathered i
  JOIN indicators d ON d.cohort = i.cohort AND d.indicator = i.indicator
),

"whole_items" AS (
  SELECT i.* REPLACE (coalesce(c.points, i.points) AS points,
                      CASE WHEN c.decided AND i.outcome IN ('pending', 'conflict', 'error') THEN 'scored' ELSE i.outcome END AS outcome,
                      CASE WHEN c.unit IS NULL OR i.applying = 0 THEN i.applicable
                           ELSE d.full_marks // g.grain END AS applicable)
  FROM decided i
  JOIN indicators d ON d.cohort = i.cohort AND d.indicator = i.indicator
  CROSS JOIN precision_grain g
  LEFT JOIN combined c ON c.cohort = i.cohort AND c.unit = i.unit AND c.indicator = i.indicator
),

"ranged" AS (
  SELECT r.cohort, r.unit, r.indicator,
         r.loose AND r.outcome NOT IN ('pending', 'conflict', 'error') AS parts_loose, r.varies AND r.outcome NOT IN ('pending', 'conflict', 'error') AS parts_vary,
         r.may_apply, r.may_apply AND NOT r.may_leave AS must_apply,
         coalesce(r.low, 0) AS low, coalesce(r.high, 0) AS high,
         CASE WHEN r.may_apply THEN r.full_points ELSE 0 END AS applicable_high,
         CASE WHEN r.may_apply AND NOT r.may_leave THEN r.full_points ELSE 0 END AS applicable_low
  FROM part_ranges r
  JOIN parts p ON p.part = r.part
  JOIN indicators d ON d.cohort = p.cohort AND d.indicator = p.indicator
  WHERE p.layer = (SELECT layer FROM current_layer) AND d.parts = 1
  UNION ALL
  SELECT r.cohort, r.unit, r.indicator,
         bool_or(r.loose AND r.outcome NOT IN ('pending', 'conflict', 'error')) AS parts_loose,
         bool_or(r.varies AND r.outcome NOT IN ('pending', 'conflict', 'error')) AS parts_vary,
         bool_or(r.may_apply) AS may_apply, bool_or(r.may_apply AND NOT r.may_leave) AS must_apply,
         coalesce(sum(r.low), 0) AS low, coalesce(sum(r.high), 0) AS high,
         coalesce(sum(r.full_points) FILTER (WHERE r.may_apply), 0) AS applicable_high,
         coalesce(sum(r.full_points) FILTER (WHERE r.may_apply AND NOT r.may_leave), 0) AS applicable_low
  FROM part_ranges r
  JOIN parts p ON p.part = r.part
  JOIN indicators d ON d.cohort = p.cohort AND d.indicator = p.indicator
  WHERE p.layer = (SELECT layer FROM current_layer) AND d.parts > 1
  GROUP BY r.cohort, r.unit, r.indicator
),

"whole_ranges" AS (
  SELECT r.* REPLACE (
           CASE WHEN c.unit IS NULL THEN r.low WHEN r.may_apply THEN c.low ELSE 0 END AS low,
           CASE WHEN c.unit IS NULL THEN r.high WHEN r.may_apply THEN c.high ELSE 0 END AS high,
           CASE WHEN c.unit IS NULL THEN r.applicable_low WHEN r.must_apply THEN d.full_marks // g.grain ELSE 0 END
             AS applicable_low,
           CASE WHEN c.unit IS NULL THEN r.applicable_high WHEN r.may_apply THEN d.full_marks // g.grain ELSE 0 END
             AS applicable_high)
  FROM ranged r
  JOIN indicators d ON d.cohort = r.cohort AND d.indicator = r.indicator
  CROSS JOIN precision_grain g
  LEFT JOIN combined c ON c.cohort = r.cohort AND c.unit = r.unit AND c.indicator = r.indicator
)

SELECT i.cohort, i.unit, i.indicator, d.section, d.section_kind, d.review,
       d.full_marks // g.grain AS full_points,
       CASE WHEN x.unit IS NOT NULL THEN 'exempt' ELSE i.outcome END AS outcome,
       CASE WHEN x.unit IS NOT NULL THEN 'exemption'
            WHEN i.outcome = 'not_applicable' THEN i.reason_not_applicable
            WHEN i.outcome <> 'scored' THEN i.reason END AS reason,
       CASE WHEN x.unit IS NULL AND i.outcome = 'scored'
            THEN CASE WHEN d.needed IS NULL THEN i.points
                      WHEN i.reached >= least(d.needed, i.applying) THEN d.full_marks // g.grain
                      ELSE 0 END END AS points,
       CASE WHEN x.unit IS NOT NULL OR i.applying = 0 THEN 0
            WHEN d.needed IS NULL THEN i.applicable ELSE d.full_marks // g.grain END AS applicable_points,
       CASE WHEN x.unit IS NULL AND i.outcome = 'scored'
                 AND (d.needed IS NULL OR i.reached < least(d.needed, i.applying)) THEN i.veto END AS veto,
       i.outcome IN ('pending', 'conflict', 'error') OR r.parts_loose AS loose,
       i.outcome IN ('pending', 'conflict', 'error') OR r.parts_vary AS varies,
       -- what is open may stay so, and then counts as little as it can
       CASE WHEN i.outcome IN ('pending', 'conflict', 'error') OR r.parts_loose THEN d.lowest // g.grain
            WHEN d.needed IS NULL THEN r.low
            WHEN i.outcome = 'scored' AND NOT r.parts_vary AND i.reached >= least(d.needed, i.applying)
            THEN d.full_marks // g.grain ELSE 0 END AS low_points,
       CASE WHEN d.needed IS NULL
            THEN CASE WHEN i.outcome IN ('pending', 'conflict', 'error') OR r.parts_loose THEN greatest(0, r.high) ELSE r.high END
            WHEN i.outcome = 'scored' AND NOT r.parts_vary
            THEN CASE WHEN i.reached >= least(d.needed, i.applying) THEN d.full_marks // g.grain ELSE 0 END
            WHEN r.may_apply THEN d.full_marks // g.grain ELSE 0 END AS high_points,
       CASE WHEN d.needed IS NULL THEN r.applicable_low WHEN r.must_apply THEN d.full_marks // g.grain
            ELSE 0 END AS applicable_low,
       CASE WHEN d.needed IS NULL THEN r.applicable_high WHEN r.may_apply THEN d.full_marks // g.grain
            ELSE 0 END AS applicable_high,
       e.unit IS NOT NULL AS exempting
FROM whole_items i
JOIN indicators d ON d.cohort = i.cohort AND d.indicator = i.indicator
CROSS JOIN precision_grain g
JOIN whole_ranges r ON r.cohort = i.cohort AND r.unit = i.unit AND r.indicator = i.indicator
LEFT JOIN exemptions x ON x.unit = i.unit AND x.indicator = i.indicator
LEFT JOIN exempting e ON e.unit = i.unit AND e.indicator = i.indicator