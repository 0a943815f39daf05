"""A demonstration: made-up data are a field of the batch, forms remember it, and real data end it only when asked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from data.batches.records import current_inputs, is_demo_workspace, list_batches
from data.demo.accounts import DEMO_PEOPLE, add_demo_accounts
from data.files.mistakes import FileRefused
from data.forms.book import HEADER_ROW
from data.intake.imports import Accepted, Fiction, import_files
from data.intake.reporting import make_form
from data.ledger.demonstration import DemoWouldEnd, FictionRefused, is_demo_account
from data.ledger.ledger import Ledger, list_records, open_ledger
from data.ledger.users import add_user
from data.ledger.verify import verify_trail
from data.store.database import MIGRATIONS, mark_fictional_batches, open_store, reading, writing
from data.store.workspace import Workspace, create_workspace
from data.trail.events import list_events
from indicators.reader import find_pack, load_pack

PACK = "jincheng-2021-2025"
NOW = datetime(2025, 1, 15, 9, 30, tzinfo=UTC)
UNSAID, MADE_UP, END = Fiction(), Fiction(declared=True), Fiction(ends=True)


class Demo:
    """A workspace with the demo's people; its one file of made-up data has a name like any other."""

    def __init__(self, root: Path) -> None:
        self.folder = root
        self.pack = load_pack(find_pack(PACK))
        self.workspace: Workspace = create_workspace(root / "w", find_pack(PACK))
        self.ledger: Ledger = open_ledger(self.workspace, self.pack)
        add_demo_accounts(self.ledger, now=NOW)
        add_user(self.ledger, "demo-admin", "wang", "王主任", ["lead"], now=NOW)
        self.take(self.write("泽州县", "1号"), fiction=MADE_UP)

    def write(self, unit: str, number: str) -> Path:
        path = self.folder / f"司法建议-{unit}-{number}.csv"
        path.write_text(f"单位,建议书编号,收到日期\n{unit},{number},2024-01-05\n", encoding="utf-8")
        return path

    def form(self) -> Path:
        kit = make_form(self.ledger, self.workspace, "demo-zezhou", "zezhou", 2024)
        assert kit is not None
        made = kit.write(self.pack, fictional=is_demo_workspace(self.workspace))
        book = load_workbook(BytesIO(made))
        sheet = next(each for each in book.worksheets if each.title.startswith("法治专题讲座"))
        places = {str(cell.value).rstrip("*"): cell.column for cell in sheet[HEADER_ROW + 1] if cell.value}
        for title, value in {"举办日期": date(2024, 3, 5), "主题": "民法典", "参加的领导干部人数": 12}.items():
            sheet.cell(HEADER_ROW + 3, places[title]).value = value
        assert "演示数据" in str(sheet.cell(1, 1).value), "who fills it in sees it too"
        path = self.folder / "讲座.xlsx"
        book.save(path)
        return path

    def take(self, *paths: Path, fiction: Fiction = UNSAID) -> list[Accepted]:
        return import_files(self.workspace, self.pack, paths, now=NOW, user="wang", fiction=fiction)

    def list_open_accounts(self) -> set[str]:
        with reading(self.ledger.engine) as connection:
            return {user["id"] for user in list_records(connection, "user", state="active")}


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    return Demo(tmp_path)


def test_the_form_of_a_demonstration_remembers_it_and_ends_nothing(demo: Demo, tmp_path: Path) -> None:
    form = demo.form()
    (sheet,) = [each for each in demo.take(form) if each.status == "new"]
    assert sheet.fictional and "这份表是演示工作区发出的，按演示数据收" in sheet.remarks
    assert is_demo_workspace(demo.workspace) and all(batch.fictional for batch in list_batches(demo.workspace))
    assert all(file.fictional for file in current_inputs(demo.workspace, demo.pack).files if file.rows)
    elsewhere = create_workspace(tmp_path / "real", find_pack(PACK))
    with pytest.raises(FileRefused, match="演示工作区发出的，里面可能带着虚构的数据，没有收；请从本工作区下载空表"):
        import_files(elsewhere, demo.pack, [form], now=NOW, user="wang")


def test_real_data_are_announced_and_asked_for_before_they_end_it(demo: Demo) -> None:
    with pytest.raises(DemoWouldEnd) as refused:
        demo.take(demo.write("高平市", "2号"))
    for words in ("司法建议-高平市-2号.csv", "--fictional", "ducha init", "--end-demo", "立即停用", "立即退出"):
        assert words in str(refused.value)
    assert len(list_batches(demo.workspace)) == 1 and len(demo.list_open_accounts()) == len(DEMO_PEOPLE) + 1
    demo.take(demo.write("高平市", "2号"), fiction=MADE_UP)
    assert is_demo_workspace(demo.workspace)


def test_its_end_closes_every_demo_account_and_is_on_the_trail(demo: Demo) -> None:
    demo.take(demo.write("高平市", "2号"), fiction=END)
    assert demo.list_open_accounts() == {"wang"}
    with reading(demo.ledger.engine) as connection:
        ends = [event for event in list_events(connection) if event["action"] == "end_demo"]
    assert {event["object_id"] for event in ends} == {person.id for person in DEMO_PEOPLE}
    assert all(is_demo_account(event["object_id"]) and event["actor"] == "wang" for event in ends)
    assert "收下了真实数据" in str(ends[0]["reason"])
    assert verify_trail(demo.ledger.engine, demo.workspace.root, NOW) == []
    assert [batch.fictional for batch in list_batches(demo.workspace)] == [True, False]
    assert not is_demo_workspace(demo.workspace)
    with pytest.raises(FictionRefused, match="有真实数据，不收演示数据"):
        demo.take(demo.write("城区", "3号"), fiction=MADE_UP)


def test_the_same_bytes_as_real_data_are_other_data(demo: Demo) -> None:
    """What was shown as made up does not become real by being handed in again without a word."""
    path = demo.write("泽州县", "1号")
    assert [each.status for each in demo.take(path, fiction=MADE_UP)] == ["unchanged"]
    assert [each.status for each in demo.take(path, fiction=END)] == ["new"]
    assert demo.list_open_accounts() == {"wang"}


def test_a_store_of_before_learns_once_what_its_file_names_said(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    engine = open_store(path, MIGRATIONS[: MIGRATIONS.index(mark_fictional_batches)])
    with writing(engine) as connection:
        for number, name in enumerate(("讲座-演示数据（虚构）.csv", "讲座.xlsx"), 1):
            connection.execute(
                sa.text(
                    'INSERT INTO batch (id, dataset, file_name, file_sha256, parquet_name, "rows", "columns", '
                    "nil_report, accepted_at, accepted_by) VALUES (:id, 'a', :name, '0', 'p', 1, '{}', FALSE, :at, 'w')"
                ),
                {"id": f"a-{number}", "name": name, "at": "2024-11-05T02:00:00Z"},
            )
    with reading(open_store(path)) as connection:
        rows = connection.execute(sa.text("SELECT file_name, fictional FROM batch ORDER BY seq")).all()
    assert [bool(fictional) for _, fictional in rows] == [True, False]
