"""Chromium for the tests: the pages have to work in a browser that is not ours.

``python -m tests.browser`` installs what is missing (Debian, as root) and says clearly where it cannot.
"""

from __future__ import annotations

import sys

from tests.debian import ProgramMissing, ensure_program

PACKAGES = ("chromium", "fonts-noto-cjk")
#: Without its own sandbox, which containers run by root do not allow; it sees nothing but our own pages.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")


def ensure_browser() -> str:
    """The path of ``chromium``, installed now where it is missing. Raises ProgramMissing with what to do."""
    return ensure_program("chromium", PACKAGES, "the tests of the pages")


def main() -> None:
    """Install what is missing; exit code 1 where that cannot be done."""
    try:
        ensure_browser()
    except ProgramMissing as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
