"""Every kind of marks has all its faces, in rooms of its own, and nobody else knows which kinds there are.

What this does not prove: that the faces are right (the agreement with the reference, the calculations, the wording and
the formulas do that), and nothing about a kind that is reached through a name of another shape than the scan of
``tests/kinds.py`` looks for. The branch by level is one text for three kinds and tells them apart itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from indicators.pack.cases import load_cases
from indicators.pack.model import Pack
from indicators.reader import PACKS, load_pack
from indicators.rules.registry import RULES as MODELS
from indicators.rules.relative import FORMS, Relative
from indicators.rules.rule import Rule
from scoring.base.parts import ScoredPart, list_parts
from scoring.engine.awards import PART_RESULTS
from scoring.measures.registry import find_measure
from scoring.rules.comparisons import COMPARISONS
from scoring.rules.registry import RULES, find_rule
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting
from tests.kinds import Closed, find_knowers, list_places
from tests.reference.generator import random_world

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "pack-format.md").read_text(encoding="utf-8")
SNAPSHOTS = ROOT / "tests" / "scoring" / "__snapshots__" / "test_sql_snapshots"
FOLDERS = (
    PACKS / "jincheng-2021-2025",
    ROOT / "docs" / "example-pack",
    ROOT / "docs" / "forms-pack",
    ROOT / "docs" / "combined-pack",
)
CLOSED = Closed(
    holders=frozenset(("marks", "rule", "line")),
    kinds=frozenset(MODELS),
    classes=frozenset(rule.__name__ for rule in MODELS.values()),
    rooms=("indicators/rules/", "scoring/rules/"),
)
#: Of what a kind may hold, that of which no way is stricter: a pack over another may not change it.
WAYLESS = {
    "award": {"beyond_target"},
    "per_shortfall": {"partial"},
    "relative": set(Relative.model_fields),
    "veto": {"total", "grade_at_most", "section", "stage"},
}
#: Places outside the rooms that know a kind of marks. It may only fall: lower it with every place that goes.
KNOWN = 1


@cache
def list_examples() -> list[tuple[Pack, ScoredPart]]:
    """Every part of the packs that are at hand."""
    packs = [load_pack(folder) for folder in FOLDERS]
    return [(pack, part) for pack in packs for year in (2024, 2025) for part in list_parts(pack, year)]


@cache
def list_shown() -> set[str]:
    """The indicators of which a case says what they are worth."""
    return {case.indicator for folder in FOLDERS for _, _, case in load_cases(folder)}


def find_examples(name: str) -> Iterator[tuple[Pack, ScoredPart]]:
    return ((pack, part) for pack, part in list_examples() if part.part.marks.kind == name)


def overrides(rule: type[ScoredRule[Any]], name: str) -> bool:
    """Whether a kind has something of its own to say."""
    return getattr(rule, name) is not getattr(ScoredRule, name)


def test_a_kind_has_a_room_on_both_floors_called_by_its_name() -> None:
    assert RULES.keys() == MODELS.keys()
    for floor, rules in (("indicators", MODELS), ("scoring", RULES)):
        assert {name: rule.__module__ for name, rule in rules.items()} == {
            name: f"{floor}.rules.{name}" for name in MODELS
        }


@pytest.mark.parametrize("rule", MODELS.values(), ids=MODELS)
def test_a_kind_says_what_people_call_it_and_what_it_is_for(rule: type[Rule]) -> None:
    assert rule.title and not rule.title.isascii()
    assert rule.__doc__ and rule.__doc__ != Rule.__doc__
    assert rule.measures


@pytest.mark.parametrize("name", RULES)
def test_a_kind_has_its_sql_under_review(name: str) -> None:
    (snapshot,) = SNAPSHOTS.glob(f"test_marks_of_each_kind_of_rule?{name}?.sql")
    assert snapshot.read_text(encoding="utf-8") == "\nUNION ALL\n".join(RULES[name].branches)


@pytest.mark.parametrize("name", RULES)
def test_a_kind_fills_the_columns_and_the_relations_that_its_sql_reads(name: str) -> None:
    examples = list(find_examples(name))
    assert examples
    for _, part in examples:
        rule = find_rule(part.part.marks)
        assert rule.write_row(part).keys() <= rule.columns.keys()
        for relation, row in rule.write_rows(part):
            assert row.keys() == rule.relations[relation].keys()
    read = "".join((*RULES[name].branches, PART_RESULTS))
    assert [column for column in RULES[name].columns if column not in read] == []


@pytest.mark.parametrize("name", RULES)
def test_a_kind_says_in_a_sentence_how_marks_are_given(name: str) -> None:
    for pack, part in find_examples(name):
        unit = find_measure(part.part.measure).find_unit(pack)
        full = Decimal(part.full) / 1_000_000
        sentence = find_rule(part.part.marks).describe(Setting(full, part.part.measure, unit))
        assert sentence and not sentence.endswith("。")


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_kind_knows_what_would_bring_more(rule: type[ScoredRule[Any]]) -> None:
    # By itself, by the way in which its figure should go, or because a target says that.
    model = MODELS[rule.name]
    assert overrides(rule, "describe_next_step") or overrides(rule, "find_way") or model.targets is not None


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_kind_has_a_workbook_formula_or_says_why_not(rule: type[ScoredRule[Any]]) -> None:
    assert overrides(rule, "make_formula") != bool(rule.no_formula)


@pytest.mark.parametrize("name", RULES)
def test_the_marks_of_a_kind_stay_within_what_it_says(name: str) -> None:
    for _, part in find_examples(name):
        least, most = find_rule(part.part.marks).find_bounds(part, 5)
        assert least <= most <= part.full
        end = find_rule(part.part.marks).find_end(part, True)
        assert end is None or least <= end <= most


def test_a_form_of_comparing_has_its_calculation_and_its_words() -> None:
    forms = {form: Relative.model_fields[form].annotation for form in FORMS}
    assert {str(each) for each in forms.values()} == {str(form | None) for form in COMPARISONS}


@pytest.mark.parametrize("name", RULES)
def test_a_kind_is_shown_by_a_case_with_its_marks(name: str) -> None:
    assert list_shown() & {part.indicator.id for _, part in find_examples(name)}


def test_the_worlds_in_which_engine_and_reference_agree_hold_every_kind() -> None:
    worlds = (random_world(seed) for seed in range(60))
    assert RULES.keys() <= {p.marks.kind for world in worlds for i in world.pack.indicators for p in i.parts}


@pytest.mark.parametrize("name", RULES)
def test_the_page_has_a_line_for_a_kind(name: str) -> None:
    assert f"\n| `{name} {{" in PAGE


@pytest.mark.parametrize("name", MODELS)
def test_a_kind_says_of_all_it_holds_which_way_is_stricter_or_has_none(name: str) -> None:
    kind = MODELS[name]
    held = {field.alias or key for key, field in kind.model_fields.items()}
    told = {place.split(".")[0] for place in kind.tighter}
    told |= {"from"} if "from" in held else set()  # it depends on the target
    assert told | WAYLESS.get(name, set()) == held


def test_nobody_else_knows_which_kinds_there_are() -> None:
    places = list_places(CLOSED)
    assert len(places) <= KNOWN, "\n".join(map(str, places))


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("if part.marks.ladder is not None: pass", ["tests"]),
        ("if (late := rule.late) is not None: pass", ["tests"]),
        ("x = line.part.marks.veto.total", ["reads"]),
        ("x = rule.kind == 'relative'", ["compares"]),
        ("match marks.kind:\n  case 'award' | 'late': pass", ["compares", "compares"]),
        ("from indicators.rules.judged import Judged", ["imports"]),
        ("x = part.marks.chosen.find_levels()", []),
        ("if section.kind == 'veto': pass", []),
    ],
)
def test_the_scan_sees_who_knows_a_kind(line: str, how: list[str]) -> None:
    assert [place.how for place in find_knowers(ast.parse(line), "module.py", CLOSED)] == how
