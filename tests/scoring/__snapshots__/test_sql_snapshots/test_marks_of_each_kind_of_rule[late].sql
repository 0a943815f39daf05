SELECT part, unit, full_marks, forced, reached, lasting,
       full_marks - least(cap, CASE WHEN each IS NOT NULL THEN days_low * each
                                    ELSE late * late_each + missing * missing_each END) AS top,
       1::HUGEINT AS bottom, NULL AS error
FROM judged_figures WHERE kind = 'late'