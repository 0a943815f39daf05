"""What comes without a login takes little, however much of it comes: half-open heads, sockets, messages, files, names.

Not proven here: what a flood of the network itself does, which no program of ours can hold off.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from streamlit.proto.BackMsg_pb2 import BackMsg

from dashboard.web import connections, limits
from dashboard.web.connections import Crowd, limit_connections
from dashboard.web.limits import KINDS, MIB, STRANGERS_OF_ADDRESS, Bucket, RequestLimits

HOSTS = frozenset({"ducha.example.gov.cn"})


class Client:
    """Something that asks through the limits, and an app behind them that takes whatever gets there."""

    def __init__(self, known: bool = False) -> None:
        self.known = known
        self.reached: list[Any] = []
        self.limits = RequestLimits(self._answer, HOSTS, lambda scope: self.known)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            self.reached.append(scope["path"])
            await PlainTextResponse("ok")(scope, receive, send)
            return
        while (message := await receive())["type"] == "websocket.receive":
            self.reached.append(message["bytes"])
        self.reached.append("left")

    def ask(
        self, type: str = "http", *, host: str = "localhost", given: list[bytes] | None = None, **scope: Any
    ) -> list[Any]:
        """What is sent back to a request, or to the messages of a socket."""
        headers = [(b"host", host.encode("latin-1")), *scope.pop("headers", [])]
        whole = {"type": type, "method": "GET", "path": "/", "client": ("10.0.0.9", 1), "headers": headers, **scope}
        messages = [{"type": "websocket.receive", "bytes": each} for each in given or []]
        sent: list[Any] = []

        async def receive() -> Any:
            return messages.pop(0) if messages else {"type": "websocket.disconnect", "code": 1000}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.limits(whole, receive, send))
        return sent


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *(
            (name, 200)
            for name in ("localhost", "127.0.0.1:8501", "[::1]:8501", "DUCHA.example.gov.cn.", "localhost:80")
        ),
        *((name, 421) for name in ("evil.example", "", "ducha.example.gov.cn.evil.example", "localhost@evil.example")),
        *((name, 421) for name in ("localhost:x", "localhost/..", "10.0.0.1", "xlocalhost", "local\xffhost")),
    ],
)
def test_the_pages_are_served_under_the_names_that_were_told(host: str, status: int) -> None:
    client = Client()
    assert client.ask(host=host)[0]["status"] == status
    assert bool(client.reached) == (status == 200)
    refused = client.ask("websocket", host=host)
    assert ({"type": "websocket.close", "code": 1008} in refused) == (status == 421)


def test_two_names_of_hosts_are_none() -> None:
    assert Client().ask(headers=[(b"host", b"localhost")])[0]["status"] == 421


@pytest.mark.parametrize("kind", [each.name for each in BackMsg.DESCRIPTOR.fields] + ["", "garbage"])
def test_a_socket_takes_what_a_page_sends_and_nothing_else(kind: str) -> None:
    message = BackMsg()
    if kind not in ("", "garbage"):
        value = getattr(message, kind)
        value.SetInParent() if hasattr(value, "SetInParent") else setattr(message, kind, type(value)(1))
    data = b"\xff\xff\xff" if kind == "garbage" else message.SerializeToString()
    client = Client(known=True)
    sent = client.ask("websocket", given=[data, data])
    if kind in KINDS:
        assert client.reached == [data, data, "left"] and not sent
    else:
        code = 1002 if kind == "garbage" else 1008
        assert client.reached == ["left"] and sent == [{"type": "websocket.close", "code": code}]


def test_the_servers_figures_are_for_nobody() -> None:
    assert Client(known=True).ask(path="/_stcore/metrics")[0]["status"] == 403


def test_before_the_login_a_message_is_small() -> None:
    message = BackMsg()
    message.rerun_script.query_string = "x" * limits.STRANGERS_MESSAGE
    data = message.SerializeToString()
    assert Client().ask("websocket", given=[data]) == [{"type": "websocket.close", "code": 1009}]
    assert Client(known=True).ask("websocket", given=[data]) == []


def test_strangers_of_an_address_open_so_many_sockets_and_others_still_come() -> None:
    known: set[int] = set()
    sockets = limits.Sockets(lambda scope: scope["n"] in known)
    scopes = [{"client": ("10.0.0.9", n), "n": n} for n in range(STRANGERS_OF_ADDRESS + 3)]
    first, (late, other, later) = scopes[:STRANGERS_OF_ADDRESS], scopes[STRANGERS_OF_ADDRESS:]
    assert all(sockets.admit(scope) for scope in first)
    assert not sockets.admit(late)
    assert sockets.admit({**other, "client": ("10.0.0.10", 1)})
    # Who logs in makes room, for an office of two hundred people that has one address.
    known.update(range(30))
    assert sockets.admit(late)
    for scope in first[30:]:
        sockets.leave(scope)
    assert sockets.admit(later)


def test_strangers_of_a_thousand_addresses_leave_room_for_who_is_logged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STRANGERS", 50)
    sockets = limits.Sockets(lambda scope: scope["known"])
    admitted = [sockets.admit({"client": (f"10.0.0.{n}", 1), "known": False}) for n in range(80)]
    assert sum(admitted) == 50
    assert sockets.admit({"client": ("10.0.1.1", 1), "known": True})
    monkeypatch.setattr(limits, "SOCKETS", 51)
    assert not sockets.admit({"client": ("10.0.1.1", 2), "known": True})


def test_messages_come_one_after_the_other_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BURST", 3)
    monkeypatch.setattr(limits, "PACE", 0.02)

    now, waited = 0.0, []

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        waited.append(seconds)

    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(limits, "asyncio", SimpleNamespace(sleep=sleep))

    async def send(messages: int) -> None:
        for _ in range(messages):
            await bucket.wait()

    bucket = Bucket(left=3, since=now)
    asyncio.run(send(10))
    assert waited == pytest.approx([0.02] * 7)
    # Who was silent for long has no more than the burst.
    now += 100
    asyncio.run(send(4))
    assert waited == pytest.approx([0.02] * 8)


def test_files_have_room_in_a_session_and_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {"mine": 300 * MIB, "others": 500 * MIB}
    monkeypatch.setattr(limits, "_measure_files", lambda: kept)

    def put(session: str, size: int | None) -> int:
        length = [(b"content-length", str(size).encode())] if size is not None else []
        path = f"/_stcore/upload_file/{session}/f1"
        return int(Client(known=True).ask(method="PUT", path=path, headers=length)[0]["status"])

    stranger = Client()
    assert stranger.ask(method="PUT", path="/_stcore/upload_file/mine/f1")[0]["status"] == 403
    assert not stranger.reached
    assert put("mine", 100 * MIB) == 200
    assert put("mine", 101 * MIB) == 413
    assert put("new", 224 * MIB) == 200
    assert put("new", 225 * MIB) == 413
    assert put("new", None) == 413, "a body without a length may have any"
    uploads = limits.Uploads()
    with uploads.reserve("new", 200 * MIB):
        # Six at once are six, although none of them lies on the server yet.
        assert uploads.find_room("other") == 24 * MIB
    assert uploads.find_room("other") == 224 * MIB


async def _say_ok(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("ok")(scope, receive, send)


@contextmanager
def run_server() -> Iterator[int]:
    """A server with our connections on a free port."""
    limit_connections()
    server = uvicorn.Server(uvicorn.Config(_say_ok, port=0, log_level="error", lifespan="off", timeout_keep_alive=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)


def _connect(port: int, data: bytes) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.sendall(data)
    return client


def test_a_head_or_a_body_that_does_not_come_ends_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_TIME", 0.4)
    monkeypatch.setattr(connections, "BODY_TIME", 0.4)
    half = b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "
    body = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab"
    again = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + half
    with run_server() as port:
        slow = [_connect(port, data) for data in (b"", half, body, again)]
        assert (
            _connect(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .recv(999)
            .startswith(b"HTTP/1.1 200")
        )
        # A byte now and then gives no more time: whoever goes on with it is cut off all the same.
        with pytest.raises(OSError):
            for _ in range(500):
                time.sleep(0.1)
                slow[1].sendall(b"a")
        for client in slow:
            with client:
                # One that stays open fails the test by its client's timeout. The last is ended by uvicorn's.
                try:
                    while client.recv(999):
                        pass
                except ConnectionResetError:
                    pass


def test_connections_are_so_many_in_all_and_of_one_address() -> None:
    class Open:
        closing = False

        def is_closing(self) -> bool:
            return self.closing

    crowd = Crowd(in_all=10, of_address=4)
    mine: list[Any] = [Open() for _ in range(4)]
    assert all(crowd.admit("10.0.0.9", each) for each in mine)
    assert not crowd.admit("10.0.0.9", Open())  # type: ignore[arg-type]
    mine[0].closing = True
    assert crowd.admit("10.0.0.9", Open())  # type: ignore[arg-type]
    # A proxy on this machine brings everybody's.
    assert [crowd.admit("127.0.0.1", Open()) for _ in range(8)] == [True] * 6 + [False] * 2  # type: ignore[arg-type]
    crowd.leave("10.0.0.9", mine[1])
    assert crowd.admit("10.0.0.8", Open()) and crowd.count() == 10  # type: ignore[arg-type]
