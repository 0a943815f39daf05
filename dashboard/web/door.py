"""The door: what may be asked without a login, and that every channel is the one of the cookie it was opened with.

It stands before Streamlit and decides by the app's own routes: what is not named here is refused to strangers. A
socket goes on with a session of Streamlit's only where its cookie is that session's login, an upload likewise; and
what comes in on a socket whose login has ended moves no widget any more.
"""

from __future__ import annotations

import secrets
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from dashboard.visits.session import find_login, open_own_store
from dashboard.visits.sessions import CHANNELS, COOKIE, SOCKET_HEADER
from dashboard.web import scripts
from data.ledger.logins import Login

#: What the login page itself needs, by the paths of the app's routes; the last is where Streamlit's own files lie.
STRANGERS = frozenset(
    {
        "/session",
        scripts.ADDRESS,
        "/_stcore/health",
        "/_stcore/host-config",
        "/_stcore/stream",
        "/auth/login",
        "/auth/logout",
        "/oauth2callback",
        "",
    }
)
#: What nobody has: files that Streamlit serves to whoever knows their address. Ours are served by ``files``.
NOBODY = frozenset({"/media/{file_id:path}"})
UPLOADS = "/_stcore/upload_file/{session_id}/{file_id}"
_PROTOCOLS = b"sec-websocket-protocol"
_SOCKET = "ducha_socket"


class Door:
    """Stands before the app; a test asks every route of it without a login."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or one socket as long as it is open."""
        if scope["type"] == "websocket":
            await self._take_socket(scope, receive, send)
        elif scope["type"] != "http" or await _may_ask(scope):
            await self._app(scope, receive, send)
        else:
            refused = PlainTextResponse("请先登录", status_code=403, headers={"connection": "close"})
            await refused(scope, receive, send)

    async def _take_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, _ = _find_route(scope)
        if path not in STRANGERS:
            await send({"type": "websocket.close", "code": 1008})
            return
        socket = scope[_SOCKET] = secrets.token_urlsafe(16)
        await _bind_handshake(scope, socket)

        async def receive_checked() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive" or not await _has_ended(socket):
                    return message
                rest = _keep_nothing(message.get("bytes") or b"")
                if rest is not None:
                    return {**message, "bytes": rest}

        try:
            await self._app(scope, receive_checked, send)
        finally:
            CHANNELS.forget(socket)


def is_known(scope: Scope) -> bool:
    """Whether a request that the door let in, or a socket that it opened, is of somebody who has logged in."""
    return scope["type"] == "http" or CHANNELS.find_login(scope.get(_SOCKET, "")) != ""


def _find_route(scope: Scope) -> tuple[str | None, dict[str, Any]]:
    """The path of the route that the app would take, with what stands in it; None where there is no such route."""
    partly: tuple[str | None, dict[str, object]] = None, {}
    routes: list[BaseRoute] = scope["app"].routes
    for route in routes:
        match, found = route.matches(scope)
        answer = getattr(route, "path", None), found.get("path_params", {})
        if match is Match.FULL:
            return answer
        if match is Match.PARTIAL and partly[0] is None:
            partly = answer
    return partly


async def _may_ask(scope: Scope) -> bool:
    path, given = _find_route(scope)
    if path in STRANGERS:
        return True
    if path in NOBODY:
        return False
    login = await _find_cookies_login(scope)
    if login is None:
        return False
    return path != UPLOADS or CHANNELS.find_owner(given["session_id"]) == login.id


async def _find_cookies_login(scope: Scope) -> Login | None:
    token = HTTPConnection(scope).cookies.get(COOKIE, "")
    if not token:
        return None
    return await run_in_threadpool(lambda: find_login(open_own_store(), token=token, touch=False))


async def _bind_handshake(scope: Scope, socket: str) -> None:
    """Take out of a handshake the session that it wants to go on with, unless its cookie is that session's login."""
    given = [part.strip() for part in HTTPConnection(scope).headers.get(_PROTOCOLS.decode(), "").split(",")]
    session = given[2] if len(given) > 2 else ""
    login = await _find_cookies_login(scope)
    own = login is not None and session != "" and CHANNELS.find_owner(session) == login.id
    kept = [*given[:2], session] if own else given[:2]
    if login is not None:
        CHANNELS.begin(socket, login.id)
    names = {_PROTOCOLS, SOCKET_HEADER.encode()}
    headers = [pair for pair in scope["headers"] if pair[0].lower() not in names]
    if any(kept):
        headers.append((_PROTOCOLS, ", ".join(kept).encode("latin-1")))
    scope["headers"] = [*headers, (SOCKET_HEADER.encode(), socket.encode())]
    scope["subprotocols"] = [part for part in kept if part]


async def _has_ended(socket: str) -> bool:
    id = CHANNELS.find_login(socket)
    if not id:
        return False
    return await run_in_threadpool(lambda: find_login(open_own_store(), id=id, touch=False)) is None


def _keep_nothing(message: bytes) -> bytes | None:
    """Of a message for an ended login only that the page is to be made anew; None where it asks for anything else.

    Its widgets and fragments were those of the login: what they call would be done before the page asks who it is.
    """
    asked = BackMsg()
    try:
        asked.ParseFromString(message)
    except Exception:
        # What cannot be read is Streamlit's to refuse, as it is with a login.
        return message
    if asked.WhichOneof("type") != "rerun_script":
        return None
    asked.rerun_script.ClearField("widget_states")
    asked.rerun_script.ClearField("fragment_id")
    return bytes(asked.SerializeToString())
