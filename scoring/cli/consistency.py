"""The command consistency: whether inspectors mark alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from data.ledger.reading import list_blind
from scoring.cli.console import FormatOption, TextFormat, make_table, out
from scoring.cli.ledger import AsOption, LedgerSession, at_desk, print_json
from scoring.office.consistency import Consistency, Twice, compare_judges, describe_agreement, describe_leaning
from scoring.trials.severity import Severity


def add_commands(app: typer.Typer) -> None:
    """Register the command of this module."""
    app.command("consistency")(consistency)


def consistency(
    context: typer.Context,
    year: Annotated[int, typer.Option("--year", help="年度")],
    waiting: Annotated[bool, typer.Option("--waiting", help="只列抽中盲评、还没有盲评的，不写已评的结果")] = False,
    actor: AsOption = None,
    format: FormatOption = TextFormat.text,
) -> None:
    """评定是否一致：盲评对照，各督察组、督察员偏严还是偏宽，一致程度，差得多的项。不影响任何得分。"""
    with at_desk(context.obj, actor, format) as desk:
        if waiting:
            _print_waiting(desk, year, format)
            return
        found = compare_judges(desk.ledger, desk.actor, year)
        if format is TextFormat.json:
            print_json(_list_all(found))
            return
        out.print(describe_agreement(found), markup=False)
        for title, severities in (("督察组", found.teams), ("督察员", found.people)):
            table = make_table(f"\n{title}", [(title, ""), ("评过两次的", "right"), ("偏严偏宽", "")])
            for each in severities:
                table.add_row(each.team, str(each.things), describe_leaning(each))
            if severities:
                out.print(table)
        for twice in found.outliers:
            out.print(f"差得多，请一起复议：{name_thing(desk, twice)}", markup=False)
        if found.waiting:
            out.print(f"抽中盲评、还没有盲评的有{len(found.waiting)}项（--waiting 列出）。", markup=False)


def name_thing(desk: LedgerSession, twice: Twice) -> str:
    """What was marked twice, by whom, and what each gave of what may be given."""
    unit = desk.ledger.registry.name(twice.first.unit)
    indicator = desk.ledger.pack.indicator(twice.first.indicator).name
    pair = twice.pair
    return f"{unit}「{indicator}」{pair.first_team}给了{pair.first:.0%}，{pair.second_team}给了{pair.second:.0%}"


def _print_waiting(desk: LedgerSession, year: int, format: TextFormat) -> None:
    rows = list_blind(desk.ledger, desk.actor, year)
    if format is TextFormat.json:
        print_json([{"inspection": row.inspection, "unit": row.unit, "indicator": row.indicator} for row in rows])
        return
    for row in rows:
        name = desk.ledger.pack.indicator(row.indicator).name
        out.print(f"{row.inspection} {desk.ledger.registry.name(row.unit)} {row.indicator} {name}", markup=False)
    if not rows:
        out.print("没有等您盲评的。", markup=False)


def _list_all(found: Consistency) -> dict[str, object]:
    def list_judges(judges: Sequence[Severity]) -> list[dict[str, object]]:
        return [
            {
                "name": each.team,
                "things": each.things,
                "leaning": round(each.leaning, 6),
                "chance": round(each.chance, 6),
                "found": each.is_found,
            }
            for each in judges
        ]

    kappa = found.agreement
    return {
        "year": found.year,
        "twice": len(found.pairs),
        "blind": sum(twice.blind for twice in found.pairs),
        "waiting": len(found.waiting),
        "kappa": kappa.kappa,
        "kappa_low": kappa.low,
        "kappa_high": kappa.high,
        "teams": list_judges(found.teams),
        "inspectors": list_judges(found.people),
        "apart": [{"first": twice.first.id, "second": twice.second.id} for twice in found.outliers],
    }
