"""docs/adding-a-rule.md and docs/adding-a-measure.md are done as they stand, in one copy of the tree.

A kind is two files, a rule and its cases. What this does not prove: that the figures and marks of the new kinds are
right beyond their cases; for the kinds that there are the reference scorer shows that.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.copied_tree import ROOT, copy_tree, list_blocks, run_in

PAGES = {floor: list_blocks(ROOT / "docs" / f"adding-a-{floor}.md") for floor in ("rule", "measure")}
ASKED = {"sql_under_review", "worlds", "line_for_a_kind"}
#: A run of the copy's example pack in which two counties gave three and two lectures; the formulas are compared.
RUN = """
import sys
from datetime import date
from pathlib import Path
from indicators.reader import load_pack
from scoring.explain.record import explain_run
from scoring.engine.run import score
from scoring.runs.agreement import check_records
from tests.worlds import store_tables

pack = load_pack(Path("docs/example-pack"))
given = {"yunshan": "甲乙丙", "xikou": "甲乙", "shuju": "甲"}
rows = [
    {"_unit": unit, "_period": 2024, "held_on": date(2024, 5, day), "topic": topic}
    for unit, topics in given.items()
    for day, topic in enumerate(topics, 1)
]
inputs = store_tables(pack, {"lectures": rows}, [("lectures", unit, 2024) for unit in given], Path(sys.argv[1]))
result = score(pack, inputs, 2024, date(2025, 4, 1), threads=1)
for unit in check_records(pack, 2024, explain_run(pack, inputs, result)):
    for record in unit.records:
        if record["indicator"] == "7.nearly-three":
            (part,) = record["parts"]
            print(unit.unit, record["marks"], part["calculation"], part["next_step"], sep="|")
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which everything on both pages has been done; no file is on both."""
    return copy_tree(tmp_path_factory.mktemp("tree"), [block for blocks in PAGES.values() for block in blocks])


@pytest.mark.parametrize("added", PAGES)
def test_a_kind_is_one_file_on_each_of_two_floors(added: str) -> None:
    floors = [name.split("/")[0] for name, _ in PAGES[added] if name.endswith(".py")]
    assert floors == ["indicators", "scoring"]


@pytest.mark.parametrize("command", ["lint", "test"])
def test_the_pack_with_the_new_kinds_is_in_order_and_its_cases_pass(tree: Path, command: str) -> None:
    done = run_in(tree, "-m", "scoring.cli.main", "pack", command, str(tree / "docs" / "example-pack"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_run_explains_the_new_marks_as_the_engine_and_the_workbook_give_them(tree: Path, tmp_path: Path) -> None:
    done = run_in(tree, "-c", RUN, str(tmp_path))
    assert done.returncode == 0, done.stderr[-3000:]
    said = {unit: rest for unit, *rest in (line.split("|") for line in done.stdout.splitlines())}
    assert said["yunshan"] == ["1.00", "3 = 3，达到目标；得 1.00 分", "已得满分。"]
    assert said["xikou"][:2] == ["0.50", "2 < 3，没有达到目标；差 3 - 2 = 1，没有超过 1；得 0.50 分"]
    assert said["shuju"][:2] == ["0.00", "1 < 3，没有达到目标；差 3 - 1 = 2，超过 1；得 0.00 分"]
    assert "可得 0.50 分" in said["shuju"][2]


def test_what_is_asked_of_a_new_kind_beside_is_what_the_page_says(tree: Path) -> None:
    rooms = [f"tests/{added}s/test_rooms.py" for added in PAGES]
    done = run_in(tree, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *rooms)
    for file in rooms:
        failed = re.findall(rf"^FAILED {file}::(\w+)", done.stdout, re.MULTILINE)
        assert {next((word for word in ASKED if word in name), name) for name in failed} == ASKED, done.stdout[-3000:]
