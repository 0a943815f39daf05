"""The web server: Streamlit with a cookie and files of ours, and with headers that forbid every other host.

``python -m dashboard`` is what ``ducha serve`` starts.
"""

from __future__ import annotations

import os
import re
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.pieces.plain import FONT
from dashboard.visits.admission import admit_runs
from dashboard.visits.faults import answer_fault, show_fault
from dashboard.visits.session import find_root, now, open_own_store
from dashboard.visits.sessions import COOKIE
from dashboard.web import scripts
from dashboard.web.connections import limit_connections
from dashboard.web.door import Door, is_known
from dashboard.web.foresight import look_ahead
from dashboard.web.limits import RequestLimits
from dashboard.web.logs import hide_secrets
from dashboard.web.outbox import hasten_messages
from dashboard.web.silence import keep_silent
from dashboard.work.files import list_routes
from data.apart.process import prepare
from data.ledger.logins import LONGEST, redeem_ticket
from data.store.held import keep_connections

SETTINGS: dict[str, object] = {
    "browser.gatherUsageStats": False,
    "client.disableDataExport": True,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    # Collecting all garbage after every run looks through whatever is kept of runs, and holds up everybody.
    "runner.magicEnabled": False,
    "runner.postScriptGC": False,
    "server.allowRunOnSave": False,
    "server.enableAgentApi": False,
    "server.enableStaticServing": False,
    "server.fileWatcherType": "none",
    "server.headless": True,
    # What a page sends or is sent at once; 200 MB of each would be taken from anybody.
    "server.maxMessageSize": 32,
    "server.maxUploadSize": 200,
    "server.runOnSave": False,
    "server.showEmailPrompt": False,
    "theme.base": "light",
    "theme.primaryColor": "#1f4e79",
    "theme.textColor": "#1a1a1a",
    "theme.backgroundColor": "#ffffff",
    "theme.secondaryBackgroundColor": "#f3f5f8",
    "theme.linkColor": "#1f4e79",
    "theme.font": FONT,
    "theme.baseRadius": "small",
}

#: No other host is ever asked, no other site may frame the pages, and no code runs but what this server serves.
_POLICY = (
    f"default-src 'self'; script-src 'self' {' '.join(scripts.hash_inline())}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


#: The cookies in which Streamlit keeps who the organisation's login says it is.
_OIDC_COOKIE = b"_streamlit_user"
_MAX_AGE = re.compile(rb"max-age=\d{3,}", re.IGNORECASE)


class Guard:
    """Headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0].lower().decode() not in _LOWER]
                message["headers"] = [_shorten(*pair) for pair in kept] + _ENCODED
            await send(message)

        await self._app(scope, receive, send_with_headers)


_LOWER = {name.lower() for name in _HEADERS}
_ENCODED = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]


def _shorten(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """The cookie of the organisation's login lives no longer than a session of ours, not for a month."""
    if name.lower() != b"set-cookie" or not value.startswith(_OIDC_COOKIE):
        return name, value
    return name, _MAX_AGE.sub(b"Max-Age=%d" % LONGEST.total_seconds(), value)


async def give_cookie(request: Request) -> Response:
    """Hand the session's token over as a cookie, to a page of ours that holds a ticket."""
    origin = urlsplit(request.headers.get("origin", ""))
    if origin.netloc != request.headers.get("host"):
        return PlainTextResponse("", status_code=403)
    ticket = (await request.body())[:200].decode("latin-1")
    token = await run_in_threadpool(lambda: redeem_ticket(open_own_store(), ticket, now()))
    if token is None:
        return PlainTextResponse("", status_code=403)
    response = Response(status_code=204)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=origin.scheme == "https",
        path="/",
    )
    return response


def make_app(hosts: frozenset[str]) -> st.App:
    """The pages, our routes beside them, and before all of it the door and what holds it to the machine's measure."""
    return st.App(
        Path(__file__).parents[1] / "app.py",
        routes=[Route("/session", give_cookie, methods=["POST"]), scripts.ROUTE, *list_routes()],
        middleware=[Middleware(Guard), Middleware(Door), Middleware(RequestLimits, hosts=hosts, is_known=is_known)],
        on_script_error=show_fault,
        exception_handlers={Exception: answer_fault},
    )


def serve(host: str, port: int, names: Sequence[str] = ()) -> None:
    """Serve the workspace named by DUCHA_WORKSPACE until stopped; ``names`` are those by which it may be asked."""
    os.umask(0o077)
    keep_silent()
    hide_secrets()
    prepare("data.intake.checking")
    limit_connections()
    admit_runs()
    hasten_messages()
    keep_connections()
    look_ahead()
    app = make_app(frozenset(name.lower().rstrip(".") for name in (host, *names)))
    secrets = [path for path in (Path(".streamlit/secrets.toml"), find_root() / ".streamlit/secrets.toml")]
    app.run(config={**SETTINGS, "server.address": host, "server.port": port, "secrets.files": list(map(str, secrets))})
