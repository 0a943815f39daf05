"""What an indicator names is found wherever it stands: that a table is read from there is not asked."""

from __future__ import annotations

from decimal import Decimal

from indicators.entries.amounts import Quantity
from indicators.entries.mentioned import list_mentioned
from indicators.entries.tables import Entry
from tests.reference.examples import EXAMPLES


class Inner(Entry):
    """An entry within another."""

    table: str
    worth: Quantity = Quantity(Decimal(1))


class Outer(Entry):
    """An entry with names at several depths."""

    section: str
    keyed: dict[str, tuple[Inner, ...]]
    one: Inner | None = None


def test_names_are_found_at_any_depth_and_as_keys() -> None:
    entry = Outer(section="d", keyed={"a": (Inner(table="b"),)}, one=Inner(table="c"))
    assert list_mentioned(entry, {"a", "b", "c", "d", "e"}) == {"a", "b", "c", "d"}
    assert list_mentioned(entry, {"a", "b", "c", "d", "e"}, apart=("section",)) == {"a", "b", "c"}


def test_every_table_and_indicator_that_a_measure_says_it_uses_is_mentioned() -> None:
    for example in EXAMPLES:
        known = {entry.id for entry in example.pack.datasets} | {entry.id for entry in example.pack.indicators}
        for indicator in example.pack.indicators:
            for measure in (part.measure for part in indicator.parts):
                said = {*measure.datasets(), *measure.chosen.list_used()} & known
                assert said <= list_mentioned(indicator, known, apart=("id", "section")), indicator.id
