"""Tables that two packs of one workspace both ask for: reported once, for both, if both mean the same by them.

The same id is the same table: everything that decides what a row is or which rows are refused must be equal, and only
notes may differ. What the ledger fills, or what names indicators, speaks of one pack alone and is never shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from indicators.entries.tables import Column, Dataset
from indicators.pack.model import Pack
from indicators.pack.register import UnitEntry

#: What may differ: words for whoever fills a form in.
_WORDS = frozenset({"note"})


def is_shareable(dataset: Dataset) -> bool:
    """Whether its rows say the same whatever pack reads them."""
    return dataset.ledger is None and not any(column.type == "indicator" for column in dataset.columns)


def list_shared(host: Pack, guest: Pack) -> tuple[Dataset, ...]:
    """The tables of the guest that the host takes in for both, in the order of the guest."""
    known = {dataset.id for dataset in host.datasets if is_shareable(dataset)}
    own = {host.head.exemptions, guest.head.exemptions}
    return tuple(each for each in guest.datasets if each.id in known - own and is_shareable(each))


def list_disagreements(host: Pack, guest: Pack) -> list[str]:
    """Why rows that the host took cannot be the guest's: a sentence for each difference, none where they agree."""
    shared = list_shared(host, guest)
    found = [
        f"台账「{mine.title}」（{mine.id}）：{said}"
        for mine in shared
        for said in _compare_tables(host.dataset(mine.id), mine)
    ]
    return [*found, *_compare_units(host, guest)] if shared else found


def list_alike(host: Pack, guest: Pack) -> list[str]:
    """Tables of one title under two ids, which are reported twice."""
    ids = {dataset.title: dataset.id for dataset in host.datasets if is_shareable(dataset)}
    return [
        f"台账「{each.title}」两边的编号不同（主指标包是 {ids[each.title]}，这一份是 {each.id}），要报两次；"
        f"确是同一张表的，请把编号和列写成一样"
        for each in guest.datasets
        if is_shareable(each) and ids.get(each.title, each.id) != each.id
    ]


def describe_shared(host: Pack, guest: Pack) -> list[str]:
    """In lines: which tables are reported once for both, and which twice all the same."""
    shared = "、".join(f"「{table.title}」" for table in list_shared(host, guest))
    first = f"与《{host.head.title}》共用的台账：{shared or '没有，两份各报各的'}"
    return [first, *(f"提示 {said}" for said in list_alike(host, guest))]


def _compare_tables(host: Dataset, guest: Dataset) -> Iterator[str]:
    theirs = {column.name: column for column in host.columns}
    mine = {column.name: column for column in guest.columns}
    for name, column in theirs.items():
        if name not in mine:
            yield f"主指标包有列「{column.title}」（{name}），这一份没有"
        else:
            yield from _compare_entries(column, mine[name], f"列「{column.title}」的 ")
    yield from (
        f"这一份有列「{column.title}」（{name}），主指标包没有" for name, column in mine.items() if name not in theirs
    )
    yield from _compare_entries(host, guest, "")


def _compare_entries(host: Column | Dataset, guest: Column | Dataset, where: str) -> Iterator[str]:
    for name in type(host).model_fields:
        one, other = getattr(host, name), getattr(guest, name)
        if name not in _WORDS | {"columns"} and one != other:
            yield f"{where}{name} 主指标包写的是 {_write(one)}，这一份是 {_write(other)}"


def _write(value: object) -> str:
    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_defaults=True)
    if isinstance(value, Mapping):
        return "、".join(f"{key}：{_write(each)}" for key, each in value.items()) or "（空）"
    if isinstance(value, tuple | list):
        return "、".join(_write(each) for each in value) or "（空）"
    return (
        "（没有写）" if value is None else {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)
    )


def _compare_units(host: Pack, guest: Pack) -> Iterator[str]:
    """A row is of a unit by its name, so names must mean the same units; the host may know more of them."""
    known = {unit.id: unit for unit in host.registry.units}
    for unit in guest.registry.units:
        if unit.id not in known:
            yield f"单位「{unit.name}」（{unit.id}）主指标包里没有，它报的数据没有地方收"
        elif _list_names(unit) != _list_names(known[unit.id]):
            yield f"单位「{unit.name}」（{unit.id}）的名称、别名或起止日期与主指标包的「{known[unit.id].name}」不同"


def _list_names(unit: UnitEntry) -> list[tuple[str, str, str]]:
    return sorted((each.word, each.first.isoformat(), each.last.isoformat()) for each in unit.namings())
