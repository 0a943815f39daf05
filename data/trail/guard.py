"""The triggers that keep the trail append-only, and whether they are still there as they were made."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from data.store.migrations import FORBIDDEN, SQLITE_TRIGGERS
from data.trail.faults import TrailProblem

#: Name, whether it is on, its function's text, and for what it fires: before an update or delete of a row; a truncate.
_BODY = f"BEGIN RAISE EXCEPTION '{FORBIDDEN}'; END"
_EXPECTED = {("ledger_event_change", "O", _BODY, 27), ("ledger_event_truncate", "O", _BODY, 34)}
_POSTGRESQL = """
    SELECT tgname, tgenabled::text, prosrc, tgtype
    FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
"""


def check_guard(connection: Connection) -> Iterator[TrailProblem]:
    """A problem for every trigger of the store that is gone, changed, switched off or not the program's own.

    Of all tables, those of batches and runs too: a foreign trigger on any of them changes what is written.
    """
    if connection.dialect.name == "postgresql":
        rows = connection.exec_driver_sql(_POSTGRESQL)
        found: set[tuple[object, ...]] = {(row[0], row[1], row[2].strip(), int(row[3])) for row in rows}
        expected: set[tuple[object, ...]] = set(_EXPECTED)
    else:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = {(row[0], row[1]) for row in rows}
        expected = {(statement.split()[2], statement) for statement in SQLITE_TRIGGERS}
    for name in sorted({str(each[0]) for each in expected - found}):
        yield TrailProblem("guard", f"触发器 {name} 不见了、被停用或被改过")
    for name in sorted({str(each[0]) for each in found - expected} - {str(each[0]) for each in expected}):
        yield TrailProblem("guard", f"触发器 {name} 不是程序建的")
