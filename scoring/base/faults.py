"""What nobody expected: a number for the reader, and all of it under that number in a log."""

from __future__ import annotations

import os
import secrets
import traceback
from pathlib import Path

#: Digits and letters that cannot be mistaken for each other when read out on the telephone.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def make_fault_number() -> str:
    """A number to find a fault in a log by."""
    return "".join(secrets.choice(_SIGNS) for _ in range(6))


def find_log() -> Path:
    """The file that commands write their faults to: in the account's own folder, never in the workspace."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "ducha" / "faults.log"


def log_fault(error: BaseException, moment: str) -> tuple[str, Path | None]:
    """Write an error with its traceback to the log; returns its number, and the log (None where it cannot be written).

    The log is readable by the account alone: a traceback may quote what was reported.
    """
    number, path = make_fault_number(), find_log()
    text = f"[{moment}] 错误编号 {number}\n" + "".join(traceback.format_exception(error)) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except (OSError, RuntimeError):
        return number, None
    return number, path
