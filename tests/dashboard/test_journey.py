"""One story in a real browser: a finding with its photograph, confirmed by another, told, counted and appealed
against; a broken form, then a good one; and what leaves the office.

Not proven here: that a rank moves (nobody is ranked on so little data; the marks do), other browsers, and how fast
it is (``benchmarks``).
"""

from __future__ import annotations

import csv
import io
import urllib.error
import urllib.request
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from scoring.rescoring import rescore
from scoring.runs import list_runs, read_run
from tests.dashboard.browser import Visitor, browse, serve
from tests.dashboard.office import PASSWORD, Office, found_office, give_passwords
from tests.dashboard.test_work_pages import form

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000000030001"
    "6dd98d3a0000000049454e44ae426082"
)
INDICATOR = "10.unlawful-decisions"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = found_office(tmp_path_factory.mktemp("journey") / "w")
    give_passwords(made, "ins1", "rev", "lead", "zz", "gp")
    rescore(made.world.ledger, made.workspace, "lead", 2024, date(2025, 4, 10), now=made.world.tick())
    return made


def read_marks(office: Office, run: str) -> str | None:
    items = read_run(office.workspace, run).content["items"]
    return next(row["marks"] for row in items if (row["unit"], row["indicator"]) == ("zezhou", INDICATOR))


def test_from_the_finding_to_the_appeal_and_from_the_form_to_the_export(office: Office, tmp_path: Path) -> None:
    photo = tmp_path / "现场照片.png"
    photo.write_bytes(PNG)
    with serve(office.workspace.root) as address, browse() as browser:
        finding = enter_finding(browser, address, photo, office)
        confirm_and_tell(browser, address, finding, office)
        before, after = list_runs(office.workspace)
        assert (read_marks(office, before), read_marks(office, after)) == ("0.00", "-1.50")
        appeal_and_report(browser, address, finding, office, tmp_path)


def enter_finding(browser: Browser, address: str, photo: Path, office: Office) -> str:
    """An inspector with a phone."""
    person = Visitor(browser, address, 390, 844)
    person.log_in("ins1", PASSWORD)
    person.go("entry")
    person.pick("单位", "泽州县")
    person.pick("指标", "违法决策")
    person.type("建议扣分", "1.5")
    person.type("事实", "供水定价没有公开征求意见")
    person.choose("查阅")
    # What was found after the day that a run looks at is not in it.
    person.type("发现日期", "2024-05-06")
    person.type("发现地点", "县政府办公室")
    person.page.locator('input[type="file"]').set_input_files(str(photo))
    person.page.get_by_text("现场照片.png").first.wait_for()
    person.settle()
    person.see("已存草稿")
    wide = person.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, f"the page is {wide} pixels wide on a phone"
    person.press("提交复核")
    person.see("已提交复核")
    person.leave()
    (row,) = office.world.rows("finding")
    assert row["state"] == "submitted" and len(row["evidence"]) == 1
    return str(row["id"])


def confirm_and_tell(browser: Browser, address: str, finding: str, office: Office) -> None:
    """A second person confirms, the lead tells the county and has the year scored anew."""
    second = Visitor(browser, address)
    second.log_in("rev", PASSWORD)
    second.go("findings", id=finding)
    second.choose("认定")
    second.press("认定")
    second.see("现在是「已认定」")
    second.leave()
    lead = Visitor(browser, address)
    lead.log_in("lead", PASSWORD)
    lead.go("findings", id=finding)
    lead.choose("反馈")
    lead.type("反馈文号", "晋市督反馈〔2024〕1号")
    lead.press("反馈")
    lead.see("现在是「已反馈」")
    lead.go("exports")
    lead.press("重新评分")
    lead.see("已重新评分")
    lead.leave()


def appeal_and_report(browser: Browser, address: str, finding: str, office: Office, folder: Path) -> None:
    """The county appeals, mends its form, and takes its own marks along; nobody takes them by the link alone."""
    county = Visitor(browser, address)
    county.log_in("zz", PASSWORD)
    county.go("findings", id=finding)
    county.choose("提出复核申请")
    county.type("申请理由", "已经征求过意见")
    county.pick("请求", "撤销")
    county.press("提出复核申请")
    county.see("现在是「已提出」")
    lectures = office.world.ledger.pack.dataset("lectures")
    titles = {column.name: column.title for column in lectures.columns}
    good = {titles["held_on"]: date(2024, 3, 5), titles["topic"]: "民法典", titles["leaders"]: 12}
    for name, cells in (("坏的.xlsx", {**good, titles["leaders"]: "十几人"}), ("好的.xlsx", good)):
        _, content, _ = form(office, folder, **cells)
        (folder / name).write_bytes(content)
    county.go("reporting", year="2024")
    county.page.locator('input[type="file"]').set_input_files(str(folder / "坏的.xlsx"))
    county.page.get_by_text("没有收:共 1 处错误").wait_for()
    county.go("reporting", year="2024")
    county.page.locator('input[type="file"]').set_input_files(str(folder / "好的.xlsx"))
    county.page.get_by_text("核对过了,没有错").wait_for()
    county.settle()
    county.press("确认报送")
    county.see("已收 1 张表")
    county.see("● 已报")
    county.go("exports")
    with county.page.expect_download() as download:
        county.page.get_by_role("link", name="导出 CSV(Excel、WPS 可打开)").click()
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
