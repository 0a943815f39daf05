"""The queues, reporting, exports, the trail and the accounts by their widgets.

Not proven here: how a page looks, and that a browser's upload arrives (``test_journey.py``); rights are tested
where they are decided, below.
"""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.runs.choices import name_run
from dashboard.visits import session
from dashboard.visits.work_keys import Administration, Doing, Exports, Queue, Reporting, Trail
from data.backup.kept import keep_backup
from data.batches.records import is_demo_workspace
from data.clock import office_time
from data.forms.book import HEADER_ROW
from data.intake.imports import Fiction, import_files
from data.ledger.users import add_user, check_password
from data.trail.refusals import RefusedAction, RoleRefused, StateRefused
from scoring.documents.export import DocumentKind
from scoring.runs.rescoring import rescore
from scoring.runs.store import list_runs
from tests.dashboard.conftest import OpenPage
from tests.dashboard.office import Office, check, fill_form, found_office
from tests.ledger.world import reach


def html(at: AppTest) -> str:
    return "".join(str(each.body) for each in at.get("html"))


def words(at: AppTest) -> str:
    """What stands in the tables, without what lays it out."""
    return re.sub("<[^>]*>", "", html(at))


def choose(at: AppTest, office: Office, kind: str, id: str, action: str) -> str:
    """Take an action in the list of what can be done; returns the prefix of its fields' keys."""
    row = office.world.row(kind, id)
    prefix = f"do_{kind}_{id}_{row['state']}_{row['version']}"
    radio = at.radio(f"{prefix}_{Doing.ACTION}")
    if radio.value != action:
        radio.set_value(action)
        check(at.run())
    return f"{prefix}_{action}"


def press(at: AppTest, prefix: str) -> None:
    at.button(f"{prefix}_{Doing.SUBMIT}").click()
    check(at.run())


def test_a_reviewer_confirms_and_the_author_is_told_why_not(office: Office) -> None:
    finding = reach(office.world, "finding", "submitted")
    with office.open("ins1", "findings", id=finding) as at:
        assert not [each for each in at.radio if "confirm" in each.options]
    with office.open("rev", "findings", id=finding) as at:
        prefix = choose(at, office, "finding", finding, "return")
        press(at, prefix)
        assert [each.value for each in at.error] == ["请写明理由，才能退回问题"]
        press(at, choose(at, office, "finding", finding, "confirm"))
        assert at.success[0].value == f"已认定：问题 {finding} 现在是「已认定」。"
    assert office.world.row("finding", finding)["state"] == "confirmed"


def test_a_person_of_every_role_reads_why_the_own_finding_waits_for_another(office: Office) -> None:
    finding = reach(office.world, "finding", "draft")
    office.world.do("many", "finding", finding, "edit", {"statement": "郑也写了"})
    office.world.do("ins1", "finding", finding, "submit")
    with office.open("many", "findings", id=finding) as at:
        assert any("您是该问题的起草人，不能自己认定" in each.value for each in at.caption)


def test_the_lead_notifies_the_county_appeals_and_two_people_decide(office: Office) -> None:
    world = office.world
    finding = reach(world, "finding", "confirmed")
    with office.open("zz", "findings") as at:
        assert finding not in html(at)
    with office.open("lead", "findings", id=finding) as at:
        prefix = choose(at, office, "finding", finding, "notify")
        at.text_input(f"{prefix}_notice_number").set_value("晋市督反馈〔2024〕9号")
        press(at, prefix)
        assert not at.error
    with office.open("zz", "findings", id=finding) as at:
        prefix = choose(at, office, "finding", finding, "appeal.file")
        at.text_area(f"{prefix}_grounds").set_value("已经征求过意见")
        press(at, prefix)
        assert [each.value for each in at.error] == ["请填写「请求」"]
        assert at.text_area(f"{prefix}_grounds").value == "已经征求过意见"
        at.selectbox(f"{prefix}_requested").set_value("变更")
        press(at, prefix)
        assert not at.error
    (appeal,) = [row["id"] for row in world.rows("appeal") if row["finding"] == finding]
    with office.open("app", "appeals", id=appeal) as at:
        press(at, choose(at, office, "appeal", appeal, "accept"))
        prefix = choose(at, office, "appeal", appeal, "propose")
        at.selectbox(f"{prefix}_outcome").set_value("变更")
        at.text_area(f"{prefix}_decision").set_value("公示过，没有听证")
        check(at.run())
        at.multiselect(f"{prefix}_changed").set_value(["proposed_marks"])
        check(at.run())
        at.text_input(f"{prefix}_changes_proposed_marks").set_value("0.5")
        press(at, prefix)
        assert not at.error
    with office.open("lead", "appeals", id=appeal) as at:
        press(at, choose(at, office, "appeal", appeal, "vary"))
        assert not at.error
    assert world.row("appeal", appeal)["state"] == "varied"
    assert world.row("finding", finding)["proposed_marks"] == "0.5"


