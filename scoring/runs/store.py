"""Stored runs: what went in, by hash, and what came out, byte for byte.

A run's folder is written once and never changed. Its id is derived from its inputs alone, so scoring the
same inputs again finds the same run.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.batches.received import check_received
from data.batches.records import BatchFile, Inputs
from data.runs.adoption import check_pack_version
from data.runs.folder import (
    MANIFEST,
    RunFolder,
    RunManifest,
    hash_file,
    open_run_folder,
    read_moment,
    write_run_folder,
)
from data.runs.force import check_in_force
from data.runs.noting import check_noted, note_run
from data.store.database import RunRecord
from data.store.database import list_runs as list_run_records
from data.store.drafts import draft_folder
from data.store.workspace import Workspace, check_workspace_writable, open_workspace_store
from indicators.entries.refusal import Refusal
from indicators.meaning.drafts import refuse_drafts
from indicators.pack.model import Pack
from scoring.base.item import ResultItem
from scoring.base.total import Total
from scoring.explain.stored import Explanations, open_explanations, write_explanations
from scoring.results.version import RESULTS_VERSION, read_results_version
from scoring.runs.frozen_pack import freeze_pack, read_frozen_pack
from scoring.runs.manifests import hash_members, hash_text, read_declared, read_scopes, write_manifest, write_scopes

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from scoring.base.connection import OpenConnection
    from scoring.engine.run import Result
    from scoring.runs.earlier import EarlierRun


class RunNotFound(Refusal):
    """There is no run of that id in the workspace."""

    def __init__(self, run: str, known: list[str]) -> None:
        self.run = run
        shown = "、".join(known[-5:]) or "还没有，请先运行 ducha score"
        super().__init__(f"找不到评分运行 {run}；已有：{shown}")


class RunDiffers(Refusal):
    """A recomputed or repeated run does not give the stored bytes."""

    def __init__(self, run: str, what: str, differences: list[str]) -> None:
        self.run = run
        self.differences = differences
        listed = "".join(f"\n  {line}" for line in differences[:20])
        super().__init__(f"评分运行 {run} 复算不一致：{what}{listed}")


class RunOutdated(RunDiffers):
    """A recomputed run differs, and was made by another version of results: that alone is no sign of a change."""

    def __init__(self, run: str, version: int, differences: list[str]) -> None:
        self.version = version
        text = (
            f"那次是结果版本 {version} 算的，现在的程序是结果版本 {RESULTS_VERSION}，计算方法已经不同。"
            f"保存的结果照旧可以打开、打印；要看新的结果，请用 ducha score 重新评分，新的一次放在旧的旁边。"
            f"不同之处（- 为保存的，+ 为复算的）"
        )
        super().__init__(run, text, differences)


@dataclass(frozen=True)
class StoredRun:
    """A run on disk. ``manifest``: what went in; ``result``: the bytes of result.json; ``files`` reads the rest."""

    id: str
    files: RunFolder
    manifest: RunManifest
    result: bytes

    @property
    def content(self) -> dict[str, Any]:
        """The result as data: run, items, totals."""
        return dict(json.loads(self.result))

    def list_items(self) -> list[ResultItem[str]]:
        """The items of the result."""
        return [ResultItem(**row) for row in self.content["items"]]

    def list_totals(self) -> list[Total[str]]:
        """The totals of the result."""
        return [Total(**row) for row in self.content["totals"]]


def load_engine() -> None:
    """Import what :func:`store_run` would import itself, for who minds when that happens."""
    from scoring.runs import earlier, making, scratch  # noqa: F401


def store_run(
    workspace: Workspace,
    pack: Pack,
    inputs: Inputs,
    year: int,
    as_of: date,
    *,
    now: datetime,
    user: str,
    open_with: OpenConnection | None = None,
) -> tuple[StoredRun, Result]:
    """Score and keep the run, with an event on the trail that holds the hash of its manifest.

    Where a run of the same rules, year and day is stored, only what has changed since is found again.
    ``open_with``: another engine than DuckDB. It must come to the same bytes, and is no input of the run.
    Raises what :func:`score` raises, RunDiffers if the same run gave other bytes, PackChanged where another pack was
    used under the same version before, OtherRulesInForce, DraftPack, in a companion SharedDataMissing, PacksDisagree,
    and MarksDiffer where a mark is not what its line, its formula or the sum of its parts comes to.
    """
    engine = _open_for_scoring(workspace, pack, now)
    # Reading a stored run needs no engine, and does not wait for it to be imported.
    from scoring.runs.earlier import find_earlier
    from scoring.runs.making import make_result
    from scoring.runs.scratch import open_reading

    manifest = write_manifest(pack, inputs, year, as_of)
    folder = workspace.runs_folder / manifest["id"]
    # What is there already, or asked of another engine, is found as a whole.
    earlier = None if open_with or folder.exists() else find_earlier(workspace, pack, manifest, inputs)
    with open_reading(workspace, pack, inputs, open_with, now=now, user=user) as (opened, read):
        result, content = make_result(pack, read, manifest, open_with=opened, earlier=earlier)
        if not folder.exists():
            freeze_pack(workspace, pack)
            _write_run(folder, manifest, pack, read, result, content, earlier)
    held = open_run_folder(folder)
    stored = _read_same(held, content)
    record = RunRecord(id=manifest["id"], year=year, as_of=as_of, created_at=now, created_by=user)
    note_run(engine, workspace.root, record, pack, held)
    return StoredRun(held.path.name, held, held.manifest, stored), result


def _open_for_scoring(workspace: Workspace, pack: Pack, now: datetime) -> Engine:
    """The store, where a run of these rules may be kept now."""
    check_workspace_writable(workspace)
    refuse_drafts(pack)
    engine = open_workspace_store(workspace)
    check_pack_version(engine, pack)
    check_in_force(engine, pack, now)
    check_received(workspace, pack)
    return engine


def _write_run(
    folder: Path,
    manifest: RunManifest,
    pack: Pack,
    inputs: Inputs,
    result: Result,
    content: bytes,
    earlier: EarlierRun | None,
) -> None:
    from scoring.runs.making import make_explanations, make_files

    files = make_files(pack, inputs, result)
    explained = make_explanations(pack, inputs, result, manifest["id"], earlier)
    files |= {"scopes.tsv": write_scopes(inputs).encode(), "result.json": content}
    # False: somebody else stored the same run in the meantime; then it holds the same bytes.
    write_run_folder(folder, manifest, files, lambda draft: write_explanations(draft, explained))


def _read_same(held: RunFolder, content: bytes) -> bytes:
    """The result that is stored. Raises RunDiffers where it is not ``content``."""
    stored = held.read("result.json")
    if stored == content:
        return stored
    text = (
        f"同样的输入算出了不同的结果，结果版本却都是 {RESULTS_VERSION}。这不是数据的问题，"
        f"是程序改了算法而没有换版本，请找提供程序的人；保存的那一次没有动，照旧可以打开、打印"
    )
    raise RunDiffers(held.path.name, text, list_differing_lines(stored, content))


def list_runs(workspace: Workspace, records: Sequence[RunRecord] | None = None) -> list[str]:
    """The ids of the stored runs, oldest first. A folder that the store does not know is no run.

    ``records`` are the store's, where they have been read already.
    """
    found = []
    known = list_run_records(open_workspace_store(workspace)) if records is None else records
    for number, run in enumerate(known):
        with contextlib.suppress(FileNotFoundError):
            written = (workspace.runs_folder / run.id / MANIFEST).stat().st_mtime_ns
            found.append((run.created_at, written, number, run.id))
    return [id for *_, id in sorted(found)]


def open_stored_run(workspace: Workspace, run: str | None = None) -> RunFolder:
    """The folder of a stored run, checked against the trail; the newest one without an id.

    Raises RunNotFound, and RunChanged where the folder's manifest is not the one that was stored.
    """
    known = list_runs(workspace)
    chosen = run or (known[-1] if known else "")
    if chosen not in known:
        raise RunNotFound(chosen or "（最近一次）", known)
    folder = open_run_folder(workspace.runs_folder / chosen)
    check_noted(open_workspace_store(workspace), folder)
    return folder


def read_run(workspace: Workspace, run: str | None = None) -> StoredRun:
    """A stored run; the newest one without an id. Raises RunNotFound and RunChanged."""
    return open_run(open_stored_run(workspace, run))


def open_run(folder: RunFolder) -> StoredRun:
    """A run whose folder was found. Raises RunChanged."""
    return StoredRun(folder.path.name, folder, folder.manifest, folder.read("result.json"))


def read_manifest(workspace: Workspace, run: str) -> RunManifest:
    """What went into a stored run, without what came out. Raises RunNotFound and RunChanged."""
    return open_stored_run(workspace, run).manifest


def read_inputs(workspace: Workspace, run: StoredRun) -> tuple[Pack, Inputs]:
    """The pack and the data that a run was made of, checked by hash. Raises RunDiffers when they changed."""
    manifest = run.manifest
    pack = read_frozen_pack(workspace, run.files)
    members = hash_members(pack, *read_moment(manifest))
    # Runs of before this was noted are compared by their results alone.
    if changed := [
        name for name, digest in manifest.get("members_sha256", members).items() if members.get(name) != digest
    ]:
        raise RunDiffers(run.id, f"考核组 {'、'.join(changed)} 的单位与当时不同", [])
    files = []
    for entry in manifest["batches"]:
        path = workspace.batches_folder / entry["dataset"] / entry["parquet"]
        if not path.is_file() or not entry["parquet"].startswith(hash_file(path)[:16]):
            raise RunDiffers(run.id, f"报送批次 {entry['batch']}（{entry['file']}）的数据缺失或被改动过", [])
        live = None if entry["live"] is None else tuple((unit, period) for unit, period in entry["live"])
        files.append(
            BatchFile(
                id=entry["batch"],
                dataset=entry["dataset"],
                path=path,
                file_name=entry["file"],
                file_sha256=entry["sha256"],
                sheet=entry["sheet"],
                columns=entry["columns"],
                rows=entry["rows"],
                live=live,
                # Runs of before this was kept for each file knew it of all their files together.
                fictional=entry.get("fictional", manifest["fictional"]),
            )
        )
    text = run.files.read("scopes.tsv").decode()
    if hash_text(text) != manifest["scopes_sha256"]:
        raise RunDiffers(run.id, "报送范围记录 scopes.tsv 被改动过", [])
    return pack, Inputs(tuple(files), read_scopes(text), read_declared(manifest))


@contextlib.contextmanager
def read_explanations(workspace: Workspace, run: StoredRun) -> Iterator[Explanations]:
    """The explanation records of a run; a run that was stored without them is recomputed, into a folder that goes.

    Raises RunDiffers where that does not give the stored marks.
    """
    stored = open_explanations(run.files.path, run.files)
    if stored is not None:
        yield stored
        return
    from scoring.explain.record import explain_run
    from scoring.runs.making import make_result

    pack, inputs = read_inputs(workspace, run)
    result, again = make_result(pack, inputs, run.manifest)
    if again != run.result:
        raise RunDiffers(
            run.id, "没有保存逐项说明，重新计算又与保存的结果不同", list_differing_lines(run.result, again)
        )
    with draft_folder() as folder:
        write_explanations(folder, explain_run(pack, inputs, result, run_id=run.id))
        recomputed = open_explanations(folder)
        assert recomputed is not None
        yield recomputed


def recompute_run(workspace: Workspace, run: StoredRun, *, threads: int | None = None) -> bytes:
    """The bytes of result.json computed anew from the stored inputs, under the stored manifest."""
    from scoring.runs.making import make_result

    pack, inputs = read_inputs(workspace, run)
    return make_result(pack, inputs, run.manifest, threads=threads)[1]


def check_run(workspace: Workspace, run: StoredRun) -> None:
    """Recompute a run and compare it byte for byte.

    Raises RunDiffers with what is different, and RunOutdated where another version of results made the run.
    """
    again = recompute_run(workspace, run)
    if again == run.result:
        return
    differences = list_differing_lines(run.result, again)
    if (version := read_results_version(run.manifest)) != RESULTS_VERSION:
        raise RunOutdated(run.id, version, differences)
    raise RunDiffers(run.id, "下列内容不同（- 为保存的，+ 为复算的）", differences)


def list_differing_lines(stored: bytes, again: bytes) -> list[str]:
    """The lines in which two results differ; each line is one item or total."""
    before, after = stored.decode().splitlines(), again.decode().splitlines()
    known_before, known_after = set(before), set(after)
    return [f"- {line}" for line in before if line not in known_after] + [
        f"+ {line}" for line in after if line not in known_before
    ]
