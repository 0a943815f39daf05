WITH "dated_1" AS (
  SELECT _unit AS unit, CASE WHEN _period = 0 THEN 2024 ELSE _period END AS period,
         "done_on" AS said_low, "done_on__last" AS said_high,
         "issued_on" AS bound_low,
         "url_on" AS bound_high,
         "url_on" AS bound_high_first,
         NULL::DATE AS started, DATE '2023-12-31' AS last_day,
         FALSE AS may_count
  FROM reported."milestones"
  WHERE "milestone" IN ('公共服务事项清单')
),

"judged_1" AS (
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
         CASE WHEN not_done THEN date_diff('day', last_day, DATE '2025-04-10')
              ELSE date_diff('day', last_day, low) END AS days_low,
         CASE WHEN not_done THEN date_diff('day', last_day, DATE '2025-04-10')
              ELSE coalesce(date_diff('day', last_day, high), date_diff('day', last_day, low) + 1) END AS days_high
  FROM (SELECT *, coalesce(said_low, bound_low) AS low, coalesce(said_high, bound_high) AS high,
               coalesce(coalesce(said_low, bound_low) > DATE '2025-04-10', said_low IS NULL AND bound_high IS NULL AND bound_low IS NULL) AS not_done
        FROM dated_1)
),

"dates_1" AS (
  SELECT u.unit, p.unit IS NULL AS no_rows,
         coalesce(p.verdict, 'missing') AS verdict,
         coalesce(p.days_low, 466) AS days_low, coalesce(p.days_high, 466) AS days_high
  FROM units u
  LEFT JOIN (SELECT * FROM judged_1
             QUALIFY row_number() OVER (PARTITION BY unit ORDER BY may_count DESC, sort_day ASC NULLS LAST, said_low, said_high, bound_low, bound_high, last_day) = 1) p
    ON p.unit = u.unit
),

"dated_2" AS (
  SELECT _unit AS unit, CASE WHEN _period = 0 THEN 2024 ELSE _period END AS period,
         "done_on" AS said_low, "done_on__last" AS said_high,
         "issued_on" AS bound_low,
         "url_on" AS bound_high,
         "url_on" AS bound_high_first,
         NULL::DATE AS started, DATE '2023-12-31' AS last_day,
         FALSE AS may_count
  FROM reported."milestones"
  WHERE "milestone" IN ('中介服务事项清单')
),

"judged_2" AS (
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
         CASE WHEN not_done THEN date_diff('day', last_day, DATE '2025-04-10')
              ELSE date_diff('day', last_day, low) END AS days_low,
         CASE WHEN not_done THEN date_diff('day', last_day, DATE '2025-04-10')
              ELSE coalesce(date_diff('day', last_day, high), date_diff('day', last_day, low) + 1) END AS days_high
  FROM (SELECT *, coalesce(said_low, bound_low) AS low, coalesce(said_high, bound_high) AS high,
               coalesce(coalesce(said_low, bound_low) > DATE '2025-04-10', said_low IS NULL AND bound_high IS NULL AND bound_low IS NULL) AS not_done
        FROM dated_2)
),

"dates_2" AS (
  SELECT u.unit, p.unit IS NULL AS no_rows,
         coalesce(p.verdict, 'missing') AS verdict,
         coalesce(p.days_low, 466) AS days_low, coalesce(p.days_high, 466) AS days_high
  FROM units u
  LEFT JOIN (SELECT * FROM judged_2
             QUALIFY row_number() OVER (PARTITION BY unit ORDER BY may_count DESC, sort_day ASC NULLS LAST, said_low, said_high, bound_low, bound_high, last_day) = 1) p
    ON p.unit = u.unit
),

"dated_3" AS (
  SELECT _unit AS unit, CASE WHEN _period = 0 THEN 2024 ELSE _period END AS period,
         "done_on" AS said_low, "done_on__last" AS said_high,
         "issued_on" AS bound_low,
         "url_on" AS bound_high,
         "url_on" AS bound_high_first,
         NULL::DATE AS started, DATE '2023-12-31' AS last_day,
         FALSE AS may_count
  FROM reported."milestones"
  WHERE "milestone" IN ('证明事项清单')
),

"judged_3" AS (
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
         CASE WHEN not_done THEN date_diff('day', last_day, DATE '2025-04-10')
              ELSE date_diff('day', last_day, low) END AS days_low,
         CASE WHEN not_done THEN date_diff('day', last_day, DATE '2025-04-10')
              ELSE coalesce(date_diff('day', last_day, high), date_diff('day', last_day, low) + 1) END AS days_high
  FROM (SELECT *, coalesce(said_low, bound_low) AS low, coalesce(said_high, bound_high) AS high,
               coalesce(coalesce(said_low, bound_low) > DATE '2025-04-10', said_low IS NULL AND bound_high IS NULL AND bound_low IS NULL) AS not_done
        FROM dated_3)
),

