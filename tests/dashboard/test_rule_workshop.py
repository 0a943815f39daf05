"""写规则: what is begun with, what is edited entry by entry, what the cases notice, and who may do it.

Not proved here: how the page looks, and the way on to a ranking (tests/dashboard/test_from_plan_to_sheet.py).
"""

from __future__ import annotations

import io
import re
import time

import pytest
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.visits.sessions import COOKIE
from dashboard.visits.work_keys import DeskKey, RulesKey
from dashboard.work.files import list_routes
from data.clock import office_now
from data.rulebook.rule_drafts import KeptDraft, find_draft
from data.rulebook.taking import take_book
from tests.dashboard.office import Office, check, take_cookie
from tests.dashboard.test_rules_page import office, words, write_example

__all__ = ["office"]

SHEET = """青川市政务公开评分表
序号|考核项目|分值|评分标准|责任单位
1|依申请公开|60|按期答复率不低于95%，每低1个百分点扣2分，扣完为止|各县（区）政府
2|队伍建设|40|由考核组查看机构、人员、经费落实情况评定|各县（区）政府
"""


def open_workshop(at: AppTest) -> str:
    at.selectbox(RulesKey.MODE).set_value("write")
    return tell(check(at.run()))


def tell(at: AppTest) -> str:
    return words(at) + "\n".join(str(each.value) for each in at.get("warning"))


def begin(at: AppTest, way: str, name: str = "", content: bytes = b"") -> str:
    at.radio(DeskKey.BEGIN).set_value(way)
    check(at.run())
    if name:
        at.file_uploader(f"{DeskKey.SOURCE}_{way}").set_value([(name, content, "application/octet-stream")])
    return press(at, DeskKey.READ)


def press(at: AppTest, key: str) -> str:
    at.button(key).click()
    return tell(check(at.run()))


def find_field(at: AppTest, end: str, line: int = 0) -> str:
    """The key of the field of a column, whichever turn of the form it is."""
    keys = [str(each.key) for kind in ("selectbox", "text_input", "text_area") for each in at.get(kind)]
    [found] = [key for key in keys if re.fullmatch(rf"{DeskKey.FIELD}_\d+_{line}_{re.escape(end)}", key)]
    return found


def read_kept(office: Office, person: str) -> KeptDraft:
    kept = find_draft(office.world.ledger.engine, person)
    assert kept is not None
    return kept


def test_a_marking_sheet_is_edited_where_it_is_wrong_and_kept_as_it_stands(office: Office) -> None:
    with office.open("rev", "rules") as at:
        open_workshop(at)
        assert "请先选好文件" in begin(at, "document")
        said = begin(at, "document", "评分表.txt", SHEET.encode())
        assert "从「评分表.txt」起草" in said and "2 条还没有确认" in said and "读得准的 1 条" in said
        assert "每低1个百分点扣2分" in said, "the document's words stand beside the rule"
        # What names a column of the table beside it is chosen by what people call that.
        assert any("已做数（done）" in each.options for each in at.selectbox)
        # A number that is none is kept and told at its field; the draft cannot be handed in.
        slot = find_field(at, "marks~1", 1)
        assert at.text_input(slot).value == "2"
        at.text_input(slot).set_value("两分")
        said = press(at, DeskKey.KEEP)
        assert "「两分」不是数" in said and "1 处写法有错" in said and at.button(DeskKey.SUBMIT).disabled
        assert "两分" in str(read_kept(office, "rev").draft.files)
        at.text_input(find_field(at, "marks~1", 1)).set_value("3")
        press(at, DeskKey.CONFIRM)
    # Another visit finds the draft as it was left.
    with office.open("rev", "rules") as at:
        said = open_workshop(at)
        assert "1 条还没有确认" in said and "处写法有错" not in said and "每差1个百分点扣3分" in said
        # What is typed and left without saving is kept, too.
        at.text_input(find_field(at, "name")).set_value("依申请公开答复")
        at.button(DeskKey.NEXT).click()
        assert "离开的那一条，改动已保存" in tell(check(at.run()))
        assert "依申请公开答复" in str(read_kept(office, "rev").draft.files)
        assert at.selectbox(DeskKey.ENTRY).value == "s1.02"
        assert "已删去一条" in press(at, DeskKey.AWAY)
    with office.open("lead", "rules") as at:
        assert "还没有草稿" in open_workshop(at), "a draft is one person's own"


