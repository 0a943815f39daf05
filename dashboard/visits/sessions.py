"""Which login each channel of this server acts for: the sockets, and what Streamlit keeps behind them.

Streamlit takes its own session's id for a proof of who one is: whoever names it goes on with that session. Here an
id proves nothing. Each socket and each session belongs to one login, or to none, and ``door.py`` asks for its cookie.
"""

from __future__ import annotations

import os
import re
from datetime import datetime
from pathlib import Path
from threading import Lock

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.visits.keys import Shell
from data.ledger.logins import LONGEST
from data.store.workspace import Workspace

#: How the names of the cookies of all servers begin.
SESSIONS = "ducha_session"


def name_cookie(root: str) -> str:
    """The name of the cookie of a server: by the pack where it serves one that lies beside another."""
    beside = bool(root) and Workspace(Path(root)).host is not None
    return SESSIONS + (f"_{re.sub('[^0-9A-Za-z]', '_', Path(root).name)}" if beside else "")


#: Browsers send a cookie to every port of a host: a server of another pack of the workspace has its own.
COOKIE = name_cookie(os.environ.get("DUCHA_WORKSPACE", ""))
#: The door writes into it which socket this is; what a client wrote there is taken out.
SOCKET_HEADER = "x-ducha-socket"
#: What of a visit's state outlives whose it was: who it is now, and what the login page is to say.
_KEPT = frozenset({Shell.LOGIN, Shell.TOLD, Shell.ENDED})


class Channels:
    """The sockets and sessions of one server, for all of its threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._sockets: dict[str, str] = {}
        self._sessions: dict[str, tuple[str, datetime]] = {}

    def bind(self, socket: str, session: str, login: str, now: datetime) -> None:
        """From now on both act for this login; for nobody where it is empty."""
        with self._lock:
            self._sessions = {key: kept for key, kept in self._sessions.items() if now - kept[1] < LONGEST}
            self._sessions.pop(session, None)
            self._sockets.pop(socket, None)
            if login:
                self._sessions[session] = login, now
                self._sockets[socket] = login

    def begin(self, socket: str, login: str) -> None:
        """A socket that was opened with the cookie of this login."""
        with self._lock:
            self._sockets[socket] = login

    def find_owner(self, session: str) -> str:
        """The login that a session of Streamlit's is for; empty if it is for nobody."""
        with self._lock:
            return self._sessions.get(session, ("",))[0]

    def find_login(self, socket: str) -> str:
        """The login that a socket acts for; empty if it acts for nobody."""
        with self._lock:
            return self._sockets.get(socket, "")

    def forget(self, socket: str) -> None:
        """The socket is closed."""
        with self._lock:
            self._sockets.pop(socket, None)


#: Pages and the door of this process share it.
CHANNELS = Channels()


def begin_identity(login: str, now: datetime) -> None:
    """Each run of the script begins with it: whoever it is finds nothing of anybody else's in this visit.

    All state ends with an identity, files that were handed up too, but for a few names; the rest is for one login.
    """
    state, run = st.session_state, get_script_run_ctx()
    if state.get(Shell.IDENTITY, login) != login:
        for key in [key for key in state if key not in _KEPT]:
            del state[key]
        if run is not None:
            run.uploaded_file_mgr.remove_session_files(run.session_id)
    state[Shell.IDENTITY] = login
    if run is not None:
        CHANNELS.bind(st.context.headers.get(SOCKET_HEADER, ""), run.session_id, login, now)
