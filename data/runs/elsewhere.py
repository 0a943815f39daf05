"""What whoever reports is told of the other packs of the workspace: which count it too, and what is reported there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from data.clock import office_time
from data.runs.companions import load_host_pack
from data.store.database import batch_table, reading, scope_table
from data.store.workspace import Workspace, open_workspace_store
from indicators.entries.shortlist import shorten_list
from indicators.entries.tables import Dataset
from indicators.meaning.shared import list_disagreements, list_shared
from indicators.pack.model import Pack

#: What a sheet reports: (unit, period), 0 for a table without years.
Scopes = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Elsewhere:
    """The tables of a pack that are reported to its host, by id with their titles; none where it stands by itself."""

    host: Workspace | None
    title: str
    tables: Mapping[str, str]
    units: Mapping[str, str]

    def refuse(self, dataset: str, scopes: Scopes = frozenset()) -> str | None:
        """The sentence that a table is reported to the host, and what that has of ``scopes``; None for all others.

        Whoever may not report these is to be told nothing of them: then ``scopes`` are left out.
        """
        if self.host is None or dataset not in self.tables:
            return None
        told = self._describe_received(self.host, dataset, scopes) if scopes else "请到那边报送"
        return f"台账「{self.tables[dataset]}」报给主指标包《{self.title}》，那边收下以后这里同时使用；{told}"

    def _describe_received(self, host: Workspace, dataset: str, scopes: Scopes) -> str:
        with reading(open_workspace_store(host)) as connection:
            scope, batch = scope_table.c, batch_table.c
            query = sa.select(scope.unit, scope.period, batch.id, batch.file_name, batch.rows, batch.accepted_at)
            query = query.join(batch_table, batch.id == scope.batch_id).where(scope.dataset == dataset)
            rows = connection.execute(query.order_by(batch.seq)).all()
        # The newest of each scope is the one that counts.
        taken = {(row.unit, row.period): row for row in rows if (row.unit, row.period) in scopes}
        missing = [self._name(unit, period) for unit, period in sorted(scopes - taken.keys())]
        if not taken:
            return f"{shorten_list(missing, 3, '处')}那边还没有收到，请到那边报送"
        last = max(taken.values(), key=lambda row: str(row.accepted_at))
        others = {row.unit for row in rows if row.id == last.id} - {unit for unit, _ in scopes}
        # Of a file that speaks of others too neither its name nor its rows are told.
        file = "在几个单位合报的文件里" if others else f"「{last.file_name}」，{last.rows} 行"
        what = f"{office_time(last.accepted_at):%Y-%m-%d %H:%M}，{file}"
        if not missing:
            return f"这里的内容那边已经收到（{what}），不用再报；有改动的，请到那边重报"
        had = shorten_list([self._name(*each) for each in sorted(taken)], 3, "处")
        return f"{had}那边已经收到（{what}），不用再报；{shorten_list(missing, 3, '处')}还没有收到，请到那边报送"

    def _name(self, unit: str, period: int) -> str:
        name = self.units.get(unit, unit)
        return f"{name} {period} 年" if period else name


def find_elsewhere(workspace: Workspace, pack: Pack) -> Elsewhere:
    """What of a pack is reported to the host of its workspace. Raises what reading the host's pack raises."""
    host = load_host_pack(workspace)
    if host is None:
        return Elsewhere(None, "", {}, {})
    tables = {table.id: table.title for table in list_shared(host, pack)}
    units = {unit.id: unit.name for unit in host.registry.units}
    return Elsewhere(workspace.host, host.head.title, tables, units)


def describe_uses(
    pack: Pack, guests: Sequence[tuple[str, Pack | None]], reports: Sequence[tuple[Dataset, Scopes]]
) -> list[str]:
    """For each further pack that counts reports to this one a sentence which; and that one cannot be read."""
    return [
        said
        for name, guest in guests
        if reports and (said := _describe_unread(name) if guest is None else _describe_use(pack, guest, reports))
    ]


def _describe_unread(name: str) -> str:
    return f"并列的指标包 {name} 现在读不出来，它用不用这些数据没有看；这里照常收。请告诉系统管理员。"


def _describe_use(pack: Pack, guest: Pack, reports: Sequence[tuple[Dataset, Scopes]]) -> str:
    shared = {table.id for table in list_shared(pack, guest)}
    used = [(table, scopes) for table, scopes in reports if table.id in shared]
    listed = shorten_list(list(dict.fromkeys(f"「{table.title}」" for table, _ in used)), 6, "张")
    if not used:
        return ""
    if list_disagreements(pack, guest):
        return f"《{guest.head.title}》也要{listed}，但两份指标包的写法不同，改成一样以前那边接不到。请告诉系统管理员。"
    known = {unit.id for unit in guest.registry.units}
    apart = {unit for _, scopes in used for unit, _ in scopes} - known
    names = [unit.name for unit in pack.registry.units if unit.id in apart]
    left = f"那边不考核{shorten_list(names, 3, '个单位')}，这些单位的行在那边不计。" if names else ""
    return f"{listed}收下以后，同时用于《{guest.head.title}》，那边不用再报。{left}"
