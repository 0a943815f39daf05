"""What was taken and counts for nobody: every current row may count in a run, or has a reason why it does not."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from data.batches.records import BatchFile, Inputs
from data.runs.folder import RunFolder
from indicators.entries.shortlist import shorten_list
from indicators.meaning.periods import list_periods
from indicators.pack.model import Pack
from indicators.pack.succession import Succession
from scoring.base.batch_rows import read_batches
from scoring.base.members import list_members, passes_on
from scoring.base.parts import list_parts
from scoring.base.sql import quote_date, quote_name

#: Why a row counts for nobody; the first that holds.
REASONS = {
    "superseded": "已被后来报的一批顶替",
    "unread": "这一年度没有指标用这份台账",
    "parted": "单位已经拆分，由拆分成的单位各自重新报送",
    "no_heir": "单位已经撤销，没有写明由谁继受",
    "not_compared": "单位不在这一年度的考核组里",
    "absent": "单位在这一年度不存在，名册不取它的最新状态",
    "not_asked": "考核这个单位的指标不用这份台账",
    "other_period": "不是评分要用的年度",
    "after_as_of": "发生在截止日以后",
}


@dataclass(frozen=True)
class LeftOut:
    """So many rows of a dataset that count for nobody, and the units whose they are."""

    dataset: str
    title: str
    reason: str
    rows: int
    units: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """In words, no more than three units by name."""
        names = shorten_list(self.units, 3, "个单位")
        return f"《{self.title}》{self.rows} 行：{REASONS[self.reason]}（{names}）"


@dataclass(frozen=True)
class Account:
    """``taken`` rows of the files of a run: those that may count, and those that do not, each with its reason."""

    taken: int
    counted: int
    left_out: tuple[LeftOut, ...]

    @property
    def sentence(self) -> str:
        """The whole in one line."""
        return f"现行数据 {self.taken} 行：评分看 {self.counted} 行，不计 {self.taken - self.counted} 行"

    @property
    def lines(self) -> list[str]:
        """The same and, below it, what is left out and why."""
        return [self.sentence, *(f"  {each.sentence}" for each in self.left_out)]

    def write(self) -> bytes:
        """As it is stored beside a run."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def read_account(run: RunFolder) -> Account | None:
    """The account that is stored with a run; None where it was made before there were accounts. Raises RunChanged."""
    if not run.has("account.json"):
        return None
    found = json.loads(run.read("account.json"))
    left_out = tuple(LeftOut(**{**each, "units": tuple(each["units"])}) for each in found["left_out"])
    return Account(found["taken"], found["counted"], left_out)


def keep_account(pack: Pack, inputs: Inputs, year: int, as_of: date) -> Account:
    """The account of the rows of ``inputs`` when a year is scored as of a day."""
    # An account that is read needs no engine.
    from scoring.base.calculator import open_engine

    sorter = _Sorter(pack, year, as_of)
    files: dict[str, list[BatchFile]] = defaultdict(list)
    for file in inputs.files:
        files[file.dataset].append(file)
    counts: dict[tuple[str, str], int] = defaultdict(int)
    units: dict[tuple[str, str], set[str]] = defaultdict(set)
    with open_engine(inputs) as connection:
        for name, mine in sorted(files.items()):
            live = {str(file.path): None if file.live is None else frozenset(file.live) for file in mine}
            query = _write_counts(list({file.path: file for file in mine}.values()), sorter.find_event(name), as_of)
            for path, unit, period, number, later in connection.execute(query).fetchall():
                held = live[path]
                gone = held is not None and (unit, period) not in held
                reason = "superseded" if gone else sorter.find_reason(name, unit, period)
                for why, rows in ((reason, number - later), (reason or "after_as_of", later)):
                    if rows:
                        counts[name, why or ""] += rows
                        units[name, why or ""].add(unit)
    counted = sum(rows for (_, why), rows in counts.items() if not why)
    return Account(sum(counts.values()), counted, sorter.tell(counts, units))


def _write_counts(files: Sequence[BatchFile], event: str | None, as_of: date) -> str:
    later = f"count(*) FILTER (WHERE {quote_name(event)} > {quote_date(as_of)})" if event is not None else "0"
    return f"SELECT filename, _unit, _period, count(*), {later}\nFROM {read_batches(files, named=True)}\nGROUP BY ALL"


class _Sorter:
    """What is read of whom in the year's table."""

    def __init__(self, pack: Pack, year: int, as_of: date) -> None:
        self._pack = pack
        self._year = year
        self._succession = Succession.of_year(pack.registry, year, as_of)
        self._entries = {unit.id: unit for unit in pack.registry.units}
        self._read: dict[str, set[tuple[str, int]]] = {}
        members: dict[str, set[str]] = defaultdict(set)
        for member in list_members(pack, self._succession):
            members[member["cohort"]].add(member["unit"])
            self._read[member["unit"]] = set()
        takers = self._succession.takers
        for part in list_parts(pack, year):
            periods = list_periods(part.part.measure.chosen, pack, year)
            excluded = {unit.id for unit in part.indicator.list_excluded(pack.registry, year, takers)}
            for unit in members[part.cohort] - excluded:
                self._read[unit].update(periods)
        self._datasets = {name for periods in self._read.values() for name, _ in periods}

    def find_event(self, name: str) -> str | None:
        """The column of the day on which a row of the dataset happened."""
        return self._pack.dataset(name).event_date

    def find_reason(self, name: str, unit: str, period: int) -> str | None:
        """Why no row of a unit and period can count; None where one can."""
        dataset = self._pack.dataset(name)
        if name == self._pack.head.exemptions:
            return None if period == self._year and unit in self._read else "other_period"
        if name not in self._datasets:
            return "unread"
        entry, heirs = self._entries.get(unit), self._succession.heirs
        owner = heirs.get(unit, unit) if passes_on(self._pack, dataset) else unit
        if owner not in self._read:
            ended = entry is not None and unit not in heirs and entry.last_day < self._succession.day
            split = "parted" if unit in self._succession.parted else "no_heir"
            return split if ended else "not_compared"
        if dataset.period.standing and unit in self._succession.absent:
            return "absent"
        periods = {when for table, when in self._read[owner] if table == name}
        return None if period in periods else "other_period" if periods else "not_asked"

    def tell(
        self, counts: Mapping[tuple[str, str], int], units: Mapping[tuple[str, str], set[str]]
    ) -> tuple[LeftOut, ...]:
        """What is left out, by dataset in the order of the pack and by reason."""
        order = list(REASONS)
        return tuple(
            LeftOut(
                dataset.id,
                dataset.title,
                reason,
                counts[dataset.id, reason],
                tuple(unit.name for unit in self._pack.registry.units if unit.id in units[dataset.id, reason]),
            )
            for dataset in self._pack.datasets
            for reason in order
            if counts.get((dataset.id, reason))
        )
