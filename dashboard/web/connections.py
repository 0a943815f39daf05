"""The server's connections: so many, so many from one address, and none that takes for ever to say what it wants.

uvicorn waits for the head of a request as long as it takes, and its limit of connections ends nobody's. Here a head and
a body have their time, and who comes when there are too many is not answered.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import defaultdict

import h11
from uvicorn.config import HTTP_PROTOCOLS
from uvicorn.protocols.http.h11_impl import H11Protocol

#: Connections at a time: in all, and from one address. A browser holds six, and one for each page that is open.
IN_ALL, OF_ADDRESS = 4000, 400
#: Seconds for the head of a request, and for a body: a file of 200 MB may come over a slow line.
HEAD_TIME, BODY_TIME, UPLOAD_TIME = 10.0, 30.0, 900.0
UPLOADS = "/_stcore/upload_file/"


class Crowd:
    """The connections that are open, by their addresses."""

    def __init__(self, in_all: int = IN_ALL, of_address: int = OF_ADDRESS) -> None:
        self.in_all, self.of_address = in_all, of_address
        self._open: dict[str, set[asyncio.BaseTransport]] = defaultdict(set)

    def admit(self, address: str, transport: asyncio.BaseTransport) -> bool:
        """Whether there is room for one more connection, which is counted as long as it is open."""
        held = self._open[address]
        held.add(transport)
        if len(held) > self.of_address and not is_own(address):
            # What was handed on to a socket's protocol says nowhere that it has ended.
            held -= {each for each in held if each.is_closing()}
            if len(held) > self.of_address:
                held.discard(transport)
                return False
        if self.count() > self.in_all:
            self._sweep()
            if self.count() > self.in_all:
                self.leave(address, transport)
                return False
        return True

    def leave(self, address: str, transport: asyncio.BaseTransport) -> None:
        """A connection that has ended."""
        held = self._open.get(address)
        if held is not None:
            held.discard(transport)
            if not held:
                del self._open[address]

    def count(self) -> int:
        """How many are open, or were until lately."""
        return sum(len(held) for held in self._open.values())

    def _sweep(self) -> None:
        for address in list(self._open):
            for transport in [each for each in self._open[address] if each.is_closing()]:
                self.leave(address, transport)


#: Those of this process.
CROWD = Crowd()


def is_own(address: str) -> bool:
    """Whether it is this machine's: a proxy here brings everybody's connections from one address."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Connection(H11Protocol):
    """One connection, until it has become a socket."""

    _deadline: asyncio.TimerHandle | None = None
    _awaited: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        if not CROWD.admit(self._address, transport):
            transport.abort()
            return
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, or was sent away."""
        self._await(None, 0)
        CROWD.leave(self._address, self.transport)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something of a request has come."""
        super().data_received(data)
        self._watch()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """From here on the socket's protocol has the connection; it is counted until it closes."""
        self._await("socket", 0)
        super().handle_websocket_upgrade(event)

    def _watch(self) -> None:
        state = self.conn.their_state
        if self._awaited == "socket" or self.transport.is_closing():
            self._await(self._awaited, 0)
        elif state is h11.SEND_BODY:
            uploads = bool(self.scope) and str(self.scope["path"]).startswith(UPLOADS)
            self._await(self.cycle, UPLOAD_TIME if uploads else BODY_TIME)
        elif state is h11.IDLE:
            self._await("head", HEAD_TIME)
        else:
            self._await(None, 0)

    def _await(self, what: object, seconds: float) -> None:
        """End the connection unless what is awaited has come in so long; more of the same gives no more time."""
        if what is not None and what is self._awaited:
            return
        if self._deadline is not None:
            self._deadline.cancel()
        self._awaited, self._deadline = what, None
        if seconds:
            self._deadline = self.loop.call_later(seconds, self.transport.abort)


def limit_connections() -> None:
    """From now on, in every server that this process starts."""
    HTTP_PROTOCOLS["auto"] = f"{__name__}:{Connection.__name__}"
