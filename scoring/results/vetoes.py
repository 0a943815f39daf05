"""Vetoes of a result in words: what stands first wherever a unit's total is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from indicators.entries.shortlist import shorten_list
from indicators.pack.model import Pack
from indicators.rules.rule import Effect
from scoring.base.effects import describe_effect, find_effect
from scoring.results.scores import Scores
from scoring.wording import describe_outcome

#: So many units are named of those whose veto is not settled; the others are counted.
NAMED = 3


@dataclass(frozen=True)
class UnitVeto:
    """A veto of one unit: ``effect`` says in a few words what it does, None while it is open.

    ``stage`` is the one that it is the gate of.
    """

    unit: str
    unit_name: str
    indicator: str
    name: str
    outcome: str
    effect: str | None
    stage: str | None = None

    @property
    def told(self) -> str:
        """What a triggered veto did, or at which gate the unit stopped."""
        return f"{self.effect}。" if self.stage is not None else f"已触发一票否决「{self.name}」：{self.effect}。"


def list_vetoes(scores: Scores, pack: Pack, unit: str | None = None) -> list[UnitVeto]:
    """The vetoes of one cohort (of one unit) that are triggered or still open, the triggered first.

    Who has missed the gate of a stage is not ranked, whatever becomes of open vetoes: those are left out.
    """
    unsettled = pl.col("outcome").is_in(["pending", "conflict", "error"])
    chosen = (pl.col("section_kind") == "veto") & (pl.col("veto").is_not_null() | unsettled)
    if unit is not None:
        chosen &= pl.col("unit") == unit
    columns = ("unit", "unit_name", "indicator", "indicator_name", "outcome", "veto")
    found = [
        _make_veto(pack, own, own_name, indicator, name, outcome, veto)
        for own, own_name, indicator, name, outcome, veto in scores.items.filter(chosen).select(columns).iter_rows()
    ]
    stopped = {veto.unit for veto in found if veto.stage is not None and veto.effect is not None}
    told = (veto for veto in found if veto.effect is not None or veto.unit not in stopped)
    return sorted(told, key=lambda veto: veto.effect is None)


def describe_own_vetoes(vetoes: Sequence[UnitVeto]) -> list[str]:
    """A sentence for each veto of one unit."""
    return [veto.told if veto.effect is not None else _tell_open(veto) for veto in vetoes]


def _tell_open(veto: UnitVeto) -> str:
    what = f"一票否决「{veto.name}」" if veto.stage is None else f"是否通过「{veto.stage}」"
    return f"{what}还没有查清（{describe_outcome(veto.outcome)}），查清以前暂不排名。"


def describe_vetoes(vetoes: Sequence[UnitVeto]) -> list[str]:
    """A sentence for each unit's triggered veto, and one for all that are open."""
    said = [f"{veto.unit_name}{veto.told}" for veto in vetoes if veto.effect is not None]
    opened = [veto for veto in vetoes if veto.effect is None]
    for among, what in (
        ([veto for veto in opened if veto.stage is None], "的一票否决"),
        ([veto for veto in opened if veto.stage is not None], "是否通过前面的阶段"),
    ):
        names = list(dict.fromkeys(veto.unit_name for veto in among))
        if names:
            said.append(f"{shorten_list(names, NAMED, '个单位')}{what}还没有查清，查清以前暂不排名。")
    return said


def _make_veto(
    pack: Pack, unit: str, unit_name: str, indicator: str, name: str, outcome: str, veto: str | None
) -> UnitVeto:
    told = None if veto is None else _tell_effect(pack, indicator, veto)
    gate = find_effect(pack.indicator(indicator))
    stage = gate.stage if gate is not None and veto in (None, gate.code) else None
    return UnitVeto(unit, unit_name, indicator, name, outcome, told, stage)


def _tell_effect(pack: Pack, indicator: str, veto: str) -> str:
    # An older run has its own pack; the code that was stored says what was done then.
    effect = find_effect(pack.indicator(indicator))
    if effect is None or effect.code != veto:
        effect = Effect(None if veto == "zero" else veto)
    return describe_effect(effect, pack)
