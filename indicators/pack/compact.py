"""A checked pack as JSON that loads fast: what YAML and lint take a second for is read back in hundredths.

It says of which code it is: another model, parser or lint may read the same YAML otherwise, so what another code wrote
is not looked at. It holds no hash of itself: who stores it keeps one, and asks it before reading.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ValidationError

import indicators
from indicators.entries.amounts import Quantity
from indicators.pack.model import Pack


def write_compact(pack: Pack) -> bytes:
    """The pack; the same pack and code give the same bytes."""
    text = json.dumps({"code": hash_code(), "pack": _plain(pack)}, ensure_ascii=False, separators=(",", ":"))
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


def _plain(value: object) -> object:
    """The texts that an author would have written: ``1.50%`` stays ``1.50%``. What is left out is left out again."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return {fields[name].alias or name: _plain(getattr(value, name)) for name in sorted(value.model_fields_set)}
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Quantity):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"a pack holds a {type(value).__name__}, of which nothing is known here")
