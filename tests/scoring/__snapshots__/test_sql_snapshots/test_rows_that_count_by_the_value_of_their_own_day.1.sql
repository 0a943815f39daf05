WITH "scan of training where _period = 2024" AS (
  SELECT _unit AS unit,
         count(*) FILTER (WHERE NOT ("held_on" < DATE '2024-07-01' AND "hours" < 2) AND NOT ("held_on" >= DATE '2024-07-01' AND "hours" < 4)) AS n_1,
         count(*) FILTER (WHERE (NOT ("held_on" < DATE '2024-07-01' AND "hours" < 2) AND NOT ("held_on" >= DATE '2024-07-01' AND "hours" < 4)) IS NULL) AS open_1
  FROM reported."training"
  WHERE _period = 2024
  GROUP BY _unit
),

"tallies" AS (
  SELECT unit, unnest([{'tally': 1, 'n': n_1::BIGINT, 'total': coalesce(n_1, 0)::HUGEINT, 'empty': 0::BIGINT, 'open': open_1::BIGINT}], recursive := true)
  FROM "scan of training where _period = 2024"
),

"tallied" AS (
  SELECT f.figure, u.unit, f.form,
         coalesce(n.total, 0) * f.num_factor AS num,
         CASE WHEN f.den_tally IS NULL THEN f.den_factor ELSE coalesce(d.total, 0) * f.den_factor END AS den,
         CASE WHEN f.before_num_tally IS NOT NULL THEN coalesce(bn.total, 0) * f.num_factor END AS before_num,
         CASE WHEN f.before_den_tally IS NOT NULL THEN coalesce(bd.total, 0) * f.den_factor
              WHEN f.before_num_tally IS NOT NULL THEN f.den_factor END AS before_den,
         coalesce(n.n, 0) + coalesce(n.open, 0) = 0 AS no_rows, f.counts_rows, f.grows, f.when_empty,
         coalesce(n.empty, 0) + coalesce(d.empty, 0) + coalesce(bn.empty, 0) + coalesce(bd.empty, 0) > 0 AS has_empty,
         coalesce(n.open, 0) + coalesce(d.open, 0) + coalesce(bn.open, 0) + coalesce(bd.open, 0) > 0 AS has_open
  FROM figure_tallies f
  CROSS JOIN units u
  LEFT JOIN tallies n ON n.tally = f.num_tally AND n.unit = u.unit
  LEFT JOIN tallies d ON d.tally = f.den_tally AND d.unit = u.unit
  LEFT JOIN tallies bn ON bn.tally = f.before_num_tally AND bn.unit = u.unit
  LEFT JOIN tallies bd ON bd.tally = f.before_den_tally AND bd.unit = u.unit
),

"raw" AS (
  SELECT figure AS figure, unit AS unit, num AS num, den AS den, before_num AS before_num, before_den AS before_den, CASE WHEN has_empty OR has_open THEN NULL WHEN starts_with(form, 'ratio') AND (num > den OR before_num > before_den) THEN 'numerator_above_denominator' WHEN starts_with(form, 'ratio') AND (num < 0 OR den < 0 OR before_num < 0 OR before_den < 0) THEN 'negative' WHEN form = 'rate' AND before_num < 0 THEN 'negative' WHEN form = 'quotient' AND den < 0 THEN 'negative' END AS conflict, CASE WHEN has_empty THEN when_empty WHEN has_open THEN 'counts_missing' END AS pending, grows AND (has_empty OR has_open) AS growing, FALSE AS nobody, no_rows AND counts_rows AS no_rows, 0::HUGEINT AS late, 0::HUGEINT AS missing, 0::HUGEINT AS days_low, 0::HUGEINT AS days_high, NULL::HUGEINT AS lowest, NULL::HUGEINT AS highest
  FROM tallied
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