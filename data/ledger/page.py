"""The tables of ``docs/ledger.md``, written from the machines themselves."""

from __future__ import annotations

from data.ledger.conditions import CONDITIONS
from data.ledger.machine import ROLES, Machine
from data.ledger.machines import MACHINES


def write_machine(machine: Machine) -> str:
    """A machine as a Markdown table: every transition, who may do it and what must hold."""
    lines = [
        "| from | action | to | who | conditions | reason |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in machine.transitions:
        source = "(new)" if row.source is None else f"{row.source} {machine.state(row.source).word}"
        target = f"{row.target} {machine.state(row.target).word}"
        who = "follows from an appeal or a lock" if row.cascade else _name_roles(row.roles)
        conditions = ", ".join(f"`{name}`" for name in row.conditions)
        cells = (source, f"`{row.action}` {row.verb}", target, who, conditions, "yes" if row.needs_reason else "")
        lines.append("| " + " | ".join(cells) + " |")
    editors = [
        f"{state.word}: {', '.join(machine.list_editors(state.id))}"
        for state in machine.states
        if machine.list_editors(state.id)
    ]
    lines += ["", "Content may be changed in: " + ("; ".join(editors) or "no state") + "."]
    return "\n".join(lines)


def _name_roles(roles: tuple[str, ...]) -> str:
    return "everybody" if set(roles) == set(ROLES) else ", ".join(roles)


def write_rights() -> str:
    """The actions of every role, one line a role and kind of object."""
    lines = ["| role | object | may |", "| --- | --- | --- |"]
    for role, word in ROLES.items():
        for machine in MACHINES.values():
            rows = [row for row in machine.transitions if role in row.roles and not row.cascade]
            actions = dict.fromkeys(f"{row.action} {row.verb}" for row in rows)
            if actions:
                lines.append(f"| {role} {word} | {machine.noun} | {'、'.join(actions)} |")
    return "\n".join(lines)


def write_conditions() -> str:
    """Every condition with its sentence of refusal."""
    lines = ["| condition | refusal |", "| --- | --- |"]
    lines += [f"| `{name}` | {condition.sentence} |" for name, condition in sorted(CONDITIONS.items())]
    return "\n".join(lines)


def write_tables() -> dict[str, str]:
    """All generated tables of the page by the heading that they stand under."""
    machines = {f"{machine.kind} {machine.noun}": write_machine(machine) for machine in MACHINES.values()}
    return {**machines, "Who may do what": write_rights(), "Conditions": write_conditions()}
