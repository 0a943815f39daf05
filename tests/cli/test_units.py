"""A register that changes, from the files to the words: import, score, explain, rerun and ``ducha units``.

The pack is the example pack with an invented register: 市水务局 and 市节水办 became 市水利局 in June 2024, 市数据局 was
called 市大数据局 until March 2023, 溪口县 was founded in 2024, and 旧县 ended in 2024 without a successor.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from indicators.reader import load_pack
from scoring.cli.main import app

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"
UNITS = """
kinds:
  - {id: city, title: 市}
  - {id: county, title: 县}
  - {id: department, title: 市直部门}
units:
  - {id: dongyang, name: 东阳市, kind: city}
  - {id: yunshan, name: 云山县, kind: county, parent: dongyang}
  - {id: xikou, name: 溪口县, kind: county, parent: dongyang, since: "2024-03-01"}
  - {id: jiuxian, name: 旧县, kind: county, parent: dongyang, until: "2024-02-29"}
  - {id: shuju, name: 市数据局, kind: department, parent: dongyang,
     former: [{name: 市大数据局, until: "2023-03-31", aliases: [大数据局]}]}
  - {id: shuiwu, name: 市水务局, kind: department, parent: dongyang, until: "2024-05-31", successor: shuili}
  - {id: jieshui, name: 市节水办, kind: department, parent: dongyang, until: "2024-05-31", successor: shuili}
  - {id: shuili, name: 市水利局, kind: department, parent: dongyang, since: "2024-06-01"}
"""
DOCUMENTS = """单位,年度,文号,已备案
大数据局,2024,数一号,是
市水务局,2024,水一号,是
市节水办,2024,节一号,否
市水利局,2024,利一号,是
市水利局,2024,利二号,是
云山县,2024,云一号,是
溪口县,2024,溪一号,是
市大数据局,2022,数零号,否
"""

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the changed pack and the documents of 2024, scored for 2024; tests must not change it."""
    root = tmp_path_factory.mktemp("units")
    shutil.copytree(EXAMPLE, root / "pack")
    shutil.rmtree(root / "pack" / "cases")
    (root / "pack" / "units.yaml").write_text(UNITS, encoding="utf-8")
    head = (root / "pack" / "pack.yaml").read_text(encoding="utf-8")
    (root / "pack" / "pack.yaml").write_text(head.replace("first: 2024", "first: 2022"), encoding="utf-8")
    (root / "documents.csv").write_text(DOCUMENTS, encoding="utf-8")
    work = root / "work"
    for words in (
        ("init", "--pack", str(root / "pack")),
        ("import", str(root / "documents.csv")),
        ("score", "--year", "2022", "--as-of", "2023-04-10"),
        ("score", "--year", "2024", "--as-of", "2025-04-10"),
    ):
        done = CliRunner().invoke(app, ["-w", str(work), *words])
        assert done.exit_code == 0, done.output
    return work


@pytest.fixture
def ducha(office: Path) -> Run:
    return lambda *words: CliRunner().invoke(app, ["-w", str(office), *map(str, words)])


