"""The command ``ducha units``: the register as of a year, or as a stored run saw it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Annotated, NamedTuple

import typer

from data.calendar.office_years import load_workspace_pack
from data.runs.folder import read_moment
from indicators.pack.model import Pack
from indicators.pack.register import Former, UnitEntry
from indicators.pack.succession import Succession
from scoring.cli.console import (
    CommandRefused,
    FormatOption,
    TextFormat,
    enter_workspace,
    err,
    make_table,
    now,
    out,
    refusals,
    write_output,
)
from scoring.cli.runs import RunOption
from scoring.runs.store import read_inputs, read_run

SCHEMA = "ducha.units.v1"


class ListedUnit(NamedTuple):
    """A unit as the register lists it; the fields are those of the written list, in its order."""

    id: str
    name: str | None
    kind: str
    kind_title: str
    parent: str | None
    parent_name: str | None
    since: str | None
    until: str | None
    former: list[dict[str, str]]
    predecessors: list[str]
    successor: str | None
    successor_name: str | None
    successors: list[str]
    reports_anew: list[str]
    cohorts: list[str]


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("units")(units)


def units(
    context: typer.Context,
    year: Annotated[int | None, typer.Option("--year", help="看哪一年（年末）的名录（默认今天）")] = None,
    run: RunOption = None,
    format: FormatOption = TextFormat.text,
) -> None:
    """单位名录：当时的名称、类别、上级、曾用名、并入哪个单位、属于哪个考核组。写 --run 则看那次运行所用的名录。"""
    if year is not None and run is not None:
        raise typer.BadParameter("--year 和 --run 只写一个：运行自己有年度")
    if year is not None and not 1 <= year <= 9999:
        raise typer.BadParameter(f"没有 {year} 这一年")
    with refusals():
        workspace = enter_workspace(context.obj)
        if run is not None:
            stored = read_run(workspace, run)
            pack, _ = read_inputs(workspace, stored)
            year, as_of = read_moment(stored.manifest)
        else:
            pack = load_workspace_pack(workspace)
            year, as_of = (year, date.max) if year is not None else (now().year, now().date())
        succession = Succession.of_year(pack.registry, year, as_of)
        rows = list_register(pack, succession)
        if not rows:
            raise CommandRefused(f"{year} 年名录里还没有单位")
        if format is TextFormat.json:
            listed = [row._asdict() for row in rows]
            content = {"schema": SCHEMA, "pack": pack.head.id, "day": succession.day.isoformat(), "units": listed}
            write_output((json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode(), None)
            return
        _print_register(pack, succession, rows)


def list_register(pack: Pack, succession: Succession) -> list[ListedUnit]:
    """One per unit that exists in the year, up to the day; those that have ended by the day are in no cohort."""
    names = {unit.id: unit for unit in pack.registry.units}
    kinds = {kind.id: kind.title for kind in pack.registry.kinds}
    members = {cohort.id: {unit.id for unit in pack.members(cohort, succession.day)} for cohort in pack.head.cohorts}

    def name(unit: str | None) -> str | None:
        return names[unit].name_on(succession.day) if unit is not None else None

    return [
        ListedUnit(
            id=unit.id,
            name=name(unit.id),
            kind=unit.kind,
            kind_title=kinds[unit.kind],
            parent=unit.parent,
            parent_name=name(unit.parent),
            since=unit.since,
            until=unit.until,
            former=[{"name": former.name, "until": former.until} for former in _list_former(unit, succession.day)],
            predecessors=[entry.id for entry in pack.registry.units if succession.heirs.get(entry.id) == unit.id],
            successor=unit.successor,
            successor_name=name(unit.successor),
            successors=list(unit.successors),
            reports_anew=[entry.id for entry in succession.forebears.get(unit.id, ())],
            cohorts=[cohort for cohort, ids in members.items() if unit.id in ids],
        )
        for unit in pack.registry.units
        if unit.id not in succession.absent
    ]


def _list_former(unit: UnitEntry, day: date) -> list[Former]:
    """The names that it no longer has on a day."""
    return [former for former in unit.former if former.until < day.isoformat()]


def _print_register(pack: Pack, succession: Succession, rows: list[ListedUnit]) -> None:
    names = {unit.id: unit.name_on(succession.day) for unit in pack.registry.units}
    titles = {cohort.id: cohort.title for cohort in pack.head.cohorts}
    headings = ("编号", "名称", "类别", "上级", "考核组", "变动")
    table = make_table(f"{pack.head.title}：{succession.day.isoformat()} 的单位名录", [(name, "") for name in headings])
    units = {unit.id: unit for unit in pack.registry.units}
    for row in rows:
        cohorts = "、".join(titles[cohort] for cohort in row.cohorts)
        changes = _describe_changes(units[row.id], names, succession)
        table.add_row(row.id, row.name, row.kind_title, row.parent_name or "", cohorts, changes)
    out.print(table)
    ended = sum(row.until is not None and row.until < succession.day.isoformat() for row in rows)
    err.print(f"{len(rows) - ended} 个单位，另有 {ended} 个在这一年里结束" if ended else f"{len(rows)} 个单位")


def _describe_changes(unit: UnitEntry, names: dict[str, str], succession: Succession) -> str:
    def tell(units: Iterable[str]) -> str:
        return "、".join(names[each] for each in units)

    said = [f"到 {former.until} 为止叫{former.name}" for former in _list_former(unit, succession.day)]
    if unit.since:
        said.append(f"{unit.since} 成立")
    if merged := [name for name, heir in succession.heirs.items() if heir == unit.id]:
        said.append(f"含原{tell(merged)}")
    if anew := succession.forebears.get(unit.id, ()):
        said.append(f"由{tell(each.id for each in anew)}拆分，以前各年重新报送")
    if unit.until:
        into = f"，并入{names[unit.successor]}" if unit.successor else ""
        split = f"，拆分为{tell(unit.successors)}" if unit.successors else ""
        said.append(f"到 {unit.until} 为止{into}{split}")
    return "；".join(said)
