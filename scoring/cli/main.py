"""Entry point: options that all commands share. The commands are in ``commands``."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from data.clock import office_zone
from scoring.cli.commands import Commands
from scoring.cli.console import faults, refusals
from scoring.cli.left_out import leave_out_pandas

app = typer.Typer(
    cls=Commands,
    help="督察：把方案里的量化目标变成人人看得懂的评分规则，在报送数据上计算、排名、解释。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def set_workspace(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option("-w", "--workspace", envvar="DUCHA_WORKSPACE", help="工作区文件夹（默认 ./workspace）"),
    ] = None,
    pack: Annotated[
        str | None, typer.Option("--pack", help="工作区里并列的另一份指标包（编号），见 ducha init --beside")
    ] = None,
) -> None:
    """督察评分。"""
    with refusals():
        # A zone that is none is said before anything is done, whether or not the command looks at the clock.
        office_zone()
        context.obj = workspace if pack is None else _choose_pack(workspace, pack)


def _choose_pack(folder: Path | None, pack: str) -> Path:
    """The folder of one of the packs of a workspace. Raises NotAWorkspace and NoSuchCompanion."""
    from data.store.workspace import find_companion, list_companions, open_workspace

    workspace = open_workspace(folder or Path("workspace"))
    if pack not in {each.root.name for each in list_companions(workspace)}:
        from indicators.reader import load_pack

        if load_pack(workspace.pack_folder).head.id == pack:
            return workspace.root
    return find_companion(workspace, pack).root


def main() -> None:
    """Run the command line. What it writes is for its own account alone."""
    os.umask(0o077)
    leave_out_pandas(sys.argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Without a locale Python would not print Chinese; a terminal of another encoding gets what it can show.
            plain = stream.encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968")
            stream.reconfigure(encoding="utf-8" if plain else stream.encoding, errors="replace")
    with faults():
        try:
            # For what lies outside of the commands' own blocks.
            with refusals():
                app(prog_name="ducha")
        except typer.Exit as ended:
            sys.exit(ended.exit_code)


if __name__ == "__main__":
    main()
