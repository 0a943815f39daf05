WITH "period_sums_30" AS (
  SELECT _unit AS unit, ((month("due_on") - 1) // 3) AS period,
         sum(CASE WHEN "done_on" <= "due_on" AND "done_on" IS NOT NULL THEN 1 ELSE 0 END)::HUGEINT AS num,
         sum(CASE WHEN TRUE THEN 1 ELSE 0 END)::HUGEINT AS den,
         count(*) FILTER (WHERE NOT (("done_on" <= "due_on" AND "done_on" IS NOT NULL) IS NOT NULL AND (NOT ("done_on" <= "due_on" AND "done_on" IS NOT NULL) OR 1 IS NOT NULL) AND (TRUE) IS NOT NULL AND (NOT (TRUE) OR 1 IS NOT NULL)) OR ((month("due_on") - 1) // 3) IS NULL) AS open
  FROM reported."tasks"
  WHERE _period = 2024 AND ("due_on" IS NULL OR year("due_on") = 2024) AND (("done_on" <= "due_on" AND "done_on" IS NOT NULL) IS NOT FALSE OR (TRUE) IS NOT FALSE)
  GROUP BY ALL
),

"period_shares_30" AS (
  SELECT *, CASE WHEN den > 0 THEN (2 * num * 1000000 + den) // (2 * den) END AS share
  FROM period_sums_30
),

"rounds_30" AS (
  SELECT unit, sum(open) AS open, count(*) FILTER (WHERE den > 0) AS n,
         count(*) FILTER (WHERE den > 0 AND num * 1000000 < 900000 * den) AS num,
         bool_or(num > den) AS beyond, bool_or(num < 0 OR den < 0) AS negative
  FROM period_shares_30
  GROUP BY unit
),

"raw" AS (
  SELECT 30 AS figure, u.unit AS unit, coalesce(p.num, 0)::HUGEINT AS num, (CASE WHEN coalesce(p.n, 0) > 0 THEN 1 ELSE 0 END)::HUGEINT AS den, NULL::HUGEINT AS before_num, NULL::HUGEINT AS before_den, CASE WHEN p.open > 0 THEN NULL WHEN p.beyond THEN 'numerator_above_denominator' WHEN p.negative THEN 'negative' END AS conflict, CASE WHEN p.open > 0 THEN 'counts_missing' END AS pending, FALSE AS growing, FALSE AS nobody, FALSE AS no_rows, 0::HUGEINT AS late, 0::HUGEINT AS missing, 0::HUGEINT AS days_low, 0::HUGEINT AS days_high, NULL::HUGEINT AS lowest, NULL::HUGEINT AS highest
  FROM units u LEFT JOIN rounds_30 p ON p.unit = u.unit
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