"""Where the printed total crosses a grade or a place that the exact one does not, whatever is printed says so."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from scoring.base.total import Total
from scoring.cli.tables import write_ranking
from scoring.documents.export import OF_COHORT, DocumentKind, Exporter, Format, list_subjects
from scoring.documents.view import RunView
from scoring.engine.run import Result, score
from scoring.results.rounding import find_errors, find_moved
from scoring.results.scores import write_marks
from scoring.wording.totals import describe_rounding, describe_total
from tests.reference.example import IN_PROPORTION, Example, make_example, make_indicator, row, scored
from tests.reference.examples_marks import rate, rate_part
from tests.reference.examples_tallies import RATE
from tests.reference.examples_totals import GRADES
from tests.sheets.views import view_inputs
from tests.worlds import store_tables

WORDS = "按未取整的各项得分计算，总分为89.80分，等次应为良好，名次应为第2名；本办按已取整的各项得分计算"


def make_forty(**rates: tuple[int, int]) -> Example:
    """Forty items of 2.5 marks in proportion to one rate, to which each unit brings its own."""
    part = rate_part(IN_PROPORTION, {"at_least": "100%"})
    items = [make_indicator(f"x{number}", "2.5", [part]) for number in range(40)]
    rows = {"cases": [rate(unit, closed, accepted) for unit, (closed, accepted) in rates.items()]}
    expected = {(unit, "x0"): scored("2.25") for unit in rates}
    return make_example("forty", items, rows, expected, head={"cohort": {"grades": GRADES}})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("forty")


@pytest.fixture(scope="module")
def view(folder: Path) -> RunView:
    # a: 449 of 500 is 89.8 %, forty times 2.245 are 89.80; b: truly 90.00.
    example = make_forty(a=(449, 500), b=(9, 10), c=(1, 2))
    inputs = store_tables(example.pack, example.tables, example.scopes, folder)
    return view_inputs(example.pack, inputs, example.year, example.as_of, folder)


def score_forty(folder: Path, **rates: tuple[int, int]) -> tuple[Example, Result]:
    example = make_forty(**rates)
    inputs = store_tables(example.pack, example.tables, example.scopes, folder)
    return example, score(example.pack, inputs, example.year, example.as_of, threads=1)


def test_forty_items_of_a_rounded_half_say_what_they_are_unrounded(view: RunView) -> None:
    rows = {row.unit: row for row in view.totals["g"]}
    assert [(rows[unit].total, rows[unit].rank, rows[unit].grade) for unit in "abc"] == [
        ("90.00", 1, "优秀"),
        ("90.00", 1, "优秀"),
        ("50.00", 3, "较差"),
    ]
    exact = [(rows[unit].exact_total, rows[unit].exact_rank, rows[unit].exact_grade) for unit in "abc"]
    assert exact == [("89.80", 2, "良好"), (None, None, None), (None, None, None)]
    assert describe_rounding(rows["a"]) == WORDS
    assert WORDS in describe_total(rows["a"], view.pack) and not describe_rounding(rows["b"])
    # A run that was stored before this was noted has no such fields.
    assert (
        describe_rounding(Total(**{name: value for name, value in vars(rows["a"]).items() if "exact" not in name}))
        == ""
    )


@pytest.mark.parametrize("kind", [DocumentKind.score, DocumentKind.notice, DocumentKind.leader, DocumentKind.feedback])
def test_every_paper_with_the_total_says_it(view: RunView, kind: DocumentKind) -> None:
    for unit, told in (("a", True), ("b", kind in OF_COHORT)):
        (subject,) = list_subjects(view, [kind], "g", None if kind in OF_COHORT else unit)
        text = re.sub(r"<[^>]*>", "", Exporter(view).make(subject, Format.html)[1].decode())
        assert (WORDS in text) is told, (kind, unit)


def test_the_command_says_it(view: RunView) -> None:
    run = {**view.manifest, "year": view.year}
    text = write_ranking(view.pack, {"run": run, "items": [], "totals": list(map(vars, view.totals["g"]))})
    assert WORDS in re.sub(r"[\s│]+", "", text)


def test_without_an_edge_nothing_is_said_and_the_official_marks_stand(tmp_path: Path) -> None:
    example, result = score_forty(tmp_path, a=(449, 500), b=(1, 2))
    # 89.80 for 90.00 still crosses the grade; 95.8 % as 96.00 crosses nothing.
    assert {key[1] for key in find_moved(example.pack, result)} == {"a"}
    example, result = score_forty(tmp_path, a=(479, 500), b=(1, 2))
    assert [write_marks(int(total), 2) for total in result.totals["total"]] == ["96.00", "50.00"]
    assert find_moved(example.pack, result) == {}


def test_a_place_between_units_that_print_alike_is_found_exactly(tmp_path: Path) -> None:
    """Thirds have no decimal: nothing may be lost on the way."""
    example, result = score_forty(tmp_path, a=(2, 3), b=(66666666, 100000000), c=(200000001, 300000000))
    assert {str(total) for total in result.totals["total"]} == {"6680"}
    moved = {unit: found for (_, unit), found in find_moved(example.pack, result).items()}
    assert {unit: found.rank for unit, found in moved.items()} == {"a": 2, "b": 3}
    assert moved["a"].total == Fraction(200, 3) and moved["b"].total == Fraction(Decimal("66.666666"))
    assert moved["a"].write(2) == "66.6667" and moved["b"].write(2) == "66.666666"


def test_who_is_exempt_from_a_comparison_in_a_pot_has_nothing_to_round(tmp_path: Path) -> None:
    """Its figure is scored and its part has no marks; whoever stays is compared without it."""
    marks = {"relative": {"better": "higher", "ratio_to_best": {}}}
    part = {"measure": {"ratio": RATE}, "marks": marks, "adds": "100%"}
    pot = make_indicator("x", "10", [part], combine={"pot": {"start": "0"}})
    exemption = row("a", indicator="x", reason="撤并", approver="督察办", expires_on=date(2024, 12, 31))
    rows = {"cases": [rate("a", 9, 10), rate("b", 3, 7), rate("c", 2, 7)], "exemptions": [exemption]}
    expected = {"a": ("exempt", None, None), "b": scored("10"), "c": scored("6.67")}
    example = make_example("pot", [pot], rows, expected, head={"exemptions": "exemptions"})
    inputs = store_tables(example.pack, example.tables, example.scopes, tmp_path)
    result = score(example.pack, inputs, example.year, example.as_of, threads=1)
    points = dict(result.items.select("unit", "points").iter_rows())
    assert points == {"a": None, "b": 1000, "c": 667}
    assert find_errors(example.pack, result.parts) == {("g", "c", "x"): Fraction(2000, 3) - 667}
    assert find_moved(example.pack, result) == {}
