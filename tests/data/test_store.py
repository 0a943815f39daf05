"""The store migrates itself, keeps its promises about transactions, and a workspace is told from a folder."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from data.store import (
    MIGRATIONS,
    RunRecord,
    StoreTooNew,
    list_runs,
    metadata,
    open_store,
    reading,
    record_run,
    writing,
)
from data.workspace import NotAPackFolder, NotAWorkspace, Workspace, WorkspaceExists, create_workspace, open_workspace

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
    assert applied == ["create_batches_and_runs", "add_color"]


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
        record_run(engine, run)
    assert list_runs(engine) == [RUN, later]
    with pytest.raises(ValueError, match="评分运行 r1 已用于 2024 年"):
        record_run(engine, replace(RUN, year=2023))


def test_a_workspace_holds_a_copy_of_the_pack(workspace: Workspace) -> None:
    assert (workspace.pack_folder / "pack.yaml").read_text(encoding="utf-8") == "id: p\n"
    assert open_workspace(workspace.root) == workspace
    assert workspace.database_path.is_file()
    assert workspace.batches_folder.is_dir()
    assert workspace.runs_folder.is_dir()


def test_a_workspace_is_never_made_over_another(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceExists, match="已经是一个督察工作区,不会覆盖"):
        create_workspace(workspace.root, workspace.pack_folder)


def test_a_folder_that_is_no_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotAWorkspace, match=r"不是督察工作区.缺少 pack、ducha.db.;请先运行 ducha init"):
        open_workspace(tmp_path)


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
