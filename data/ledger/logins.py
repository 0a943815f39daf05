"""Who is logged in. A token in a cookie stands for the person; the store keeps its hash, for every server alike.

A login is of one account as it was when it began: another password, role, unit or state ends it. It ends after
``IDLE`` without a click, after ``LONGEST`` in any case, and when it is ended; what ended does not begin again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.clock import store_moment
from data.ledger.ledger import find_record
from data.ledger.rows import UserRow
from data.store.database import reading, writing
from data.store.stored_row import StoredRow
from data.store.tables import hash_content, login_table
from data.trail.refusals import RefusedAction

#: A login ends after so long without a click, and in any case after a working day.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
#: A click is noted when the last one that was noted is so long ago: a page is no reason to write every time.
TOUCH = timedelta(minutes=1)
#: Ended logins are kept for so long: longer than a browser keeps the cookie of another service's login.
_KEPT = timedelta(days=40)
#: The ticket by which a page asks for its cookie is good once, and not for long.
_TICKET = timedelta(minutes=1)
#: What of an account may change without ending its logins; whatever else it has, or will have, ends them.
_ASIDE = {"name", "version", "created_at", "created_by", "updated_at", "updated_by"}
_COLUMNS = login_table.c
# Put together once: every page asks for its login.
_BY_ID = sa.select(login_table).where(_COLUMNS.id == sa.bindparam("wanted"))
_BY_TOKEN = sa.select(login_table).where(_COLUMNS.token == sa.bindparam("wanted"))


@dataclass(frozen=True)
class LoginRow(StoredRow):
    """A login as it is stored: the hashes of what opened it and of what a browser shows, and of the account."""

    id: str
    person: str
    account: str
    proof: str | None
    token: str | None
    ticket: str | None
    ticket_until: str | None
    opened_at: str
    seen_at: str
    ended_at: str | None
    address: str
    browser: str


@dataclass(frozen=True)
class Origin:
    """Where a login was opened: the address and the browser, as they told themselves."""

    address: str = ""
    browser: str = ""


@dataclass(frozen=True)
class Login:
    """A login that holds, and the row of its person. ``seen`` is the last click, up to ``TOUCH`` late."""

    id: str
    user: UserRow
    opened: datetime
    seen: datetime
    origin: Origin


def open_login(engine: Engine, user: UserRow, now: datetime, origin: Origin | None = None) -> str:
    """Begin a login for a person who was recognised; returns its id, which no browser is ever told."""
    with writing(engine) as connection:
        _forget_old(connection, now)
        return _insert(connection, user, now, now, origin or Origin(), None)


def open_by_proof(engine: Engine, user: UserRow, proof: str, now: datetime, origin: Origin | None = None) -> str | None:
    """Begin a login by what another service vouches for; returns its id.

    A browser may show the same proof again and again, for a month. It is good for the first login and for
    others beside it (a second tab); None once these have ended, and then the person must log in there anew.
    """
    hashed = _hash(proof)
    with writing(engine) as connection:
        _forget_old(connection, now)
        rows = connection.execute(sa.select(login_table).where(_COLUMNS.proof == hashed)).mappings().all()
        logins = [LoginRow(**row) for row in rows]
        if logins and not any(_holds(connection, row, now) for row in logins):
            return None
        opened = min((datetime.fromisoformat(row.opened_at) for row in logins), default=now)
        return _insert(connection, user, opened, now, origin or Origin(), hashed)


def find_login(engine: Engine, now: datetime, *, id: str = "", token: str = "", touch: bool = True) -> Login | None:
    """The login of an id or of a cookie's token, which goes on from ``now`` if ``touch``; None if it does not hold."""
    if not id and not token:
        return None
    query, wanted = (_BY_ID, id) if id else (_BY_TOKEN, _hash(token))
    with reading(engine) as connection:
        found = connection.execute(query, {"wanted": wanted}).mappings().one_or_none()
        row = None if found is None else LoginRow(**found)
        login = None if row is None else _holds(connection, row, now)
    if row is None:
        return None
    if login is None:
        if row.ended_at is None:
            _end(engine, [row.id], now)
        return None
    if touch and now - login.seen >= TOUCH:
        with writing(engine) as connection:
            seen = login_table.update().where(_COLUMNS.id == login.id, _COLUMNS.ended_at.is_(None))
            connection.execute(seen.values(seen_at=store_moment(now)))
    return login


