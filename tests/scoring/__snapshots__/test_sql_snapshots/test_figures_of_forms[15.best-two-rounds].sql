WITH "periods_29" AS (
  SELECT _unit AS unit, CASE WHEN "round" IN ('第一轮', '第二轮', '第三轮') THEN "round" END AS period, sum("score" * 10)::HUGEINT AS value,
         count(*) FILTER (WHERE (("round" IN ('第一轮', '第二轮', '第三轮')) AND CASE WHEN "round" IN ('第一轮', '第二轮', '第三轮') THEN "round" END IS NOT NULL AND "score" * 10 IS NOT NULL) IS NOT TRUE) AS open
  FROM reported."rounds"
  WHERE _period = 2024 AND ("round" IN ('第一轮', '第二轮', '第三轮')) IS NOT FALSE
  GROUP BY ALL
),

"placed_29" AS (
  SELECT *, row_number() OVER (PARTITION BY unit ORDER BY value DESC, period) AS place,
         count(*) OVER (PARTITION BY unit) AS present, value < 0 AS beyond
  FROM periods_29
),

"rounds_29" AS (
  SELECT unit, (coalesce(sum(value) FILTER (WHERE place + CASE WHEN beyond THEN 3 - present ELSE 0 END <= 2), 0))::HUGEINT AS num, sum(open) AS open
  FROM placed_29
  GROUP BY unit
),

"raw" AS (
  SELECT 29 AS figure, u.unit AS unit, coalesce(p.num, 0)::HUGEINT AS num, 20::HUGEINT AS den, NULL::HUGEINT AS before_num, NULL::HUGEINT AS before_den, NULL::VARCHAR AS conflict, CASE WHEN p.open > 0 THEN 'counts_missing' END AS pending, FALSE AS growing, FALSE AS nobody, FALSE AS no_rows, 0::HUGEINT AS late, 0::HUGEINT AS missing, 0::HUGEINT AS days_low, 0::HUGEINT AS days_high, NULL::HUGEINT AS lowest, NULL::HUGEINT AS highest
  FROM units u LEFT JOIN rounds_29 p ON p.unit = u.unit
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