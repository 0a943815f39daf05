"""All that the page says of how firm a ranking is, found at once: here, or for many units in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from data.apart.process import Child, ChildLimits
from data.runs.folder import RunFolder
from data.store.workspace import Workspace
from indicators.pack.model import Pack
from scoring.results.scores import Scores, read_parts, read_scores
from scoring.runs.frozen_pack import read_frozen_pack
from scoring.trials.firmness.levers import Levers
from scoring.trials.firmness.report import (
    PairRow,
    UnitRow,
    describe_same,
    describe_shifted,
    describe_telling,
    list_grade_edges,
    list_neighbours,
    list_sources,
    list_units,
)
from scoring.trials.firmness.study import Study, make_study

#: Half a minute of a processor for three thousand units, and as long as it waits for one.
LIMITS = ChildLimits(seconds=600, memory=4 * 1024**3)


@dataclass(frozen=True)
class FirmnessPage:
    """Rows and words of a study. ``edges``: units that may well have another grade, which one, and what would do it."""

    said: str
    explained: str
    level: float
    units: list[UnitRow]
    sources: list[tuple[str, str, str, str]]
    pairs: list[PairRow]
    edges: list[tuple[str, str, str]]
    telling: list[tuple[str, list[str]]]
    same: list[str]
    shifted: str


def write_firmness(
    study: Study, pack: Pack, scores: Scores, parts: pl.DataFrame, cohort: str, most: int
) -> FirmnessPage:
    """Of a study; ``parts`` are the run's part results, and ``most`` neighbours are told of."""
    return FirmnessPage(
        study.describe(),
        study.explain(),
        study.level,
        list_units(study),
        list_sources(study),
        list_neighbours(study, pack, Levers(pack, scores, parts, cohort), most),
        [(name, edge.grade, words) for name, edge, words in list_grade_edges(study, pack)],
        describe_telling(study.field, pack),
        describe_same(study.field, pack),
        describe_shifted(study, pack),
    )


def find_firmness_apart(workspace: Workspace, run: RunFolder, cohort: str, most: int) -> FirmnessPage:
    """The same of a stored run, in a process of its own. Raises RunChanged, and Stopped where it takes too much."""
    with Child(LIMITS, begin_study) as child:
        return child.ask(find_firmness, workspace, run, cohort, most)


def begin_study() -> str:
    """What a child holds that needs nothing but what it is sent."""
    return "ready"


def find_firmness(held: str, workspace: Workspace, run: RunFolder, cohort: str, most: int) -> FirmnessPage:
    """From the run's own files, in the child."""
    pack = read_frozen_pack(workspace, run)
    scores, parts = read_scores(run, pack), read_parts(run)
    return write_firmness(make_study(pack, scores, parts, cohort), pack, scores, parts, cohort, most)


def make_ready() -> None:
    """All that a study takes is loaded with this module; what has threads is not started before the fork."""
