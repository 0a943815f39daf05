"""The engine's marks are met again on other ways before a run is kept, and a difference refuses it by name.

Each kind's SQL is made wrong by the least mark; a kind that gives no marks says the contrary of its target. What is
not proved: that the ways are right where all are wrong alike.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from data.batches.records import current_inputs
from data.store.workspace import open_workspace
from indicators.reader import load_pack
from indicators.rules.registry import RULES as MODELS
from scoring.base.parts import ScoredPart, list_parts
from scoring.engine import awards, run
from scoring.engine.run import Result, score
from scoring.explain.explanation import Explanation
from scoring.explain.record import explain_run
from scoring.formulas.formula import Formulas
from scoring.formulas.lines import PartLine
from scoring.formulas.worked import work_out
from scoring.results.disagreement import MarksDiffer
from scoring.runs.agreement import check_records, check_totals
from scoring.runs.store import list_runs, store_run
from tests.reference.example import Example
from tests.reference.examples import EXAMPLES
from tests.worlds import store_tables

KINDS = sorted((kind, place) for kind, branches in awards.BRANCHES.items() for place in range(len(branches)))
#: A hundredth of a mark more; a veto and what a table asks for have no marks, and say the contrary.
MORE = "SELECT * REPLACE (top + 10000 * bottom AS top) FROM ({})"
CONTRARY = "SELECT * REPLACE (NOT reached AS reached) FROM ({})"


def score_example(example: Example, folder: Path) -> Result:
    inputs = store_tables(example.pack, example.tables, example.scopes, folder)
    result = score(example.pack, inputs, example.year, example.as_of, threads=1)
    check_totals(example.pack, result)
    records = check_records(example.pack, example.year, explain_run(example.pack, inputs, result))
    assert list(records)
    return result


def is_by_level(part: ScoredPart) -> bool:
    rule = part.part.marks.per_occurrence or part.part.marks.award or part.part.marks.judged
    return rule is not None and rule.levels is not None


def gives_marks(kind: str) -> bool:
    """Whether a kind gives marks of its own: a veto takes the total, and a condition is asked for by a table."""
    return MODELS[kind].gives_marks and kind != "veto"


@cache
def find_example(kind: str, place: int, folder: Path) -> Example:
    """An example that has such marks; right as it stands."""
    for number, example in enumerate(EXAMPLES):
        parts = [part for part in list_parts(example.pack, example.year) if part.part.marks.kind == kind]
        numbers = {
            part.number
            for part in parts
            if is_by_level(part) == bool(place) and (part.indicator.combine == "sum" or not gives_marks(kind))
        }
        if numbers:
            own = folder / str(number)
            own.mkdir(exist_ok=True)
            own_parts = score_example(example, own).parts.filter(pl.col("part").is_in(list(numbers)))
            if len(own_parts.filter((pl.col("outcome") == "scored") & pl.col("forced").is_null())):
                return example
    raise AssertionError(f"no example of {kind}")


@pytest.mark.parametrize(("kind", "place"), KINDS)
def test_marks_that_their_own_line_denies_are_refused(
    kind: str, place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = find_example(kind, place, tmp_path)
    branches = list(awards.BRANCHES[kind])
    branches[place] = (MORE if gives_marks(kind) else CONTRARY).format(branches[place])
    monkeypatch.setitem(awards.BRANCHES, kind, tuple(branches))
    with pytest.raises(MarksDiffer) as refused:
        score_example(example, tmp_path)
    assert "两者必须一致" in str(refused.value) and "按规则逐步计算的算式得出" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("ITEMS", lambda sql: f"SELECT * REPLACE (points + 1 AS points) FROM ({sql})", "把已取整的各项得分加总得出"),
        ("TOTALS", lambda sql: f"SELECT * REPLACE (total + 1 AS total) FROM ({sql})", "「总分」"),
        ("TOTALS", lambda sql: f"SELECT * REPLACE (base - 1 AS base) FROM ({sql})", "「基础分」"),
        ("TOTALS", lambda sql: f"SELECT * REPLACE (full_points - 1 AS full_points) FROM ({sql})", "「满分」"),
    ],
)
def test_sums_that_their_parts_deny_are_refused(
    name: str, change: Callable[[str], str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = find_example("all_or_nothing", 0, tmp_path)
    monkeypatch.setattr(run, name, change(getattr(run, name)))
    with pytest.raises(MarksDiffer, match=words):
        score_example(example, tmp_path)


def test_nothing_is_kept_of_a_run_that_contradicts_itself(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault of November 2026: 1.50 was stored beside 「2.5 分 - 0.1 分 × 9 = 1.60 分」."""
    root = tmp_path / "workspace"
    shutil.copytree(demo, root)
    workspace = open_workspace(root)
    pack = load_pack(workspace.pack_folder)
    inputs, before = current_inputs(workspace, pack), list_runs(workspace)
    (late,) = awards.BRANCHES["late"]
    changed = f"SELECT * REPLACE (CASE WHEN top < full_marks THEN top - 100000 ELSE top END AS top) FROM ({late})"
    monkeypatch.setitem(awards.BRANCHES, "late", (changed,))
    now = datetime(2025, 4, 20, tzinfo=UTC)
    with pytest.raises(MarksDiffer) as refused:
        store_run(workspace, pack, inputs, 2024, date(2025, 4, 11), now=now, user="tester")
    assert refused.value.unit and refused.value.what
    assert float(refused.value.other.removesuffix(" 分")) == pytest.approx(
        float(refused.value.engine.removesuffix(" 分")) + 0.1
    )
    assert list_runs(workspace) == before
    assert not list(workspace.runs_folder.glob(".draft-*"))


def test_a_workbook_is_not_written_with_a_mark_that_its_formula_denies(tmp_path: Path) -> None:
    example = find_example("per_shortfall", 0, tmp_path)
    inputs = store_tables(example.pack, example.tables, example.scopes, tmp_path)
    result = score(example.pack, inputs, example.year, example.as_of, threads=1)
    parts = {(part.cohort, part.indicator.id): part for part in list_parts(example.pack, example.year)}
    formulas, checked = Formulas(example.pack.head.precision), 0
    for unit in explain_run(example.pack, inputs, result):
        for record in unit.records:
            item = Explanation.model_validate(record)
            line, told = PartLine(parts[(unit.cohort, item.indicator)]), item.parts[0]
            if work_out(formulas, line, 4, told, item) is None:
                continue
            with pytest.raises(MarksDiffer, match="工作簿里的公式得出"):
                more = f"{float(told.marks or 0) + 0.01:.2f}"
                work_out(formulas, line, 4, told.model_copy(update={"marks": more}), item)
            checked += 1
    assert checked