def test_what_a_decision_changed_is_computed_and_not_typed(tmp_path: Path) -> None:
    office = found_office(tmp_path / "workspace")
    rescore(office.world.ledger, office.workspace, "lead", 2024, date(2025, 4, 10), now=office.world.tick())
    appeal = reach(office.world, "appeal", "upheld")
    with office.open("lead", "appeals", id=appeal) as at:
        prefix = choose(at, office, "appeal", appeal, "attach_run")
        assert not [each for each in at.text_input if str(each.key).startswith(prefix)]
        press(at, prefix)
        assert not at.error and "决定前后的得分附在" in at.success[0].value
        assert "2024 年度，截至 2025-04-10" in words(at) and "（县（市、区）和开发区）：总分" in words(at)
    assert office.world.row("appeal", appeal)["comparison"]["unit"] == "zezhou"


def test_what_an_indicator_knows_of_severity_is_chosen_and_not_typed(office: Office) -> None:
    finding = reach(office.world, "finding", "draft")
    with office.open("ins1", "findings", id=finding) as at:
        prefix = choose(at, office, "finding", finding, "edit")
        asked = [str(each.key) for each in (*at.text_input, *at.selectbox)]
        assert not [key for key in asked if key.startswith(f"{prefix}_severity")], "this one knows none"
        at.selectbox(f"{prefix}_indicator").set_value("26.fine-quota")
        check(at.run())
        levels = at.selectbox(f"{prefix}_severity_26.fine-quota")
        assert "一般" in levels.options and levels.value is None
        levels.set_value("一般")
        press(at, prefix)
        assert not at.error
    assert office.world.row("finding", finding)["severity"] == "一般"


def test_marks_to_add_are_called_so_and_have_their_unit(office: Office) -> None:
    finding = reach(office.world, "finding", "draft")
    with office.open("ins1", "findings", id=finding) as at:
        assert "建议扣分1.5 分" in words(at)
    office.world.do("ins1", "finding", finding, "edit", {"kind": "加分"})
    with office.open("ins1", "findings", id=finding) as at:
        assert "建议加分1.5 分" in words(at)


