"""What is newer than a ranking follows from the inputs of its run: none that differs is passed over in silence."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from data.batches.records import current_inputs
from data.intake.imports import import_files
from data.ledger.ledger import Ledger, open_ledger
from data.store.workspace import create_workspace
from indicators.reader import find_pack, load_pack
from scoring.runs.manifests import write_manifest
from scoring.runs.newer import WORDS, Newer, describe_newer, describe_other_days, list_newer
from tests.ledger.world import World, finding_fields, found_world


class Office:
    """A workspace, and the manifest of a run of its first state: all that is looked at of a run."""

    def __init__(self, root: Path) -> None:
        self.folder = root
        self.pack = load_pack(find_pack("jincheng-2021-2025"))
        self.workspace = create_workspace(root / "w", find_pack("jincheng-2021-2025"))
        self.ledger: Ledger = open_ledger(self.workspace, self.pack)
        self.world: World = found_world(self.ledger)
        self.manifest = self.write()
        scopes = self.workspace.runs_folder / self.manifest["id"] / "scopes.tsv"
        scopes.parent.mkdir()
        inputs = current_inputs(self.workspace, self.pack)
        scopes.write_text("".join("\t".join(map(str, each)) + "\n" for each in sorted(inputs.scopes)), encoding="utf-8")

    def write(self) -> dict[str, Any]:
        return write_manifest(self.pack, current_inputs(self.workspace, self.pack), 2024, date(2025, 4, 10))

    def look(self, manifest: dict[str, Any] | None = None) -> list[Newer]:
        return list_newer(self.workspace, self.ledger, manifest or self.manifest)

    def take(self, name: str, unit: str) -> None:
        path = self.folder / name
        path.write_text(f"单位,建议书编号,收到日期\n{unit},{unit}1号,2024-01-05\n", encoding="utf-8")
        import_files(self.workspace, self.pack, [path], now=self.world.tick(), user="zz")

    def confirm(self, unit: str) -> None:
        row = self.world.do("ins1", "finding", None, "draft", finding_fields(self.world, unit))
        self.world.do("ins1", "finding", row["id"], "submit")
        self.world.do("rev", "finding", row["id"], "confirm")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("newer"))


def alter(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case None:
            return "other"
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value[:-1]}{'0' if value[-1:] != '0' else '1'}"
        case dict():
            return {name: alter(each) for name, each in value.items()}
        case _:
            return [*value, {"batch": "lectures-000009", "dataset": "lectures", "file": "讲座.xlsx", "parquet": "0"}]


def test_every_input_of_a_run_has_its_words(office: Office) -> None:
    assert set(WORDS) == set(office.manifest) - {"id"}
    assert office.look() == []
    for field in set(office.manifest) - {"id", "scopes_sha256", "year", "as_of"}:
        other = [["findings", "", 2024, "2024-12-31"]] if field == "declared" else alter(office.manifest[field])
        told = office.look({**office.manifest, field: other})
        assert [each.field for each in told] == [field] * len(told) and told, field
    for program in office.manifest["engine"]:
        engine = {**office.manifest["engine"], program: "0.1"}
        assert "0.1 → " in describe_newer(office.look({**office.manifest, "engine": engine}))


def test_an_input_that_nobody_wrote_words_for_is_named_all_the_same(office: Office) -> None:
    told = office.look({**office.manifest, "tides_sha256": "1"})
    assert describe_newer(told) == "这次评分以后有变动，还没有计入排名：其他输入（tides_sha256）。"


def test_files_findings_and_the_pack_are_named_together_and_of_nobody_where_a_unit_reads_it(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.take("司法建议-泽州县.csv", "泽州县")
    for unit in ("zezhou", "zezhou", "gaoping"):
        office.confirm(unit)
    manifest = office.manifest["pack"]
    older = {**office.manifest, "pack": {**manifest, "sha256": "0", "version": "0.9"}}
    full = describe_newer(office.look(older))
    for words in (
        f"指标包（版本 0.9 → {manifest['version']}）",
        "报送文件（《司法建议-泽州县.csv》）",
        "督察认定的问题（3 条：高平市、泽州县）",
    ):
        assert words in full, full
    short = describe_newer(office.look(older), in_full=False)
    assert short == "这次评分以后有变动，还没有计入排名：指标包、报送文件、督察认定的问题。"
    assert office.look(office.write()) == [], "a new run has nothing before it"


def test_rankings_of_the_same_year_by_other_days_are_named() -> None:
    runs = ["2023-20240410-a", "2024-20250310-b", "2024-20250410-c"]
    assert describe_other_days(runs, runs[0]) == ""
    assert describe_other_days(runs, runs[2]) == "2024 年度另有截至 2025-03-10 的排名。"
    assert describe_other_days(runs, runs[1]).endswith("的排名。这次以后，2024 年度又评过分，请看最近一次。")
