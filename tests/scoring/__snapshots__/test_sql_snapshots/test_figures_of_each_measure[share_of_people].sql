WITH "records of training by person_id" AS (
  SELECT _unit AS unit, "person_id" AS person,
         count(*) FILTER (WHERE "category" IN ('执法轮训'))::HUGEINT AS had_1
  FROM reported."training"
  WHERE _period = 2024
  GROUP BY ALL
),

"roster_51" AS (
  SELECT _unit AS unit, "person_id" AS person, coalesce("joined", DATE '0001-01-01') AS joined, coalesce("left", DATE '9999-12-31') AS left_on
  FROM reported."people"
  WHERE "role" IN ('行政执法人员') AND "vertical" IN ('否') AND coalesce("joined", DATE '0001-01-01') <= DATE '2024-12-31' AND coalesce("left", DATE '9999-12-31') >= DATE '2024-01-01'
),

"double_51" AS (
  SELECT DISTINCT a.unit
  FROM (SELECT person FROM roster_51 GROUP BY person HAVING count(*) > 1) s
  JOIN roster_51 a ON a.person = s.person
  JOIN roster_51 b ON b.person = s.person AND b.unit <> a.unit
  WHERE greatest(a.joined, b.joined, DATE '2024-01-01') < least(a.left_on, b.left_on, DATE '2024-12-31')
),

"in_post_51" AS (
  SELECT DISTINCT unit, person, 1::HUGEINT AS share
  FROM roster_51
),

"shares by records of training by person_id" AS (
  SELECT p.figure, p.unit, count(*) AS den,
         count(*) FILTER (WHERE CASE p.figure
           WHEN 51 THEN coalesce(r.had_1, 0) * 1000000 >= 1000000::HUGEINT * p.share END) AS num
  FROM (
    SELECT 51 AS figure, unit, person, share FROM in_post_51 WHERE share > 0
  ) p
  LEFT JOIN "records of training by person_id" r ON r.unit = p.unit AND r.person = p.person
  GROUP BY p.figure, p.unit
),

"raw" AS (
  SELECT 51 AS figure, u.unit AS unit, coalesce(p.num, 0)::HUGEINT AS num, coalesce(p.den, 0)::HUGEINT AS den, NULL::HUGEINT AS before_num, NULL::HUGEINT AS before_den, CASE WHEN u.unit IN (SELECT unit FROM double_51) THEN 'person_in_two_units' END AS conflict, NULL AS pending, coalesce(p.den, 0) = 0 AS nobody, FALSE AS no_rows, 0::HUGEINT AS late, 0::HUGEINT AS missing, 0::HUGEINT AS days_low, 0::HUGEINT AS days_high, NULL::HUGEINT AS lowest, NULL::HUGEINT AS highest
  FROM units u LEFT JOIN "shares by records of training by person_id" p ON p.figure = 51 AND p.unit = u.unit
)

SELECT figure, unit,
       CASE split_part(verdict, '/', 1) WHEN '' THEN NULL ELSE split_part(verdict, '/', 1) END AS state,
       CASE split_part(verdict, '/', 2) WHEN '' THEN NULL ELSE split_part(verdict, '/', 2) END AS reason,
       num, den, before_num, before_den, now_num, now_den, forced, late, missing, days_low, days_high, lowest, highest
FROM (
  SELECT r.figure, r.unit,
       CASE WHEN x.unit IS NOT NULL THEN 'not_applicable/unit_excluded'
            WHEN m.unit IS NOT NULL THEN 'pending/not_reported'
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
       r.late, r.missing, r.days_low, r.days_high, r.lowest, r.highest
  FROM raw r
  JOIN figure_rules f ON f.figure = r.figure
  LEFT JOIN excluded x ON x.figure = r.figure AND x.unit = r.unit
  LEFT JOIN unreported m ON m.figure = r.figure AND m.unit = r.unit
  LEFT JOIN unlisted l ON l.figure = r.figure AND l.unit = r.unit
)