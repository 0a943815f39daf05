WITH "dated_24" AS (
  SELECT _unit AS unit, CASE WHEN _period = 0 THEN 2024 ELSE _period END AS period,
         "done_on" AS said_low, "done_on" AS said_high,
         NULL::DATE AS bound_low,
         NULL::DATE AS bound_high,
         NULL::DATE AS bound_high_first,
         "due_on" AS started, ("due_on" + 0) AS last_day,
         FALSE AS may_count
  FROM reported."tasks"
  WHERE _period = 2024
),

"judged_24" AS (
  SELECT *, coalesce(said_low, bound_high_first, bound_low) AS sort_day,
         CASE WHEN may_count THEN 'may_count'
              WHEN not_done AND last_day IS NULL AND started IS NOT NULL THEN 'no_calendar'
              WHEN not_done AND last_day IS NULL THEN 'undecided'
              WHEN not_done AND DATE '2025-04-10' > last_day THEN 'missing'
              WHEN not_done THEN 'not_due'
              WHEN FALSE THEN 'before_year_end'
              WHEN said_high < bound_low THEN 'dates_disagree'
              WHEN last_day IS NULL AND started IS NOT NULL THEN 'no_calendar'
              WHEN last_day IS NULL THEN 'undecided'
              WHEN said_high <= last_day AND bound_high_first > last_day THEN 'dates_disagree'
              WHEN said_low > last_day AND bound_high <= last_day THEN 'dates_disagree'
              WHEN high <= last_day THEN 'in_time'
              WHEN low > last_day THEN 'late'
              ELSE 'undecided' END AS verdict,
         CASE WHEN not_done THEN (12 * (year(DATE '2025-04-10') - year(last_day)) + month(DATE '2025-04-10') - month(last_day) + CASE WHEN day(DATE '2025-04-10') > day(last_day) THEN 1 ELSE 0 END)
              ELSE (12 * (year(low) - year(last_day)) + month(low) - month(last_day) + CASE WHEN day(low) > day(last_day) THEN 1 ELSE 0 END) END AS days_low,
         CASE WHEN not_done THEN (12 * (year(DATE '2025-04-10') - year(last_day)) + month(DATE '2025-04-10') - month(last_day) + CASE WHEN day(DATE '2025-04-10') > day(last_day) THEN 1 ELSE 0 END)
              ELSE coalesce((12 * (year(high) - year(last_day)) + month(high) - month(last_day) + CASE WHEN day(high) > day(last_day) THEN 1 ELSE 0 END), (12 * (year(low) - year(last_day)) + month(low) - month(last_day) + CASE WHEN day(low) > day(last_day) THEN 1 ELSE 0 END) + 1) END AS days_high
  FROM (SELECT *, coalesce(said_low, bound_low) AS low, coalesce(said_high, bound_high) AS high,
               coalesce(coalesce(said_low, bound_low) > DATE '2025-04-10', said_low IS NULL AND bound_high IS NULL AND bound_low IS NULL) AS not_done
        FROM dated_24)
),

"dates_24" AS (
  SELECT unit, count(*) FILTER (WHERE verdict = 'in_time') AS num, count(*) AS den,
         min(verdict) FILTER (WHERE verdict IN ('before_year_end', 'dates_disagree')) AS conflict,
         CASE WHEN count(*) FILTER (WHERE verdict = 'may_count') > 0 THEN 'counts_missing'
              WHEN count(*) FILTER (WHERE verdict = 'undecided') > 0 THEN 'evidence_needed'
              WHEN count(*) FILTER (WHERE verdict = 'no_calendar') > 0 THEN 'calendar_missing'
              WHEN count(*) FILTER (WHERE verdict = 'not_due') > 0 THEN 'not_due' END AS pending,
         count(*) FILTER (WHERE verdict = 'late') AS late,
         count(*) FILTER (WHERE verdict = 'missing') AS missing,
         coalesce(sum(days_low) FILTER (WHERE verdict IN ('late', 'missing')), 0) AS days_low,
         coalesce(sum(days_high) FILTER (WHERE verdict IN ('late', 'missing')), 0) AS days_high
  FROM judged_24
  GROUP BY unit
),

"raw" AS (
  SELECT 24 AS figure, u.unit AS unit, coalesce(d.num, 0)::HUGEINT AS num, coalesce(d.den, 0)::HUGEINT AS den, NULL::HUGEINT AS before_num, NULL::HUGEINT AS before_den, d.conflict AS conflict, d.pending AS pending, FALSE AS growing, FALSE AS nobody, d.unit IS NULL AS no_rows, coalesce(d.late, 0)::HUGEINT AS late, coalesce(d.missing, 0)::HUGEINT AS missing, coalesce(d.days_low, 0)::HUGEINT AS days_low, coalesce(d.days_high, 0)::HUGEINT AS days_high, NULL::HUGEINT AS lowest, NULL::HUGEINT AS highest
  FROM units u LEFT JOIN dates_24 d ON d.unit = u.unit
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