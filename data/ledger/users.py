"""Users, their roles and their passwords."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.engine import Connection

from data.clock import office_time, store_moment
from data.ledger.attempts import Attempts, Turnstile, stand_back
from data.ledger.demonstration import is_demo_account
from data.ledger.ledger import Ledger, find_record
from data.ledger.passwords import check_strength
from data.ledger.rights.roles import ACCOUNTS
from data.ledger.rows import UserRow
from data.ledger.transitions import FOUNDER, apply_transition
from data.store.database import reading, writing
from data.store.tables import event_table, password_table
from data.trail.events import append_event, write_head
from data.trail.refusals import FieldRefused, LoginRefused, RoleRefused

#: After so many wrong passwords in a row an account is locked for so long.
FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)

#: The figures of RFC 9106 for machines of little memory, on one thread: four would take the server from everybody.
_HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=1)
_TURNSTILE = Turnstile()
#: The addresses of this process.
ATTEMPTS = Attempts()


def add_user(
    ledger: Ledger,
    actor: str,
    id: str,
    name: str,
    roles: Sequence[str],
    unit: str | None = None,
    *,
    person: str | None = None,
    now: datetime,
) -> UserRow:
    """Add an account. The first one, an administrator's, is added by ``FOUNDER``. Raises a Refused.

    ``person`` is the number of who is behind it: accounts with the same one are one person.
    """
    if actor == FOUNDER and "admin" not in roles:
        raise FieldRefused("第一位用户必须是系统管理（admin）", "roles")
    given = {"name": name, "roles": list(roles), "unit": unit, "person": person}
    return UserRow.read(apply_transition(ledger, actor, "user", id, "add", given, now=now))


def set_password(ledger: Ledger, actor: str, id: str, password: str, *, now: datetime) -> None:
    """Give an account a new password, and unlock it; one's own, or anybody's by an administrator. Raises a Refused.

    What somebody else has set is good for one login, which has to change it (``is_provisional``).
    """
    with reading(ledger.engine) as connection:
        user = find_record(connection, UserRow, id) if id.isprintable() else None
        known = _find_secret(connection, id) if actor == id and user is not None else None
    if not is_demo_account(id):
        check_strength(password, user or {"id": id})
    if known is not None and _verify(known[0], password):
        raise FieldRefused("新密码和现在的一样，请换一个", "password")
    with _TURNSTILE.turn():
        secret = stand_back(lambda: _HASHER.hash(password))
    apply_transition(
        ledger,
        actor,
        "user",
        id,
        "set_password",
        {"credential": hash_secret(secret)},
        base_version=user.version if user else None,
        now=now,
        also=lambda connection: _store_secret(connection, id, secret),
    )


def change_password(ledger: Ledger, id: str, old: str, new: str, *, now: datetime) -> None:
    """Let a person change the own password. Raises LoginRefused if the old one is wrong, or a Refused."""
    check_password(ledger, id, old, now=now)
    set_password(ledger, id, id, new, now=now)


def _select_who_set() -> sa.Select[object]:
    columns = event_table.c
    whose = (columns.object == "user", columns.object_id == sa.bindparam("whose"), columns.outcome == "done")
    query = sa.select(columns.actor).where(*whose, columns.action == "set_password")
    return query.order_by(columns.seq.desc()).limit(1)


_WHO_SET = _select_who_set()


def is_provisional(connection: Connection, id: str) -> bool:
    """Whether an account's password is known to somebody else: the trail says that another person set it last.

    The published password of the demonstration's accounts is nobody's secret, and stays.
    """
    actor = connection.scalar(_WHO_SET, {"whose": id})
    return actor is not None and actor != id and not is_demo_account(id)


def check_password(ledger: Ledger, id: str, password: str, *, now: datetime, address: str = "") -> UserRow:
    """The user who logs in. Raises LoginRefused; the sentence does not tell a wrong name from a wrong password.

    ``address``: where the attempt comes from; too many wrong ones from there are refused before anything is reckoned.
    """
    if address:
        ATTEMPTS.begin(address, now)
    user = _check_password(ledger, id, password, now)
    if address:
        ATTEMPTS.forgive(address, now)
    return user


def _check_password(ledger: Ledger, id: str, password: str, now: datetime) -> UserRow:
    with reading(ledger.engine) as connection:
        user = find_record(connection, UserRow, id) if id.isprintable() else None
        known = _find_secret(connection, id) if user is not None else None
    if known is not None and known[1] is not None and now < datetime.fromisoformat(known[1]):
        until = office_time(datetime.fromisoformat(known[1]))
        raise LoginRefused(f"密码连续输错多次，账号暂时锁定；请在 {until:%H:%M} 以后再试，或请系统管理员重设密码")
    right = _verify(known[0] if known else _make_decoy(), password) and known is not None
    if user is None or known is None or user.state != "active" or user.credential != hash_secret(known[0]):
        raise LoginRefused("用户名或密码不对")
    if not right:
        _note_failure(ledger, user, now)
        raise LoginRefused("用户名或密码不对")
    if known[2]:
        with writing(ledger.engine) as connection:
            _update_secret(connection, id, failures=0, locked_until=None)
    return user


def list_locks(ledger: Ledger, actor: str, now: datetime) -> dict[str, datetime]:
    """Which accounts are locked after wrong passwords, and until when. Raises RoleRefused for whom it is not."""
    with reading(ledger.engine) as connection:
        person = find_record(connection, UserRow, actor)
        if person is None or person.state != "active" or not set(person.roles) & ACCOUNTS:
            raise RoleRefused("只有系统管理和审计才能查看账号锁定", actor=actor)
        rows = connection.execute(sa.select(password_table.c.user_id, password_table.c.locked_until)).all()
    until = {row.user_id: datetime.fromisoformat(row.locked_until) for row in rows if row.locked_until}
    return {id: day for id, day in until.items() if day > now}


def hash_secret(secret: str) -> str:
    """What the user's row, and so the trail, keeps of a stored password."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _verify(secret: str, password: str) -> bool:
    try:
        with _TURNSTILE.turn():
            return stand_back(lambda: _HASHER.verify(secret, password))
    except (VerifyMismatchError, InvalidHashError):
        return False


