"""What Spark means otherwise by the same words is spelled out, and nothing is left that only DuckDB understands.

What this does not prove: that Spark comes to the same (see test_same_result).
"""

from __future__ import annotations

import pytest

from scoring.spark.dialect import read_statement, write_spark

WHOLE = "DECIMAL(38, 0)"


def translate(text: str) -> str:
    return write_spark(read_statement(text))


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        ("SELECT a::HUGEINT FROM t", f"SELECT CAST(`a` AS {WHOLE}) FROM `t`"),
        ("SELECT a % b FROM t", f"SELECT `a` % NULLIF(CAST(`b` AS {WHOLE}), 0) FROM `t`"),
        (
            "SELECT a // b FROM t",
            f"SELECT CAST((CAST(`a` AS {WHOLE}) - CAST(`a` AS {WHOLE}) % NULLIF(CAST(`b` AS {WHOLE}), 0))"
            f" / NULLIF(CAST(`b` AS {WHOLE}), 0) AS {WHOLE}) FROM `t`",
        ),
        ("SELECT sum(a) FROM t", "SELECT SUM((`a`) + CAST(0 AS DECIMAL(1, 0))) FROM `t`"),
        (
            "SELECT arg_min(a, b) FROM t",
            "SELECT MIN_BY(`a`, CASE WHEN NOT `a` IS NULL THEN `b` END) FROM `t`",
        ),
        ("SELECT any_value(a) FROM t", "SELECT ANY_VALUE(`a`) IGNORE NULLS FROM `t`"),
        ("SELECT t.* REPLACE (1 AS a) FROM t", "SELECT `t`.* EXCEPT (`a`), 1 AS `a` FROM `t`"),
        ("FROM t", "SELECT * FROM `t`"),
        (
            "SELECT unnest([{'a': 1}], recursive := true) FROM t",
            "SELECT INLINE(ARRAY(STRUCT(1 AS `a`))) FROM `t`",
        ),
        ("SELECT unnest([a, b]) AS c FROM t", "SELECT EXPLODE(ARRAY(`a`, `b`)) AS `c` FROM `t`"),
        (
            "SELECT rank() OVER (ORDER BY a DESC) FROM t",
            "SELECT CAST(RANK() OVER (ORDER BY `a` DESC) AS BIGINT) FROM `t`",
        ),
        ("SELECT a FROM t ORDER BY a", "SELECT `a` FROM `t` ORDER BY `a` NULLS LAST"),
        ('SELECT a FROM reported."t u" x', "SELECT `a` FROM `reported_t u` AS `x`"),
        (
            "WITH x AS NOT MATERIALIZED (SELECT 1 AS a) SELECT a FROM x",
            "WITH `x` AS (SELECT 1 AS `a`) SELECT `a` FROM `x`",
        ),
        ("SELECT date_diff('day', a, b) FROM t", "SELECT DATEDIFF(DAY, `a`, `b`) FROM `t`"),
    ],
)
def test_a_construct_is_spelled_for_spark(duckdb: str, spark: str) -> None:
    assert translate(duckdb) == spark


def test_a_quotient_within_a_quotient_is_spelled_too() -> None:
    assert "//" not in translate("SELECT (a // b) // c FROM t")
    assert "DIV" not in translate("SELECT (a // b) // c FROM t")
