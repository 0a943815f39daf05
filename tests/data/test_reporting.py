"""Who may report what, who has reported, and the forms for it: the rights of people with accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.files.mistakes import FileRefused
from data.intake.imports import Accepted
from data.intake.reporting import (
    check_report,
    list_outside_offices,
    list_report_states,
    list_visible_batches,
    make_form,
    make_inspectors_form,
    report_files,
)
from data.ledger.ledger import Ledger, open_ledger
from data.store.workspace import Workspace, create_workspace
from data.trail.refusals import RoleRefused, UnitRefused
from indicators.reader import find_pack, load_pack
from tests.ledger.world import World, found_world


class Office:
    """People with accounts over one workspace."""

    def __init__(self, root: Path) -> None:
        self.folder = root
        pack = load_pack(find_pack("jincheng-2021-2025"))
        self.workspace: Workspace = create_workspace(root / "w", find_pack("jincheng-2021-2025"))
        self.ledger: Ledger = open_ledger(self.workspace, pack)
        self.world: World = found_world(self.ledger)

    def form(self, person: str, unit: str) -> Path:
        kit = make_form(self.ledger, self.workspace, person, unit, 2024)
        assert kit is not None
        path = self.folder / kit.file_name
        path.write_bytes(kit.write(self.ledger.pack, fictional=False))
        return path

    def report(self, person: str, *paths: Path) -> list[Accepted]:
        return report_files(self.ledger, self.workspace, person, paths, now=self.world.tick())


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("reporting"))


def write(office: Office, name: str, text: str) -> Path:
    path = office.folder / name
    path.write_text(text, encoding="utf-8")
    return path


def lectures(office: Office, *units: str) -> Path:
    table = office.ledger.pack.dataset("lectures")
    values = {"unit": "", "date": "2024-03-05", "text": "民法典", "integer": "1", "decimal": "1", "year": "2024"}
    rows = []
    for unit in units:
        cells = [
            unit if column.name == table.unit else column.choices[0] if column.choices else values[column.type]
            for column in table.columns
        ]
        rows.append(",".join(cells))
    head = ",".join(column.title for column in table.columns)
    return write(office, f"讲座-{'-'.join(units)}.csv", "\n".join([head, *rows]) + "\n")


def test_a_contact_reports_the_own_unit_and_a_check_stores_nothing(office: Office) -> None:
    path = lectures(office, "泽州县")
    before = len(list_visible_batches(office.ledger, office.workspace, "aud"))
    (sheet,) = check_report(office.ledger, office.workspace, "zz", [path])
    assert (sheet.status, sheet.rows, sheet.batch_id) == ("checked", 1, "")
    assert len(list_visible_batches(office.ledger, office.workspace, "aud")) == before
    (sheet,) = office.report("zz", path)
    assert sheet.status == "new"
    (newest, *_) = list_visible_batches(office.ledger, office.workspace, "zz")
    assert (newest.id, newest.accepted_by) == (sheet.batch_id, "zz")


def test_a_contact_cannot_report_another_unit_nor_for_all(office: Office) -> None:
    with pytest.raises(FileRefused) as refused:
        office.report("zz", lectures(office, "泽州县", "高平市"))
    assert [mistake.text for mistake in refused.value.mistakes] == [
        "您只能报送泽州县的数据，这张表报了另外 1 个单位的；请删去后重新上传"
    ]
    pack = office.ledger.pack
    for table in pack.datasets:
        if table.reported_by is None:
            continue
        kit_path = office.folder / f"{table.id}.csv"
        kit_path.write_text(",".join(column.title for column in table.columns) + "\n", encoding="utf-8")
        with pytest.raises(FileRefused) as refused:
            check_report(office.ledger, office.workspace, "zz", [kit_path], year=2024, nil_of=table.id)
        words = "由督察办填写，联络员不能报送" if table.ledger else "泽州县不用报，也不能报"
        said = "".join(mistake.text for mistake in refused.value.mistakes)
        assert words in said or "由一家替所有单位报送" in said


@pytest.mark.parametrize("person", ["rev", "app", "ver", "ldr", "aud", "adm", "nobody"])
def test_nobody_else_reports_or_takes_a_form(office: Office, person: str) -> None:
    with pytest.raises(RoleRefused):
        check_report(office.ledger, office.workspace, person, [lectures(office, "泽州县")])
    with pytest.raises(RoleRefused):
        office.report(person, lectures(office, "泽州县"))
    with pytest.raises(RoleRefused):
        make_form(office.ledger, office.workspace, person, "zezhou", 2024)


def test_the_office_reports_for_any_unit(office: Office) -> None:
    assert {sheet.status for sheet in office.report("ins1", lectures(office, "泽州县", "高平市"))} == {"new"}


def test_a_contact_takes_the_form_of_the_own_unit_only(office: Office) -> None:
    assert office.form("zz", "zezhou").name == "泽州县-2024年填报表.xlsx"
    with pytest.raises(UnitRefused, match="只能下载本单位的填报表"):
        make_form(office.ledger, office.workspace, "zz", "gaoping", 2024)
    assert office.form("lead", "gaoping").is_file()
    with pytest.raises(RoleRefused, match="评定表只供督察办使用"):
        make_inspectors_form(office.ledger, office.workspace, "zz", 2024)
    assert make_inspectors_form(office.ledger, office.workspace, "ins1", 2024) is not None


def test_who_has_reported_is_said_in_words_and_shapes(office: Office) -> None:
    office.report("gp", lectures(office, "高平市"))
    everything = list_report_states(office.ledger, "lead", 2024)
    found = {(each.unit.id, each.dataset.id): each.mark for each in everything}
    assert found["gaoping", "lectures"] == "● 已报"
    assert found["lingchuan", "lectures"] == "✕ 未报"
    assert found["dashuju", "lectures"] == "— 不用报"
    own = list_report_states(office.ledger, "zz", 2024)
    assert {each.unit.id for each in own} == {"zezhou"}
    assert {each.dataset.id for each in own} == {each.dataset.id for each in own if each.status != "not_asked"}
    with pytest.raises(RoleRefused):
        list_report_states(office.ledger, "adm", 2024)
    assert [(who, done) for who, _, done in list_outside_offices(office.ledger, 2024)]


def test_a_nil_report_is_told_from_a_report(office: Office) -> None:
    table = office.ledger.pack.dataset("lectures")
    empty = write(office, "空表.csv", ",".join(column.title for column in table.columns) + "\n")
    report_files(office.ledger, office.workspace, "zz", [empty], year=2024, nil_of="lectures", now=office.world.tick())
    (standing,) = [each for each in list_report_states(office.ledger, "zz", 2024) if each.dataset.id == "lectures"]
    assert (standing.status, standing.mark) == ("nil", "○ 零报告")


def test_a_contact_sees_no_batch_of_another_unit(office: Office) -> None:
    own = {each.id for each in list_visible_batches(office.ledger, office.workspace, "zz")}
    other = {each.id for each in list_visible_batches(office.ledger, office.workspace, "gp")}
    assert own and other and not own & other
    assert len(list_visible_batches(office.ledger, office.workspace, "ldr")) > len(own) + len(other)
    with pytest.raises(RoleRefused):
        list_visible_batches(office.ledger, office.workspace, "adm")