def test_a_rectification_goes_to_its_close_out_and_comes_back(office: Office) -> None:
    world = office.world
    finding = reach(world, "finding", "notified")
    with office.open("lead", "findings", id=finding) as at:
        prefix = choose(at, office, "finding", finding, "rectification.require")
        at.text_area(f"{prefix}_required_action").set_value("补正程序")
        for name, value in {"owner": "张县长", "due_on": "2099-01-01", "due_source": "反馈意见"}.items():
            at.text_input(f"{prefix}_{name}").set_value(value)
        press(at, prefix)
        assert not at.error
    (matter,) = [row["id"] for row in world.rows("rectification") if row["finding"] == finding]
    with office.open("zz", "rectification", id=matter) as at:
        prefix = choose(at, office, "rectification", matter, "submit_plan")
        for name, value in {"text": "补开听证会", "due_on": "2098-01-01", "person": "李局长"}.items():
            at.text_input(f"{prefix}_step1_{name}").set_value(value)
        press(at, prefix)
        assert not at.error
    world.do("lead", "rectification", matter, "approve_plan")
    with office.open("zz", "rectification", id=matter) as at:
        prefix = choose(at, office, "rectification", matter, "claim")
        press(at, prefix)
        assert [each.value for each in at.error] == ["每一项整改措施都要有佐证才能申请销号；还缺第 1 项"]
        at.file_uploader(f"{prefix}_claim1_files").set_value([("听证.pdf", b"%PDF-1.7 hearing", "application/pdf")])
        press(at, prefix)
        assert not at.error
    with office.open("ver", "rectification", id=matter) as at:
        prefix = choose(at, office, "rectification", matter, "verify_close")
        at.text_area(f"{prefix}_verification_text").set_value("到现场看过")
        at.multiselect(f"{prefix}_verification_evidence").set_value([world.evidence["ins1-zezhou"]])
        press(at, prefix)
        assert not at.error and "已销号" in at.success[0].value
    with office.open("ver", "rectification", id=matter) as at:
        prefix = choose(at, office, "rectification", matter, "relapse")
        assert not at.text_input(f"{prefix}_due_on").value and not at.text_input(f"{prefix}_due_source").value
        assert at.text_area(f"{prefix}_verification_text").label == "核查情况（必填）"
        at.text_area(f"{prefix}_verification_text").set_value("又犯了")
        at.multiselect(f"{prefix}_verification_evidence").set_value([world.evidence["ins1-zezhou"]])
        at.text_input(f"{prefix}_due_on").set_value("2099-06-01")
        at.text_input(f"{prefix}_due_source").set_value("回头看")
        at.text_area(f"{prefix}_{Doing.REASON}").set_value("回头看发现反弹")
        press(at, prefix)
        assert not at.error
    with office.open("lead", "rectification") as at:
        at.button_group(f"rectification_{Queue.TURN}").set_value("open")
        check(at.run())
        assert "2（反弹重开）" in words(at) and "轮到单位" in words(at)
        assert "整改中（第 2 轮，反弹重开）" in words(at) and "单位泽州县" in words(at)


def test_a_broken_form_is_refused_cell_by_cell_and_a_good_one_is_taken(office: Office) -> None:
    def form(**cells: Any) -> tuple[str, bytes, str]:
        return fill_form(office.world.ledger, office.workspace, "zz", "zezhou", 2024, **cells)

    with office.open("zz", "reporting", year="2024") as at:
        assert "✕ 未报" in html(at) and "还没报的台账" in html(at) and "2024-04-30（▲ 已过" in html(at)
        upload = at.file_uploader(f"{Reporting.FILES}_0")
        upload.set_value([form(leaders="十几人")])
        check(at.run())
        assert at.error[0].value == "没有收：共 1 处错误。请照下表改正后，重新上传全部文件。"
        assert "法治专题讲座" in html(at) and f"{HEADER_ROW + 3}</td>" in html(at)
        assert not [each for each in at.button if each.key == Reporting.ACCEPT]
        at.file_uploader(f"{Reporting.FILES}_0").set_value([form()])
        check(at.run())
        assert "核对过了，没有错：1 张表可以收。" in at.success[0].value
        assert "还是发出时的样子，没有填，没有收" in html(at), "remarks say what was left out"
        at.button(Reporting.ACCEPT).click()
        check(at.run())
        assert at.success[0].value == "已收 1 张表，共 1 行。" and "● 已报" in html(at)


def test_an_export_of_another_platform_is_taken_by_its_table_and_within_the_same_rights(office: Office) -> None:
    table = """
platform: 法治平台
sheets:
- dataset: works
  columns: {承办地: unit, 办结: held_on, 种类: kind, 题名: title}
  values: {unit: {某市泽州: 泽州县}, kind: {清理: 规范性文件清理}}
"""
    export = "承办地,办结,种类,题名\n某市泽州,2024-01-05,清理,第一批\n"
    with office.open("zz", "reporting", year="2024") as at:
        at.file_uploader(f"{Reporting.FILES}_0").set_value([("导出.csv", export.encode(), "text/csv")])
        check(at.run())
        assert at.error, "without the table its titles are not known"
        at.file_uploader(f"{Reporting.MAPPING}_0").set_value([("对照表.yaml", table.encode(), "application/yaml")])
        check(at.run())
        assert "核对过了，没有错：1 张表可以收。" in at.success[0].value
        assert "按法治平台的对照表读作" in html(at)
        wrong = table.replace("held_on", "nothing").encode()
        at.file_uploader(f"{Reporting.MAPPING}_0").set_value([("对照表.yaml", wrong, "application/yaml")])
        check(at.run())
        assert "没有列 nothing" in html(at)
    other = export.replace("某市泽州", "高平市").encode()
    with office.open("zz", "reporting", year="2024") as at:
        at.file_uploader(f"{Reporting.FILES}_0").set_value([("导出.csv", other, "text/csv")])
        at.file_uploader(f"{Reporting.MAPPING}_0").set_value([("对照表.yaml", table.encode(), "application/yaml")])
        check(at.run())
        assert at.error, "a county reports for itself alone"


