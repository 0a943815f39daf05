"""The server of the tests where its account may not go: as the environment of a clone in the home of root."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ledger import postgres


def test_a_server_runs_whose_account_cannot_enter_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``initdb`` needs libraries that the package keeps beside the folder of its programs."""
    programs = postgres.find_programs()
    packages = programs.parents[2]
    tmp_path.chmod(0o700)
    (tmp_path / "packages").symlink_to(packages)
    monkeypatch.setattr(postgres, "find_programs", lambda: tmp_path / "packages" / programs.relative_to(packages))
    with postgres.run_server() as server:
        server.run("SELECT 1")
