"""Programs that the tests need beside Python: installed from Debian's packages where they are missing and we may."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path


class ProgramMissing(Exception):
    """A program is not there and cannot be installed."""

    def __init__(self, program: str, purpose: str, packages: Sequence[str]) -> None:
        self.program = program
        self.packages = tuple(packages)
        super().__init__(
            f"{purpose} need {program}; it could not be installed here. "
            f"As root: apt-get install --no-install-recommends {' '.join(packages)}"
        )


def ensure_program(program: str, packages: Sequence[str], purpose: str) -> str:
    """The path of ``program``, whose ``packages`` are installed now if it is missing. Raises ProgramMissing.

    Of several workers one installs, and the others wait for it.
    """
    with (Path(tempfile.gettempdir()) / f"ducha-{program}-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = shutil.which(program)
        if found is None and os.getuid() == 0 and shutil.which("apt-get"):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            for words in (("update", "-qq"), ("install", "-qq", "-y", "--no-install-recommends", *packages)):
                subprocess.run(("apt-get", *words), env=environment, stdout=subprocess.DEVNULL, check=False)
            found = shutil.which(program)
        if found is None:
            raise ProgramMissing(program, purpose, packages)
        return found
