"""The tables of ``docs/ledger.md``, written from the machines themselves."""

from __future__ import annotations

from data.ledger.conditions import CONDITIONS
from data.ledger.machines import MACHINES
from data.ledger.machines.machine import Machine
from data.ledger.rights.roles import ROLES


def write_machine(machine: Machine) -> str:
    """A machine as a Markdown table: every transition, who may do it and what must hold."""
    lines = [
        "| from | action | to | who | conditions | reason |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in machine.transitions:
        source = "(new)" if row.source is None else f"{row.source} {machine.state(row.source).word}"
        target = f"{row.target} {machine.state(row.target).word}"
        who = "follows from another action" if row.cascade else _name_roles(row.roles)
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


def write_matrix() -> str:
    """Every action of every machine against every role: may, only for the own unit or account, or (empty) may not."""
    lines = ["| object | action | " + " | ".join(ROLES) + " |", "| --- | --- |" + " --- |" * len(ROLES)]
    for machine in MACHINES.values():
        for action in dict.fromkeys(row.action for row in machine.transitions if not row.cascade):
            cells = " | ".join(name_right(machine, action, role) for role in ROLES)
            lines.append(f"| {machine.noun} | `{action}` {machine.verb(action)} | {cells} |")
    return "\n".join(lines)


def name_right(machine: Machine, action: str, role: str) -> str:
    """What a role may of an action: ``yes``, ``own unit``, ``own account`` or nothing."""
    rows = [row for row in machine.transitions if row.action == action and not row.cascade]
    if not any(role in row.roles for row in rows):
        return ""
    if any("self_or_admin" in row.conditions for row in rows) and role != "admin":
        return "own account"
    return "own unit" if role == "unit_contact" else "yes"


def write_conditions() -> str:
    """Every condition with its sentence of refusal."""
    lines = ["| condition | refusal |", "| --- | --- |"]
    lines += [f"| `{name}` | {condition.sentence} |" for name, condition in sorted(CONDITIONS.items())]
    return "\n".join(lines)


def write_tables() -> dict[str, str]:
    """All generated tables of the page by the heading that they stand under."""
    machines = {f"{machine.kind} {machine.noun}": write_machine(machine) for machine in MACHINES.values()}
    return {
        **machines,
        "Who may do what": write_rights(),
        "Every action and every role": write_matrix(),
        "Conditions": write_conditions(),
    }
