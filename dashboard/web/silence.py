"""What strangers are not told: with which versions the server runs, in which folder, on which machine.

Streamlit says all of it to every browser with the first message on the socket, and uvicorn its own name with every
answer. Who is not logged in has no use for it but one.
"""

from __future__ import annotations

import functools
import hashlib
from typing import Any

import uvicorn
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession


def keep_silent() -> None:
    """From now on, in this process; once, however often it is called."""
    if hasattr(uvicorn.Config.__init__, "silent"):
        return
    setattr(uvicorn.Config, "__init__", _leave_name_out(uvicorn.Config.__init__))  # noqa: B010
    begin = AppSession._create_new_session_message

    @functools.wraps(begin)
    def begin_silently(*args: Any, **kwargs: Any) -> ForwardMsg:
        return hide_server(begin(*args, **kwargs))

    setattr(AppSession, "_create_new_session_message", begin_silently)  # noqa: B010


def _leave_name_out(configure: Any) -> object:
    @functools.wraps(configure)
    def configured(*args: object, **kwargs: object) -> None:
        configure(*args, **{**kwargs, "server_header": False})

    configured.silent = True  # type: ignore[attr-defined]
    return configured


def hide_server(message: ForwardMsg) -> ForwardMsg:
    """The first message of a session without what it says of the server."""
    session = message.new_session
    known, person = session.initialize.environment_info, session.initialize.user_info
    # The browser loads the page anew where this is another than before; it need not be the version itself.
    told = hashlib.sha256(f"{person.installation_id_v4}{known.streamlit_version}".encode()).hexdigest()[:12]
    known.Clear()
    person.Clear()
    known.streamlit_version = told
    session.main_script_path = "app.py"
    return message
