"""Pages of a pack that lies beside another: its own people and ranking, and what the other has taken in."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.visits import session
from dashboard.visits.keys import Shell
from dashboard.visits.sessions import COOKIE, name_cookie
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
from tests.cli.test_companions import HOST, put_beside, take, write_guest, write_table
from tests.dashboard.conftest import APP


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
    assert "这里办理《全省法治政府考核（虚构）》。工作区里还有《东阳市依法行政督察（示例，虚构）》" in told
    # Taken in by the host as its own page does, without the companion being told.
    rows = "单位,举办日期,主题\n云山县,2024-03-01,民法典\n"
    moved = companion.root.rename(tmp_path / "away")
    take(companion.host.root, write_table(tmp_path, "公开讲座", rows))
    moved.rename(companion.root)
    assert not list_batches(companion)
    assert not at.run().exception
    assert [each.file_name for each in list_batches(companion)] == ["公开讲座.csv"]


def test_servers_of_one_workspace_have_a_cookie_each(companion: Workspace) -> None:
    """Browsers know hosts and no ports: a login here would end the one there."""
    assert companion.host is not None
    assert name_cookie(str(companion.host.root)) == COOKIE
    assert name_cookie(str(companion.root)) == f"{COOKIE}_province"
    assert hide(f"{COOKIE}_province=abc; other=1") == f"{COOKIE}_province=…; other=1"
