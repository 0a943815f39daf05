WITH "gathered" AS (
  SELECT r.cohort, r.unit, r.indicator, d.section, d.section_kind, d.review,
         d.full_marks // g.grain AS full_points, d.needed, d.parts AS declared,
         count(*) AS parts,
         count(*) FILTER (WHERE outcome <> 'not_applicable') AS applying,
         count(*) FILTER (WHERE outcome <> 'not_applicable' AND reached) AS reached,
         CASE WHEN count(*) FILTER (WHERE outcome = 'error') > 0 THEN 'error'
              WHEN count(*) FILTER (WHERE outcome = 'conflict') > 0 THEN 'conflict'
              WHEN count(*) FILTER (WHERE outcome = 'pending') > 0 THEN 'pending'
              WHEN count(*) FILTER (WHERE outcome <> 'not_applicable') = 0 THEN 'not_applicable'
              ELSE 'scored' END AS outcome,
         coalesce(sum(w.full_marks // g.grain) FILTER (WHERE outcome <> 'not_applicable'), 0) AS applicable,
         coalesce(sum(r.points) FILTER (WHERE outcome = 'scored'), 0) AS points,
         min(r.veto) FILTER (WHERE NOT reached AND outcome = 'scored') AS veto
  FROM part_results r
  JOIN parts w ON w.part = r.part
  JOIN indicators d ON d.cohort = r.cohort AND d.indicator = r.indicator
  CROSS JOIN precision_grain g
  WHERE w.layer = (SELECT layer FROM current_layer)
  GROUP BY r.cohort, r.unit, r.indicator, d.section, d.section_kind, d.review, d.full_marks, g.grain, d.needed, d.parts
),

"reasons" AS (
  SELECT i.cohort, i.unit, i.indicator, arg_min(r.reason, r.part) AS reason
  FROM gathered i
  JOIN part_results r ON r.cohort = i.cohort AND r.unit = i.unit AND r.indicator = i.indicator AND r.outcome = i.outcome
  GROUP BY ALL
)

SELECT i.cohort, i.unit, i.indicator, i.section, i.section_kind, i.review, i.full_points,
       CASE WHEN x.unit IS NOT NULL THEN 'exempt' ELSE i.outcome END AS outcome,
       CASE WHEN x.unit IS NULL THEN r.reason ELSE 'exemption' END AS reason,
       CASE WHEN x.unit IS NULL AND i.outcome = 'scored'
            THEN CASE WHEN i.needed IS NULL THEN i.points
                      WHEN i.reached >= least(i.needed, i.applying) THEN i.full_points ELSE 0 END END AS points,
       CASE WHEN x.unit IS NOT NULL OR i.applying = 0 THEN 0
            WHEN i.needed IS NULL THEN i.applicable ELSE i.full_points END AS applicable_points,
       CASE WHEN x.unit IS NULL AND i.outcome = 'scored' THEN i.veto END AS veto
FROM gathered i
LEFT JOIN reasons r ON r.cohort = i.cohort AND r.unit = i.unit AND r.indicator = i.indicator
LEFT JOIN exemptions x ON x.unit = i.unit AND x.indicator = i.indicator