"""One command per action of the machines, and list, show and history for every kind of object.

The commands are written by the tables of ``data/ledger``: an action that is added there is a command here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from data.ledger.machines import MACHINES
from data.ledger.machines.machine import Machine, Transition
from data.ledger.reading import list_history, list_visible, read_visible
from data.ledger.rights.roles import ROLES
from data.ledger.rows import LedgerRow
from data.ledger.transitions import apply_transition
from data.trail.events import decode_event
from scoring.cli.console import CommandRefused, FormatOption, TextFormat, out
from scoring.cli.entries import describe_entry, is_many, name_option, read_entry
from scoring.cli.judging import read_judgement
from scoring.cli.ledger import (
    AsOption,
    BaseOption,
    LatestOption,
    LedgerSession,
    ReasonOption,
    at_desk,
    choose_version,
    now,
    print_done,
    print_json,
    print_list,
    print_record,
)

#: What a list shows of each kind, beside number, state and version.
COLUMNS: dict[str, tuple[str, ...]] = {
    "inspection": ("year", "title", "units", "team"),
    "finding": ("unit", "indicator", "kind", "proposed_marks", "statement"),
    "appeal": ("finding", "unit", "requested", "filed_on", "outcome"),
    "rectification": ("finding", "unit", "required_action", "due_on", "cycle"),
    "judgement": ("unit", "indicator", "inspector", "level", "marks"),
    "exemption": ("unit", "indicator", "year", "expires_on", "approver"),
    "evidence": ("unit", "original_name", "size", "part", "secrecy"),
    "rules": ("release", "title", "in_force_from", "created_by", "approved_by"),
    "user": ("name", "roles", "unit"),
}
#: Actions with a command of their own: they do more than change the ledger.
APART = {
    ("evidence", "store"),
    ("evidence", "redact"),
    ("user", "set_password"),
    ("user", "add"),
    ("appeal", "uphold"),
    ("appeal", "vary"),
    ("appeal", "dismiss"),
    ("appeal", "attach_run"),
    ("inspection", "import_forms"),
    ("rules", "submit"),
    ("rules", "approve"),
}

#: Filled in by the program, never typed.
_COMPUTED = ("credential", "sha256", "size", "media_type", "original_name", "comparison")


def add_commands(root: typer.Typer) -> None:
    """Register the kinds of object that have no commands but these."""
    for kind in ("finding", "rectification", "judgement", "exemption"):
        root.add_typer(make_app(kind), name="rectify" if kind == "rectification" else kind)


def make_app(kind: str) -> typer.Typer:
    """The commands of one kind of object."""
    machine = MACHINES[kind]
    app = typer.Typer(help=f"{machine.noun}：登记、办理、查看。", no_args_is_help=True, rich_markup_mode=None)
    add_actions(app, machine, "list", "show", "history")
    return app


def add_actions(app: typer.Typer, machine: Machine, list_: str, show: str, history: str) -> None:
    """Register a command for each action of a machine, and those that list its objects and show one, by these names."""
    kind = machine.kind
    for action in dict.fromkeys(row.action for row in machine.transitions if not row.cascade):
        if (kind, action) not in APART:
            command = name_command(action)
            app.command(command, help=describe_action(machine, action))(_make_command(machine, action))
    app.command(list_, help=f"列出您能看到的{machine.noun}。")(_make_list(machine))
    app.command(show, help=f"查看一个{machine.noun}的全部内容。")(_make_show(machine))
    app.command(history, help=f"一个{machine.noun}的留痕：谁、何时、做了什么、改了什么（供督察办和审计）。")(
        _make_history(machine)
    )


def name_command(action: str) -> str:
    """The command for an action."""
    return action.replace("_", "-")


def list_rows(machine: Machine, action: str) -> list[Transition]:
    """The rows of the table for an action that a person may ask for."""
    return [row for row in machine.transitions if row.action == action and not row.cascade]


def describe_action(machine: Machine, action: str) -> str:
    """The help of a command: what it does, who may, and from which state."""
    rows = list_rows(machine, action)
    roles = [ROLES[role] for role in ROLES if any(role in row.roles for row in rows)]
    who = "本人或系统管理" if len(roles) == len(ROLES) else "、".join(roles)
    states = "、".join(machine.state(row.source).word for row in rows if row.source is not None)
    text = f"{rows[0].verb}{machine.noun}（由{who}办理"
    return text + (f"；从「{states}」）。" if states else ")。")


def _make_command(machine: Machine, action: str) -> Callable[..., None]:
    """A function whose parameters are the fields that the action takes."""
    rows = list_rows(machine, action)
    fields = list(dict.fromkeys(name for row in rows for name in row.sets if name not in _COMPUTED))
    needed = {name for name in fields if all(name in row.needs for row in rows)}
    new = rows[0].source is None

    def command(context: typer.Context, **options: Any) -> None:
        format = options["format"]
        with at_desk(context.obj, options["actor"], format, writes=True) as desk:
            typed = {name: options[name] for name in fields if options[name]}
            given = {name: read_entry(machine.kind, name, value) for name, value in typed.items()}
            for name in options.get("clear") or ():
                given[_find_field(machine, fields, name)] = None
            id = options.get("id")
            given = read_judgement(desk.ledger, id, given) if machine.kind == "judgement" else given
            row = act(desk, machine, id, action, given, options)
            print_done(desk, machine.kind, row, format, rows[0].verb)

    parameters = [_parameter("context", typer.Context)]
    if not new:
        parameters.append(_parameter("id", IdArgument))
    for name in fields:
        help = describe_entry(machine.kind, name, name in needed)
        option = typer.Option(name_option(name), help=help)
        if is_many(machine.kind, name):
            parameters.append(_parameter(name, Annotated[list[str] | None, option], None))
        else:
            parameters.append(_parameter(name, Annotated[str | None, option], None))
    if not new and fields:
        clear = typer.Option("--clear", help="清空一个字段（写选项的名字，可写几次）")
        parameters.append(_parameter("clear", Annotated[list[str] | None, clear], None))
    parameters += common_parameters(new=new)
    return shape_command(command, parameters)


def _find_field(machine: Machine, fields: list[str], typed: str) -> str:
    found = [name for name in fields if typed.lstrip("-") in (name, name_option(name).lstrip("-"))]
    if not found:
        known = "、".join(name_option(name).lstrip("-") for name in fields)
        raise CommandRefused(f"没有可以清空的字段「{typed}」；可用：{known}")
    return found[0]


def act(
    desk: LedgerSession,
    machine: Machine,
    id: str | None,
    action: str,
    given: Mapping[str, Any],
    options: Mapping[str, Any],
) -> LedgerRow:
    """Do an action with the version and the reason of the command's options."""
    version = None
    if id is not None:
        version = choose_version(desk, machine.kind, id, options["base_version"], options["latest"])
    return apply_transition(
        desk.ledger,
        desk.actor,
        machine.kind,
        id,
        action,
        given,
        base_version=version,
        reason=options.get("reason"),
        now=now(),
    )


