CREATE VIEW reported."scores" AS
SELECT * FROM (
SELECT r.* REPLACE (coalesce(h.heir, r._unit) AS _unit), r._unit AS _origin
FROM (
SELECT NULL::VARCHAR AS "unit", NULL::INTEGER AS "year", NULL::BIGINT AS "no", NULL::VARCHAR AS "source", NULL::BIGINT AS "seq", NULL::DECIMAL(18, 2) AS "value", NULL::VARCHAR AS "_unit", NULL::INTEGER AS "_period", NULL::VARCHAR AS "_sheet", NULL::INTEGER AS "_row" WHERE FALSE
) r
LEFT JOIN successions h ON h.unit = r._unit
)