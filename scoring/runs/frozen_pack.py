"""The pack that a run was scored by, kept as it was."""

from __future__ import annotations

import contextlib

from data.runs.folder import RunChanged, RunFolder, rename_folder
from data.store.drafts import draft_folder
from data.store.workspace import Workspace, copy_folder
from indicators.pack.calendar import WorkCalendar
from indicators.pack.compact import read_compact
from indicators.pack.model import Pack
from indicators.reader import hash_pack, keep_pack, load_pack


def freeze_pack(workspace: Workspace, pack: Pack) -> None:
    """Keep the pack as it was: a later change of the workspace's pack leaves old runs recomputable."""
    frozen = workspace.packs_folder / pack.sha256[:16]
    if not frozen.exists():
        frozen.parent.mkdir(exist_ok=True)
        with draft_folder(frozen.parent) as draft:
            copy_folder(workspace.pack_folder, draft / "pack")
            if hash_pack(draft / "pack") == pack.sha256:
                # Another run may freeze the same pack at the same moment: either copy will do.
                with contextlib.suppress(FileExistsError):
                    rename_folder(draft / "pack", frozen)


def find_pack_hash(run: RunFolder) -> str:
    """The SHA-256 of the pack that a run was scored by."""
    return str(run.manifest["pack"]["sha256"])


def read_frozen_pack(workspace: Workspace, run: RunFolder) -> Pack:
    """The pack that a run was scored by, checked by hash, as it was for that run's year. Raises RunChanged.

    It is taken from the run's own checked copy where this code wrote that; else its YAML is read and checked again.
    """
    known = find_pack_hash(run)
    folder = workspace.packs_folder / known[:16]
    if not folder.is_dir():
        raise RunChanged(run.path.name, f"当时的指标包 packs/{known[:16]} 不见了")
    # Before it is read: what was put in by others is not even looked at.
    if hash_pack(folder) != known:
        raise RunChanged(run.path.name, f"当时的指标包 packs/{known[:16]} 被改动过")
    if run.hashes is not None and run.has("pack.json"):
        pack = read_compact(run.read("pack.json"))
        if pack is not None and pack.sha256 == known:
            return _reckon_by_run(keep_pack(pack), run)
    return _reckon_by_run(load_pack(folder), run)


def _reckon_by_run(pack: Pack, run: RunFolder) -> Pack:
    pack = pack.of_year(int(run.manifest["year"]))
    # A run of before it kept its calendar was reckoned by the program's.
    if run.hashes is None or not run.has("calendar.json"):
        return pack
    return pack.reckoned_by(WorkCalendar.model_validate_json(run.read("calendar.json")))
