"""Results as lines that can be read and compared: what golden results are made of.

A run is a file: a line for each group and indicator, with a digest over everything that the result says of its units
and, where the units are few, what each got. Then a line for each total. Names and words are no part of it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from data.batches.records import ledger_batch
from indicators.pack.cases import load_cases
from indicators.reader import find_pack, load_pack
from scoring.results.version import RESULTS_VERSION
from scoring.runs.store import StoredRun

FOLDER = Path(__file__).parent
WORDS = FOLDER / "words.tsv"
PACKS = ("jincheng-2021-2025", "published-dates")
#: What an item gave; what it is called is no result.
_ITEM = ("unit", "outcome", "reason", "marks", "full_marks", "applicable_marks", "counted", "veto")
_NAMES = {"cohort", "unit_name"}
#: So many units stand in a line; of more only how many got what.
_UNITS = 10
#: What a line is about: its first two columns.
Subject = tuple[str, str]


def find_folder(version: int = RESULTS_VERSION) -> Path:
    """Where the golden results of a version lie."""
    return FOLDER / f"results-{version}"


def write_run(run: StoredRun) -> str:
    """The lines of a run."""
    content = run.content
    items: dict[Subject, list[Mapping[str, Any]]] = defaultdict(list)
    for row in content["items"]:
        items[row["cohort"], row["indicator"]].append(row)
    lines = [f"{cohort}\t{indicator}\t{_tell_items(rows)}" for (cohort, indicator), rows in sorted(items.items())]
    totals: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in content["totals"]:
        totals[row["cohort"]].append({name: value for name, value in row.items() if name not in _NAMES})
    lines += [f"{cohort}\t总分\t{_tell_totals(rows)}" for cohort, rows in sorted(totals.items())]
    return "\n".join((write_inputs(run), *lines)) + "\n"


def write_inputs(run: StoredRun) -> str:
    """What the results are of: the pack's version and a digest of the reported data, without the ledger's."""
    manifest = run.manifest
    reported = [each for each in manifest["batches"] if each["batch"] != ledger_batch(each["dataset"])]
    data = _digest([each["parquet"], each["live"]] for each in reported)
    return f"#\t{manifest['pack']['id']} {manifest['pack']['version']}\t{manifest['as_of']} {data}"


def _tell_items(rows: Iterable[Mapping[str, Any]]) -> str:
    rows = sorted(rows, key=lambda row: str(row["unit"]))
    digest = _digest([row[name] for name in _ITEM] for row in rows)
    got = [row["marks"] if row["marks"] is not None else row["reason"] or row["outcome"] for row in rows]
    if len(rows) <= _UNITS:
        told = [f"{row['unit']}={each}" for row, each in zip(rows, got, strict=True)]
    else:
        told = [f"{number}×{each}" for each, number in sorted(Counter(got).items())]
    return f"{digest}\t{' '.join(told)}"


def _tell_totals(rows: Iterable[Mapping[str, Any]]) -> str:
    rows = sorted(rows, key=lambda row: str(row["unit"]))
    told = [f"{row['unit']}={row['total']}/{row['rank'] or '—'}" for row in rows] if len(rows) <= _UNITS else []
    return f"{_digest(sorted(row.items()) for row in rows)}\t{' '.join(told)}"


def write_cases() -> str:
    """For each pack and indicator how many cases there are, and a digest of what must come out of them."""
    lines = []
    for name in PACKS:
        pack = load_pack(find_pack(name))
        lines.append(f"#\t{pack.head.id} {pack.head.version}\t")
        held: dict[str, list[Any]] = defaultdict(list)
        for _, _, case in load_cases(find_pack(name)):
            marks = None if case.expect.marks is None else str(case.expect.marks)
            held[case.indicator].append([case.id, case.expect.outcome, marks, case.expect.reason])
        lines += [
            f"{pack.head.id}\t{indicator}\t{_digest(sorted(cases, key=str))}\t{len(cases)}"
            for indicator, cases in sorted(held.items())
        ]
    return "\n".join(lines) + "\n"


def write_words(records: Iterable[Mapping[str, Any]]) -> str:
    """For each indicator a digest of every word about a mark in a run's explanations."""
    held: dict[str, list[Any]] = defaultdict(list)
    for record in records:
        held[record["indicator"]].append({name: value for name, value in record.items() if name != "run"})
    return "".join(f"words\t{name}\t{_digest(sorted(map(_dump, each)))}\n" for name, each in sorted(held.items()))


def _digest(rows: Iterable[Any]) -> str:
    return hashlib.sha256("\n".join(map(_dump, rows)).encode()).hexdigest()[:12]


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def find_inputs(text: str) -> list[str]:
    """The lines that say what the results are of."""
    return [line for line in text.splitlines() if line.startswith("#")]


def list_differing(before: str, after: str) -> list[Subject]:
    """Whose lines are not the same."""
    sides = [dict(_split(text)) for text in (before, after)]
    return sorted(each for each in sides[0].keys() | sides[1].keys() if sides[0].get(each) != sides[1].get(each))


def _split(text: str) -> Iterator[tuple[Subject, str]]:
    for line in text.splitlines():
        if not line.startswith("#"):
            group, name, rest = line.split("\t", 2)
            yield (group, name), rest