def read(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def find_runs(office: Path) -> dict[int, Path]:
    return {int(folder.name[:4]): folder for folder in (office / "runs").iterdir()}


def test_the_table_of_a_year_holds_the_units_that_exist_at_its_end_under_their_names_of_then(
    office: Path, ducha: Run
) -> None:
    names = {}
    for year, folder in find_runs(office).items():
        totals = read(ducha("rank", "--run", folder.name, "--format", "json"))["totals"]
        names[year] = {total["unit"]: total["unit_name"] for total in totals}
    assert names[2024] == {"yunshan": "云山县", "xikou": "溪口县", "shuju": "市数据局", "shuili": "市水利局"}
    assert names[2022] == {
        "yunshan": "云山县",
        "jiuxian": "旧县",
        "shuju": "市大数据局",
        "shuiwu": "市水务局",
        "jieshui": "市节水办",
    }


def test_merged_units_rows_are_cited_with_the_unit_that_reported_them(ducha: Run) -> None:
    record = read(ducha("explain", "市水利局", "1.filing", "--format", "json"))
    assert (record["outcome"], record["marks"]) == ("scored", "1.67")  # 2 × (3/4) / 90%
    rows = [row for source in record["parts"][0]["sources"] for row in source["rows"]]
    assert sorted((row["row"], row["origin"]) for row in rows) == [
        (3, "市水务局"),
        (4, "市节水办"),
        (5, ""),
        (6, ""),
    ]
    text = ducha("explain", "市水利局", "1.filing").stdout
    assert "「文号」= 节一号" in text and "（只计入分母）（原单位：市节水办）" in text


def test_a_merged_units_name_leads_to_its_heir_and_a_former_name_to_the_unit(ducha: Run) -> None:
    done = ducha("explain", "市节水办", "1.filing")
    assert "「市节水办」已并入「市水利局」" in done.stderr
    assert done.stdout.startswith("市水利局 · ")
    assert ducha("explain", "市大数据局", "1.filing").stdout.startswith("市数据局 · ")


def test_what_a_merged_unit_has_not_reported_is_asked_for_by_its_name(ducha: Run) -> None:
    record = read(ducha("explain", "市水利局", "4.training", "--format", "json"))
    missing = [(entry["dataset"], entry["period"], entry["unit"]) for entry in record["parts"][0]["missing"]]
    assert missing == [
        ("people", None, None),
        ("people", None, "市水务局"),
        ("people", None, "市节水办"),
        ("training", 2024, None),
        ("training", 2024, "市水务局"),
        ("training", 2024, "市节水办"),
    ]
    assert "没有报送：原市节水办 2024年度 《业务培训记录》" in ducha("explain", "市水利局", "4.training").stdout


def test_a_run_stays_what_it_was_when_the_register_of_the_workspace_changes(office: Path, tmp_path: Path) -> None:
    copy = tmp_path / "work"
    shutil.copytree(office, copy)
    units = copy / "pack" / "units.yaml"
    assert units.is_file()
    units.write_text(UNITS.replace('until: "2024-05-31", successor: shuili', 'until: "2023-05-31"'), encoding="utf-8")
    units.write_text(units.read_text(encoding="utf-8").replace(', since: "2024-06-01"', ""), encoding="utf-8")
    load_pack(copy / "pack")
    run = find_runs(copy)[2024].name
    done = CliRunner().invoke(app, ["-w", str(copy), "rerun", run, "--check"])
    assert done.exit_code == 0, done.output
    record = read(CliRunner().invoke(app, ["-w", str(copy), "explain", "市水利局", "1.filing", "--format", "json"]))
    assert record["marks"] == "1.67"
    frozen = read(CliRunner().invoke(app, ["-w", str(copy), "units", "--run", run, "--format", "json"]))
    assert {unit["id"]: unit["successor"] for unit in frozen["units"]}["jieshui"] == "shuili"


def test_the_manifest_holds_a_hash_of_who_was_compared(office: Path, tmp_path: Path) -> None:
    hashes = {
        year: json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["members_sha256"]
        for year, folder in find_runs(office).items()
    }
    assert set(hashes[2024]) == {"counties", "departments"}
    assert hashes[2024]["departments"] != hashes[2022]["departments"]
    copy = tmp_path / "work"
    shutil.copytree(office, copy)
    file = find_runs(copy)[2024] / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["members_sha256"]["counties"] = "0" * 64
    file.write_text(json.dumps(manifest), encoding="utf-8")
    done = CliRunner().invoke(app, ["-w", str(copy), "rerun", manifest["id"], "--check"])
    assert done.exit_code == 1 and "manifest.json 所记的输入被改动过" in done.output


def test_the_register_as_of_a_year(ducha: Run) -> None:
    content = read(ducha("units", "--year", 2024, "--format", "json"))
    assert (content["schema"], content["day"]) == ("ducha.units.v1", "2024-12-31")
    units = {unit["id"]: unit for unit in content["units"]}
    assert units["shuju"]["former"] == [{"name": "市大数据局", "until": "2023-03-31"}]
    assert units["shuili"] == {
        "id": "shuili",
        "name": "市水利局",
        "kind": "department",
        "kind_title": "市直部门",
        "parent": "dongyang",
        "parent_name": "东阳市",
        "since": "2024-06-01",
        "until": None,
        "former": [],
        "predecessors": ["shuiwu", "jieshui"],
        "successor": None,
        "successor_name": None,
        "successors": [],
        "reports_anew": [],
        "cohorts": ["departments"],
    }
    assert (units["jieshui"]["successor_name"], units["jieshui"]["cohorts"]) == ("市水利局", [])
    earlier = {unit["id"]: unit for unit in read(ducha("units", "--year", 2022, "--format", "json"))["units"]}
    assert (earlier["shuju"]["name"], earlier["shuju"]["former"]) == ("市大数据局", [])
    assert "shuili" not in earlier and earlier["jieshui"]["cohorts"] == ["departments"]
    later = [unit["id"] for unit in read(ducha("units", "--year", 2025, "--format", "json"))["units"]]
    assert later == ["dongyang", "yunshan", "xikou", "shuju", "shuili"]


def test_the_register_in_words(ducha: Run) -> None:
    done = ducha("units", "--year", 2024)
    assert done.exit_code == 0
    for words in (
        "2024-12-31 的单位名录",
        "到 2023-03-31 为止叫市大数据局",
        "2024-06-01 成立；含原市水务局、市节水办",
        "到 2024-05-31 为止，并入市水利局",
        "到 2024-02-29 为止",
    ):
        assert words in done.stdout
    assert "5 个单位，另有 3 个在这一年里结束" in done.stderr


@pytest.mark.parametrize("words", [("--year", 0), ("--year", 10000), ("--year", 2024, "--run", "x")])
def test_a_year_that_cannot_be_is_refused(words: tuple[Any, ...], ducha: Run) -> None:
    assert ducha("units", *words).exit_code == 2


def test_an_unknown_run_is_refused_in_words(ducha: Run) -> None:
    done = ducha("units", "--run", "2024-x")
    assert done.exit_code == 1 and "找不到评分运行 2024-x" in done.output
