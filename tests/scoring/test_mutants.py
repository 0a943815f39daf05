"""Rules changed by one step: every change that makes a difference is noticed by a case, or told with one that would.

Not proven here: that the cases of the large shipped pack notice all changes; ``ducha pack test --mutants`` tells.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from indicators.pack.cases import PackCase, load_cases, load_tables
from indicators.pack.model import Indicator, Pack
from indicators.reader import load_pack
from scoring.cases.mutants import list_head_mutants, list_mutants
from scoring.cases.survivors import find_survivors
from scoring.cases.tables import check_table
from tests.cli.conftest import run_ducha

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE, COMPOSED, COMBINED = DOCS / "example-pack", DOCS / "composed-pack", DOCS / "combined-pack"
BODY = {
    "id": "1",
    "name": "x",
    "section": "s",
    "marks": {"c": "2"},
    "cites": [{"supports": ["marks"], "local_choice": "x"}],
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(EXAMPLE)


@pytest.fixture(scope="module")
def cases() -> list[PackCase]:
    return [case for _, _, case in load_cases(EXAMPLE)]


def list_texts(pack: Pack, part: dict[str, object]) -> list[str]:
    """What is changed of a part, without the words that lead there."""
    indicator = Indicator.model_validate({**BODY, "parts": [part]})
    return [re.sub("^.*·", "", mutant.text) for mutant in list_mutants(pack, indicator)]


def test_numbers_move_by_a_step_of_their_last_digit(pack: Pack) -> None:
    ratio = {"numerator": {"dataset": "documents", "where": {"filed": "是"}}, "denominator": {"dataset": "documents"}}
    part = {"measure": {"ratio": ratio}, "target": {"at_least": "90%"}, "marks": {"proportional": {"base": "0.5"}}}
    texts = list_texts(pack, part)
    for wanted in (
        "不低于：90% → 91%",
        "不低于：90% → 89%",
        "起点得分：0.5 → 0.6",
        "起点得分：0.5 → 0.4",
        "起点得分：删去",
    ):
        assert wanted in texts
    assert "filed：删去" in texts and "filed：改为不是" in texts


def test_borders_of_a_ladder_move_together_and_go_to_either_side(pack: Pack) -> None:
    steps = [
        {"at_least": "3", "marks": "2"},
        {"at_least": "1", "below": "3", "marks": "1"},
        {"below": "1", "marks": "0"},
    ]
    part = {"measure": {"count": {"dataset": "lectures"}}, "marks": {"ladder": {"steps": steps}}}
    indicator = Indicator.model_validate({**BODY, "parts": [part]})
    found = {
        re.sub("^.*·", "", each.text): each.changed.parts[0].marks.chosen for each in list_mutants(pack, indicator)
    }
    assert {
        "分界：3 → 4",
        "分界：3 → 2",
        "分界：3 归另一档",
        "分界：1 → 2",
        "得分：2 → 1",
        "得分：0 → 1",
    } <= found.keys()
    # More than the full marks of 2 is no rule: what lint refuses needs no case.
    assert "得分：2 → 3" not in found
    moved, turned = found["分界：3 → 4"].model_dump(mode="json"), found["分界：3 归另一档"].model_dump(mode="json")
    assert [(step["at_least"], step["below"]) for step in moved["steps"]] == [("4", None), ("1", "4"), (None, "1")]
    assert [(step["above"], step["at_most"]) for step in turned["steps"]] == [("3", None), (None, "3"), (None, None)]
    assert all(list(each.find_faults(None)) == [] for each in found.values())


def test_words_states_and_deadlines_are_turned(pack: Pack) -> None:
    by = {"every": "03-01", "years_later": "1", "day_itself": "in_time"}
    late = {"measure": {"date": {"dataset": "reports", "column": "published_on"}}, "target": {"by": by}}
    texts = list_texts(pack, {**late, "marks": {"late": {"per_day": "0.1"}}})
    assert "当日算不算：当日算按时 → 当日算逾期" in texts and "几年之后：1 → 2" in texts
    findings = {"measure": {"findings": {"dataset": "findings", "states": ["已认定"]}}, "target": {"none": {}}}
    texts = list_texts(pack, {**findings, "marks": {"veto": {"total": "zero"}}})
    assert "计入的状态：增加「已撤销」" in texts and "计入的状态：增加「待核实」" in texts


def test_the_cases_of_the_example_notice_every_change_of_a_veto_and_of_a_deadline(
    pack: Pack, cases: list[PackCase]
) -> None:
    report = find_survivors(pack, cases, only=["5.false-material", "3.report"])
    assert report.tried >= 9 and [each.text for each in report.survivors if each.witness is not None] == []


def test_a_veto_that_counts_withdrawn_findings_is_told_with_a_case_that_notices(
    pack: Pack, cases: list[PackCase]
) -> None:
    fewer = [case for case in cases if case.id != "false-material-not-confirmed"]
    report = find_survivors(pack, fewer, only=["5.false-material"])
    told = next(each for each in report.survivors if each.text.endswith("增加「已撤销」"))
    assert told.witness is not None
    added = [PackCase.model_validate(case) for case in YAML(typ="safe", pure=True).load(told.witness)["cases"]]
    assert added[0].expect.veto == "none"
    again = find_survivors(pack, [*fewer, *added], only=["5.false-material"])
    assert told.text not in [each.text for each in again.survivors]


def test_the_command_tells_what_is_not_noticed_and_ends_with_one(tmp_path: Path) -> None:
    done = run_ducha("pack", "test", EXAMPLE, "--mutants", "--indicator", "2.lectures")
    assert (
        done.returncode == 0
        and "0 处没有发现" in done.stdout
        and "没有差别：100 以内的每个整数得分取整以后都不变" in done.stdout
    )
    assert "没有指标 2.lecture" in run_ducha("pack", "test", EXAMPLE, "--mutants", "--indicator", "2.lecture").stderr


def test_what_decides_over_totals_is_changed_too_and_noticed_by_whole_tables() -> None:
    composed = load_pack(COMPOSED)
    tables = {each.case.id: each.case for each in load_tables(COMPOSED)}
    heads = dict(list_head_mutants(composed))
    for text, table in (
        ("考核组·第3项·等次·分界：90 → 91", "on-the-lines"),
        ("考核组·第3项·等次·分界：90 → 89", "below-the-first-line"),
        ("考核组·第3项·等次·第1项·名额·不超过：40% → 39%", "on-the-lines"),
        ("一级指标·第9项·至多·counties：4 → 5", "honours-within-the-cap-of-their-section"),
        ("规定·不适用的怎么算：不计入满分 → 满分", "honours-within-the-cap-of-their-section"),
    ):
        assert check_table(composed, tables[table]) == []
        assert check_table(heads[text], tables[table]) != [], text


def test_what_no_case_of_an_item_notices_is_tried_on_whole_tables() -> None:
    combined = load_pack(COMBINED)
    tables = [each.case for each in load_tables(COMBINED) if each.case.id == "two-counties"]
    alone, beside = (find_survivors(combined, [], some, only=["3.organisation"]) for some in ([], tables))
    assert alone.tried == len(alone.survivors) == beside.tried
    told = {each.text for each in alone.survivors} - {each.text for each in beside.survivors}
    # One county has both, the other two meetings: 10 marks and 3.
    assert any("分值：3 → 2" in text for text in told) and any(
        "第1项·各条件都成立·会议·不低于：4 → 5" in text for text in told
    )


def test_lint_tells_the_mistakes_of_the_cases_beside_those_of_the_rules(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    shutil.copytree(EXAMPLE, folder)
    for name, right, wrong in (
        ("indicators/rules.yaml", "section: rules", "section: rulez"),
        ("cases/rules.yaml", "outcome: scored", "outcome: full"),
    ):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(right, wrong, 1), encoding="utf-8")
    said = run_ducha("pack", "lint", folder).stderr
    assert "rulez" in said and "cases/rules.yaml:" in said and "full" in said