def test_real_data_end_a_demonstration_only_after_a_yes_and_with_it_the_open_sessions(tmp_path: Path) -> None:
    office = found_office(tmp_path / "workspace")
    ledger, workspace = office.world.ledger, office.workspace
    add_user(ledger, "adm", "demo-lead", "钱主任（演示）", ["lead"], now=office.world.tick())
    first = tmp_path / "司法建议.csv"
    first.write_text("单位,建议书编号,收到日期\n泽州县,1号,2024-01-05\n", encoding="utf-8")
    made_up = Fiction(declared=True)
    import_files(workspace, ledger.pack, [first], now=office.world.tick(), user="demo-lead", fiction=made_up)
    with office.open("demo-lead", "findings") as other, office.open("ins1", "reporting", year="2024") as at:
        name, content, kind = fill_form(ledger, workspace, "zz", "zezhou", 2024)
        at.file_uploader(f"{Reporting.FILES}_0").set_value([(name, content, kind)])
        check(at.run())
        assert "这份表是演示工作区发出的，按演示数据收" in html(at)
        at.button(Reporting.ACCEPT).click()
        check(at.run())
        assert "已收 1 张表" in at.success[0].value and is_demo_workspace(workspace)
        at.file_uploader(f"{Reporting.FILES}_1").set_value([("建议.csv", first.read_bytes(), "text/csv")])
        check(at.run())
        assert at.button(Reporting.ACCEPT).disabled, "nobody has said yet what it is"
        at.radio(f"{Reporting.FICTION}_1").set_value("真实数据，演示到此结束")
        check(at.run())
        assert "所有演示账号立即停用，正在用演示账号登录的人立即退出" in at.warning[0].value
        check(other.run())
        assert other.title[0].value == "问题", "not yet"
        at.button(Reporting.ACCEPT).click()
        check(at.run())
        assert not is_demo_workspace(workspace)
        check(other.run())
        assert other.title[0].value == "督察评分" and "演示账号都不能用" in other.warning[0].value


def test_who_comes_second_is_told_who_did_it_and_when(office: Office) -> None:
    finding = reach(office.world, "finding", "submitted")
    with office.open("rev", "findings", id=finding) as at:
        assert not [each for each in at.warning if "您打开以后" in each.value]
        office.world.do("many", "finding", finding, "confirm")
        check(at.run())
        told = [each.value for each in at.warning if "您打开以后" in each.value]
        assert re.search("郑全已于 .{10} .{5} 认定，现在是「已认定」。", told[0])
    with pytest.raises(StateRefused, match=r"现在是「已认定」，不能认定：郑全已于 .{10} .{5} 认定"):
        office.world.do("rev", "finding", finding, "confirm")


def test_a_contact_learns_nothing_of_another_unit_by_its_address(office: Office) -> None:
    finding = reach(office.world, "finding", "notified")
    appeal, matter = reach(office.world, "appeal", "filed"), reach(office.world, "rectification", "required")
    for page, id in (("findings", finding), ("appeals", appeal), ("rectification", matter)):
        with office.open("gp", page, id=id) as at:
            words = html(at) + "".join(str(each.value) for each in (*at.title, *at.caption, *at.info, *at.markdown))
            assert id not in words and "泽州" not in words
            assert not [each for each in at.selectbox if any("泽州" in option for option in each.options)]


