"""How Streamlit's messages leave the server: what is the same in each of them is made once, and few of them wake it up.

Each run of a page begins with a message that describes the whole theme, option by option, and each element that the
script draws is handed to the server's loop by itself. Both together took a third of a small page.
"""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Callable
from typing import Any

from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession

#: So long, in seconds, what a script draws is gathered before it is handed on; the server sends no more often itself.
GATHERED = 0.005


def hasten_messages() -> None:
    """From now on, in this process; once, however often it is called."""
    here = vars(app_session)
    if hasattr(here["_populate_theme_msg"], "hastened"):
        return
    for name in ("_populate_theme_msg", "_populate_config_msg"):
        here[name] = _fill_once(here[name])
    outbox = Outbox()
    setattr(AppSession, "_call_soon_on_event_loop", lambda self, call: outbox.put(self._event_loop, call))  # noqa: B010


def _fill_once(fill: Callable[..., None]) -> Callable[..., None]:
    """What fills a message of the options, which do not change while the server runs."""
    filled: dict[tuple[str, ...], Config | CustomThemeConfig] = {}

    @functools.wraps(fill)
    def copied(message: Any, *section: str) -> None:
        if section not in filled:
            made = type(message)()
            fill(made, *section)
            filled[section] = made
        if filled[section].ByteSize():
            message.MergeFrom(filled[section])

    copied.hastened = True  # type: ignore[attr-defined]
    return copied


class Outbox:
    """Calls for the server's loop by the threads of scripts: made there in their order, several at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Callable[[], None]] = []

    def put(self, loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
        """Have a call made on the loop soon; none is made once the loop is closed."""
        with self._lock:
            self._waiting.append(call)
            if len(self._waiting) > 1:
                return
        try:
            loop.call_soon_threadsafe(loop.call_later, GATHERED, self._deliver, loop)
        except RuntimeError:
            if not loop.is_closed():
                raise
            with self._lock:
                self._waiting.clear()

    def _deliver(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            calls, self._waiting = self._waiting, []
        for call in calls:
            try:
                call()
            except Exception as error:
                loop.call_exception_handler({"message": "a message was not handed on", "exception": error})
