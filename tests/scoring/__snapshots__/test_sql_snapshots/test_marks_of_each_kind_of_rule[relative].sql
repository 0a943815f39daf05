SELECT part, unit, full_marks, forced, reached, lasting,
       CASE WHEN best = worst THEN all_equal
            WHEN form = 'rank_table'
            THEN coalesce((SELECT r.marks FROM ranks r WHERE r.part = x.part AND r.place = x.place), beyond_rank)
            WHEN form = 'rank_share'
            THEN coalesce((SELECT min_by(s.marks, s.step) FROM rank_parts s WHERE s.part = x.part
                           AND CASE partial WHEN 'up' THEN (x.place - 1) * s.bottom < s.top * x.peers
                                            ELSE x.place * s.bottom <= s.top * x.peers END), beyond_rank)
            WHEN form = 'rank_step' THEN greatest(floor, first - (place - 1) * step)
            WHEN form = 'ratio_to_best' AND better = 1
            THEN CASE WHEN best <= 0 THEN 0 ELSE full_marks * greatest(v, 0) END
            WHEN form = 'ratio_to_best'
            THEN CASE WHEN v = best THEN full_marks ELSE full_marks * greatest(best, 0) END
            WHEN form = 'min_max' THEN base * abs(best - worst) + (full_marks - base) * abs(v - worst)
            ELSE full_marks * mean_bottom - least(cap * mean_bottom, mean_top) END AS top,
       CASE WHEN best = worst THEN 1
            WHEN form = 'ratio_to_best' AND better = 1 THEN CASE WHEN best <= 0 THEN 1 ELSE best END
            WHEN form = 'ratio_to_best' THEN CASE WHEN v = best THEN 1 ELSE greatest(v, 1) END
            WHEN form = 'min_max' THEN abs(best - worst)
            WHEN form = 'peer_mean' THEN mean_bottom
            ELSE 1 END AS bottom, NULL AS error
FROM (SELECT *, (CASE partial WHEN 'up' THEN ((worse + (peers * 1000000) * per - 1) // ((peers * 1000000) * per)) * each WHEN 'down' THEN (worse // ((peers * 1000000) * per)) * each ELSE worse * each END) AS mean_top, (CASE partial WHEN 'exact' THEN (peers * 1000000) * per ELSE 1 END) AS mean_bottom
      FROM (SELECT *, rank() OVER (PARTITION BY part ORDER BY v * better DESC) AS place,
                   CASE better WHEN 1 THEN max(v) OVER peers ELSE min(v) OVER peers END AS best,
                   CASE better WHEN 1 THEN min(v) OVER peers ELSE max(v) OVER peers END AS worst,
                   count(*) OVER peers AS peers,
                   greatest(better * (sum(v) OVER peers - v * count(*) OVER peers), 0) AS worse
            FROM (SELECT *, sign(num)::HUGEINT * ((2 * abs(num) * 1000000000000 + den) // (2 * den)) AS v
                  FROM judged_figures WHERE kind = 'relative' AND NOT is_exempt)
            WINDOW peers AS (PARTITION BY part))) x