"""The pages in the order of the menu: file, address, title, and who has use for them.

What a person may see and do is decided below, in ``data.ledger``; here only the menu is kept short.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from data.ledger.rights.roles import COMPARING, SCORED


@dataclass(frozen=True)
class SitePage:
    """One page. ``file`` lies in ``views/``; its name without ending is the page's address."""

    file: str
    title: str
    group: str
    roles: frozenset[str]

    @property
    def address(self) -> str:
        """The path of the page's address."""
        return self.file.removesuffix(".py")


#: The first page that a person may open is shown at the address without a path.
PLACES = (
    SitePage("overview.py", "总览", "评分", SCORED),
    SitePage("compare.py", "县区对比", "评分", COMPARING),
    SitePage("unit.py", "单位", "评分", SCORED),
    SitePage("clauses.py", "指标与依据", "评分", SCORED),
    SitePage("robustness.py", "稳健性", "评分", COMPARING),
    SitePage("reporting.py", "数据报送", "报送", SCORED),
    SitePage("entry.py", "督察录入", "督察", frozenset({"inspector"})),
    SitePage("findings.py", "问题", "督察", SCORED),
    SitePage("appeals.py", "复核", "督察", SCORED),
    SitePage("rectification.py", "整改台账", "督察", SCORED),
    SitePage("inspections.py", "督察任务和豁免", "督察", COMPARING),
    SitePage("rules.py", "指标编制", "管理", COMPARING),
    SitePage("exports.py", "导出", "管理", SCORED),
    SitePage("trail.py", "留痕", "管理", frozenset({"auditor"})),
    SitePage("administration.py", "系统管理", "管理", frozenset({"admin"})),
    SitePage("account.py", "我的账号", "管理", SCORED | {"admin"}),
)


def list_places(roles: Collection[str]) -> list[SitePage]:
    """The pages in the menu of a person with these roles."""
    return [place for place in PLACES if place.roles & set(roles)]
