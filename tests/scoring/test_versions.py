"""A release that moves marks: its runs stand beside those that there are, and what differs is told.

An older program is played by one that takes everything for not reported. What this does not prove: that a workspace
which an older release really wrote can be opened; for that its bytes would have to be kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from data.backup.archive import open_backup
from data.backup.backup import make_backup
from data.batches.records import Inputs, current_inputs
from data.intake.imports import Fiction, import_files
from data.ledger.ledger import open_ledger
from data.store.workspace import Workspace, create_workspace
from indicators.reader import load_pack
from scoring.cli.backup import _recompute_runs
from scoring.engine.run import Result, score
from scoring.runs import making, manifests, store
from scoring.runs.newer import list_newer
from scoring.runs.store import RunDiffers, RunOutdated, StoredRun, check_run, list_runs, read_explanations, read_run
from scoring.runs.versions import compare_twins, find_twins
from scoring.wording.reasons import describe_outcome
from tests.cli.conftest import run_ducha

NOW, AS_OF = datetime(2025, 4, 10, 9, 0, tzinfo=UTC), date(2025, 4, 10)
FOLDER = Path(__file__).parents[2] / "docs" / "example-pack"
PACK = load_pack(FOLDER)
LECTURES = "2.lectures"
Program = Callable[[int, bool], StoredRun]


def see_nothing(pack: Any, inputs: Inputs, year: int, as_of: date, **options: Any) -> Result:
    """The engine of a program to which nothing is reported."""
    return score(pack, replace(inputs, scopes=frozenset()), year, as_of, **options)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = create_workspace(tmp_path / "w", FOLDER)
    path = tmp_path / "讲座.csv"
    rows = [f"{unit},2024-05-0{day},主题" for unit, day in (("云山县", 1), ("溪口县", 1), ("溪口县", 2))]
    path.write_text("\n".join(("单位,举办日期,主题", *rows)) + "\n", encoding="utf-8")
    import_files(made, PACK, [path], now=NOW, user="王某", fiction=Fiction(declared=True))
    return made


@pytest.fixture
def program(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Scores with the program of a version, the ``older`` one or ours."""

    def run(version: int, older: bool) -> StoredRun:
        for module in (manifests, store):
            monkeypatch.setattr(module, "RESULTS_VERSION", version)
        monkeypatch.setattr(making, "score", see_nothing if older else score)
        inputs = current_inputs(workspace, PACK)
        return store.store_run(workspace, PACK, inputs, 2024, AS_OF, now=NOW, user="王某")[0]

    return run


def list_bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_a_newer_program_gives_stands_beside_what_was_given(workspace: Workspace, program: Program) -> None:
    first = program(1, True)
    before, said = list_bytes(first.files.path), run_ducha("-w", workspace.root, "explain", "云山县", LECTURES).stdout
    second = program(2, False)
    assert first.id != second.id and list_runs(workspace) == [first.id, second.id]
    assert list_bytes(first.files.path) == before
    assert run_ducha("-w", workspace.root, "explain", "云山县", LECTURES, "--run", first.id).stdout == said
    with read_explanations(workspace, read_run(workspace, first.id)) as records:
        assert any(each.indicator == LECTURES for each in records.read_unit("counties", "yunshan"))
    (twin,) = find_twins(workspace, second)
    assert (twin.run, twin.version, twin.here) == (first.id, 1, 2)
    told = {(each.unit, each.indicator): (each.there, each.here) for each in twin.differing}
    assert told["yunshan", LECTURES] == (describe_outcome("pending"), "1.00 分")
    assert told["xikou", LECTURES] == (describe_outcome("pending"), "2.00 分")
    assert f"{sum(bool(each.indicator) for each in twin.differing)} 项得分" in twin.sentence
    (back,) = find_twins(workspace, first)
    assert [(each.here, each.there) for each in back.differing] == [(each.there, each.here) for each in twin.differing]


def test_who_sees_one_unit_reads_of_that_unit_alone(workspace: Workspace, program: Program) -> None:
    older, newer = program(1, True), program(2, False)
    own = compare_twins(newer, older).of_units(frozenset({"yunshan"}))
    assert {each.unit for each in own.differing} == {"yunshan"}
    assert "溪口" not in "".join(own.lines)


def test_a_version_that_moves_nothing_says_so(workspace: Workspace, program: Program) -> None:
    first, second = program(1, False), program(2, False)
    (twin,) = find_twins(workspace, second)
    assert twin.differing == () and "得分、总分和名次都相同" in twin.sentence
    assert twin.run == first.id


def test_other_results_of_the_same_version_are_refused_and_change_nothing(
    workspace: Workspace, program: Program
) -> None:
    first = program(1, True)
    before = list_bytes(first.files.path)
    with pytest.raises(RunDiffers, match="结果版本却都是 1"):
        program(1, False)
    assert list_bytes(first.files.path) == before and list_runs(workspace) == [first.id]


def test_a_recomputation_by_another_version_is_told_from_a_change(
    workspace: Workspace, program: Program, tmp_path: Path
) -> None:
    first, second = program(1, True), program(2, False)
    check_run(workspace, second)
    with pytest.raises(RunOutdated, match="那次是结果版本 1 算的，现在的程序是结果版本 2") as refused:
        check_run(workspace, first)
    assert refused.value.version == 1 and any(LECTURES in line for line in refused.value.differences)
    # So a backup that holds both is whole.
    make_backup(workspace, tmp_path / "b.zip", now=NOW)
    with open_backup(tmp_path / "b.zip") as folder:
        assert _recompute_runs(folder) == (1, 1)


def test_commands_say_that_there_are_two(workspace: Workspace, program: Program) -> None:
    first = program(1, True)
    program(2, False)
    scored = run_ducha("-w", workspace.root, "score", "--year", "2024", "--as-of", "2025-04-10")
    assert scored.returncode == 0, scored.stderr
    assert f"另有一次评分 {first.id}（那次是结果版本 1，这次是结果版本 2）" in scored.stderr
    assert LECTURES in scored.stderr
    ranked = run_ducha("-w", workspace.root, "rank")
    assert f"另有一次评分 {first.id}" in ranked.stdout


def test_that_the_program_reckons_otherwise_now_is_newer_than_a_ranking(
    workspace: Workspace, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, ledger = program(1, False), open_ledger(workspace, PACK)
    # A run of before the version was counted is of the first.
    uncounted = {name: value for name, value in run.manifest.items() if name != "results"}
    assert list_newer(workspace, ledger, run.manifest) == list_newer(workspace, ledger, uncounted) == []
    for module in (manifests, store):
        monkeypatch.setattr(module, "RESULTS_VERSION", 2)
    for manifest in (run.manifest, uncounted):
        (newer,) = list_newer(workspace, ledger, manifest)
        assert newer.words == "本程序的计算方法（结果版本 1 → 2）"
