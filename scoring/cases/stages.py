"""Several cases on one stage: scored together, each over datasets of its own, so that none sees another's rows.

A score costs about as much to prepare as to compute, and a pack has a thousand cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from indicators.entries.tables import Dataset, Entry
from indicators.pack.model import Indicator, Pack

AnyEntry = TypeVar("AnyEntry", bound=Entry)


@dataclass(frozen=True)
class CaseNeeds:
    """What a case needs of the pack, under names that no other case on the stage has.

    ``datasets`` and ``ids``: the pack's own name of a dataset or indicator -> its name on the stage.
    """

    indicators: tuple[Indicator, ...]
    tables: tuple[Dataset, ...]
    datasets: Mapping[str, str]
    ids: Mapping[str, str]

    @property
    def names_nobody(self) -> bool:
        """Whether its rows speak of no indicator, so that they are the same for whatever is scored by them."""
        return not any(column.type == "indicator" for table in self.tables for column in table.columns)

    def rename_dataset(self, pack: Pack, name: str) -> str | None:
        """The dataset's name on the stage; None where the case does not read it. Exemptions keep theirs."""
        return name if name == pack.head.exemptions else self.datasets.get(name)


def cast_part(pack: Pack, indicator: str, number: int, data: int) -> CaseNeeds:
    """The indicator, those whose marks it uses, and what they read, named apart by ``number`` and ``data``."""
    kept = _list_used(pack, indicator)
    read = dict.fromkeys(name for entry in kept for part in entry.parts for name in part.measure.datasets())
    datasets = {name: f"case{data}_{name}" for name in read}
    ids = {entry.id: f"case{number}/{entry.id}" for entry in kept}
    names = {"dataset": datasets, "indicators": ids, "id": ids}
    return CaseNeeds(
        tuple(_rename(entry, names) for entry in kept),
        tuple(pack.dataset(name).model_copy(update={"id": new}) for name, new in datasets.items()),
        datasets,
        ids,
    )


def _list_used(pack: Pack, indicator: str) -> list[Indicator]:
    kept: dict[str, Indicator] = {}
    waiting = [indicator]
    while waiting:
        entry = pack.indicator(waiting.pop())
        kept[entry.id] = entry
        waiting += [name for part in entry.parts for name in part.measure.chosen.list_used() if name not in kept]
    return [entry for entry in pack.indicators if entry.id in kept]


def _rename(entry: AnyEntry, names: Mapping[str, Mapping[str, str]]) -> AnyEntry:
    """The entry with the values of the named keys replaced, at any depth."""
    changed = {}
    for key in type(entry).model_fields:
        value = getattr(entry, key)
        new = _replace(value, names[key]) if key in names else _descend(value, names)
        if new is not value:
            changed[key] = new
    return entry.model_copy(update=changed) if changed else entry


def _replace(value: Any, known: Mapping[str, str]) -> object:
    return tuple(known.get(name, name) for name in value) if isinstance(value, tuple) else known.get(value, value)


def _descend(value: object, names: Mapping[str, Mapping[str, str]]) -> object:
    if isinstance(value, Entry):
        return _rename(value, names)
    if isinstance(value, tuple) and any(isinstance(each, Entry) for each in value):
        return tuple(_descend(each, names) for each in value)
    return value


def set_stage(pack: Pack, parts: list[CaseNeeds]) -> Pack:
    """The pack with nothing but the parts, in their order; exemptions stay where they are."""
    kept = [dataset for dataset in pack.datasets if dataset.id == pack.head.exemptions]
    return pack.model_copy(
        update={
            "indicators": tuple(entry for part in parts for entry in part.indicators),
            "datasets": (*kept, *{dataset.id: dataset for part in parts for dataset in part.tables}.values()),
        }
    )
