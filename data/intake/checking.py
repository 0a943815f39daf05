"""Files checked apart: what a file makes the readers do is done in a process that can be killed (``data/apart/``)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import SimpleQueue

import pyarrow as pa

from data.apart.process import Child, ChildLimits, Stopped
from data.batches.parquet import Staged
from data.batches.staging import Staging
from data.files.mistakes import FileMistake, FileRefused
from data.intake.annotated import annotate_file
from data.intake.checked_sheets import CheckedSheet, FileChecker, MappedColumn
from data.intake.declarations import Declaration
from data.register.units import Registry
from indicators.pack.model import Pack

_GIB = 1024**3
#: For a file that somebody uploads: a million rows as CSV take half a minute.
UPLOADED = ChildLimits(seconds=120, memory=_GIB)
#: For a file that somebody imports who holds the workspace's folder.
IMPORTED = ChildLimits(seconds=3600, memory=4 * _GIB)
_ADVICE = {
    "slow": "请检查文件是否正常（多余的空行、大片合并、极长的文字），删去后另存为 xlsx，或拆成几个文件，再重新导入",
    "large": "请检查文件是否正常，删去多余的内容后另存为 xlsx 或 CSV，或拆成几个文件，再重新导入",
    "died": "文件多半已损坏；请用 Excel 或 WPS 打开，另存为 xlsx 后重新导入",
    "crowded": "文件本身没有看",
}
_STAGED = re.compile("[0-9a-f]{32}[.]parquet")


@dataclass(frozen=True)
class Told:
    """What a child says of a sheet: as CheckedSheet, with names of files and datasets in place of them."""

    file_name: str
    file_sha256: str
    sheet: str | None
    dataset: str
    columns: dict[str, dict[str, str]]
    staged: str | None
    rows: int
    scopes: frozenset[tuple[str, int]]
    mapping: tuple[MappedColumn, ...]
    remarks: tuple[str, ...]
    fictional: bool
    complete_to: date | None


class CheckerApart:
    """Checks files of one import, each within limits; to be used as a context, and as ``FileChecker`` is."""

    def __init__(
        self,
        pack: Pack,
        registry: Registry,
        declared: Declaration,
        staging: Staging,
        today: date | None,
        limits: ChildLimits = UPLOADED,
    ) -> None:
        self.registry = registry
        self._pack = pack
        self._staging = staging
        self._child = Child(limits, begin_checking, pack, declared, staging.folder.absolute(), today)

    def __enter__(self) -> CheckerApart:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.__exit__()

    def check_file(self, path: Path) -> list[CheckedSheet]:
        """The sheets of one file; raises FileRefused, also where the file was too much or stopped the process."""
        try:
            told = self._child.ask(check_one, path.absolute())
        except Stopped as stopped:
            text = f"{stopped}；{_ADVICE[stopped.reason]}"
            raise FileRefused([FileMistake(path.name, None, None, text)]) from stopped
        return [self._take(each) for each in told]

    def _take(self, told: Told) -> CheckedSheet:
        """The sheet. A child names nothing but a file of its own folder and a dataset of this pack."""
        dataset = self._pack.dataset(told.dataset)
        staged = None
        if told.staged is not None:
            path = self._staging.folder / told.staged
            if not _STAGED.fullmatch(told.staged) or path.is_symlink() or not path.is_file():
                raise ValueError(told.staged)
            staged = Staged(path, told.rows, dataset)
        return CheckedSheet(
            file_name=told.file_name,
            file_sha256=told.file_sha256,
            sheet=told.sheet,
            dataset=dataset,
            columns=told.columns,
            draft=staged,
            scopes=told.scopes,
            mapping=told.mapping,
            remarks=told.remarks,
            fictional=told.fictional,
            complete_to=told.complete_to,
        )


def check_in_turn(
    checkers: Sequence[CheckerApart], paths: Iterable[Path]
) -> Iterator[tuple[Path, list[CheckedSheet] | FileRefused]]:
    """The sheets of each file, or why it is refused, in the order of the files: as many at once as there are checkers.

    No more of the paths are asked for than are worked on.
    """
    free: SimpleQueue[CheckerApart] = SimpleQueue()
    for checker in checkers:
        free.put(checker)

    def check(path: Path) -> list[CheckedSheet] | FileRefused:
        checker = free.get()
        try:
            return checker.check_file(path)
        except FileRefused as refused:
            return refused
        finally:
            free.put(checker)

    if len(checkers) == 1:
        yield from ((path, check(path)) for path in paths)
        return
    waiting: deque[tuple[Path, Future[list[CheckedSheet] | FileRefused]]] = deque()
    with ThreadPoolExecutor(len(checkers)) as pool:
        for path in paths:
            waiting.append((path, pool.submit(check, path)))
            if len(waiting) > len(checkers):
                first, found = waiting.popleft()
                yield first, found.result()
        for first, found in waiting:
            yield first, found.result()


def make_ready() -> None:
    """Load what would otherwise be loaded with the first row, by every child anew: most of a second."""
    pa.array([])


def begin_checking(pack: Pack, declared: Declaration, folder: Path, today: date | None) -> FileChecker:
    """What the child holds."""
    return FileChecker(pack, Registry.from_register(pack.registry), declared, Staging(folder), today)


def check_one(checker: FileChecker, path: Path) -> list[Told]:
    """The sheets of one file, in the child. Raises FileRefused."""
    return [_tell(sheet) for sheet in checker.check_file(path)]


def _tell(sheet: CheckedSheet) -> Told:
    return Told(
        file_name=sheet.file_name,
        file_sha256=sheet.file_sha256,
        sheet=sheet.sheet,
        dataset=sheet.dataset.id,
        columns=sheet.columns,
        staged=sheet.draft.path.name if sheet.draft is not None else None,
        rows=sheet.rows,
        scopes=sheet.scopes,
        mapping=sheet.mapping,
        remarks=sheet.remarks,
        fictional=sheet.fictional,
        complete_to=sheet.complete_to,
    )


def annotate_apart(path: Path, mistakes: Sequence[FileMistake], target: Path, limits: ChildLimits = UPLOADED) -> bool:
    """Write a copy of a file with its mistakes as comments; whether there was one to write."""
    with Child(limits, begin_annotating) as child:
        try:
            written = child.ask(annotate_one, path.absolute(), [*mistakes], target.absolute())
        except Stopped:
            return False
    if written:
        target.chmod(0o644)
    return written


def begin_annotating() -> bool:
    """What the child holds: nothing."""
    return True


def annotate_one(_: bool, path: Path, mistakes: list[FileMistake], target: Path) -> bool:
    """The copy of one file, in the child."""
    copy = annotate_file(path, mistakes)
    if copy is not None:
        target.write_bytes(copy)
    return copy is not None
