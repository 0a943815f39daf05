"""The register over time: at any moment a name means one unit, and what ended lives on in what exists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from indicators.entries.nearest import suggest
from indicators.lint.problem import Problem
from indicators.lint.references import list_units, normalise_name
from indicators.pack.model import Pack
from indicators.pack.register import Naming, UnitEntry

FILE = "units.yaml"


def check_names(pack: Pack) -> Iterator[Problem]:
    """At any time a name or alias leads to one unit; a former name may go to another unit afterwards."""
    owners: dict[str, list[tuple[UnitEntry, Naming]]] = defaultdict(list)
    for index, unit in enumerate(pack.registry.units):
        for naming in unit.namings():
            word = normalise_name(naming.word)
            rivals = [other for other, held in owners[word] if other.id != unit.id and _meet(naming, held)]
            if rivals:
                yield Problem(_describe_rivals(word, unit, rivals[0]), file=FILE, place=("units", index))
            owners[word].append((unit, naming))


def _meet(one: Naming, other: Naming) -> bool:
    return one.first <= other.last and other.first <= one.last


def _describe_rivals(word: str, unit: UnitEntry, other: UnitEntry) -> str:
    text = f"名称「{word}」同时指 {other.id} 和 {unit.id}，导入时分不清；请改其中一个"
    if any(entry.former or entry.since or entry.until for entry in (unit, other)):
        text += "，或核对 since、until 和 former 里的日期，使这个名称在同一时间只归一个单位"
    return text


def check_successors(pack: Pack) -> Iterator[Problem]:
    """A successor is another unit of the register, which exists when its predecessor ends."""
    units = {unit.id: unit for unit in pack.registry.units}
    for index, unit in enumerate(pack.registry.units):
        if unit.successor is None:
            continue
        text = _describe_successor(unit, units)
        if text is not None:
            yield Problem(text, file=FILE, place=("units", index, "successor"))


def check_splits(pack: Pack) -> Iterator[Problem]:
    """Those among whom a unit was split are units of the register, founded on the day after its end."""
    units = {unit.id: unit for unit in pack.registry.units}
    for index, unit in enumerate(pack.registry.units):
        for number, name in enumerate(unit.successors):
            if (text := _describe_part(unit, name, units)) is not None:
                yield Problem(text, file=FILE, place=("units", index, "successors", number))


def _describe_part(unit: UnitEntry, name: str, units: dict[str, UnitEntry]) -> str | None:
    part, morrow = units.get(name), unit.last_day + timedelta(days=1)
    if part is None:
        known = [each for each in units if each != unit.id]
        return f"单位 {unit.name} 拆分成的 {name} 没有登记{suggest(name, known)}"
    if part.first_day != morrow:
        since = f"{part.since} 成立" if part.since else "没有写成立日期"
        return (
            f"单位 {unit.name} 存在到 {unit.until}，拆分成的 {part.name} {since}；拆分成的单位从次日起成立，"
            f'请写 since: "{morrow}"。拆出的部分并入已有单位的，另登记一个只存在这一天的单位，再写它的 successor'
        )
    return None


def check_transfers(pack: Pack) -> Iterator[Problem]:
    """Who gives a duty away holds it at that time, and who takes it does not."""
    for position, indicator in enumerate(pack.indicators):
        duties = indicator.duties
        held = {*duties.lead, *duties.joint} if duties is not None else set()
        for number, transfer in enumerate(duties.transfers if duties is not None else ()):
            place = ("duties", "transfers", number)
            if transfer.giver not in held:
                text = f"{transfer.giver} 到 {transfer.on} 并不承担这项任务，不能移交；请核对 from，或先写在 lead 里"
                yield Problem(text, position, place)
            elif transfer.to in held:
                text = f"{transfer.to} 本来就承担这项任务，不能再接过来；请核对 to"
                yield Problem(text, position, place)
            held = {*held - {transfer.giver}, transfer.to}


def _describe_successor(unit: UnitEntry, units: dict[str, UnitEntry]) -> str | None:
    successor = units.get(unit.successor or "")
    if successor is None:
        known = [name for name in units if name != unit.id]
        return f"单位 {unit.name} 并入的 {unit.successor} 没有登记{suggest(unit.successor or '', known)}"
    chain = [unit.id]
    following: UnitEntry | None = successor
    while following is not None and following.id not in chain:
        chain.append(following.id)
        following = units.get(following.successor or "")
    if following is not None:
        circle = " → ".join([*chain[chain.index(following.id) :], following.id])
        return f"单位 {unit.name} 的 successor 绕成了圈（{circle}）；请删去其中一个"
    # A unit's last day may be the last of all days only where no end is known, and then it has no successor.
    morrow = unit.last_day + timedelta(days=1)
    if successor.first_day > morrow:
        return (
            f"单位 {unit.name} 存在到 {unit.until}，并入的 {successor.name} 到 {successor.since} 才成立，中间断了；"
            f"请把 {unit.id} 的 until 改为 {(successor.first_day - timedelta(days=1)).isoformat()}，或改 since"
        )
    if successor.last_day < morrow:
        return (
            f"单位 {unit.name} 存在到 {unit.until}，并入的 {successor.name} 那时已经不在（存在到 {successor.until}）；"
            "请改为当时接续的单位"
        )
    return None


def check_ended_units(pack: Pack) -> Iterator[Problem]:
    """Duties, exceptions and cohorts name no unit that had ended before the pack's first year."""
    first = pack.head.years.first
    if first is None:
        return
    ended = {unit.id: unit for unit in pack.registry.units if unit.last_day.year < first}
    if not ended:
        return

    def describe(name: str) -> str:
        unit = ended[name]
        following = "、".join(unit.successors) or unit.successor
        instead = f"请改写为接续它的 {following}" if following else "请删去"
        return f"单位 {name}（{unit.name}）存在到 {unit.until}，在指标包的第一年（{first}）之前就没有了；{instead}"

    for named in list_units(pack):
        if named.name in ended:
            yield Problem(describe(named.name), named.indicator, named.place)
