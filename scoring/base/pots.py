"""A pot as a tree of bounds: the pot itself, the groups in it, and what their parts take and add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from indicators.pack.model import Indicator


@dataclass(frozen=True)
class PotNode:
    """The pot (number 0, without a title) or a group in it, by its place from 1; amounts are marks."""

    number: int
    title: str
    parent: int | None
    depth: int
    start: Fraction
    least: Fraction | None
    most: Fraction | None
    best: int | None = None
    worst: int | None = None


Moves = tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True)
class SettledNode:
    """What a node comes to: what it starts from, what moved it (by the name of part or group), and the bounded end.

    ``aside``: what parts would add that are not among the best, or the worst, so many.
    """

    node: PotNode
    moves: Moves
    value: Fraction
    aside: Moves = ()

    @property
    def raw(self) -> Fraction:
        """What it would come to without bounds."""
        return self.node.start + sum((amount for _, amount in self.moves), Fraction(0))


def list_nodes(indicator: Indicator, cohort: str) -> list[PotNode]:
    """The pot and then its groups in their order; of an indicator with a pot."""
    pot, full = indicator.pot, Fraction(indicator.marks[cohort])
    assert pot is not None
    numbers = {group.name: number for number, group in enumerate(pot.groups, 1)}
    parents = {group.name: group.within for group in pot.groups}

    def find_depth(name: str) -> int:
        inside = parents[name]
        return 1 if inside is None else 1 + find_depth(inside)

    root = PotNode(0, "", None, 0, pot.start.share_of(full), pot.at_least.share_of(full), full, pot.best, pot.worst)
    return [root] + [
        PotNode(
            numbers[group.name],
            group.title,
            numbers[group.within] if group.within is not None else 0,
            find_depth(group.name),
            Fraction(0),
            group.at_least.share_of(full) if group.at_least is not None else None,
            group.at_most.share_of(full) if group.at_most is not None else None,
            group.best,
            group.worst,
        )
        for group in pot.groups
    ]


def find_node(indicator: Indicator, index: int) -> int:
    """The number of the node that a part moves."""
    pot, group = indicator.pot, indicator.parts[index].group
    assert pot is not None
    return 0 if group is None else 1 + [each.name for each in pot.groups].index(group)


def name_part(indicator: Indicator, index: int) -> str:
    """What a part is called where several are told apart; nothing where it has no title."""
    return indicator.parts[index].title or ""


def settle_pot(indicator: Indicator, cohort: str, marks: Mapping[int, Fraction]) -> list[SettledNode]:
    """Every node of a pot, the deepest first and the pot itself last.

    ``marks`` are those of the parts that count, by their index; a part that does not apply moves nothing.
    """
    fulls = indicator.worth(cohort)
    moves: dict[int, list[tuple[str, Fraction]]] = {}
    inner: dict[int, list[tuple[str, Fraction]]] = {}
    for index, own in sorted(marks.items()):
        moved = own - (Fraction(fulls[index]) if indicator.parts[index].takes is not None else 0)
        moves.setdefault(find_node(indicator, index), []).append((name_part(indicator, index), moved))
    found = []
    for node in sorted(list_nodes(indicator, cohort), key=lambda node: (-node.depth, node.number)):
        kept, aside = _choose(node, moves.get(node.number, []))
        settled = SettledNode(node, (*kept, *inner.get(node.number, ())), Fraction(0), aside)
        value = settled.raw
        value = value if node.most is None else min(value, node.most)
        value = value if node.least is None else max(value, node.least)
        found.append(SettledNode(node, settled.moves, value, aside))
        if node.parent is not None:
            inner.setdefault(node.parent, []).append((node.title, value))
    return found


def _choose(node: PotNode, moves: list[tuple[str, Fraction]]) -> tuple[Moves, Moves]:
    """The moves that count, in the order of the parts, and the others."""
    if node.best is None and node.worst is None:
        return tuple(moves), ()
    way = 1 if node.best is None else -1
    order = sorted(range(len(moves)), key=lambda place: (way * moves[place][1], place))[: node.best or node.worst]
    kept = tuple(move for place, move in enumerate(moves) if place in order)
    return kept, tuple(move for place, move in enumerate(moves) if place not in order)
