"""A decision on an appeal leads to a new run, and what is under appeal is marked beside the marks and not in them.

Not proved here: that the marks themselves are right (tests/scoring).
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from data.ledger.verify import verify_trail
from data.store.workspace import Workspace, open_workspace_store
from scoring.cli import console
from scoring.cli import ledger as desk
from scoring.results.scores import Scores, read_written
from scoring.results.written_differences import MovedUnit, make_difference, read_difference, tell_difference
from tests.cli.conftest import start_ducha
from tests.cli.ledger_office import Office, read_pack

APPEAL, FINDING = "督复〔2024〕0002号", "督问〔2024〕0002号"
ITEM = "5.new-proofs"


@pytest.fixture
def office(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The demo, where an appeal of 沁水县 waits for its decision."""
    monkeypatch.setattr(desk, "load_workspace_pack", lambda workspace: read_pack())
    shutil.copytree(demo, tmp_path / "workspace")
    return Office(Workspace(tmp_path / "workspace"))


def test_what_is_under_appeal_is_marked_beside_the_run_and_not_in_it(office: Office, demo: Path) -> None:
    ranked = office.done("rank")
    assert "争议中（复核还没有决定，得分可能变）" in ranked
    assert f"  沁水县：{ITEM} " in ranked
    assert office.data("rank")["disputed"] == [{"unit": "qinshui", "indicator": ITEM}]
    assert office.data("rank", "--cohort", "departments")["disputed"] == []
    results = [path.read_text(encoding="utf-8") for path in (demo / "runs").glob("*/result.json")]
    assert results and not any("争议中" in result for result in results)


def test_a_row_of_the_ledger_is_cited_by_its_number_and_a_disputed_item_says_so(office: Office) -> None:
    text = office.done("explain", "沁水县", ITEM)
    assert f"督察台账 第1行 {FINDING} " in text
    assert "「问题编号」" not in text
    assert text.count("争议中") == 1
    record = office.data("explain", "晋城经济技术开发区", "20.standard")
    assert record["disputed"] is False
    shown = json.dumps(record, ensure_ascii=False)
    # The pack's table of judgements has no column for a number; the record is found by it all the same.
    assert re.search(r"督察台账 第\d+行 督评〔\d{4}〕\d{4}号 ", shown) and "演示督察员甲" in shown


def test_a_decision_scores_anew_and_carries_the_difference(office: Office) -> None:
    earlier = office.done("runs").split()
    before = earlier[-1]
    appeal = ("appeal", "propose", APPEAL, "--latest", "--outcome", "撤销", "--decision", "证明有上级文件依据")
    office.done(*appeal, by="banli")
    assert "只有督察办负责人才能" in office.refused("appeal", "sign", APPEAL, "--latest", by="banli")
    assert office.done("runs").split() == earlier
    said = office.done("appeal", "sign", APPEAL, "--latest", by="fuzeren")
    assert f"评分运行 {before} → 2024-20250410-" in said
    assert "沁水县（counties）：总分 77.33 → 78.33，名次 5（不变）" in said
    assert f"  {ITEM} 没有依据新设证明事项：得分 -1.00 → 0.00" in said
    assert "其他单位的名次没有变化" in said
    comparison = office.data("appeal", "show", APPEAL, by="fuzeren")["comparison"]
    assert comparison["before"] == before and comparison["after"] in office.done("runs").split()
    assert [row["indicator"] for row in comparison["items"]] == [ITEM]
    assert office.data("finding", "show", FINDING, by="fuzeren")["state"] == "withdrawn"
    # The earlier run stands as it was, and nothing is under appeal any more.
    assert "复算一致" in office.done("rerun", before, "--check")
    assert "争议中" not in office.done("rank")
    again = office.data("appeal", "attach-run", APPEAL, by="fuzeren")
    assert again["comparison"]["after"] == comparison["after"]
    workspace = office.workspace
    assert verify_trail(open_workspace_store(workspace), workspace.root, console.now()) == []


def test_a_decision_to_leave_things_as_they_are_scores_nothing(office: Office) -> None:
    words = ("--outcome", "维持", "--decision", "没有依据")
    earlier = office.done("runs")
    office.done("appeal", "propose", APPEAL, "--latest", *words, by="banli")
    assert "维持原认定，得分不变" in office.done("appeal", "sign", APPEAL, "--latest", by="fuzeren")
    assert office.done("runs") == earlier
    assert "复核申请 督复〔2024〕0002号 现在是「已维持原认定」" in office.refused(
        "appeal", "attach-run", APPEAL, by="fuzeren"
    )


def test_nothing_is_signed_that_was_not_proposed(office: Office) -> None:
    assert "还没有拟定复核决定" in office.refused("appeal", "sign", APPEAL, "--latest", by="fuzeren")


def make_result(run: str, total: str, ranks: tuple[int, int]) -> Scores:
    item = {"cohort": "c", "unit": "a", "unit_name": "甲县", "indicator": "1.x", "indicator_name": "甲项"}
    rest: dict[str, Any] = {"grade": None, "status": "ranked", "low": "0", "high": "9"}
    content = {
        "run": {"id": run, "year": 2024, "as_of": "2025-04-10", "fictional": True},
        "items": [{**item, "outcome": "scored", "marks": total, "counted": total}],
        "totals": [
            {"cohort": "c", "unit": "a", "unit_name": "甲县", "total": total, "rank": ranks[0], **rest},
            {"cohort": "c", "unit": "b", "unit_name": "乙县", "total": "5", "rank": ranks[1], **rest},
        ],
    }
    return read_written(json.dumps(content).encode())


def test_every_other_unit_whose_rank_moved_is_named() -> None:
    found = make_difference(make_result("一", "4", (2, 1)), make_result("二", "6", (1, 2)), "a")
    assert found.moved == [MovedUnit("c", "b", "乙县", 1, 2)] and read_difference(found.write()) == found
    assert tell_difference(found).splitlines() == [
        "评分运行 一 → 二",
        "甲县（c）：总分 4 → 6，名次 2 → 1",
        "  1.x 甲项：得分 4 → 6",
        "名次变动：乙县（c）1 → 2",
    ]


def test_the_commands_run_in_a_process_of_their_own(office: Office) -> None:
    done = start_ducha("-w", office.workspace.root, "finding", "list", "--format", "json", DUCHA_USER="qinshui")
    assert done.returncode == 0, done.stderr
    assert [row["id"] for row in json.loads(done.stdout)] == [FINDING]
    refused = start_ducha("-w", office.workspace.root, "finding", "show", "督问〔2024〕0001号", "--as", "qinshui")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "找不到「督问〔2024〕0001号」，或者您无权查看\n"


def test_the_demo_shows_every_stage(office: Office) -> None:
    states = {row["state"] for row in office.data("finding", "list", by="fuzeren")}
    assert states == {"draft", "submitted", "returned", "confirmed", "notified", "withdrawn"}
    assert {row["state"] for row in office.data("appeal", "list", by="fuzeren")} == {"upheld", "reviewing"}
    rounds = {(row["state"], row["cycle"]) for row in office.data("rectify", "list", by="fuzeren")}
    assert rounds == {("closed_done", 1), ("in_progress", 2), ("in_progress", 1)}
    yearly, *running = office.data("inspection", "list", by="lingdao")
    assert yearly["state"] == "concluded" and running and {each["state"] for each in running} == {"active"}
    assert [step["step"] for step in yearly["steps"]] == ["decide", "plan", "conclude", "check", "apply"]
    assert "未发现篡改" in office.done("trail", "verify")
