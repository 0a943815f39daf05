"""Commands that save a workspace and bring it back: backup, restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.backup.archive import BackupRefused, open_backup
from data.backup.backup import CheckedBackup, check_backup, make_backup, restore_backup
from data.runs.folder import open_run_folder
from data.signing.place import find_trusted
from data.store.drafts import sweep_drafts, sweep_workspace
from data.store.workspace import Workspace
from scoring.cli.console import (
    CommandRefused,
    FormatOption,
    TextFormat,
    err,
    find_workspace,
    list_apart,
    out,
    refusals,
    show_progress,
)
from scoring.cli.keys import PublicOption, open_key_for_backup
from scoring.cli.ledger import now, print_json
from scoring.cli.trail import AnchorOption, parse_head, read_anchors
from scoring.runs.store import RunOutdated, StoredRun, check_run


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    context: typer.Context,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="备份到：文件夹，或以 .zip 结尾的文件（都不能已存在）")
    ],
    format: FormatOption = TextFormat.text,
) -> None:
    """备份整个工作区：数据库同一时刻的全部内容、报送批次、评分运行、指标包、证据（逐份重新核对摘要）。别人可以照常办理。"""
    with refusals():
        workspace = find_workspace(context.obj)
        sweep_workspace(workspace.root, now())
        made = make_backup(workspace, output, now=now(), key=open_key_for_backup())
        if format is TextFormat.json:
            print_json(
                {
                    "head": str(made.head),
                    "files": made.files,
                    "sha256": made.sha256,
                    "signed_by": made.signed_by.text if made.signed_by else None,
                    "problems": list(made.problems),
                }
            )
        else:
            out.print(f"已备份到 {output}：{made.files} 个文件，链头 {made.head}", markup=False)
            out.print(f"清单的 SHA-256：{made.sha256}（请抄在别处）。备份里有密码摘要，请妥善保管。", markup=False)
            signed = f"已用密钥 {made.signed_by.id} 签名" if made.signed_by else "没有签名：谁能改它，谁就能另造一份"
            out.print(f"{signed}。", markup=False)
            for said in list_apart(workspace, "backup"):
                err.print(f"注意：{said}。", markup=False)
        for problem in made.problems:
            err.print(f"注意：{problem}", markup=False)
        if made.problems:
            raise typer.Exit(1)


def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="备份：文件夹或 .zip 文件")],
    check: Annotated[bool, typer.Option("--check", help="只核对，什么也不改")] = False,
    known_head: Annotated[list[str] | None, typer.Option("--known-head", help="以前抄下的链头，可写几次")] = None,
    anchor: AnchorOption = None,
    public_key: PublicOption = None,
    unsigned: Annotated[bool, typer.Option("--unsigned", help="没有签名的备份（启用密钥以前的）也照样核对")] = False,
    recompute: Annotated[bool, typer.Option("--recompute/--no-recompute", help="是否把每次评分运行重算一遍")] = True,
    format: FormatOption = TextFormat.text,
) -> None:
    """核对备份（签名、文件摘要、留痕、链头、证据、评分能不能复算），并恢复到 -w 写明的空文件夹；有一处不符就不恢复。"""
    heads = tuple(parse_head(text) for text in known_head or ())
    if not check and context.obj is None:
        raise typer.BadParameter("请用 -w 写明恢复到哪个空文件夹，或者用 --check 只核对")
    with refusals():
        try:
            trusted = find_trusted(public_key)
            heads += tuple(each.head for each in read_anchors(anchor, trusted))
            with open_backup(source) as folder:
                found = check_backup(folder, now=now(), known_heads=heads, trusted=trusted, unsigned=unsigned)
                _print_check(found, format)
                said = _say_sound(found, _recompute_runs(folder) if recompute else None)
                if not check:
                    sweep_drafts(context.obj.absolute().parent, now())
                    restore_backup(folder, context.obj, Workspace(context.obj).store_url)
                    said = f"已恢复到 {context.obj}。{said}"
                if format is TextFormat.text:
                    out.print(f"{said}\n清单的 SHA-256：{found.sha256}", markup=False)
        except BackupRefused as refused:
            raise CommandRefused(str(refused)) from None


def _print_check(found: CheckedBackup, format: TextFormat) -> None:
    """What the check of a backup found. Raises CommandRefused where anything is wrong."""
    if format is TextFormat.json:
        told = {name: getattr(found, name) for name in ("files", "events", "sha256", "origin")}
        signer = found.signed_by.text if found.signed_by else None
        print_json({"head": str(found.head), **told, "signed_by": signer, "problems": list(found.problems)})
    else:
        out.print(f"{found.origin}。", markup=False)
    for problem in found.problems:
        err.print(problem, markup=False)
    if found.problems:
        raise CommandRefused(f"备份有 {len(found.problems)} 处不符，没有恢复")


def _say_sound(found: CheckedBackup, runs: tuple[int, int] | None) -> str:
    """That a backup is sound; ``runs`` are those that were recomputed and those of another results version."""
    said = f"备份完好：{found.files} 个文件，{found.events} 条留痕，链头 {found.head}"
    if runs is None:
        return f"{said}；评分运行只核对了摘要，没有复算"
    again, outdated = runs
    said += f"；{again} 次评分运行逐一复算，结果一致"
    return f"{said}；{outdated} 次是另一个结果版本算的，本程序算法不同，只核对了摘要" if outdated else said


def _recompute_runs(folder: Path) -> tuple[int, int]:
    """Every run in an opened and checked backup worked out anew from what lies beside it. Raises RunDiffers.

    How many came out the same, and how many another version of results made otherwise.
    """
    workspace, again, outdated = Workspace(folder), 0, 0
    for place in show_progress(sorted(workspace.runs_folder.glob("[0-9]*")), "复算"):
        run = open_run_folder(place)
        try:
            check_run(workspace, StoredRun(place.name, run, run.manifest, run.read("result.json")))
            again += 1
        except RunOutdated:
            outdated += 1
    return again, outdated