def _find_secret(connection: Connection, id: str) -> tuple[str, str | None, int] | None:
    columns = password_table.c
    query = sa.select(columns.secret, columns.locked_until, columns.failures).where(columns.user_id == id)
    row = connection.execute(query).one_or_none()
    return None if row is None else (row.secret, row.locked_until, row.failures)


def _store_secret(connection: Connection, id: str, secret: str) -> None:
    connection.execute(password_table.delete().where(password_table.c.user_id == id))
    row = {"user_id": id, "secret": secret, "failures": 0, "locked_until": None}
    connection.execute(password_table.insert().values(row))


def _update_secret(connection: Connection, id: str, failures: int, locked_until: str | None) -> None:
    changed = {"failures": failures, "locked_until": locked_until}
    connection.execute(password_table.update().where(password_table.c.user_id == id).values(changed))


@cache
def _make_decoy() -> str:
    # A name that nobody has costs as much time as a wrong password. Made when first needed: a hash is slow on purpose.
    return _HASHER.hash("no such user")


def _note_failure(ledger: Ledger, user: UserRow, now: datetime) -> None:
    """Count a wrong password; the one too many locks the account, which is an event."""
    head = None
    with writing(ledger.engine) as connection:
        known = _find_secret(connection, user.id)
        failures = (known[2] if known else 0) + 1
        locks = failures >= FAILURES
        until = store_moment(now + LOCKED_FOR) if locks else None
        _update_secret(connection, user.id, 0 if locks else failures, until)
        if locks:
            row = find_record(connection, UserRow, user.id)
            head = append_event(
                connection,
                now=now,
                actor=user.id,
                kind="user",
                object_id=user.id,
                action="lock",
                outcome="done",
                reason=f"连续 {FAILURES} 次密码不对，锁定到 {office_time(now + LOCKED_FOR):%Y-%m-%d %H:%M}",
                before=row,
                after=row,
            )
    if head is not None:
        write_head(ledger.root, head)
