"""One verification over everything that is stored: the store itself, the trail, batches, packs, runs and evidence.

What the store and the runs refer to is found from them, so that nothing is forgotten that is added later. A problem
is something that no program of ours leaves behind; a notice is what one may, as a folder that a killed process wrote.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.batches.compact_store import KIND, name_copy, read_sha256
from data.batches.compaction import find_differing
from data.batches.parquet import is_named_after
from data.batches.records import describe_stored
from data.batches.registers import name_declaration
from data.calendar.office_years import read_calendar_rows
from data.ledger.evidence import list_remains
from data.ledger.verify import verify_trail
from data.runs.adoption import name_version
from data.runs.folder import RunChanged, hash_file, open_run_folder
from data.runs.force import find_wanted
from data.runs.noting import check_noted
from data.signing.trust import NOBODY, Trusted
from data.store.database import batch_table, declaration_table, reading, run_table, scope_table
from data.store.tables import event_table, rules_table
from data.store.workspace import Workspace
from data.trail.events import Head
from data.trail.faults import TrailProblem
from data.trail.keys import check_key, describe_key, read_key
from data.trail.noted import read_noted
from indicators.entries.refusal import Refusal
from indicators.reader import hash_pack, load_pack

_SHA256 = re.compile("[0-9a-f]{64}")
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class Verification:
    """What was found: ``problems`` that nobody may have made, ``notices`` to know of; both empty if all is in order.

    ``caution``: what the check cannot prove for want of a key, to be said first; empty where there is one.
    """

    problems: tuple[TrailProblem, ...]
    notices: tuple[str, ...]
    caution: str = ""


def verify_workspace(
    engine: Engine,
    root: Path,
    now: datetime,
    known_heads: Iterable[Head] = (),
    *,
    files: bool = True,
    trusted: Trusted = NOBODY,
) -> Verification:
    """Everything that is wrong with what is stored in ``root``. With ``files`` False evidence is not read.

    ``trusted`` are the office's keys, as whoever checks knows them from elsewhere.

    Others may write meanwhile.
    """
    workspace = Workspace(root)
    problems = list(_check_store(engine))
    caution = ""
    if not problems:
        problems += verify_trail(engine, root, now, known_heads, files=files)
        problems += _check_batches(engine, workspace)
        problems += _check_compacts(engine, workspace)
        problems += _check_declarations(engine)
        problems += _check_calendars(engine)
        problems += _check_runs(engine, workspace)
        problems += _check_pack(engine, workspace)
        problems += check_key(engine, trusted)
        with reading(engine) as connection:
            caution = describe_key(read_key(connection), trusted)
    problems += _check_links(root)
    return Verification(tuple(problems), tuple(_list_notices(engine, workspace) if not problems else ()), caution)


def _check_store(engine: Engine) -> Iterator[TrailProblem]:
    """What the database says of its own files: a damaged index hides rows from every query that uses it."""
    try:
        with engine.connect() as connection:
            found = list(_ask_store(connection))
    except sa.exc.DBAPIError as error:
        found = [str(error.orig).strip().splitlines()[0]]
    for line in found[:20]:
        yield TrailProblem("store_damaged", line)


def _ask_store(connection: Connection) -> Iterator[str]:
    if connection.dialect.name == "sqlite":
        lines = connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars()
        yield from (line for line in lines if line != "ok")
        rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        yield from (f"表 {row[0]} 第 {row[1]} 行指向不存在的 {row[2]}" for row in rows)
    elif _has_amcheck(connection):
        connection.exec_driver_sql(
            "SELECT bt_index_check(i.indexrelid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_am a ON a.oid = c.relam "
            "WHERE a.amname = 'btree' AND c.relnamespace = current_schema()::regnamespace AND i.indisvalid"
        ).all()


def _has_amcheck(connection: Connection) -> bool:
    return bool(connection.exec_driver_sql("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'").first())


def _check_batches(engine: Engine, workspace: Workspace) -> Iterator[TrailProblem]:
    """Every batch is what its import noted, and its rows are those that its file is named after."""
    with reading(engine) as connection:
        scopes: dict[str, list[tuple[str, int]]] = {}
        for batch, unit, period in connection.execute(
            sa.select(scope_table.c.batch_id, scope_table.c.unit, scope_table.c.period)
        ):
            scopes.setdefault(batch, []).append((unit, period))
        rows = connection.execute(sa.select(batch_table)).all()
        noted = {row.id: read_noted(connection, "batch", row.id) for row in rows}
        events = _list_noted(connection, "batch")
    first = min((row.seq for row in rows if noted[row.id] is not None), default=None)
    for row in rows:
        known, named = noted[row.id], f"{row.id}（{row.file_name}）"
        about = None, "batch", row.id
        if known is None and first is not None and row.seq > first:
            yield TrailProblem("batch_invented", f"{named}不是经程序导入的", *about)
        elif known is not None and _differs(known, describe_stored(row._asdict(), scopes.get(row.id, []))):
            yield TrailProblem("batch_changed", f"{named}的登记不是导入时的样子", *about)
        path = workspace.batches_folder / row.dataset / row.parquet_name
        if not path.is_file():
            yield TrailProblem("batch_missing", f"{named}的数据文件不见了", *about)
        elif not is_named_after(path):
            yield TrailProblem("batch_changed", f"{named}的数据文件被改动过", *about)
    for id in sorted(events - {row.id for row in rows}):
        yield TrailProblem("batch_missing", f"{id} 有留痕，而登记不见了", None, "batch", id)


def _check_compacts(engine: Engine, workspace: Workspace) -> Iterator[TrailProblem]:
    """Every copy of small batches that runs may read has the bytes that were noted, and row for row what they hold.

    One that is missing is made anew when it is wanted.
    """
    with reading(engine) as connection:
        noted = {name: read_sha256(connection, name) or "" for name in _list_noted(connection, KIND)}
    for dataset, sha256 in sorted(noted.items()):
        path = name_copy(workspace, dataset, sha256)
        about = None, KIND, dataset
        if not path.is_file():
            continue
        if hash_file(path) != sha256:
            yield TrailProblem("compact_changed", f"{dataset} 的合并副本被改动过；评分不读它", *about)
        elif (name := find_differing(path, workspace.batches_folder / dataset)) is not None:
            yield TrailProblem("compact_changed", f"{dataset} 的合并副本与批次 {name} 的行不同", *about)


def _differs(known: dict[str, object], stored: dict[str, object]) -> bool:
    # A column that a later version added has no place in what an earlier one noted.
    return any(stored.get(name) != value for name, value in known.items() if name != "version")


def _check_declarations(engine: Engine) -> Iterator[TrailProblem]:
    """Every declaration of a register is what was noted when it was made."""
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table(declaration_table.name):
            # A store of an earlier version, which cannot be brought up to date where it lies.
            return
        stored = [dict(row) for row in connection.execute(sa.select(declaration_table)).mappings()]
        rows = {name_declaration(row): row for row in stored}
        names = {*rows, *_list_noted(connection, "register")}
        noted = {name: read_noted(connection, "register", name) for name in names}
    for name, known in sorted(noted.items()):
        if name not in rows:
            yield TrailProblem("register_changed", f"{name} 有留痕，而声明不见了", None, "register", name)
        elif known is None or _differs(known, rows[name]):
            yield TrailProblem("register_changed", f"{name} 不是经程序声明的那样", None, "register", name)


def _check_calendars(engine: Engine) -> Iterator[TrailProblem]:
    """Every year of the office's calendar is what was noted when it was imported."""
    with reading(engine) as connection:
        rows = read_calendar_rows(connection)
        noted = {
            name: read_noted(connection, "calendar", name) for name in {*rows, *_list_noted(connection, "calendar")}
        }
    for name, known in sorted(noted.items()):
        if name not in rows:
            yield TrailProblem("calendar_changed", f"{name} 有留痕，而导入的放假安排不见了", None, "calendar", name)
        elif known is None or _differs(known, rows[name]):
            yield TrailProblem("calendar_changed", f"{name} 不是导入时的样子", None, "calendar", name)


