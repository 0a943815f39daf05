"""Both stores, always: SQLite in a folder, and a PostgreSQL that the tests start themselves.

An office with its people is founded once a worker and store, and copied for every test that wants it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.ledger.ledger import Ledger
from data.store.database import open_store
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
    postgresql.run("CREATE DATABASE founded")
    engine = open_store(postgresql.url("founded"))
    world = found_world(Ledger(engine, root, pack))
    engine.dispose()
    return Founded(root, world)


@pytest.fixture(scope="session")
def empty_on_postgresql(postgresql: Server) -> None:
    """A database with the newest schema and no rows."""
    postgresql.run("CREATE DATABASE empty")
    open_store(postgresql.url("empty")).dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
def store_url(store_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of each kind, a path or a URL for ``open_store``: the world's for a test that asks for it, else empty.

    PostgreSQL copies a whole database in a twentieth of what it takes to make its tables.
    """
    if store_kind == "sqlite":
        return str(tmp_path / "ducha.db")
    template = "founded" if "world" in request.fixturenames else "empty"
    request.getfixturevalue(f"{template}_on_postgresql")
    server: Server = request.getfixturevalue("postgresql")
    server.run("DROP DATABASE IF EXISTS copied WITH (FORCE)", f"CREATE DATABASE copied TEMPLATE {template}")
    return server.url("copied")


@pytest.fixture
def ledger(store_url: str, tmp_path: Path, pack: Pack) -> Ledger:
    """A ledger with nobody in it."""
    return Ledger(open_store(store_url), tmp_path, pack)


@pytest.fixture
def world(store_url: str, store_kind: str, request: pytest.FixtureRequest, tmp_path: Path, pack: Pack) -> World:
    """A ledger with people and one active inspection of 泽州县 and 高平市."""
    founded: Founded = request.getfixturevalue(f"founded_on_{store_kind}")
    shutil.copytree(founded.root, tmp_path, dirs_exist_ok=True)
    known = founded.world
    return World(Ledger(open_store(store_url), tmp_path, pack), known.now, known.inspection, dict(known.evidence))
