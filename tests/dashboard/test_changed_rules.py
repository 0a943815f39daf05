"""总览 and 县区对比 say that what they show is of other rules than what it is compared with.

Not proved here: what counts as a rule (tests/scoring/test_changed_rules.py).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from data.clock import office_now
from data.demo.accounts import add_demo_accounts
from data.ledger.ledger import open_ledger
from data.store.workspace import open_workspace
from indicators.reader import load_pack
from tests.cli.test_pack_versions import EXAMPLE, World, edit, lower_target
from tests.dashboard.conftest import log_in, read_text

SAID = "指标包从 1.0 版改为 1.1 版，改了「规范性文件备案率」的规则。"


def test_a_page_says_that_the_runs_it_compares_had_other_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, "--fictional")
    shutil.copytree(EXAMPLE, tmp_path / "new")
    lower_target(tmp_path / "new")
    edit(tmp_path / "new", 'version: "1.0"', 'version: "1.1"', "pack.yaml")
    world.done("score", "--year", "2025", "--as-of", "2026-04-10")
    world.done("pack", "adopt", tmp_path / "new", "--reason", "降低目标")
    world.done("score", "--year", "2025", "--as-of", "2026-04-11")
    workspace = open_workspace(tmp_path / "w")
    add_demo_accounts(open_ledger(workspace, load_pack(workspace.pack_folder)), now=office_now())
    monkeypatch.setenv("DUCHA_WORKSPACE", str(workspace.root))
    app = log_in("demo-lead")
    text = read_text(app.switch_page("views/overview.py").run())
    assert text.count(f"规则有变：比上次、上年，{SAID}") == text.count("规则有变：") == 1
    assert f"规则有变：比上年，{SAID}" in read_text(app.switch_page("views/compare.py").run())
