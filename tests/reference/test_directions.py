"""Numbers that kinds call stricter: put one of them a step that way, and the reference gives no unit more.

Not proved here: numbers that the worlds do not hold, steps of other sizes, and totals (a pack over another adds items).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pydantic import ValidationError

from indicators.entries.amounts import Quantity, parse_quantity
from indicators.entries.directions import Direction
from indicators.meaning.uses import list_readers
from indicators.overlays.tightening import compare_values, find_tighter
from indicators.pack.dated import find_place
from indicators.pack.model import Indicator, Pack
from indicators.pack.plain_values import Plain, write_plain
from tests.reference.generator import World, random_world
from tests.reference.results import ReferenceResult
from tests.reference.scorer import score_reference

SEEDS = range(14)


def list_leaves(value: Plain, way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from list_leaves(each, (*way, key))
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from list_leaves(each, (*way, str(number)))
    else:
        yield way, str(value)


def step(text: str, direction: Direction) -> str | None:
    """A value a little stricter; None where it is no number, or there is none."""
    try:
        quantity = parse_quantity(text)
    except ValueError:
        return None
    size = Decimal("0.01") if quantity.percent else Decimal(1)
    moved = quantity.value + (size if direction == "up" else -size)
    return str(Quantity(moved if quantity.value < 0 else max(moved, Decimal(0)), quantity.percent))


def list_stricter(pack: Pack) -> Iterator[tuple[tuple[str, ...], Indicator]]:
    """Every indicator with one number that is stricter, and the way to it."""
    for indicator in pack.indicators:
        if list_readers(pack, indicator.id) or indicator.changes:
            continue
        for way, text in list_leaves(write_plain(indicator)):
            direction = find_tighter(indicator, way)
            moved = step(text, direction) if direction is not None else None
            if moved is None or not compare_values(text, moved):
                continue
            body = write_plain(indicator)
            find_place(body, None, ".".join(way)).put(moved)
            try:
                yield way, Indicator.model_validate(body)
            except ValidationError:
                continue


def score_with(world: World, indicators: tuple[Indicator, ...]) -> ReferenceResult | None:
    """What comes out by other rules; None where they are none (a step of nothing)."""
    pack = world.pack.model_copy(update={"indicators": indicators})
    try:
        return score_reference(
            pack, world.tables, world.scopes, world.year, world.as_of, lambda day: day.weekday() < 5, world.declared
        )
    except ZeroDivisionError:
        return None


def test_what_is_called_stricter_gives_no_unit_more() -> None:
    moved: set[tuple[str, ...]] = set()
    for seed in SEEDS:
        world = random_world(seed)
        before = score_with(world, world.pack.indicators)
        assert before is not None
        for way, stricter in list_stricter(world.pack):
            table = tuple(stricter if each.id == stricter.id else each for each in world.pack.indicators)
            after = score_with(world, table)
            if after is None:
                continue
            for key, item in before.items.items():
                now = after.items[key]
                if key[2] != stricter.id or item.marks is None or now.marks is None:
                    continue
                assert now.marks <= item.marks, (seed, key, way)
                assert not item.veto or now.veto, (seed, key, way)
                if now.marks < item.marks:
                    moved.add(way[2:4] if way[0] == "parts" else way[:2])
    assert {("marks", "ladder"), ("marks", "per_shortfall"), ("marks", "award"), ("combine", "pot")} <= moved
