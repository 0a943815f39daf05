"""Pages of a pack that lies beside another: its own people and ranking, and what the other has taken in."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.visits import session
from dashboard.visits.keys import Shell
from dashboard.visits.sessions import COOKIE, name_cookie
from dashboard.visits.work_keys import Reporting
from dashboard.web.logs import hide
from data.batches.records import list_batches
from data.ledger.ledger import find_record, open_ledger
from data.ledger.logins import open_login
from data.ledger.transitions import FOUNDER
from data.ledger.users import add_user
from data.store.database import reading
from data.store.workspace import Workspace, list_companions
from indicators.reader import load_pack
from tests.cli.conftest import run_ducha
from tests.cli.test_companions import HOST, SCORE, put_beside, take, write_guest, write_table
from tests.dashboard.conftest import APP
from tests.dashboard.office import check
from tests.dashboard.test_work_pages import html


@pytest.fixture
def companion(tmp_path: Path) -> Workspace:
    root = tmp_path / "workspace"
    assert run_ducha("-w", root, "init", "--pack", HOST, "--no-key").returncode == 0
    put_beside(root, write_guest(tmp_path / "province"))
    (companion,) = list_companions(Workspace(root))
    ledger = open_ledger(companion, load_pack(companion.pack_folder))
    add_user(ledger, FOUNDER, "adm", "管理员", ["admin"], now=session.now())
    add_user(ledger, "adm", "lead", "张主任", ["lead"], now=session.now())
    return companion


def test_a_page_of_the_companion_shows_what_the_host_has_just_taken_in(
    companion: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert companion.host is not None
    monkeypatch.setenv("DUCHA_WORKSPACE", str(companion.root))
    ledger = open_ledger(companion, load_pack(companion.pack_folder))
    at = AppTest.from_file(str(APP), default_timeout=240)
    with reading(ledger.engine) as connection:
        user = find_record(connection, "user", "lead")
    assert user is not None
    at.session_state[Shell.LOGIN] = open_login(ledger.engine, user, session.now())
    at.switch_page("views/reporting.py").run()
    assert not at.exception
    told = "；".join(caption.value for caption in at.sidebar.caption)
    assert "东阳市" not in told, "whoever has no account there is not told of it"
    # Taken in by the host as its own page does, without the companion being told.
    rows = "单位,举办日期,主题\n云山县,2024-03-01,民法典\n"
    moved = companion.root.rename(tmp_path / "away")
    take(companion.host.root, write_table(tmp_path, "公开讲座", rows))
    moved.rename(companion.root)
    assert not list_batches(companion)
    assert not at.run().exception
    assert [each.file_name for each in list_batches(companion)] == ["公开讲座.csv"]


def open_reporting(workspace: Workspace, person: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return open_page(workspace, person, "reporting", monkeypatch)


def open_page(workspace: Workspace, person: str, page: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("DUCHA_WORKSPACE", str(workspace.root))
    ledger = open_ledger(workspace, load_pack(workspace.pack_folder))
    with reading(ledger.engine) as connection:
        user = find_record(connection, "user", person)
    assert user is not None
    at = AppTest.from_file(str(APP), default_timeout=240)
    at.session_state[Shell.LOGIN] = open_login(ledger.engine, user, session.now())
    at.query_params["year"] = "2024"
    return check(at.switch_page(f"views/{page}.py").run())


def test_who_uploads_reads_before_the_yes_where_it_counts_and_what_is_reported_elsewhere(
    companion: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = companion.host
    assert host is not None
    for each in (host, companion):
        ledger = open_ledger(each, load_pack(each.pack_folder))
        if each is host:
            add_user(ledger, FOUNDER, "adm", "管理员", ["admin"], now=session.now())
        add_user(ledger, "adm", "ys", "李联络", ["unit_contact"], unit="yunshan", now=session.now())
    rows = "单位,举办日期,主题\n云山县,2024-03-01,民法典\n"
    files = [("公开讲座.csv", rows.encode(), "text/csv")]
    there = open_reporting(companion, "ys", monkeypatch)
    assert "下列台账报给《东阳市依法行政督察（示例，虚构）》" in there.info[0].value
    owed = html(there).count("✕ 还没有")
    assert owed
    here = open_reporting(host, "ys", monkeypatch)
    own = "单位,年度,指标,自评得分\n云山县,2024,2.lectures,1\n"
    here.file_uploader(f"{Reporting.FILES}_0").set_value([*files, ("自评表.csv", own.encode(), "text/csv")])
    check(here.run())
    assert [each.value for each in here.info] == [
        "「公开讲座」收下以后，同时用于《全省法治政府考核（虚构）》，那边不用再报。"
    ]
    here.button(Reporting.ACCEPT).click()
    check(here.run())
    assert "已收 2 张表" in here.success[0].value
    # The other pack has it by now, and a second report there is refused before anybody says yes.
    there = open_reporting(companion, "ys", monkeypatch)
    assert html(there).count("✕ 还没有") == owed - 1
    there.file_uploader(f"{Reporting.FILES}_0").set_value(files)
    check(there.run())
    assert "这里的内容那边已经收到（" in html(there)
    assert "「公开讲座.csv」，1 行），不用再报；有改动的，请到那边重报" in html(there)
    assert not [each for each in there.button if each.key == Reporting.ACCEPT]
    # A pack that cannot be read is said on the pages of the other, which go on.
    (companion.pack_folder / "datasets.yaml").write_text("datasets: [", encoding="utf-8")
    here = open_reporting(host, "ys", monkeypatch)
    here.file_uploader(f"{Reporting.FILES}_0").set_value(files)
    check(here.run())
    assert not here.error and "并列的指标包 province 现在读不出来" in here.info[0].value


def show_ways(at: AppTest) -> tuple[str, list[tuple[str, str]]]:
    """What the side bar says, and its links with their addresses."""
    links = [(each.proto.label, each.proto.url) for each in at.sidebar.get("link_button")]
    return "；".join(caption.value for caption in at.sidebar.caption), links


def test_who_has_accounts_in_two_packs_finds_the_way_and_a_login_here_is_none_there(
    companion: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = companion.host
    assert host is not None
    ledger = open_ledger(host, load_pack(host.pack_folder))
    add_user(ledger, FOUNDER, "adm", "管理员", ["admin"], now=session.now())
    add_user(ledger, "adm", "lead", "张主任", ["lead"], now=session.now())
    add_user(ledger, "adm", "own", "王主任", ["lead"], now=session.now())
    monkeypatch.setenv("DUCHA_LINKS", "province=http://10.0.0.5:8502\ndongyang-example=http://10.0.0.5:8501")
    at = open_reporting(host, "lead", monkeypatch)
    assert show_ways(at)[1] == [("转到《全省法治政府考核（虚构）》", "http://10.0.0.5:8502")]
    back = show_ways(open_reporting(companion, "lead", monkeypatch))
    assert back[1] == [("转到《东阳市依法行政督察（示例，虚构）》", "http://10.0.0.5:8501")]
    assert "全省" not in str(show_ways(open_reporting(host, "own", monkeypatch)))
    there = open_reporting(companion, "lead", monkeypatch)
    assert "在主指标包报送和声明" in html(there)
    assert "表彰" not in there.selectbox(Reporting.REGISTER).options, "declared once, where it is reported"
    for each, words in ((host, ()), (companion, ("--pack", "province"))):
        assert run_ducha("-w", host.root, *words, *SCORE).returncode == 0
        ranking = html(open_page(each, "lead", "overview", monkeypatch))
        assert "云山县" in ranking and ("溪口县" in ranking) == (each is host), "each ranks the units of its own pack"
    # Opened by its address with the login of the first, the other's pages show the login alone.
    monkeypatch.setenv("DUCHA_WORKSPACE", str(companion.root))
    forced = AppTest.from_file(str(APP), default_timeout=240)
    forced.session_state[Shell.LOGIN] = at.session_state[Shell.LOGIN]
    check(forced.switch_page("views/overview.py").run())
    assert not forced.sidebar.button and "登录" in str([each.label for each in forced.button])
    # Without an address it is named; one that cannot be read is said, and so to an administrator one taken away.
    monkeypatch.delenv("DUCHA_LINKS")
    assert "您在《全省法治政府考核（虚构）》也有账号" in show_ways(open_reporting(host, "lead", monkeypatch))[0]
    (companion.pack_folder / "pack.yaml").write_text("id: [", encoding="utf-8")
    assert "▲ 并列的指标包 province 现在打不开" in show_ways(open_reporting(host, "lead", monkeypatch))[0]
    companion.database_path.rename(companion.root / "away.db")
    assert "▲ 并列的指标包 province 现在打不开" in show_ways(open_reporting(host, "adm", monkeypatch))[0]
    assert "province" not in show_ways(open_reporting(host, "lead", monkeypatch))[0]
    companion.root.rename(companion.root.with_name("gone").parent.parent / "gone")
    assert "province" not in str(show_ways(check(at.run())))


def test_servers_of_one_workspace_have_a_cookie_each(companion: Workspace) -> None:
    """Browsers know hosts and no ports: a login here would end the one there."""
    assert companion.host is not None
    assert name_cookie(str(companion.host.root)) == COOKIE
    assert name_cookie(str(companion.root)) == f"{COOKIE}_province"
    assert hide(f"{COOKIE}_province=abc; other=1") == f"{COOKIE}_province=…; other=1"
