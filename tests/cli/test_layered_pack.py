"""A workspace whose pack lies over others: scored, printed, verified, computed anew, compared, refused as a workbook.

Not proved here: what the upper pack may not do (``tests/indicators/test_overlays.py``).
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from indicators.reader import find_pack, load_pack
from scoring.cases.run import run_cases
from scoring.cases.tables import run_tables
from tests.cli.conftest import run_ducha
from tests.indicators.layered import CITY, COUNTY, PROVINCE

LOCAL = COUNTY.with_name("local-pack")
TIGHTENED = "白石县督察办（虚构）加严「按时办结率的目标」：上级90%，这里95%（《白石县政务服务考核实施方案"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The county's workspace with a year scored: 城关镇 has answered nine calls of ten in time."""
    folder = tmp_path_factory.mktemp("office")
    calls = folder / "calls.csv"
    rows = "".join(f"城关镇,2024,{number},{'否' if number == 1 else '是'}\n" for number in range(1, 11))
    calls.write_text("单位,年度,工单号,是否按时办结\n" + rows, encoding="utf-8")
    for words in (
        ("init", "--no-key", "--pack", COUNTY),
        ("import", "--dataset", "hotline", calls),
        ("score", "--year", 2024, "--as-of", "2025-04-01"),
    ):
        done = run_ducha("-w", folder / "w", *words)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "w"


def test_a_sheet_says_what_each_layer_changed(office: Path, tmp_path: Path) -> None:
    done = run_ducha("-w", office, "sheet", "城关镇", "--format", "html", "-o", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (sheet,) = tmp_path.rglob("*.html")
    text = sheet.read_text(encoding="utf-8")
    assert TIGHTENED in text
    assert "清源市督察办（虚构）补定「走访次数」：上级12，留给下级定，这里18" in text
    assert "白石县督察办（虚构）增加：上级《清源市政务服务考核（示例，虚构）》没有这一项。" in text


def test_a_mark_rests_on_the_stricter_number(office: Path) -> None:
    said = run_ducha("-w", office, "explain", "城关镇", "1.hotline").stdout
    assert "3.50" in said
    assert "热线工单按时办结率不低于95%" in said


def test_what_is_stored_is_found_whole_and_computed_anew(office: Path, tmp_path: Path) -> None:
    run = next((office / "runs").glob("2024-*")).name
    assert run_ducha("-w", office, "rerun", run, "--check").returncode == 0
    assert run_ducha("-w", office, "verify").returncode == 0
    assert run_ducha("-w", office, "backup", "-o", tmp_path / "b").returncode == 0
    (base,) = (office / "packs").glob("*/base/base/indicators/service.yaml")
    text = base.read_text(encoding="utf-8")
    try:
        base.write_text(text.replace('"80%"', '"60%"'), encoding="utf-8")
        assert run_ducha("-w", office, "verify").returncode == 1
    finally:
        base.write_text(text, encoding="utf-8")


def test_packs_are_compared_across_layers() -> None:
    said = run_ducha("pack", "diff", PROVINCE, CITY).stdout
    assert "热线按时办结率（1.hotline） · 影响得分" in said
    assert "地方重点事项（3.local） · 影响得分" in said
    assert "通报批评（c4.criticism） · 影响得分" in said
    assert "弄虚作假（4.fraud）" not in said


def test_the_coverage_page_lists_all_differences(tmp_path: Path) -> None:
    page = tmp_path / "coverage.md"
    assert run_ducha("pack", "coverage", CITY, "--format", "markdown", "-o", page).returncode == 0
    text = page.read_text(encoding="utf-8")
    assert "## 与上级指标包的差别" in text
    assert "| 3.local | 地方重点事项 | 去掉 | 清源市督察办（虚构）去掉：" in text
    assert "按时办结率的目标」：上级80%，这里90%" in run_ducha("pack", "coverage", CITY).stdout.replace("\n", "")
    assert "与上级指标包的差别" not in run_ducha("pack", "coverage", PROVINCE).stdout


@pytest.mark.parametrize("folder", [PROVINCE, CITY, COUNTY, LOCAL, LOCAL / "base"], ids=lambda folder: folder.name)
def test_the_cases_of_each_layer_hold_over_all_of_them(folder: Path) -> None:
    pack = load_pack(folder)
    report = run_cases(pack, folder)
    assert (report.failures, report.untested) == ([], [])
    assert run_tables(pack, folder)[1] == []


def test_cases_of_both_packs_look_for_mutants() -> None:
    said = run_ducha("pack", "test", CITY, "--mutants", "--indicator", "c3.permits").stdout
    assert "处有用例发现" in said


def test_a_workbook_holds_no_base(tmp_path: Path) -> None:
    done = run_ducha("pack", "to-excel", CITY, "-o", tmp_path / "city.xlsx")
    assert done.returncode == 1
    assert "叠在上级的《云江省政务服务考核（示例，虚构）》上面，不能转成工作簿" in done.stderr
    assert not (tmp_path / "city.xlsx").exists()


def test_an_upper_pack_is_begun_from_its_base(tmp_path: Path) -> None:
    city = tmp_path / "city"
    words = ("--id", "new-city", "--title", "新市政务服务考核", "--issuer", "新市督察办")
    done = run_ducha("pack", "extend", PROVINCE, "-o", city, *words)
    assert done.returncode == 0, done.stderr
    assert "必须定「走访次数」（指标 2.visits 的 target.at_least）：应在6到24之间" in done.stdout
    assert "写了待定；上级留给下级定，应在6到24之间" in run_ducha("pack", "lint", city).stderr
    overlay = city / "overlay.yaml"
    overlay.write_text(overlay.read_text(encoding="utf-8").replace("待定", '"12"'), encoding="utf-8")
    assert "没有错误" in run_ducha("pack", "lint", city).stdout
    assert run_ducha("pack", "extend", PROVINCE, "-o", city, *words).returncode == 1
    assert find_pack(str(city)) == city


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """Version 2.1 of the province's pack, so far the same in all else."""
    folder = tmp_path / "newer"
    shutil.copytree(PROVINCE, folder)
    write_over(folder / "pack.yaml", 'version: "2.0"', 'version: "2.1"')
    return folder


def write_over(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), encoding="utf-8")


