"""Files have an address each, and who may have one is asked whenever it is followed.

Not proved here: that a browser saves them (test_journey.py), and what stands in them (tests of sheets and exports).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.visits import session
from dashboard.visits.sessions import COOKIE
from dashboard.visits.work_keys import Reporting
from dashboard.web.server import Guard
from dashboard.work.files import list_routes
from data.clock import office_now
from data.forms.book import HEADER_ROW
from data.ledger.logins import IDLE
from data.store.workspace import open_workspace
from scoring.documents import apart
from scoring.documents.export import DocumentKind, Format
from scoring.runs.store import list_runs
from tests.dashboard.office import Office, check, fill_form, found_office, take_cookie
from tests.ledger.world import PDF

Visit = Callable[[str], TestClient]


@pytest.fixture
def visit(demo: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    monkeypatch.setenv("DUCHA_WORKSPACE", str(demo))
    return visit_as


def visit_as(person: str) -> TestClient:
    """A browser with the session of a person."""
    client = TestClient(Starlette(routes=list_routes(), middleware=[Middleware(Guard)]))
    if person:
        client.cookies.set(COOKIE, take_cookie(session.open_context().ledger, person, office_now()))
    return client


def newest(demo: Path) -> str:
    return list_runs(open_workspace(demo))[-1]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return found_office(tmp_path_factory.mktemp("files") / "w")


@pytest.fixture
def evidence(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of what an inspector holds about 泽州县."""
    monkeypatch.setenv("DUCHA_WORKSPACE", str(office.workspace.root))
    yield f"/file/evidence/{office.world.evidence['ins1-zezhou']}"


def test_evidence_is_given_to_the_office_and_to_no_unit_that_did_not_hand_it_in(evidence: str) -> None:
    got = visit_as("rev").get(evidence)
    assert got.status_code == 200 and got.content.startswith(PDF)
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E4%BC%9A")
    assert got.headers["cache-control"] == "no-store" and got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["x-frame-options"] == "DENY"
    for other in ("zz", "gp", "adm"):
        refused = visit_as(other).get(evidence)
        assert refused.status_code == 404 and "或者您无权查看" in refused.text
    assert visit_as("rev").get("/file/evidence/E-0000").text == refused.text.replace(evidence[15:], "E-0000")


def test_the_link_dies_with_the_session_and_is_nobodys_without_one(
    evidence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert visit_as("").get(evidence).status_code == 403
    client = visit_as("rev")
    assert client.get(evidence).status_code == 200
    late = office_now() + IDLE
    monkeypatch.setattr(session, "now", lambda: late)
    gone = client.get(evidence)
    assert (gone.status_code, gone.text) == (403, "请先登录，再打开这个文件。")


def test_a_disabled_account_has_no_files_from_that_moment_on(office: Office, evidence: str) -> None:
    client = visit_as("ins2")
    assert client.get(evidence).status_code == 200
    office.world.do("adm", "user", "ins2", "disable", reason="调离")
    assert client.get(evidence).status_code == 403
    office.world.do("adm", "user", "ins2", "enable", reason="回来")


def test_a_contact_takes_the_own_units_results_and_sheet_along_and_no_others(visit: Visit, demo: Path) -> None:
    run, client = newest(demo), visit("demo-zezhou")
    rows = list(csv.DictReader(io.StringIO(client.get(f"/file/run/{run}.csv").content.decode("utf-8-sig"))))
    assert {row["unit"] for row in rows} == {"zezhou"}
    own = client.get(f"/file/sheets/{run}/score.html")
    assert own.status_code == 200 and "泽州县" in own.text
    assert "filename*=UTF-8''%E6%B3%BD%E5%B7%9E%E5%8E%BF-" in own.headers["content-disposition"]
    for path in ("score.html?unit=gaoping", "notice.html?cohort=counties", "leader.pdf", "feedback.docx"):
        assert client.get(f"/file/sheets/{run}/{path}").status_code == 404
    assert visit("demo-admin").get(f"/file/run/{run}.csv").status_code == 404
    assert visit("demo-admin").get(f"/file/sheets/{run}/score.html").status_code == 404


#: Every document and every format once: that each comes in each is a matter of ``tests/sheets``.
EACH = [
    (DocumentKind.score, Format.xlsx),
    (DocumentKind.notice, Format.docx),
    (DocumentKind.feedback, Format.pdf),
    (DocumentKind.rectification, Format.html),
    (DocumentKind.leader, Format.json),
]


@pytest.mark.parametrize(("kind", "form"), EACH)
def test_the_office_has_every_document_and_every_format(
    visit: Visit, demo: Path, kind: DocumentKind, form: Format
) -> None:
    got = visit("demo-lead").get(f"/file/sheets/{newest(demo)}/{kind}.{form}?cohort=counties&unit=chengqu")
    assert got.status_code == 200, got.text
    begins = {"xlsx": b"PK", "docx": b"PK", "pdf": b"%PDF", "html": b"<!", "json": b"{"}
    assert got.content.startswith(begins[form]) and got.headers["content-disposition"].endswith(f".{form}")


def test_several_documents_come_in_one_archive(visit: Visit, demo: Path) -> None:
    got = visit("demo-lead").get(f"/file/sheets/{newest(demo)}/score.html?cohort=counties")
    names = zipfile.ZipFile(io.BytesIO(got.content)).namelist()
    assert len(names) == 7 and "泽州县-评分表.html" in names and got.headers["content-type"] == "application/zip"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("sheets/{run}/score.html?unit=nowhere", "没有这个单位"),
        ("sheets/{run}/score.exe", "没有这样的文件"),
        ("run/{run}.exe", "没有这样的文件"),
        ("run/2000-x.csv", "找不到评分运行"),
        ("form/nowhere/2024", "没有单位"),
        ("trail.csv", "只供审计"),
    ],
)
def test_what_there_is_not_is_said_in_words(visit: Visit, demo: Path, path: str, words: str) -> None:
    got = visit("demo-lead").get(f"/file/{path.format(run=newest(demo))}")
    assert got.status_code == 404 and words in got.text


