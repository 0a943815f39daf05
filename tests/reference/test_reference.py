"""The reference scorer gives what was computed by hand, and random worlds reach all that the page distinguishes.

Not proved here: that the engine agrees (it runs the same examples and worlds elsewhere), that the page says what
a policy means, or that intake hands out rows and scopes of the shape that is assumed.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from indicators.entries.targets import Target
from indicators.lint import MEANINGS, REFERENCES
from indicators.measures.registry import Measure
from indicators.pack.model import Pack
from indicators.rules.registry import MarksRule
from indicators.rules.relative import Relative
from tests.reference.awards import lies_in
from tests.reference.combinations import COMBINATIONS
from tests.reference.example import Example, ExpectedTotal
from tests.reference.examples import EXAMPLES
from tests.reference.generator import World, random_world
from tests.reference.joined import joined_worlds
from tests.reference.pots import find_least
from tests.reference.random_days import ask
from tests.reference.results import ReferenceResult, round_half_up
from tests.reference.scorer import score_reference

SEEDS = range(400)
REASONS = {
    "pending": {
        "not_reported",
        "register_open",
        "row_missing",
        "counts_missing",
        "marks_undecided",
        "no_value",
        "too_few_rows",
        "items_open",
        "zero_denominator",
        "from_zero",
        "calendar_missing",
        "not_due",
        "evidence_needed",
    },
    "conflict": {
        "numerator_above_denominator",
        "negative",
        "outside_scale",
        "contradicting_rows",
        "person_in_two_units",
        "number_of_two_people",
        "before_year_end",
        "dates_disagree",
    },
    "error": {"unknown_level", "outside_range"},
    "not_applicable": {None},
    "scored": {None},
}


def score(world: World | Example) -> ReferenceResult:
    return score_reference(
        world.pack, world.tables, world.scopes, world.year, world.as_of, ask(world.pack.calendar), world.declared
    )


@cache
def scored_worlds() -> list[tuple[World, ReferenceResult]]:
    worlds = [random_world(seed) for seed in SEEDS]
    return [(world, score(world)) for world in worlds]


def test_every_file_of_examples_is_among_them() -> None:
    folder = Path(__file__).parent
    read = (folder / "examples.py").read_text(encoding="utf-8")
    assert [path.stem for path in sorted(folder.glob("examples_*.py")) if f".{path.stem} import" not in read] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_items_of_the_example(example: Example) -> None:
    items = score(example).items
    found = {key: (items[key].outcome, items[key].reason, items[key].marks) for key in example.expected_items}
    assert found == {
        key: (outcome, reason, None if marks is None else Decimal(marks))
        for key, (outcome, reason, marks) in example.expected_items.items()
    }


@pytest.mark.parametrize(
    "example", [example for example in EXAMPLES if example.expected_totals], ids=lambda example: example.name
)
def test_totals_of_the_example(example: Example) -> None:
    result = score(example)
    for key, expected in example.expected_totals.items():
        for name in ExpectedTotal.__dataclass_fields__:
            wanted = getattr(expected, name)
            if wanted is not ...:
                number = name in ("total", "low", "high", "full") and wanted is not None
                found = getattr((result.bounds if name in ("low", "high") else result.totals)[key], name)
                assert (key, name, found) == (key, name, Decimal(wanted) if number else wanted)


def test_examples_have_different_names() -> None:
    assert [name for name, count in Counter(example.name for example in EXAMPLES).items() if count > 1] == []


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [("1.005", 2, "1.01"), ("2.5", 0, "3"), ("2.4999", 0, "2"), ("0.125", 2, "0.13"), ("-2.5", 0, "-3"), ("7", 3, "7")],
)
def test_a_tie_is_rounded_away_from_zero(value: str, places: int, rounded: str) -> None:
    assert round_half_up(Fraction(value), places) == Fraction(rounded)


def test_the_same_seed_gives_the_same_world() -> None:
    assert random_world(7) == random_world(7)
    assert random_world(7) != random_world(8)


@pytest.mark.parametrize("seed", range(60))
def test_random_packs_break_no_rule_about_rules(seed: int) -> None:
    check_rules(random_world(seed).pack)


@pytest.mark.parametrize("seed", range(0, 24, 8))
def test_joined_worlds_have_what_each_of_them_has_and_break_no_rule_about_rules(seed: int) -> None:
    first, joined = random_world(seed), joined_worlds(range(seed, seed + 8))
    check_rules(joined.pack)
    worlds = [first, *(random_world(each, first) for each in range(seed + 1, seed + 8))]
    assert joined.pack.indicators == tuple(entry for world in worlds for entry in world.pack.indicators)
    assert joined.pack.registry.units == tuple(unit for world in worlds for unit in world.pack.registry.units)
    assert len({entry.id for entry in joined.pack.indicators}) == len(joined.pack.indicators)
    assert joined.scopes == {scope for world in worlds for scope in world.scopes}
    assert {name: len(rows) for name, rows in joined.tables.items()} == {
        name: sum(len(world.tables[name]) for world in worlds) for name in joined.tables
    }


def check_rules(pack: Pack) -> None:
    """Nothing is wrong with the pack by the rules about rules."""
    assert [problem.text for rule in (*REFERENCES, *MEANINGS) for problem in rule(pack)] == []


def test_rows_of_random_worlds_lie_in_reported_scopes() -> None:
    for world, _ in scored_worlds():
        for dataset, rows in world.tables.items():
            assert {(dataset, row["_unit"], row["_period"]) for row in rows} <= world.scopes


def test_every_outcome_and_reason_occurs() -> None:
    found: dict[str, set[str | None]] = {}
    for _, result in scored_worlds():
        for item in result.items.values():
            for part in item.parts:
                found.setdefault(part.outcome, set()).add(part.reason)
    # That a part leaves by its unit and not by its data is no reason that anybody is told.
    found["not_applicable"] -= {"unit"}
    assert found == REASONS
    outcomes = {item.outcome for _, result in scored_worlds() for item in result.items.values()}
    assert outcomes == {*REASONS, "exempt"}


def test_every_measure_target_and_marks_member_is_scored() -> None:
    measures, targets, marks, forms = set(), set(), set(), set()
    for world, result in scored_worlds():
        for (_, _, name), item in result.items.items():
            for part, found in zip(world.pack.indicator(name).parts, item.parts, strict=True):
                if found.outcome == "scored":
                    measures.add(part.measure.kind)
                    marks.add(part.marks.kind)
                    targets.add(part.target.kind if part.target else None)
                    if part.marks.relative:
                        forms.add(part.marks.relative.kind)
    assert measures == set(Measure.model_fields)
    assert targets == {*Target.model_fields, None}
    assert marks == set(MarksRule.model_fields)
    assert forms == set(Relative.model_fields) - {"better", "all_equal"}


def test_every_sensible_combination_is_drawn() -> None:
    wanted = {
        (figure.removesuffix("_each").removesuffix("_by").removesuffix("_sum"), target, marks)
        for figure, targets in COMBINATIONS.items()
        for target, members in targets.items()
        for marks in members
    }
    names = {"award_beyond": "award", "award_levels": "award", "occurrence_levels": "per_occurrence"}
    missing = {(figure, target, names.get(marks, marks)) for figure, target, marks in wanted}
    for seed in range(1200):
        for indicator in random_world(seed).pack.indicators:
            for part in indicator.parts:
                missing.discard((part.measure.kind, part.target.kind if part.target else "", part.marks.kind))
        if not missing:
            break
    assert not missing


def test_vetoes_ranks_and_gates_occur() -> None:
    items = [item for _, result in scored_worlds() for item in result.items.values()]
    struck = {f"section:{section}" for section in ("base1", "base2", "bonus")}
    assert {item.veto for item in items} == {None, "zero", "良好", "较差", "stage:初审", *struck}
    totals = [total for _, result in scored_worlds() for total in result.totals.values()]
    assert {total.status for total in totals} == {"ranked", "withheld", "unranked", "stopped"}
    assert any(total.total is None for total in totals)


def test_quotas_of_both_kinds_fill_up() -> None:
    full = set()
    for world, result in scored_worlds():
        for cohort in world.pack.head.cohorts:
            for (name, _), total in result.totals.items():
                if name == cohort.id and total.rank is not None and total.total is not None:
                    full |= {
                        (grade.quota.at_most.percent, grade.quota.ties)
                        for grade in cohort.grades
                        if grade.quota is not None
                        and lies_in(grade, Fraction(total.total))
                        and total.grade != grade.name
                    }
    assert full == {(percent, ties) for percent in (True, False) for ties in ("all", "none")}


def test_marks_lie_between_nothing_and_full_marks_and_totals_within_their_range() -> None:
    for world, result in scored_worlds():
        step = Decimal(1).scaleb(-world.pack.head.precision)
        for key, item in result.items.items():
            assert (item.marks is not None) == (item.outcome == "scored")
            assert 0 <= item.applicable <= item.full_marks
            if item.marks is not None:
                assert find_least(world.pack.indicator(key[2]), key[0]) <= item.marks <= item.applicable
                assert item.marks % step == 0
        for who, total in result.totals.items():
            bounds = result.bounds[who]
            if total.total is not None:
                assert bounds.low is not None and bounds.high is not None
                assert bounds.low <= total.total <= bounds.high
            assert (total.rank is not None) == (total.status == "ranked")


def test_ranks_skip_the_places_that_are_shared() -> None:
    for _, result in scored_worlds():
        for cohort in {cohort for cohort, _ in result.totals}:
            ranked = [t for (name, _), t in result.totals.items() if name == cohort and t.rank is not None]
            for total in ranked:
                assert total.total is not None
                # total / full compared without dividing: full marks differ where items are out of scope.
                ahead = [
                    other.total * total.full > total.total * other.full for other in ranked if other.total is not None
                ]
                assert total.rank == 1 + sum(ahead)


def test_the_order_of_rows_changes_nothing() -> None:
    for world, result in scored_worlds()[:100]:
        turned = {name: rows[::-1] for name, rows in world.tables.items()}
        assert score(World(world.pack, turned, world.scopes, world.year, world.as_of, world.declared)) == result
