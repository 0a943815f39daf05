"""Units whose rows are taken and count for nobody: ended without an heir, or in no group that is compared."""

from __future__ import annotations

from collections.abc import Iterable

from data.register.units import Registry
from indicators.pack.model import Pack
from indicators.pack.register import UnitEntry

#: So many units are named.
_NAMED = 5


def list_compared(pack: Pack) -> frozenset[str]:
    """The units that are compared in some group."""
    return frozenset(unit.id for cohort in pack.head.cohorts for unit in pack.members(cohort))


def describe_unplaced(registry: Registry, units: Iterable[str], compared: frozenset[str]) -> tuple[str, ...]:
    """What to say of rows of these units, one sentence for each reason; nothing where all may count.

    ``compared`` is ``list_compared`` of the pack.
    """
    # Each form of a folder asks this of its one unit: all of them are not looked through.
    reported = registry.list_entries(units)
    lines = {each.id: [name for name, units in registry.forebears.items() if each in units] for each in reported}
    parted = [unit for unit in reported if lines[unit.id]]
    heirless = [
        unit for unit in reported if unit.until is not None and not lines[unit.id] and not _lives_on(unit, registry)
    ]
    outside = [unit for unit in reported if unit.id not in compared and unit.until is None]
    said = []
    if parted:
        names = "、".join(
            f"{unit.name}（{unit.until} 止，拆分为{'、'.join(map(registry.name, lines[unit.id][:_NAMED]))}）"
            for unit in parted[:_NAMED]
        )
        said.append(
            f"{names}等 {len(parted)} 个单位已经拆分：行收下了，只计入拆分以前的评分；"
            "拆分以后的评分要用的各年数据，由拆分成的单位各自重新报送"
        )
    if heirless:
        names = "、".join(f"{unit.name}（{unit.until} 止）" for unit in heirless[:_NAMED])
        said.append(
            f"{names}等 {len(heirless)} 个单位已经撤销，名录没有写明由谁继受：行收下了，撤销以后的评分不计入任何单位；"
            "有继受单位的，请在 units.yaml 写 successor"
        )
    if outside:
        names = "、".join(unit.name for unit in outside[:_NAMED])
        said.append(f"{names}等 {len(outside)} 个单位不在任何考核组里：行收下了，不计分")
    return tuple(said)


def _lives_on(unit: UnitEntry, registry: Registry) -> bool:
    """Whether the chain of successors leads to a unit that has not ended."""
    seen = {unit.id}
    while unit.until is not None:
        heir = registry.find(unit.successor or "")
        if heir is None or heir.id in seen:
            return False
        unit = heir
        seen.add(unit.id)
    return True
