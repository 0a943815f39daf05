"""Commands about the office's key: show, renew; and how commands find it, open it and ask for its passphrase."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from data.signing.key import KeyLocked, KeyRefused, NoKey, PublicKey, SigningKey, is_sealed, open_key, read_public
from data.signing.making import discard_new, is_waiting, obtain_key, prepare_key, put_in_place
from data.signing.place import KEY, PASSPHRASE, check_outside, find_key_file, find_trusted, name_trust_file
from data.store.database import reading
from data.store.workspace import Workspace, open_workspace_store
from data.trail.keys import adopt_key, read_key, read_leaked, renew_key
from scoring.cli.console import FormatOption, TextFormat, err, find_workspace, out, refusals, user
from scoring.cli.ledger import now, print_json

app = typer.Typer(
    help="督察办的签名密钥：查看、更换。备份和锚点用它签名。", no_args_is_help=True, rich_markup_mode=None
)


def add_commands(root: typer.Typer) -> None:
    """Register the commands of this module."""
    root.add_typer(app, name="key")


KeyOption = Annotated[
    Path | None,
    typer.Option("--key", envvar="DUCHA_KEY", help="签名密钥放在哪里（不能在工作区里；默认在账号的设置文件夹）"),
]
SealOption = Annotated[
    bool, typer.Option("--passphrase", help=f"给密钥加口令（输入两遍，或放在环境变量 {PASSPHRASE} 里）")
]
PublicOption = Annotated[
    str | None, typer.Option("--public-key", help="本办的公钥：64 位数字或公钥文件（默认用本机账号的 office.pub）")
]


def open_signing_key() -> SigningKey:
    """The office's key, with the passphrase from the environment or asked for. Raises NoKey, KeyLocked, KeyRefused."""
    path = find_key_file()
    passphrase = os.environ.get(PASSPHRASE)
    if passphrase is None and is_sealed(path) and sys.stdin is not None and sys.stdin.isatty():
        passphrase = str(typer.prompt("签名密钥的口令", hide_input=True, err=True))
    return open_key(path, passphrase)


def open_key_for_backup() -> SigningKey | None:
    """The same for what is better unsigned than not at all: why it is not signed goes to stderr."""
    try:
        return open_signing_key()
    except NoKey:
        return None
    except KeyRefused as refused:
        err.print(f"注意：{refused}", markup=False)
        return None


def ask_new_passphrase(wanted: bool) -> str | None:
    """The passphrase that seals a new key: the environment's, or typed twice; None where none is wanted."""
    if (known := os.environ.get(PASSPHRASE)) is not None:
        return known
    if not wanted:
        return None
    if sys.stdin is None or not sys.stdin.isatty():
        raise KeyLocked(f"这里不能输入口令，请放在环境变量 {PASSPHRASE} 里")
    return str(typer.prompt("签名密钥的口令", hide_input=True, confirmation_prompt="再输入一遍", err=True))


def give_key(workspace: Workspace, key_file: Path | None, passphrase: str | None) -> None:
    """Let a new workspace have the account's key, made now if there is none; what stands in the way is only told."""
    try:
        path = key_file or find_key_file()
        public, made = obtain_key(path, workspace.root, passphrase, now())
        adopt_key(open_workspace_store(workspace), workspace.root, public, now=now(), actor=user())
    except (KeyRefused, OSError) as trouble:
        err.print(f"注意：没有签名密钥，备份和链头不会有签名。{trouble}；以后可用 ducha key renew 补做", markup=False)
        return
    out.print(f"签名密钥 {public.id}（{'新做的' if made else '用已有的'}）：{path}", markup=False)
    out.print(f"公钥 {public.text}（请抄在别处，核对备份用；密钥请另外保存一份，不要和备份放在一起）", markup=False)
    if path != find_key_file():
        out.print(f"以后的命令请设环境变量 {KEY}={path}", markup=False)


@app.command("show")
def show(context: typer.Context, format: FormatOption = TextFormat.text) -> None:
    """本机账号的签名密钥、工作区登记的密钥，以及核对时认哪些公钥。"""
    with refusals():
        path = find_key_file()
        own = read_public(path) if path.is_file() else None
        trusted = find_trusted()
        known = _read_known(find_workspace(context.obj)) if (context.obj or Path("workspace")).is_dir() else None
        if format is TextFormat.json:
            print_json(
                {
                    "file": str(path),
                    "key": own.text if own else None,
                    "workspace": known.text if known else None,
                    "trusted": [key.text for key in trusted.keys],
                }
            )
            return
        out.print(f"本机账号的密钥：{f'{own.id}，{path}' if own else f'没有（{path}）'}", markup=False)
        if own is not None:
            out.print(f"公钥：{own.text}", markup=False)
        out.print(f"工作区登记的密钥：{known.id if known else '没有'}", markup=False)
        names = "、".join(key.id for key in trusted.keys) or f"没有（{name_trust_file(path)}）"
        out.print(f"核对时认的公钥：{names}", markup=False)


def _read_known(workspace: Workspace) -> PublicKey | None:
    with reading(open_workspace_store(workspace)) as connection:
        return read_key(connection)


@app.command("renew")
def renew(
    context: typer.Context,
    reason: Annotated[str, typer.Option("--reason", help="理由，写进留痕")],
    actor: Annotated[str | None, typer.Option("--as", envvar="DUCHA_USER", help="谁在办理（系统管理）")] = None,
    key: KeyOption = None,
    seal: SealOption = False,
    leaked: Annotated[bool, typer.Option("--leaked", help="原来的密钥泄露了：它签过的从此不认")] = False,
) -> None:
    """做一把签名密钥并登记：工作区还没有的，原来的丢了或泄露了的。别的工作区已换过的，这里只登记。"""
    with refusals():
        workspace = find_workspace(context.obj)
        path = key or find_key_file()
        check_outside(path, workspace.root)
        known = _read_known(workspace)
        if known is not None and is_waiting(path, known):
            with reading(open_workspace_store(workspace)) as connection:
                put_in_place(path, known, read_leaked(connection))
            out.print(f"上次更换没有做完，已接着做完：{known.id}，{path}", markup=False)
            return
        own = read_public(path) if path.is_file() else None
        fresh = own is None or own == known or leaked
        public = prepare_key(path, ask_new_passphrase(seal), now()) if fresh or own is None else own
        try:
            renew_key(
                open_workspace_store(workspace),
                workspace.root,
                public,
                actor or user(),
                reason,
                leaked=leaked,
                now=now(),
            )
        except BaseException:
            if fresh:
                discard_new(path)
            raise
        _tell_renewed(public, path, put_in_place(path, public, known if leaked else None))


def _tell_renewed(public: PublicKey, path: Path, former: Path | None) -> None:
    out.print(f"已登记签名密钥 {public.id}：{path}", markup=False)
    out.print(f"公钥 {public.text}（请抄在别处，并告诉在别的机器上核对的人）", markup=False)
    if path != find_key_file():
        out.print(f"以后的命令请设环境变量 {KEY}={path}", markup=False)
    if former is not None:
        out.print(f"原来的密钥改名为 {former}，不再需要的请销毁", markup=False)
