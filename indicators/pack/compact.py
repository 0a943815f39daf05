"""A checked pack as JSON that loads fast: what YAML and lint take a second for is read back in hundredths.

It says of which code it is: another model, parser or lint may read the same YAML otherwise, so what another code wrote
is not looked at. It holds no hash of itself: who stores it keeps one, and asks it before reading.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from pydantic import ValidationError

import indicators
from indicators.pack.model import Pack
from indicators.pack.plain_values import write_plain


def write_compact(pack: Pack) -> bytes:
    """The pack; the same pack and code give the same bytes."""
    plain = write_plain(pack.model_copy(update={"days": None}))
    text = json.dumps({"code": hash_code(), "pack": plain}, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def read_compact(content: bytes) -> Pack | None:
    """The pack that was written; None where it was by another code, or is none."""
    try:
        held = json.loads(content)
        if held["code"] != hash_code():
            return None
        return Pack.model_validate(held["pack"])
    except (ValueError, KeyError, TypeError, ValidationError):
        return None


@cache
def hash_code() -> str:
    """SHA-256 over all modules of this floor: whatever may decide how a pack is read."""
    digest = hashlib.sha256()
    root = Path(indicators.__file__).parent
    for path in sorted(root.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()
