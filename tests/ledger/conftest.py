"""Both stores, always: SQLite in a folder, and a PostgreSQL that the tests start themselves.

An office with its people is founded once a worker and store, and copied for every test that wants it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.ledger.ledger import Ledger
from data.store.database import metadata, open_store, writing
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from tests.ledger.postgres import Server, run_server
from tests.ledger.world import World, found_world


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(find_pack("jincheng-2021-2025"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server for this worker."""
    with run_server() as server:
        yield server


@dataclass
class Founded:
    """An office that was founded once: its folder, and what ``World`` knows of it."""

    root: Path
    world: World


@pytest.fixture(scope="session")
def founded_on_sqlite(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> Founded:
    root = tmp_path_factory.mktemp("founded")
    return Founded(root, found_world(Ledger(open_store(root / "ducha.db"), root, pack)))


@pytest.fixture(scope="session")
def founded_on_postgresql(postgresql: Server, tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> Founded:
    root = tmp_path_factory.mktemp("founded")
    engine = clear_database(postgresql)
    world = found_world(Ledger(engine, root, pack))
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE SCHEMA founded")
        for table in metadata.sorted_tables:
            connection.exec_driver_sql(f"CREATE TABLE founded.{table.name} AS SELECT * FROM public.{table.name}")
    return Founded(root, world)


def clear_database(server: Server) -> sa.Engine:
    """The server's database with the newest schema and no rows."""
    address = sa.make_url(server.url()).set(drivername="postgresql+psycopg")
    with sa.create_engine(address, poolclass=sa.pool.NullPool).begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    return open_store(server.url())


@pytest.fixture(params=["sqlite", "postgresql"])
def store_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
def store_url(store_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty store of each kind: a path or a URL for ``open_store``."""
    if store_kind == "sqlite":
        yield str(tmp_path / "ducha.db")
        return
    server: Server = request.getfixturevalue("postgresql")
    engine = clear_database(server)
    yield server.url()
    engine.dispose()


@pytest.fixture
def ledger(store_url: str, tmp_path: Path, pack: Pack) -> Ledger:
    """A ledger with nobody in it."""
    return Ledger(open_store(store_url), tmp_path, pack)


@pytest.fixture
def world(store_url: str, store_kind: str, request: pytest.FixtureRequest, tmp_path: Path, pack: Pack) -> World:
    """A ledger with people and one active inspection of 泽州县 and 高平市."""
    founded: Founded = request.getfixturevalue(f"founded_on_{store_kind}")
    shutil.copytree(founded.root, tmp_path, dirs_exist_ok=True)
    engine = open_store(store_url)
    if store_kind == "postgresql":
        # The office may have been founded after the database was cleared for this test.
        if sa.inspect(engine).has_table("ledger_user") and _count_users(engine):
            engine = clear_database(request.getfixturevalue("postgresql"))
        with writing(engine) as connection:
            for table in metadata.sorted_tables:
                connection.exec_driver_sql(f"INSERT INTO public.{table.name} SELECT * FROM founded.{table.name}")
    known = founded.world
    return World(Ledger(engine, tmp_path, pack), known.now, known.inspection, dict(known.evidence))


def _count_users(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(sa.text("SELECT count(*) FROM ledger_user")) or 0)
