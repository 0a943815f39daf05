"""Changes of rules that no case of the pack notices, each with a case that would."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from indicators.entries.numbers import is_decimal
from indicators.entries.tables import Column
from indicators.pack.cases import Expected, PackCase
from indicators.pack.model import Indicator, Pack
from indicators.pack.plain_values import write_plain
from indicators.texts.written import write_yaml
from scoring.cases.mutants import Mutant, list_mutants
from scoring.cases.run import Trial, Tried, describe_difference, group_trials, try_group

#: So many changed cases are tried on a change that no case notices.
MOST_CANDIDATES = 40

Progress = Callable[[Sequence[list[int]]], Iterable[list[int]]]


@dataclass(frozen=True)
class Survivor:
    """A change that no case notices; ``witness`` is a case, as YAML, that would (None where none was found)."""

    indicator: str
    text: str
    witness: str | None


@dataclass(frozen=True)
class MutantReport:
    """How many changes were tried, and those that nobody notices."""

    tried: int
    survivors: list[Survivor]


def find_survivors(
    pack: Pack, cases: Sequence[PackCase], progress: Progress = iter, only: Collection[str] = ()
) -> MutantReport:
    """Try every change of every indicator on the cases of that indicator, which must hold without any change.

    ``only`` these indicators, where there are any.
    """
    own: dict[str, list[PackCase]] = defaultdict(list)
    for case in cases:
        own[case.indicator].append(case)
    entries = [entry for entry in pack.indicators if not only or entry.id in only]
    mutants = [(entry, mutant) for entry in entries for mutant in list_mutants(pack, entry)]
    left = _find_unnoticed(pack, mutants, own, progress)
    return MutantReport(len(mutants), list(_find_witnesses(pack, left, own, progress)))


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
        trials = [
            (number, Trial(_change(pack, mutants[number][1].changed), case))
            for number in left
            for case in own[mutants[number][0].id][start : start + count]
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
    candidates = {entry.id: list(_list_candidates(pack, own[entry.id])) for entry, _ in left}
    plain = [Trial(pack, case) for cases in candidates.values() for case in cases]
    rightly = {plain[place].case.id: item for place, item in _try(plain, progress)}
    found: dict[int, list[PackCase]] = defaultdict(list)
    start, count = 0, 5
    while start < MOST_CANDIDATES:
        trials = [
            (number, Trial(_change(pack, mutant.changed), case))
            for number, (entry, mutant) in enumerate(left)
            if number not in found
            for case in candidates[entry.id][start : start + count]
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
        yield Survivor(entry.id, mutant.text, witness)


def _tell(item: Tried) -> tuple[object, ...]:
    """What a case can expect of an item."""
    return (item,) if isinstance(item, str) else tuple(item[key] for key in ("outcome", "reason", "marks", "veto"))


def _write_witness(case: PackCase, item: Tried) -> str:
    assert not isinstance(item, str)
    marks = None if item["marks"] is None else abs(Decimal(item["marks"]))
    veto = item["veto"] or ("none" if item["section_kind"] == "veto" else None)
    expect = Expected(outcome=item["outcome"], marks=marks, reason=item["reason"] or None, veto=veto)
    return write_yaml({"cases": [write_plain(case.model_copy(update={"expect": expect}))]})


def _list_candidates(pack: Pack, cases: Sequence[PackCase]) -> Iterator[PackCase]:
    """The cases with one cell changed by one step, or with one row less, at most so many."""
    made = (case for each in cases for case in _vary_case(pack, each))
    for number, case in enumerate(made):
        if number == MOST_CANDIDATES:
            return
        yield case.model_copy(update={"id": f"{case.id}-{number + 1}", "why": None})


def _vary_case(pack: Pack, case: PackCase) -> Iterator[PackCase]:
    for name, rows in case.rows.items():
        columns = {column.name: column for column in pack.dataset(name).columns}
        for at, row in enumerate(rows):
            for key, text in row.items():
                for other in _vary_cell(columns[key], text):
                    changed = [*rows[:at], {**row, key: other}, *rows[at + 1 :]]
                    yield case.model_copy(update={"rows": {**case.rows, name: changed}})
            yield case.model_copy(update={"rows": {**case.rows, name: [*rows[:at], *rows[at + 1 :]]}})


def _vary_cell(column: Column, text: str | None) -> Iterator[str]:
    if text is None:
        return
    if column.type in ("integer", "decimal"):
        step = Decimal(1).scaleb(-column.decimals if column.type == "decimal" else 0)
        yield from (f"{Decimal(text) + each:f}" for each in (step, -step) if is_decimal(text))
    elif column.type == "date" and len(text) == 10:
        day = date.fromisoformat(text)
        yield from ((day + timedelta(days=each)).isoformat() for each in (1, -1))
    elif column.type in ("choice", "flag"):
        yield from (word for word in (column.choices or ("是", "否")) if word != text)