def common_parameters(*, new: bool) -> list[inspect.Parameter]:
    """The options that every action has: reason, the version that was seen, who acts, and the form of the output."""
    parameters = [_parameter("reason", ReasonOption, None)]
    if not new:
        parameters += [_parameter("base_version", BaseOption, None), _parameter("latest", LatestOption, False)]
    return [*parameters, _parameter("actor", AsOption, None), _parameter("format", FormatOption, TextFormat.text)]


def _parameter(name: str, annotation: object, default: object = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=annotation, default=default)


def shape_command(command: Callable[..., None], parameters: list[inspect.Parameter]) -> Callable[..., None]:
    """The function with the parameters by which typer makes its options."""
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {each.name: each.annotation for each in parameters}
    return command


IdArgument = Annotated[str, typer.Argument(help="编号，如 督问〔2024〕0003号")]
UnitOption = Annotated[str | None, typer.Option("--unit", help="只看一个单位：编号、名称或别名")]
StateOption = Annotated[str | None, typer.Option("--state", help="只看一种状态：编号或中文")]
YearOption = Annotated[int | None, typer.Option("--year", help="只看一年的")]


def _make_list(machine: Machine) -> Callable[..., None]:
    def list_(
        context: typer.Context,
        unit: UnitOption = None,
        state: StateOption = None,
        year: YearOption = None,
        actor: AsOption = None,
        format: FormatOption = TextFormat.text,
    ) -> None:
        with at_desk(context.obj, actor, format) as desk:
            rows = list_visible(desk.ledger, desk.actor, machine.kind)
            if state is not None:
                chosen = _find_state(machine, state)
                rows = [row for row in rows if row.state == chosen]
            if unit is not None:
                found = desk.ledger.registry.resolve(unit)
                if found is None:
                    raise CommandRefused(f"单位名册里没有「{unit}」")
                rows = [row for row in rows if found == row.get("unit") or found in (row.get("units") or ())]
            rows = [row for row in rows if year in (None, row.year)]
            if format is TextFormat.json:
                print_json(rows)
            else:
                print_list(desk, machine.kind, rows, COLUMNS[machine.kind])

    return list_


def _find_state(machine: Machine, text: str) -> str:
    for state in machine.states:
        if text in (state.id, state.word):
            return state.id
    known = "、".join(f"{state.id}（{state.word}）" for state in machine.states)
    raise CommandRefused(f"{machine.noun}没有状态「{text}」；可用：{known}")


def _make_show(machine: Machine) -> Callable[..., None]:
    def show(
        context: typer.Context,
        id: IdArgument,
        actor: AsOption = None,
        format: FormatOption = TextFormat.text,
    ) -> None:
        with at_desk(context.obj, actor, format) as desk:
            row = read_visible(desk.ledger, desk.actor, machine.kind, id)
            if format is TextFormat.json:
                print_json(row)
            else:
                print_record(desk, machine.kind, row, now().date())

    return show


def _make_history(machine: Machine) -> Callable[..., None]:
    def history(
        context: typer.Context,
        id: IdArgument,
        actor: AsOption = None,
        format: FormatOption = TextFormat.text,
    ) -> None:
        with at_desk(context.obj, actor, format) as desk:
            events = list_history(desk.ledger, desk.actor, machine.kind, id)
            if format is TextFormat.json:
                print_json([decode_event(event) for event in events])
                return
            for event in events:
                verb = machine.verb(event.action)
                line = f"第 {event.seq} 条 {event.at} {event.actor} {verb}"
                if event.outcome != "done":
                    line += "（被拒绝）"
                out.print(line + (f"：{event.reason}" if event.reason else ""), markup=False)

    return history
