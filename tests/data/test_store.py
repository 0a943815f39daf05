"""The store migrates itself, keeps its promises about transactions, and a workspace is told from a folder.

Not proven here: what a reader of a read-only folder sees if somebody else begins to write there meanwhile.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

import data.store.tables  # noqa: F401  (declares the tables of the ledger)
from data.batches.records import current_inputs, list_batches
from data.intake.imports import import_files
from data.store.database import (
    MIGRATIONS,
    ReadOnlyWorkspace,
    RunRecord,
    StoreTooNew,
    list_runs,
    metadata,
    open_store,
    reading,
    record_run,
    writing,
)
from data.store.held import holding, keep_connections
from data.store.workspace import (
    NotAPackFolder,
    NotAWorkspace,
    Workspace,
    WorkspaceExists,
    create_workspace,
    open_workspace,
)
from tests.data.conftest import NOW, make_pack, write_csv

RUN = RunRecord("r1", 2024, date(2025, 1, 31), datetime(2025, 2, 1, 8, tzinfo=UTC), "王某")


def add_color(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE color (name TEXT)")


def break_halfway(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE half (name TEXT)")
    raise RuntimeError("power cut")


def test_the_tables_in_the_code_are_those_that_the_migrations_make(tmp_path: Path) -> None:
    inspector = sa.inspect(open_store(tmp_path / "a.db"))
    assert set(inspector.get_table_names()) == {"migration", *metadata.tables}
    for name, table in metadata.tables.items():
        made = {column["name"]: (str(column["type"]), column["nullable"]) for column in inspector.get_columns(name)}
        declared = {column.name: (str(column.type), column.nullable) for column in table.c}
        for column in table.primary_key:
            declared[column.name] = made[column.name] = (declared[column.name][0], False)
        assert made == declared


def test_migrations_are_applied_once_and_in_order(tmp_path: Path) -> None:
    open_store(tmp_path / "a.db")
    for _ in range(2):
        engine = open_store(tmp_path / "a.db", [*MIGRATIONS, add_color])
    assert sa.inspect(engine).has_table("color")
    with reading(engine) as connection:
        applied = connection.exec_driver_sql("SELECT name FROM migration ORDER BY rowid").scalars().all()
    assert applied == [*(migration.__name__ for migration in MIGRATIONS), "add_color"]


def test_a_migration_that_fails_leaves_no_half_of_itself(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        open_store(tmp_path / "a.db", [*MIGRATIONS, break_halfway])
    engine = open_store(tmp_path / "a.db")
    assert not sa.inspect(engine).has_table("half")


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path / "a.db", [*MIGRATIONS, add_color])
    with pytest.raises(StoreTooNew, match=r"更新版本的督察程序写过.多出 add_color."):
        open_store(tmp_path / "a.db")


def test_many_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def open_it() -> None:
        try:
            open_store(tmp_path / "a.db")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_sqlite_is_set_to_lose_nothing(tmp_path: Path) -> None:
    with reading(open_store(tmp_path / "a.db")) as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_what_is_read_over_a_held_connection_is_what_stands_there_at_that_moment(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "a.db", [*MIGRATIONS, add_color])

    def count(connection: Connection) -> int:
        return int(connection.exec_driver_sql("SELECT count(*) FROM color").scalar_one())

    def open_one() -> Connection:
        with reading(engine) as connection:
            return connection

    with holding(engine):
        assert open_one() is open_one(), "one for all that is read"
        held = open_one()
        with holding(engine):
            assert open_one() is held
        assert open_one() is held, "which the inner block does not end"
        with reading(engine) as connection:
            assert count(connection) == 0
            with writing(engine) as other:
                other.exec_driver_sql("INSERT INTO color VALUES ('blue')")
            assert count(connection) == 0, "a transaction sees one state throughout"
            with reading(engine) as third:
                assert third is not connection and count(third) == 1
        with reading(engine) as connection:
            assert count(connection) == 1
        with pytest.raises(RuntimeError), reading(engine):
            raise RuntimeError
        with reading(engine) as connection:
            assert count(connection) == 1, "a failure ends its own transaction and no more"
    assert open_one() is not open_one(), "none is held afterwards"


def test_a_server_keeps_connections_open_to_the_store_that_lies_there_now(tmp_path: Path) -> None:
    path, other = tmp_path / "a.db", tmp_path / "b.db"
    engine, _ = open_store(path, [*MIGRATIONS, add_color]), open_store(other, [*MIGRATIONS, add_color])

    def read() -> tuple[Connection, list[str]]:
        with holding(engine), reading(engine) as connection:
            return connection, list(connection.exec_driver_sql("SELECT name FROM color").scalars())

    def read_elsewhere() -> Connection:
        found = list[Connection]()
        thread = threading.Thread(target=lambda: found.append(read()[0]))
        thread.start()
        thread.join()
        return found[0]

    keep_connections(2)
    try:
        first, _ = read()
        with writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO color VALUES ('blue')")
        assert read() == (first, ["blue"]), "the same connection, and what was written meanwhile"
        assert read_elsewhere() is first, "whichever thread reads"
        with holding(engine):
            assert read_elsewhere() is not first, "but never two at a time"
        shutil.copy(other, tmp_path / "new.db")
        (tmp_path / "new.db").replace(path)
        for beside in ("a.db-wal", "a.db-shm"):
            (tmp_path / beside).unlink(missing_ok=True)
        second, colors = read()
        assert second is not first and colors == [], "a store that was put in its place is read, not the old one"
    finally:
        keep_connections(0)
        read()
    assert read()[0] is not read()[0]


def test_what_a_writer_reads_stays_true_until_it_commits(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "a.db", [*MIGRATIONS, add_color])

    def add_one() -> None:
        with writing(engine) as connection:
            number = connection.exec_driver_sql("SELECT count(*) FROM color").scalar()
            connection.exec_driver_sql(f"INSERT INTO color VALUES ('{number}')")

    threads = [threading.Thread(target=add_one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(engine) as connection:
        names = connection.exec_driver_sql("SELECT name FROM color").scalars().all()
    assert sorted(map(int, names)) == list(range(20))


def test_a_writer_that_fails_writes_nothing(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "a.db", [*MIGRATIONS, add_color])
    with pytest.raises(RuntimeError), writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO color VALUES ('red')")
        raise RuntimeError
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM color").scalar() == 0


def test_runs_are_listed_oldest_first_and_noted_once(tmp_path: Path) -> None:
    engine = open_store(tmp_path / "a.db")
    later = replace(RUN, id="r0", created_at=datetime(2025, 2, 2, tzinfo=UTC))
    for run in (later, RUN, replace(RUN, created_by="李某")):
        with writing(engine) as connection:
            record_run(connection, run)
    assert list_runs(engine) == [RUN, later]
    with pytest.raises(ValueError, match="评分运行 r1 已用于 2024 年"), writing(engine) as connection:
        record_run(connection, replace(RUN, year=2023))


def test_a_workspace_holds_a_copy_of_the_pack(workspace: Workspace) -> None:
    assert (workspace.pack_folder / "pack.yaml").read_text(encoding="utf-8") == "id: p\n"
    assert open_workspace(workspace.root) == workspace
    assert workspace.database_path.is_file()
    assert workspace.batches_folder.is_dir()
    assert workspace.runs_folder.is_dir()


def test_a_workspace_is_never_made_over_another(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceExists, match="已经是一个督察工作区，不会覆盖"):
        create_workspace(workspace.root, workspace.pack_folder)


def test_a_folder_that_is_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspace, match=r"不是督察工作区.缺少 pack、ducha.db.；请先运行 ducha init"):
        open_workspace(tmp_path)


def test_of_many_that_make_a_workspace_at_once_one_does_and_leaves_no_draft(tmp_path: Path) -> None:
    pack = tmp_path / "p"
    (pack / "indicators").mkdir(parents=True)
    (pack / "pack.yaml").write_text("id: p\n", encoding="utf-8")
    for number in range(40):
        (pack / "indicators" / f"{number}.yaml").write_text("id: i\n", encoding="utf-8")
    for attempt in range(5):
        root = tmp_path / f"office{attempt}"
        outcomes: list[object] = []

        def make(root: Path = root, outcomes: list[object] = outcomes) -> None:
            try:
                outcomes.append(create_workspace(root, pack))
            except BaseException as error:
                outcomes.append(error)

        threads = [threading.Thread(target=make) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [outcome for outcome in outcomes if not isinstance(outcome, WorkspaceExists)] == [Workspace(root)]
        assert len(list((root / "pack" / "indicators").iterdir())) == 40
        assert list(root.glob("pack.new*")) == []


@contextmanager
def read_only(root: Path) -> Iterator[None]:
    """Nobody may write there; the administrator, whom permissions do not bind, becomes another user meanwhile."""
    places = [root, *root.rglob("*")]
    for place in places:
        place.chmod(0o555 if place.is_dir() else 0o444)
    administrator = os.geteuid() == 0
    if administrator:
        os.seteuid(65534)
    try:
        yield
    finally:
        if administrator:
            os.seteuid(0)
        for place in places:
            place.chmod(0o755 if place.is_dir() else 0o644)


@pytest.fixture
def filled() -> Iterator[Workspace]:
    """A workspace with one report, where every user may look."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    (folder / "p").mkdir()
    (folder / "p" / "pack.yaml").write_text("id: p\n", encoding="utf-8")
    made = create_workspace(folder / "office", folder / "p")
    path = write_csv(folder / "cases.csv", ["单位", "年度", "纠错数", "办结数"], ["甲县", 2024, 1, 3])
    import_files(made, make_pack(), [path], now=NOW, user="王某")
    yield made
    shutil.rmtree(folder)


