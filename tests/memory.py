"""Where the tests keep their files: in memory where the machine has room for it, else where it keeps such files.

A ledger's every commit waits until the disk has it, and a thousand tests commit thousands of times; what they write is
never needed again. Whoever sets ``TMPDIR`` decides otherwise.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")
#: Bytes that must be free there: several times what all tests together keep at any moment.
ROOM: Final = 4 * 2**30


def keep_files_in_memory(place: Path = MEMORY) -> bool:
    """Let this process and all that it starts make their temporary files in memory; whether it was possible."""
    if os.environ.get("TMPDIR") or not _has_room(place):
        return False
    os.environ["TMPDIR"] = str(place)
    tempfile.tempdir = None
    return True


def _has_room(place: Path) -> bool:
    # Containers mostly have a small one there, from which nothing may be started.
    if not place.is_dir() or not os.access(place, os.W_OK) or os.statvfs(place).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(place).free >= ROOM
