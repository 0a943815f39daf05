"""A stored run as documents need it: totals by unit, means of the peers, and the records unit by unit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import polars as pl

from data.runs.folder import RunFolder, RunManifest
from data.store.workspace import Workspace
from indicators.pack.model import Cohort, Pack
from scoring.base.amounts import write_day
from scoring.base.total import Total
from scoring.documents.blocks import Stamp
from scoring.explain.stored import Explanations
from scoring.results.changed_rules import ChangedRules, compare_rules
from scoring.results.losses import Loss, list_losses
from scoring.results.means import Mean, find_mean, list_ranked
from scoring.results.rises import Rise, find_earlier, find_rises, name_earlier
from scoring.results.scale import Scale, measure_scores
from scoring.results.scores import Scores, make_scores, read_parts, read_scores
from scoring.results.vetoes import describe_own_vetoes, describe_vetoes, list_vetoes
from scoring.runs.frozen_pack import read_frozen_pack
from scoring.runs.store import (
    StoredRun,
    list_runs,
    open_run,
    open_stored_run,
    read_explanations,
    read_inputs,
    read_manifest,
)
from scoring.trials.firmness.study import MANY, make_study

FICTIONAL = "演示数据（虚构）"


@dataclass(frozen=True)
class RunView:
    """What is stored of a run, without its items: they are read unit by unit from ``explanations``.

    ``disputed`` are the (unit, indicator) pairs that are under an open appeal now: no part of the run, but said.
    ``firmness`` says of a cohort who cannot be told apart.
    """

    id: str
    pack: Pack
    manifest: RunManifest
    stamp: Stamp
    totals: dict[str, tuple[Total[str], ...]]
    by_unit: dict[tuple[str, str], Total[str]]
    means: dict[str, Mean | None]
    ranked: dict[str, int]
    item_means: dict[tuple[str, str], Mean]
    scored: frozenset[tuple[str, str]]
    losses: dict[str, tuple[CommonLoss, ...]]
    explanations: Explanations
    scores: dict[str, Scores]
    scale: Scale
    before: Before | None = None
    disputed: frozenset[tuple[str, str]] = frozenset()
    firmness: Callable[[str], str] = lambda cohort: ""

    @property
    def year(self) -> int:
        """The year that was scored."""
        return int(self.manifest["year"])

    @property
    def earlier(self) -> str:
        """What the run is called that this one is compared with: 上次, 上年; empty where there is none."""
        return "" if self.before is None else name_earlier(self.year, self.before.year)

    @cached_property
    def rises(self) -> dict[tuple[str, str], Rise]:
        """By cohort and unit how it rose since the earlier run, of those that are ranked in both."""
        if self.before is None:
            return {}
        found: dict[tuple[str, str], Rise] = {}
        for cohort, scores in self.scores.items():
            found |= find_rises(self.before.scores.of_cohort(cohort), scores)
        return found

    def describe_rules(self) -> str:
        """That the earlier run was scored by other rules, and which; empty where there is no such run or difference."""
        return "" if self.before is None or self.before.rules is None else self.before.rules.describe(self.earlier)

    def cohort(self, name: str) -> Cohort:
        """The cohort of that id; KeyError if there is none."""
        return {cohort.id: cohort for cohort in self.pack.head.cohorts}[name]

    def total(self, cohort: str, unit: str) -> Total[str]:
        """The total of a unit; KeyError if it is not in the cohort."""
        return self.by_unit[(cohort, unit)]

    def list_losses(self, cohort: str, unit: str) -> list[Loss]:
        """What a unit lost, what is only held back first."""
        return list_losses(self.scores[cohort], unit, self.scale)

    def describe_vetoes(self, cohort: str, unit: str | None = None) -> list[str]:
        """The sentences about vetoes that stand first: of a cohort, or of one unit, whose name they leave out."""
        found = list_vetoes(self.scores[cohort], self.pack, unit)
        return describe_vetoes(found) if unit is None else describe_own_vetoes(found)

    def mean(self, cohort: str) -> Mean | None:
        """The mean of the totals of the cohort's ranked units; None where nobody is ranked."""
        return self.means[cohort]


@dataclass(frozen=True)
class CommonLoss:
    """What a cohort lost at one indicator: units that lost marks, units with marks, and the marks lost by all."""

    indicator: str
    units: int
    of: int
    marks: Fraction


@dataclass(frozen=True)
class Before:
    """An earlier run, to say what changed; ``rules`` are those that are other ones now."""

    run: str
    year: int
    scores: Scores
    rules: ChangedRules | None = None


@contextmanager
def open_view(
    workspace: Workspace,
    run: StoredRun,
    *,
    trail: str = "",
    compare: str | None = None,
    disputed: Iterable[tuple[str, str]] = (),
    newer: str = "",
) -> Iterator[RunView]:
    """A stored run, ready to make documents of. ``compare`` names the earlier run; the last one before it otherwise.

    ``newer`` says on every page what the run does not count yet.

    Raises RunNotFound for an unknown ``compare`` and RunDiffers where the stored inputs were changed.
    """
    before = find_before(workspace, run.files, compare)
    with open_found_view(workspace, run, before, trail=trail, disputed=disputed, newer=newer) as view:
        yield view


@contextmanager
def open_found_view(
    workspace: Workspace,
    run: StoredRun,
    earlier: RunFolder | None,
    *,
    trail: str = "",
    disputed: Iterable[tuple[str, str]] = (),
    newer: str = "",
) -> Iterator[RunView]:
    """As :func:`open_view`, of runs that were found already: it reads files alone, and asks no store."""
    pack, _ = read_inputs(workspace, run)
    before = None if earlier is None else _read_before(workspace, open_run(earlier), pack)
    with read_explanations(workspace, run) as explanations:
        view = make_view(pack, run, pl.read_parquet(run.files.read("items.parquet")), explanations, trail, before)
        yield replace(
            view,
            disputed=frozenset(disputed),
            stamp=replace(view.stamp, newer=newer),
            firmness=lambda cohort: _tell_firmness(pack, run, view, cohort),
        )