posix = pytest.mark.skipif(os.name != "posix", reason="permissions of folders")


@posix
def test_a_read_only_workspace_can_be_read(filled: Workspace) -> None:
    before = current_inputs(filled, make_pack()), list_batches(filled)
    with read_only(filled.root):
        assert (current_inputs(filled, make_pack()), list_batches(filled)) == before
        assert list_runs(open_store(filled.database_path)) == []
    assert len(before[1]) == 1


def _record(filled: Workspace) -> None:
    with writing(open_store(filled.database_path)) as connection:
        record_run(connection, RUN)


@posix
def test_writing_to_a_read_only_workspace_is_refused_with_words(filled: Workspace) -> None:
    words = r"文件夹只读，可以查看，不能导入、评分或改动；要写入，请先取得写权限"
    with read_only(filled.root):
        with pytest.raises(ReadOnlyWorkspace, match=words):
            import_files(filled, make_pack(), [filled.root], now=NOW, user="王某")
        with pytest.raises(ReadOnlyWorkspace, match=words):
            _record(filled)
        with pytest.raises(ReadOnlyWorkspace, match=words):
            create_workspace(filled.root / "a" / "b", filled.pack_folder)
    _record(filled)


@posix
def test_what_a_writer_has_not_folded_in_yet_is_read_too(filled: Workspace) -> None:
    with open_store(filled.database_path).connect() as held:
        held.exec_driver_sql("SELECT count(*) FROM run")
        _record(filled)
        with read_only(filled.root):
            assert list_runs(open_store(filled.database_path)) == [RUN]


