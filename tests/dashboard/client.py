"""A client that speaks Streamlit's protocol without a browser: what an attacker, or many people at once, would use."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect

from dashboard.visits.keys import Shell
from dashboard.visits.sessions import COOKIE

#: The machine may be busy with other things.
WAIT = 120


def ask_for_run(page: str, states: Iterable[WidgetState] = (), fragment: str = "", query: str = "") -> bytes:
    """The message that has the script of a page run, with what its widgets hold."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = page
    asked.rerun_script.fragment_id = fragment
    asked.rerun_script.widget_states.widgets.extend(states)
    return bytes(asked.SerializeToString())


def ends_run(message: ForwardMsg) -> bool:
    """Whether the script has ended with this message, and is not run once more at once."""
    ended = message.WhichOneof("type") == "script_finished"
    return ended and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


def read_element(message: ForwardMsg) -> tuple[object, str, str] | None:
    """An element that is new on the page, with the key that the page gave it and its id; both empty for no widget."""
    if message.WhichOneof("type") != "delta" or message.delta.WhichOneof("type") != "new_element":
        return None
    element = message.delta.new_element
    body = getattr(element, element.WhichOneof("type"))
    # The id of a widget ends with its key.
    id = getattr(body, "id", "")
    return body, id.split("-", 2)[-1], id


@dataclass
class Shown:
    """What one run of the script put on the page: its text, the ids of widgets by their keys, and its fragments."""

    text: str = ""
    widgets: dict[str, str] = field(default_factory=dict)
    fragments: list[str] = field(default_factory=list)


class Client:
    """One socket. ``session`` is the id that it asks to go on with, and afterwards the one that it was given.

    ``line`` is a connection that is there already, to wherever the url's name leads.
    """

    def __init__(
        self, url: str, cookie: str = "", session: str = "", page: str = "", line: socket.socket | None = None
    ) -> None:
        headers = {"Origin": url} | ({"Cookie": f"{COOKIE}={cookie}"} if cookie else {})
        protocols = ["streamlit", "none", *([session] if session else [])]
        address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
        self._open = ExitStack()
        self.line = self._open.enter_context(
            connect(
                address,
                subprotocols=protocols,
                additional_headers=headers,
                open_timeout=WAIT,
                max_size=None,
                proxy=None,
                sock=line,
            )
        )
        self.session = ""
        self.page = page
        #: What stands behind the ? of the address.
        self.query = ""
        self.shown = Shown()
        self._held: dict[str, WidgetState] = {}

    def run(self, *states: WidgetState, fragment: str = "") -> Shown:
        """Have the script run, and wait until it has ended."""
        # As a browser does, every time with what all widgets of the page hold.
        held = self._held | {state.id: state for state in states}
        self._held = {id: state for id, state in held.items() if state.WhichOneof("value") != "trigger_value"}
        self.line.send(ask_for_run(self.page, held.values(), fragment, self.query))
        self.shown = Shown(widgets=self.shown.widgets if fragment else {})
        while True:
            raw = self.line.recv(WAIT)
            assert isinstance(raw, bytes)
            message = ForwardMsg.FromString(raw)
            self._note(message)
            if ends_run(message):
                if not fragment:
                    there = set(self.shown.widgets.values())
                    self._held = {id: state for id, state in self._held.items() if id in there}
                return self.shown

    def _note(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
            # The script may begin anew while it runs: what stood there before has gone.
            self.shown.text = ""
        if kind != "delta":
            return
        if message.delta.fragment_id and message.delta.fragment_id not in self.shown.fragments:
            self.shown.fragments.append(message.delta.fragment_id)
        if (found := read_element(message)) is not None:
            body, key, id = found
            self.shown.text += f"{body}\n"
            self.shown.widgets[key] = id

    def set(self, key: str, text: str) -> WidgetState:
        """A widget that holds text."""
        return WidgetState(id=self.shown.widgets[key], string_value=text)

    def pick(self, key: str, words: str) -> WidgetState:
        """A select box, at the option in which these words stand."""
        options = [line[len("options: ") :] for line in self.shown.text.splitlines() if line.startswith("options: ")]
        return self.set(key, next(option.strip('"') for option in options if words in option))

    def press(self, key: str) -> WidgetState:
        """A button that was clicked."""
        return WidgetState(id=self.shown.widgets[key], trigger_value=True)

    def log_in(self, person: str, password: str) -> Shown:
        """Fill in the form of the login."""
        self.run()
        return self.run(self.set(Shell.USER, person), self.set(Shell.PASSWORD, password), self.press(Shell.ENTER))

    def close(self) -> None:
        """Close the socket, as a tab does that is closed or has lost its network."""
        self._open.close()


def begin_finding(client: Client, statement: str) -> None:
    """Choose a unit and an indicator, and write a sentence: each is kept as a draft."""
    for part, text in (("entry_unit", "泽州县"), ("_indicator", "违法决策"), ("_statement", statement)):
        key = next(key for key in client.shown.widgets if part in key)
        client.run(client.set(key, text) if text is statement else client.pick(key, text))