def rebase(upper: Path, base: Path, folder: Path, version: str = "1.1") -> CompletedProcess[str]:
    return run_ducha("pack", "rebase", upper, "--base", base, "--version", version, "-o", folder)


def test_a_new_version_of_the_base_is_put_below_the_same_upper_pack(newer: Path, tmp_path: Path) -> None:
    done = rebase(CITY, newer, tmp_path / "city")
    assert done.returncode == 0, done.stderr
    assert "由 2.0 版换成 2.1 版，本级自己的内容没有改" in done.stdout
    assert "本级的内容与新版都合用" in done.stdout
    moved, before = load_pack(tmp_path / "city"), load_pack(CITY)
    assert (moved.head.version, moved.layers[0].version) == ("1.1", "2.1")
    assert moved.indicators == before.indicators
    untouched = [file.relative_to(CITY) for file in CITY.rglob("*.*") if "base" not in file.relative_to(CITY).parts]
    changed = [name for name in untouched if (tmp_path / "city" / name).read_bytes() != (CITY / name).read_bytes()]
    assert [str(name) for name in changed] == ["pack.yaml"], "and of it only the three values"


def test_what_no_longer_goes_with_the_new_base_is_told_with_its_line(newer: Path, tmp_path: Path) -> None:
    write_over(newer / "indicators" / "service.yaml", 'at_least: "80%"', 'at_least: "92%"')
    done = rebase(CITY, newer, tmp_path / "city")
    assert done.returncode == 0, done.stderr
    assert "上级改了「热线按时办结率」（1.hotline），影响得分" in done.stdout
    assert "处不再合用，改好以前不能使用：" in done.stdout and "overlay.yaml:" in done.stdout
    assert run_ducha("pack", "lint", tmp_path / "city").returncode == 1


def test_another_pack_or_the_same_version_is_no_new_base(newer: Path, tmp_path: Path) -> None:
    assert "不是它的新版" in rebase(COUNTY, newer, tmp_path / "a").stderr, "the county lies over the city"
    assert "不叠在上级的指标包上面" in rebase(PROVINCE, newer, tmp_path / "b").stderr
    assert "请用 --version 写一个新的版本号" in rebase(CITY, newer, tmp_path / "c", "1.0").stderr
    assert "在上级指标包的文件夹里面" in rebase(CITY, newer, newer / "inside").stderr
    assert not [name for name in "abc" if (tmp_path / name).exists()]


def test_an_upper_pack_is_adopted_like_any_other(office: Path) -> None:
    done = run_ducha("-w", office, "pack", "adopt", COUNTY, "--reason", "核对")
    assert "已经是这一份" in done.stdout
    assert json.loads(run_ducha("-w", office, "rank", "--format", "json").stdout)


def test_a_new_version_does_not_leave_its_base(office: Path, tmp_path: Path) -> None:
    flat = tmp_path / "flat"
    shutil.copytree(PROVINCE, flat)
    head = flat / "pack.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("id: yunjiang-service", "id: baishi-service"), "utf-8")
    done = run_ducha("-w", office, "pack", "adopt", flat, "--reason", "放宽")
    assert done.returncode == 1
    assert (
        "叠在上级的《清源市政务服务考核（示例，虚构）》（qingyuan-service）上面，新的一份不再叠在它上面" in done.stderr
    )
