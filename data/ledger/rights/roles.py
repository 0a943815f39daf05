"""The roles, and the sets of them that rights are given by: each set stands here once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

#: Roles, a closed set, with the words on the page.
ROLES: Final[dict[str, str]] = {
    "inspector": "督察员",
    "reviewer": "复核员",
    "lead": "督察办负责人",
    "unit_contact": "联络员",
    "appeal_officer": "复核办理人",
    "verifier": "核查员",
    "leader": "领导（只读）",
    "auditor": "审计（只读留痕）",
    "admin": "系统管理",
}

#: Who handles cases in the inspection office, each in a step of its own.
OFFICE: Final = frozenset({"inspector", "reviewer", "lead", "appeal_officer", "verifier"})
#: Who takes in reports of any unit, and hands out what inspectors fill in.
INTAKE: Final = frozenset({"inspector", "lead"})
#: Who may have a year scored anew.
SCORING: Final = frozenset({"inspector", "lead"})
#: Who sees the scores, the reports and the results of all units, and compares them.
COMPARING: Final = OFFICE | {"leader", "auditor"}
#: Who sees how teams mark beside each other, and what was marked a second time.
MODERATING: Final = frozenset({"lead", "auditor"})
#: Who reads the events of an object that they may see.
TRACING: Final = OFFICE | {"auditor", "admin"}
#: Who sees the accounts of others.
ACCOUNTS: Final = frozenset({"admin", "auditor"})
#: Who has use for the scores at all; an administrator keeps accounts and sees none.
SCORED: Final = COMPARING | {"unit_contact"}


def is_contact(roles: Sequence[str]) -> bool:
    """Whether somebody with these roles speaks for a unit and for nobody else."""
    return list(roles) == ["unit_contact"]
