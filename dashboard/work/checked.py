"""What was last found in the files that a person uploaded: kept to be taken along, by that person alone.

Made when it is asked for. It is held by the process that the page is of, and gone with that, with the person's next
check of other files, or when others need the room.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from data.files.mistakes import FileMistake, FileRefused, Understood
from data.intake.annotated import name_copy
from data.intake.check_reports import report_check
from data.intake.checking import annotate_apart
from data.store.drafts import draft_folder
from data.trail.refusals import RefusedAction

#: So many bytes of uploaded files are held in all; of larger ones there is the report and no copy.
MOST_HELD = 64 * 1024**2
#: So many people's reports are held.
MOST_PEOPLE = 200
_GONE = "这份核对报告已经不在了；请在「数据报送」重新上传文件，再下载"


@dataclass(frozen=True)
class HeldCheck:
    """What a check found, and the files that have mistakes in cells, by name."""

    key: str
    found: Sequence[Understood] | FileRefused
    files: dict[str, bytes]

    @property
    def size(self) -> int:
        """The bytes of the files."""
        return sum(map(len, self.files.values()))


class HeldChecks:
    """The last check of each person."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: OrderedDict[str, HeldCheck] = OrderedDict()

    def keep(self, person: str, found: Sequence[Understood] | FileRefused, files: dict[str, bytes]) -> HeldCheck:
        """Hold what was found in place of what the person had; with the files of which a copy can be had."""
        mistakes = found.mistakes if isinstance(found, FileRefused) else []
        wrong = {mistake.file for mistake in mistakes if mistake.order[0]}
        wanted = {name: content for name, content in files.items() if name in wrong}
        held = HeldCheck(
            _name_check(found, files), found, wanted if sum(map(len, wanted.values())) <= MOST_HELD else {}
        )
        with self._lock:
            self._held.pop(person, None)
            self._held[person] = held
            while len(self._held) > MOST_PEOPLE or sum(each.size for each in self._held.values()) > MOST_HELD:
                self._held.popitem(last=False)
        return held

    def write_report(self, person: str, key: str) -> bytes:
        """The report of the person's last check as a workbook. Raises RefusedAction where it is not that of ``key``."""
        return report_check(self._find(person, key).found)

    def write_copy(self, person: str, key: str, number: int) -> tuple[str, bytes]:
        """The name and the copy of a file, by its place among those held, with its mistakes as comments.

        Raises RefusedAction where there is none.
        """
        held = self._find(person, key)
        if not isinstance(held.found, FileRefused) or not 0 <= number < len(held.files):
            raise RefusedAction(_GONE)
        name, content = [*held.files.items()][number]
        return name_copy(name), _annotate(name, content, [each for each in held.found.mistakes if each.file == name])

    def _find(self, person: str, key: str) -> HeldCheck:
        with self._lock:
            held = self._held.get(person)
        if held is None or held.key != key:
            raise RefusedAction(_GONE)
        return held


def _name_check(found: Sequence[Understood] | FileRefused, files: dict[str, bytes]) -> str:
    """The same for the same files with the same mistakes, so that a page drawn anew keeps its links."""
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(name.encode("utf-8", "replace") + hashlib.sha256(content).digest())
    digest.update(repr(found.mistakes if isinstance(found, FileRefused) else [*found]).encode("utf-8", "replace"))
    return digest.hexdigest()[:20]


def _annotate(name: str, content: bytes, mistakes: Sequence[FileMistake]) -> bytes:
    with draft_folder() as folder:
        path, target = folder / Path(name).name, folder / name_copy(Path(name).name)
        path.write_bytes(content)
        if not annotate_apart(path, mistakes, target):
            raise RefusedAction(f"「{name}」做不成带批注的副本；错误请看核对报告")
        return target.read_bytes()


CHECKS = HeldChecks()
