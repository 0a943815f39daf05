-- The province's marks as a person who knows the data would write them: no general rule, no reasons, no outcomes.
-- {people}, {training}, ... stand for the lists of files. Points are hundredths of a mark. The last day to reply
-- to what was received on a day lies in the table "deadlines".

-- One pass over the year's training for everything that is asked of people.
CREATE TABLE had AS
SELECT _unit AS unit, person_id,
       sum((hours * 10)::BIGINT) FILTER (category = '业务') AS business,
       sum((hours * 10)::BIGINT) FILTER (category = '执法') AS enforcement,
       count(*) FILTER (category = '法治') AS law, count(*) FILTER (category = '讲座') AS lectures,
       sum((hours * 10)::BIGINT) AS hours
       /* further had */
FROM read_parquet({training}) WHERE _period = 2024 GROUP BY ALL;

-- Who was in post in 2024, how many whole months and how many days.
CREATE TABLE posts AS
WITH spans AS (
  SELECT _unit AS unit, person_id, role,
         greatest(joined, DATE '2024-01-01') AS a, least(coalesce("left", DATE '2024-12-31'), DATE '2024-12-31') AS b
  FROM read_parquet({people})
  WHERE joined <= DATE '2024-12-31' AND ("left" IS NULL OR "left" >= DATE '2024-01-01')
), islands AS (
  SELECT unit, person_id, role, min(a) AS a, max(b) AS b
  FROM (SELECT *, sum((a > coalesce(before + 1, a - 1))::INT) OVER (PARTITION BY unit, person_id, role ORDER BY a, b) AS island
        FROM (SELECT *, max(b) OVER (PARTITION BY unit, person_id, role ORDER BY a, b
                                     ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM spans
              WHERE (unit, person_id) IN (SELECT (unit, person_id) FROM spans GROUP BY ALL HAVING count(*) > 1)))
  GROUP BY unit, person_id, role, island
  UNION ALL
  SELECT unit, person_id, any_value(role), any_value(a), any_value(b) FROM spans
  GROUP BY unit, person_id HAVING count(*) = 1
)
SELECT unit, person_id, role,
       sum(greatest(month(b) - (b <> last_day(b))::INT - month(a) - (day(a) > 1)::INT + 1, 0)) AS months,
       sum(b - a + 1) AS days
FROM islands GROUP BY ALL;

CREATE TABLE by_people AS
SELECT unit,
       count(*) FILTER (role = '复议人员' AND months > 0) AS den_1,
       count(*) FILTER (role = '复议人员' AND months > 0 AND coalesce(business, 0) * 12 >= 100 * months) AS num_1,
       count(*) FILTER (role = '执法人员' AND months > 0) AS den_2,
       count(*) FILTER (role = '执法人员' AND months > 0 AND coalesce(enforcement, 0) * 12 >= 80 * months) AS num_2,
       count(DISTINCT person_id) AS den_3,
       count(DISTINCT person_id) FILTER (law >= 2) AS num_3,
       count(*) FILTER (role = '领导') AS den_4,
       count(*) FILTER (role = '领导' AND coalesce(lectures, 0) * 366 >= 2 * days) AS num_4
       /* further people */
FROM posts LEFT JOIN had USING (unit, person_id) GROUP BY unit;

CREATE TABLE by_training AS
SELECT now.*, (before.hours * 10)::BIGINT AS hours_before
FROM (SELECT unit, sum(hours)::BIGINT AS hours
       /* further training */
      FROM had GROUP BY unit) now
JOIN (SELECT _unit AS unit, sum(hours) AS hours FROM read_parquet({training}) WHERE _period = 2023 GROUP BY ALL) before
USING (unit);

CREATE TABLE by_activities AS
SELECT _unit AS unit,
       count(*) FILTER (_period = 2024 AND kind = '讲座') AS lectures,
       count(DISTINCT topic) FILTER (_period = 2024) AS topics,
       count(*) FILTER (_period = 2024) AS held,
       count(*) FILTER (_period = 2024 AND level = '国家级') * 20 + count(*) FILTER (_period = 2024 AND level = '省级') * 10
         + count(*) FILTER (_period = 2024 AND level = '市级') * 5 AS for_levels,
       coalesce(sum(audience) FILTER (_period = 2024), 0)::BIGINT AS audience,
       count(*) FILTER (_period = 2024 AND audience IS NULL) = 0 AS audience_known,
       count(*) FILTER (_period = 2024 AND kind = '旁听') AS attended,
       count(*) FILTER (_period = 2023 AND kind = '旁听') AS attended_before
FROM read_parquet({activities}) WHERE _period IN (2023, 2024) GROUP BY ALL;

CREATE TABLE by_reports AS
SELECT _unit AS unit,
       greatest(coalesce(min(published_on) FILTER (kind = '年度报告'), DATE '2025-06-30') - DATE '2024-01-31', 0) AS annual_late,
       greatest(max(coalesce(published_on, DATE '2025-06-30')) FILTER (kind = '半年报') - DATE '2024-12-20', 0) AS half_late,
       count(*) FILTER (kind = '答复') AS replies,
       count(*) FILTER (kind = '答复' AND published_on <= d.last_day) AS replied,
       count(*) FILTER (kind = '整改') AS tasks,
       count(*) FILTER (kind = '整改' AND published_on <= received_on + 30) AS done,
       count(*) FILTER (kind = '整改' AND published_on > received_on + 30) AS late,
       count(*) FILTER (kind = '整改' AND published_on IS NULL) AS missing
FROM read_parquet({reports}) LEFT JOIN deadlines d ON d.day = received_on WHERE _period = 2024 GROUP BY ALL;

CREATE TABLE by_lawsuits AS
SELECT _unit AS unit,
       count(*) FILTER (_period = 2024) AS suits, count(*) FILTER (_period = 2024 AND lost) AS lost,
       count(*) FILTER (_period = 2023) AS suits_before, count(*) FILTER (_period = 2023 AND lost) AS lost_before,
       count(*) FILTER (_period = 2024 AND kind = '行政诉讼') AS trials,
       count(*) FILTER (_period = 2024 AND kind = '行政诉讼' AND appeared) AS appeared,
       count(*) FILTER (_period = 2024 AND kind = '行政复议') AS reviews,
       count(*) FILTER (_period = 2024 AND kind = '行政复议' AND lost) AS reviews_lost,
       count(*) FILTER (_period = 2024 AND grave) AS grave,
       (coalesce(sum(cost) FILTER (_period = 2024), 0) * 100)::BIGINT AS cost,
       count(*) FILTER (_period = 2024 AND cost IS NULL) = 0 AS cost_known
FROM read_parquet({lawsuits}) WHERE _period IN (2023, 2024) GROUP BY ALL;

CREATE TABLE by_filings AS
SELECT _unit AS unit, sum(issued)::BIGINT AS issued, sum(filed)::BIGINT AS filed,
       (arg_max(satisfaction, counted_on) * 10)::BIGINT AS satisfaction
FROM read_parquet({filings}) WHERE _period = 2024 GROUP BY ALL;

CREATE TABLE figures AS
SELECT *, max(audience) FILTER (audience_known) OVER () AS most, min(audience) FILTER (audience_known) OVER () AS least,
       count(review_share) OVER () AS peers, sum(review_share) OVER () AS peer_sum,
       max(review_share) OVER () = min(review_share) OVER () AS all_equal
FROM (SELECT *, CASE WHEN reviews > 0 THEN (2 * reviews_lost * 1000000000000 + reviews) // (2 * reviews) END AS review_share
      FROM by_people JOIN by_training USING (unit) JOIN by_activities USING (unit) JOIN by_reports USING (unit)
      JOIN by_lawsuits USING (unit) JOIN by_filings USING (unit));

-- Each fraction of marks is top / bottom points, rounded half up once.
CREATE TABLE items AS
WITH awarded AS (
  SELECT unit, unnest([
    {'indicator': 'people-months', 'num': num_1, 'den': den_1, 'top': 400 * num_1, 'bottom': den_1},
    {'indicator': 'people-shortfall', 'num': num_2, 'den': den_2,
     'top': 500 - least(500, 10 * greatest((95 * den_2 - 100 * num_2 + den_2 - 1) // den_2, 0)), 'bottom': 1},
    {'indicator': 'people-ladder', 'num': num_3, 'den': den_3,
     'top': CASE WHEN num_3 * 100 < 50 * den_3 THEN 0 WHEN num_3 * 100 < 72 * den_3 THEN 200 ELSE 400 END, 'bottom': 1},
    {'indicator': 'people-days', 'num': num_4, 'den': den_4,
     'top': CASE WHEN num_4 * 100 >= 70 * den_4 THEN 400 ELSE 100 END, 'bottom': 1},
    {'indicator': 'training-hours', 'num': hours, 'den': 10,
     'top': 300 * least(greatest(hours - 50000, 0), 3000), 'bottom': 3000},
    {'indicator': 'training-growth', 'num': hours - hours_before, 'den': hours_before,
     'top': CASE WHEN 100 * (hours - hours_before) >= hours_before THEN 200 ELSE 50 END, 'bottom': 1},
    {'indicator': 'lectures', 'num': lectures, 'den': 1,
     'top': 300 - least(300, 30 * greatest(30 - lectures, 0)), 'bottom': 1},
    {'indicator': 'topics', 'num': topics, 'den': 1, 'top': 300 * least(greatest(topics - 50, 0), 8), 'bottom': 8},
    {'indicator': 'levels', 'num': held, 'den': 1, 'top': least(500, for_levels), 'bottom': 1},
    {'indicator': 'audience', 'num': audience, 'den': 1,
     'top': CASE WHEN NOT audience_known THEN NULL WHEN most = least THEN 400
                 ELSE 160 * (most - least) + 240 * (audience - least) END,
     'bottom': CASE WHEN most = least THEN 1 ELSE most - least END},
    {'indicator': 'attendance-growth', 'num': attended - attended_before, 'den': 1,
     'top': CASE WHEN attended > attended_before THEN 200 ELSE 0 END, 'bottom': 1},
    {'indicator': 'annual-report', 'num': annual_late, 'den': 1, 'top': 300 - least(300, 10 * annual_late), 'bottom': 1},
    {'indicator': 'replies', 'num': replied, 'den': replies, 'top': 400 * replied, 'bottom': replies},
    {'indicator': 'rectification', 'num': done, 'den': tasks,
     'top': 300 - least(300, 5 * late + 10 * missing), 'bottom': 1},
    {'indicator': 'half-year-report', 'num': half_late, 'den': 1,
     'top': CASE WHEN half_late = 0 THEN 200 WHEN half_late <= 10 THEN 100 ELSE 0 END, 'bottom': 1},
    {'indicator': 'suits-lost', 'num': lost, 'den': suits,
     'top': 500 - least(500, 20 * (greatest(100 * lost - 10 * suits, 0) // suits)), 'bottom': 1},
    {'indicator': 'heads-appearing', 'num': appeared, 'den': trials,
     'top': 400 * least(greatest(100 * appeared - 50 * trials, 0), 40 * trials), 'bottom': 40 * trials},
    {'indicator': 'suits-lost-change', 'num': lost * suits_before - lost_before * suits, 'den': suits * suits_before,
     'top': 400 * least(greatest(100 * (lost_before * suits - lost * suits_before), 0), suits * suits_before),
     'bottom': suits * suits_before},
    {'indicator': 'grave-cases', 'num': grave, 'den': 1,
     'top': 200 - least(200, CASE WHEN grave <= 1 THEN 0 WHEN grave = 2 THEN 10 ELSE 30 + 50 * (grave - 3) END),
     'bottom': 1},
    {'indicator': 'documents-filed', 'num': filed, 'den': issued,
     'top': 400 * least(greatest(100 * filed - 80 * issued, 0), 20 * issued), 'bottom': 20 * issued},
    {'indicator': 'costs', 'num': cost, 'den': 100,
     'top': CASE WHEN cost_known THEN 300000 - least(300000, greatest(cost - 360000, 0)) END, 'bottom': 1000},
    {'indicator': 'satisfaction', 'num': satisfaction, 'den': 10,
     'top': CASE WHEN satisfaction < 700 THEN 0 WHEN satisfaction < 850 THEN 100 ELSE 200 END, 'bottom': 1}
    /* further items */
  ], recursive := true)
  FROM figures
)
SELECT unit, indicator, num::HUGEINT AS num, den::HUGEINT AS den,
       CASE WHEN den > 0 THEN (2 * top + bottom) // (2 * bottom) END::HUGEINT AS points FROM awarded
UNION ALL
-- the only one whose arithmetic needs 128 bits
SELECT unit, 'reviews-lost', reviews_lost, reviews,
       CASE WHEN reviews = 0 THEN NULL WHEN all_equal THEN 300
            ELSE (2 * (300000000000::HUGEINT * peers
                       - least(300000000000::HUGEINT * peers, greatest(review_share * peers - peer_sum, 0)))
                  + 1000000000 * peers) // (2000000000 * peers) END
FROM figures;
