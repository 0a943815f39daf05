"""Chromium for the tests: the pages have to work in a browser that is not ours."""

from __future__ import annotations

from tests.debian import ensure

#: Without its own sandbox, which containers run by root do not allow; it sees nothing but our own pages. It paints them
#: in its main process: with one of its own for it, it takes a third more.
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--in-process-gpu")


def ensure_browser() -> str:
    """The path of ``chromium``, installed now where it is missing. Raises ProgramMissing with what to do."""
    return ensure("chromium", "zh-cn")[0]
