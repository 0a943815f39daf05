"""Debris: what a process leaves behind that is killed while it writes goes, and what a living one writes stays.

The processes are real ones and are killed. Not proved: file systems without locks, where age alone decides.
"""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.clock import office_zone
from data.store.drafts import PREFIX, draft_file, sweep_below, sweep_workspace

_WRITER = """
import sys, time
from pathlib import Path
from data.store.drafts import draft_file, draft_folder
root = Path(sys.argv[1])
with draft_file(root) as head, draft_folder(root / "runs") as run, draft_folder() as unpacked:
    (run / "result.json").write_text("half")
    (unpacked / "ducha.db").write_text("hashes of passwords")
    print("writing", flush=True)
    time.sleep(60)
"""


@contextmanager
def writing_process(root: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "TMPDIR": str(root / "tmp")}
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(root)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "writing\n"
        try:
            yield process
        finally:
            process.kill()


def find_drafts(root: Path) -> set[Path]:
    return {path for path in root.rglob(f"{PREFIX}*")}


def read_files_clock(folder: Path) -> datetime:
    """By the clock that files have: at other hours (``tests/hours.py``) it is not the one that processes are told."""
    (folder / "moment").touch()
    return datetime.fromtimestamp((folder / "moment").stat().st_mtime, office_zone())


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("runs", "tmp"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path


def test_what_a_killed_process_left_goes_and_what_a_living_one_writes_stays(root: Path) -> None:
    with writing_process(root) as killed:
        left = find_drafts(root)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert len(left) == 3 and find_drafts(root) == left
    # It was killed just now: somebody may have made a draft at this moment and not have locked it yet.
    assert sweep_workspace(root, read_files_clock(root)) == []
    with writing_process(root):
        alive = find_drafts(root) - left
        later = read_files_clock(root) + timedelta(hours=1)
        sweep_workspace(root, later)
        assert find_drafts(root) == alive and len(alive) == 3


def test_a_draft_that_becomes_the_thing_itself_is_no_debris(root: Path) -> None:
    with draft_file(root) as draft:
        draft.write_text("whole", encoding="utf-8")
        draft.replace(root / "trail.head")
    assert find_drafts(root) == set() and (root / "trail.head").read_text(encoding="utf-8") == "whole"


def test_what_earlier_versions_left_goes_once_it_is_old(root: Path) -> None:
    names = (".head-abc", "runs/.draft-x", "pack.new-1", ".0a.tmp", "runs/.备份-20250101-000000.zip.ab")
    unpacked = root / "tmp" / "ducha-restore-ab"
    (unpacked / "store").mkdir(parents=True)
    for name in names:
        (root / name).write_text("x", encoding="utf-8")
    (root / "link").symlink_to(root / ".head-abc")
    now = read_files_clock(root)
    assert sweep_below(root, now) == []
    old = (now - timedelta(days=3)).timestamp()
    for name in names:
        os.utime(root / name, (old, old))
    os.utime(unpacked, (old, old))
    assert set(sweep_workspace(root, now)) == {*names, unpacked.name}


def test_no_other_module_makes_names_for_what_is_not_finished() -> None:
    """Closed: who makes one elsewhere leaves debris that nobody sweeps."""
    for path in (
        each for floor in ("indicators", "data", "scoring", "dashboard") for each in Path(floor).rglob("*.py")
    ):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        if path.as_posix() != "data/store/drafts.py":
            assert "tempfile" not in names, path
        # An import's own folder has a lock of its own, which the next import asks.
        if path.as_posix() not in ("data/store/drafts.py", "data/batches/staging.py"):
            assert "uuid" not in names, path
