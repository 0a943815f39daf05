"""The Jincheng pack holds the whole plan: every obligation is assessed or waived with a reason, and in the right way.

Not proved here: that the marks are wise, or that the list of 129 obligations is all that the plan asks.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from indicators.lint.strength import VAGUE, WEAK
from indicators.meaning.coverage import list_coverage, list_indicator_coverage, write_page
from indicators.meaning.uses import moves_marks
from indicators.pack.model import Indicator, Pack
from indicators.reader import find_pack, load_pack

DOCS = Path(__file__).parents[2] / "docs"
#: The obligations with a number or a date: measured from data, never judged.
QUANTIFIED = (
    "T007 T016 T017 T039 T064 T077 T086 T091 T092 T093 T094 T099 T101 T102 T104 T105 T114 T115 T116 T121 T122 T123"
)
#: Obligations that forbid something.
PROHIBITIONS = "T010 T015 T031 T032 T033 T036 T042 T053 T055 T056 T079 T080 T120"
#: Articles that set qualitative tasks only.
QUALITATIVE = {"七": "8.practice", "十四": "14.practice", "十七": "17.practice", "二": "33.study", "一": "33.study"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(find_pack("jincheng-2021-2025"))


def list_assessing(pack: Pack, obligation: str) -> list[Indicator]:
    return [indicator for indicator in pack.indicators if obligation in indicator.obligations]


def test_a_finding_moves_marks_only_where_a_measure_reads_findings(pack: Pack) -> None:
    moved = {indicator.id for indicator in pack.indicators if moves_marks(pack, indicator.id)}
    assert {"10.unlawful-decisions", "26.fine-quota", "34.fraud"} <= moved
    assert "12.accountability" not in moved and "35.lectures" not in moved


def test_all_129_obligations_are_assessed_or_waived_with_a_reason(pack: Pack) -> None:
    rows = list_coverage(pack)
    assert len(rows) == 129
    assert [row.obligation for row in rows if row.state == "open"] == []
    assert [row.obligation for row in rows if row.state == "waived" and len(row.waived or "") < 10] == []
    assert [row.obligation for row in rows if row.indicators and row.waived] == []
    assert sum(row.state == "covered" for row in rows) >= 120


def test_the_page_in_the_docs_is_the_one_that_the_command_writes(pack: Pack) -> None:
    assert (DOCS / "coverage.md").read_text() == write_page(pack)


@pytest.mark.parametrize("obligation", QUANTIFIED.split())
def test_what_has_a_number_or_a_date_is_measured_and_never_judged(pack: Pack, obligation: str) -> None:
    row = next(row for row in list_coverage(pack) if row.obligation == obligation)
    assert set(row.ways) == {"measured"}


@pytest.mark.parametrize("obligation", PROHIBITIONS.split())
def test_a_prohibition_is_a_count_of_nothing(pack: Pack, obligation: str) -> None:
    for indicator in list_assessing(pack, obligation):
        assert all(part.target is not None and part.target.none is not None for part in indicator.parts)


def test_coverage_duties_ask_for_all_that_is_left_after_the_exclusions(pack: Pack) -> None:
    ratios = [
        (indicator.id, part.measure.ratio, part.target)
        for indicator in pack.indicators
        for part in indicator.parts
        if part.measure.ratio is not None and part.measure.ratio.denominator.dataset == "coverage"
    ]
    assert len(ratios) > 30
    for name, ratio, target in ratios:
        assert ratio.denominator.less == "excluded", name
        assert target is not None and str(target.at_least) == "100%", name


def test_every_subject_of_the_statistics_is_asked_for_by_exactly_one_indicator(pack: Pack) -> None:
    asked = [
        str(subject)
        for indicator in pack.indicators
        for part in indicator.parts
        if part.measure.ratio is not None and part.measure.ratio.denominator.dataset == "coverage"
        for subject in part.measure.ratio.denominator.where["subject"].any_of
    ]
    column = pack.dataset("coverage").column("subject")
    assert column is not None
    assert sorted(asked) == sorted(column.choices)


def test_the_horizon_of_2035_is_no_deadline(pack: Pack) -> None:
    days = [
        part.target.by.on
        for indicator in pack.indicators
        for part in indicator.parts
        if part.target is not None and part.target.by is not None and part.target.by.on is not None
    ]
    assert days and max(days) <= "2025-12-31"
    assert next(row for row in list_coverage(pack) if row.obligation == "T003").state == "waived"


@pytest.mark.parametrize("cohort", ["counties", "departments", "city"])
def test_each_cohort_has_a_table_of_100_marks(pack: Pack, cohort: str) -> None:
    base = {section.id for section in pack.head.sections if section.kind == "base"}
    marks = [i.marks[cohort] for i in pack.indicators if i.section in base and cohort in i.marks]
    assert sum(marks) == Decimal(100)
    assert len(marks) > 25


def test_what_only_the_city_can_do_is_never_scored_county_by_county(pack: Pack) -> None:
    for obligation in ("T021", "T023", "T028", "T030", "T044", "T086", "T090", "T092", "T100", "T102", "T105", "T119"):
        assert {cohort for found in list_assessing(pack, obligation) for cohort in found.marks} == {"city"}, obligation
    national = [found for found in list_assessing(pack, "T114") if "counties" in found.marks]
    assert {found.section for found in national} == {"bonus"}


@pytest.mark.parametrize("indicator", ["14.practice", "17.practice", "18.release", "22.sensitive", "28.dishonesty"])
def test_a_department_answers_only_for_what_it_leads_or_takes_part_in(pack: Pack, indicator: str) -> None:
    found = pack.indicator(indicator)
    assert found.duties is not None
    departments = {unit.id for unit in pack.registry.units if unit.kind == "department"}
    excluded = {unit.id for unit in found.list_excluded(pack.registry, 2024)}
    assert departments - excluded == {*found.duties.lead, *found.duties.joint} & departments


def test_the_plan_s_demands_on_the_table_itself_are_met(pack: Pack) -> None:
    (results,) = list_assessing(pack, "T081")
    assert results.parts[0].measure.of_marks is not None, "enforcement supervision is an indicator（二十六）"
    assert {section.review for section in pack.head.sections if section.kind == "base"} == {"internal", "external"}
    (steps,) = list_assessing(pack, "T076")
    assert steps.parts[0].measure.ratio is not None
    assert len([name for name in steps.parts[0].measure.ratio.numerator.where if name.endswith("_on")]) == 5


@pytest.mark.parametrize("article", sorted(QUALITATIVE))
def test_articles_without_obligations_are_on_a_checklist(pack: Pack, article: str) -> None:
    found = pack.indicator(QUALITATIVE[article])
    assert found.checklist
    cited = {cite.article for cite in found.cites}
    assert article in cited or any(f"（第{article}条）" in line for line in found.checklist)


def test_judged_indicators_ask_for_several_things_each(pack: Pack) -> None:
    judged = [row for row in list_indicator_coverage(pack) if row.way == "judged"]
    assert len(judged) >= 18
    assert [row.indicator for row in judged if len(row.checklist) < 3] == []


def test_vague_and_weak_words_occur_and_are_said_to_be_so(pack: Pack) -> None:
    quotes = {i.id: "".join(cite.quote or "" for cite in i.cites if "target" in cite.supports) for i in pack.indicators}
    vague = [i for i in pack.indicators if any(word in quotes[i.id] for word in VAGUE)]
    assert len(vague) >= 8
    for indicator in vague:
        assert any(cite.local_choice and {"target", "deadline"} & set(cite.supports) for cite in indicator.cites)
    weak = [i for i in pack.indicators if any(word in quotes[i.id] for word in WEAK)]
    assert {indicator.strength for indicator in weak} == {"weak"}