def test_two_windows_of_one_person_lose_nothing_that_was_said_to_be_saved(office: Office) -> None:
    with office.open("lead2", "rules") as one, office.open("lead2", "rules") as other:
        open_workshop(one)
        begin(one, "document", "评分表.txt", SHEET.encode())
        open_workshop(other)
        # Another entry was saved meanwhile: what is typed here goes in beside it.
        other.selectbox(DeskKey.ENTRY).set_value("s1.02")
        check(other.run())
        other.text_input(find_field(other, "name")).set_value("队伍和经费")
        one.text_input(find_field(one, "name")).set_value("依申请公开答复")
        assert "已保存" in press(one, DeskKey.KEEP) and "已保存" in press(other, DeskKey.KEEP)
        kept = str(read_kept(office, "lead2").draft.files)
        assert "队伍和经费" in kept and "依申请公开答复" in kept
        # The same entry was: then it is said that nothing was done, and nothing is.
        one.selectbox(DeskKey.ENTRY).set_value("s1.02")
        check(one.run())
        one.text_input(find_field(one, "name")).set_value("队伍建设情况")
        other.text_input(find_field(other, "name")).set_value("人员和经费")
        assert "已保存" in press(one, DeskKey.KEEP)
        said = press(other, DeskKey.AWAY)
        assert "刚才的操作没有做" in said and "已删去" not in said
        assert "队伍建设情况" in str(read_kept(office, "lead2").draft.files)
        one.checkbox(DeskKey.SURE).set_value(True)
        check(one.run())
        assert "草稿已经放弃" in press(one, DeskKey.GIVE_UP)


def test_parts_come_and_go_and_what_a_kind_does_not_use_is_not_asked(office: Office) -> None:
    with office.open("lead", "rules") as at:
        open_workshop(at)
        said = begin(at, "rules")
        assert "改自现在施行的 1.0 版" in said and "可以提交" in said
        kind = find_field(at, "measure?", 1)
        before = {str(each.key) for each in at.text_input}
        at.selectbox(kind).set_value("计数")
        assert "缺少" in press(at, DeskKey.KEEP), "what the other kind needs is asked for at its field"
        assert {str(each.key) for each in at.text_input} != before
        parts = [str(each.key) for each in at.button if str(each.key).startswith(f"{DeskKey.ADD}_")]
        at.button(next(key for key in parts if key.endswith("依据"))).click()
        check(at.run())
        dropped = [str(each.key) for each in at.button if str(each.key).startswith(f"{DeskKey.DROP}_")]
        at.button(dropped[-1]).click()
        check(at.run())
        assert len([each for each in at.button if str(each.key).startswith(f"{DeskKey.DROP}_")]) == len(dropped) - 1
        at.checkbox(DeskKey.SURE).set_value(True)
        check(at.run())
        assert "草稿已经放弃" in press(at, DeskKey.GIVE_UP)
        assert find_draft(office.world.ledger.engine, "lead") is None


def test_changes_that_no_case_notices_come_with_a_case_that_would(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.open("lead2", "rules") as at:
        open_workshop(at)
        begin(at, "document", "方案.txt", "一、任务\n（一）按期答复率不低于95%。\n".encode())
        press(at, DeskKey.TRY)
        for _ in range(60):
            if "1 个用例全部相符" in tell(check(at.run())):
                break
            time.sleep(0.5)
        said = tell(at)
        assert "有用例发现" in said and "没有用例发现" in said and "94%" in said
        assert "已做数" in said or "应得" in said or "得分" in said
        press(at, f"{DeskKey.CASE}_0")
        assert len(read_kept(office, "lead2").draft.files["cases/new.yaml"]["cases"]) == 1  # type: ignore[arg-type]
    # The draft as a workbook, for the person whose it is.
    monkeypatch.setenv("DUCHA_WORKSPACE", str(office.workspace.root))
    key = read_kept(office, "lead2").draft.key
    for person, status in (("lead2", 200), ("lead", 404)):
        client = TestClient(Starlette(routes=list_routes()))
        client.cookies.set(COOKIE, take_cookie(office.world.ledger, person, office_now()))
        had = client.get(f"/file/draft-rules/{key}")
        assert had.status_code == status
        assert status != 200 or take_book("规则.xlsx", had.content).files


def test_a_workbook_is_gone_on_with_and_one_with_mistakes_is_told_at_its_cells(office: Office) -> None:
    book = load_workbook(io.BytesIO(write_example()))
    book["计分"]["A3"].value = "没有的指标"
    held = io.BytesIO()
    book.save(held)
    with office.open("twin", "rules") as at:
        open_workshop(at)
        assert "没有收：工作簿里有" in begin(at, "book", "规则.xlsx", held.getvalue())
        assert "来自工作簿「规则.xlsx」" in begin(at, "book", "规则.xlsx", write_example())


def test_an_inspector_is_told_who_writes_rules(office: Office) -> None:
    with office.open("ins", "rules") as at:
        assert "规则的草稿由他们写" in open_workshop(at)
