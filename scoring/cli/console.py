"""What the command line shares: where output goes, how refusals end it, and progress on a terminal."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy.exc import OperationalError

from data.clock import office_now
from data.mistakes import FileRefused
from data.store import ReadOnlyWorkspace, StoreTooNew
from data.workspace import NotAPackFolder, NotAWorkspace, Workspace, WorkspaceExists, open_workspace
from indicators.mistakes import PackRefused
from scoring.calendar import CalendarEnds
from scoring.explain import NothingToExplain
from scoring.run import RunOverflow, YearNotInPack
from scoring.runs import RunDiffers, RunNotFound

#: Everything that a user can cause and mend: printed as a sentence, exit code 1, no traceback.
REFUSALS = (
    PackRefused,
    FileRefused,
    NotAWorkspace,
    WorkspaceExists,
    NotAPackFolder,
    StoreTooNew,
    ReadOnlyWorkspace,
    CalendarEnds,
    RunOverflow,
    YearNotInPack,
    RunDiffers,
    RunNotFound,
    NothingToExplain,
)

#: In a pipe there is no width to keep to: rows stay on one line.
_WIDE = 200
_terminal = sys.stdout is not None and sys.stdout.isatty()
out = Console(highlight=False, soft_wrap=True, width=None if _terminal else _WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)
Thing = TypeVar("Thing")


class Refused(Exception):
    """A refusal of the command line itself, in words."""


@contextmanager
def refusals() -> Iterator[None]:
    """Turn refusals into a sentence on stderr and exit code 1."""
    try:
        yield
    except (*REFUSALS, Refused) as error:
        err.print(str(error), markup=False)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        raise
    except PermissionError as error:
        err.print(f"没有权限读写 {error.filename};请检查文件夹权限", markup=False)
        raise typer.Exit(1) from None
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        err.print(f"文件{place}读写失败:{error.strerror};请检查磁盘空间和文件夹权限", markup=False)
        raise typer.Exit(1) from None
    except OperationalError as error:
        err.print(f"工作区的数据库打不开或写不了:{error.orig};请检查文件夹权限和磁盘空间", markup=False)
        raise typer.Exit(1) from None


def find_workspace(folder: Path | None) -> Workspace:
    """The workspace given by -w or DUCHA_WORKSPACE, or ./workspace."""
    return open_workspace(folder or Path("workspace"))


def parse_day(text: str) -> date:
    """A day on the command line. Raises typer.BadParameter (exit code 2)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"「{text}」不是一个存在的日期;请写成 2025-04-10") from None


def now() -> datetime:
    """This moment, by the office's clock on the wall."""
    return office_now()


def user() -> str:
    """Who runs the command."""
    try:
        return os.environ.get("DUCHA_USER") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def show_progress(things: Iterable[Thing], title: str) -> Iterable[Thing]:
    """The things, with a progress bar on a terminal and none in a pipe."""
    if sys.stderr is None or not sys.stderr.isatty():
        return things
    total = len(things) if isinstance(things, Sequence) else None
    return track(things, description=title, total=total, console=Console(stderr=True), transient=True)


def write_output(content: bytes, target: Path | None) -> None:
    """Bytes to a file or to stdout."""
    if target is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as error:
        raise Refused(f"写不了文件 {target}:{error.strerror}") from None


def make_table(title: str, columns: Sequence[tuple[str, str]]) -> Table:
    """A table with (title, justification) columns; plain lines that survive a pipe."""
    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    for name, justify in columns:
        table.add_column(name, justify="right" if justify == "right" else "left", no_wrap=justify == "right")
    return table
