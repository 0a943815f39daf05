"""The tables of the ledger. Every workflow table has the same first columns; the rest is its own content.

Values are text, whole numbers or canonical JSON: marks travel as decimal text and days as ISO text, so that
a row reads the same in both stores and in the trail.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from data.store.database import OF_THE_MOMENT, metadata

#: A row of a workflow table as plain data; what the trail keeps before and after.
Record = dict[str, Any]


def write_canonical(value: object) -> str:
    """JSON with sorted keys, no spaces and no escapes. TypeError for a float or anything that is no JSON."""
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no place in the ledger")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _refuse_floats(part)


def hash_content(value: object) -> str:
    """The SHA-256 of the canonical JSON."""
    return hashlib.sha256(write_canonical(value).encode()).hexdigest()


class Canonical(sa.types.TypeDecorator[object]):
    """Lists and mappings kept as canonical JSON text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return None if value is None else write_canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        return None if value is None else json.loads(value)


def _workflow_table(name: str, *columns: sa.Column[object]) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("updated_at", sa.Text, nullable=False),
        sa.Column("updated_by", sa.Text, nullable=False),
        *columns,
    )


def _texts(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.Text) for name in names]


def _lists(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, Canonical) for name in names]


user_table = _workflow_table("ledger_user", *_texts("name", "unit", "credential", "person"), *_lists("roles"))

inspection_table = _workflow_table(
    "inspection",
    *_texts("title", "scope", "begins_on", "ends_on", "pack_sha256", "data_sha256", "approved_by"),
    *_lists("units", "team", "steps"),
)

finding_table = _workflow_table(
    "finding",
    *_texts("inspection", "unit", "indicator", "kind", "severity", "statement", "method", "seen_on", "place"),
    *_texts("proposed_marks"),
    *_lists("legal_basis", "evidence", "authors"),
    *_texts("returned_sha256", "approved_by", "approved_at", "approved_sha256"),
    sa.Column("approved_version", sa.Integer),
    *_lists("approved"),
    *_texts("corrected_by", "notice_number", "notified_on"),
)

evidence_table = _workflow_table(
    "evidence",
    *_texts("sha256"),
    sa.Column("size", sa.BigInteger),
    *_texts("media_type", "original_name", "inspection", "unit", "captured_on", "part", "secrecy", "description"),
    *_texts("order_number"),
)

judgement_table = _workflow_table(
    "judgement",
    *_texts("inspection", "unit", "indicator", "inspector", "level", "marks", "grounds"),
    *_lists("evidence"),
)

appeal_table = _workflow_table(
    "appeal",
    *_texts("finding"),
    sa.Column("finding_version", sa.Integer),
    *_texts("unit", "grounds", "requested", "filed_on", "missing", "more_by", "accepted_on"),
    *_texts("proposed_by", "outcome", "decision", "decided_on", "decided_by", "refused_for"),
    *_lists("evidence", "changes", "comparison"),
)

rectification_table = _workflow_table(
    "rectification",
    *_texts("finding", "unit", "required_action", "owner", "due_on", "due_source", "asked_due_on", "paused_on"),
    sa.Column("cycle", sa.Integer, nullable=False),
    *_lists("steps", "reports", "claim", "verification", "pauses"),
    *_texts("claimed_by", "stopped_for", "stop_proposed_by", "stop_from"),
)

exemption_table = _workflow_table(
    "exemption", *_texts("unit", "indicator", "grounds", "approver", "approved_by", "approved_on", "expires_on")
)

rules_table = _workflow_table(
    "rules",
    *_texts("pack", "release", "title", "sha256", "in_force_from", "grounds", "checks", "approved_by", "approved_on"),
)

#: The workflow tables by the kind of object, as the trail names it.
TABLES: dict[str, sa.Table] = {
    "user": user_table,
    "inspection": inspection_table,
    "finding": finding_table,
    "evidence": evidence_table,
    "judgement": judgement_table,
    "appeal": appeal_table,
    "rectification": rectification_table,
    "exemption": exemption_table,
    "rules": rules_table,
}

event_table = sa.Table(
    "ledger_event",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
    sa.Column("algorithm", sa.Text, nullable=False),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)

#: One row: the head of the trail, written with every event.
head_table = sa.Table(
    "ledger_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
)

#: What people have written and not handed in: of one person each, and on no trail.
unsent_table = sa.Table(
    "unsent",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("content", Canonical, nullable=False),
    sa.Column("kept_at", sa.Text, nullable=False),
)

#: Secrets lie apart from the workflow tables so that no event ever holds one; the user's ``credential`` is the
#: SHA-256 of ``secret``, so that the trail still notices a password that was put in behind its back.
password_table = sa.Table(
    "ledger_password",
    metadata,
    sa.Column("user_id", sa.Text, primary_key=True),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("locked_until", sa.Text),
)

#: Who is logged in, and for how long nobody may come back by the same proof. Of the moment: no backup holds it. The
#: keys that browsers hold stand here as their SHA-256, so that whoever reads the store can act as nobody.
login_table = sa.Table(
    "login",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("proof", sa.Text),
    sa.Column("token", sa.Text),
    sa.Column("ticket", sa.Text),
    sa.Column("ticket_until", sa.Text),
    sa.Column("opened_at", sa.Text, nullable=False),
    sa.Column("seen_at", sa.Text, nullable=False),
    sa.Column("ended_at", sa.Text),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("browser", sa.Text, nullable=False),
    info={OF_THE_MOMENT: True},
)
