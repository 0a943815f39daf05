"""The cases of the shipped packs hold, and every indicator has cases at its levels and boundaries.

What this does not prove: that a case says what the office would say. They are worked out by hand, but for those called
one-step, which were found by changing a rule by one step; the plain-Python reference gives the same for all.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from indicators.pack.cases import PackCase, load_cases
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from scoring.cases.run import run_cases
from tests.reference.second_judge import judge_twice

PACKS = ("jincheng-2021-2025", "published-dates")


@cache
def read_pack(name: str) -> Pack:
    return load_pack(find_pack(name))


@cache
def read_cases(name: str) -> dict[str, list[PackCase]]:
    files = defaultdict(list)
    for file, _, case in load_cases(find_pack(name)):
        files[file].append(case)
    return dict(files)


@pytest.mark.parametrize("name", PACKS)
def test_the_cases_hold_and_the_reference_gives_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a pack together: what a run costs is shared by the cases of a moment, whatever file they stand in."""
    differing = judge_twice(monkeypatch)
    report = run_cases(read_pack(name), find_pack(name))
    assert [str(failure) for failure in report.failures] == differing == []
    assert report.run == sum(map(len, read_cases(name).values())) > 0 and report.untested == []


@pytest.mark.parametrize("name", PACKS)
def test_every_indicator_has_cases(name: str) -> None:
    tested = {case.indicator for cases in read_cases(name).values() for case in cases}
    assert {indicator.id for indicator in read_pack(name).indicators} == tested


@pytest.mark.parametrize("name", PACKS)
def test_every_step_of_every_ladder_has_a_case(name: str) -> None:
    missing = []
    for indicator in read_pack(name).indicators:
        steps = {str(step.marks) for part in indicator.parts if part.marks.ladder for step in part.marks.ladder.steps}
        scored = [
            case
            for cases in read_cases(name).values()
            for case in cases
            if case.indicator == indicator.id and case.expect.outcome == "scored"
        ]
        if steps and len({case.expect.marks for case in scored}) < len(steps):
            missing.append(indicator.id)
    assert not missing
