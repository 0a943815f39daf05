"""Chromium for the tests: the pages have to work in a browser that is not ours.

``python -m tests.browser`` installs what is missing (Debian, as root) and says clearly where it cannot.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = ("chromium", "fonts-noto-cjk")
#: Without its own sandbox, which containers run by root do not allow; it sees nothing but our own pages.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


class BrowserMissing(Exception):
    """Chromium is not there and cannot be installed."""


def ensure_browser() -> str:
    """The path of ``chromium``, installed now where it is missing. Raises BrowserMissing with what to do."""
    with (Path(tempfile.gettempdir()) / f"ducha-browser-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = shutil.which("chromium")
        if found is None and os.getuid() == 0 and shutil.which("apt-get"):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            for words in (("update", "-qq"), ("install", "-qq", "-y", "--no-install-recommends", *PACKAGES)):
                subprocess.run(("apt-get", *words), env=environment, stdout=subprocess.DEVNULL, check=False)
            found = shutil.which("chromium")
        if found is None:
            raise BrowserMissing(
                "the tests of the pages need Chromium; it could not be installed here. "
                f"As root: apt-get install --no-install-recommends {' '.join(PACKAGES)}"
            )
        return found


def main() -> None:
    """Install what is missing; exit code 1 where that cannot be done."""
    try:
        ensure_browser()
    except BrowserMissing as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
