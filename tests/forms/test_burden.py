"""How much is asked of whom, for what, and what is asked for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from data.intake.burden import Burden, list_burdens, list_doubled, list_services, list_unasked, sum_burdens
from indicators.meaning.formality import WORDS, list_formalities
from indicators.pack.model import Pack
from tests.forms.conftest import PACKS, find, read_nothing

JINCHENG = PACKS["jincheng"]
IDS = pytest.mark.parametrize("pack", [pytest.param(pack, id=name) for name, pack in PACKS.items()])


def find_burden(burdens: Sequence[Burden], dataset: str) -> Burden:
    return next(each for each in burdens if each.dataset == dataset)


def make_reader(**tables: list[dict[str, Any]]) -> Any:
    return lambda dataset: tables.get(dataset, [])


def test_known_rows_are_counted_and_what_is_filled_in_is_no_burden() -> None:
    burden = find_burden(list_burdens(JINCHENG, 2025, read_nothing, find(JINCHENG, "chengqu")), "enforcement")
    columns = len(JINCHENG.dataset("enforcement").columns)
    assert (burden.rows, burden.basis, burden.cells) == (4, "known", 4 * columns)
    # Unit, year and quarter of four rows.
    assert burden.prefilled == 12 and burden.to_fill == 4 * columns - 12


def test_events_are_estimated_by_those_of_last_year() -> None:
    row = {"_unit": "chengqu", "_period": 2024}
    read = make_reader(lectures=[row, row, row, {**row, "_unit": "zezhou"}, {**row, "_period": 2023}])
    burden = find_burden(list_burdens(JINCHENG, 2025, read, find(JINCHENG, "chengqu")), "lectures")
    assert (burden.rows, burden.basis, burden.prefilled) == (3, "last_year", 3)


def test_where_nothing_is_known_one_row_is_counted_and_said_to_be_the_least() -> None:
    burden = find_burden(list_burdens(JINCHENG, 2025, read_nothing, find(JINCHENG, "chengqu")), "lectures")
    assert (burden.rows, burden.basis) == (1, "unknown")


def test_the_year_before_is_counted_by_its_own_rows() -> None:
    """So that more tables and columns show, and not how many rows there happened to be."""
    row = {"_unit": "chengqu", "_period": 2024}
    read, unit = make_reader(lectures=[row, row, row]), find(JINCHENG, "chengqu")
    (same,) = sum_burdens(JINCHENG, 2025, read, unit)
    assert same.before == same.to_fill == sum(each.to_fill for each in list_burdens(JINCHENG, 2025, read, unit))
    assert find_burden(list_burdens(JINCHENG, 2024, read, unit, is_over=True), "lectures").rows == 3
    (first,) = sum_burdens(JINCHENG, JINCHENG.head.years.first or 0, read, unit)
    assert first.before is None


def test_a_column_names_the_indicators_that_it_serves() -> None:
    services = {(each.dataset, each.column): each for each in list_services(JINCHENG, 2025)}
    hours = services["training", "hours"]
    assert hours.purpose == "read" and "35.reconsideration-training" in hours.indicators
    assert services["lectures", "unit"].purpose == "row" and services["lectures", "unit"].indicators
    assert services["firm_checks", "off_plan"].purpose in ("read", "check")
    assert services["judgements", "evidence"].purpose == "check"
    assert services["exemptions", "approver"].purpose == "exemptions"


def test_a_column_that_serves_nothing_is_told() -> None:
    services = {(each.dataset, each.column): each for each in list_services(JINCHENG, 2025)}
    assert services["lectures", "leaders"].purpose == "none" and not services["lectures", "leaders"].indicators


@IDS
def test_every_column_that_is_asked_for_has_a_purpose_or_is_told(pack: Pack) -> None:
    for each in list_services(pack, pack.head.years.last or 2024):
        assert bool(each.indicators) == (each.purpose in ("read", "row")) or each.dataset == pack.head.exemptions


def test_a_dataset_that_no_indicator_reads_is_asked_of_nobody() -> None:
    extra = JINCHENG.dataset("lectures").model_copy(update={"id": "idle", "title": "没有用的表"})
    pack = JINCHENG.model_copy(update={"datasets": (*JINCHENG.datasets, extra)})
    assert list_unasked(pack, 2025) == [*list_unasked(JINCHENG, 2025), "idle"]


def double(pack: Pack, dataset: str, **changes: Any) -> Pack:
    """The pack with a second dataset like that one, read by a second indicator like the one that reads it."""
    twin = pack.dataset(dataset).model_copy(update={"id": "twin", "title": "又一张表", **changes})
    reader = next(each for each in pack.indicators if dataset in each.parts[0].measure.datasets())
    measure = reader.parts[0].measure
    member = getattr(measure, measure.kind).model_copy(update={"dataset": "twin"})
    part = reader.parts[0].model_copy(update={"measure": measure.model_copy(update={measure.kind: member})})
    other = reader.model_copy(update={"id": "99.twin", "parts": (part,)})
    return pack.model_copy(update={"datasets": (*pack.datasets, twin), "indicators": (*pack.indicators, other)})


def test_the_same_datum_in_two_tables_of_the_same_kind_of_row_is_told() -> None:
    found = list_doubled(double(JINCHENG, "lectures"), 2025)
    twins = [each for each in found if each.datasets == ("lectures", "twin")]
    assert [each.title for each in twins] == ["参加的领导干部人数"]
    assert "城区" in twins[0].units and "晋城经济技术开发区" not in twins[0].units


def test_tables_of_one_office_and_of_each_unit_are_not_asked_of_the_same_hand() -> None:
    pack = double(JINCHENG, "lectures", reported_by="市中院")
    assert not [each for each in list_doubled(pack, 2025) if "twin" in each.datasets]


@IDS
def test_doubles_name_two_datasets_that_the_unit_is_asked_for(pack: Pack) -> None:
    for each in list_doubled(pack, pack.head.years.last or 2024):
        assert len(set(each.datasets)) == 2 and each.units


def test_an_indicator_that_counts_lectures_is_listed_with_the_words_found() -> None:
    found = {(each.indicator.id, each.heading, each.word, each.where) for each in list_formalities(JINCHENG, 2025)}
    assert ("35.lectures", "会议", "讲座", "指标名称") in found
    assert ("35.lectures", "留痕", "签到", "佐证材料") in found


def test_evidence_is_told_apart_from_what_is_counted() -> None:
    for each in list_formalities(JINCHENG):
        assert each.counts == (each.where not in ("佐证材料", "核查要点"))
        assert each.word in each.text and each.word in WORDS[each.heading]


def test_a_pack_of_dates_earns_nothing_by_papers() -> None:
    assert [each.word for each in list_formalities(PACKS["published"]) if each.counts] == []


def test_words_are_read_from_left_to_right() -> None:
    indicator = JINCHENG.indicator("35.lectures").model_copy(update={"name": "印发文件", "evidence": ()})
    pack = JINCHENG.model_copy(update={"indicators": (indicator,)})
    assert [each.word for each in list_formalities(pack) if each.where == "指标名称"] == ["印发"]


@pytest.mark.parametrize(
    ("name", "words"), [("自印发之日起15日内报送备案", []), ("会议后5日内公布", []), ("印发后的文件数", ["文件数"])]
)
def test_a_day_from_which_is_counted_earns_nothing(name: str, words: list[str]) -> None:
    indicator = JINCHENG.indicator("35.lectures").model_copy(update={"name": name, "evidence": ()})
    pack = JINCHENG.model_copy(update={"indicators": (indicator,)})
    assert [each.word for each in list_formalities(pack) if each.where == "指标名称"] == words


def test_a_prohibition_that_names_meetings_earns_nothing_by_them() -> None:
    sections = {each.id for each in JINCHENG.head.sections if each.kind in ("deduction", "veto")}
    assert sections and not [each for each in list_formalities(JINCHENG) if each.indicator.section in sections]


def test_a_longer_word_is_not_told_again_by_its_part() -> None:
    indicator = JINCHENG.indicator("35.lectures").model_copy(update={"name": "会议记录篇数", "evidence": ()})
    pack = JINCHENG.model_copy(update={"indicators": (indicator,)})
    found = [(each.heading, each.word) for each in list_formalities(pack) if each.where == "指标名称"]
    assert found == [("会议", "会议"), ("信息篇数", "篇"), ("留痕", "会议记录")]
