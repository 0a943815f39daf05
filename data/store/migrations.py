"""The migrations that make the ledger's tables, and the triggers that keep its trail append-only."""

from __future__ import annotations

from sqlalchemy.engine import Connection

_COMMON = (
    "id TEXT NOT NULL PRIMARY KEY, year INTEGER NOT NULL, serial INTEGER NOT NULL, version INTEGER NOT NULL, "
    "state TEXT NOT NULL, created_at TEXT NOT NULL, created_by TEXT NOT NULL, updated_at TEXT NOT NULL, "
    "updated_by TEXT NOT NULL"
)

# What each table adds to the common columns: text unless another type is written.
_CONTENT = {
    "ledger_user": "name unit credential roles",
    "inspection": "title scope begins_on ends_on pack_sha256 data_sha256 approved_by units team steps",
    "finding": (
        "inspection unit indicator kind severity statement method seen_on place proposed_marks legal_basis evidence "
        "authors returned_sha256 approved_by approved_at approved_sha256 approved_version:INTEGER approved "
        "corrected_by notice_number notified_on"
    ),
    "evidence": (
        "sha256 size:BIGINT media_type original_name inspection unit captured_on part secrecy description order_number"
    ),
    "judgement": "inspection unit indicator inspector level marks grounds evidence",
    "appeal": (
        "finding finding_version:INTEGER unit grounds requested filed_on missing more_by accepted_on proposed_by "
        "outcome decision decided_on decided_by refused_for evidence changes"
    ),
    "rectification": (
        "finding unit required_action owner due_on due_source asked_due_on paused_on cycle:INTEGER_NOT_NULL steps "
        "reports claim verification pauses claimed_by stopped_for stop_proposed_by stop_from"
    ),
    "exemption": "unit indicator grounds approver approved_by approved_on expires_on",
}

FORBIDDEN = "the trail is append-only"

SQLITE_TRIGGERS = (
    f"CREATE TRIGGER ledger_event_update BEFORE UPDATE ON ledger_event BEGIN SELECT RAISE(ABORT, '{FORBIDDEN}'); END",
    f"CREATE TRIGGER ledger_event_delete BEFORE DELETE ON ledger_event BEGIN SELECT RAISE(ABORT, '{FORBIDDEN}'); END",
    # INSERT OR REPLACE deletes without asking the trigger above.
    "CREATE TRIGGER ledger_event_replace BEFORE INSERT ON ledger_event "
    "WHEN EXISTS (SELECT 1 FROM ledger_event WHERE seq = NEW.seq) "
    f"BEGIN SELECT RAISE(ABORT, '{FORBIDDEN}'); END",
)

_POSTGRESQL_TRIGGERS = (
    "CREATE FUNCTION ledger_event_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$BEGIN RAISE EXCEPTION '{FORBIDDEN}'; END$$",
    "CREATE TRIGGER ledger_event_change BEFORE UPDATE OR DELETE ON ledger_event "
    "FOR EACH ROW EXECUTE FUNCTION ledger_event_refuse()",
    "CREATE TRIGGER ledger_event_truncate BEFORE TRUNCATE ON ledger_event "
    "FOR EACH STATEMENT EXECUTE FUNCTION ledger_event_refuse()",
)


def create_ledger(connection: Connection) -> None:
    """The workflow tables, the trail and the passwords."""
    for table, columns in _CONTENT.items():
        own = ", ".join(_write_column(column) for column in columns.split())
        connection.exec_driver_sql(f"CREATE TABLE {table} ({_COMMON}, {own}, UNIQUE (year, serial))")
    for table in ("finding", "judgement", "appeal", "rectification", "exemption"):
        connection.exec_driver_sql(f"CREATE INDEX {table}_by_unit ON {table} (unit, state)")
    for table in ("appeal", "rectification"):
        connection.exec_driver_sql(f"CREATE INDEX {table}_by_finding ON {table} (finding)")
    connection.exec_driver_sql(
        "CREATE TABLE ledger_event (seq INTEGER NOT NULL PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, "
        "object TEXT NOT NULL, object_id TEXT NOT NULL, version INTEGER NOT NULL, action TEXT NOT NULL, "
        "outcome TEXT NOT NULL, reason TEXT, before TEXT, after TEXT, algorithm TEXT NOT NULL, "
        "prev_hash TEXT NOT NULL, hash TEXT NOT NULL)"
    )
    connection.exec_driver_sql("CREATE INDEX ledger_event_by_object ON ledger_event (object, object_id, seq)")
    connection.exec_driver_sql(
        "CREATE TABLE ledger_password (user_id TEXT NOT NULL PRIMARY KEY, secret TEXT NOT NULL, "
        "failures INTEGER NOT NULL, locked_until TEXT)"
    )
    postgresql = connection.dialect.name == "postgresql"
    for statement in _POSTGRESQL_TRIGGERS if postgresql else SQLITE_TRIGGERS:
        connection.exec_driver_sql(statement)