def test_a_reviewer_of_the_demo_finds_what_waits_for_the_own_turn(open_page: OpenPage) -> None:
    at = open_page("demo-reviewer", "findings")
    assert at.button_group(f"finding_{Queue.TURN}").value == "mine" and "高平市" in html(at)


def test_a_contact_is_told_what_others_reported_for_the_unit(open_page: OpenPage) -> None:
    at = open_page("demo-zezhou", "reporting")
    assert "● 已报" in html(at) and "统一报送" in html(at), "reported for several units by one file"


def test_the_office_sees_the_grid_and_a_leader_no_upload(office: Office) -> None:
    with office.open("lead", "reporting", year="2024") as at:
        assert "泽州县" in html(at) and "— 不用报" not in html(at) and "统一报送单位" in html(at)
        at.toggle(Reporting.GRID).set_value(True)
        check(at.run())
        assert "— 不用报" in html(at)
    with office.open("ldr", "reporting", year="2024") as at:
        assert not at.get("file_uploader") and "泽州县" in html(at)


def test_a_new_run_is_computed_and_exported(office: Office) -> None:
    with office.open("lead", "exports") as at:
        at.number_input(Exports.YEAR).set_value(2024)
        at.text_input(Exports.AS_OF).set_value("昨天")
        at.button(Exports.SCORE).click()
        check(at.run())
        assert "不是日期" in at.error[0].value
        at.text_input(Exports.AS_OF).set_value("2025-04-10")
        at.button(Exports.SCORE).click()
        check(at.run())
        (run,) = list_runs(office.workspace)
        assert name_run(run) in at.success[0].value and at.selectbox(Exports.RUN).value == run
        for address in (f"run/{run}.csv", f"run/{run}.json", f"run/{run}.parquet", f"sheets/{run}/score.xlsx"):
            assert f'href="/file/{address}"' in html(at)
        at.selectbox(Exports.KIND).set_value(DocumentKind.notice)
        at.selectbox(Exports.FORMAT).set_value("pdf")
        check(at.run())
        at.selectbox(Exports.COHORT).set_value("counties")
        check(at.run())
        assert f'href="/file/sheets/{run}/notice.pdf?cohort=counties"' in html(at)
    with office.open("zz", "exports", run=run) as at:
        assert any("导出的只有您单位的得分" in each.value for each in at.caption)
        assert at.selectbox(Exports.KIND).options == ["评分表"]
        assert not [each for each in at.button if each.key == Exports.SCORE]
    assert (
        rescore(office.world.ledger, office.workspace, "lead", 2024, date(2025, 4, 10), now=office.world.now).id == run
    )


def test_an_auditor_verifies_on_demand_and_reads_everything(office: Office) -> None:
    with pytest.raises(RefusedAction):
        office.world.do("zz", "inspection", None, "draft", {"year": 2024})
    with office.open("aud", "trail") as at:
        at.button(Trail.VERIFY).click()
        check(at.run())
        assert "留痕完整" in at.success[0].value
        at.text_area(Trail.HEADS).set_value("3:abc")
        at.button(Trail.VERIFY).click()
        check(at.run())
        assert "不是留痕链头" in at.error[0].value
        at.text_area(Trail.HEADS).set_value(f"3:{'0' * 64}")
        at.button(Trail.VERIFY).click()
        check(at.run())
        assert "发现 1 处不符" in at.error[0].value and "整段被改写过" in html(at)
        at.selectbox(Trail.OUTCOME).set_value("refused")
        check(at.run())
        assert "被拒绝" in html(at) and 'href="/file/trail.csv"' in html(at)
    with office.open("lead", "trail") as at:
        assert not [each for each in at.title if each.value == "留痕"]


