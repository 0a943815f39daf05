"""How the parts of an indicator make its marks: added, counted by how many reach their target, or in one pot."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Tag

from indicators.entries.amounts import Amount, Integer, Name, Quantity, Text, Worth
from indicators.entries.directions import Directions
from indicators.entries.mistakes import show_value
from indicators.entries.tables import Entry
from indicators.pack.decisions import DecisionTable

_ALL = Quantity(Decimal(1), percent=True)
_NOTHING = Quantity(Decimal(0))


class Reached(Entry):
    """``k`` of the parts must reach their target for full marks."""

    tighter: ClassVar[Directions] = {"at_least": "up"}

    at_least: Integer


class PotGroup(Entry):
    """Parts of a pot that have bounds together: what they add and take, set off against each other, stays within.

    ``within`` names the group that this one stands in; without it the group stands in the pot itself. Of what its own
    parts add only the ``best`` so many count (取得分最高的几项), or the ``worst`` so many (取得分最低的几项).
    """

    name: Name
    title: Text
    within: Name | None = None
    at_least: Amount | None = None
    at_most: Amount | None = None
    best: Integer | None = None
    worst: Integer | None = None


class Pot(Entry):
    """One amount of marks from which parts take and to which they add; never more than the indicator's full marks.

    All amounts are marks or percentages of those full marks. ``start`` is what there is before anything is added or
    taken. ``at_least`` may be below zero in a bonus section: then the item may take from the total. Of the parts in no
    group only the ``best`` or the ``worst`` so many count.
    """

    start: Worth = _ALL
    at_least: Amount = _NOTHING
    groups: tuple[PotGroup, ...] = ()
    best: Integer | None = None
    worst: Integer | None = None


class Pooled(Entry):
    """All parts share one pot."""

    tighter: ClassVar[Directions] = {
        "pot.start": "down",
        "pot.at_least": "down",
        "pot.groups.*.at_least": "down",
        "pot.groups.*.at_most": "down",
        "pot.best": "down",
        "pot.groups.*.best": "down",
        "pot.worst": "down",
        "pot.groups.*.worst": "down",
    }

    pot: Pot


class Tabled(Entry):
    """The parts are conditions of a table that gives the marks."""

    table: DecisionTable


def _parse_combine(value: object) -> object:
    if isinstance(value, dict | Reached | Pooled | Tabled) or value in ("sum", "all"):
        return value
    raise ValueError(
        f"combine 写了{show_value(value)}，只能写 sum、all、{{at_least: 至少几部分达标}}、{{pot: 各部分共用的分}} "
        "或 {table: 判定表}"
    )


def _tell_combine(value: object) -> str:
    if isinstance(value, str):
        return "word"
    for tag, kind, key in (("pooled", Pooled, "pot"), ("tabled", Tabled, "table")):
        if isinstance(value, kind) or (isinstance(value, dict) and key in value):
            return tag
    return "reached"


#: The tags keep pydantic from complaining about all members at once.
Combine = Annotated[
    Annotated[Literal["sum", "all"], Tag("word")]
    | Annotated[Reached, Tag("reached")]
    | Annotated[Pooled, Tag("pooled")]
    | Annotated[Tabled, Tag("tabled")],
    Discriminator(_tell_combine),
    BeforeValidator(_parse_combine),
]
