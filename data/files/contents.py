"""What a file holds: its bytes, or for a large one the path of a copy that nobody changes while it is read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

Content = bytes | Path

_PIECE = 1 << 20


def open_content(content: Content) -> IO[bytes]:
    """The content from its start; each call gives a reader of its own."""
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def measure_content(content: Content) -> int:
    """How many bytes there are."""
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def read_start(content: Content, length: int) -> bytes:
    """The first so many bytes."""
    with open_content(content) as file:
        return file.read(length)


def read_pieces(content: Content) -> Iterator[bytes]:
    """The bytes piece by piece."""
    with open_content(content) as file:
        # No piece is held here while it is worked on.
        yield from iter(partial(file.read, _PIECE), b"")


def has_bytes(content: Content, wanted: bytes) -> bool:
    """Whether these bytes occur in it."""
    before = b""
    for piece in read_pieces(content):
        if wanted in piece or wanted in before + piece[: len(wanted)]:
            return True
        before = piece[1 - len(wanted) :] if len(wanted) > 1 else b""
    return False
