"""A real standalone Spark on the loopback address: a master and workers, each a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pyspark

from tests.debian import ensure

_CLASS = "org.apache.spark.deploy"
#: How long a process may take to say that it listens, beside whatever else the machine does.
_PATIENCE = 300


@contextmanager
def start_cluster(folder: Path, workers: int = 2) -> Iterator[str]:
    """The address of the master; every worker has one processor and 1 GiB. All are stopped at the end."""
    ensure("java")
    with ExitStack() as stack:
        options = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        log = stack.enter_context(_start(folder / "master", "master.Master", *options))
        master = _wait_for(log, r"Starting Spark master at (spark://\S+)")
        for number in range(workers):
            place = folder / f"worker{number}"
            words = (*options, "--cores", "1", "--memory", "1g", "--work-dir", str(place), master)
            log = stack.enter_context(_start(place, "worker.Worker", *words))
            _wait_for(log, r"Successfully registered with (master)")
        yield master


@contextmanager
def _start(folder: Path, name: str, *words: str) -> Iterator[Path]:
    folder.mkdir(parents=True)
    home = Path(pyspark.__file__).parent
    log = folder / "log"
    environment = {
        **os.environ,
        "LC_ALL": "C.UTF-8",
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData",
    }
    with log.open("wb") as said:
        process = subprocess.Popen(
            [str(home / "bin" / "spark-class"), f"{_CLASS}.{name}", *words],
            cwd=folder,
            env=environment,
            stdout=said,
            stderr=said,
        )
        try:
            yield log
        finally:
            # spark-class has become Java itself.
            process.terminate()
            process.wait(timeout=_PATIENCE)


def _wait_for(log: Path, pattern: str) -> str:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if found := re.search(pattern, log.read_text(encoding="utf-8", errors="replace")):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"{pattern} never stood in {log}:\n{log.read_text(encoding='utf-8', errors='replace')}")
