"""The configuration of docs/serving.md, run by Debian's nginx before ``ducha serve``; and what comes past it.

Not proven here: the certificate, and what another proxy does.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from data.store.workspace import create_workspace
from indicators.reader import find_pack
from tests.dashboard.browser import find_port, serve
from tests.dashboard.proxy import NAME, run_proxy


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """The ports of nginx and of the server behind it."""
    folder = tmp_path_factory.mktemp("proxy")
    workspace = create_workspace(folder / "workspace", find_pack("jincheng-2021-2025"))
    port, server = find_port(), find_port()
    with serve(workspace.root, server, names=(NAME,)), run_proxy(folder, port, [server]):
        yield port, server


def ask(port: int, path: str, *, host: str = NAME, method: str = "GET", body: bytes | None = None) -> tuple[int, bytes]:
    """The status and the body of an answer; 0 where there is none."""
    client = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        client.request(method, path, body, {"Host": host})
        answer = client.getresponse()
        return answer.status, answer.read()
    except (OSError, ConnectionError, Exception) as error:
        assert type(error).__name__ in ("RemoteDisconnected", "ConnectionResetError", "BrokenPipeError"), error
        return 0, b""
    finally:
        client.close()


def open_socket(port: int, host: str = NAME) -> ClientConnection:
    """A socket as a page opens it."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        return connect(
            f"ws://{host}/_stcore/stream",
            sock=raw.dup(),
            origin=f"http://{host}",  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            open_timeout=20,
            max_size=None,
        )


def test_pages_and_their_sockets_come_through_the_proxy(ports: tuple[int, int]) -> None:
    port, _ = ports
    status, page = ask(port, "/")
    assert status == 200 and b"<title>" in page
    message = BackMsg()
    message.rerun_script.query_string = ""
    with open_socket(port) as page_socket:
        page_socket.send(message.SerializeToString())
        assert page_socket.recv(timeout=60)


def test_a_name_that_was_not_told_is_answered_by_neither(ports: tuple[int, int]) -> None:
    proxy, server = ports
    assert ask(proxy, "/", host="evil.example") == (0, b"")
    assert ask(server, "/", host="evil.example")[0] == 421
    assert ask(server, "/", host=f"localhost:{server}")[0] == 200
    with pytest.raises(Exception, match=r"403|421|rejected"):
        open_socket(server, "evil.example")


def test_figures_and_files_need_a_login(ports: tuple[int, int]) -> None:
    proxy, server = ports
    assert ask(proxy, "/_stcore/metrics")[0] == 404
    assert ask(server, "/_stcore/metrics")[0] == 403
    # The server refuses it by its head: nothing of a file of strangers is taken in, and nothing of it is ever sent.
    head = f"PUT /_stcore/upload_file/s/f HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 157286400\r\n\r\n".encode()
    for port in ports:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(head)
            assert client.recv(200).startswith(b"HTTP/1.1 403")


def test_a_message_that_no_page_sends_ends_the_socket(ports: tuple[int, int]) -> None:
    _, server = ports
    message = BackMsg()
    message.clear_cache = True
    with open_socket(server) as strangers:
        strangers.send(message.SerializeToString())
        with pytest.raises(ConnectionClosed):
            while True:
                strangers.recv(timeout=20)
        assert strangers.close_code == 1008
