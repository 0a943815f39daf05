"""指标编制: what is handed in by a workbook, what it changes and for whom, and who approves it.

Not proved here: how the page looks, and the workflow below it (tests/ledger/test_rule_versions.py).
"""

from __future__ import annotations

import io
import re
import time
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from httpx import Response
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.visits.sessions import COOKIE
from dashboard.visits.work_keys import Doing, RulesKey
from dashboard.work.files import list_routes
from data.apart.process import ChildLimits, Stopped
from data.batches.records import current_inputs
from data.clock import office_now
from data.ledger.ledger import open_ledger
from data.ledger.transitions import FOUNDER
from data.ledger.users import add_user
from data.rulebook.taking import take_book
from data.runs.adoption import begin_pack
from data.store.workspace import create_workspace
from indicators.reader import load_pack
from scoring.cases.run import CaseReport, Failure
from scoring.office import rule_versions
from scoring.office.books_apart import read_book_apart
from scoring.office.rulebooks import write_rulebook
from scoring.runs.store import store_run
from tests.cli.test_pack_versions import EXAMPLE
from tests.dashboard.office import XLSX, LiveWorld, Office, check, take_cookie
from tests.ledger.test_rule_versions import PEOPLE


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The example pack in force, scored once, and the people of a small office."""
    workspace = create_workspace(tmp_path_factory.mktemp("rules") / "w", EXAMPLE)
    pack = load_pack(workspace.pack_folder)
    world = LiveWorld(open_ledger(workspace, pack), office_now())
    begin_pack(workspace, pack, now=world.tick(), actor="张三")
    add_user(world.ledger, FOUNDER, "adm", "管理员", ["admin"], now=world.tick())
    for id, (name, roles, unit) in PEOPLE.items():
        add_user(world.ledger, "adm", id, name, roles, unit, now=world.tick())
    inputs = current_inputs(workspace, pack)
    store_run(workspace, pack, inputs, 2024, date(2025, 4, 10), now=world.tick(), user="张三")
    return Office(workspace, world)


@pytest.fixture(autouse=True)
def without_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cases of the pack take longer than all the rest."""
    monkeypatch.setattr(rule_versions, "run_cases", lambda *given: CaseReport(0, [], []))
    monkeypatch.setattr(rule_versions, "run_tables", lambda *given: (0, []))


@cache
def write_example() -> bytes:
    """The workbook of the example pack."""
    return write_rulebook(EXAMPLE).content


def write_book(version: str) -> bytes:
    """The same with a higher target of the first rule, under another version."""
    book = load_workbook(io.BytesIO(write_example()))
    done = set()
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == "1.0" and sheet.title == "基本信息":
                    cell.value = done.add("version") or version
                elif cell.value == "90%" and sheet.title == "计分" and "target" not in done:
                    cell.value = done.add("target") or "95%"
    assert done == {"version", "target"}
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def html(at: AppTest) -> str:
    return "\n".join(str(each.body) for each in at.get("html"))


def words(at: AppTest) -> str:
    said = [html(at)]
    said += [str(each.value) for kind in ("markdown", "caption", "info", "success", "error") for each in at.get(kind)]
    return re.sub("<[^>]*>", "", "\n".join(said))


def hand_in(at: AppTest, turn: int, content: bytes, grounds: str = "第三次常务会议") -> AppTest:
    at.file_uploader(f"{RulesKey.FILE}_{turn}").set_value([("规则.xlsx", content, XLSX)])
    at.text_area(f"{RulesKey.GROUNDS}_{turn}").set_value(grounds)
    at.button(RulesKey.SUBMIT).click()
    return check(at.run())


