"""A running Spark: its settings, its folder, and nothing of it left behind."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from data.batches.staging import open_staging
from data.store.drafts import draft_folder
from indicators.entries.refusal import Refusal

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: All processors of this machine.
HERE: Final = "local[*]"
#: What a mark may not depend on, and what nobody may find listening.
SETTINGS: Final = {
    "spark.app.name": "ducha",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    # CTEs with a hundred branches take longer to reason about than to carry out.
    "spark.sql.constraintPropagation.enabled": "false",
    # Nobody reads the plans, and writing them down takes as long as carrying them out.
    "spark.sql.maxPlanStringLength": "1000",
    "spark.sql.debug.maxToStringFields": "1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.eventLog.enabled": "false",
}
#: A socket's path has 107 bytes at most, of which Spark's names take 43.
LONGEST_FOLDER: Final = 64
#: Below this, what Spark prepares for many rows takes longer than the work itself. No result depends on it.
MANY_ROWS: Final = 1_000_000
FOR_FEW_ROWS: Final = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData",
    "spark.driver.defaultJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
_LOG: Final = """rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
"""


class SparkMissing(Refusal):
    """PySpark or Java is not installed."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"用 Spark 评分要装 {what}：Python 包用 pip install 'ducha[spark]'，Java 17 以上用系统的软件包"
            "（Debian：apt-get install openjdk-17-jre-headless）。不装也可以评分：去掉 --engine spark"
        )


def check_installed() -> None:
    """Raises SparkMissing."""
    for module, what in (("pyspark", "PySpark"), ("sqlglot", "sqlglot")):
        if importlib.util.find_spec(module) is None:
            raise SparkMissing(what)
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        raise SparkMissing("Java")


@contextmanager
def open_session(
    master: str, place: Path | None, rows: int, more: Mapping[str, str] | None = None
) -> Iterator[SparkSession]:
    """Spark at ``master`` for so many ``rows``, with a folder in ``place`` that goes with it.

    What a killed one left there goes first. ``more`` are settings that the installation asks for.

    Raises SparkMissing.
    """
    check_installed()
    fitting = FOR_FEW_ROWS if rows < MANY_ROWS else {}
    from pyspark.sql import SparkSession

    # Its own log repeats each refusal with a page of stack.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    with open_staging(place) as staging, _environment(master), _open_sockets() as sockets:
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
        builder = SparkSession.builder.master(master)
        for name, value in {
            **SETTINGS,
            **fitting,
            **_place(staging.folder),
            **_stay_here(master),
            **sockets,
            **(more or {}),
        }.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        try:
            yield session
        finally:
            session.stop()


def _place(folder: Path) -> dict[str, str]:
    """Everything that Spark writes goes into the folder."""
    (folder / "log4j2.properties").write_text(_LOG)
    options = f'"-Djava.io.tmpdir={folder}" "-Dlog4j2.configurationFile={(folder / "log4j2.properties").as_uri()}"'
    return {
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        # The Java machine's own figures about itself would stay in the system's folder.
        "spark.driver.extraJavaOptions": f"{options} -XX:-UsePerfData",
    }


def _is_here(master: str) -> bool:
    """Whether nobody beyond this machine takes part, so that the machine needs no name that others know."""
    return master.startswith("local") or urlsplit(master).hostname in ("127.0.0.1", "::1", "localhost")


def _stay_here(master: str) -> dict[str, str]:
    if not _is_here(master):
        return {}
    return {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}


@contextmanager
def _open_sockets() -> Iterator[dict[str, str]]:
    """Python and Java meet at sockets in a folder of this account, and need no name of the machine for it.

    Where the system's folder for such has a long name they meet at ``localhost``.
    """
    with draft_folder() as folder:
        if len(os.fsencode(folder)) > LONGEST_FOLDER:
            yield {}
        else:
            yield {
                "spark.python.unix.domain.socket.enabled": "true",
                "spark.python.unix.domain.socket.dir": str(folder),
            }


@contextmanager
def _environment(master: str) -> Iterator[None]:
    """Java reads the names of files as the language of the environment says, which need not know Chinese letters."""
    wanted = {"LC_ALL": "C.UTF-8"}
    if _is_here(master):
        wanted["SPARK_LOCAL_IP"] = "127.0.0.1"
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