def test_an_administrator_adds_locks_and_unlocks(office: Office) -> None:
    with office.open("adm", "administration") as at:
        at.text_input("new_user_0_id").set_value("ins9")
        at.text_input("new_user_0_name").set_value("新督察")
        at.button(f"new_user_0_{Doing.SUBMIT}").click()
        check(at.run())
        assert [each.value for each in at.error] == ["请填写「角色」"]
        at.multiselect("new_user_0_roles").set_value(["inspector"])
        at.button(f"new_user_0_{Doing.SUBMIT}").click()
        check(at.run())
        assert "已添加 ins9" in at.success[0].value
        at.selectbox(Administration.CHOSEN).set_value("ins9")
        check(at.run())
        at.text_input(f"{Administration.PASSWORD}_ins9").set_value("short")
        at.text_input(f"{Administration.AGAIN}_ins9").set_value("short")
        at.button(Administration.SET).click()
        check(at.run())
        assert "密码至少 10 位" in at.error[0].value
        at.text_input(f"{Administration.PASSWORD}_ins9").set_value("xinren-2024-ok")
        at.text_input(f"{Administration.AGAIN}_ins9").set_value("xinren-2024-ok")
        at.button(Administration.SET).click()
        check(at.run())
        assert not at.error
        prefix = choose(at, office, "user", "ins9", "disable")
        at.text_area(f"{prefix}_{Doing.REASON}").set_value("调离")
        press(at, prefix)
        assert office.world.row("user", "ins9")["state"] == "inactive"
        prefix = choose(at, office, "user", "ins9", "enable")
        at.text_area(f"{prefix}_{Doing.REASON}").set_value("回来")
        press(at, prefix)
        assert "通过：载入时逐项查过" in html(at)
    assert check_password(office.world.ledger, "ins9", "xinren-2024-ok", now=office.world.tick())["id"] == "ins9"


def test_an_administrator_makes_a_backup_that_stays_on_the_server_and_checks_it(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # This workspace has no key; another test's, which it does not know, would be refused.
    monkeypatch.setenv("DUCHA_KEY", str(tmp_path / "office.key"))
    with office.open("adm", "administration") as at:
        at.button(Administration.BACKUP).click()
        check(at.run())
        assert not at.error, at.error[0].value
        assert at.success[0].value.startswith("已备份：备份-")
        (kept,) = (office.workspace.root / "backups").iterdir()
        assert kept.name in html(at) and "/file/" not in html(at)
        at.button(Administration.CHECK).click()
        check(at.run())
        assert f"{kept.name} 完好" in at.success[0].value
        kept.write_bytes(kept.read_bytes()[:-200])
        at.button(Administration.CHECK).click()
        check(at.run())
        assert at.error and not at.success
    with pytest.raises(RoleRefused, match="只有系统管理才能备份"):
        keep_backup(office.world.ledger, office.workspace, "lead", now=office.world.tick())


def test_days_are_those_of_the_office_when_it_is_still_yesterday_in_greenwich(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half past eleven at night UTC is half past seven in the morning of the next day here."""
    late = office.world.tick().astimezone(UTC).replace(hour=23, minute=30) + timedelta(days=1)
    here = (late + timedelta(hours=8)).date()
    assert here == late.date() + timedelta(days=1)
    monkeypatch.setattr(session, "office_now", lambda: office_time(late))
    finding = reach(office.world, "finding", "confirmed")
    with office.open("lead", "findings", id=finding) as at:
        prefix = choose(at, office, "finding", finding, "notify")
        assert at.text_input(f"{prefix}_notified_on").value == here.isoformat()
        at.text_input(f"{prefix}_notice_number").set_value("晋市督反馈〔2024〕7号")
        press(at, prefix)
        assert not at.error, "the day is not in the future"
        row = office.world.row("finding", finding)
        assert row["notified_on"] == here.isoformat() and row["updated_at"] == late.isoformat(), "stored as UTC"
    with office.open("lead", "findings", id=finding) as at:
        assert f"还有 30 天（{here + timedelta(days=30)}）" in words(at)
        assert f"{here} 07:30" in html(at), "the trail is read by the clock on the wall"


def test_a_person_changes_the_own_password(office: Office) -> None:
    with office.open("rev", "account") as at:
        for name, value in (
            (Administration.OWN_OLD, "?"),
            (Administration.OWN_NEW, "a"),
            (Administration.OWN_AGAIN, "b"),
        ):
            at.text_input(name).set_value(value)
        at.button(Administration.OWN_SET).click()
        check(at.run())
        assert "两遍新密码不一样" in at.error[0].value