def test_rules_go_from_a_workbook_over_two_people_into_force(office: Office) -> None:
    book = write_book("1.1")
    with office.open("rev", "rules") as at:
        assert "还没有人提交过新版规则" in words(at) and "建立工作区" in words(at)
        assert "请选好工作簿和施行日期，并写明为什么改" in words(hand_in(at, 0, book, " "))
        said = words(hand_in(at, 0, book))
        assert "已提交：规则版本 督规〔" in said and "请另一位督察办负责人批准" in said
        # Who handed it in may take it back, and no more.
        [row] = office.world.rows("rules")
        prefix = f"do_rules_{row['id']}_submitted_1"
        assert at.radio(f"{prefix}_{Doing.ACTION}").options == ["撤回"]
    waits = f"规则版本 {row['id']}（1.1 版）等您批准或退回"
    for person in ("rev", "twin"):
        with office.open(person, "overview") as at:
            assert (waits in words(at)) == (person == "twin"), "only who may approve it is told that it waits"
    with office.open("twin", "rules") as at:
        said = words(at)
        assert "待批准" in said and "有 1 项指标的计分规则不同" in said
        assert "目标：不低于90%" in said and "目标：不低于95%" in said, "sentence beside sentence"
        assert "<mark>90%</mark>" in html(at) and "<mark>95%</mark>" in html(at), "what differs is set apart"
        assert "数值多少，得几分（2024 年度）" in said and at.get("vega_lite_chart")
        at.button(RulesKey.TRY).click()
        for _ in range(60):
            at.run()
            if "个单位" in words(check(at)):
                break
            time.sleep(0.5)
        assert "个单位的总分、名次和等次都不变" in words(at), "nobody has reported: nothing is known of anybody"
        at.button(f"{prefix}_approve_{Doing.SUBMIT}").click()
        said = words(check(at.run()))
        # In force at once, as its day has come: the page is of the new rules.
        assert f"已批准：规则版本 {row['id']}" in said and "施行中" in said and "就是现在施行的规则" in said
        assert load_pack(office.workspace.pack_folder).head.version == "1.1"


def test_a_workbook_with_mistakes_comes_back_with_them(office: Office) -> None:
    book = load_workbook(io.BytesIO(write_example()))
    for row in book["计分"].iter_rows():
        for cell in row:
            if cell.value == "90%":
                cell.value = "九成"
    held = io.BytesIO()
    book.save(held)
    before = len(office.world.rows("rules"))
    with office.open("lead2", "rules") as at:
        said = words(hand_in(at, 0, held.getvalue()))
        assert "没有收：工作簿里有" in said and "下载带批注的「规则.xlsx」" in said
    assert len(office.world.rows("rules")) == before


def test_rules_that_fail_their_own_cases_are_not_taken_and_the_cases_are_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = Failure("cases/rules.yaml", 21, "filing-half", "得分应为 1.11，实为 2.00")
    monkeypatch.setattr(rule_versions, "run_cases", lambda *given: CaseReport(1, [failure], []))
    with office.open("lead2", "rules") as at:
        said = words(hand_in(at, 0, write_book("1.7")))
        assert "有 1 处与规则自己的用例不符" in said and "用例 filing-half：得分应为 1.11，实为 2.00" in said


def test_who_may_not_hand_in_is_told_who_does_and_a_county_has_no_such_page(office: Office) -> None:
    with office.open("ins", "rules") as at:
        assert "只有复核员、督察办负责人才能提交规则版本" in words(at) and not at.get("file_uploader")
    with office.open("county", "rules") as at:
        assert "不是给您的角色用的" in words(at)


def test_the_rules_in_force_are_had_as_a_workbook_by_those_who_see_the_page(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUCHA_WORKSPACE", str(office.workspace.root))
    current = load_pack(office.workspace.pack_folder).sha256

    def ask(person: str, sha256: str) -> Response:
        client = TestClient(Starlette(routes=list_routes()))
        client.cookies.set(COOKIE, take_cookie(office.world.ledger, person, office_now()))
        return client.get(f"/file/rules/{sha256}")

    had = ask("ins", current)
    assert had.status_code == 200 and take_book("规则.xlsx", had.content).files
    for person, sha256 in (("county", current), ("adm", current), ("ins", "0")):
        assert ask(person, sha256).status_code == 404, (person, sha256)


def test_a_workbook_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "规则.xlsx").write_bytes(write_example())
    with pytest.raises(Stopped, match="已经停下"):
        read_book_apart(tmp_path / "规则.xlsx", tmp_path / "pack", ChildLimits(seconds=0.05, memory=2 * 1024**3))
    assert not (tmp_path / "pack").exists()
