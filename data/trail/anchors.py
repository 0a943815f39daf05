"""A signed anchor: the head of the trail at a moment, in a file for another machine.

Whoever holds the whole workspace can write the trail, its rows and both heads anew; a head that was signed and taken
away they cannot take back. What was changed, cut off or put in before the anchor shows against it, what came after
does not.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from data.clock import store_moment
from data.signing.key import KeyRefused, PublicKey, SigningKey
from data.signing.trust import Trusted, check_signed, parse_signature
from data.store.database import reading
from data.trail.anchor import check_head
from data.trail.events import Head, read_head

SCHEMA = "ducha.anchor.v1"
#: No anchor is so large.
_LARGEST = 64 * 1024


class AnchorRefused(KeyRefused):
    """An anchor that cannot be made or read, with a sentence."""


@dataclass(frozen=True)
class Anchor:
    """A head, when it was the head, and the key that says so."""

    head: Head
    at: datetime
    key: PublicKey


def write_anchor(engine: Engine, root: Path, key: SigningKey, *, now: datetime) -> bytes:
    """An anchor of the trail as it stands. Raises AnchorRefused for a trail that its own heads already deny."""
    if problems := check_head(engine, root):
        raise AnchorRefused(f"留痕有问题，不给它签名。{problems[0]}；请先运行 ducha verify 查明")
    with reading(engine) as connection:
        head = read_head(connection)
    if not head.seq:
        raise AnchorRefused("还没有留痕，没有链头可签")
    held = {
        "schema": SCHEMA,
        "events": head.seq,
        "hash": head.hash,
        "at": store_moment(now),
        "key": key.public.text,
    }
    signature = base64.b64encode(key.sign("anchor", _write(held))).decode()
    return json.dumps({**held, "signature": signature}, indent=1).encode() + b"\n"


def read_anchor(path: Path, trusted: Trusted) -> Anchor:
    """The anchor in a file. Raises AnchorRefused for what is none, SignatureRefused where it is not the office's."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(path)
        held: dict[str, Any] = json.loads(path.read_bytes())
        signature = parse_signature(held.pop("signature"))
        anchor = Anchor(
            Head.parse(f"{held['events']}:{held['hash']}"),
            datetime.fromisoformat(held["at"]),
            PublicKey(held["key"]),
        )
        if held["schema"] != SCHEMA:
            raise ValueError(held["schema"])
    except FileNotFoundError:
        raise AnchorRefused(f"没有锚点文件 {path}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise AnchorRefused(f"{path} 不是锚点文件（用 ducha trail anchor 写出来的），或者损坏了") from None
    check_signed(anchor.key, "anchor", _write(held), signature, trusted, f"锚点 {path}")
    return anchor


def _write(held: dict[str, object]) -> bytes:
    return json.dumps(held, sort_keys=True, separators=(",", ":")).encode()
