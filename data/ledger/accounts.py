"""The conditions of accounts: whose rights they are, and who may give them."""

from __future__ import annotations

from data.ledger.case import PlannedChange
from data.ledger.condition import Answer, condition
from data.ledger.persons import explain_sameness, is_same_person
from data.ledger.rows import UserRow


@condition("不能停用自己的账号，请由另一位系统管理员办理")
def not_self(case: PlannedChange) -> Answer:
    return bool(case.actor_id != case.id)


@condition("只能给自己的账号{verb}，或请系统管理员办理")
def self_or_admin(case: PlannedChange) -> Answer:
    return "admin" in case.actor.roles or case.actor_id == case.id


@condition("{detail}")
def roles_fit(case: PlannedChange) -> Answer:
    account = case.read(UserRow)
    contact = "unit_contact" in account.roles
    if contact and account.unit is None:
        return "联络员必须写明单位"
    if contact and account.roles != ["unit_contact"]:
        return "联络员不能兼任督察一方的角色"
    for other in case.list_rows(UserRow, state="active"):
        sides = {contact, "unit_contact" in other.roles}
        if other.id != account.id and len(sides) == 2 and is_same_person(account, other):
            same = explain_sameness(account, other).replace("您的账号", "这个账号")
            return f"联络员不能兼任督察一方的角色{same}"
    return True


@condition("不能给自己增加角色，也不能改自己的姓名、单位和人员编号，请由另一位系统管理员办理{detail}")
def not_own_rights(case: PlannedChange) -> Answer:
    """An administrator has the rights that another one gave, on this account or on a second one."""
    before, after = case.before, case.read(UserRow)
    assert before is None or isinstance(before, UserRow)
    if before is not None and case.transition.target == before.state and _gives_nothing(before, after):
        return True
    own = next((row for row in (before, after) if row is not None and is_same_person(case.actor, row)), None)
    if own is None:
        return True
    return False if own.id == case.actor_id else explain_sameness(case.actor, own)


def _gives_nothing(before: UserRow, after: UserRow) -> bool:
    """Whether an account is no more, and nobody else's, than it was."""
    same = all(before[name] == after[name] for name in ("name", "unit", "person"))
    return same and set(after.roles or []) <= set(before.roles or [])


@condition("这是最后一位启用的系统管理员，不能{verb}：以后就没有人能管理账号了；请先添加另一位")
def not_last_admin(case: PlannedChange) -> Answer:
    if case.transition.target == "active" and "admin" in case.read(UserRow).roles:
        return True
    admins = [row.id for row in case.list_rows(UserRow, state="active") if "admin" in row.roles]
    return admins != [case.id]
