"""The units that a text names -> a draft of the register. Who 各县 and 有关部门 are it does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indicators.texts.units import NamedUnits
from indicators.texts.written import Value, write_yaml

#: Words that mean an open set of units.
_OPEN = re.compile("各|其他|有关|相关|等|全体|所有|及其|本级|上述|单位$|部门$|企业$")


@dataclass(frozen=True)
class DraftRegister:
    """The units with a name of their own, and what else the text calls units by."""

    ids: Mapping[str, str]
    open_names: tuple[str, ...]

    def write(self) -> str:
        """units.yaml; a stand-in where no unit is named, since a pack has one at least."""
        units: list[Value] = [{"id": id, "name": name, "kind": "unit"} for name, id in self.ids.items()]
        units = units or [{"id": "u01", "name": "待填单位", "kind": "unit"}]
        head = ["# 草稿：原文点名的单位。请补上全部被考核单位、它们的别名和上级，分开考核组。"]
        head += [f"# 原文还写了「{name}」，是哪些单位请展开。" for name in self.open_names]
        return "\n".join(head) + "\n" + write_yaml({"kinds": [{"id": "unit", "title": "单位"}], "units": units})

    def find_duties(self, units: NamedUnits) -> dict[str, Value]:
        """The duties of a task, if all that it names are units of the register; else nothing is left out."""
        if any(name not in self.ids for name in (*units.lead, *units.joint)) or not units:
            return {}
        found: dict[str, Value] = {}
        if units.lead:
            found["lead"] = [self.ids[name] for name in units.lead]
        if units.joint:
            found["joint"] = [self.ids[name] for name in units.joint]
        return found

    def find_first(self, units: NamedUnits) -> str:
        """A unit that a task is asked of; empty for the first of the register."""
        if not self.find_duties(units):
            return ""
        return self.ids[(*units.lead, *units.joint)[0]]


def make_register(named: Sequence[NamedUnits]) -> DraftRegister:
    """The register of all units that tasks name, in the order of the text."""
    names = list(dict.fromkeys(name for units in named for name in (*units.lead, *units.joint)))
    own = [name for name in names if not _OPEN.search(name)]
    return DraftRegister(
        {name: f"u{place:02d}" for place, name in enumerate(own, 1)}, tuple(name for name in names if name not in own)
    )
