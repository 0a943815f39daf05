"""Spark comes to what DuckDB comes to, to the last digit: figures, marks, outcomes, reasons, totals, ranks and ranges.

A real master and two workers on the loopback address carry the statements out. What this does not prove: that it
is so over a network, or with more data than fits one machine. A shipped pack, the published dates, is scored in
``test_command``; other policies of a total than the first world's, and the demonstration, are left to
``tests/spark/alone.py``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow.parquet as pq
import pytest
from moto.server import ThreadedMotoServer
from pyarrow import fs

from data.batches.records import Inputs
from indicators.measures.registry import KINDS
from indicators.pack.combining import Combine
from indicators.pack.model import Indicator, Pack
from scoring.base.parts import list_parts
from scoring.engine.awards import BRANCHES
from scoring.engine.run import Result, RunOverflow, score
from scoring.measures.raw import Moment
from scoring.spark.batches import BatchElsewhere, find_batches
from scoring.spark.driver import open_session
from scoring.spark.object_store import StoreUnreachable, has_connector, list_digests
from scoring.spark.tables import SparkConnection, open_with
from tests.reference.generator import World, random_world
from tests.reference.joined import OUTCOMES, joined_worlds, list_outcomes
from tests.reference.random_days import ask
from tests.reference.scorer import score_reference
from tests.spark.cluster import start_cluster
from tests.worlds import store_tables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Key = TypeVar("Key")
#: So many generated worlds are looked through for the few that have everything between them.
LOOKED_THROUGH = 120
#: Keys of measures and marks for which statements read otherwise.
SQL_OF_ITS_OWN = {"below", "out_of", "shares", "trim", "top", "bottom", "per_week", "per_month"}
#: The workers of the test are small.
SMALL = {"spark.executor.memory": "1g"}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Spark on a cluster of its own, in a folder with a blank and Chinese letters."""
    folder = tmp_path_factory.mktemp("督察 演示")
    with start_cluster(folder / "cluster") as master, open_session(master, folder / "staging", 0, SMALL) as session:
        yield session


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[fs.S3FileSystem]:
    """An object store that listens on the loopback address, and the environment that names it."""
    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    named = {"ENDPOINT_URL": f"http://{host}:{port}", "ACCESS_KEY_ID": "office", "SECRET_ACCESS_KEY": "office"}
    for name, value in {**named, "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    try:
        yield fs.S3FileSystem(endpoint_override=f"{host}:{port}", scheme="http", allow_bucket_creation=True)
    finally:
        server.stop()


def list_apart(ours: Result, theirs: Result) -> list[str]:
    """The frames and columns in which two results differ, in value, order or type."""
    found = []
    for name in ("parts", "items", "totals"):
        left, right = getattr(ours, name), getattr(theirs, name)
        if left.columns != right.columns or left.height != right.height:
            found.append(f"{name}: {left.shape} {left.columns}, {right.shape} {right.columns}")
            continue
        found += [f"{name}.{each}" for each in left.columns if not left[each].equals(right[each], check_dtypes=True)]
    return found


def score_by_spark(session: SparkSession, pack: Pack, inputs: Inputs, at: World | Moment) -> Result:
    return score(pack, inputs, at.year, at.as_of, open_with=open_with(session, find_batches(pack, inputs)))


def tell_combine(combine: Combine) -> str:
    return combine if isinstance(combine, str) else type(combine).__name__


def list_kinds(world: World) -> set[str]:
    """What Spark might do otherwise: kinds of measure and of marks, of dates and of people, layers, merged units."""
    head, units = world.pack.head, world.pack.registry.units
    found = {f"not applicable: {head.policy.not_applicable}", f"rest day: {head.policy.rest_day}"}
    found |= {"merged" for unit in units if unit.successor is not None}
    return found.union(*map(list_kinds_of, world.pack.indicators))


def list_kinds_of(indicator: Indicator) -> set[str]:
    """Those of one indicator."""
    parts = indicator.parts
    found = {part.measure.kind for part in parts} | {part.marks.kind for part in parts}
    found.add(f"combined: {tell_combine(indicator.combine)}")
    found |= {"layers" for part in parts if part.measure.chosen.list_used()}
    written = {(part.measure.kind, key) for part in parts for key in part.measure.chosen.model_fields_set}
    written |= {(part.marks.kind, key) for part in parts for key in part.marks.chosen.model_fields_set}
    return found | {f"{kind}: {key}" for kind, key in written if key in SQL_OF_ITS_OWN}


def cover(held: Mapping[Key, set[str]]) -> list[Key]:
    """Few keys that hold between them everything that any holds."""
    lacking, chosen = set[str]().union(*held.values()), []
    while lacking:
        best = max(held, key=lambda key: len(held[key] & lacking))
        chosen.append(best)
        lacking -= held[best]
    return chosen


def choose_worlds() -> list[int]:
    """The seeds of few worlds that have between them every kind that any has."""
    held = {seed: list_kinds(random_world(seed)) for seed in range(LOOKED_THROUGH)}
    assert set().union(*held.values()) >= KINDS.keys() | BRANCHES.keys()
    return cover(held)


def join_chosen() -> World:
    """The chosen worlds in one, after the first by whose policies and day they have every outcome between them.

    Joined, since Spark prepares a run of one indicator as long as one of many.
    """
    chosen = choose_worlds()
    for first in range(LOOKED_THROUGH):
        world = joined_worlds([first, *(seed for seed in chosen if seed != first)])
        if list_outcomes(world) == OUTCOMES:
            return world
    pytest.fail("worlds after no first one have every outcome")


def list_needed(pack: Pack, name: str) -> set[str]:
    """The indicator and those whose marks it reads, directly or by others."""
    found, waiting = set[str](), [name]
    while waiting:
        found.add(known := waiting.pop())
        parts = pack.indicator(known).parts
        waiting += sorted({each for part in parts for each in part.measure.chosen.list_used()} - found)
    return found


def drop_repeated(world: World) -> World:
    """The world with few of its indicators, which have between them every kind, layer, outcome and reason of all.

    What Spark prepares grows with what a statement says, and a kind says the same in each indicator.
    """
    asked = ask(world.pack.calendar)
    known = score_reference(world.pack, world.tables, world.scopes, world.year, world.as_of, asked, world.declared)
    held = {indicator.id: list_kinds_of(indicator) for indicator in world.pack.indicators}
    for part in list_parts(world.pack, world.year):
        held[part.indicator.id].add(f"layer {part.layer}")
    for (_, _, name), item in known.items.items():
        held[name] |= {f"outcome: {item.outcome}", f"reason: {item.reason}"}
    needed = {name: list_needed(world.pack, name) for name in held}
    chosen = cover({name: set().union(*(held[each] for each in needed[name])) for name in held})
    kept = {each for name in chosen for each in needed[name]}
    indicators = tuple(indicator for indicator in world.pack.indicators if indicator.id in kept)
    return replace(world, pack=world.pack.model_copy(update={"indicators": indicators}))


def test_joined_worlds_with_every_kind_of_rule_and_every_outcome(session: SparkSession, tmp_path: Path) -> None:
    whole = join_chosen()
    world = drop_repeated(whole)
    assert list_kinds(world) == list_kinds(whole) >= KINDS.keys() | BRANCHES.keys()
    inputs = store_tables(world.pack, world.tables, world.scopes, tmp_path, world.declared)
    ours = score(world.pack, inputs, world.year, world.as_of, threads=1)
    assert set(ours.items["outcome"]) == OUTCOMES
    assert list_apart(ours, score_by_spark(session, world.pack, inputs, world)) == []


def test_batches_in_an_object_store(session: SparkSession, tmp_path: Path, store: fs.S3FileSystem) -> None:
    """Through Arrow's own client: the connector of Spark is in no registry of packages."""
    world = random_world(0)
    inputs = store_tables(world.pack, world.tables, world.scopes, tmp_path, world.declared)
    store.create_dir("office")
    fs.copy_files(str(tmp_path), "office/批次", source_filesystem=fs.LocalFileSystem(), destination_filesystem=store)
    batches = find_batches(world.pack, inputs, tmp_path, "s3a://office/批次/")
    assert batches.moved and not has_connector(session)
    batches.check(session)
    for path in sorted(batches.moved):
        assert batches.read(session, [path], named=False).toArrow() == pq.read_table(path, partitioning=None)

    with store.open_output_stream(f"office/批次/{Path(path).relative_to(tmp_path)}") as stream:
        stream.write(b"others")
    with pytest.raises(BatchElsewhere, match="不是同样的字节"):
        batches.check(session)
    nowhere = find_batches(world.pack, inputs, tmp_path, "s3a://office/没有")
    with pytest.raises(StoreUnreachable, match="读不到"):
        nowhere.check(session)


def test_an_object_store_that_nobody_named_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(StoreUnreachable, match="没有写明服务器"):
        list_digests(["s3a://office/batches/one.parquet"])


def test_batches_that_were_copied(session: SparkSession, tmp_path: Path) -> None:
    """The address is handed to Spark untouched. What this does not prove: that ``hdfs://`` answers as a folder does."""
    world, ours, copied = random_world(0), tmp_path / "ours", tmp_path / "copied"
    ours.mkdir()
    inputs = store_tables(world.pack, world.tables, world.scopes, ours, world.declared)
    shutil.copytree(ours, copied)
    batches = find_batches(world.pack, inputs, ours, copied.as_uri())
    batches.check(session)
    first = sorted(batches.moved)[0]
    assert batches.addresses[first].startswith(copied.as_uri())
    read = batches.read(session, [first], named=False).toArrow()
    assert read.num_rows == pq.read_metadata(first).num_rows
    (copied / Path(first).relative_to(ours)).write_bytes(b"others")
    with pytest.raises(BatchElsewhere, match="不是同样的字节"):
        batches.check(session)


def test_a_number_of_more_than_38_digits_is_an_error_and_no_other_number(session: SparkSession) -> None:
    world = random_world(0)
    connection = SparkConnection(session, find_batches(world.pack, Inputs((), frozenset())))
    for what in ("* 10", "+ 1"):
        with pytest.raises(RunOverflow):
            connection.sql(f"SELECT {'9' * 38}::HUGEINT {what} AS n").pl()
