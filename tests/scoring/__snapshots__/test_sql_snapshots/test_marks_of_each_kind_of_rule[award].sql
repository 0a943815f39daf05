SELECT part, unit, full_marks, forced, reached, lasting, least(cap * below, each * counted) AS top, below AS bottom, NULL AS error
FROM (SELECT *,
             CASE WHEN beyond_target THEN greatest(gap, 0) WHEN measure IN ('date_each', 'share_of_people') THEN num ELSE greatest(num, 0) END AS counted,
             CASE WHEN beyond_target THEN den * 1000000 WHEN measure IN ('date_each', 'share_of_people') THEN 1 ELSE den END AS below
      FROM judged_figures WHERE kind = 'award' AND NOT by_level)
UNION ALL
SELECT part, unit, full_marks, forced, reached, lasting,
       CASE kind WHEN 'award' THEN least(cap, counted) WHEN 'judged' THEN counted
                 ELSE full_marks - least(cap, counted) END AS top,
       CASE kind WHEN 'judged' THEN greatest(number, 1) ELSE 1 END AS bottom,
       CASE WHEN unknown > 0 THEN 'unknown_level' END AS error
FROM (SELECT k.part, k.unit, k.full_marks, k.forced, k.reached, k.lasting, k.kind, k.cap,
             coalesce(sum(c.n * l.marks), 0) AS counted, coalesce(sum(c.n), 0) AS number,
             count(c.n) FILTER (WHERE l.marks IS NULL) AS unknown
      FROM judged_figures k
      LEFT JOIN level_counts c ON c.figure = k.figure AND c.unit = k.unit
      LEFT JOIN levels l ON l.part = k.part AND l.level = c.level
      WHERE k.by_level
      GROUP BY ALL)