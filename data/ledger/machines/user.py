"""An account: its roles, its unit and whether it may act."""

from __future__ import annotations

from data.ledger.machines.machine import Machine, State
from data.ledger.machines.machine import Transition as Row
from data.ledger.rights.roles import ROLES

_USER = ("name", "roles", "unit", "person")

USER = Machine(
    "user",
    "用户",
    "",
    _USER,
    (State("active", "启用"), State("inactive", "停用")),
    (
        Row(
            None,
            "add",
            "添加",
            "active",
            ("admin",),
            ("roles_fit", "not_own_rights"),
            sets=_USER,
            needs=("name", "roles"),
        ),
        Row(
            "active",
            "edit",
            "修改",
            "active",
            ("admin",),
            ("roles_fit", "not_own_rights", "not_last_admin"),
            True,
            sets=_USER,
        ),
        Row("active", "disable", "停用", "inactive", ("admin",), ("not_self", "not_last_admin"), True),
        Row("inactive", "enable", "启用", "active", ("admin",), ("roles_fit", "not_own_rights"), True),
        Row("active", "set_password", "设置密码", "active", tuple(ROLES), ("self_or_admin",), sets=("credential",)),
        Row("active", "end_logins", "结束登录", "active", ("admin",), (), True),
        Row("active", "lock", "锁定", "active", ("admin",), (), cascade=True),
        Row("active", "end_demo", "因演示结束停用", "inactive", ("admin",), (), cascade=True),
    ),
)