def _check_runs(engine: Engine, workspace: Workspace) -> Iterator[TrailProblem]:
    """Every run's folder is what was noted when it was stored, down to each file, and so is the pack behind it."""
    with reading(engine) as connection:
        runs = list(connection.scalars(sa.select(run_table.c.id).order_by(run_table.c.id)))
        events = _list_noted(connection, "run")
        columns = batch_table.c
        reported = {
            (row.dataset, row.parquet_name)
            for row in connection.execute(sa.select(columns.dataset, columns.parquet_name))
        }
    packs: set[str] = set()
    files: set[tuple[str, str]] = set()
    for run in runs:
        try:
            folder = open_run_folder(workspace.runs_folder / run)
            check_noted(engine, folder)
        except RunChanged as changed:
            yield TrailProblem("run_changed", f"{run}：{changed.what}", None, "run", run)
            continue
        for what in folder.check():
            yield TrailProblem("run_changed", f"{run}：{what}", None, "run", run)
        packs.add(folder.manifest["pack"]["sha256"])
        files.update((entry["dataset"], entry["parquet"]) for entry in folder.manifest["batches"])
    for run in sorted(events - set(runs)):
        yield TrailProblem("run_missing", f"{run} 有留痕，而登记不见了", None, "run", run)
    yield from _check_inputs(workspace, files, reported)
    yield from _check_packs(workspace, packs | _list_submitted(engine))


def _list_submitted(engine: Engine) -> set[str]:
    """The hashes of all rules that were handed in, whatever became of them."""
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table(rules_table.name):
            # A store of an earlier version, which cannot be brought up to date where it lies.
            return set()
        # Of what is no hash the trail says that it was changed.
        return {each for each in connection.scalars(sa.select(rules_table.c.sha256)) if _SHA256.fullmatch(str(each))}


