"""Who is logged in. A token in a cookie that scripts cannot read stands for the person; the server keeps its hash.

Sessions live in the memory of the server: when it starts anew everybody logs in again.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

COOKIE = "ducha_session"
#: A session ends after so long without a click, and in any case after a working day.
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
#: Longer than a browser keeps the cookie of another service's login.
_PROOFS_KEPT = timedelta(days=40)
#: The ticket by which a page asks for its cookie is good once, and not for long.
_TICKET = timedelta(minutes=1)


@dataclass(frozen=True)
class Login:
    """A person's session. ``credential`` is that of the account when it began: a new password ends old sessions."""

    user: str
    credential: str | None
    opened: datetime
    seen: datetime


class Sessions:
    """The open sessions of one server, for all of its threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._logins: dict[str, Login] = {}
        self._proofs: dict[str, tuple[datetime, set[str]]] = {}
        self._tickets: dict[str, tuple[str, datetime]] = {}

    def open(self, user: str, credential: str | None, now: datetime) -> str:
        """Begin a session; returns its token."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._logins = {key: login for key, login in self._logins.items() if _lives(login, now)}
            self._logins[_hash(token)] = Login(user, credential, now, now)
        return token

    def open_by_proof(self, proof: str, user: str, credential: str | None, now: datetime) -> str | None:
        """Begin a session by what another service vouches for; returns its token.

        A browser may show the same proof again and again, for a month. It is good for the first session and for
        others beside it (a second tab); None once these have ended, and then the person must log in there anew.
        """
        with self._lock:
            self._proofs = {key: kept for key, kept in self._proofs.items() if now - kept[0] < _PROOFS_KEPT}
            opened, keys = self._proofs.setdefault(_hash(proof), (now, set()))
            if keys and not any(key in self._logins and _lives(self._logins[key], now) for key in keys):
                return None
            token = secrets.token_urlsafe(32)
            keys.add(_hash(token))
            self._logins[_hash(token)] = Login(user, credential, opened, now)
        return token

    def find(self, token: str, now: datetime, *, touch: bool = True) -> Login | None:
        """The session of a token, which goes on from ``now`` if ``touch``; None if it ended or never was."""
        with self._lock:
            login = self._logins.get(_hash(token))
            if login is None:
                return None
            if not _lives(login, now):
                del self._logins[_hash(token)]
                return None
            if touch:
                self._logins[_hash(token)] = replace(login, seen=now)
            return login

    def close(self, token: str) -> None:
        """End a session, and every other one that the same proof opened."""
        with self._lock:
            for kept in ({_hash(token)}, *(keys for _, keys in self._proofs.values() if _hash(token) in keys)):
                for key in kept:
                    self._logins.pop(key, None)

    def issue_ticket(self, token: str, now: datetime) -> str:
        """What a page shows once to be given the token as a cookie."""
        ticket = secrets.token_urlsafe(32)
        with self._lock:
            self._tickets = {key: kept for key, kept in self._tickets.items() if now < kept[1]}
            self._tickets[ticket] = (token, now + _TICKET)
        return ticket

    def redeem_ticket(self, ticket: str, now: datetime) -> str | None:
        """The token for a ticket; None the second time, or too late."""
        with self._lock:
            token, until = self._tickets.pop(ticket, ("", now))
        return token if now < until else None


def _lives(login: Login, now: datetime) -> bool:
    return now - login.seen < IDLE and now - login.opened < LONGEST


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


#: Pages and routes of this process share it.
SESSIONS = Sessions()
