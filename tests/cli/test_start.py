"""How the command starts: with what the called command needs, and with nothing that lies about in a folder."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import scoring.cli
from scoring.cli.collecting import collecting_later
from scoring.cli.commands import COMMANDS, load_commands
from scoring.cli.left_out import leave_out_pandas
from tests.cli.conftest import run_ducha

FOLDER = Path(scoring.cli.__file__).parent
DUCHA = Path(sys.executable).with_name("ducha")
#: What reading a command line and printing a list takes.
LIGHT = {"typer", "rich", "shellingham", "annotated_doc", "data", "indicators", "scoring"}


def test_every_module_s_commands_stand_in_the_list_with_their_own_help() -> None:
    modules = [path.stem for path in FOLDER.glob("*.py") if "def add_commands(" in path.read_text(encoding="utf-8")]
    found = {name: (module, command.help) for module in modules for name, command in load_commands(module).items()}
    assert found == COMMANDS


def test_the_list_of_commands_is_printed_without_anything_that_only_commands_need() -> None:
    code = "import sys\nfrom scoring.cli.main import main\ntry: main()\nfinally: print('|', *sys.modules)"
    said = subprocess.run((sys.executable, "-c", code, "--help"), capture_output=True, text=True, check=True).stdout
    listed, _, modules = said.rpartition("|")
    assert all(name in listed for name in COMMANDS)
    # Some systems have every Python load something of theirs.
    bare = subprocess.run((sys.executable, "-c", "import sys; print(*sys.modules)"), capture_output=True, text=True)
    loaded, anyway = ({name.partition(".")[0] for name in each.split()} for each in (modules, bare.stdout))
    others = loaded - anyway - LIGHT - sys.stdlib_module_names
    assert not {name for name in others if not name.startswith("_")}


def test_a_command_that_is_none_is_refused_with_the_nearest() -> None:
    done = run_ducha("rnak")
    assert done.returncode == 2 and "rank" in done.stderr


def test_nothing_that_lies_in_the_folder_is_taken_for_the_program(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("data", "dashboard", "scoring", "indicators", "queue", "polars"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not the program')", encoding="utf-8")
    listed = subprocess.run((DUCHA, "-w", demo, "runs"), capture_output=True, text=True, cwd=tmp_path)
    assert listed.returncode == 0, listed.stderr
    started: list[tuple[list[str], dict[str, str]]] = []

    def take(program: str, command: list[str], environment: dict[str, str]) -> None:
        started.append((command, environment))
        raise SystemExit(0)

    monkeypatch.setattr(os, "execve", take)
    assert run_ducha("-w", demo, "serve", "--port", "18517").returncode == 0
    ((command, environment),) = started
    done = subprocess.run([*command, "--help"], env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0 and "--port" in done.stdout, done.stderr
    child = subprocess.run(
        (sys.executable, "-c", "import data"), env=environment, capture_output=True, text=True, cwd=tmp_path
    )
    assert child.returncode == 0, "what the server starts is safe as well"


@pytest.mark.parametrize(
    ("words", "without"),
    [
        (("rank",), {"ruamel", "duckdb", "pandas"}),
        (("explain", "陵川县", "35.reconsideration-training"), {"ruamel", "duckdb", "polars", "pandas"}),
    ],
)
def test_what_is_stored_is_shown_without_what_only_scoring_needs(
    demo: Path, words: tuple[str, ...], without: set[str]
) -> None:
    code = "import sys\nfrom scoring.cli.main import main\ntry: main()\nfinally: print('|', *sys.modules)"
    command = (sys.executable, "-c", code, "-w", str(demo), *words)
    said, _, modules = subprocess.run(command, capture_output=True, text=True, check=True).stdout.rpartition("|")
    assert "陵川县" in said
    assert without & {name.partition(".")[0] for name in modules.split()} == set()


def test_pandas_is_left_to_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.delitem(sys.modules, "pandas", raising=False)
    leave_out_pandas(("score", "--engine", "spark"))
    assert import_module("importlib.util").find_spec("pandas").origin is not None
    leave_out_pandas(("score",))
    with pytest.raises(ImportError):
        import_module("pandas")


def test_circles_are_not_looked_for_while_libraries_are_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    frozen: list[bool] = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(gc.isenabled()))
    with collecting_later():
        assert not gc.isenabled()
    assert gc.isenabled() and not frozen, "what a command leaves is found if nothing was imported"
    with pytest.raises(ModuleNotFoundError), collecting_later():
        monkeypatch.setitem(sys.modules, "there was none before", sys)
        import_module("there is none")
    assert gc.isenabled() and frozen == [False], "what was imported is set aside before anybody looks at it"