def keep_trail_head(connection: Connection) -> None:
    """The row in which the store itself keeps the head of the trail, beside the file in the folder."""
    connection.exec_driver_sql(
        "CREATE TABLE ledger_head (id INTEGER NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL)"
    )
    connection.exec_driver_sql(
        "INSERT INTO ledger_head SELECT 1, seq, hash FROM ledger_event WHERE seq = (SELECT max(seq) FROM ledger_event)"
    )


def index_ledger(connection: Connection) -> None:
    """Indexes for what is asked of large ledgers: the findings of an inspection, the pieces that are one file."""
    connection.exec_driver_sql("CREATE INDEX finding_by_inspection ON finding (inspection)")
    connection.exec_driver_sql("CREATE INDEX evidence_by_file ON evidence (sha256)")


def add_comparison(connection: Connection) -> None:
    """What a decision on an appeal changed in the marks."""
    connection.exec_driver_sql("ALTER TABLE appeal ADD COLUMN comparison TEXT")


def keep_unsent_writing(connection: Connection) -> None:
    """What people have written and not handed in."""
    connection.exec_driver_sql(
        "CREATE TABLE unsent (person TEXT NOT NULL, place TEXT NOT NULL, content TEXT NOT NULL, "
        "kept_at TEXT NOT NULL, PRIMARY KEY (person, place))"
    )


def number_persons(connection: Connection) -> None:
    """Who is behind an account: two with the same number are one person."""
    connection.exec_driver_sql("ALTER TABLE ledger_user ADD COLUMN person TEXT")


def keep_logins(connection: Connection) -> None:
    """Who is logged in, for all servers of a workspace."""
    connection.exec_driver_sql(
        "CREATE TABLE login (id TEXT NOT NULL PRIMARY KEY, person TEXT NOT NULL, account TEXT NOT NULL, proof TEXT, "
        "token TEXT, ticket TEXT, ticket_until TEXT, opened_at TEXT NOT NULL, seen_at TEXT NOT NULL, ended_at TEXT, "
        "address TEXT NOT NULL, browser TEXT NOT NULL)"
    )
    for column in ("person", "proof", "token", "ticket"):
        connection.exec_driver_sql(f"CREATE INDEX login_by_{column} ON login ({column})")


def keep_calendars(connection: Connection) -> None:
    """Years of the office's calendar of days of work."""
    connection.exec_driver_sql(
        "CREATE TABLE calendar (seq INTEGER NOT NULL PRIMARY KEY, year INTEGER NOT NULL, content JSON NOT NULL, "
        "days_sha256 TEXT NOT NULL, imported_at TEXT NOT NULL, imported_by TEXT NOT NULL)"
    )


def keep_rules(connection: Connection) -> None:
    """Versions of the rules: handed in, approved by a second person, in force from a day on."""
    own = (
        "pack TEXT, release TEXT, title TEXT, sha256 TEXT, in_force_from TEXT, grounds TEXT, checks TEXT, "
        "approved_by TEXT, approved_on TEXT"
    )
    connection.exec_driver_sql(f"CREATE TABLE rules ({_COMMON}, {own}, UNIQUE (year, serial))")


def _write_column(column: str) -> str:
    name, _, kind = column.partition(":")
    return f"{name} {(kind or 'TEXT').replace('_', ' ')}"
