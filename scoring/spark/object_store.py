"""Batches in an object store, for a Spark without the connector that reads ``s3a://`` itself.

Its jar is in no registry of Python packages. The rows then come through Arrow's own client to the machine that gives
the order, and go from there to Spark.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from indicators.entries.refusal import Refusal

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: How an address in an object store begins, for Spark and for others.
SCHEMES: Final = ("s3a://", "s3://")
_CONNECTOR: Final = "org/apache/hadoop/fs/s3a/S3AFileSystem.class"


class StoreUnreachable(Refusal):
    """The object store does not give the file."""

    def __init__(self, address: str, said: str) -> None:
        self.address, self.said = address, said
        super().__init__(
            f"对象存储里的 {address} 读不到：{said}。请核对地址，并用 AWS_ENDPOINT_URL、AWS_ACCESS_KEY_ID、"
            "AWS_SECRET_ACCESS_KEY 写明服务器和口令"
        )


def is_object_store(address: str) -> bool:
    """Whether an address lies in one."""
    return address.startswith(SCHEMES)


def has_connector(session: SparkSession) -> bool:
    """Whether the Spark that runs reads ``s3a://`` itself."""
    machine = session.sparkContext._jvm
    assert machine is not None
    return machine.java.lang.Thread.currentThread().getContextClassLoader().getResource(_CONNECTOR) is not None


def list_digests(addresses: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of what lies at each address. Raises StoreUnreachable."""
    return {address: _hash(address) for address in addresses}


def read_rows(addresses: Iterable[str], schema: pa.Schema) -> pa.Table:
    """The rows of files of one schema. Raises StoreUnreachable."""
    return pa.concat_tables([_read(address).select(schema.names).cast(schema) for address in addresses])


def _hash(address: str) -> str:
    try:
        with _open_store(address).open_input_stream(_find_key(address)) as stream:
            digest = hashlib.sha256()
            while piece := stream.read(1 << 20):
                digest.update(piece)
    except OSError as error:
        raise StoreUnreachable(address, str(error).splitlines()[0]) from error
    return digest.hexdigest()


def _read(address: str) -> pa.Table:
    try:
        return pq.read_table(_find_key(address), filesystem=_open_store(address), partitioning=None)
    except OSError as error:
        raise StoreUnreachable(address, str(error).splitlines()[0]) from error


def _open_store(address: str) -> fs.FileSystem:
    """The store that the environment names, as the tools of object stores have it; never one that it does not name."""
    server = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if not server:
        raise StoreUnreachable(address, "没有写明服务器")
    scheme, _, host = server.rstrip("/").partition("://")
    region = os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return fs.S3FileSystem(endpoint_override=host, scheme=scheme, region=region)


def _find_key(address: str) -> str:
    return address.split("://", 1)[1]
