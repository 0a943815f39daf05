"""An office at the command line: the people and the inspection of tests/ledger, in a workspace of its own."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from click.testing import CliRunner, Result

from data.ledger.ledger import open_ledger
from data.store.workspace import Workspace, create_workspace, open_workspace
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from scoring.cli import console
from scoring.cli import ledger as desk
from scoring.cli.main import app
from tests.ledger.world import World, found_world


class Office:
    """Runs commands in this process, by the clock of the world."""

    world: World

    def __init__(self, workspace: Workspace, world: World | None = None) -> None:
        self.workspace = workspace
        if world is not None:
            self.world = world

    def run(self, *words: Any, by: str | None = None, input: str | None = None) -> Result:
        actor = () if by is None else ("--as", by)
        command = ["-w", str(self.workspace.root), *map(str, words), *actor]
        return CliRunner().invoke(make_command(), command, input=input, env={"DUCHA_USER": ""})

    def done(self, *words: Any, by: str | None = None) -> str:
        """The output of a command that must succeed."""
        result = self.run(*words, by=by)
        assert result.exit_code == 0, result.output
        return result.stdout

    def data(self, *words: Any, by: str | None = None) -> Any:
        """The JSON that a command prints."""
        return json.loads(self.done(*words, "--format", "json", by=by))

    def refused(self, *words: Any, by: str | None = None) -> str:
        """The sentence of a command that must be refused."""
        result = self.run(*words, by=by)
        assert result.exit_code == 1, (result.exit_code, result.output)
        return result.stderr


@cache
def make_command() -> click.Command:
    return typer.main.get_command(app)


@cache
def read_pack() -> Pack:
    return load_pack(find_pack("jincheng-2021-2025"))


@cache
def found_once(hours: int) -> tuple[Path, World]:
    """A workspace with its ledger's world that is founded once a process. It must not be changed: copy it."""
    root = Path(tempfile.mkdtemp(prefix="ducha-founded-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    workspace = create_workspace(root / "workspace", find_pack("jincheng-2021-2025"))
    return workspace.root, found_world(open_ledger(workspace, read_pack()), hours)


def open_office(root: Path, monkeypatch: pytest.MonkeyPatch, hours: int = 0) -> Office:
    """``hours``: so much later the office begins its ledger than another one."""
    founded, known = found_once(hours)
    workspace = open_workspace(shutil.copytree(founded, root / "workspace"))
    world = World(open_ledger(workspace, read_pack()), known.now, known.inspection, dict(known.evidence))
    monkeypatch.setattr(console, "now", world.tick)
    # The pack is the same for every command, and reading it takes longer than the command.
    monkeypatch.setattr(desk, "load_workspace_pack", lambda workspace: world.ledger.pack)
    return Office(workspace, world)
