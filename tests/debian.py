"""What the tests need beside Python and its packages: installed from Debian's packages where it is missing and we may.

``NEEDS`` is all that they may use; ``tests/conftest.py`` lets them start no other program, so that a test which needs
one more fails everywhere, and not on a bare machine alone. ``python -m tests.debian`` (``make system``) installs what
is missing, and what ``tests/libraries.py`` finds missing for the environment itself.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.libraries import find_library, find_missing, name_package


def _find_program(name: str) -> str | None:
    return shutil.which(name)


def _find_typeface(name: str) -> str | None:
    """Where a typeface lies that has the characters of a language: a page of empty boxes is as wide as a full one."""
    if shutil.which("fc-list") is None:
        return None
    found = subprocess.run(("fc-list", f":lang={name}", "file"), capture_output=True, text=True, check=False)
    return found.stdout.partition("\n")[0].rstrip(": ") or None


@dataclass(frozen=True)
class Need:
    """Something that ``packages`` bring and ``find`` finds by its name."""

    name: str
    purpose: str
    packages: tuple[str, ...]
    find: Callable[[str], str | None] = _find_program


NEEDS: Final = {
    need.name: need
    for need in (
        Need("chromium", "the tests of the pages", ("chromium",)),
        Need(
            "zh-cn",
            "the tests of pages and documents (a Chinese typeface)",
            ("fontconfig", "fonts-noto-cjk"),
            _find_typeface,
        ),
        Need("soffice", "the tests of documents", ("libreoffice-calc", "libreoffice-writer")),
        # A machine may have one without the other.
        Need("localc", "the tests of workbooks", ("libreoffice-calc",)),
        Need("lowriter", "the tests of letters", ("libreoffice-writer",)),
        Need("faketime", "the tests at other hours", ("faketime",)),
        Need("java", "the tests of Spark", ("openjdk-17-jre-headless",)),
        Need("nginx", "the test of the proxy's configuration", ("nginx-light",)),
    )
}
#: ``make fresh`` alone needs this one.
DEBOOTSTRAP: Final = Need("debootstrap", "make fresh", ("debootstrap",))
#: What every Debian has (``Essential: yes``), and Python itself may ask: which machine this is, and what a library is.
ESSENTIAL: Final = frozenset({"sh", "uname", "ldd", "ldconfig", "apt-get", "fc-list"})


class ProgramMissing(Exception):
    """Something is not there and cannot be installed."""

    def __init__(self, needs: Sequence[Need]) -> None:
        self.needs = tuple(needs)
        said = "; ".join(f"{need.purpose} need {need.name}" for need in self.needs)
        super().__init__(
            f"{said}; it could not be installed here. "
            f"As root: apt-get install --no-install-recommends {' '.join(_list_packages(self.needs))}"
        )


def ensure(*names: str) -> list[str]:
    """The paths of things in ``NEEDS``, installed now where they are missing. Raises ProgramMissing."""
    return ensure_all([NEEDS[name] for name in names])


def ensure_all(needs: Iterable[Need]) -> list[str]:
    """The paths of all, what is missing installed by one call. Raises ProgramMissing with what still is missing.

    Of several workers one installs, and the others wait for it.
    """
    needs = list(needs)
    with (Path(tempfile.gettempdir()) / f"ducha-install-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [need for need in needs if need.find(need.name) is None]
        if missing and os.getuid() == 0 and shutil.which("apt-get"):
            _install(_list_packages(missing))
    found = [need.find(need.name) for need in needs]
    if None in found:
        raise ProgramMissing([need for need, path in zip(needs, found, strict=True) if path is None])
    return [path for path in found if path is not None]


def may_start(program: str) -> bool:
    """Whether a test may start it: one of ``NEEDS``, what every Debian has, or what lies outside the system's folders.

    Out there is the environment itself, and what a test has made.
    """
    path = Path(shutil.which(program) or program)
    ours = path.is_relative_to(sys.prefix)
    return ours or path.name in ESSENTIAL or path.name in NEEDS or str(path.parent) not in os.get_exec_path()


def _list_packages(needs: Iterable[Need]) -> list[str]:
    return list(dict.fromkeys(package for need in needs for package in need.packages))


def _install(packages: Sequence[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (("update", "-qq"), ("install", "-qq", "-y", "--no-install-recommends", *packages)):
        subprocess.run(("apt-get", *words), env=environment, stdout=subprocess.DEVNULL, check=False)


def main() -> None:
    """Install what is missing; exit code 1, and what to do, where that cannot be done."""
    libraries = [
        Need(name, str(users[0]), (name_package(name),), partial(find_library, user=users[0]))
        for name, users in find_missing(Path(sys.prefix)).items()
    ]
    try:
        ensure_all([*NEEDS.values(), *libraries])
    except ProgramMissing as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
