"""From a plan's text to an approved pack, a ranking and a score sheet, in a browser alone: no file of YAML is touched.

Not proven here: other browsers, how long people take, and documents that need more than confirming.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser

from dashboard.visits.sessions import COOKIE
from data.clock import office_now
from data.ledger.ledger import open_ledger
from data.ledger.transitions import FOUNDER
from data.ledger.users import add_user
from data.runs.adoption import begin_pack
from data.store.workspace import create_workspace
from indicators.reader import load_pack
from tests.cli.test_pack_versions import EXAMPLE
from tests.dashboard.browser import Visitor, serve
from tests.dashboard.office import LiveWorld, take_cookie

PLAN = """青川市政务公开工作方案

一、主要任务
（一）依申请公开按期答复率不低于95%。（责任单位：各县（区）人民政府）
（二）每年组织政策解读不少于4次。
"""
UNITS = ("云山县", "溪口县")
REPLIES = {"云山县": (100, 98), "溪口县": (100, 90)}
LECTURES = {"云山县": 4, "溪口县": 3}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LiveWorld]:
    """A workspace that last year's rules are in force in, and two people of its office."""
    workspace = create_workspace(tmp_path_factory.mktemp("town") / "w", EXAMPLE)
    pack = load_pack(workspace.pack_folder)
    world = LiveWorld(open_ledger(workspace, pack), office_now())
    begin_pack(workspace, pack, now=world.tick(), actor="张三")
    add_user(world.ledger, FOUNDER, "adm", "管理员", ["admin"], now=world.tick())
    for id, name, role in (("rev", "赵复", "reviewer"), ("lead", "钱主任", "lead")):
        add_user(world.ledger, "adm", id, name, [role], None, now=world.tick())
    return workspace.root, world


@pytest.fixture(scope="module")
def address(town: tuple[Path, LiveWorld]) -> Iterator[str]:
    """``ducha serve`` for it."""
    with serve(town[0]) as found:
        yield found


def come_in(browser: Browser, address: str, world: LiveWorld, person: str) -> Visitor:
    """A person with a browser who has logged in."""
    visitor = Visitor(browser, address)
    cookie = take_cookie(world.ledger, person, office_now())
    visitor.context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
    return visitor


def test_a_plan_is_scored_and_printed_without_a_file_of_yaml(
    browser: Browser, address: str, town: tuple[Path, LiveWorld], tmp_path: Path
) -> None:
    write_rules(come_in(browser, address, town[1], "rev"), tmp_path)
    lead = come_in(browser, address, town[1], "lead")
    approve(lead)
    report(lead, tmp_path)
    read_results(lead, tmp_path)
    lead.leave()


def write_rules(author: Visitor, folder: Path) -> None:
    """Upload the plan, look at each rule beside its words, choose how marks are lost, confirm, hand in."""
    (folder / "方案.txt").write_text(PLAN, encoding="utf-8")
    author.go("rules", do="write")
    upload(author, folder / "方案.txt")
    author.type("从哪一年起评分", "2025")
    author.press("开始")
    author.see("2 条还没有确认")
    assert author.page.locator("mark").first.inner_text() == "依申请公开按期答复率不低于95%"
    author.pick("常用说法", "不足1个百分点按比例")
    author.type("数1", "很多")
    author.press("保存这一条")
    # The mistake stands at its field.
    author.page.get_by_test_id("stAlert").filter(has_text="「很多」不是数").wait_for()
    author.type("数1", "0.1")
    author.press("核对好了，确认")
    author.see("1 条还没有确认")
    author.see("每差1个百分点扣0.1分")
    author.pick("哪一条", "每年组织政策解读")
    author.see("政策解读不少于4次")
    author.press("核对好了，确认")
    author.see("可以提交")
    author.type("为什么改", "2025年第3次督查工作会议")
    author.press("检查并提交")
    author.see("请另一位督察办负责人批准")
    author.leave()


def approve(lead: Visitor) -> None:
    """A second person puts them into force."""
    lead.go("rules")
    lead.press("批准")
    lead.see("这一版就是现在施行的规则")


def report(lead: Visitor, folder: Path) -> None:
    """What the counties did, as two files."""
    replies = "".join(f"{unit},2025,{total},{done}\n" for unit, (total, done) in REPLIES.items())
    lectures = "".join(
        f"{unit},2025-0{n}-05,第{n}期\n" for unit, count in LECTURES.items() for n in range(1, count + 1)
    )
    for name, text in (("答复", f"单位,年度,应做数,已做数\n{replies}"), ("解读", f"单位,日期,内容\n{lectures}")):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        lead.go("reporting", year="2025")
        upload(lead, folder / f"{name}.csv")
        lead.see("核对过了，没有错")
        lead.press("确认报送")
        lead.see("已收 1 张表")


def read_results(lead: Visitor, folder: Path) -> None:
    """The ranking, and a county's score sheet with the sentence of its rule and what it lost."""
    lead.turn_to("导出")
    lead.type("截止日", "2026-04-10")
    lead.press("重新评分")
    lead.see("已重新评分")
    lead.pick("单位", "溪口县")
    with lead.page.expect_download() as download:
        lead.page.get_by_role("link", name="导出 溪口县").click()
    download.value.save_as(folder / "评分表.xlsx")
    rows = openpyxl.load_workbook(io.BytesIO((folder / "评分表.xlsx").read_bytes())).active.iter_rows(values_only=True)
    cells = [str(cell) for row in rows for cell in row if cell is not None]
    assert any("每差1个百分点扣0.1分" in cell for cell in cells)
    lead.turn_to("总览")
    table = lead.page.get_by_role("table").filter(has_text="可能的区间").first
    ranked = [text.split("\t") for text in table.get_by_role("row").all_inner_texts()]
    names = [unit for row in ranked for unit in UNITS if any(unit in cell for cell in row)]
    assert names == list(UNITS), "98 % and four lectures before 90 % and three"


def upload(visitor: Visitor, path: Path) -> None:
    """Choose a file."""
    visitor.page.locator('input[type="file"]').first.set_input_files(str(path))
    visitor.page.get_by_text(path.name).first.wait_for()
    visitor.settle()
