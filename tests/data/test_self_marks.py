"""Self-assessment: a form of its own, checked when it comes back, kept beside the data and never part of a run."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from data.batches.records import current_inputs
from data.files.mistakes import FileRefused
from data.intake.imports import import_files
from data.intake.reporting import report_files
from data.intake.self_marks import DATASET, add_self_marks, make_self_kit, read_self_marks
from data.ledger.ledger import open_ledger
from data.store.workspace import Workspace, create_workspace
from indicators.pack.model import Pack
from indicators.pack.register import UnitEntry
from indicators.reader import find_pack, load_pack
from tests.forms.filling import FIRST, OpenForm
from tests.ledger.world import found_world

NOW = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(find_pack("jincheng-2021-2025"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w", find_pack("jincheng-2021-2025"))


def find(pack: Pack, name: str) -> UnitEntry:
    return next(unit for unit in pack.registry.units if unit.name == name)


def open_form(workspace: Workspace, pack: Pack, folder: Path, name: str = "泽州县") -> OpenForm:
    kit = make_self_kit(workspace, pack, find(pack, name), 2024)
    assert kit is not None
    path = folder / kit.file_name
    path.write_bytes(kit.write(pack, fictional=False))
    return OpenForm(path, pack, DATASET)


def find_row(form: OpenForm, indicator: str) -> int:
    return next(row for row in range(FIRST, form.last_row() + 1) if form.read(row, "指标") == indicator)


def take(workspace: Workspace, pack: Pack, *paths: Path) -> None:
    import_files(workspace, add_self_marks(pack), paths, now=NOW, user="试")


def write(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join(["单位,年度,指标,自评得分,自评说明", *rows]) + "\n", encoding="utf-8")
    return path


def test_what_a_unit_fills_in_comes_back_and_stands_in_the_next_form(
    workspace: Workspace, pack: Pack, tmp_path: Path
) -> None:
    form = open_form(workspace, pack, tmp_path)
    form.write(find_row(form, "35.lectures"), "自评得分", 1.5)
    form.write(find_row(form, "35.lectures"), "自评说明", "第二期只有半天")
    take(workspace, pack, form.save())
    assert read_self_marks(workspace, pack, 2024) == {("zezhou", "35.lectures"): Decimal("1.5")}
    assert read_self_marks(workspace, pack, 2023) == {}
    again = open_form(workspace, pack, tmp_path)
    assert again.read(find_row(again, "35.lectures"), "自评说明") == "第二期只有半天"


def test_the_form_asks_what_applies_and_tells_what_it_is_worth(
    workspace: Workspace, pack: Pack, tmp_path: Path
) -> None:
    form = open_form(workspace, pack, tmp_path)
    asked = {form.read(row, "指标"): form.read(row, "分值") for row in range(FIRST, form.last_row() + 1)}
    assert asked["35.lectures"] == "2"
    assert asked["4.negative-list"] == "-2"
    assert not [name for name in asked if pack.section(pack.indicator(name).section).kind == "veto"]


def test_a_later_table_takes_the_place_of_the_earlier_one(workspace: Workspace, pack: Pack, tmp_path: Path) -> None:
    take(workspace, pack, write(tmp_path, "一.csv", "城区,2024,35.lectures,2,", "城区,2024,4.lists,1,"))
    take(workspace, pack, write(tmp_path, "二.csv", "城区,2024,35.lectures,1,"))
    assert read_self_marks(workspace, pack, 2024) == {("chengqu", "35.lectures"): Decimal(1)}


def test_no_run_reads_it(workspace: Workspace, pack: Pack, tmp_path: Path) -> None:
    before = current_inputs(workspace, pack)
    take(workspace, pack, write(tmp_path, "自评.csv", "城区,2024,35.lectures,2,"))
    assert current_inputs(workspace, pack) == before


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("城区,2024,35.lectures,2.5,", "「自评得分」应在 0 到 2 之间，填的是 2.5；请核对"),
        ("城区,2024,4.negative-list,1,", "「自评得分」应在 -2 到 0 之间，填的是 1；请核对"),
        ("城区,2024,35.lectures,,", "自评得分"),
        ("晋城经济技术开发区,2024,29.bandwidth,1,", "2024 年不用指标 29.bandwidth 评这个单位"),
    ],
)
def test_marks_that_cannot_be_given_are_refused_at_their_cell(
    workspace: Workspace, pack: Pack, tmp_path: Path, row: str, said: str
) -> None:
    with pytest.raises(FileRefused, match=said.replace("(", "\\(")) as refused:
        take(workspace, pack, write(tmp_path, "自评.csv", row))
    assert "自评.csv" in str(refused.value.mistakes[0])
    assert read_self_marks(workspace, pack, 2024) == {}


def test_a_contact_assesses_the_own_unit_and_no_other(workspace: Workspace, pack: Pack, tmp_path: Path) -> None:
    ledger = open_ledger(workspace, pack)
    world = found_world(ledger)
    own, other = (write(tmp_path, f"{name}.csv", f"{name},2024,35.lectures,2,") for name in ("泽州县", "高平市"))
    report_files(ledger, workspace, "zz", [own], now=world.tick())
    with pytest.raises(FileRefused, match="您只能报送泽州县的数据"):
        report_files(ledger, workspace, "zz", [other], now=world.tick())
    assert set(read_self_marks(workspace, pack, 2024)) == {("zezhou", "35.lectures")}
