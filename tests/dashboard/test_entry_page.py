"""督察录入 by its widgets: what is typed is kept at once, refusals stand beside their field, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dashboard.visits.work_keys import Doing, EntryKey
from data.backup.audit import list_trail
from data.store.database import reading
from data.store.tables import unsent_table
from scoring.wording.findings import IDLE
from tests.dashboard.office import Office, check

INDICATOR = "10.unlawful-decisions"
PHOTO = b"\xff\xd8\xff" + b"0" * 200


def key(at: AppTest, field: str) -> str:
    turn = at.session_state[EntryKey.ROUND] if EntryKey.ROUND in at.session_state else 0  # noqa: SIM401 (it has no get)
    return f"entry_{turn}_{field}"


def begin(at: AppTest, office: Office, unit: str = "zezhou") -> None:
    at.selectbox(key(at, f"{EntryKey.UNIT}_{office.world.inspection}")).set_value(unit)
    check(at.run())
    at.selectbox(key(at, "indicator")).set_value(INDICATOR)
    check(at.run())


def fill(at: AppTest, **fields: Any) -> None:
    """Type into one field after the other, as a person does: each is a run of the page."""
    for name, value in fields.items():
        widget: Any
        if name in ("statement", "legal_basis"):
            widget = at.text_area(key(at, name))
        elif name in ("kind", "method", "severity"):
            widget = at.button_group(key(at, name))
        elif name == "evidence_files":
            widget = at.file_uploader(key(at, name))
        else:
            widget = at.text_input(key(at, name))
        widget.set_value(value)
        check(at.run())


@pytest.fixture
def page(office: Office) -> Iterator[AppTest]:
    with office.open("ins1", "entry") as at:
        yield at


def test_a_finding_that_can_move_no_mark_says_so_where_it_is_entered(office: Office, page: AppTest) -> None:
    begin(page, office)
    assert IDLE not in [each.value for each in page.warning], INDICATOR
    page.selectbox(key(page, "indicator")).set_value("12.accountability")
    check(page.run())
    assert IDLE in [each.value for each in page.warning]
    assert page.text_input(key(page, "proposed_marks")).label.endswith("（不影响得分）")


def drafts(office: Office) -> list[dict[str, Any]]:
    return [row for row in office.world.rows("finding") if row["state"] == "draft"]


def test_a_finding_is_kept_as_it_is_typed_and_handed_in(office: Office, page: AppTest) -> None:
    before = len(drafts(office))
    begin(page, office)
    clause = "".join(each.value for each in (*page.caption, *page.markdown))
    assert "确保决策不越权、程序不缺失、内容不违法" in clause and "本办选择" in clause
    assert len(drafts(office)) == before + 1, "kept with the first field"
    fill(page, statement="供水定价没有公开征求意见", proposed_marks="1.5", method="查阅", place="县政府办")
    kept = drafts(office)[-1]
    assert (kept["unit"], kept["statement"], kept["proposed_marks"]) == ("zezhou", "供水定价没有公开征求意见", "1.5")
    assert kept["legal_basis"] and "第十条" in kept["legal_basis"][0], "the cited clause stands there already"

    page.button(EntryKey.SUBMIT).click()
    check(page.run())
    assert [each.value for each in page.error] == ["请填写「证据」", "还不能提交复核：请先填写证据"]
    assert page.text_area(key(page, "statement")).value == "供水定价没有公开征求意见"

    fill(page, evidence_files=[("现场.jpg", PHOTO, "image/jpeg")])
    assert len(office.world.row("finding", kept["id"])["evidence"]) == 1
    page.button(EntryKey.SUBMIT).click()
    check(page.run())
    assert not page.error and kept["id"] in page.success[0].value
    row = office.world.row("finding", kept["id"])
    assert row["state"] == "submitted" and row["seen_on"] and len(row["evidence"]) == 1

    unit = page.selectbox(key(page, f"{EntryKey.UNIT}_{office.world.inspection}"))
    assert unit.value == "zezhou", "the next one is of the same unit, day and place"
    page.selectbox(key(page, "indicator")).set_value(INDICATOR)
    check(page.run())
    fill(page, statement="听证没有公告")
    alike = drafts(office)[-1]
    assert (alike["method"], alike["place"], alike["seen_on"]) == ("查阅", "县政府办", row["seen_on"])
    assert not alike["proposed_marks"] and not alike["evidence"]


def test_marks_above_the_cap_are_refused_beside_their_field_and_the_rest_is_kept(office: Office, page: AppTest) -> None:
    begin(page, office)
    fill(page, proposed_marks="99", statement="多扣了")
    assert any("超过指标" in each.value and "满分 4 分" in each.value for each in page.error)
    assert page.text_input(key(page, "proposed_marks")).value == "99"
    assert (drafts(office)[-1]["statement"], drafts(office)[-1]["proposed_marks"]) == ("多扣了", None)
    refused = len(list_trail(office.world.ledger, "aud", outcome="refused"))
    fill(page, place="政务大厅")
    assert len(list_trail(office.world.ledger, "aud", outcome="refused")) == refused, "it is not tried again unchanged"
    fill(page, proposed_marks="4")
    assert not page.error and drafts(office)[-1]["proposed_marks"] == "4"


def test_a_draft_is_offered_again_after_a_lost_connection(office: Office, page: AppTest) -> None:
    begin(page, office, "gaoping")
    fill(page, statement="说到一半断线了")
    draft = drafts(office)[-1]["id"]
    with office.open("ins1", "entry") as again:
        offer = again.button(f"{EntryKey.CONTINUE}_{draft}")
        assert "高平市" in offer.label
        offer.click()
        check(again.run())
        assert again.text_area(key(again, "statement")).value == "说到一半断线了"
        fill(again, place="收费窗口")
    with office.open("ins1", "entry", draft=draft) as by_address:
        assert by_address.text_input(key(by_address, "place")).value == "收费窗口"
    with office.open("many", "entry") as other:
        assert not [each for each in other.button if each.key == f"{EntryKey.CONTINUE}_{draft}"]


def test_two_who_write_at_once_see_both_versions(office: Office, page: AppTest) -> None:
    begin(page, office)
    fill(page, statement="我写的事实")
    draft = drafts(office)[-1]["id"]
    office.world.do("ins2", "finding", draft, "edit", {"statement": "同事写的事实", "place": "大厅"})
    fill(page, statement="我又改了事实")
    assert "已由王督改为第" in page.warning[0].value
    sides = page.radio(f"{Doing.SIDE}_{draft}_statement")
    assert sides.value == "mine"
    shown = "".join(each.body for each in page.get("html"))
    assert "「事实」：两边都改了" in shown and "王督写的" in shown
    for words in ("我写的事实", "同事写的事实", "我又改了事实"):
        assert f"{words}</td>" in shown, "what it was, and what either side made of it"
    assert "另一边还改了下面这些，会照新的保留" in shown and "大厅</td>" in shown
    sides.set_value("theirs")
    page.button(Doing.MERGE).click()
    check(page.run())
    row = office.world.row("finding", draft)
    assert (row["statement"], row["place"]) == ("同事写的事实", "大厅")
    assert page.text_area(key(page, "statement")).value == "同事写的事实"


def test_who_writes_in_two_windows_is_not_told_of_another_person(office: Office, page: AppTest) -> None:
    begin(page, office)
    fill(page, statement="手机上写的")
    draft = drafts(office)[-1]["id"]
    office.world.do("ins1", "finding", draft, "edit", {"statement": "电脑上写的"})
    fill(page, statement="手机上又改了")
    shown = "".join(each.body for each in page.get("html"))
    assert "您在另一处写的" in shown and "会照新的保留" not in shown
    assert page.radio(f"{Doing.SIDE}_{draft}_statement").options == ["用这里写的", "用另一处写的"]


def test_a_judgement_needs_its_reason_and_is_revised_with_another(office: Office, page: AppTest) -> None:
    page.button_group(EntryKey.PART).set_value("评定")
    check(page.run())
    page.selectbox(key(page, f"{EntryKey.UNIT}_{office.world.inspection}")).set_value("zezhou")
    check(page.run())
    page.selectbox(key(page, f"{EntryKey.JUDGED_INDICATOR}_zezhou")).set_value("20.standard")
    check(page.run())
    prefix = key(page, "judge_zezhou_20.standard_0")
    page.radio(f"{prefix}_{EntryKey.LEVEL}").set_value("良")
    page.button(EntryKey.JUDGE).click()
    check(page.run())
    assert [each.value for each in page.error] == ["请填写「理由」"]
    page.text_area(f"{prefix}_{EntryKey.GROUNDS}").set_value("场所分设，录音不全")
    page.button(EntryKey.JUDGE).click()
    check(page.run())
    (row,) = office.world.rows("judgement")
    assert (row["level"], row["grounds"]) == ("良", "场所分设，录音不全")
    prefix = key(page, "judge_zezhou_20.standard_1")
    page.radio(f"{prefix}_{EntryKey.LEVEL}").set_value("中")
    page.button(EntryKey.JUDGE).click()
    check(page.run())
    assert "请写明理由，才能改评评定" in page.error[0].value


def test_a_judgement_is_kept_as_it_is_typed_and_forgotten_once_it_is_given(office: Office, page: AppTest) -> None:
    def open_form(at: AppTest) -> str:
        at.button_group(EntryKey.PART).set_value("评定")
        check(at.run())
        at.selectbox(key(at, f"{EntryKey.UNIT}_{office.world.inspection}")).set_value("gaoping")
        check(at.run())
        at.selectbox(key(at, f"{EntryKey.JUDGED_INDICATOR}_gaoping")).set_value("20.standard")
        check(at.run())
        return key(at, "judge_gaoping_20.standard_0")

    prefix = open_form(page)
    assert "已存草稿" not in "".join(str(each.body) for each in page.get("html")), "nothing is kept yet"
    page.radio(f"{prefix}_{EntryKey.LEVEL}").set_value("良")
    page.text_area(f"{prefix}_{EntryKey.GROUNDS}").set_value("写到一半")
    check(page.run())
    assert "✓ 已存草稿" in "".join(str(each.body) for each in page.get("html"))
    with office.open("ins1", "entry") as again:
        prefix = open_form(again)
        assert again.text_area(f"{prefix}_{EntryKey.GROUNDS}").value == "写到一半"
        assert again.radio(f"{prefix}_{EntryKey.LEVEL}").value == "良"
        again.button(EntryKey.JUDGE).click()
        check(again.run())
        assert not again.error
    with reading(office.world.ledger.engine) as connection:
        left = connection.scalars(sa.select(unsent_table.c.place)).all()
    assert not [place for place in left if "gaoping" in place]
    with office.open("ins2", "entry") as other:
        assert not other.exception


def test_who_is_in_no_inspection_is_told_so(office: Office) -> None:
    with office.open("rev", "entry") as page:
        # The page is not in a reviewer's menu: the first page is shown instead.
        assert not [each for each in page.title if each.value == "督察录入"]


def test_nobody_writes_into_another_persons_draft(office: Office) -> None:
    with office.open("ins1", "entry") as own:
        begin(own, office)
        fill(own, statement="甲的草稿")
    (row,) = [each for each in drafts(office) if each["statement"] == "甲的草稿"]
    with office.open("ins2", "entry") as at:
        # As if something had left it there: no page does.
        at.session_state[EntryKey.DRAFT] = at.session_state[EntryKey.FIRST] = row
        check(at.run())
        fill(at, statement="乙改的")
        assert "这份草稿是别人的，没有改动它；请在自己的草稿里写。" in [each.value for each in at.success]
    assert office.world.row("finding", row["id"]) == row
