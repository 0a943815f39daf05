"""What pre-commit runs is what lies in .venv: nothing is fetched. Not proved: that pre-commit itself is installed."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]


def test_hooks_are_local_and_run_what_make_check_installs() -> None:
    repos = YAML(typ="safe").load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert {each["repo"] for each in repos} == {"local"}
    hooks = [hook for each in repos for hook in each["hooks"]]
    assert [hook["id"] for hook in hooks] == ["ruff", "ruff-format", "lint-imports"]
    assert all(hook["language"] == "system" for hook in hooks)
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    for hook in hooks:
        assert hook["entry"].startswith(".venv/bin/")
    assert "\nruff==" in lock and "\nimport-linter==" in lock


def test_what_is_indented_by_tabs_says_so_to_editors() -> None:
    rules = (ROOT / ".editorconfig").read_text(encoding="utf-8")
    assert "[Makefile]\nindent_style = tab" in rules and "max_line_length = 120" in rules
