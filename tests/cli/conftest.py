"""The command line, as users run it and within the test's own process."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from typer.testing import CliRunner

from scoring.cli.main import app


def start_ducha(*words: Any, cwd: Path | None = None, **environment: str) -> CompletedProcess[str]:
    """The command in a process of its own, with pipes instead of a terminal."""
    command = [sys.executable, "-m", "scoring.cli.main", *map(str, words)]
    env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=env, encoding="utf-8", timeout=300)


def run_ducha(*words: Any, cwd: Path | None = None, **environment: str) -> CompletedProcess[str]:
    """The same without the seconds that a process needs to start; what no command catches fails the test."""
    with contextlib.chdir(cwd or Path.cwd()):
        done = CliRunner().invoke(
            app, [str(word) for word in words], env=environment, prog_name="ducha", catch_exceptions=False
        )
    return CompletedProcess(words, done.exit_code, done.stdout, done.stderr)
