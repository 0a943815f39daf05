"""Refusals on their way from one process to another: class and fields stay what they were.

Written as JSON. A class is known by its name among the refusals that there are here; a field holds plain values, or
records (dataclasses and named tuples) of our own packages. Nothing else can be said, so reading runs nothing.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Any

from indicators.entries.refusal import Refusal

#: Where our records live.
_OURS = ("indicators", "data", "scoring")


def write_refusal(refusal: Refusal) -> bytes:
    """A refusal as JSON; one whose fields cannot cross is a plain Refusal with the same sentence."""
    kind = type(refusal)
    try:
        told = {"class": _name(kind), "fields": _write(vars(refusal)), "args": _write(refusal.args)}
    except TypeError:
        told = {"class": _name(Refusal), "fields": {"map": []}, "args": _write((str(refusal),))}
    return json.dumps(told).encode()


def read_refusal(content: bytes) -> Refusal:
    """The refusal that was written. Raises ValueError for what is none."""
    told = json.loads(content)
    kinds = {_name(kind): kind for kind in list_refusals()}
    if not isinstance(told, dict) or told.get("class") not in kinds:
        raise ValueError("no refusal")
    kind = kinds[told["class"]]
    found = kind.__new__(kind)
    found.args = tuple(_read(told["args"]))
    vars(found).update(_read(told["fields"]))
    return found


def list_refusals() -> Iterator[type[Refusal]]:
    """Every class of refusal that is loaded."""
    waiting = [Refusal]
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting += kind.__subclasses__()


def _name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def _write(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)) or type(value) is str:
        return value
    if isinstance(value, str):
        return str(value)
    for name, kind, write, _ in _PLAIN:
        if isinstance(value, kind):
            return {name: write(value)}
    if isinstance(value, Refusal):
        return {"refusal": write_refusal(value).decode()}
    if isinstance(value, dict):
        return {"map": [[_write(key), _write(each)] for key, each in value.items()]}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {"record": [_name(type(value)), [_write(each) for each in value]]}
    if is_dataclass(value) and not isinstance(value, type):
        return {"record": [_name(type(value)), [_write(getattr(value, each.name)) for each in fields(value)]]}
    if isinstance(value, (list, tuple, set, frozenset)):
        return {type(value).__name__: [_write(each) for each in value]}
    raise TypeError(type(value))


def _read(told: object) -> Any:
    if not isinstance(told, dict):
        if isinstance(told, list):
            raise ValueError("a bare list")
        return told
    [(name, content)] = told.items()
    if name in _SETS:
        return _SETS[name](_read(each) for each in content)
    if name == "map":
        return {_read(key): _read(each) for key, each in content}
    if name == "refusal":
        return read_refusal(content.encode())
    if name == "record":
        return _read_record(*content)
    return next(read for word, _, _, read in _PLAIN if word == name)(content)


def _read_record(name: str, content: list[object]) -> object:
    module, _, kind = name.partition(":")
    found = getattr(sys.modules.get(module), kind, None) if module.split(".")[0] in _OURS else None
    named = is_dataclass(found) or (isinstance(found, type) and issubclass(found, tuple) and hasattr(found, "_fields"))
    if not isinstance(found, type) or not named:
        raise ValueError(f"no record {name}")
    return found(*(_read(each) for each in content))


_SETS: dict[str, Any] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
#: Word, class, how it is written and how it is read; a moment is also a date, so it comes first.
_PLAIN: tuple[tuple[str, type, Any, Any], ...] = (
    ("moment", datetime, datetime.isoformat, datetime.fromisoformat),
    ("date", date, date.isoformat, date.fromisoformat),
    ("decimal", Decimal, str, Decimal),
    ("path", PurePath, str, Path),
    ("bytes", bytes, lambda value: base64.b64encode(value).decode(), base64.b64decode),
)
