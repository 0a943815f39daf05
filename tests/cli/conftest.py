"""The command line run as users run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def run_ducha(*words: Any, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with pipes instead of a terminal."""
    command = [sys.executable, "-m", "scoring.cli.main", *map(str, words)]
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, encoding="utf-8", timeout=120)
