"""The calculation line is true: what it reckons with are the record's own numbers, and it ends in the stored marks.

Random worlds go through the engine; a reader that knows nothing of rules then checks every equation of every
line with fractions. This does not prove that the marks are right (the reference scorer is for that), nor that
the words beside the numbers are the right ones.
"""

from __future__ import annotations

import json
import os
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from scoring.base.effects import find_effect, say_verdict
from scoring.engine.run import score
from scoring.evidence import open_evidence
from scoring.explain.explanation import Explanation
from scoring.explain.record import explain_item
from scoring.explain.text import render_explanation
from tests.explain.arithmetic import check_line, cut_values, list_earlier, list_numbers, list_used
from tests.reference.generator import World
from tests.reference.joined import joined_worlds
from tests.worlds import store_tables

#: `make soak` tries more.
BATCHES = int(os.environ.get("DUCHA_LINE_BATCHES", "10"))
WORLDS_EACH = 5
ITEMS_EACH = 8 * WORLDS_EACH
#: An item is chosen by its place, so that over all worlds every cohort, unit and indicator comes up.
STRIDE = 7


def explain_world(world: World, folder: Path, seed: int) -> list[tuple[dict[str, Any], str | None]]:
    """The records of up to ITEMS_EACH items of joined worlds, each with what its veto came to, if it is one."""
    inputs = store_tables(world.pack, world.tables, world.scopes, folder, world.declared)
    result = score(world.pack, inputs, world.year, world.as_of, threads=1)
    rows = result.items.to_dicts()
    # A year that no indicator holds for has nothing to explain.
    chosen = {(seed + STRIDE * number) % len(rows) for number in range(ITEMS_EACH if rows else 0)}
    with open_evidence(world.pack, inputs, world.year, world.as_of) as connection:
        return [
            (
                explain_item(
                    world.pack,
                    inputs,
                    result,
                    row["cohort"],
                    row["unit"],
                    row["indicator"],
                    connection=connection,
                    limit=5,
                ),
                row["veto"],
            )
            for row in (rows[place] for place in sorted(chosen))
        ]


def check_part(part: dict[str, Any], rule: list[str]) -> None:
    line = cut_values(part["calculation"], rule)
    assert check_line(line) == Fraction(part["marks"]), line
    figures = {Fraction(f["value"]) for f in part["figures"] if re.fullmatch(r"-?[0-9.]+", f["value"])}
    # What may be taken off is the part's full marks, which stand in the record beside the rule.
    known = list_numbers(part["rule"]) | list_earlier(line) | figures | {Fraction(part["full_marks"])}
    unknown = list_used(line) - known - {-number for number in known}
    assert not unknown, f"{unknown} stand neither in the rule nor among the figures: {line}"


def check_people(part: dict[str, Any]) -> None:
    figures = {figure["label"]: int(figure["value"]) for figure in part["figures"] if figure["unit"] == "人"}
    people = part["people"]
    assert figures["达到要求人数"] == people["reached"]
    assert figures["应计人数"] == people["reached"] + people["short"]
    assert len(people["missed"]) <= min(people["short"], 5)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_every_equation_holds_and_the_line_ends_in_the_stored_marks(batch: int, tmp_path: Path) -> None:
    seeds = range(batch * WORLDS_EACH, (batch + 1) * WORLDS_EACH)
    world = joined_worlds(seeds)
    for record, veto in explain_world(world, tmp_path, batch):
        where = f"{seeds}: {record['cohort']} {record['unit']} {record['indicator']}"
        json.dumps(record)
        assert render_explanation(Explanation.model_validate(record)), where
        for part in record["parts"]:
            if part["marks"] is not None:
                check_part(part, record["rule"])
            if part["people"] is not None and part["outcome"] == "scored" and part["figures"]:
                check_people(part)
            assert part["next_step"], where
        effect = find_effect(world.pack.indicator(record["indicator"]))
        if effect is not None and len(record["parts"]) > 1:
            # Several conditions of a veto have no marks together: the line ends in what the engine found.
            ended = record["calculation"] == "" or record["calculation"].endswith(say_verdict(effect, veto is not None))
            assert ended or record["outcome"] != "scored", where
        elif record["calculation"] and record["marks"] is not None:
            line = cut_values(record["calculation"], record["rule"])
            assert check_line(line) == Fraction(record["marks"]), where


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("2 分 × 57 ÷ 60 = 1.80 分", "does not hold"),
        ("2 分 × 57 ÷ 61 ≈ 1.88 分（四舍五入到 0.01 分）", "is not about"),
        ("57 ÷ 60 = 95% > 96%；得 2.00 分", "does not hold"),
        ("2 分 × 57 ÷ 60 = 1.90", "does not end in marks"),
    ],
)
def test_the_reader_of_lines_sees_a_false_one(line: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_line(line)


@pytest.mark.parametrize(
    ("line", "marks"),
    [
        ("2 分 × 57 ÷ 60 = 1.90 分", "1.9"),
        ("2 分 × 57 ÷ 61 ≈ 1.87 分（四舍五入到 0.01 分）", "1.87"),
        ("(100% - 24 ÷ 25) ÷ 1% = 4；2.5 分 - 0.2 分 × 4 = 1.70 分", "1.7"),
        ("57 ÷ 60 = 95% > 90%，达到目标；得 2.00 分", "2"),
    ],
)
def test_the_reader_of_lines_takes_a_true_one(line: str, marks: str) -> None:
    assert check_line(line) == Fraction(marks)
