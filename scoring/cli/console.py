"""What the command line shares: where output goes, how refusals end it, and progress on a terminal."""

from __future__ import annotations

import errno
import getpass
import os
import socket
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeGuard, TypeVar

import typer
from rich.console import Console

from data.clock import office_now, utc_now
from indicators.entries.refusal import Refusal
from scoring.base.faults import log_fault

if TYPE_CHECKING:
    from rich.table import Table
    from sqlalchemy.exc import DBAPIError

    from data.store.workspace import Workspace

#: In a pipe there is no width to keep to: rows stay on one line.
_WIDE = 200
_terminal = sys.stdout is not None and sys.stdout.isatty()
out = Console(highlight=False, soft_wrap=True, width=None if _terminal else _WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)
Thing = TypeVar("Thing")


class TextFormat(StrEnum):
    """For people or for programs."""

    text = "text"
    json = "json"


FormatOption = Annotated[TextFormat, typer.Option("--format", help="text 或 json")]


class CommandRefused(Refusal):
    """A refusal of the command line itself, in words."""


@contextmanager
def refusals() -> Iterator[None]:
    """Turn refusals, and what the machine or the database refuses, into a sentence on stderr and exit code 1."""
    try:
        yield
    except BrokenPipeError:
        raise
    except Refusal as refusal:
        err.print(str(refusal), markup=False)
        raise typer.Exit(1) from None
    except Exception as error:
        if not (isinstance(error, OSError) or is_of_database(error)):
            raise
        err.print(describe_trouble(error), markup=False)
        raise typer.Exit(1) from None


@contextmanager
def faults() -> Iterator[None]:
    """Turn what nobody expected into a numbered fault and exit code 3; its traceback goes into the log."""
    try:
        yield
    except BrokenPipeError:
        raise
    except Exception as error:
        number, log = log_fault(error, utc_now().isoformat())
        if log is None:
            traceback.print_exception(error)
        where = f"详细情况在 {log}" if log is not None else "详细情况印在上面"
        err.print(f"程序出错了，这一步没有办成（错误编号 {number}）。请把编号告诉技术人员；{where}。", markup=False)
        sys.exit(3)


def is_of_database(error: Exception) -> TypeGuard[DBAPIError]:
    """Whether the database refused; where nobody has imported what asks it, nobody has asked."""
    asking = sys.modules.get("sqlalchemy.exc")
    return asking is not None and isinstance(error, asking.DBAPIError)


def describe_trouble(error: OSError | DBAPIError) -> str:
    """What the machine or the database refused, and what helps against just that."""
    if isinstance(error, socket.gaierror | ConnectionError | TimeoutError):
        return f"网络连接失败（{error.strerror or error}）；请检查地址有没有写错、对方的服务有没有启动"
    if isinstance(error, OSError):
        place = f" {error.filename}" if error.filename else ""
        advice = _SYSTEM_ADVICE.get(error.errno or 0, "请把这句话告诉技术人员")
        return f"文件{place}读写失败（{error.strerror or error}）；{advice}"
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    name = getattr(error.orig, "sqlite_errorname", "")
    found = next((words for start, words in _DATABASE_ADVICE.items() if name.startswith(start)), None)
    # PostgreSQL tells a lost or missing server by its class alone.
    unknown = "请把这句话告诉技术人员" if name else "请确认数据库服务已启动、地址和账号无误"
    return f"工作区的数据库用不了（{said}）；{found or unknown}"


#: By the beginning of SQLite's own names of errors.
_DATABASE_ADVICE = {
    "SQLITE_FULL": "磁盘满了，请腾出空间后重做这一步",
    "SQLITE_CORRUPT": "数据库文件损坏了，不要再写入：请保留现场，用最近的备份恢复（ducha restore）",
    "SQLITE_NOTADB": "数据库文件损坏了，不要再写入：请保留现场，用最近的备份恢复（ducha restore）",
    "SQLITE_IOERR": "磁盘读写出错，请检查磁盘是否已满或有坏块",
    "SQLITE_READONLY": "没有写权限，请检查工作区文件夹的权限",
    "SQLITE_PERM": "没有读写权限，请检查工作区文件夹的权限",
    "SQLITE_CANTOPEN": "文件打不开，请检查工作区文件夹是否存在、有没有权限",
    "SQLITE_BUSY": "别的程序一直占着数据库，请稍后重做这一步",
    "SQLITE_LOCKED": "别的程序一直占着数据库，请稍后重做这一步",
}
_SYSTEM_ADVICE = {
    errno.ENOSPC: "磁盘满了，请腾出空间后重做这一步",
    errno.EDQUOT: "磁盘配额用完了，请腾出空间后重做这一步",
    errno.EACCES: "没有权限，请检查文件夹权限",
    errno.EPERM: "没有权限，请检查文件夹权限",
    errno.EROFS: "文件系统只读，请换一个能写的位置",
    errno.ENOENT: "找不到，请检查路径",
    errno.ENOTDIR: "路径中有一段不是文件夹，请检查路径",
    errno.EISDIR: "这是一个文件夹，请写明文件",
    errno.ENAMETOOLONG: "名字太长，请改短",
    errno.EIO: "磁盘读写出错，请检查磁盘",
    errno.EMFILE: "打开的文件太多，请稍后重做这一步",
    errno.ENFILE: "打开的文件太多，请稍后重做这一步",
}


def find_workspace(folder: Path | None) -> Workspace:
    """The workspace given by -w or DUCHA_WORKSPACE, or ./workspace."""
    from data.store.workspace import open_workspace

    return open_workspace(folder or Path("workspace"))


def enter_workspace(folder: Path | None) -> Workspace:
    """The same, for commands that go by the rules and the data.

    The approved rules whose day has come are in force then, and what the host of a companion has taken in is there.
    """
    from data.runs.force import bring_into_force

    workspace = find_workspace(folder)
    try:
        for name in bring_into_force(workspace, now=now()):
            err.print(f"从现在起按已批准的规则办理：{name} 版", markup=False)
        if workspace.host is not None:
            _receive(workspace)
    except Refusal as refusal:
        # Whatever else there is to do goes on; nothing is scored by other rules than those in force, or without data.
        err.print(f"注意：{refusal}", markup=False)
    return workspace


def list_apart(workspace: Workspace, command: str) -> list[str]:
    """What a command did not look at: the further packs of the workspace, each with the call that does."""
    from data.store.workspace import list_companions

    return [
        f"并列的指标包 {each.root.name} 另有一套，不在其内；请再写 ducha --pack {each.root.name} {command}"
        for each in list_companions(workspace)
    ]


def _receive(workspace: Workspace) -> None:
    from data.batches.received import receive_shared
    from indicators.reader import load_pack

    for table in receive_shared(workspace, load_pack(workspace.pack_folder), now=now()):
        err.print(f"主指标包收下的「{table.title}」现在也用在这里：{table.batches} 批", markup=False)


def parse_day(text: str) -> date:
    """A day on the command line. Raises typer.BadParameter (exit code 2)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"「{text}」不是一个存在的日期；请写成 2025-04-10") from None


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
    from rich.progress import track

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
        raise CommandRefused(f"写不了文件 {target}：{error.strerror}") from None


def make_table(title: str, columns: Sequence[tuple[str, str]]) -> Table:
    """A table with (title, justification) columns; plain lines that survive a pipe."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
    for name, justify in columns:
        right = justify == "right"
        # What is too long for its line goes on in the next one and is never cut off.
        table.add_column(name, justify="right" if right else "left", no_wrap=right, overflow="fold")
    return table
