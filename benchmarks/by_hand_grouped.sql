-- Where a hundred indicators ask: rows once per combination of what conditions speak of, and conditions over these.
CREATE TABLE by_activities AS
SELECT unit,
       coalesce(sum(n) FILTER (_period = 2024 AND kind = '讲座'), 0)::BIGINT AS lectures,
       any_value(topics) AS topics,
       sum(n) FILTER (_period = 2024)::BIGINT AS held,
       (coalesce(sum(n) FILTER (_period = 2024 AND level = '国家级'), 0) * 20
         + coalesce(sum(n) FILTER (_period = 2024 AND level = '省级'), 0) * 10
         + coalesce(sum(n) FILTER (_period = 2024 AND level = '市级'), 0) * 5)::BIGINT AS for_levels,
       coalesce(sum(audience) FILTER (_period = 2024), 0)::BIGINT AS audience,
       sum(n - told) FILTER (_period = 2024) = 0 AS audience_known,
       coalesce(sum(n) FILTER (_period = 2024 AND kind = '旁听'), 0)::BIGINT AS attended,
       coalesce(sum(n) FILTER (_period = 2023 AND kind = '旁听'), 0)::BIGINT AS attended_before
       /* further activities */
FROM (SELECT _unit AS unit, _period, kind, level,
             count(*)::BIGINT AS n, count(audience)::BIGINT AS told, sum(audience)::BIGINT AS audience
      FROM read_parquet({activities}) WHERE _period IN (2023, 2024) GROUP BY ALL)
JOIN (SELECT _unit AS unit, count(DISTINCT topic) AS topics
      FROM read_parquet({activities}) WHERE _period = 2024 GROUP BY ALL) USING (unit)
GROUP BY unit;

CREATE TABLE by_lawsuits AS
SELECT unit,
       coalesce(sum(n) FILTER (_period = 2024), 0)::BIGINT AS suits,
       coalesce(sum(n) FILTER (_period = 2024 AND lost), 0)::BIGINT AS lost,
       coalesce(sum(n) FILTER (_period = 2023), 0)::BIGINT AS suits_before,
       coalesce(sum(n) FILTER (_period = 2023 AND lost), 0)::BIGINT AS lost_before,
       coalesce(sum(n) FILTER (_period = 2024 AND kind = '行政诉讼'), 0)::BIGINT AS trials,
       coalesce(sum(n) FILTER (_period = 2024 AND kind = '行政诉讼' AND appeared), 0)::BIGINT AS appeared,
       coalesce(sum(n) FILTER (_period = 2024 AND kind = '行政复议'), 0)::BIGINT AS reviews,
       coalesce(sum(n) FILTER (_period = 2024 AND kind = '行政复议' AND lost), 0)::BIGINT AS reviews_lost,
       coalesce(sum(n) FILTER (_period = 2024 AND grave), 0)::BIGINT AS grave,
       (coalesce(sum(cost) FILTER (_period = 2024), 0) * 100)::BIGINT AS cost,
       coalesce(sum(n - told) FILTER (_period = 2024), 0) = 0 AS cost_known
       /* further lawsuits */
FROM (SELECT _unit AS unit, _period, kind, lost, appeared, grave,
             count(*)::BIGINT AS n, count(cost)::BIGINT AS told, sum(cost) AS cost
      FROM read_parquet({lawsuits}) WHERE _period IN (2023, 2024) GROUP BY ALL)
GROUP BY unit;
