"""Commands for a team that works without a network: export-forms, import-forms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from data.forms.returned import OUTCOMES, FormImport, MergedRow, import_team_form
from data.forms.team import write_team_form
from scoring.cli.actions import IdArgument, make_app
from scoring.cli.console import FormatOption, TextFormat, err, make_table, out, write_output
from scoring.cli.ledger import AsOption, at_desk, now, print_json

app = make_app("inspection")


def add_commands(root: typer.Typer) -> None:
    """Register the commands of this module."""
    root.add_typer(app, name="inspection")


@app.command("export-forms")
def export_forms(
    context: typer.Context,
    id: IdArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="写入的 xlsx 文件")],
    actor: AsOption = None,
) -> None:
    """导出离线底稿：问题、评定、清单，带下拉框和现有内容（由督察组成员办理）。"""
    with at_desk(context.obj, actor, TextFormat.text) as desk:
        write_output(write_team_form(desk.ledger, desk.actor, id, now=now()), output)
        out.print(f"已导出 {output}；填好后用 ducha inspection import-forms 合并", markup=False)


@app.command("import-forms")
def import_forms(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="填好的底稿")],
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", help="冲突时留哪一个：ours（表里的）或 theirs（台账里的）；单个写 编号=ours，可写几次"),
    ] = None,
    actor: AsOption = None,
    format: FormatOption = TextFormat.text,
) -> None:
    """合并离线底稿：全部收下或一行不收；别人改过的不覆盖，标明并行修改和冲突。"""
    chosen = _read_choices(keep or [])
    with at_desk(context.obj, actor, format, writes=True) as desk:
        merge = import_team_form(desk.ledger, desk.actor, file.name, file.read_bytes(), keep=chosen, now=now())
        if format is TextFormat.json:
            print_json(_write_json(merge))
        else:
            _print_merge(merge)
        if merge.conflicts:
            err.print("有冲突，什么也没有存；请用 --keep 编号=ours 或 编号=theirs 写明留哪一个", markup=False)
            raise typer.Exit(1)


def _read_choices(words: list[str]) -> dict[str, Literal["ours", "theirs"]]:
    chosen: dict[str, Literal["ours", "theirs"]] = {}
    for word in words:
        number, _, side = word.rpartition("=")
        if side == "ours":
            chosen[number or "*"] = "ours"
        elif side == "theirs":
            chosen[number or "*"] = "theirs"
        else:
            raise typer.BadParameter(f"--keep 请写 ours、theirs、编号=ours 或 编号=theirs，看不懂「{word}」")
    return chosen


def _write_json(merge: FormImport) -> dict[str, object]:
    rows = [
        {
            **{name: getattr(row, name) for name in ("sheet", "row", "kind", "outcome", "id")},
            "label": OUTCOMES[row.outcome],
            "differences": [each.__dict__ for each in row.differences],
            "files": list(row.files),
        }
        for row in merge.rows
    ]
    return {"inspection": merge.inspection, "stored": merge.stored, "rows": rows}


def _print_merge(merge: FormImport) -> None:
    for row in merge.rows:
        if row.outcome == "unchanged":
            continue
        out.print(f"{row.sheet} 第 {row.row} 行 {row.id}：{OUTCOMES[row.outcome]}", markup=False)
        if row.differences:
            _print_differences(row)
        if row.files:
            out.print(
                f"  证据还要存入：{'、'.join(row.files)}（ducha evidence add 文件 --finding {row.id}）", markup=False
            )
    if not merge.stored and not merge.conflicts:
        known = any(row.outcome == "known" for row in merge.rows)
        out.print("已导入过，没有改动" if known else "底稿里没有新的内容，没有改动", markup=False)


def _print_differences(row: MergedRow) -> None:
    table = make_table("", [("字段", ""), ("导出时", ""), ("台账现在", ""), ("表里", ""), ("", "")])
    for each in row.differences:
        mark = "冲突" if each.conflict else "别人改的" if each.form == each.base else "表里改的"
        table.add_row(each.title, escape(each.base), escape(each.current), escape(each.form), mark)
    out.print(table)
