"""The marks of an item whose parts share a pot, as a formula over the cells of the parts."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.pack.model import Indicator
from scoring.base.amounts import write_number
from scoring.base.pots import PotNode, find_node, list_nodes
from scoring.explain.told import ToldPart


def write_pot_formula(indicator: Indicator, cohort: str, told: Sequence[ToldPart], cells: Sequence[str]) -> str:
    """The pot over the ``cells`` that hold the results of its parts, without the sign of equality.

    Only parts that are scored stand in it: the others hold a word. A part that voids holds 1 or 0.
    """
    nodes = list_nodes(indicator, cohort)
    fulls = indicator.worth(cohort)
    terms: dict[int, list[str]] = {}
    voids = []
    for index, (part, address) in enumerate(zip(told, cells, strict=True)):
        if not part.scored:
            continue
        own = indicator.parts[index]
        if own.voids:
            voids.append(f"{address}<1")
            continue
        less = f"-{write_number(fulls[index])}" if own.takes is not None else ""
        terms.setdefault(find_node(indicator, index), []).append(f"{address}{less}")
    for node in nodes:
        count = node.best or node.worst
        if count is not None and len(own_terms := terms.get(node.number, [])) > count:
            terms[node.number] = _keep("LARGE" if node.best else "SMALL", own_terms, count)
    for node in sorted(nodes[1:], key=lambda node: -node.depth):
        if node.number in terms:
            terms.setdefault(node.parent or 0, []).append(_bound(node, terms[node.number]))
    marks = _bound(nodes[0], terms.get(0, []))
    return f"IF(OR({','.join(voids)}),0,{marks})" if voids else marks


def _keep(function: str, terms: list[str], count: int) -> list[str]:
    """So many of the largest or of the smallest, each as a term of its own."""
    numbers = ",".join(str(place) for place in range(1, len(terms) + 1))
    listed = f"CHOOSE({{{numbers}}},{','.join(terms)})"
    return [f"{function}({listed},{place})" for place in range(1, count + 1)]


def _bound(node: PotNode, terms: list[str]) -> str:
    start = [write_number(node.start)] if node.start or not terms else []
    text = "+".join([*start, *terms])
    text = text if node.most is None else f"MIN({text},{write_number(node.most)})"
    return text if node.least is None else f"MAX({text},{write_number(node.least)})"