def _tell_firmness(pack: Pack, run: StoredRun, view: RunView, cohort: str) -> str:
    """Who cannot be told apart; of very many units a sentence says too little for what it takes to find."""
    if not 1 < view.ranked[cohort] <= MANY:
        return ""
    return make_study(pack, view.scores[cohort], read_parts(run.files), cohort).tell()


def make_view(
    pack: Pack,
    run: StoredRun,
    items: pl.DataFrame,
    explanations: Explanations,
    trail: str = "",
    before: Before | None = None,
) -> RunView:
    """The view of a run of which everything is at hand; ``items`` are those of its items.parquet."""
    totals: dict[str, list[Total[str]]] = {cohort.id: [] for cohort in pack.head.cohorts}
    written = read_totals(run)
    for row in written:
        totals[row["cohort"]].append(Total(**row))
    ranked = {name: list_ranked(rows) for name, rows in totals.items()}
    scored = items.filter(pl.col("outcome") == "scored")
    scores = make_scores(pack.head.precision, run.manifest, items, written)
    return RunView(
        id=run.id,
        pack=pack,
        manifest=run.manifest,
        stamp=_make_stamp(pack, run, trail),
        totals={name: tuple(rows) for name, rows in totals.items()},
        by_unit={(name, row.unit): row for name, rows in totals.items() for row in rows},
        means={
            name: find_mean(
                {row.unit: Fraction(row.total) for row in rows if row.rank and row.total is not None}, ranked[name]
            )
            for name, rows in totals.items()
        },
        ranked={name: len(units) for name, units in ranked.items()},
        item_means=_average_items(scored, ranked, pack.head.precision),
        scored=frozenset(scored.select("cohort", "indicator").unique().iter_rows()),
        losses=_sum_losses(items),
        explanations=explanations,
        scores={name: scores.of_cohort(name) for name in totals},
        scale=measure_scores(pack, scores),
        before=before,
    )


def _make_stamp(pack: Pack, run: StoredRun, trail: str) -> Stamp:
    return Stamp(
        run.id,
        write_day(date.fromisoformat(run.manifest["as_of"])),
        hashlib.sha256(run.result).hexdigest()[:16],
        trail,
        FICTIONAL if run.manifest["fictional"] or pack.head.fictional else "",
    )


def read_totals(run: StoredRun) -> list[dict[str, Any]]:
    """The totals of a stored result; its items, which are many more, are not taken apart."""
    _, found, rest = run.result.rpartition(b'\n"totals": ')
    assert found, "a result holds totals"
    return list(json.loads(rest.rstrip().removesuffix(b"}")))


def _average_items(
    scored: pl.DataFrame, ranked: dict[str, frozenset[str]], precision: int
) -> dict[tuple[str, str], Mean]:
    """By cohort and indicator the mean of the ranked units that are scored there."""
    points = pl.col("marks").str.replace(".", "", literal=True).cast(pl.Int64)
    found: dict[tuple[str, str], dict[str, int]] = {}
    for cohort, indicator, unit, own in scored.select("cohort", "indicator", "unit", points).iter_rows():
        found.setdefault((cohort, indicator), {})[unit] = own
    means = {key: find_mean(marks, ranked[key[0]], 10**precision) for key, marks in found.items()}
    return {key: mean for key, mean in means.items() if mean is not None}


def _sum_losses(items: pl.DataFrame) -> dict[str, tuple[CommonLoss, ...]]:
    """By cohort, what costs most first."""
    found: dict[tuple[str, str], list[Fraction]] = {}
    scored = items.filter((pl.col("outcome") == "scored") & pl.col("section_kind").is_in(["base", "deduction"]))
    for row in scored.select("cohort", "indicator", "marks", "full_marks").iter_rows(named=True):
        marks = Fraction(row["full_marks"]) - Fraction(row["marks"])
        found.setdefault((row["cohort"], row["indicator"]), []).append(marks)
    losses: dict[str, list[CommonLoss]] = {}
    for (cohort, indicator), lost in found.items():
        loss = CommonLoss(indicator, sum(1 for each in lost if each), len(lost), sum(lost, Fraction(0)))
        losses.setdefault(cohort, []).append(loss)
    return {name: tuple(sorted(all_, key=lambda loss: -loss.marks)) for name, all_ in losses.items()}


def find_before(workspace: Workspace, run: RunFolder, compare: str | None = None) -> RunFolder | None:
    """The named run; else the newest of the year before, else the one of the same year that was stored before.

    Raises RunNotFound for an unknown ``compare``.
    """
    if compare is not None:
        return open_stored_run(workspace, compare)
    id = run.manifest["pack"]["id"]
    of_pack = [name for name in list_runs(workspace) if read_manifest(workspace, name)["pack"]["id"] == id]
    earlier = find_earlier(of_pack, run.path.name)
    name = earlier.last_year or earlier.last_run
    return open_stored_run(workspace, name) if name is not None else None


def _read_before(workspace: Workspace, run: StoredRun, pack: Pack) -> Before:
    older = pack if run.manifest["pack"]["sha256"] == pack.sha256 else read_frozen_pack(workspace, run.files)
    return Before(run.id, run.manifest["year"], read_scores(run.files, older), compare_rules(older, pack))
