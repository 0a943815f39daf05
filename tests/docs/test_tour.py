"""docs/tour.md names what is there, and the cell that it follows goes where it says.

What this does not prove: that a cell passes the named functions in that order, or no others.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import openpyxl
import pytest

from data.demo.reports import generate_demo
from data.store.workspace import open_workspace
from indicators.reader import find_pack, load_pack
from scoring.cli.demo import DEMO_PACK
from scoring.runs.store import list_runs, read_explanations, read_run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
#: ``name`` (`path`), as the page writes it, also with both inside of the brackets.
NAMED = re.findall(r"`(\w+)`(?: \(|, )`([\w/.]+\.py)`", PAGE)
UNIT, INDICATOR, CELL, PERSON = "陵川县", "35.reconsideration-training", "G26", "P000266"


def list_defined(path: str) -> set[str]:
    """What a module defines at its top. It is not imported: a page of the dashboard runs when it is."""
    found: set[str] = set()
    for node in ast.parse((ROOT / path).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize(("name", "path"), NAMED)
def test_what_the_tour_names_is_in_the_module_that_it_says(name: str, path: str) -> None:
    assert name in list_defined(path)


def test_every_module_of_the_tour_is_named_with_something_in_it() -> None:
    assert len(NAMED) > 25
    assert {path for path in re.findall(r"`([a-z]+/[\w/]+\.py)`", PAGE) if path.startswith("scoring/")} - {
        path for _, path in NAMED
    } == set()


def test_the_cell_stands_in_the_demos_workbook(tmp_path: Path) -> None:
    files = generate_demo(load_pack(find_pack(DEMO_PACK)), tmp_path)
    (path,) = (each for each in files if each.name == f"人员和培训-{UNIT}-演示数据（虚构）.xlsx")
    sheet = openpyxl.load_workbook(path)["培训记录"]
    assert (sheet[CELL].value, sheet[f"B{CELL[1:]}"].value) == (7.5, PERSON)
    assert all(word in PAGE for word in (f"《{path.name}》", f"**{CELL}**", PERSON, INDICATOR))


def test_the_cell_is_cited_for_the_marks_that_the_tour_tells(demo: Path) -> None:
    workspace = open_workspace(demo)
    newest = list_runs(workspace)[-1]
    run = read_run(workspace, newest)
    item = next(each for each in run.content["items"] if (each["unit_name"], each["indicator"]) == (UNIT, INDICATOR))
    assert f"{item['marks']} of {item['full_marks']}" in " ".join(PAGE.split())
    with read_explanations(workspace, run) as explanations:
        records = explanations.read_unit(item["cohort"], item["unit"])
    assert f"培训记录!{CELL}「学时」" in str(next(each.write() for each in records if each.indicator == INDICATOR))
