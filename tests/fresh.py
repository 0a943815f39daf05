"""Both commands of the README on a bare machine: ``make fresh`` (as root, on Debian, with the network).

A Debian 12 of the smallest kind is built in a temporary folder, with nothing but what the README asks for. The
committed state is cloned there into root's home, which other accounts cannot enter, and into a folder with blanks and
Chinese characters in its name; ``make demo`` and ``make test`` run in each. There is no locale, no ``ps``, no
compiler, and no time zone but UTC.

How this machine comes to its packages is taken along: the mirror of Debian, what apt is told about fetching, pip's
settings, and the files and folders that these name. Processes and mounts live in namespaces of their own, so that they
end with this process however it ends; a watcher then removes the folder.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from tests.debian import DEBOOTSTRAP, ProgramMissing, ensure_all

ROOT: Final = Path(__file__).parents[1]
SUITE: Final = "bookworm"
#: What the README asks for, and what fetching the project takes.
PACKAGES: Final = ("python3", "python3-pip", "make", "git", "ca-certificates")
#: Where the clones lie in the new machine.
PLACES: Final = {"home": "/root/ducha", "blanks": "/srv/督察 演示/度 查"}
STEPS: Final = ("demo", "test")
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#: What of this machine's environment says how packages are fetched.
_FETCHING: Final = re.compile(
    r"PIP_.*|(?i:.*_proxy)|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|GIT_SSL_CAINFO|CURL_CA_BUNDLE"
)
_TAIL: Final = 60

# Ends when nobody holds the other end of its input: closed, or its process has died. Mounts are not seen from here.
_WATCH: Final = """
cat > /dev/null
tries=0
until rm -rf --one-file-system "$1" 2> /dev/null || [ "$tries" -ge 100 ]; do sleep 0.1; tries=$((tries + 1)); done
"""
# In namespaces of their own: mounts, then the command. What follows the root is folders to be seen inside, read only.
_ENTER: Final = """
set -e
root=$1; command=$2; shift 2
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
for each; do mkdir -p "$root$each"; mount --bind "$each" "$root$each"; mount -o remount,bind,ro "$root$each"; done
exec chroot "$root" /bin/sh -c "$command"
"""
_ALONE: Final = (
    *("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private"),
    *("--pid", "--fork", "--kill-child"),
)


class Machine:
    """A Debian in ``root``, with this machine's way to packages."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.fetching = {name: value for name, value in os.environ.items() if _FETCHING.fullmatch(name)}
        self.folders: list[str] = []

    def build(self, log: Path) -> int:
        """The bare system; returns debootstrap's exit code."""
        mirror = os.environ.get("DEBIAN_MIRROR") or _find_mirror()
        words = ("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, str(self.root), mirror)
        with log.open("ab") as out:
            return subprocess.run((*_ALONE, *words), stdout=out, stderr=out, check=False).returncode

    def bring_settings(self) -> None:
        """How apt and pip fetch here: their settings, and every file and folder that these or the environment name."""
        fetching = [line for line in _ask("apt-config", "dump") if line.startswith("Acquire::")]
        (self.root / "etc/apt/apt.conf.d/90fetching").write_text("\n".join([*fetching, ""]), encoding="utf-8")
        told = (
            re.match(r"\s+(/.+), exists: True$", line) for line in _ask(sys.executable, "-m", "pip", "config", "debug")
        )
        files = {Path(found[1]) for found in told if found}
        named: set[Path] = set()
        for text in [*(file.read_text(encoding="utf-8") for file in files), *self.fetching.values()]:
            named.update(_list_paths(text))
        for file in {*files, *(path for path in named if path.is_file()), Path("/etc/resolv.conf")}:
            target = self.root / file.relative_to("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
        self.folders = sorted({str(self._widen(path)) for path in named if path.is_dir() and not self._has(path)})

    def _has(self, folder: Path) -> bool:
        inside = self.root / folder.relative_to("/")
        return inside.is_dir() and any(inside.iterdir())

    def _widen(self, folder: Path) -> Path:
        # The pages of an index link to files that lie beside its folder.
        return folder if len(folder.parents) < 3 or self._has(folder.parent) else folder.parent

    def run(self, command: str, log: Path) -> int:
        """The exit code of a command line in the machine; all that it says goes into ``log``."""
        words = (*_ALONE, "sh", "-c", _ENTER, "fresh", str(self.root), command)
        environment = {**self.fetching, "PATH": _PATH, "HOME": "/root", "TERM": "dumb"}
        with log.open("ab") as out:
            streams = {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": out}
            return subprocess.run((*words, *self.folders), env=environment, check=False, **streams).returncode


def _ask(*words: str) -> list[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.splitlines()


def _find_mirror() -> str:
    """Where this machine fetches the same Debian from, if it does."""
    lines = _ask("apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Identifier: Packages")
    found = [line.partition(" ")[2] for line in lines if line.startswith(f"{SUITE} ")]
    return found[0] if found else "http://deb.debian.org/debian"


def _list_paths(text: str) -> Iterator[Path]:
    """Files and folders of this machine that a text of settings names, as paths or as ``file:`` addresses."""
    for word in re.split(r"[\s=,'\"]+", text):
        path = Path(unquote(urlsplit(word).path) if word.startswith("file:") else word)
        if path.is_absolute() and path != Path("/") and path.exists():
            yield path


@contextmanager
def open_machine(keep: Path | None) -> Iterator[Machine]:
    """A machine in a temporary folder, gone afterwards whatever happens; or the one in ``keep``, which stays."""
    if keep is not None:
        yield Machine(keep.resolve())
        return
    folder = tempfile.mkdtemp(prefix="ducha-fresh-")
    words = ("/bin/sh", "-c", _WATCH, "watch", folder)
    watcher = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True)
    try:
        yield Machine(Path(folder) / "root")
    finally:
        assert watcher.stdin is not None
        watcher.stdin.close()
        watcher.wait()


def write_steps(places: Sequence[str], steps: Sequence[str], tests: str) -> dict[str, str]:
    """What is done in the machine, in order: a name for each, and its command line."""
    done = {}
    for place in places:
        folder = shlex.quote(PLACES[place])
        done[f"clone into {PLACES[place]}"] = (
            f"rm -rf {folder} && git -c advice.detachedHead=false clone -q /tmp/head.bundle {folder}"
        )
        for step in steps:
            told = f" TESTS={shlex.quote(tests)}" if step == "test" and tests else ""
            done[f"make {step} in {PLACES[place]}"] = f"cd {folder} && make {step}{told}"
    return done


def run_steps(machine: Machine, steps: Mapping[str, str], logs: Path) -> list[str]:
    """Do all; returns those that failed, each told with the end of what it said. A clone that failed ends it."""
    failed = []
    for number, (name, command) in enumerate(steps.items()):
        log, begun = logs / f"{number}.log", time.monotonic()
        code = machine.run(command, log)
        _say(f"{name}: {'ok' if code == 0 else f'FAILED with {code}'} after {time.monotonic() - begun:.0f} s")
        if code:
            failed.append(name)
            _say("\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_TAIL:]))
    return failed


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Build the machine, do what is asked for; exit code 1 and the names of what failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fresh", description=__doc__)
    parser.add_argument("--place", action="append", choices=PLACES, help="only this clone; may be repeated")
    parser.add_argument("--step", action="append", choices=STEPS, help="only this command; may be repeated")
    parser.add_argument("--tests", default="", help="which tests of make test, as pytest takes them")
    parser.add_argument("--keep", type=Path, help="a folder for the machine: used again if it is there, and kept")
    given = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("make fresh builds a machine with debootstrap and chroot: run it as root")
    try:
        ensure_all([DEBOOTSTRAP])
    except ProgramMissing as error:
        sys.exit(str(error))
    with open_machine(given.keep) as machine:
        # Beside the machine: what removes that removes these.
        logs = machine.root.with_name(f"{machine.root.name}-logs")
        shutil.rmtree(logs, ignore_errors=True)
        logs.mkdir(parents=True)
        if not (machine.root / "etc/debian_version").exists() and machine.build(logs / "build.log"):
            sys.exit((logs / "build.log").read_text(encoding="utf-8", errors="replace"))
        machine.bring_settings()
        bundle = ("git", "-C", str(ROOT), "bundle", "create", "-q", str(machine.root / "tmp/head.bundle"), "HEAD")
        subprocess.run(bundle, check=True)
        failed = run_steps(machine, write_steps(given.place or list(PLACES), given.step or STEPS, given.tests), logs)
    sys.exit(f"failed on a bare machine: {'; '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
