SELECT 0 AS figure, '' AS unit, '' AS level, 0::HUGEINT AS n WHERE FALSE
UNION ALL
SELECT 19 AS figure, _unit AS unit, coalesce(CASE WHEN "found_on" < DATE '2024-07-01' THEN '2024年6月30日以前' WHEN "found_on" IS NOT NULL THEN '2024年7月1日起' END, '（空）') AS level, count(*)::HUGEINT AS n
FROM reported."problems"
WHERE _period = 2024 AND TRUE
GROUP BY ALL