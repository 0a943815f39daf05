"""Each member of the three sets and each special case through DuckDB, against numbers worked out by hand.

The same examples pin the reference scorer (tests/reference); here they pin the SQL. Examples of one day and policy are
scored in one run, each with cohorts, indicators and datasets of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from scoring.engine.run import Result
from tests.reference.example import Example, ExpectedTotal
from tests.reference.examples import EXAMPLES
from tests.reference.generator import World
from tests.scoring.beside import score_beside, tell_shared

STATUS = {
    "incomplete": "withheld",
    "no_marks": "withheld",
    "not_passed": "stopped",
    "not_ranked": "unranked",
    "ranked": "ranked",
}
COLUMNS = {"total": "total", "low": "low", "high": "high", "full": "full_points"}


#: So many examples are scored at once: a run costs more to prepare than to compute.
TOGETHER = 20


def group_examples() -> list[list[int]]:
    """The places of examples that can stand beside each other."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for place, example in enumerate(EXAMPLES):
        alike.setdefault(tell_shared(set_world(example)), []).append(place)
    return [found[at : at + TOGETHER] for found in alike.values() for at in range(0, len(found), TOGETHER)]


def set_world(example: Example) -> World:
    """The example as a world that can be scored."""
    return World(example.pack, example.tables, example.scopes, example.year, example.as_of, example.declared)


@pytest.fixture(scope="module")
def find_result(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Result]:
    """The engine's result of the example at a place; with the first of a group all of it are scored."""
    groups, results = group_examples(), dict[int, Result]()

    def find(place: int) -> Result:
        if place not in results:
            group = next(group for group in groups if place in group)
            worlds = [set_world(EXAMPLES[each]) for each in group]
            results.update(zip(group, score_beside(worlds, tmp_path_factory.mktemp("group")), strict=True))
        return results[place]

    return find


@pytest.mark.parametrize("place", range(len(EXAMPLES)), ids=[example.name for example in EXAMPLES])
def test_the_example_comes_out_as_worked_out_by_hand(place: int, find_result: Callable[[int], Result]) -> None:
    example, result = EXAMPLES[place], find_result(place)
    unit = Decimal(1).scaleb(-result.precision)
    items = {(row["cohort"], row["unit"], row["indicator"]): row for row in result.items.iter_rows(named=True)}
    for key, (outcome, reason, marks) in example.expected_items.items():
        row = items[key]
        known = row["reason"] if outcome in ("pending", "conflict", "error") else None
        assert (key, row["outcome"], known) == (key, outcome, reason)
        assert (None if row["points"] is None else row["points"] * unit) == (None if marks is None else Decimal(marks))
    totals = {(row["cohort"], row["unit"]): row for row in result.totals.iter_rows(named=True)}
    for key, expected in example.expected_totals.items():
        row = totals[key]
        for name in ExpectedTotal.__dataclass_fields__:
            wanted = getattr(expected, name)
            if wanted is ...:
                continue
            if name in COLUMNS:
                got = row[COLUMNS[name]]
                assert (name, None if got is None else got * unit) == (
                    name,
                    None if wanted is None else Decimal(wanted),
                )
            else:
                assert (name, STATUS[row["status"]] if name == "status" else row[name]) == (name, wanted)
