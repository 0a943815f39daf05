"""Accounts with a published password, for a workspace of made-up data and no other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.ledger.demonstration import is_demo_account
from data.ledger.ledger import Ledger, list_records
from data.ledger.rows import UserRow
from data.ledger.transitions import FOUNDER
from data.ledger.users import add_user, set_password
from data.store.database import reading

DEMO_PASSWORD = "yanshi-2024"


@dataclass(frozen=True)
class DemoPerson:
    """One account of the demo."""

    id: str
    name: str
    roles: tuple[str, ...]
    unit: str | None = None


DEMO_PEOPLE = (
    DemoPerson("demo-lead", "钱主任（演示）", ("lead",)),
    DemoPerson("demo-inspector", "李督察（演示）", ("inspector",)),
    DemoPerson("demo-reviewer", "赵复核（演示）", ("reviewer",)),
    DemoPerson("demo-appeals", "周经办（演示）", ("appeal_officer",)),
    DemoPerson("demo-verifier", "吴核查（演示）", ("verifier",)),
    DemoPerson("demo-leader", "市领导（演示）", ("leader",)),
    DemoPerson("demo-auditor", "审计员（演示）", ("auditor",)),
    DemoPerson("demo-zezhou", "泽州县联络员（演示）", ("unit_contact",), "zezhou"),
    DemoPerson("demo-gaoping", "高平市联络员（演示）", ("unit_contact",), "gaoping"),
    DemoPerson("demo-admin", "系统管理员（演示）", ("admin",)),
)


def add_demo_accounts(ledger: Ledger, *, now: datetime) -> None:
    """Add the people of the demo to its ledger; a ledger that has one of them is left as it is."""
    with reading(ledger.engine) as connection:
        users = list_records(connection, UserRow)
    if any(is_demo_account(user.id) for user in users):
        return
    founder = next((user.id for user in users if "admin" in user.roles), FOUNDER)
    units = {unit.id for unit in ledger.pack.registry.units}
    admin = DEMO_PEOPLE[-1]
    add_user(ledger, founder, admin.id, admin.name, admin.roles, now=now)
    for person in DEMO_PEOPLE[:-1]:
        if person.unit is None or person.unit in units:
            add_user(ledger, admin.id, person.id, person.name, person.roles, person.unit, now=now)
    for person in DEMO_PEOPLE:
        if person.unit is None or person.unit in units:
            set_password(ledger, admin.id, person.id, DEMO_PASSWORD, now=now)
