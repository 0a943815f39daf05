SELECT part, unit, full_marks, forced, reached, lasting,
       CASE WHEN gap > 0 AND beyond_each IS NOT NULL
            THEN at_target * more_bottom + least(more_top, (full_marks - at_target) * more_bottom)
            ELSE greatest(at_target * cost_bottom - least(cost_top, cap * cost_bottom), 0) END AS top,
       CASE WHEN gap > 0 AND beyond_each IS NOT NULL THEN more_bottom ELSE cost_bottom END AS bottom, NULL AS error
FROM (SELECT *, (CASE partial WHEN 'up' THEN ((greatest(-gap, 0) + den * per - 1) // (den * per)) * each WHEN 'down' THEN (greatest(-gap, 0) // (den * per)) * each ELSE greatest(-gap, 0) * each END) AS cost_top, (CASE partial WHEN 'exact' THEN den * per ELSE 1 END) AS cost_bottom,
             coalesce((CASE beyond_partial WHEN 'up' THEN ((greatest(gap, 0) + den * beyond_per - 1) // (den * beyond_per)) * beyond_each WHEN 'down' THEN (greatest(gap, 0) // (den * beyond_per)) * beyond_each ELSE greatest(gap, 0) * beyond_each END), 0) AS more_top, coalesce((CASE beyond_partial WHEN 'exact' THEN den * beyond_per ELSE 1 END), 1) AS more_bottom
      FROM judged_figures WHERE kind = 'per_shortfall')