WITH "groups_4" AS (
  SELECT unit, grouped, count(*) FILTER (WHERE known) AS n, count(*) FILTER (WHERE NOT known) AS open,
         sum(value) FILTER (WHERE known) AS total, count(*) FILTER (WHERE known) AS weight, min(least) AS least, max(value) AS highest, min(value) AS lowest
  FROM (SELECT _unit AS unit, "reviewer" = '复评人' AS grouped, ("score" * 10)::HUGEINT AS value, (1)::HUGEINT AS weight,
               (NULL)::HUGEINT AS least,
               (TRUE) IS NOT NULL AND "score" * 10 IS NOT NULL AND 1 IS NOT NULL AND "reviewer" IS NOT NULL AS known
        FROM reported."reviews" WHERE _period = 2024)
  GROUP BY unit, grouped
),

"mean_4" AS (
  SELECT unit, sum(n) AS n, sum(open) AS open, min(least) AS least,
         CASE WHEN (max(highest) FILTER (WHERE NOT grouped) - min(lowest) FILTER (WHERE NOT grouped)) * 1000000 > 100000000 THEN max(total) FILTER (WHERE grouped) ELSE max(total) FILTER (WHERE NOT grouped) END AS total,
         CASE WHEN coalesce(max(weight) FILTER (WHERE NOT grouped), 0) < 2 THEN 0
              WHEN (max(highest) FILTER (WHERE NOT grouped) - min(lowest) FILTER (WHERE NOT grouped)) * 1000000 > 100000000 THEN max(weight) FILTER (WHERE grouped) ELSE max(weight) FILTER (WHERE NOT grouped) END AS weight
  FROM groups_4
  GROUP BY unit
),

"raw" AS (
  SELECT 4 AS figure, u.unit AS unit, coalesce(m.total, 0)::HUGEINT AS num, (coalesce(m.weight, 0) * 10)::HUGEINT AS den, NULL::HUGEINT AS before_num, NULL::HUGEINT AS before_den, CASE WHEN m.open > 0 THEN NULL WHEN m.least < 0 THEN 'negative' END AS conflict, CASE WHEN m.open > 0 THEN 'counts_missing' WHEN coalesce(m.weight, 0) = 0 THEN 'too_few_rows' END AS pending, FALSE AS growing, FALSE AS nobody, coalesce(m.n + m.open, 0) = 0 AS no_rows, 0::HUGEINT AS late, 0::HUGEINT AS missing, 0::HUGEINT AS days_low, 0::HUGEINT AS days_high, NULL::HUGEINT AS lowest, NULL::HUGEINT AS highest
  FROM units u LEFT JOIN mean_4 m ON m.unit = u.unit
)

SELECT figure, unit,
       CASE split_part(verdict, '/', 1) WHEN '' THEN NULL ELSE split_part(verdict, '/', 1) END AS state,
       CASE split_part(verdict, '/', 2) WHEN '' THEN NULL ELSE split_part(verdict, '/', 2) END AS reason,
       num, den, before_num, before_den, now_num, now_den, forced, late, missing, days_low, days_high, lowest, highest,
       growing AND verdict IN ('pending/counts_missing', 'pending/marks_undecided') AS growing
FROM (
  SELECT r.figure, r.unit,
       CASE WHEN x.unit IS NOT NULL THEN 'not_applicable/unit_excluded'
            WHEN m.reported = 'nothing' THEN 'pending/not_reported'
            WHEN m.reported = 'not all' THEN 'pending/register_open'
            WHEN l.unit IS NOT NULL THEN 'pending/row_missing'
            WHEN r.conflict IS NOT NULL THEN 'conflict/' || r.conflict
            WHEN f.no_rows_applies_not AND r.no_rows THEN 'not_applicable/no_rows'
            WHEN r.pending IS NOT NULL THEN 'pending/' || r.pending
            WHEN f.nobody_applies_not AND r.nobody THEN 'not_applicable/nobody'
            WHEN f.zero_applies_not AND r.den = 0 THEN 'not_applicable/zero_denominator'
            WHEN r.den = 0 THEN 'pending/zero_denominator'
            WHEN f.from_zero = 'not_applicable' AND (r.before_num = 0 OR r.before_den = 0) THEN 'not_applicable/from_zero'
            WHEN f.from_zero = 'pending' AND (r.before_num = 0 OR r.before_den = 0) THEN 'pending/from_zero'
            ELSE '' END AS verdict,
       CASE WHEN f.from_zero = 'still_zero_reaches' AND (r.before_num = 0 OR r.before_den = 0)
            THEN CASE WHEN r.num = 0 THEN 'full' ELSE 'zero' END END AS forced,
       CASE f.form
         WHEN 'difference' THEN r.num - r.before_num
         WHEN 'rate' THEN r.num - r.before_num
         WHEN 'ratio_difference' THEN CASE WHEN r.before_den = 0 THEN r.num
              ELSE r.num * r.before_den - r.before_num * r.den END
         WHEN 'ratio_rate' THEN r.num * r.before_den - r.before_num * r.den
         ELSE r.num END AS num,
       CASE f.form
         WHEN 'difference' THEN r.den
         WHEN 'rate' THEN r.before_num
         WHEN 'ratio_difference' THEN CASE WHEN r.before_den = 0 THEN r.den ELSE r.den * r.before_den END
         WHEN 'ratio_rate' THEN r.den * r.before_num
         ELSE r.den END AS den,
       r.before_num, r.before_den, r.num AS now_num, r.den AS now_den,
       r.late, r.missing, r.days_low, r.days_high, r.lowest, r.highest, r.growing
  FROM raw r
  JOIN figure_rules f ON f.figure = r.figure
  LEFT JOIN excluded x ON x.figure = r.figure AND x.unit = r.unit
  LEFT JOIN unreported m ON m.figure = r.figure AND m.unit = r.unit
  LEFT JOIN unlisted l ON l.figure = r.figure AND l.unit = r.unit
)