def list_logins(engine: Engine, person: str, now: datetime) -> list[Login]:
    """The logins of a person that hold, the one that was used last first."""
    with reading(engine) as connection:
        found = list(_list_holding(connection, person, now))
    return sorted(found, key=lambda login: (login.seen, login.opened, login.id), reverse=True)


def end_login(engine: Engine, person: str, id: str, now: datetime) -> None:
    """End a login of this person, and every other one that the same proof opened. Refuses another's."""
    with reading(engine) as connection:
        found = connection.execute(sa.select(login_table).where(_COLUMNS.id == id)).mappings().one_or_none()
        row = None if found is None else LoginRow(**found)
        if row is None or row.person != person:
            raise RefusedAction("找不到这次登录，或者它不是您的")
        same = sa.select(_COLUMNS.id).where(_COLUMNS.proof == row.proof)
        ids = [id] if row.proof is None else [id, *connection.scalars(same)]
    _end(engine, ids, now)


def end_logins(connection: Connection, person: str, now: datetime, *, but: str = "") -> None:
    """End all logins of a person inside a ``writing`` transaction, save the one whose id is ``but``."""
    ended = login_table.update().where(_COLUMNS.person == person, _COLUMNS.ended_at.is_(None), _COLUMNS.id != but)
    connection.execute(ended.values(ended_at=store_moment(now), token=None, ticket=None))


def is_other(before: UserRow, after: UserRow) -> bool:
    """Whether an account has changed in what its logins were opened for."""
    return _sign_account(before) != _sign_account(after)


def issue_ticket(engine: Engine, id: str, now: datetime) -> str:
    """What a page of a login shows once, to be given the cookie."""
    ticket = secrets.token_urlsafe(32)
    with writing(engine) as connection:
        row = login_table.update().where(_COLUMNS.id == id, _COLUMNS.ended_at.is_(None))
        connection.execute(row.values(ticket=_hash(ticket), ticket_until=store_moment(now + _TICKET)))
    return ticket


def redeem_ticket(engine: Engine, ticket: str, now: datetime) -> str | None:
    """A new token for the cookie of the ticket's login; None the second time, or too late."""
    token = secrets.token_urlsafe(32)
    wanted = _COLUMNS.ticket == _hash(ticket), _COLUMNS.ended_at.is_(None), _COLUMNS.ticket_until > store_moment(now)
    with writing(engine) as connection:
        done = connection.execute(login_table.update().where(*wanted).values(token=_hash(token), ticket=None))
    return token if done.rowcount == 1 else None


def _insert(
    connection: Connection, user: UserRow, opened: datetime, now: datetime, origin: Origin, proof: str | None
) -> str:
    id = secrets.token_urlsafe(24)
    row = {
        "id": id,
        "person": user.id,
        "account": _sign_account(user),
        "proof": proof,
        "opened_at": store_moment(opened),
        "seen_at": store_moment(now),
        "address": _cut(origin.address, 60),
        "browser": _cut(origin.browser, 300),
    }
    connection.execute(login_table.insert().values(row))
    return id


def _holds(connection: Connection, row: LoginRow, now: datetime) -> Login | None:
    opened, seen = datetime.fromisoformat(row.opened_at), datetime.fromisoformat(row.seen_at)
    if row.ended_at is not None or now - seen >= IDLE or now - opened >= LONGEST:
        return None
    user = find_record(connection, UserRow, row.person)
    if user is None or user.state != "active" or _sign_account(user) != row.account:
        return None
    return Login(row.id, user, opened, seen, Origin(row.address, row.browser))


def _list_holding(connection: Connection, person: str, now: datetime) -> Iterator[Login]:
    query = sa.select(login_table).where(_COLUMNS.person == person, _COLUMNS.ended_at.is_(None))
    for row in connection.execute(query).mappings().all():
        login = _holds(connection, LoginRow(**row), now)
        if login is not None:
            yield login


def _end(engine: Engine, ids: list[str], now: datetime) -> None:
    with writing(engine) as connection:
        ended = login_table.update().where(_COLUMNS.id.in_(ids), _COLUMNS.ended_at.is_(None))
        connection.execute(ended.values(ended_at=store_moment(now), token=None, ticket=None))


def _forget_old(connection: Connection, now: datetime) -> None:
    connection.execute(login_table.delete().where(_COLUMNS.opened_at < store_moment(now - _KEPT)))


def _sign_account(user: UserRow) -> str:
    return hash_content({name: value for name, value in user.items() if name not in _ASIDE})


def _cut(text: str, longest: int) -> str:
    # What a browser says of itself may be anything, and neither store takes a NUL in its text.
    return "".join(char for char in text if char.isprintable())[:longest]


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
