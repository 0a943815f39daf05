"""Who can be told apart, and who cannot: by how often one was before the other in the worlds that were drawn."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.entries.shortlist import shorten_list
from scoring.trials.firmness.draws import Draws
from scoring.trials.firmness.fields import DrawInputs, Whole


@dataclass(frozen=True)
class Pair:
    """Two units, the upper before the lower in the ranking, or level; the chances are of all worlds."""

    upper: int
    lower: int
    ahead: float
    behind: float

    def is_firm(self, level: float) -> bool:
        """Whether they can be told apart."""
        return max(self.ahead, self.behind) >= level


def list_pairs(draws: Draws, field: DrawInputs) -> list[Pair]:
    """Every two units that were compared, neighbours first, then by place."""
    return [
        Pair(upper, upper + step + 1, *draws.find_order(upper, upper + step + 1))
        for step in range(len(draws.ahead))
        for upper in range(field.number - step - 1)
    ]


def list_tiers(draws: Draws, level: float) -> list[tuple[int, int]]:
    """The longest stretches of the ranking (first and last place in it) in which no two can be told apart.

    They may overlap: a unit may stand level with one above and with one below that are apart from each other. With
    very many units no stretch is longer than the reach of the comparison.
    """
    told = ((draws.ahead >= level * draws.number) | (draws.behind >= level * draws.number)).tolist()
    reach, units = len(told), len(draws.ranks)
    found: list[tuple[int, int]] = []
    last = 0
    for first in range(units):
        before, last = last, max(last, first)
        while (
            last + 1 < units
            and last + 1 - first <= reach
            and not any(told[last - above][above] for above in range(first, last + 1))
        ):
            last += 1
        if last > max(first, before):
            found.append((first, last))
    return found


def describe_tier(ranks: Whole, tier: tuple[int, int]) -> str:
    """第2、3名, 第2–5名, or 并列第2名的3个单位."""
    own = [int(rank) for rank in ranks[tier[0] : tier[1] + 1]]
    apart = sorted(set(own))
    if len(apart) == 1:
        return f"并列第{apart[0]}名的{len(own)}个单位"
    return f"第{apart[0]}、{apart[1]}名" if len(own) == 2 else f"第{apart[0]}–{apart[-1]}名"


def describe_tiers(ranks: Whole, tiers: list[tuple[int, int]], most: int = 3) -> str:
    """For leaders: 「第2、3名分不出先后。」"""
    if not tiers:
        return "每两个单位都分得出先后。" if len(ranks) > 1 else ""
    if len(tiers) == 1:
        return f"{describe_tier(ranks, tiers[0])}分不出先后。"
    shown = [f"{describe_tier(ranks, tier)}之间" for tier in tiers]
    return f"{shorten_list(shown, most, '处', mark='，')}分不出先后。"