def test_what_could_not_be_made_is_said_in_words(visit: Visit, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "FOR_A_FILE", replace(apart.FOR_A_FILE, seconds=0.001))
    office, own, run = visit("demo-lead"), visit("demo-zezhou"), newest(demo)
    for client, path in (
        (office, f"sheets/{run}/score.pdf"),
        (own, f"run/{run}.json"),
        (own, "form/zezhou/2024"),
        (own, "self/zezhou/2024"),
        (office, "judgements/2024"),
    ):
        got = client.get(f"/file/{path}")
        assert got.status_code == 503 and got.text.startswith("文件没有做成：超过 0 秒还没有做完"), path


def test_forms_are_for_the_own_unit_and_the_office(visit: Visit) -> None:
    assert visit("demo-zezhou").get("/file/form/zezhou/2024").content.startswith(b"PK")
    assert "只能下载本单位" in visit("demo-zezhou").get("/file/form/gaoping/2024").text
    assert visit("demo-zezhou").get("/file/self/zezhou/2024").content.startswith(b"PK")
    assert "只能下载本单位" in visit("demo-zezhou").get("/file/self/gaoping/2024").text
    assert visit("demo-zezhou").get("/file/judgements/2024").status_code == 404
    assert visit("demo-inspector").get("/file/judgements/2024").content.startswith(b"PK")


def test_an_auditor_takes_the_whole_trail_along(evidence: str, office: Office) -> None:
    client = visit_as("aud")
    table = list(csv.DictReader(io.StringIO(client.get("/file/trail.csv").content.decode("utf-8-sig"))))
    lines = client.get("/file/trail.jsonl").text.splitlines()
    assert len(table) == len(lines) > 10 and table[0]["做了什么"] == "添加"
    assert visit_as("lead").get("/file/trail.jsonl").status_code == 404


def test_no_page_offers_a_file_that_anybody_with_its_address_can_have() -> None:
    folder = Path(session.__file__).parent
    used = [path.name for path in folder.rglob("*.py") if "st.download_button" in path.read_text(encoding="utf-8")]
    assert used == [], "use parts.offer_file and a route of files.py"


def test_what_a_check_found_is_taken_along_by_who_had_it_checked_and_by_nobody_else(
    office: Office, evidence: str
) -> None:
    ledger = office.world.ledger
    with office.open("zz", "reporting", year="2024") as at:
        upload = f"{Reporting.FILES}_0"
        form = fill_form(ledger, office.workspace, "zz", "zezhou", 2024, leaders="十几人")
        at.file_uploader(upload).set_value([form])
        check(at.run())
        links = find_links(at)
        check(at.run())
        assert find_links(at) == links and len(links) == 2, "drawn anew, the page keeps its links"
        client = visit_as("zz")

        report = load_workbook(io.BytesIO(client.get(links[0]).content))
        assert [row[4].value for row in report["各表"].iter_rows(min_row=2)].count("有错，未收") >= 1
        (mistake,) = report["错误"].iter_rows(min_row=2, values_only=True)
        got = client.get(links[1])
        assert got.status_code == 200, got.text
        copy = load_workbook(io.BytesIO(got.content))
        assert copy[mistake[1]][mistake[2]].comment.text == mistake[3], "the comment stands on the very cell"
        assert copy[mistake[1]][mistake[2]].value == "十几人"
        assert copy[mistake[1]].cell(HEADER_ROW + 1, 1).comment is not None, "the form's own comments stay"
        for link in links:
            assert visit_as("").get(link).status_code == 403
            assert visit_as("gp").get(link).status_code == 404
        assert client.get(f"{links[0]}/7").status_code == client.get("/file/check/0123").status_code == 404
        at.file_uploader(upload).set_value([fill_form(ledger, office.workspace, "zz", "zezhou", 2024)])
        check(at.run())
        (good,) = find_links(at)
        assert load_workbook(io.BytesIO(client.get(good).content))["错误"].max_row == 1
        gone = client.get(links[1])
        assert gone.status_code == 404 and "请在「数据报送」重新上传文件" in gone.text


def find_links(at: AppTest) -> list[str]:
    return re.findall('href="(/file/check/[^"]*)"', "".join(str(each.body) for each in at.get("html")))
