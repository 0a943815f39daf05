"""The first reader of a run finds read what everybody reads of it.

Not proven here: how long that would have taken (``docs/benchmarks.md``), and when the server does it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import newer, session, shelf
from dashboard.foresight import read_ahead
from data.store.workspace import create_workspace
from indicators.reader import find_pack
from tests.dashboard.conftest import OpenPage, read_text


def _fail(*_: object, **__: object) -> None:
    raise AssertionError("read once more")


def test_of_what_was_read_ahead_a_page_reads_nothing_more(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    open_page("demo-lead", "account")
    shelf.forget_all()
    with session.visiting() as context:
        read_ahead(context)
    for module, name in ((session, "read_scores"), (session, "read_frozen_pack"), (newer, "look_since")):
        monkeypatch.setattr(module, name, _fail)
    page = open_page("demo-lead", "overview")
    assert not page.exception and "可能的区间" in read_text(page)


def test_without_a_run_there_is_nothing_to_read_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_workspace(tmp_path / "new", find_pack("jincheng-2021-2025"))
    monkeypatch.setenv("DUCHA_WORKSPACE", str(tmp_path / "new"))
    with session.visiting() as context:
        read_ahead(context)
    assert context.runs == ()
