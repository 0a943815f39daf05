"""What is newer than a ranking stands on every page, list and paper that shows it. That it is right: tests/scoring."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import dashboard.runs.newer
from data.intake import reporting
from data.intake.imports import import_files
from data.intake.reporting import ReportState, list_report_states
from data.ledger.ledger import Ledger
from scoring.cli.main import app
from scoring.engine.run import Result
from scoring.runs.rescoring import rescore
from scoring.runs.store import StoredRun
from scoring.trials.preview import score_now
from tests.dashboard.office import check, found_office
from tests.ledger.world import reach

SAID = "这次评分以后有变动，还没有计入排名：报送文件"


def test_a_file_that_came_in_later_is_named_wherever_the_ranking_stands(tmp_path: Path) -> None:
    office = found_office(tmp_path / "workspace")
    workspace, world = office.workspace, office.world

    def score(day: date) -> StoredRun:
        return rescore(world.ledger, workspace, "lead", 2024, day, now=world.tick())

    earlier, run = score(date(2025, 3, 10)), score(date(2025, 4, 10))
    command = ["-w", str(workspace.root), "rank", "--run", run.id]
    assert SAID not in CliRunner().invoke(app, command).output
    path = tmp_path / "司法建议-高平市.csv"
    path.write_text("单位,建议书编号,收到日期\n高平市,1号,2024-01-05\n", encoding="utf-8")
    import_files(workspace, world.ledger.pack, [path], now=world.tick(), user="lead")

    for page in ("overview", "compare", "unit", "robustness", "exports"):
        with office.open("lead", page, run=run.id) as at:
            assert any(f"{SAID}（《司法建议-高平市.csv》）。" in each.value for each in at.warning), page
            assert any("2024 年度另有截至 2025-03-10 的排名。" in each.value for each in at.caption), page
    with office.open("zz", "unit", run=run.id) as at:
        told = [each.value for each in at.warning if "这次评分以后" in each.value]
        assert told == [f"{SAID}。"], "a county reads nothing of another one"
    with office.open("lead", "overview", run=earlier.id) as at:
        assert any("2024 年度又评过分" in each.value for each in at.caption)

    printed = CliRunner().invoke(app, command).output
    assert f"{SAID}（《司法建议-高平市.csv》）。" in printed and "另有截至 2025-03-10 的排名" in printed
    told = json.loads(CliRunner().invoke(app, [*command, "--format", "json"]).output)["newer"]
    assert [each["field"] for each in told] == ["batches"]
    sheets = ["-w", str(workspace.root), "sheet", "泽州县", "--kind", "score", "--kind", "notice", "--run", run.id]
    out = tmp_path / "out"
    done = CliRunner().invoke(app, [*sheets, "--format", "html", "--format", "json", "-o", str(out)])
    assert done.exit_code == 0, done.output
    papers = list(out.rglob("*.html"))
    assert len(papers) == 2 and all(f"{SAID}。" in each.read_text(encoding="utf-8") for each in papers)
    assert all(f"{SAID}。" in each.read_text(encoding="utf-8") for each in out.rglob("*.json"))


def test_what_counts_for_nothing_has_no_ranking_worked_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = found_office(tmp_path / "workspace")
    world = office.world
    rescore(world.ledger, office.workspace, "lead", 2024, date(2025, 4, 10), now=world.tick())
    worked: list[str] = []

    def note(*given: Any, **told: Any) -> Result:
        worked.append(told["expected"])
        return score_now(*given, **told)

    monkeypatch.setattr(dashboard.runs.newer, "score_now", note)
    finding = reach(world, "finding", "confirmed")
    for _ in range(2):
        with office.open("lead", "overview") as at:
            assert any("问题" in each.value for each in at.warning)
        reach(world, "finding", "draft")
    assert len(worked) == 1, "drafts are nobody's marks yet"
    world.do("lead", "finding", finding, "cancel", {}, "查无此事")
    with office.open("lead", "overview") as at:
        check(at)
    assert len(worked) == 1, "as it was before the finding, nothing is newer"
    reach(world, "finding", "confirmed")
    with office.open("lead", "overview") as at:
        check(at)
    assert len(set(worked)) == len(worked) == 2


def test_who_has_reported_is_put_together_once_until_something_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = found_office(tmp_path / "workspace")
    made: list[str] = []

    def note(ledger: Ledger, actor: str, year: int) -> list[ReportState]:
        made.append(actor)
        return list_report_states(ledger, actor, year)

    monkeypatch.setattr(reporting, "list_report_states", note)
    for _ in range(2):
        with office.open("lead", "reporting", year="2024") as at:
            check(at)
    assert made == ["lead"]
    with office.open("zz", "reporting", year="2024") as at:
        check(at)
    assert made == ["lead", "zz"], "a county has a list of its own"
    path = tmp_path / "司法建议.csv"
    path.write_text("单位,建议书编号,收到日期\n高平市,1号,2024-01-05\n", encoding="utf-8")
    import_files(office.workspace, office.world.ledger.pack, [path], now=office.world.tick(), user="lead")
    with office.open("lead", "reporting", year="2024") as at:
        check(at)
    assert made == ["lead", "zz", "lead"]
