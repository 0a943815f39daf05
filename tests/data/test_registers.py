"""A register that one office keeps for everybody: declared complete in a form, a table, by command and on the page.

Not proved here: how the page looks; and that the office tells the truth.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from data.batches.records import Inputs, current_inputs
from data.batches.registers import DeclarationRefused, declare_register, list_declarations
from data.files.mistakes import FileRefused
from data.forms.kits import make_dataset_kit
from data.intake.imports import import_files
from data.intake.reporting import declare_complete, list_declarable, list_outside_offices
from data.ledger.ledger import open_ledger
from data.store.database import batch_table, reading
from data.store.workspace import Workspace, create_workspace, open_workspace_store
from data.trail.refusals import RoleRefused
from indicators.reader import find_pack, load_pack
from scoring.engine.run import score
from scoring.runs.store import check_run, store_run
from tests.ledger.world import found_world, reach, step_fields

NOW = datetime(2025, 4, 10, 9, 0, tzinfo=UTC)
AS_OF = date(2025, 4, 10)
PACK = load_pack(find_pack("jincheng-2021-2025"))
COUNTIES = ("chengqu", "zezhou", "gaoping", "yangcheng", "lingchuan", "qinshui", "kaifaqu")
#: A deduction that reads the register of findings and nothing else, and the pack with nothing but it.
FINED = "26.fine-quota"
FINED_ALONE = PACK.model_copy(update={"indicators": (PACK.indicator(FINED),)})


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w", find_pack("jincheng-2021-2025"))


def write_findings(folder: Path, *above: str, rows: tuple[str, ...] = ("泽州县",), year: int = 2024) -> Path:
    path = folder / "督察认定的问题.csv"
    head = "单位,年度,问题编号,指标,状态,严重程度,发现日期"
    lines = [f"{unit},{year},{n}号,{FINED},待核实,,{year}-05-06" for n, unit in enumerate(rows, 1)]
    path.write_text("\n".join([*above, head, *lines]) + "\n", encoding="utf-8")
    return path


def take(workspace: Workspace, path: Path, **options: object) -> Inputs:
    import_files(workspace, PACK, [path], now=NOW, user="王某", **options)  # type: ignore[arg-type]
    return current_inputs(workspace, PACK)


def find_outcomes(inputs: Inputs, year: int = 2024) -> set[tuple[str, str | None]]:
    """What becomes of the deduction, over the seven counties."""
    items = score(FINED_ALONE, inputs, year, AS_OF, threads=1).items.filter(cohort="counties", indicator=FINED)
    assert set(items["unit"]) == set(COUNTIES)
    return set(items.select("outcome", "reason").iter_rows())


def test_one_row_about_one_county_says_nothing_of_the_others_until_the_register_is_declared(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = write_findings(tmp_path)
    (accepted,) = import_files(workspace, PACK, [path], now=NOW, user="王某")
    assert "没有写到的单位不算零" in accepted.remarks[0]
    assert find_outcomes(current_inputs(workspace, PACK)) == {("pending", "register_open")}
    declare_register(workspace, PACK, "findings", date(2024, 12, 30), now=NOW, user="王某")
    assert find_outcomes(current_inputs(workspace, PACK)) == {("pending", "register_open")}
    declare_register(workspace, PACK, "督察认定的问题", date(2024, 12, 31), now=NOW, user="李主任")
    assert find_outcomes(current_inputs(workspace, PACK)) == {("scored", None)}
    said = list_declarations(open_workspace_store(workspace))
    assert [(each.complete_to.day, each.declared_by, each.holds) for each in said] == [
        (30, "王某", False),
        (31, "李主任", True),
    ]
    assert {each.declared_at for each in said} == {NOW}


def test_no_finding_at_all_is_no_zero_before_somebody_says_so(workspace: Workspace) -> None:
    assert find_outcomes(current_inputs(workspace, PACK)) == {("pending", "not_reported")}
    # The ledger keeps this register: it needs no file to be declared complete.
    declare_register(workspace, PACK, "findings", date(2024, 12, 31), now=NOW, user="李主任")
    assert find_outcomes(current_inputs(workspace, PACK)) == {("scored", None)}


@pytest.mark.parametrize("above", ["本台账齐全至2024-12-31", "齐全至,2024年12月31日", "齐全至(日期),2024/12/31"])
def test_a_line_above_the_header_declares_and_a_later_batch_needs_a_new_one(
    workspace: Workspace, tmp_path: Path, above: str
) -> None:
    inputs = take(workspace, write_findings(tmp_path, "某市督察办", above))
    assert find_outcomes(inputs) == {("scored", None)}
    assert find_outcomes(take(workspace, write_findings(tmp_path, rows=("城区",)))) == {("pending", "register_open")}
    # The same file once more is no new batch, but its word counts again.
    assert find_outcomes(take(workspace, write_findings(tmp_path, above, rows=("城区",)))) == {("scored", None)}
    assert inputs.find_declared("findings", "zezhou", 2024) == date(2024, 12, 31)


@pytest.mark.parametrize(
    ("above", "words"),
    [
        ("齐全至2024年", "「齐全至」应为日期"),
        ("齐全至2025-12-31", "这一天还没有到"),
        ("齐全至2023-12-31", "表里却只有 2024 年以后的行"),
    ],
)
def test_a_day_that_cannot_be_is_refused(workspace: Workspace, tmp_path: Path, above: str, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        take(workspace, write_findings(tmp_path, above))
    with reading(open_workspace_store(workspace)) as connection:
        assert connection.execute(batch_table.select()).all() == []


def test_what_cannot_be_declared_is_refused_with_words(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "法治专题讲座.csv"
    table = "齐全至2024-12-31\n单位,举办日期,主题,参加的领导干部人数\n城区,2024-03-01,宪法,9\n"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(FileRefused, match="由各单位自己报，收下的表就是声明"):
        take(workspace, path)
    for name, day, words in (
        ("没有", date(2024, 12, 31), "没有台账「没有」；要声明齐全的台账："),
        ("lectures", date(2024, 12, 31), "由各单位自己报"),
        ("lawsuits", date(2025, 4, 11), "这一天还没有到"),
        ("lawsuits", date(2024, 12, 31), "还没有收到「行政诉讼案件」 2024 年的数据"),
    ):
        with pytest.raises(DeclarationRefused, match=words):
            declare_register(workspace, PACK, name, day, now=NOW, user="王某")
    assert declare_register(workspace, PACK, "lawsuits", date(2024, 12, 31), nothing=True, now=NOW, user="王某") == (
        2024,
    )


def test_a_form_has_a_cell_for_it(workspace: Workspace, tmp_path: Path) -> None:
    kit = make_dataset_kit(PACK, PACK.dataset("lawsuits"), 2024, lambda _: [])
    path = tmp_path / kit.file_name
    path.write_bytes(kit.write(PACK, fictional=False))
    book = load_workbook(path)
    sheet = next(each for each in book.worksheets if each.title == "行政诉讼案件")
    assert str(sheet["A3"].value).startswith("齐全至")
    sheet["B2"], sheet["B3"] = "是", date(2025, 3, 1)
    book.save(path)
    inputs = take(workspace, path)
    # A form of 2024 says nothing of 2025, whenever it was signed.
    assert {(each.dataset, each.period, each.day) for each in inputs.declared} == {("lawsuits", 2024, date(2025, 3, 1))}
    assert ("lawsuits", "sifa", 2024) in inputs.scopes


def test_a_conclusion_of_the_inspection_declares_its_units_alone(tmp_path: Path, workspace: Workspace) -> None:
    world = found_world(open_ledger(workspace, PACK))
    reach(world, "finding", "confirmed")

    def find(unit: str) -> date | None:
        return current_inputs(workspace, PACK).find_declared("findings", unit, 2024)

    assert (find("zezhou"), find("chengqu")) == (None, None)
    inspection = world.inspection
    world.do("ins1", "inspection", inspection, "record_step", step_fields(world, "conclude"))
    world.do("lead", "inspection", inspection, "conclude")
    assert find("zezhou") is not None and find("chengqu") is None
    inputs = current_inputs(workspace, PACK)
    run, _ = store_run(workspace, PACK, inputs, 2024, AS_OF, now=NOW, user="王某")
    check_run(workspace, run)
    declare_register(workspace, PACK, "findings", date(2024, 12, 31), now=NOW, user="王某")
    again, _ = store_run(workspace, PACK, current_inputs(workspace, PACK), 2024, AS_OF, now=NOW, user="王某")
    assert again.id != run.id


def test_on_the_page_the_office_declares_and_a_contact_does_not(workspace: Workspace) -> None:
    ledger = open_ledger(workspace, PACK)
    found_world(ledger)
    titles = {table.id: day for table, day in list_declarable(ledger, "lead", 2024)}
    assert titles["findings"] is None and "lectures" not in titles and "exemptions" not in titles
    options = {"year": 2024, "nothing": True, "now": NOW}
    with pytest.raises(RoleRefused, match="由督察办填写，联络员不能报送"):
        declare_complete(ledger, workspace, "zz", "findings", date(2024, 12, 31), **options)  # type: ignore[arg-type]
    declare_complete(ledger, workspace, "lead", "surveys", date(2025, 3, 31), **options)  # type: ignore[arg-type]
    days = {table.id: day for table, day in list_declarable(ledger, "lead", 2024)}
    assert days["surveys"] == date(2025, 3, 31)
    statuses = {table.id: status for _, table, status in list_outside_offices(ledger, 2024)}
    assert statuses.pop("surveys") == "nil"
    assert set(statuses.values()) <= {"missing"}
