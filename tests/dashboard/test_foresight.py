"""The first reader of a run finds read what everybody reads of it.

Not proven here: how long that would have taken (``docs/benchmarks.md``), and when the server does it.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

import data.intake.reporting
from dashboard.runs import compared, newer, report_states
from dashboard.visits import session, shelf
from dashboard.web.foresight import read_ahead
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


@pytest.mark.parametrize(
    ("page", "module", "names", "shown"),
    [
        (
            "compare",
            compared,
            ("compare_sections", "list_gaps", "compare_indicator", "list_years"),
            "得分率（%，得分占适用满分的比例）",
        ),
        ("reporting", report_states, ("list_all_report_states", "_count", "write_missing", "_group"), "谁报了"),
    ],
)
def test_of_what_takes_long_on_other_pages_nothing_is_worked_out_again(
    open_page: OpenPage,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    module: ModuleType,
    names: tuple[str, ...],
    shown: str,
) -> None:
    open_page("demo-lead", "account")
    shelf.forget_all()
    with session.visiting() as context:
        read_ahead(context)
    for name in names:
        monkeypatch.setattr(module, name, _fail)
    # The door by which a page that finds nothing read reads who has reported, and the values of an indicator.
    monkeypatch.setattr(data.intake.reporting, "list_report_states", _fail)
    monkeypatch.setattr(session, "compare_values", _fail)
    opened = open_page("demo-lead", page)
    assert not opened.exception and not opened.error and shown in read_text(opened)


def test_without_a_run_there_is_nothing_to_read_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create_workspace(tmp_path / "new", find_pack("jincheng-2021-2025"))
    monkeypatch.setenv("DUCHA_WORKSPACE", str(tmp_path / "new"))
    with session.visiting() as context:
        read_ahead(context)
    assert context.runs == ()
