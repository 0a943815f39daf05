"""What anybody may ask of the server: by which name, how many sockets, which messages and how fast, how large files.

Whose a request is the door decides; here it is held that no more is taken in than the machine can bear.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg

from dashboard.web.connections import UPLOADS, is_own

#: What a page sends. Whatever else Streamlit knows, or will know (clearing everybody's caches), ends the socket.
KINDS = frozenset({"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"})
#: Sockets at a time: in all, of people who have not logged in, and of these from one address.
SOCKETS, STRANGERS, STRANGERS_OF_ADDRESS = 2000, 600, 60
#: Before the login there is a form of two fields to send, and after a broken line what stood in a page.
STRANGERS_MESSAGE = 1024 * 1024
#: So many messages may come at once; one more is taken from a socket after so long, in seconds.
BURST, PACE = 40, 0.1
MIB = 1024 * 1024
#: Bytes of files that wait on the server to be handed in: of one session, and in all.
SESSIONS_FILES, ALL_FILES = 400 * MIB, 1024 * MIB
#: The server's own figures tell of its sessions and its memory: nobody reads them over the network.
FIGURES = "/_stcore/metrics"
#: Names of this machine, which nobody outside can make a browser take for another.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class RequestLimits:
    """Holds every request to what is written above. ``hosts`` are the names by which the pages may be asked for."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], is_known: Callable[[Scope], bool]) -> None:
        self._app = app
        self._hosts = hosts | LOOPBACK
        self._sockets = Sockets(is_known)
        self._is_known = is_known
        self._uploads = Uploads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or one socket as long as it is open."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif _name_host(scope) not in self._hosts:
            await _refuse(scope, receive, send, 421, "没有这个网址；请技术人员启动时写明它：ducha serve --name 域名")
        elif scope["path"].startswith(FIGURES):
            await _refuse(scope, receive, send, 403, "这里不提供服务器的运行数据")
        elif scope["type"] == "websocket":
            await self._take_socket(scope, receive, send)
        elif scope["path"].startswith(UPLOADS) and not self._is_known(scope):
            await _refuse(scope, receive, send, 403, "请先登录")
        elif scope["method"] == "PUT" and scope["path"].startswith(UPLOADS):
            await self._take_file(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _take_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._sockets.admit(scope):
            await _refuse(scope, receive, send, 1013, "")
            return
        bucket = Bucket()

        async def receive_checked() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            await bucket.wait()
            if (code := self._judge(scope, message)) is not None:
                await send({"type": "websocket.close", "code": code})
                return {"type": "websocket.disconnect", "code": code}
            return message

        try:
            await self._app(scope, receive_checked, send)
        finally:
            self._sockets.leave(scope)

    def _judge(self, scope: Scope, message: Message) -> int | None:
        """The code with which a message ends its socket; None for one that a page would send."""
        data = message.get("bytes") or b""
        if len(data) > STRANGERS_MESSAGE and not self._is_known(scope):
            return 1009
        asked = BackMsg()
        try:
            asked.ParseFromString(data)
        except Exception:
            return 1002
        return None if asked.WhichOneof("type") in KINDS else 1008

    async def _take_file(self, scope: Scope, receive: Receive, send: Send) -> None:
        session = scope["path"].removeprefix(UPLOADS).partition("/")[0]
        length = dict(scope["headers"]).get(b"content-length", b"")
        room = self._uploads.find_room(session)
        # Without a length nobody can say beforehand whether there is room.
        if not length.isdigit() or len(length) > 15 or int(length) > room:
            text = f"服务器上等待办理的文件太多，还放得下 {max(room, 0) // MIB} MB；请先办理或移除已选的文件，再传"
            await _refuse(scope, receive, send, 413, text)
            return
        with self._uploads.reserve(session, int(length)):
            await self._app(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send, code: int, text: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": code if code > 999 else 1008})
    else:
        await PlainTextResponse(text, status_code=code, headers={"connection": "close"})(scope, receive, send)


def _name_host(scope: Scope) -> str:
    """The name that a request was sent to, without its port; empty for none, for several or for what is no name."""
    names = [value for name, value in scope["headers"] if name == b"host"]
    if len(names) != 1:
        return ""
    try:
        parts = urlsplit(f"//{names[0].decode('latin-1')}")
        odd = parts.path or parts.query or parts.fragment or parts.username is not None or parts.port == 0
    except ValueError:
        return ""
    return "" if odd else (parts.hostname or "").lower().rstrip(".")


class Sockets:
    """The sockets that are open: how many of people who have not logged in, and from where."""

    def __init__(self, is_known: Callable[[Scope], bool]) -> None:
        self._is_known = is_known
        self._open: dict[str, list[Scope]] = defaultdict(list)

    def admit(self, scope: Scope) -> bool:
        """Whether there is room for one more, which is counted until it leaves."""
        address = _name_address(scope)
        if sum(len(held) for held in self._open.values()) >= SOCKETS:
            return False
        if not self._is_known(scope):
            # Who has logged in since is no stranger any more: asked only where it matters.
            held = self._open.get(address, [])
            of_address = len(held) if len(held) < STRANGERS_OF_ADDRESS else self._count_strangers(held)
            if of_address >= STRANGERS_OF_ADDRESS and not is_own(address):
                return False
            everybody = [each for others in self._open.values() for each in others]
            if len(everybody) >= STRANGERS and self._count_strangers(everybody) >= STRANGERS:
                return False
        self._open[address].append(scope)
        return True

    def leave(self, scope: Scope) -> None:
        """A socket that has closed."""
        address = _name_address(scope)
        self._open[address] = [each for each in self._open[address] if each is not scope]
        if not self._open[address]:
            del self._open[address]

    def _count_strangers(self, held: list[Scope]) -> int:
        return sum(not self._is_known(each) for each in held)


def _name_address(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


@dataclass
class Bucket:
    """How many messages a socket may still send at once."""

    left: float = BURST
    since: float = field(default_factory=time.monotonic)

    async def wait(self) -> None:
        """Take one; where there is none, wait for it: what comes meanwhile waits with the client."""
        now = time.monotonic()
        self.left = min(BURST, self.left + (now - self.since) / PACE)
        self.since = now
        self.left -= 1
        if self.left < 0:
            await asyncio.sleep(-self.left * PACE)


class Uploads:
    """How many bytes of files lie on the server, or are coming, by Streamlit's sessions."""

    def __init__(self) -> None:
        self._coming: dict[str, int] = defaultdict(int)

    def find_room(self, session: str) -> int:
        """How many bytes more a session may hand in."""
        kept = _measure_files()
        of_session = kept.get(session, 0) + self._coming.get(session, 0)
        in_all = sum(kept.values()) + sum(self._coming.values())
        return min(SESSIONS_FILES - of_session, ALL_FILES - in_all)

    def reserve(self, session: str, size: int) -> _Reserved:
        """Room for a file that is coming, as long as it is."""
        return _Reserved(self._coming, session, size)


@dataclass(frozen=True)
class _Reserved:
    coming: dict[str, int]
    session: str
    size: int

    def __enter__(self) -> None:
        self.coming[self.session] += self.size

    def __exit__(self, *error: object) -> None:
        self.coming[self.session] -= self.size
        if self.coming[self.session] <= 0:
            del self.coming[self.session]


def _measure_files() -> dict[str, int]:
    """The bytes of files that Streamlit holds, by session."""
    files = runtime.get_instance().uploaded_file_mgr.file_storage  # type: ignore[attr-defined]
    return {session: sum(len(each.data) for each in kept.values()) for session, kept in list(files.items())}
