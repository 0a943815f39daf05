WITH "people of people" AS (
  SELECT _unit AS unit, "person_id" AS person,
         translate("name", '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚABCDEFGHIJKLMNOPQRSTUVWXYZ	                　', '0123456789abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz') AS called,
         translate("person_id", '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚABCDEFGHIJKLMNOPQRSTUVWXYZ	                　', '0123456789abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz') || ' ' || translate("name", '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚABCDEFGHIJKLMNOPQRSTUVWXYZ	                　', '0123456789abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz') AS who,
         coalesce("joined", DATE '0001-01-01') AS joined, coalesce("left", DATE '9999-12-31') AS left_on,
         "role" IN ('行政执法人员') AND "vertical" IN ('否') AS in_1
  FROM reported."people"
  WHERE ("role" IN ('行政执法人员') AND "vertical" IN ('否')) AND coalesce("joined", DATE '0001-01-01') <= DATE '2024-12-31' AND coalesce("left", DATE '9999-12-31') >= DATE '2024-01-01'
),

"repeated in people" AS (
  SELECT * FROM "people of people"
  SEMI JOIN (SELECT unit, person FROM "people of people" GROUP BY unit, person HAVING count(*) > 1)
    USING (unit, person)
),

"shared in people" AS (
  SELECT unit, bool_or(shared_1) AS shared_1
  FROM (SELECT unit, min(called) FILTER (WHERE in_1) <> max(called) FILTER (WHERE in_1) AS shared_1 FROM "repeated in people" GROUP BY unit, person)
  GROUP BY unit
),

"in two units of people" AS (
  SELECT * FROM "people of people"
  SEMI JOIN (SELECT who FROM "people of people" GROUP BY who HAVING min(unit) <> max(unit)) USING (who)
),

"doubled in people" AS (
  SELECT a.unit, bool_or(a.in_1 AND b.in_1) AS doubled_1
  FROM "in two units of people" a
  JOIN "in two units of people" b ON b.who = a.who AND b.unit <> a.unit
  WHERE greatest(a.joined, b.joined, DATE '2024-01-01') < least(a.left_on, b.left_on, DATE '2024-12-31')
  GROUP BY a.unit
),

"open in people" AS (
  SELECT _unit AS unit, bool_or(("role" IN ('行政执法人员') AND "vertical" IN ('否')) IS NULL OR (("role" IN ('行政执法人员') AND "vertical" IN ('否')) IS NOT FALSE AND "person_id" IS NULL)) AS open_1
  FROM reported."people"
  WHERE coalesce("joined", DATE '0001-01-01') <= DATE '2024-12-31' AND coalesce("left", DATE '9999-12-31') >= DATE '2024-01-01'
  GROUP BY _unit
),

"spans in people" AS (
  SELECT roster, unit, person, min(a) AS a, max(b) AS b
  FROM (
    SELECT *, count(*) FILTER (WHERE starts) OVER (PARTITION BY roster, unit, person ORDER BY a, b) AS island
    FROM (
      SELECT *, coalesce(a > max(b) OVER (PARTITION BY roster, unit, person ORDER BY a, b
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1, TRUE) AS starts
      FROM (
        SELECT 1 AS roster, unit, person, greatest(joined, DATE '2024-01-01') AS a, least(left_on, DATE '2024-12-31') AS b
        FROM "repeated in people" WHERE in_1
      )
    )
  )
  GROUP BY roster, unit, person, island
),

"in post of people" AS (
  SELECT unit, person,
         CASE WHEN in_1 THEN 1 END AS share_1
  FROM (SELECT *, greatest(joined, DATE '2024-01-01') AS a, least(left_on, DATE '2024-12-31') AS b
        FROM "people of people" p ANTI JOIN "repeated in people" r ON r.unit = p.unit AND r.person = p.person)
  UNION ALL
  SELECT unit, person,
         max(1) FILTER (WHERE roster = 1) AS share_1
  FROM "spans in people"
  GROUP BY unit, person
),

"records of training by person_id" AS (
  SELECT _unit AS unit, "person_id" AS person,
         count(*) FILTER (WHERE "category" IN ('执法轮训'))::HUGEINT AS had_1,
         count(*) FILTER (WHERE ("category" IN ('执法轮训')) IS NULL) AS gap_1
  FROM reported."training"
  WHERE _period = 2024
  GROUP BY ALL
),

"in post of people with records of training by person_id" AS (
  SELECT p.unit,
         count(*) FILTER (WHERE p.share_1 > 0) AS den_51,
         count(*) FILTER (WHERE p.share_1 > 0 AND coalesce(r.had_1, 0) * 1000000 >= 1000000::HUGEINT * p.share_1) AS num_51,
         count(*) FILTER (WHERE p.share_1 > 0 AND coalesce(r.gap_1, 0) > 0 AND NOT (coalesce(r.had_1, 0) * 1000000 >= 1000000::HUGEINT * p.share_1)) AS gaps_51
  FROM "in post of people" p
  LEFT JOIN "records of training by person_id" r ON r.unit = p.unit AND r.person = p.person
  GROUP BY p.unit
),

"raw" AS (
  SELECT 51 AS figure, u.unit AS unit, coalesce(p.num_51, 0)::HUGEINT AS num, coalesce(p.den_51, 0)::HUGEINT AS den, NULL::HUGEINT AS before_num, NULL::HUGEINT AS before_den, CASE WHEN d.doubled_1 THEN 'person_in_two_units' WHEN s.shared_1 THEN 'number_of_two_people' END AS conflict, CASE WHEN p.gaps_51 > 0 OR o.open_1 THEN 'counts_missing' WHEN FALSE THEN 'not_due' END AS pending, FALSE AS growing, coalesce(p.den_51, 0) = 0 AS nobody, FALSE AS no_rows, 0::HUGEINT AS late, 0::HUGEINT AS missing, 0::HUGEINT AS days_low, 0::HUGEINT AS days_high, NULL::HUGEINT AS lowest, NULL::HUGEINT AS highest
  FROM units u LEFT JOIN "in post of people with records of training by person_id" p ON p.unit = u.unit
  LEFT JOIN "doubled in people" d ON d.unit = u.unit
  LEFT JOIN "shared in people" s ON s.unit = u.unit
  LEFT JOIN "open in people" o ON o.unit = u.unit
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