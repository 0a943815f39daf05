"""The report of a check, beside copies of the files that have mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from data.files.mistakes import FileRefused, Understood
from data.intake.annotated import name_copy
from data.intake.check_reports import report_check
from data.intake.checking import annotate_apart
from data.intake.imports import list_files

#: Of so many files copies are made.
MOST_COPIES = 500


def save_report(target: Path, found: Sequence[Understood] | FileRefused, paths: Sequence[Path]) -> str:
    """Write the report, and each file that has mistakes with these as comments; says in Chinese what was written."""
    copies: dict[str, str] = {}
    folder = target.with_name(f"{target.stem}-批注")
    files = {path.name: path for path in list_files(paths)[0]}
    mistakes = found.mistakes if isinstance(found, FileRefused) else []
    wrong = {mistake.file: files[mistake.file] for mistake in mistakes if mistake.file in files}
    for name, path in [*wrong.items()][:MOST_COPIES]:
        folder.mkdir(exist_ok=True, parents=True)
        own = [mistake for mistake in mistakes if mistake.file == name]
        if name is not None and annotate_apart(path, own, folder / name_copy(name)):
            copies[name] = f"{folder.name}/{name_copy(name)}"
    target.parent.mkdir(exist_ok=True, parents=True)
    target.write_bytes(report_check(found, copies))
    beside = f"；带批注的文件 {len(copies)} 个在 {folder}" if copies else ""
    return f"核对报告：{target}{beside}"
