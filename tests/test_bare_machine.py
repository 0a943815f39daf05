"""What a bare machine lacks is found before a test fails for it, and other hours are told to every process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from data.clock import office_zone
from tests import memory
from tests.debian import NEEDS, Need, ProgramMissing, ensure_all
from tests.hours import tell_time
from tests.libraries import find_library, find_missing, name_package
from tests.timings import choose


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """A program that wants a library which no machine has, and a library that nobody loads."""
    program = tmp_path / "bin" / "program"
    program.parent.mkdir()
    content = Path("/bin/true").read_bytes()
    assert b"libc.so.6\0" in content
    program.write_bytes(content.replace(b"libc.so.6\0", b"libq.so.7\0"))
    program.chmod(0o755)
    shutil.copy(program, tmp_path / "bin" / "library.so.1")
    return tmp_path


def test_the_loader_tells_which_library_of_the_system_is_missing_and_for_what(environment: Path) -> None:
    program = environment / "bin" / "program"
    assert find_missing(environment) == {"libq.so.7": [program]}
    assert find_library("libq.so.7", program) is None and find_library("libc.so.6", Path("/bin/true"))


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libatomic.so.1", "libatomic1"),
        ("libpng16.so.16", "libpng16-16"),
        ("libX11.so.6", "libx11-6"),
        ("libfoo_bar.so.2", "libfoo-bar2"),
    ],
)
def test_a_library_s_package_is_named_as_debian_s_policy_names_it(library: str, package: str) -> None:
    assert name_package(library) == package


def test_what_cannot_be_installed_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.debian._install", lambda packages: None)
    needs = [Need("no-such-program", "the tests of nothing", ("nothing1",)), *NEEDS.values()]
    with pytest.raises(
        ProgramMissing, match=r"the tests of nothing need no-such-program; .*apt-get install .* nothing1$"
    ):
        ensure_all(needs)


def test_no_test_starts_a_program_that_a_bare_machine_would_not_get() -> None:
    with pytest.raises(FileNotFoundError, match=r"make is not in NEEDS of tests/debian\.py"):
        subprocess.run(("make", "--version"), check=False)


def test_a_process_told_another_hour_believes_it_and_can_wait() -> None:
    moment = datetime(2028, 2, 29, 0, 30, tzinfo=office_zone())
    code = "import time; from data.clock import office_now; time.sleep(0.01); print(office_now())"
    command = (sys.executable, "-c", code)
    done = subprocess.run(command, env=tell_time(moment), capture_output=True, text=True, check=True)
    assert done.stdout.startswith("2028-02-29 00:3")


def test_a_short_run_takes_the_quickest_of_every_file_and_pays_for_what_is_shared() -> None:
    cheap, dear = {"seconds": 1.0, "shared": [], "reads": True}, {"seconds": 0.5, "shared": ["office"], "reads": False}
    known = {"tests": {"a::1": cheap, "a::2": cheap, "b::1": dear, "b::2": dear}, "shared": {"office": 3.0}}
    assert choose(known, 6) == ["b::1", "a::1", "b::2", "a::2"]
    assert choose(known, 2) == choose(known, 6, reading=True) == ["a::1", "a::2"]


def test_files_of_tests_lie_in_memory_only_where_there_is_room_and_nobody_chose_a_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", "/tmp")
    monkeypatch.setattr(memory, "ROOM", 0)
    assert not memory.keep_files_in_memory(tmp_path), "whoever runs the tests has chosen"
    monkeypatch.delenv("TMPDIR")
    assert not memory.keep_files_in_memory(tmp_path / "no such place")
    assert memory.keep_files_in_memory(tmp_path) and tempfile.gettempdir() == os.environ["TMPDIR"] == str(tmp_path)
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setattr(memory, "ROOM", 2**60)
    assert not memory.keep_files_in_memory(tmp_path)


def test_make_lets_python_keep_what_it_compiled() -> None:
    """``pip install --no-compile`` counts on it: otherwise every process compiles every library anew, for seconds."""
    assert "unexport PYTHONDONTWRITEBYTECODE\n" in (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
