SELECT part, unit, full_marks, forced, reached, lasting, 0::HUGEINT AS top, 1::HUGEINT AS bottom, NULL AS error
FROM judged_figures WHERE kind = 'veto'