"""Nothing is asked of a figure beyond what it can be, and what an empty cell will do is told."""

from __future__ import annotations

import pytest

from indicators.entries.tables import Column
from indicators.lint.scales import check_columns, check_reach, list_notices
from indicators.pack.model import Pack
from tests.reference.example import Body, make_indicator, make_pack

RATE: Body = {
    "numerator": {"dataset": "cases", "sum": "closed"},
    "denominator": {"dataset": "cases", "sum": "accepted"},
}
SCORE: Body = {"imported": {"dataset": "scores", "column": "value", "out_of": "10"}}
PEOPLE: Body = {
    "share_of_people": {
        "roster": {"dataset": "people"},
        "records": {"dataset": "training", "sum": "hours", "person": "who"},
        "reaching": {"at_least": "40"},
    }
}
EACH: Body = {"date": {"dataset": "reports", "column": "published", "pick": "each"}}
MARKS: Body = {"of_marks": {"indicators": ["y"]}}
LATEST: Body = {"latest": {"dataset": "scores", "column": "value", "order": "seq"}}
YES_NO: Body = {"all_or_nothing": {}}


def make(measure: Body, marks: Body, target: Body | None = None) -> Pack:
    part: Body = {"measure": measure, "marks": marks, **({"target": target} if target else {})}
    return make_pack([make_indicator("x", "10", [part])], ("a",), {})


def steps(*ends: Body) -> Body:
    return {"ladder": {"steps": [{**each, "marks": f"{10 * number}%"} for number, each in enumerate(ends)]}}


@pytest.mark.parametrize(
    "measure", [{"ratio": RATE}, PEOPLE, SCORE, MARKS, {"change": {"ratio": RATE, "from_zero": "compare"}}]
)
@pytest.mark.parametrize(
    "target", [{"at_least": "100.01%"}, {"at_most": "103%"}, {"equals": "120%"}, {"at_least": "-101%"}]
)
def test_no_share_is_asked_for_more_than_all(measure: Body, target: Body) -> None:
    (problem,) = check_reach(make(measure, YES_NO, target))
    assert "目标写了 " in problem.text and "100% 之间" in problem.text and problem.indicator == 0
    (fine,) = target
    assert not list(check_reach(make(measure, YES_NO, {fine: "100%"})))


def test_steps_and_starts_that_no_share_reaches_are_refused() -> None:
    ladder = steps({"below": "90%"}, {"at_least": "90%", "at_most": "100%"}, {"above": "100%"})
    (problem,) = check_reach(make(EACH, ladder))
    assert problem.text == "档次「20%分」永远落不到：比率只会在 0% 和 100% 之间；请删去这一档或改它的两头"
    assert not list(check_reach(make(EACH, steps({"below": "100%"}, {"at_least": "100%"}))))
    assert len(list(check_reach(make(EACH, steps({"below": "0%"}, {"at_least": "0%"}))))) == 1
    line = {"proportional": {"from": "110%"}}
    (start,) = check_reach(make(SCORE, line, {"at_most": "90%"}))
    assert start.text.startswith("from 写了 110%")


def test_a_rate_of_change_may_rise_without_end_and_falls_by_all_at_most() -> None:
    rate: Body = {"change": {"sum": {"dataset": "cases"}, "by": "rate", "from_zero": "pending"}}
    assert not list(check_reach(make(rate, YES_NO, {"rising": {"at_least": "300%"}})))
    assert len(list(check_reach(make(rate, YES_NO, {"falling": {"at_least": "101%"}})))) == 1
    share: Body = {"change": {"ratio": RATE, "from_zero": "pending"}}
    assert len(list(check_reach(make(share, YES_NO, {"rising": {"at_least": "101%"}})))) == 1


def limit(pack: Pack, **limits: object) -> Pack:
    """The pack with limits on the column that ``latest`` reads."""

    def change(column: Column) -> Column:
        return Column.model_validate({**column.model_dump(), **limits}) if column.name == "value" else column

    datasets = tuple(d.model_copy(update={"columns": tuple(map(change, d.columns))}) for d in pack.datasets)
    return pack.model_copy(update={"datasets": datasets})


def test_a_latest_value_is_asked_for_what_its_column_can_hold() -> None:
    asked = make(LATEST, YES_NO, {"at_least": "120"})
    assert not list(check_columns(asked))
    for limits in ({"at_most": "100"}, {"at_least": None, "unit_of_measure": "%"}):
        (problem,) = check_columns(limit(asked, **limits))
        assert problem.text.startswith("目标写了 120，但这一列的数只会在 ")


def test_optional_columns_that_a_rule_reads_are_named_with_what_an_empty_cell_will_do() -> None:
    summed = make(
        {"sum": {"dataset": "meetings", "column": "amount", "where": {"topic": "天"}}}, YES_NO, {"at_least": "2"}
    )
    said = [str(notice) for notice in list_notices(summed)]
    assert said == [
        "x：《meetings》的「列amount」可以不填；要计入的记录有一条空着，本项就定不了，不当作0",
        "x：《meetings》的「列topic」可以不填；要计入的记录有一条空着，本项就定不了，不当作0",
        "x：《meetings》的「列held_on」可以不填；要计入的记录有一条空着，本项就定不了，不当作0",
    ]
    undecided = make({"findings": {"dataset": "findings", "sum": "points"}}, YES_NO, {"none": {}})
    assert any("就尚未定扣分，不当作不扣" in notice.text for notice in list_notices(undecided))
    unlimited = list_notices(make(LATEST, YES_NO, {"at_least": "2"}))
    assert any("没有写 at_most，多大的数都算" in notice.text for notice in unlimited)
    assert not any(
        "at_most" in n.text for n in list_notices(limit(make(LATEST, YES_NO, {"at_least": "2"}), at_most="9"))
    )
