"""One story in a real browser: a finding with its photograph, confirmed by another, told, counted, so that a rank
changes, and appealed against; a broken form, then a good one; and what leaves the office.

Not proven here: other browsers, and how fast it is (``benchmarks``).
"""

from __future__ import annotations

import csv
import io
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from data.demo.accounts import DEMO_PASSWORD
from data.ledger.ledger import Ledger, open_ledger
from data.ledger.reading import list_visible
from data.store.workspace import open_workspace
from indicators.reader import load_pack
from tests.dashboard.browser import Visitor
from tests.dashboard.office import fill_form

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000000030001"
    "6dd98d3a0000000049454e44ae426082"
)
INDICATOR = "10.unlawful-decisions"


def test_from_the_finding_to_the_appeal_and_from_the_form_to_the_export(
    browser: Browser, url: str, served: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(served)
    ledger = open_ledger(workspace, load_pack(workspace.pack_folder))
    photo = tmp_path / "现场照片.png"
    photo.write_bytes(PNG)
    finding = enter_finding(browser, url, photo, ledger)
    confirm(browser, url, finding)
    tell_and_score(browser, url, finding)
    appeal(browser, url, finding)
    for name, leaders in (("坏的.xlsx", "十几人"), ("好的.xlsx", 12)):
        _, content, _ = fill_form(ledger, workspace, "demo-zezhou", "zezhou", 2025, leaders=leaders)
        (tmp_path / name).write_bytes(content)
    report_and_export(browser, url, tmp_path)


def enter_finding(browser: Browser, url: str, photo: Path, ledger: Ledger) -> str:
    """An inspector with a phone."""
    person = Visitor(browser, url, 390, 844)
    person.enter("demo-inspector", DEMO_PASSWORD, "entry")
    person.pick("单位", "泽州县")
    person.pick("指标", "违法决策")
    person.type("建议扣分", "1.5")
    person.type("事实", "供水定价没有公开征求意见")
    person.page.locator('input[type="file"]').set_input_files(str(photo))
    person.page.get_by_text("现场照片.png").first.wait_for()
    person.settle()
    # What was found after the day that a run looks at is not in it. How and where stand there, from the last finding.
    person.type("发现日期", "2024-05-06")
    person.see("已存草稿")
    wide = person.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 390, f"the page is {wide} pixels wide on a phone"
    assert person.page.get_by_role("button", name="提交复核").bounding_box()["height"] >= 40, "a thumb's breadth"
    person.press("提交复核")
    person.see("已提交复核")
    person.leave()
    (row,) = list_visible(ledger, "demo-inspector", "finding", unit="zezhou", state="submitted")
    assert row["indicator"] == INDICATOR and len(row["evidence"]) == 1 and row["method"] and row["place"]
    return str(row["id"])


def confirm(browser: Browser, url: str, finding: str) -> None:
    """A second person confirms what waits for the own turn."""
    second = Visitor(browser, url)
    second.enter("demo-reviewer", DEMO_PASSWORD, "findings", id=finding)
    second.choose("认定")
    second.press("认定")
    second.see("现在是「已认定」")
    second.leave()


def tell_and_score(browser: Browser, url: str, finding: str) -> None:
    """The lead tells the county, has the year scored anew, and sees another rank."""
    lead = Visitor(browser, url)
    lead.enter("demo-lead", DEMO_PASSWORD, "findings", id=finding)
    lead.choose("反馈")
    lead.type("反馈文号", "虚督反馈〔2024〕99号")
    lead.press("反馈")
    lead.see("现在是「已反馈」")
    lead.turn_to("总览")
    assert read_rank(lead) == "2"
    lead.see("按现在的台账试算，有变化的单位")
    cells = read_row(lead, "按现在的台账试算")
    assert cells[1:3] == ["2", "3"], "what a new run would give stands above the ranking at once"
    lead.turn_to("导出")
    lead.press("重新评分")
    lead.see("已重新评分")
    lead.turn_to("总览")
    assert read_rank(lead) == "3", "1.5 marks fewer: the next one has passed"
    lead.leave()


def read_rank(person: Visitor) -> str:
    """The rank of the county."""
    return read_row(person, "可能的区间")[0]


def read_row(person: Visitor, table: str) -> list[str]:
    """The cells of the county's row in the table that has these words."""
    row = person.page.get_by_role("table").filter(has_text=table).get_by_role("row").filter(has_text="泽州县").first
    return [str(text).strip() for text in row.get_by_role("cell").all_inner_texts()]


def appeal(browser: Browser, url: str, finding: str) -> None:
    """The county appeals; the office's own notes are not on its page."""
    county = Visitor(browser, url)
    county.enter("demo-zezhou", DEMO_PASSWORD, "findings", id=finding)
    county.choose("提出复核申请")
    county.type("申请理由", "已经征求过意见")
    county.pick("请求", "撤销")
    county.press("提出复核申请")
    county.see("现在是「已提出」")
    county.leave()


def report_and_export(browser: Browser, url: str, folder: Path) -> None:
    """The county mends its form, and takes its own marks along; nobody takes them by the link alone."""
    county = Visitor(browser, url)
    county.enter("demo-zezhou", DEMO_PASSWORD, "reporting", year="2025")
    upload = county.page.locator('input[type="file"]').first
    upload.set_input_files(str(folder / "坏的.xlsx"))
    county.page.get_by_text("没有收：共 1 处错误").wait_for()
    county.go("reporting", year="2025")
    upload.set_input_files(str(folder / "好的.xlsx"))
    county.page.get_by_text("核对过了，没有错").wait_for()
    county.settle()
    county.press("确认报送")
    county.see("已收 1 张表")
    county.turn_to("导出")
    with county.page.expect_download() as download:
        county.page.get_by_role("link", name="导出 CSV（Excel、WPS 可打开）").click()
    path = folder / "导出.csv"
    download.value.save_as(path)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert {row["unit"] for row in rows} == {"zezhou"}
    assert next(row["marks"] for row in rows if row["indicator"] == INDICATOR) == "-1.50"
    link = download.value.url
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(link, timeout=10)
    assert refused.value.code == 403, "without a session's cookie the link gives nothing"
    assert county.page.request.get(link).status == 200
    county.page.get_by_role("button", name="退出登录").click()
    county.page.get_by_text("您已退出登录").wait_for()
    assert county.page.request.get(link).status == 403, "the link dies with the session"
    county.leave()
