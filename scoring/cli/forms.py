"""Commands about forms: template, burden."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from data.batches.current import Row
from data.batches.records import is_demo_workspace
from data.calendar.office_years import load_workspace_pack
from data.forms.kits import (
    Kit,
    ReadRows,
    make_all_kits,
    make_dataset_kit,
    make_judgement_kit,
    make_unit_kit,
)
from data.intake.burden import Burden, BurdenSum, list_burdens, list_doubled, list_services, list_unasked, sum_burdens
from data.intake.reporting import leave_out_shared, make_reader
from data.intake.self_marks import make_self_kit
from data.register.units import Registry
from data.store.workspace import Workspace
from indicators.meaning.formality import Formality, list_formalities
from indicators.pack.model import Pack
from indicators.pack.register import UnitEntry
from indicators.reader import find_pack, load_pack
from scoring.cli.console import (
    CommandRefused,
    enter_workspace,
    make_table,
    now,
    out,
    refusals,
    show_progress,
    write_output,
)

#: Looking a figure up, writing it and reading it over: nobody has measured it, and whoever knows better says so.
PER_CELL = 30
UnitOption = Annotated[str | None, typer.Option("--unit", help="单位：编号、名称或别名")]
YearOption = Annotated[int | None, typer.Option("--year", help="哪一年的（不写则取今年，在指标包的年份之内）")]


def add_commands(app: typer.Typer) -> None:
    """Register the commands of this module."""
    app.command("template")(template)
    app.command("burden")(burden)


def template(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--output", help="放填报表的文件夹")],
    datasets: Annotated[list[str] | None, typer.Argument(help="台账：编号或名称，每张一个文件")] = None,
    unit: UnitOption = None,
    all_units: Annotated[bool, typer.Option("--all-units", help="每个单位、每家统一报送单位各一个文件")] = False,
    year: YearOption = None,
    judgements: Annotated[bool, typer.Option("--judgements", help="督察员用的评定表")] = False,
    self_assessment: Annotated[
        bool, typer.Option("--self-assessment", help="单位自评用的表，和 --unit 或 --all-units 一起写")
    ] = False,
    team: Annotated[str | None, typer.Option("--team", help="评定表：督察组的名称")] = None,
    inspector: Annotated[list[str] | None, typer.Option("--inspector", help="评定表：督察员，可写几次")] = None,
) -> None:
    """写出 Excel 填报表：中文表头、下拉框、输入检查、填表说明和依据条文，带入上年不变的内容。"""
    if (team or inspector) and not judgements:
        raise typer.BadParameter("--team 和 --inspector 只和 --judgements 一起写")
    if self_assessment and (datasets or judgements):
        raise typer.BadParameter("--self-assessment 只和 --unit 或 --all-units 一起写")
    _check_chosen(unit, (bool(datasets), all_units, judgements))
    with refusals():
        workspace = enter_workspace(context.obj)
        pack = load_workspace_pack(workspace)
        when, read = choose_year(pack, year), make_reader(workspace, pack)
        found = find_unit(pack, unit)
        if self_assessment:
            kits = _make_self_kits(workspace, pack, found, when)
        elif judgements:
            kits = [_make_judgements(pack, when, read, team, inspector or [])]
        elif datasets:
            kits = [make_dataset_kit(pack, table, when, read, found) for table in _find_datasets(pack, datasets)]
        else:
            kits = make_all_kits(pack, when, read) if found is None else [_make_unit(pack, found, when, read)]
            kits = _leave_out_shared(workspace, pack, kits)
        _write_kits(workspace, pack, kits, output)


def _leave_out_shared(workspace: Workspace, pack: Pack, kits: Sequence[Kit]) -> list[Kit]:
    left = leave_out_shared(workspace, pack, kits)
    if not left:
        raise CommandRefused("要填的台账都报给主指标包，那边收下以后这里同时使用，没有另外要填的表")
    return left


def _write_kits(workspace: Workspace, pack: Pack, kits: Sequence[Kit], output: Path) -> None:
    """Write the forms into a folder and list them."""
    table = make_table("", [("文件", ""), ("表", "right"), ("带入的行", "right")])
    fictional = is_demo_workspace(workspace)
    for kit in show_progress(kits, "写填报表"):
        write_output(kit.write(pack, fictional=fictional), output / kit.file_name)
        table.add_row(kit.file_name, str(len(kit.plans)), str(sum(len(plan.rows) for plan in kit.plans)))
    out.print(table)
    out.print(f"{len(kits)} 个文件在 {output}", markup=False)


def _check_chosen(unit: str | None, chosen: tuple[bool, bool, bool]) -> None:
    """One of tables, ``--all-units`` and ``--judgements``, or a unit, which goes with tables alone."""
    if sum(chosen) > 1 or (unit is not None and any(chosen[1:])) or (unit is None and not any(chosen)):
        raise typer.BadParameter(
            "请写明一种：台账、--unit 单位、--all-units 或 --judgements（台账可以和 --unit 一起写）"
        )


def choose_year(pack: Pack, year: int | None) -> int:
    """The year asked for, or this one within the years of the pack. Raises CommandRefused outside them."""
    years = pack.head.years
    if year is None:
        return min(max(now().year, years.first or 0), years.last or now().year)
    if not years.holds(year):
        raise CommandRefused(
            f"指标包不管 {year} 年（它管 {years.first or '…'} 到 {years.last or '…'} 年）；请改 --year"
        )
    return year


def find_unit(pack: Pack, name: str | None) -> UnitEntry | None:
    """The unit of that id, name or alias; None for None. Raises CommandRefused with the nearest names."""
    if name is None:
        return None
    registry = Registry.from_register(pack.registry)
    found = registry.resolve(name)
    if found is None:
        close = "、".join(registry.suggest(name))
        raise CommandRefused(
            f"名录里没有单位「{name}」" + (f"；是不是：{close}" if close else "；请用名录中的全称、简称或编号")
        )
    return next(unit for unit in pack.registry.units if unit.id == found)


def _find_datasets(pack: Pack, names: Sequence[str]) -> list[Any]:
    tables = []
    for name in names:
        found = next((each for each in pack.datasets if name in (each.id, each.title)), None)
        if found is None:
            known = "、".join(f"{each.title}（{each.id}）" for each in pack.datasets)
            raise CommandRefused(f"没有台账「{name}」；本指标包的台账：{known}")
        if found not in tables:
            tables.append(found)
    return tables


def _make_unit(pack: Pack, unit: UnitEntry, year: int, read: ReadRows) -> Kit:
    kit = make_unit_kit(pack, unit, year, read)
    if kit is None:
        raise CommandRefused(f"{year} 年没有要「{unit.name}」填的台账：没有指标考核它，也没有请它替别的单位报")
    return kit


def _make_self_kits(workspace: Workspace, pack: Pack, unit: UnitEntry | None, year: int) -> list[Kit]:
    units = pack.registry.units if unit is None else (unit,)
    kits = [kit for each in units if (kit := make_self_kit(workspace, pack, each, year)) is not None]
    if not kits:
        raise CommandRefused(f"{year} 年没有指标考核{'任何单位' if unit is None else f'「{unit.name}」'}，不用自评表")
    return kits


def _make_judgements(pack: Pack, year: int, read: ReadRows, team: str | None, inspectors: Sequence[str]) -> Kit:
    kit = make_judgement_kit(pack, year, read, team, inspectors)
    if kit is None:
        raise CommandRefused(f"{year} 年没有要督察员评定的指标，不用评定表")
    return kit


def burden(
    context: typer.Context,
    pack: Annotated[str | None, typer.Argument(help="指标包：自带的名称，或文件夹路径（不写则用工作区的）")] = None,
    unit: UnitOption = None,
    year: YearOption = None,
    seconds: Annotated[int, typer.Option("--seconds-per-cell", min=1, max=3600, help="填一格按几秒算")] = PER_CELL,
    format: Annotated[str, typer.Option("--format", help="text 或 json")] = "text",
) -> None:
    """减负体检：各单位要填多少格、替谁填、哪些白填，以及靠会议、发文、留痕得分的指标。"""
    if format not in ("text", "json"):
        raise typer.BadParameter("--format 只能是 text 或 json")
    with refusals():
        if pack is None:
            workspace = enter_workspace(context.obj)
            loaded = load_workspace_pack(workspace)
            read = make_reader(workspace, loaded)
        else:
            loaded = load_pack(find_pack(pack))
            read = _read_nothing
        when = choose_year(loaded, year)
        found = find_unit(loaded, unit)
        burdens, sums = list_burdens(loaded, when, read, found), sum_burdens(loaded, when, read, found)
        if format == "json":
            text = json.dumps(_write_json(loaded, when, burdens, sums, found), ensure_ascii=False)
            write_output((text + "\n").encode(), None)
            return
        if found is not None:
            _print_burdens(burdens, found)
        else:
            _print_sums(sums)
        out.print(_describe_sum(sums, seconds), markup=False)
        _print_findings(loaded, when, found)


def _read_nothing(dataset: str) -> Sequence[Row]:
    """Without a workspace nothing is known of last year."""
    return ()


def _write_json(
    pack: Pack, year: int, burdens: Sequence[Burden], sums: Sequence[BurdenSum], unit: UnitEntry | None
) -> dict[str, Any]:
    return {
        "pack": pack.head.id,
        "year": year,
        "burdens": [each.as_dict() for each in burdens],
        "sums": [each.as_dict() for each in sums],
        "columns": [each.as_dict() for each in list_services(pack, year, unit)],
        "unasked": list_unasked(pack, year),
        "doubled": [each.as_dict() for each in list_doubled(pack, year) if unit is None or unit.name in each.units],
        "formalities": [
            {
                "indicator": each.indicator.id,
                "name": each.indicator.name,
                "heading": each.heading,
                "word": each.word,
                "where": each.where,
                "text": each.text,
                "counts": each.counts,
                "reason": each.indicator.formality_reason,
            }
            for each in list_formalities(pack, year)
        ],
    }


BASES = {"known": "已知", "last_year": "照上年", "unknown": "至少"}
HEADINGS = [("列", "right"), ("行", "right"), ("行数依据", ""), ("格", "right"), ("已替填", "right"), ("要填", "right")]


def _print_burdens(burdens: Sequence[Burden], unit: UnitEntry) -> None:
    table = make_table(f"{unit.name}要填的表", [("台账", ""), *HEADINGS, ("指标数", "right")])
    for each in burdens:
        numbers = (
            each.columns,
            each.rows,
            BASES[each.basis],
            each.cells,
            each.prefilled,
            each.to_fill,
            len(each.indicators),
        )
        table.add_row(each.title, *map(str, numbers))
    out.print(table)


def _print_sums(sums: Sequence[BurdenSum]) -> None:
    columns = [("单位", ""), *((title, "right") for title in ("表", "格", "已替填", "要填", "上年要填"))]
    table = make_table("各单位要填的格数", columns)
    for each in sums:
        numbers = (each.tables, each.cells, each.prefilled, each.to_fill)
        table.add_row(each.who, *map(str, numbers), "—" if each.before is None else str(each.before))
    out.print(table)
    out.print("行数：已知的行照算；逐件登记的表照上年的行数估计，上年没有的按一行算。", markup=False)


def _describe_sum(sums: Sequence[BurdenSum], seconds: int) -> str:
    """All of it in a sentence: cells, hours, and whether it is more than in the year before."""
    cells = sum(each.to_fill for each in sums)
    hours = f"{cells * seconds / 3600:.1f}".removesuffix(".0")
    said = f"合计：{sum(each.tables for each in sums)} 张表，要填 {cells} 格，每格按 {seconds} 秒算约 {hours} 小时"
    if any(each.before is None for each in sums):
        return f"{said}；指标包不管上一年，没有上年的数可比。"
    before = sum(each.before or 0 for each in sums)
    more = cells - before
    change = f"多 {more} 格" if more > 0 else f"少 {-more} 格" if more < 0 else "一样多"
    return f"{said}；上年 {before} 格，今年{change}。"


def _print_findings(pack: Pack, year: int, unit: UnitEntry | None) -> None:
    services = list_services(pack, year, unit)
    idle = [each for each in services if each.purpose == "none"]
    table = make_table(f"\n白填的列（不为任何指标所用）：{len(idle)} 列", [("台账", ""), ("列", "")])
    for title in dict.fromkeys(each.title for each in idle):
        table.add_row(title, "、".join(each.column_title for each in idle if each.title == title))
    out.print(table)
    if unasked := list_unasked(pack, year):
        titles = "、".join(pack.dataset(name).title for name in unasked)
        out.print(f"\n{year} 年没有指标用到的台账（不向任何单位要）：{titles}", markup=False)
    doubled = [each for each in list_doubled(pack, year) if unit is None or unit.name in each.units]
    table = make_table(
        f"\n可能重复要的数据（同一类行、同一列名，请核对）：{len(doubled)} 处",
        [("列", ""), ("台账", ""), ("单位", "right")],
    )
    for pair in doubled:
        table.add_row(pair.title, "、".join(pack.dataset(name).title for name in pair.datasets), str(len(pair.units)))
    out.print(table)
    _print_formalities(list_formalities(pack, year))


def _print_formalities(formalities: Sequence[Formality]) -> None:
    """What is counted word by word, what is only asked for as evidence in one line per indicator."""
    counted = [each for each in formalities if each.counts]
    number = len({each.indicator.id for each in counted})
    columns = [("指标", ""), ("类别", ""), ("词", ""), ("在哪里", ""), ("原话", ""), ("理由", "")]
    table = make_table(f"\n靠会议、发文、信息、批示、留痕得分的指标（按词检出，请核对）：{number} 个", columns)
    for each in counted:
        reason = each.indicator.formality_reason or "没有写"
        name = f"{each.indicator.id} {each.indicator.name}"
        table.add_row(name, each.heading, each.word, each.where, each.text, reason)
    out.print(table)
    asked = [each for each in formalities if not each.counts]
    names = {each.indicator.id: each.indicator.name for each in asked}
    table = make_table(f"\n佐证材料里要会议、发文、留痕的指标：{len(names)} 个", [("指标", ""), ("材料", "")])
    for identifier, name in names.items():
        texts = dict.fromkeys(each.text for each in asked if each.indicator.id == identifier)
        table.add_row(f"{identifier} {name}", "、".join(texts))
    out.print(table)
