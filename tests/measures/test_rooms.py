"""Every kind of measure has all its faces, in rooms of its own, and nobody else knows which kinds there are.

What this does not prove: that the faces are right (the agreement with the reference, the explanations and the wording
do that), and nothing about a kind that is reached through a name of another shape than the scan of ``tests/kinds.py``
looks for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from indicators.measures.kind import Kind
from indicators.measures.registry import KINDS
from indicators.pack.cases import load_cases
from indicators.pack.model import Pack
from indicators.reader import PACKS, load_pack
from scoring.base.parts import ScoredPart, list_parts
from scoring.measures.measure import ScoredMeasure
from scoring.measures.raw import Moment
from scoring.measures.registry import find_measure, find_rooms
from tests.kinds import Closed, find_knowers, list_places
from tests.reference.generator import random_world

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "pack-format.md").read_text(encoding="utf-8")
SNAPSHOTS = ROOT / "tests" / "scoring" / "__snapshots__" / "test_sql_snapshots"
FOLDERS = (PACKS / "jincheng-2021-2025", ROOT / "docs" / "example-pack", ROOT / "docs" / "forms-pack")
MOMENT = Moment(2024, date(2025, 4, 10))
CLOSED = Closed(
    holders=frozenset(("measure", "m")),
    kinds=frozenset((*KINDS, "date_each")),
    classes=frozenset(kind.__name__ for kind in KINDS.values()),
    rooms=("indicators/measures/", "scoring/measures/"),
)
#: Places outside the rooms that know a kind of measure. It may only fall: lower it with every place that goes.
KNOWN = 0


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
    return ((pack, part) for pack, part in list_examples() if part.part.measure.kind == name)


def test_a_kind_has_a_room_on_both_floors_called_by_its_name() -> None:
    rooms = find_rooms()
    assert rooms.keys() == KINDS.keys()
    for floor, kinds in (("indicators", KINDS), ("scoring", rooms)):
        assert {name: kind.__module__ for name, kind in kinds.items()} == {
            name: f"{floor}.measures.{name}" for name in KINDS
        }


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_says_what_people_call_it_and_what_it_is(kind: type[Kind]) -> None:
    assert kind.title and not kind.title.isascii()
    assert kind.__doc__ and kind.__doc__ != Kind.__doc__


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_has_its_sql_under_review(name: str) -> None:
    (snapshot,) = SNAPSHOTS.glob(f"test_figures_of_each_measure?{name}?.sql")
    assert "raw" in snapshot.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_says_in_a_sentence_which_datasets_and_indicators_it_reads(name: str) -> None:
    examples = list(find_examples(name))
    assert examples
    for pack, part in examples:
        measure = find_measure(part.part.measure)
        sentence = measure.describe(pack)
        assert not sentence.endswith("。")
        assert all(f"《{pack.dataset(read).title}》" in sentence for read in measure.kind.datasets())
        assert all(f"「{pack.indicator(used).name}」" in sentence for used in measure.kind.list_used())
        assert all(measure.find_lever(pack, way).verb.count("{}") == 1 for way in (1, -1))


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_cites_rows_of_the_datasets_that_it_reads(name: str) -> None:
    for pack, part in find_examples(name):
        measure = find_measure(part.part.measure)
        cited = {wanted.dataset for wanted in measure.list_feeds(part, pack, MOMENT)}
        # People and dates are cited one by one; of marks it is other items that are explained.
        one_by_one = type(measure).cite is not ScoredMeasure.cite
        assert one_by_one or cited == set(measure.kind.datasets())


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_shown_by_a_case_with_its_marks(name: str) -> None:
    assert list_shown() & {part.indicator.id for _, part in find_examples(name)}


def test_the_worlds_in_which_engine_and_reference_agree_hold_every_kind() -> None:
    worlds = (random_world(seed) for seed in range(60))
    assert KINDS.keys() <= {p.measure.kind for world in worlds for i in world.pack.indicators for p in i.parts}


@pytest.mark.parametrize("name", KINDS)
def test_the_page_has_a_line_for_a_kind(name: str) -> None:
    assert f"\n| `{name} {{" in PAGE


def test_nobody_else_knows_which_kinds_there_are() -> None:
    places = list_places(CLOSED)
    assert len(places) <= KNOWN, "\n".join(map(str, places))


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("if measure.ratio is not None: pass", ["tests"]),
        ("if (ratio := part.measure.ratio) is None: pass", ["tests"]),
        ("x = part.measure.count.by", ["reads"]),
        ("x = measure.kind in ('count', 'sum')", ["compares", "compares"]),
        ("x = figure.name == 'date_each'", ["compares"]),
        ("match measure.kind:\n  case 'latest' | 'date': pass", ["compares", "compares"]),
        ("from indicators.measures.ratio import Ratio", ["imports"]),
        ("x = measure.chosen.is_share", []),
        ("if section.kind == 'date': pass", []),
    ],
)
def test_the_scan_sees_who_knows_a_kind(line: str, how: list[str]) -> None:
    assert [place.how for place in find_knowers(ast.parse(line), "module.py", CLOSED)] == how
