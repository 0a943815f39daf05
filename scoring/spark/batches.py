"""Where batches lie for Spark, and their rows. An address is handed on untouched: ``hdfs://``, ``s3a://``, a folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from data.batches.records import Inputs
from data.cells.columns import arrow_schema
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from scoring.spark.object_store import has_connector, is_object_store, list_digests, read_rows

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class BatchElsewhere(Refusal):
    """At the address that was given lie other bytes than in the workspace, or none."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(
            f"{address} 与工作区里的同一批次不是同样的字节，没有用它评分；请把工作区的 batches 文件夹重新复制过去"
        )


@dataclass(frozen=True)
class Batches:
    """The files of a run: the schema of each by its path, and where Spark finds it; ``moved`` are those elsewhere."""

    schemas: Mapping[str, pa.Schema]
    addresses: Mapping[str, str]
    moved: frozenset[str] = frozenset()

    def check(self, session: SparkSession) -> None:
        """Compare files that lie elsewhere with those of the workspace, where they lie. Raises BatchElsewhere."""
        if not self.moved:
            return
        addresses = {path: self.addresses[path] for path in sorted(self.moved)}
        found = self._list_digests(session, addresses)
        for path, address in addresses.items():
            with Path(path).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != found.get(_tail(address)):
                    raise BatchElsewhere(address)

    def read(self, session: SparkSession, paths: list[str], *, named: bool) -> DataFrame:
        """The rows of files of one dataset; ``named`` adds the ``filename`` under which the run knows each."""
        from pyspark.sql import functions

        if not named:
            return self._read(session, paths)
        frames = [self._read(session, [path]).withColumn("filename", functions.lit(path)) for path in paths]
        whole = frames[0]
        for frame in frames[1:]:
            whole = whole.unionAll(frame)
        return whole

    def _read(self, session: SparkSession, paths: list[str]) -> DataFrame:
        from pyspark.sql.pandas.types import from_arrow_schema

        schema, addresses = self.schemas[paths[0]], [self.addresses[path] for path in paths]
        if self._is_ours(session):
            return session.createDataFrame(read_rows(addresses, schema))
        return session.read.schema(from_arrow_schema(schema)).parquet(*addresses)

    def _list_digests(self, session: SparkSession, addresses: Mapping[str, str]) -> dict[tuple[str, ...], str]:
        if self._is_ours(session):
            return {_tail(address): digest for address, digest in list_digests(addresses.values()).items()}
        from pyspark.sql import functions

        held = session.read.format("binaryFile").load(list(addresses.values()))
        hashed = held.select("path", functions.sha2("content", 256).alias("sha256"))
        return {_tail(row.path): row.sha256 for row in hashed.collect()}

    def _is_ours(self, session: SparkSession) -> bool:
        """Whether the addresses lie in an object store that Spark itself cannot reach."""
        address = next((self.addresses[path] for path in self.moved), "")
        return is_object_store(address) and not has_connector(session)


def _tail(address: str) -> tuple[str, ...]:
    """Batches are named by what they hold, each in the folder of its dataset; Spark writes the rest in its own way."""
    return tuple(address.split("/")[-2:])


def find_batches(pack: Pack, inputs: Inputs, folder: Path | None = None, root: str | None = None) -> Batches:
    """The files of ``inputs``; those in ``folder`` lie at the same place below the address ``root``."""
    addresses, moved = {}, set()
    for file in inputs.files:
        path = str(file.path)
        if root is not None and folder is not None and file.path.is_relative_to(folder):
            addresses[path] = f"{root.rstrip('/')}/{file.path.relative_to(folder).as_posix()}"
            moved.add(path)
        else:
            # A path is no pattern, whatever letters its folders are called by.
            addresses[path] = "file:" + re.sub(r"([{}\[\]*?\\])", r"\\\1", str(file.path.absolute()))
    schemas = {str(file.path): arrow_schema(pack.dataset(file.dataset)) for file in inputs.files}
    return Batches(schemas, addresses, frozenset(moved))
