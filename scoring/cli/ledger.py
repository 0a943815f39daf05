"""What the commands of the ledger share: who acts, how a record is shown, and how a refusal is told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from data.calendar.office_years import load_workspace_pack
from data.clock import office_time
from data.ledger.clocks import appeal_until, count_days, decide_until, is_overdue, rectify_until
from data.ledger.fields import name_field
from data.ledger.ledger import Ledger, open_ledger
from data.ledger.machines import MACHINES
from data.ledger.reading import list_visible, read_stays, read_visible, show_record
from data.ledger.rows import ROW_TYPES, AppealRow, FindingRow, LedgerRow, RectificationRow
from data.store.workspace import Workspace
from data.trail.refusals import RefusedAction, StaleSave
from indicators.meaning.uses import moves_marks
from indicators.pack.model import Pack
from scoring.cli import console
from scoring.cli.console import CommandRefused, TextFormat, enter_workspace, err, make_table, out, refusals
from scoring.cli.judging import show_marks
from scoring.results.written_differences import read_difference, tell_difference
from scoring.wording.findings import IDLE

AsOption = Annotated[str | None, typer.Option("--as", envvar="DUCHA_USER", help="谁在办理：台账里的用户名")]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="理由")]
BaseOption = Annotated[int | None, typer.Option("--base-version", help="您看到的是第几版（show 里有）")]
LatestOption = Annotated[bool, typer.Option("--latest", help="按现在最新的一版办理")]

#: Columns that a record keeps for the program's own use; the page of a record leaves them out.
_INNER = ("serial", "returned_sha256", "approved_sha256", "approved", "pack_sha256")
#: Stored as UTC, told by the office's clock.
_MOMENTS = ("created_at", "updated_at", "approved_at")
_TITLES = {
    "id": "编号",
    "unit": "单位",
    "year": "年度",
    "version": "版本",
    "state": "状态",
    "created_at": "建立时间",
    "created_by": "建立人",
    "updated_at": "最近办理时间",
    "updated_by": "最近办理人",
    "authors": "起草人",
    "approved_by": "批准或认定人",
    "approved_at": "认定时间",
    "approved_version": "认定的版本",
    "approved_on": "批准日期",
    "approver": "批准人",
    "inspector": "评定人",
    "filed_on": "提出日期",
    "accepted_on": "受理日期",
    "finding_version": "针对的版本",
    "proposed_by": "拟定人",
    "decided_on": "决定日期",
    "decided_by": "签发人",
    "corrected_by": "更正人",
    "paused_on": "中止日期",
    "pauses": "中止过的时段",
    "cycle": "第几轮整改",
    "claimed_by": "申请销号人",
    "stop_proposed_by": "提出终止人",
    "stop_from": "终止前的状态",
}


@dataclass(frozen=True)
class LedgerSession:
    """The open ledger, and who sits before it."""

    workspace: Workspace
    ledger: Ledger
    actor: str


@contextmanager
def at_desk(
    folder: Path | None, actor: str | None, format: TextFormat, *, writes: bool = False
) -> Iterator[LedgerSession]:
    """The ledger for one command; refusals become a sentence on stderr and exit code 1.

    ``writes``: before anything is written the trail's head is held against the last event.
    """
    if not (actor or "").strip():
        raise typer.BadParameter("请写明谁在办理：--as 用户名，或环境变量 DUCHA_USER")
    with refusals():
        workspace = enter_workspace(folder)
        ledger = open_ledger(workspace, load_workspace_pack(workspace))
        try:
            if writes:
                hold_head(ledger)
            yield LedgerSession(workspace, ledger, str(actor))
        except StaleSave as stale:
            _tell_stale(ledger, stale, format)
            raise typer.Exit(1) from None
        except RefusedAction as refused:
            if format is TextFormat.json:
                print_json({"refused": refused.sentence, "object": refused.object, "action": refused.action})
            raise CommandRefused(refused.sentence) from None


def hold_head(ledger: Ledger) -> None:
    """Refuse to write onto a trail whose end was cut off or rewritten; warn where the head file is gone."""
    for problem in ledger.alarms:
        if problem.fault != "anchor":
            raise CommandRefused(f"留痕有问题，先不写入。{problem}；请先运行 ducha trail verify 查明")
        err.print(f"注意：{problem}；请运行 ducha trail verify 查明", markup=False)


def choose_version(desk: LedgerSession, kind: str, id: str, base: int | None, latest: bool) -> int:
    """The version that the person saw. Raises typer.BadParameter unless exactly one way of saying it was used."""
    if (base is None) == (not latest):
        raise typer.BadParameter("请写明 --base-version 您看到的是第几版，或者 --latest 按最新一版办理（两者写一个）")
    return base if base is not None else int(read_visible(desk.ledger, desk.actor, kind, id).version)


def _tell_stale(ledger: Ledger, stale: StaleSave, format: TextFormat) -> None:
    base, current = (
        show_record(ledger, stale.actor, stale.object, row) if stale.actor else row
        for row in map(ROW_TYPES[stale.object].read, (stale.base, stale.current))
    )
    differing = [name for name in stale.differing if name in current]
    err.print(stale.sentence, markup=False)
    if format is TextFormat.json:
        print_json({"refused": stale.sentence, "base": base, "current": current, "differing": differing})
        return
    columns = [("", ""), ("字段", ""), (f"您看到的（第 {base.version} 版）", "")]
    table = make_table("两个版本", [*columns, (f"现在的（第 {current.version} 版）", "")])
    for name in _list_names(stale.object, current):
        before, after = (show_value(name, row.get(name)) for row in (base, current))
        if before or after:
            table.add_row(
                "≠" if before != after else "", name_column(stale.object, name), escape(before), escape(after)
            )
    err.print(table)


def name_column(kind: str, name: str) -> str:
    """The Chinese title of a column of a record."""
    return _TITLES.get(name) or name_field(kind, name)


def show_value(name: str, value: Any) -> str:
    """A value as a line of text; empty for nothing."""
    if value is None or value == [] or value == {}:
        return ""
    if isinstance(value, Mapping):
        return "；".join(f"{part}={show_value(part, each)}" for part, each in value.items())
    if isinstance(value, list | tuple):
        return ("\n" if any(isinstance(each, Mapping) for each in value) else "、").join(
            show_value(name, each) for each in value
        )
    return f"{office_time(value):%Y-%m-%d %H:%M:%S}" if name in _MOMENTS else str(value)


def _list_names(kind: str, row: LedgerRow) -> list[str]:
    return [name for name in row if name not in _INNER and name != "comparison"]


def print_json(value: object) -> None:
    """A line of JSON to stdout."""
    console.write_output((json.dumps(value, ensure_ascii=False, default=dict) + "\n").encode(), None)


def print_record(desk: LedgerSession, kind: str, row: LedgerRow, today: date) -> None:
    """A record as a person reads it: every field that is filled in, and the dates that follow from it."""
    machine = MACHINES[kind]
    out.print(f"{machine.noun} {row.id}：{machine.state(row.state).word}（第 {row.version} 版）", markup=False)
    names = {unit.id: unit.name for unit in desk.ledger.pack.registry.units}
    for name in _list_names(kind, row):
        value = row[name]
        if name in ("id", "state", "version"):
            continue
        if name in ("unit", "units") and value:
            value = names.get(value, value) if isinstance(value, str) else [names.get(each, each) for each in value]
        text = show_marks(desk.ledger.pack, row) if (kind, name) == ("judgement", "marks") else show_value(name, value)
        if text:
            out.print(f"  {name_column(kind, name)}：{text}", markup=False)
    if isinstance(row, AppealRow) and row.comparison:
        out.print("  决定前后的得分：", markup=False)
        for line in tell_difference(read_difference(row.comparison)).splitlines():
            out.print(f"    {line}", markup=False)
    for line in list_dates(desk.ledger, kind, row, today):
        out.print(f"  {line}", markup=False)


def list_dates(ledger: Ledger, kind: str, row: LedgerRow, today: date) -> list[str]:
    """What follows from it and is never stored: that it moves no mark, what is due, how long it lay with whom."""
    lines = [IDLE] if is_idle(ledger.pack, kind, row) else []
    if isinstance(row, FindingRow) and (until := appeal_until(row)) is not None:
        lines.append(f"申请复核到：{until}")
    if isinstance(row, AppealRow):
        stays = read_stays(ledger, kind, row.id)
        if not MACHINES[kind].state(row.state).final:
            lines.append(f"应当在 {decide_until(row, stays, today)} 前作出决定")
        clocks = count_days(kind, stays, today)
        lines.append(f"在单位 {clocks.unit_days} 天，在督察办 {clocks.office_days} 天")
    if isinstance(row, RectificationRow):
        late = "（已逾期）" if is_overdue(row, today) else ""
        lines.append(f"整改到：{rectify_until(row, today)}{late}")
        clocks = count_days(kind, read_stays(ledger, kind, row.id), today)
        lines.append(f"在单位 {clocks.unit_days} 天，在督察办 {clocks.office_days} 天")
    return lines


def is_idle(pack: Pack, kind: str, row: LedgerRow) -> bool:
    """Whether it is a finding that can move no mark."""
    return isinstance(row, FindingRow) and bool(row.indicator) and not moves_marks(pack, row.indicator)


def print_list(desk: LedgerSession, kind: str, rows: Sequence[LedgerRow], columns: Sequence[str]) -> None:
    """Records as a table."""
    machine = MACHINES[kind]
    names = {unit.id: unit.name for unit in desk.ledger.pack.registry.units}
    table = make_table("", [(name_column(kind, name), "") for name in ("id", "state", *columns, "version")])
    for row in rows:
        cells = [names.get(row[name], row[name]) if name == "unit" else row.get(name) for name in columns]
        if kind == "judgement":
            marks = show_marks(desk.ledger.pack, row)
            cells = [marks if name == "marks" else cell for name, cell in zip(columns, cells, strict=True)]
        shown = [escape(_cut(show_value(name, cell))) for name, cell in zip(columns, cells, strict=True)]
        table.add_row(row.id, machine.state(row.state).word, *shown, str(row.version))
    out.print(table)
    out.print(f"共 {len(rows)} 条", markup=False)


def _cut(text: str, longest: int = 40) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= longest else line[: longest - 1] + "…"


def print_done(desk: LedgerSession, kind: str, row: LedgerRow, format: TextFormat, verb: str) -> None:
    """What an action came to, as the person who did it may see it."""
    seen = next(iter(list_visible(desk.ledger, desk.actor, kind, id=row.id)), None)
    shown = seen if seen is not None else {name: row[name] for name in ("id", "state", "version")}
    if format is TextFormat.json:
        print_json(shown)
        return
    machine = MACHINES[kind]
    out.print(
        f"已{verb}{machine.noun} {row.id}，现在是「{machine.state(shown['state']).word}」（第 {row.version} 版）",
        markup=False,
    )
    if is_idle(desk.ledger.pack, kind, row):
        out.print(IDLE, markup=False)


def now() -> datetime:
    """The moment of an action, by the office's clock on the wall."""
    return office_time(console.now())
