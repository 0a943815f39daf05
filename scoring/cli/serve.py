"""The command ``ducha serve``: the pages in a browser."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from data.store.drafts import sweep_workspace
from scoring.cli.console import CommandRefused, err, find_workspace, now, out, refusals


def add_commands(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command("serve")(serve)


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口")] = 8501,
    host: Annotated[str, typer.Option("--host", help="监听的地址；默认只有本机能打开")] = "127.0.0.1",
    name: Annotated[
        list[str] | None, typer.Option("--name", help="打开网页用的域名或地址，可写几次；别的一律不接")
    ] = None,
    link: Annotated[
        list[str] | None,
        typer.Option("--link", help="并列的指标包的网址，写 编号=http://…，可写几次；在那边有账号的人看得到"),
    ] = None,
) -> None:
    """启动网页。默认只有本机能打开；要让别人也能打开，用 --host 写明本机在内网的地址。"""
    with refusals():
        workspace = find_workspace(context.obj)
        sweep_workspace(workspace.root, now())
        links = _list_links(link or ())
        _check_free(host, port)
        if host not in ("127.0.0.1", "::1", "localhost"):
            if host in ("0.0.0.0", "::") and not name:
                err.print("注意：别人用哪个域名或地址打开，要用 --name 写明；没有写的一律不接。", markup=False)
            err.print(f"注意：能访问 {host} 的人都能打开登录页；请只在内网使用，并在前面加上 HTTPS。", markup=False)
        out.print(f"在浏览器里打开 http://{host}:{port} ；按 Ctrl+C 停止。", markup=False)
    # Nothing that happens to lie in the folder where the command is called, a data.py say, is taken for the program's.
    command = [sys.executable, "-P", "-m", "dashboard", "--host", host, "--port", str(port)]
    command += [word for each in name or () for word in ("--name", each)]
    environment = {**os.environ, "DUCHA_WORKSPACE": str(workspace.root.resolve()), "PYTHONSAFEPATH": "1", **links}
    sys.stdout.flush()
    if os.name == "posix":
        # The server takes this process over: what stops the command stops the server.
        os.execve(sys.executable, command, environment)
    try:
        raise typer.Exit(subprocess.call(command, env=environment))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _list_links(given: Sequence[str]) -> dict[str, str]:
    """What the pages are told of the other packs' pages; nothing where nothing is given, as an environment may say it.

    Raises CommandRefused for what is no id with an address that a browser opens.
    """
    for each in given:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*=https?://[^\s/]\S*", each):
            raise CommandRefused(f"--link 写的「{each}」不是 编号=网址；请写成 province=http://10.0.0.5:8502 这样")
    return {"DUCHA_LINKS": "\n".join(given)} if given else {}


def _check_free(host: str, port: int) -> None:
    """Raise CommandRefused unless the address can be listened on, in words that the server would not find."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        reason = error.strerror or str(error)
        address = f"{host}:{port}"
        raise CommandRefused(f"不能在 {address} 上监听（{reason}）；请用 --port 换一个端口，或核对 --host") from None
