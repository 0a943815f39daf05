"""Messages over a socket between two processes: a length of eight bytes, then so many bytes."""

from __future__ import annotations

import socket

from indicators.entries.refusal import Signal

_PIECE = 1 << 20


class Broken(Signal):
    """The other end is gone, or (``too_long``) says more than it may."""

    def __init__(self, too_long: bool = False) -> None:
        self.too_long = too_long
        super().__init__(too_long)


def send_message(link: socket.socket, content: bytes) -> None:
    """Send one message. Raises OSError."""
    link.sendall(len(content).to_bytes(8, "big"))
    link.sendall(content)


def receive_message(link: socket.socket, most: int) -> bytes:
    """The next message of at most so many bytes. Raises Broken and OSError."""
    length = int.from_bytes(_receive(link, 8), "big")
    if length > most:
        raise Broken(too_long=True)
    return _receive(link, length)


def _receive(link: socket.socket, length: int) -> bytes:
    content = bytearray()
    while len(content) < length:
        piece = link.recv(min(_PIECE, length - len(content)))
        if not piece:
            raise Broken
        content += piece
    return bytes(content)
