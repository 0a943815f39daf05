CREATE VIEW reported."people" AS
SELECT * FROM (
SELECT r.* REPLACE (coalesce(h.heir, r._unit) AS _unit), r._unit AS _origin
FROM (
SELECT NULL::VARCHAR AS "unit", NULL::BIGINT AS "no", NULL::VARCHAR AS "person_id", NULL::VARCHAR AS "called", NULL::VARCHAR AS "role", NULL::DATE AS "joined", NULL::DATE AS "left", NULL::VARCHAR AS "_unit", NULL::INTEGER AS "_period", NULL::VARCHAR AS "_sheet", NULL::INTEGER AS "_row" WHERE FALSE
) r
LEFT JOIN successions h ON h.unit = r._unit
ANTI JOIN absent_units a ON a.unit = r._unit
)