"dates_3" AS (
  SELECT u.unit, p.unit IS NULL AS no_rows,
         coalesce(p.verdict, 'missing') AS verdict,
         coalesce(p.days_low, 466) AS days_low, coalesce(p.days_high, 466) AS days_high
  FROM units u
  LEFT JOIN (SELECT * FROM judged_3
             QUALIFY row_number() OVER (PARTITION BY unit ORDER BY may_count DESC, sort_day ASC NULLS LAST, said_low, said_high, bound_low, bound_high, last_day) = 1) p
    ON p.unit = u.unit
),

"raw" AS (
  SELECT 1 AS figure, unit AS unit, CASE WHEN verdict IN ('late', 'missing') THEN days_low ELSE 0 END::HUGEINT AS num, 1::HUGEINT AS den, NULL::HUGEINT AS before_num, NULL::HUGEINT AS before_den, CASE WHEN verdict IN ('before_year_end', 'dates_disagree') THEN verdict END AS conflict, CASE verdict WHEN 'may_count' THEN 'counts_missing' WHEN 'undecided' THEN 'evidence_needed' WHEN 'not_due' THEN 'not_due' WHEN 'no_value' THEN 'no_value' WHEN 'no_calendar' THEN 'calendar_missing' END AS pending, FALSE AS growing, FALSE AS nobody, no_rows AS no_rows, (verdict = 'late')::HUGEINT AS late, (verdict = 'missing')::HUGEINT AS missing, CASE WHEN verdict IN ('late', 'missing') THEN days_low ELSE 0 END::HUGEINT AS days_low, CASE WHEN verdict IN ('late', 'missing') THEN days_high ELSE 0 END::HUGEINT AS days_high, NULL::HUGEINT AS lowest, NULL::HUGEINT AS highest
  FROM dates_1
  UNION ALL
  SELECT 2 AS figure, unit AS unit, CASE WHEN verdict IN ('late', 'missing') THEN days_low ELSE 0 END::HUGEINT AS num, 1::HUGEINT AS den, NULL::HUGEINT AS before_num, NULL::HUGEINT AS before_den, CASE WHEN verdict IN ('before_year_end', 'dates_disagree') THEN verdict END AS conflict, CASE verdict WHEN 'may_count' THEN 'counts_missing' WHEN 'undecided' THEN 'evidence_needed' WHEN 'not_due' THEN 'not_due' WHEN 'no_value' THEN 'no_value' WHEN 'no_calendar' THEN 'calendar_missing' END AS pending, FALSE AS growing, FALSE AS nobody, no_rows AS no_rows, (verdict = 'late')::HUGEINT AS late, (verdict = 'missing')::HUGEINT AS missing, CASE WHEN verdict IN ('late', 'missing') THEN days_low ELSE 0 END::HUGEINT AS days_low, CASE WHEN verdict IN ('late', 'missing') THEN days_high ELSE 0 END::HUGEINT AS days_high, NULL::HUGEINT AS lowest, NULL::HUGEINT AS highest
  FROM dates_2
  UNION ALL
  SELECT 3 AS figure, unit AS unit, CASE WHEN verdict IN ('late', 'missing') THEN days_low ELSE 0 END::HUGEINT AS num, 1::HUGEINT AS den, NULL::HUGEINT AS before_num, NULL::HUGEINT AS before_den, CASE WHEN verdict IN ('before_year_end', 'dates_disagree') THEN verdict END AS conflict, CASE verdict WHEN 'may_count' THEN 'counts_missing' WHEN 'undecided' THEN 'evidence_needed' WHEN 'not_due' THEN 'not_due' WHEN 'no_value' THEN 'no_value' WHEN 'no_calendar' THEN 'calendar_missing' END AS pending, FALSE AS growing, FALSE AS nobody, no_rows AS no_rows, (verdict = 'late')::HUGEINT AS late, (verdict = 'missing')::HUGEINT AS missing, CASE WHEN verdict IN ('late', 'missing') THEN days_low ELSE 0 END::HUGEINT AS days_low, CASE WHEN verdict IN ('late', 'missing') THEN days_high ELSE 0 END::HUGEINT AS days_high, NULL::HUGEINT AS lowest, NULL::HUGEINT AS highest
  FROM dates_3
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