def _check_packs(workspace: Workspace, packs: set[str]) -> Iterator[TrailProblem]:
    for sha256 in sorted(packs):
        place = workspace.packs_folder / sha256[:16]
        if not place.is_dir():
            yield TrailProblem("pack_changed", f"packs/{place.name} 不见了", None, "pack", sha256)
        elif hash_pack(place) != sha256:
            yield TrailProblem("pack_changed", f"packs/{place.name} 被改动过", None, "pack", sha256)


def _check_pack(engine: Engine, workspace: Workspace) -> Iterator[TrailProblem]:
    """The pack that the next run would be scored by: what was taken under its version, down to each file."""
    if (name := _find_untaken(engine, workspace)) is None:
        yield from _check_last_taken(engine, workspace)
        return
    with reading(engine) as connection:
        if read_noted(connection, "pack", name) is not None:
            yield TrailProblem("pack_changed", f"pack/ 与留痕登记的 {name} 版内容不同", None, "pack", name)


def _check_last_taken(engine: Engine, workspace: Workspace) -> Iterator[TrailProblem]:
    """Once rules are approved by two people, what is in use is what came into force last, not an older version."""
    with reading(engine) as connection:
        wanted = find_wanted(connection)
    if wanted is not None and workspace.pack_folder.is_dir() and hash_pack(workspace.pack_folder) != wanted:
        yield TrailProblem("pack_changed", "pack/ 不是最近施行的那一版", None, "pack", str(wanted))


def _find_untaken(engine: Engine, workspace: Workspace) -> str | None:
    """The version in ``pack/`` where its content is none of those that were taken; empty where it cannot be read."""
    with reading(engine) as connection:
        noted = [read_noted(connection, "pack", name) for name in _list_noted(connection, "pack")]
    known = {each["sha256"] for each in noted if each is not None}
    if not known or not workspace.pack_folder.is_dir() or hash_pack(workspace.pack_folder) in known:
        return None
    try:
        return name_version(load_pack(workspace.pack_folder))
    except Refusal:
        return ""


def _check_inputs(
    workspace: Workspace, files: set[tuple[str, str]], reported: set[tuple[str, str]]
) -> Iterator[TrailProblem]:
    """What runs were made of and no batch names: the rows of the ledger as they stood then."""
    for dataset, name in sorted(files - reported):
        path = workspace.batches_folder / dataset / name
        if not path.is_file():
            yield TrailProblem("batch_missing", f"评分用过的 {dataset}/{name} 不见了", None, "batch", name)
        elif not is_named_after(path):
            yield TrailProblem("batch_changed", f"评分用过的 {dataset}/{name} 被改动过", None, "batch", name)


def _list_noted(connection: Connection, kind: str) -> set[str]:
    columns = event_table.c
    query = sa.select(columns.object_id).where(columns.object == kind, columns.outcome == "noted").distinct()
    return set(connection.scalars(query))


def list_readable(root: Path) -> list[str]:
    """What other accounts of the machine can read; nothing where they cannot enter the workspace's folder."""
    if not root.stat().st_mode & _OTHERS:
        return []
    return [
        path.relative_to(root).as_posix()
        for path in (root, *sorted(root.rglob("*")))
        if not path.is_symlink() and path.stat().st_mode & _OTHERS
    ]


def _check_links(root: Path) -> Iterator[TrailProblem]:
    """No file of a workspace lies elsewhere: what a link points to is changed without touching the workspace."""
    for path in sorted(root.rglob("*")):
        if path.is_symlink():
            name = path.relative_to(root).as_posix()
            yield TrailProblem("link", f"{name} 是指向 {path.readlink()} 的链接")


def _list_notices(engine: Engine, workspace: Workspace) -> Iterator[str]:
    with reading(engine) as connection:
        runs = set(connection.scalars(sa.select(run_table.c.id)))
        unnoted = [run for run in sorted(runs) if read_noted(connection, "run", run) is None]
        if connection.dialect.name == "postgresql" and not _has_amcheck(connection):
            yield "数据库没有装 amcheck，索引没有核对；请数据库管理员执行 CREATE EXTENSION amcheck"
        remains = "、".join(row.id for row in list_remains(connection, workspace.root))
    if remains:
        yield f"已下令销毁的证据 {remains} 文件还在：可能是销毁到一半被中断的，下次备份时接着销毁"
    if (name := _find_untaken(engine, workspace)) is not None:
        what = f"是 {name} 版，还没有启用" if name else "读不出来"
        yield f"pack/ {what}；改好以后请用 ducha pack adopt 启用，有督察办负责人账号的用 ducha pack submit 提交"
    if wide := list_readable(workspace.root):
        yield (
            f"有 {len(wide)} 个文件或文件夹别的账号也能读（{'、'.join(wide[:3])}{'等' if len(wide) > 3 else ''}）；"
            f"请在服务器上执行 chmod -R go= {workspace.root}"
        )
    if unnoted:
        yield f"{len(unnoted)} 次评分运行是旧版程序保存的，没有文件摘要，只能用 ducha rerun --check 核对"
    if workspace.runs_folder.is_dir():
        for path in sorted(workspace.runs_folder.iterdir()):
            if path.name not in runs and not path.name.startswith("."):
                yield f"runs/{path.name} 没有登记，程序不读它：可能是保存到一半被中断的"
