"""The command that makes documents: sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.calendar.office_years import load_workspace_pack
from data.ledger.ledger import open_ledger
from data.ledger.reading import list_disputed
from data.register.units import Registry
from scoring.cli.console import CommandRefused, enter_workspace, now, out, refusals, show_progress
from scoring.documents.export import (
    TITLES,
    DocumentKind,
    Exporter,
    Format,
    Subject,
    export,
    list_subjects,
    open_archive,
    open_folder,
)
from scoring.documents.ledger import name_head, read_rectifications, write_self_marks
from scoring.documents.view import RunView, open_view
from scoring.runs.newer import write_newer
from scoring.runs.store import read_run


def add_commands(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command("sheet")(sheet)


KindsOption = Annotated[
    list[DocumentKind] | None,
    typer.Option(
        "--kind",
        help="score 评分表，notice 排名通报，feedback 反馈意见，rectification 整改台账，leader 领导一页纸；可以写几次",
        show_default="score",
    ),
]


def sheet(
    context: typer.Context,
    unit: Annotated[str | None, typer.Argument(help="单位：编号、名称或别名（通报和一页纸：它所在的考核组）")] = None,
    all_: Annotated[bool, typer.Option("--all", help="全部单位（通报和一页纸：全部考核组）")] = False,
    cohort: Annotated[str | None, typer.Option("--cohort", help="只做一个考核组")] = None,
    format: Annotated[
        list[Format] | None, typer.Option("--format", help="文件形式，可以写几次", show_default="xlsx")
    ] = None,
    kind: KindsOption = None,
    everything: Annotated[bool, typer.Option("--everything", help="全套：五种文件、五种形式都做")] = False,
    output: Annotated[Path, typer.Option("-o", "--output", help="放文件的文件夹")] = Path("."),
    zip_: Annotated[bool, typer.Option("--zip", help="装进一个 zip 文件")] = False,
    run: Annotated[str | None, typer.Option("--run", help="评分运行的编号（默认最近一次）")] = None,
    compare: Annotated[
        str | None, typer.Option("--compare", help="与哪一次运行比（默认上年最近一次；没有则同一年度的上次）")
    ] = None,
) -> None:
    """评分表、排名通报、反馈意见、整改台账、领导一页纸：由保存的评分运行做成文件，不再重算。"""
    with refusals():
        if (unit is None) == (not all_ and cohort is None):
            raise CommandRefused("请写一个单位，或者用 --all（全部）、--cohort（一个考核组）；二者取一")
        workspace = enter_workspace(context.obj)
        stored = read_run(workspace, run)
        ledger = open_ledger(workspace, load_workspace_pack(workspace))
        disputed = list_disputed(ledger, stored.manifest["year"])
        said = {"trail": name_head(ledger), "newer": write_newer(workspace, ledger, stored.manifest)}
        with open_view(workspace, stored, compare=compare, disputed=disputed, **said) as view:
            found = _find_unit(view, unit)
            if cohort is not None and cohort not in view.totals:
                known = "、".join(f"{entry.id}（{entry.title}）" for entry in view.pack.head.cohorts)
                raise CommandRefused(f"没有考核组 {cohort}；已有：{known}")
            kinds = list(DocumentKind) if everything else list(dict.fromkeys(kind or [DocumentKind.score]))
            forms = list(Format) if everything else list(dict.fromkeys(format or [Format.xlsx]))
            own = write_self_marks(workspace, view.pack, view.year)
            exporter = Exporter(view, self_marks=own, rectify=read_rectifications(ledger, now().date()))
            _make_files(exporter, list_subjects(view, kinds, cohort, found), kinds, forms, output, stored.id, zip_)


def _make_files(
    exporter: Exporter,
    subjects: list[Subject],
    kinds: list[DocumentKind],
    forms: list[Format],
    output: Path,
    run: str,
    zipped: bool,
) -> None:
    """Make the files and say how many. Raises CommandRefused where there is nothing to make, and for what was not."""
    if not subjects:
        raise CommandRefused("这次评分里没有这样的单位，没有文件可做")
    title = TITLES[kinds[0]] if len(kinds) == 1 else "文件"
    target = output / f"{title}-{run}.zip" if zipped else output
    with open_archive(target) if zipped else open_folder(target) as put:
        written, refused = export(exporter, show_progress(subjects, f"做{title}"), forms, put)
    out.print(f"已做 {written} 份{title}（{'、'.join(forms)}），在 {target}", markup=False)
    if refused:
        raise CommandRefused("\n".join(map(str, refused)))


def _find_unit(view: RunView, name: str | None) -> str | None:
    """The unit's id for what the user typed. Raises CommandRefused with the nearest names."""
    if name is None:
        return None
    registry = Registry.from_register(view.pack.registry)
    found = registry.resolve(name)
    if found is None:
        close = "、".join(registry.suggest(name))
        raise CommandRefused(f"没有单位「{name}」" + (f"；是不是：{close}" if close else ""))
    if not any(row.unit == found for rows in view.totals.values() for row in rows):
        raise CommandRefused(f"「{name}」不在任何考核组里，没有评分")
    return found
