SELECT part, unit, full_marks, forced, reached, lasting, CASE WHEN reached THEN full_marks ELSE 0 END AS top,
       1::HUGEINT AS bottom, NULL::VARCHAR AS error
FROM judged_figures WHERE kind = 'condition'