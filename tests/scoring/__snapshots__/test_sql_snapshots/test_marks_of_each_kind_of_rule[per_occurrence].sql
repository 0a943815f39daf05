SELECT part, unit, full_marks, forced, reached, lasting, full_marks * below - least(full_cost, cap * below) AS top, below AS bottom,
       NULL AS error
FROM (SELECT k.*, CASE WHEN measure IN ('date_each', 'share_of_people') OR k.each IS NULL THEN 1::HUGEINT ELSE den END AS below,
             CASE WHEN k.each IS NOT NULL
                  THEN k.each * greatest(CASE WHEN measure IN ('date_each', 'share_of_people') THEN den - num ELSE greatest(num, 0) END - free * CASE WHEN measure IN ('date_each', 'share_of_people') THEN 1 ELSE den END, 0)
                  ELSE c.so_far + c.each * (whole_number - c.nth) END AS full_cost
      FROM (SELECT *, greatest(CASE WHEN measure IN ('date_each', 'share_of_people') THEN den - num ELSE greatest(num, 0) // den END - free, 0)
                   AS whole_number
            FROM judged_figures WHERE kind = 'per_occurrence' AND NOT by_level) k
      LEFT JOIN costs c ON c.part = k.part AND k.whole_number >= c.nth
       AND (c.until IS NULL OR k.whole_number < c.until)) o
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