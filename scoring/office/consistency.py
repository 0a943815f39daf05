"""How alike teams and inspectors mark, by what was marked twice: for who compares them, and no mark moves.

Two marks of one thing are a judgement that counts and a second one that was given blind, or two that count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

import sqlalchemy as sa

from data.ledger.ledger import Ledger, list_records
from data.ledger.reading import list_blind
from data.ledger.rights.sight import compares_marks, read_actor
from data.ledger.rows import JudgementRow
from data.ledger.second_marks import Blind
from data.store.database import reading
from data.store.tables import inspection_table, user_table
from data.trail.refusals import RoleRefused
from indicators.meaning.judging import Judging, find_judging
from indicators.pack.model import Pack
from scoring.trials.severity import (
    Agreement,
    MarkedTwice,
    Severity,
    find_outliers,
    find_severities,
    measure_agreement,
)


@dataclass(frozen=True)
class Twice:
    """One thing that was marked twice, and what each mark is of what may be given."""

    first: JudgementRow
    second: JudgementRow
    pair: MarkedTwice

    @property
    def blind(self) -> bool:
        """Whether the second mark was given without knowing the first."""
        return self.second.is_second


@dataclass(frozen=True)
class Consistency:
    """What a year's judgements that were given twice tell; ``waiting`` is what is drawn and has no second mark yet."""

    year: int
    pairs: tuple[Twice, ...]
    waiting: tuple[Blind, ...]
    teams: tuple[Severity, ...]
    people: tuple[Severity, ...]
    agreement: Agreement
    outliers: tuple[Twice, ...]


def compare_judges(ledger: Ledger, actor: str, year: int) -> Consistency:
    """What the ledger's judgements of a year tell of who gave them. Raises RoleRefused for who may not compare."""
    tasks = sa.select(inspection_table).where(inspection_table.c.year == year).order_by(inspection_table.c.serial)
    with reading(ledger.engine) as connection:
        if not compares_marks(read_actor(connection, actor)):
            raise RoleRefused("评定是否一致，只供督察办负责人和审计查看", actor=actor)
        marks = list_records(connection, JudgementRow, year=year)
        inspections = list(connection.execute(tasks))
        names = {user.id: str(user.name) for user in connection.execute(sa.select(user_table))}
    titles = {task.id: f"{task.title}（{task.id}）" for task in inspections}
    own_team = {person: titles[task.id] for task in reversed(inspections) for person in task.team or []}

    def name_team(mark: JudgementRow) -> str:
        # Who marks blind is on another team; one on none marks for nobody but himself.
        own = own_team.get(mark.inspector, names[mark.inspector])
        return titles[mark.inspection] if mark.counts else own

    pairs = list(_list_pairs(ledger.pack, marks))
    by_team = [_name(twice, name_team(twice.first), name_team(twice.second)) for twice in pairs]
    by_person = [_name(twice, names[twice.first.inspector], names[twice.second.inspector]) for twice in pairs]
    teams, people = (find_severities([twice.pair for twice in each], year) for each in (by_team, by_person))
    agreement = measure_agreement([twice.pair for twice in by_person], year)
    known = {twice.pair.key: twice for twice in by_person}
    apart = find_outliers([twice.pair for twice in by_person], people)
    return Consistency(
        year,
        tuple(by_person),
        tuple(list_blind(ledger, actor, year)),
        tuple(teams),
        tuple(people),
        agreement,
        tuple(known[pair.key] for pair in apart),
    )


def _list_pairs(pack: Pack, marks: Sequence[JudgementRow]) -> Iterator[Twice]:
    """Every two marks of one unit and indicator that stand, those that count first; two by one person are none."""
    of_item: dict[tuple[str, str], list[JudgementRow]] = defaultdict(list)
    for mark in sorted(marks, key=lambda mark: (mark.is_second, mark.serial)):
        if mark.counts or mark.is_second:
            of_item[(mark.unit, mark.indicator)].append(mark)
    for (unit, indicator), found in of_item.items():
        judging = find_judging(pack, unit, indicator)
        for first, second in combinations(found, 2):
            one, other = (None if judging is None else find_share(judging, mark) for mark in (first, second))
            if first.inspector != second.inspector and one is not None and other is not None:
                yield Twice(first, second, MarkedTwice(f"{first.id} {second.id}", "", "", float(one), float(other)))


def _name(twice: Twice, first: str, second: str) -> Twice:
    pair = MarkedTwice(twice.pair.key, first, second, twice.pair.first, twice.pair.second)
    return Twice(twice.first, twice.second, pair)


def find_share(judging: Judging, mark: JudgementRow) -> Decimal | None:
    """What a judgement gives of all that may be given, 0 to 1; None where it cannot be told."""
    if judging.by_level:
        worths, given = judging.levels.values(), judging.levels.get(mark.level or "")
        low, high = min(worths), max(worths)
    else:
        low, high, given = judging.low, judging.high, None if mark.marks is None else Decimal(mark.marks)
    return None if given is None or high <= low else (given - low) / (high - low)


def describe_leaning(severity: Severity) -> str:
    """How somebody marks, in a sentence without a full stop."""
    share = f"{abs(severity.leaning):.0%}"
    if not severity.is_found:
        return "看不出偏严或者偏宽"
    return f"偏严，比居中的平均少给{share}" if severity.leaning < 0 else f"偏宽，比居中的平均多给{share}"


def describe_agreement(found: Consistency) -> str:
    """What so many things that were marked twice say together."""
    kappa, number = found.agreement, len(found.pairs)
    if kappa.kappa is None or kappa.low is None or kappa.high is None:
        return f"评过两次的有{number}项，太少或者没有差别，说明不了是否一致。"
    return (
        f"评过两次的有{number}项，一致程度（加权kappa）{kappa.kappa:.2f}，"
        f"95%的把握在{kappa.low:.2f}到{kappa.high:.2f}之间；1为完全一致，0为和随便评一样。"
    )
