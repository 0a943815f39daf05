"""Changes of rules that no case of the pack notices, each with a case that would."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from indicators.pack.cases import Expected, PackCase, TableCase, UnnoticedChange
from indicators.pack.model import Indicator, Pack
from indicators.pack.plain_values import write_plain
from indicators.texts.written import write_yaml
from scoring.cases.candidates import MOST_CANDIDATES, list_candidates
from scoring.cases.equivalents import explain_survivor
from scoring.cases.mutants import Mutant, list_head_mutants, list_mutants
from scoring.cases.run import Trial, Tried, describe_difference, group_trials, try_group
from scoring.cases.tables import check_table

Progress = Callable[[Sequence[list[int]]], Iterable[list[int]]]


#: Where a change stands that is none of an indicator: in grades, caps and policies.
HEAD = "pack.yaml"


@dataclass(frozen=True)
class Survivor:
    """A change that no case notices; ``witness`` is a case, as YAML, that would (None where none was found).

    ``indicator`` is :data:`HEAD` for what decides over totals, of which only whole tables tell anything. ``reason``:
    why it makes no difference, as far as that follows from the rule or the author says it.
    """

    indicator: str
    text: str
    witness: str | None
    reason: str | None = None

    @property
    def is_seen(self) -> bool:
        """Whether a case could notice it, or it is one of totals."""
        return self.witness is not None or self.indicator == HEAD


@dataclass(frozen=True)
class MutantReport:
    """How many changes were tried, and those that nobody notices."""

    tried: int
    survivors: list[Survivor]

    def list_seen(self) -> list[Survivor]:
        """Those that a case could notice, and those of totals."""
        return [each for each in self.survivors if each.is_seen]

    def list_unexplained(self) -> list[Survivor]:
        """Those for which no case was found, and no reason."""
        return [each for each in self.survivors if not each.is_seen and each.reason is None]


def find_survivors(
    pack: Pack,
    cases: Sequence[PackCase],
    tables: Sequence[TableCase] = (),
    progress: Progress = iter,
    only: Collection[str] = (),
) -> MutantReport:
    """Try every change of every indicator on the cases of that indicator, and what these do not notice on the tables.

    Cases and tables must hold without any change. Where there are tables, what decides over totals is changed as well:
    grades, quotas, caps and policies. ``only`` these indicators, where there are any.
    """
    own: dict[str, list[PackCase]] = defaultdict(list)
    for case in cases:
        own[case.indicator].append(case)
    entries = [entry for entry in pack.indicators if not only or entry.id in only]
    mutants = [(entry, mutant) for entry in entries for mutant in list_mutants(pack, entry)]
    left = _find_unnoticed(pack, mutants, own, progress)
    left = [each for each in left if _holds(_change(pack, each[1].changed), tables)]
    heads = list(list_head_mutants(pack)) if tables and not only else []
    found = [Survivor(HEAD, text, None) for text, changed in heads if _holds(changed, tables)]
    return MutantReport(len(mutants) + len(heads), [*found, *_find_witnesses(pack, left, own, progress)])


def _holds(changed: Pack, tables: Sequence[TableCase]) -> bool:
    """Whether all tables hold in spite of a change."""
    return not any(check_table(changed, table) for table in tables)


def _find_unnoticed(
    pack: Pack,
    mutants: Sequence[tuple[Indicator, Mutant]],
    own: Mapping[str, Sequence[PackCase]],
    progress: Progress,
) -> list[tuple[Indicator, Mutant]]:
    """The changes that none of the cases notices, tried on a few cases first: most are noticed by one of those."""
    left, start, count = list(range(len(mutants))), 0, 1
    most = max((len(cases) for cases in own.values()), default=0)
    while left and start < most:
        # One case after the other, so that those who share its rows stand beside each other.
        trials = [
            (number, Trial(_change(pack, mutants[number][1].changed), case))
            for name in dict.fromkeys(mutants[number][0].id for number in left)
            for case in own[name][start : start + count]
            for number in left
            if mutants[number][0].id == name
        ]
        noticed = set()
        for place, item in _try([trial for _, trial in trials], progress):
            number, trial = trials[place]
            if describe_difference(trial.case, item) is not None:
                noticed.add(number)
        left = [number for number in left if number not in noticed]
        start, count = start + count, 2 * count
    return [mutants[number] for number in left]


def _change(pack: Pack, changed: Indicator) -> Pack:
    entries = tuple(changed if entry.id == changed.id else entry for entry in pack.indicators)
    return pack.model_copy(update={"indicators": entries})


def _try(trials: Sequence[Trial], progress: Progress) -> Iterator[tuple[int, Tried]]:
    for group in progress(group_trials(trials)):
        yield from try_group(trials, group)


def _find_witnesses(
    pack: Pack,
    left: Sequence[tuple[Indicator, Mutant]],
    own: Mapping[str, Sequence[PackCase]],
    progress: Progress,
) -> Iterator[Survivor]:
    """For each change the first of the changed cases in which it makes a difference."""
    candidates = {entry.id: list(list_candidates(pack, entry, own[entry.id])) for entry, _ in left}
    plain = [Trial(pack, case) for cases in candidates.values() for case in cases]
    rightly = {plain[place].case.id: item for place, item in _try(plain, progress)}
    found: dict[int, list[PackCase]] = defaultdict(list)
    start, count = 0, 5
    while start < MOST_CANDIDATES:
        trials = [
            (number, Trial(_change(pack, mutant.changed), case))
            for name in candidates
            for case in candidates[name][start : start + count]
            for number, (entry, mutant) in enumerate(left)
            if entry.id == name and number not in found
        ]
        for place, item in _try([trial for _, trial in trials], progress):
            number, trial = trials[place]
            right = rightly[trial.case.id]
            if not isinstance(right, str) and _tell(item) != _tell(right):
                found[number].append(trial.case)
        start, count = start + count, 2 * count
    for number, (entry, mutant) in enumerate(left):
        cases = sorted(found.get(number, ()), key=lambda case: case.id)
        witness = _write_witness(cases[0], rightly[cases[0].id]) if cases else None
        reason = explain_survivor(pack, entry, mutant.changed) if witness is None else None
        yield Survivor(entry.id, mutant.text, witness, reason)


def explain_by_author(report: MutantReport, said: Sequence[UnnoticedChange]) -> tuple[MutantReport, list[str]]:
    """The report with the author's reasons, and what is wrong with these: each must be of a change that survives.

    One that is explained without the author, noticed by a case, found a case for, or no change at all is stale.
    """
    reasons = {(each.indicator, each.change): each.why for each in said}
    explained = []
    for each in report.survivors:
        open_ = each.witness is None and each.reason is None
        reason = reasons.pop((each.indicator, each.text), None) if open_ else None
        explained.append(replace(each, reason=reason) if reason is not None else each)
    stale = [f"{indicator} {change}：unnoticed 里的说明已经过时，请删去" for indicator, change in reasons]
    return MutantReport(report.tried, explained), stale


def _tell(item: Tried) -> tuple[object, ...]:
    """What a case can expect of an item."""
    if isinstance(item, str):
        return (item,)
    return item.item.outcome, item.item.reason, item.item.marks, item.item.veto


def _write_witness(case: PackCase, tried: Tried) -> str:
    assert not isinstance(tried, str)
    item = tried.item
    marks = None if item.marks is None else abs(Decimal(item.marks))
    veto = item.veto or ("none" if item.section_kind == "veto" else None)
    expect = Expected(outcome=item.outcome, marks=marks, reason=item.reason or None, veto=veto)
    return write_yaml({"cases": [write_plain(case.model_copy(update={"expect": expect}))]})
