"""What the tests of ``data/apart/process.py`` have done in another process: it is loaded there."""

from __future__ import annotations

import importlib
import os
import resource
import signal
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from data.files.mistakes import FileMistake, FileRefused
from data.store.database import StoreTooNew
from data.trail.refusals import RefusedAction, SeveralRefused, StaleSave
from indicators.entries.refusal import Refusal

REFUSALS: tuple[Refusal, ...] = (
    FileRefused([FileMistake("a.xlsx", "表", "B2", "错")]),
    SeveralRefused([(1, RefusedAction("不行", object="finding", object_id="f-1"))]),
    StaleSave("有人改过", {"id": "f-1", "on": date(2024, 2, 29), "marks": Decimal("2.50")}, {"version": 2}, ["marks"]),
    StoreTooNew(["later"]),
)


def make_ready() -> None:
    """Nothing is to be loaded."""


def hold(start: int) -> list[int]:
    """What the child holds: it is the same list from question to question."""
    return [start]


def count(held: list[int]) -> int:
    held[0] += 1
    return held[0]


def spin(held: list[int]) -> None:
    # Held off on purpose: the alarm is the system's own.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
    while True:
        pass


def eat(held: list[int]) -> int:
    return len(bytearray(1 << 32))


def die(held: list[int]) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def chatter(held: list[int]) -> str:
    return "x" * 2_000_000


def lie(held: list[int]) -> int:
    return "许多"  # type: ignore[return-value]


def break_down(held: list[int]) -> None:
    raise KeyError("nobody expected this")


def refuse(held: list[int], number: int) -> None:
    raise REFUSALS[number]


def tell_surroundings(held: list[int]) -> dict[str, str]:
    """What the process has of its parent."""
    handles = os.listdir("/proc/self/fd")
    return {
        "environment": " ".join(sorted(os.environ)),
        "handles": str(len(handles)),
        "core": str(resource.getrlimit(resource.RLIMIT_CORE)[0]),
        "umask": oct(os.umask(0o077)),
    }


def write_file(held: list[int], path: Path, size: int) -> int:
    with path.open("wb") as file:
        return file.write(b"x" * size)


def tell_moment(held: list[int], moment: datetime) -> datetime:
    return moment


def load_module(held: list[int], folder: Path) -> str:
    sys.path.insert(0, str(folder))
    return str(importlib.import_module("long_module").__name__)
