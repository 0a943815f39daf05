"""A workspace's pack without reading it anew, where a stored run was scored by the same one."""

from __future__ import annotations

import contextlib

from data.store.workspace import Workspace
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from indicators.reader import hash_pack, load_pack
from scoring.runs.frozen_pack import find_pack_hash, read_frozen_pack
from scoring.runs.store import open_stored_run


def load_known_pack(workspace: Workspace) -> Pack:
    """The pack of a workspace as :func:`indicators.reader.load_pack` gives it; raises what that raises.

    Where the newest run was scored by the same files, byte for byte, its checked copy is read, which takes hundredths
    of a second. A run that cannot be read stands in nobody's way.
    """
    folder = workspace.pack_folder
    with contextlib.suppress(Refusal, OSError):
        run = open_stored_run(workspace)
        if find_pack_hash(run) == hash_pack(folder):
            # It is kept by its hash, and found again just below.
            read_frozen_pack(workspace, run)
    return load_pack(folder)
