"""``ducha pack diff``: what two versions of a pack have otherwise, and whom that moves on a workspace's data."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from data.store.workspace import open_workspace
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from scoring.cli.console import CommandRefused, make_table, now, out, parse_day, refusals, write_output
from scoring.runs.store import list_runs, read_manifest
from scoring.trials.changed_pack import CohortShift, PackChange, compare_packs, try_packs
from scoring.trials.grade_shifts import TITLES, write_grade_shift

SCHEMA = "ducha.packdiff.v1"


class DiffFormat(StrEnum):
    """How the comparison is written; ``docx``, ``pdf`` and ``html`` are a page for the meeting that decides."""

    text = "text"
    json = "json"
    xlsx = "xlsx"
    docx = "docx"
    pdf = "pdf"
    html = "html"


def diff(
    older: Annotated[str, typer.Argument(help="原来的指标包：自带的名称，或文件夹路径")],
    newer: Annotated[str, typer.Argument(help="新的指标包")],
    data: Annotated[Path | None, typer.Option("--data", help="用这个工作区现有的数据，两份都试算一遍")] = None,
    year: Annotated[int | None, typer.Option("--year", help="试算哪个年度（默认最近一次评分的）")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="试算的截止日（默认最近一次评分的）")] = None,
    format: Annotated[
        DiffFormat, typer.Option("--format", help="输出形式；docx、pdf、html 是一页纸，其余是全部")
    ] = DiffFormat.text,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件（默认打印）")] = None,
) -> None:
    """对照两份指标包：哪些改动影响得分，哪些只是文字；有数据时，谁得谁失，逐项、逐单位。什么也不保存。"""
    with refusals():
        packs = load_pack(find_pack(older)), load_pack(find_pack(newer))
        change = compare_packs(*packs)
        at = find_moment(data, year, as_of) if data is not None else None
        if data is None and (year is not None or as_of is not None):
            raise CommandRefused("--year 和 --as-of 只与 --data 一起用")
        shifts = try_packs(open_workspace(data), *packs, *at) if data is not None and at is not None else ()
        if format is DiffFormat.text:
            with out.capture() as printed:
                _print(change, shifts, packs[1])
            write_output(printed.get().encode(), output)
            return
        if format is not DiffFormat.json and output is None:
            raise CommandRefused(f"{format} 不是文字，请用 -o 写明文件")
        write_output(_write(format, packs, change, shifts, at), output)


def find_moment(data: Path, year: int | None, as_of: str | None) -> tuple[int, date]:
    """The year and day to try: what was asked for, else those of the newest run."""
    if year is not None and as_of is not None:
        return year, parse_day(as_of)
    workspace = open_workspace(data)
    runs = list_runs(workspace)
    if not runs:
        raise CommandRefused("工作区还没有评分，请用 --year 和 --as-of 写明用哪个年度、哪一天的数据试算")
    manifest = read_manifest(workspace, runs[-1])
    day = date.fromisoformat(manifest["as_of"]) if as_of is None else parse_day(as_of)
    return year if year is not None else int(manifest["year"]), day


def _write(
    format: DiffFormat,
    packs: tuple[Pack, Pack],
    change: PackChange,
    shifts: tuple[CohortShift, ...],
    at: tuple[int, date] | None,
) -> bytes:
    if format is DiffFormat.json:
        tried = {"year": at[0], "as_of": at[1].isoformat()} if at is not None else None
        content = {
            "schema": SCHEMA,
            **asdict(change),
            "tried": tried,
            "cohorts": [_list_shift(each) for each in shifts],
        }
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
    from scoring.documents.changed_rules_paper import make_paper
    from scoring.documents.docx import write_docx
    from scoring.documents.html import write_html
    from scoring.documents.pdf import write_pdf
    from scoring.documents.xlsx import write_xlsx

    document = make_paper(*packs, change, shifts, at, whole=format is DiffFormat.xlsx)
    day = now().date()
    if format is DiffFormat.xlsx:
        return write_xlsx(document, day, packs[1].head.precision)
    if format is DiffFormat.docx:
        return write_docx(document, day)
    if format is DiffFormat.pdf:
        return write_pdf(document, day)
    return write_html(document)


def _list_shift(shift: CohortShift) -> dict[str, object]:
    """A cohort as plain data; a change is a whole number of the last decimal, of which there are ``scale``."""
    units = []
    for unit in shift.units:
        before, after = (place._asdict() for place in shift.write_places(unit))
        units.append({"unit": unit.unit, "name": unit.name, "before": before, "after": after, "change": unit.marks})
    items = []
    for item in shift.items:
        old, new = shift.write_item(item)
        items.append({"unit": item.unit, "indicator": item.indicator, "before": old, "after": new})
    return {
        "cohort": shift.cohort,
        "title": shift.title,
        "scale": shift.found.scale,
        "units": units,
        "items": items,
        "grades": [asdict(grade) for grade in shift.grades],
    }


def _print(change: PackChange, shifts: tuple[CohortShift, ...], pack: Pack) -> None:
    from scoring.documents.changed_rules_paper import describe_change

    out.print(f"{change.versions[0]} 版 → {change.versions[1]} 版", markup=False)
    out.print(describe_change(change, shifts), markup=False)
    for value in change.values:
        out.print(f"  {value}", markup=False)
    for rule in change.rules:
        mark = "影响得分" if rule.moves else f"只改文字：{'、'.join(rule.words)}"
        out.print(f"\n{rule.name}（{rule.indicator}） · {mark}", markup=False)
        for sign, lines in (("-", rule.before), ("+", rule.after)):
            for line in lines:
                out.print(f"  {sign} {line}", markup=False)
    titles = {indicator.id: indicator.name for indicator in pack.indicators}
    for shift in shifts:
        _print_cohort(shift, titles)


def _print_cohort(shift: CohortShift, titles: dict[str, str]) -> None:
    columns = [("单位", ""), ("原总分", "right"), ("新总分", "right"), ("变动", "right"), ("名次", ""), ("等次", "")]
    table = make_table(f"\n{shift.title}", columns)
    for unit in shift.units:
        table.add_row(*shift.write_unit(unit))
    out.print(table)
    if shift.grades:
        grades = make_table(f"\n{shift.title}：逐个等次", [(title, "") for title in TITLES])
        for grade in shift.grades:
            grades.add_row(*write_grade_shift(grade))
        out.print(grades)
    if shift.items:
        items = make_table(
            f"\n{shift.title}：得分不同的项", [("单位", ""), ("指标", ""), ("原", "right"), ("新", "right")]
        )
        for item in shift.items:
            items.add_row(item.unit_name, titles.get(item.indicator, item.indicator), *shift.write_item(item))
        out.print(items)
