SELECT part, unit, full_marks, forced, reached, lasting,
       base * whole + (full_marks - base) * least(greatest(way, 0), whole) AS top, whole AS bottom, NULL AS error
FROM (SELECT *, sign(goal - start)::HUGEINT * (num * 1000000 - start * den) AS way, abs(goal - start) * den AS whole
      FROM judged_figures WHERE kind = 'proportional')