"""Pages of an office whose pack lies over others: what differs is listed, and no workbook is offered.

Not proved here: how the pages look.
"""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from data.clock import office_now
from data.ledger.ledger import open_ledger
from data.ledger.transitions import FOUNDER
from data.ledger.users import add_user
from data.runs.adoption import begin_pack
from data.store.workspace import create_workspace
from indicators.reader import load_pack
from tests.dashboard.office import LiveWorld, Office
from tests.indicators.layered import COUNTY


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The county's workspace before anything is scored."""
    workspace = create_workspace(tmp_path_factory.mktemp("county") / "w", COUNTY)
    pack = load_pack(workspace.pack_folder)
    world = LiveWorld(open_ledger(workspace, pack), office_now())
    begin_pack(workspace, pack, now=world.tick(), actor="张三")
    add_user(world.ledger, FOUNDER, "adm", "管理员", ["admin"], now=world.tick())
    add_user(world.ledger, "adm", "rev", "李四", ["reviewer"], None, now=world.tick())
    return Office(workspace, world)


def words(at: AppTest) -> str:
    said = [str(each.body) for each in at.get("html")]
    said += [str(each.value) for kind in ("markdown", "caption") for each in at.get(kind)]
    return re.sub("<[^>]*>", "", "\n".join(said))


def test_the_page_of_clauses_lists_what_differs_from_the_packs_below(office: Office) -> None:
    with office.open("rev", "clauses") as at:
        said = words(at)
    assert "《云江省政务服务考核（示例，虚构）》2.0 版" in said
    assert "清源市督察办（虚构）加严「按时办结率的目标」：上级80%，这里90%" in said
    assert "地方重点事项" in said and "去掉" in said


def test_the_page_of_rules_offers_no_workbook(office: Office) -> None:
    with office.open("rev", "rules") as at:
        said = words(at)
    assert "本指标包叠在上级的《清源市政务服务考核（示例，虚构）》上面，不能转成工作簿" in said