@posix
def test_a_log_that_cannot_be_read_is_not_left_out_in_silence(filled: Workspace) -> None:
    filled.database_path.with_name("ducha.db-wal").write_bytes(b"x" * 100)
    with read_only(filled.root), pytest.raises(ReadOnlyWorkspace, match="没写完的内容，读不全"):
        current_inputs(filled, make_pack())


@posix
def test_a_read_only_store_is_not_migrated(filled: Workspace) -> None:
    with read_only(filled.root):
        with pytest.raises(ReadOnlyWorkspace, match="旧版程序写的，要升级以后才能读"):
            open_store(filled.database_path, [*MIGRATIONS, add_color])
        assert not sa.inspect(open_store(filled.database_path)).has_table("color")
        with pytest.raises(StoreTooNew):
            open_store(filled.database_path, [])


def test_an_interrupted_init_can_be_run_again(tmp_path: Path) -> None:
    pack = tmp_path / "p"
    pack.mkdir()
    (pack / "pack.yaml").write_text("id: p\n", encoding="utf-8")
    root = tmp_path / "office"
    (root / "pack.new").mkdir(parents=True)
    open_store(root / "ducha.db")
    assert open_workspace(create_workspace(root, pack).root).pack_folder.is_dir()


@pytest.mark.parametrize("root", [".", "inside"])
def test_a_workspace_inside_its_pack_is_refused(tmp_path: Path, root: str) -> None:
    (tmp_path / "pack.yaml").write_text("id: p\n", encoding="utf-8")
    with pytest.raises(NotAPackFolder, match="不能建在指标包文件夹里面"):
        create_workspace(tmp_path / root, tmp_path)


def test_a_folder_without_pack_yaml_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    with pytest.raises(NotAPackFolder, match=r"没有 pack\.yaml"):
        create_workspace(tmp_path / "office", tmp_path / "p")
