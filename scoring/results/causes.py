"""What moved between two runs of a year, and because of which inputs: rule, finding, appeal, data, or the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from indicators.pack.model import Indicator, Pack
from scoring.results.changed_rules import compare_rules
from scoring.results.differences import ItemDifference, compare_runs
from scoring.results.scores import Scores

RULE, APPEAL, FINDING, JUDGEMENT, DATA, DAY, PEERS = "规则", "复核", "问题", "评定", "数据", "截止日", "同组变化"
_LEDGER = {"findings": FINDING, "judgements": JUDGEMENT, "exemptions": "豁免"}


def list_movements(
    older: Scores, newer: Scores, older_pack: Pack, newer_pack: Pack, appealed: Iterable[tuple[str, str]] = ()
) -> list[ItemDifference]:
    """The items of both runs that count otherwise or have another outcome, with causes, the largest change first.

    ``appealed`` are the (unit, indicator) pairs for which an appeal was granted between the runs.
    """
    causes = _Causes(older, newer, older_pack, newer_pack, frozenset(appealed))
    found = [
        replace(item, causes=causes.find(item.unit, item.indicator))
        for item in compare_runs(older, newer).items
        if item.before is not None and item.after is not None and item.counts_otherwise
    ]
    return sorted(found, key=lambda item: (-abs(item.change), item.unit, item.indicator))


class _Causes:
    """Which inputs differ between two runs, looked up by unit and indicator."""

    def __init__(
        self, older: Scores, newer: Scores, older_pack: Pack, newer_pack: Pack, appealed: frozenset[tuple[str, str]]
    ) -> None:
        self._newer = {indicator.id: indicator for indicator in newer_pack.indicators}
        self._rules = compare_rules(older_pack, newer_pack)
        self._pack, self._appealed = newer_pack, appealed
        self._later = older.as_of != newer.as_of
        self._touched = _find_touched(older.batches, newer.batches)

    def find(self, unit: str, indicator: str) -> tuple[str, ...]:
        new, rules = self._newer[indicator], self._rules
        causes = [RULE] if rules is not None and (rules.common or indicator in rules.indicators) else []
        if (unit, indicator) in self._appealed:
            causes.append(APPEAL)
        asked = {unit, *self._list_below(new, unit)}
        for dataset in self._list_datasets(new):
            units = self._touched.get(dataset)
            if units is not None and (None in units or units & asked):
                causes.append(_LEDGER.get(self._pack.dataset(dataset).ledger or "", DATA))
        if self._later:
            causes.append(DAY)
        return tuple(dict.fromkeys(causes)) or (PEERS,)

    def _list_below(self, indicator: Indicator, unit: str) -> list[str]:
        """The units below, where their marks are read."""
        if not any(part.measure.chosen.read_below for part in indicator.parts):
            return []
        return [each.id for each in self._pack.registry.units if each.parent == unit]

    def _list_datasets(self, indicator: Indicator) -> list[str]:
        names = [name for part in indicator.parts for name in part.measure.datasets()]
        for part in indicator.parts:
            for used in part.measure.chosen.list_used():
                names += self._list_datasets(self._newer[used])
        if self._pack.head.exemptions:
            names.append(self._pack.head.exemptions)
        return list(dict.fromkeys(names))


def _find_touched(
    older: Iterable[Mapping[str, object]], newer: Iterable[Mapping[str, object]]
) -> dict[str, set[str | None]]:
    """By dataset the units of which something was reported in one run and not in the other; None: of any unit."""
    before, after = _list_live(older), _list_live(newer)
    touched: dict[str, set[str | None]] = {}
    for dataset, unit, _ in before ^ after:
        touched.setdefault(dataset, set()).add(unit)
    return touched


def _list_live(batches: Iterable[Mapping[str, Any]]) -> set[tuple[str, str | None, str]]:
    found: set[tuple[str, str | None, str]] = set()
    for batch in batches:
        units: list[str | None] = [None] if batch["live"] is None else [unit for unit, _ in batch["live"]]
        found |= {(batch["dataset"], unit, batch["parquet"]) for unit in units}
    return found
