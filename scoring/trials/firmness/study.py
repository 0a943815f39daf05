"""One study of how firm a cohort's ranking is: everything that the page, the command and the documents show."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from indicators.entries.shortlist import shorten_list
from indicators.pack.model import Pack
from scoring.results.scores import Scores
from scoring.trials.firmness.absences import list_absences
from scoring.trials.firmness.draws import Draws, draw_ranks
from scoring.trials.firmness.fields import DrawInputs, Whole, build_field, order_board
from scoring.trials.firmness.luck import list_counts
from scoring.trials.firmness.openings import list_endless, list_openings
from scoring.trials.firmness.order import Pair, describe_tiers, list_pairs, list_tiers
from scoring.trials.firmness.worlds import DoubtSource
from scoring.trials.whatif import build_board

#: What is said holds in so many of a hundred worlds.
LEVEL = 0.95
SPREAD = 0.25
#: So many units are named of those whose marks have no upper end.
_NAMED = 3
#: Worlds: for few units, and where there are very many.
WORLDS, FEWER, MANY = 4_000, 2_000, 300

NAMES = {
    DoubtSource.weights: "权重",
    DoubtSource.opened: "未定的项目",
    DoubtSource.counts: "数目小的偶然性",
    DoubtSource.policy: "不适用的算法",
    DoubtSource.peers: "同组少一个单位",
}


@dataclass(frozen=True)
class DoubtShare:
    """What one source of doubt does alone: the mean width of the ranges of ranks, the pairs that it makes unsure.

    ``share`` is its part of what all sources do alone, by the variance of ranks.
    """

    source: DoubtSource
    width: float
    unsure: int
    share: float


@dataclass(frozen=True)
class Study:
    """``best`` and ``worst`` are the ends of each unit's range of ranks at the ``level``, in the order of the field."""

    field: DrawInputs
    draws: Draws
    seed: int
    spread: float
    level: float
    best: Whole
    worst: Whole
    tiers: tuple[tuple[int, int], ...]
    #: The ranked units that may still get marks without an upper end, which is not tried out.
    endless: tuple[str, ...] = ()

    @cached_property
    def parts(self) -> tuple[DoubtShare, ...]:
        """What each source does alone: a draw of its own for each, made when somebody asks."""
        return _weigh_sources(self.field, max(self.draws.number // 4, 1), self.seed, self.spread, self.level)

    @property
    def pairs(self) -> list[Pair]:
        """Every two units that were compared."""
        return list_pairs(self.draws, self.field)

    def describe(self) -> str:
        """One sentence for leaders."""
        return describe_tiers(self.field.ranks, list(self.tiers))

    def tell(self) -> str:
        """The same for a document or a ranking, with what it rests on; empty where nobody is ranked."""
        said = self.describe()
        if not said:
            return ""
        tried = f"{self.draws.number}次随机试算，{self.level:.0%}的把握；不改变得分和名次。{self._tell_endless()}"
        return f"{said}（{tried}）"

    def explain(self) -> str:
        """What the sentence rests on."""
        sources = "、".join(NAMES[source] for source in list_sources(self.field))
        return (
            f"按{self.draws.number}次随机试算（种子{self.seed}，{sources}一起变，权重上下约{self.spread:.0%}）："
            f"两个单位的前后次序在{self.level:.0%}以上的试算里都相同，才算分得出。试算用浮点数，不改变任何得分。"
            f"{self._tell_endless()}"
        )

    def _tell_endless(self) -> str:
        if not self.endless:
            return ""
        return f"{shorten_list(self.endless, _NAMED, '个单位')}有不封顶的项目还没有定，没有上限可试，不在试算之内。"


def name_seed(run: str, cohort: str) -> int:
    """The seed of a run's cohort: the same run is always studied by the same draws."""
    return int(hashlib.sha256(f"{run} {cohort}".encode()).hexdigest()[:8], 16)


def make_study(
    pack: Pack,
    scores: Scores,
    parts: pl.DataFrame,
    cohort: str,
    *,
    worlds: int | None = None,
    seed: int | None = None,
    spread: float = SPREAD,
    level: float = LEVEL,
) -> Study:
    """The study of one cohort of a run; ``parts`` are the run's part results."""
    board = order_board(build_board(pack, scores, cohort))
    field = build_field(
        pack,
        scores,
        cohort,
        opened=list_openings(scores, board),
        counted=list_counts(pack, scores, parts, board),
        absences=list_absences(pack, scores, parts, board),
        board=board,
    )
    number = worlds or (WORLDS if field.number <= MANY else FEWER)
    seed = name_seed(scores.run, cohort) if seed is None else seed
    draws = draw_ranks(field, number, seed=seed, spread=spread)
    best, worst = draws.find_ranges(level)
    return Study(
        field,
        draws,
        seed,
        spread,
        level,
        best,
        worst,
        tuple(list_tiers(draws, level)),
        list_endless(scores, field.board),
    )


def list_sources(field: DrawInputs) -> list[DoubtSource]:
    """The sources of which there is any doubt."""
    present = {
        DoubtSource.weights: len(field.base) > 1,
        DoubtSource.opened: len(field.opened.rows) > 0,
        DoubtSource.counts: len(field.counted.rows) > 0,
        DoubtSource.policy: len(field.variants) > 1,
        DoubtSource.peers: len(field.absences) > 0,
    }
    return [source for source, there in present.items() if there]


def _weigh_sources(field: DrawInputs, number: int, seed: int, spread: float, level: float) -> tuple[DoubtShare, ...]:
    sources, found = list_sources(field), []
    for source in sources:
        draws = draw_ranks(field, number, seed=seed, spread=spread, sources=frozenset({source}), grades=False)
        best, worst = draws.find_ranges(level)
        ranks = np.arange(1, field.number + 1)
        mean = draws.chances @ ranks
        varied = float((draws.chances @ ranks**2 - mean**2).mean()) if field.number else 0.0
        unsure = sum(not pair.is_firm(level) for pair in list_pairs(draws, field))
        found.append((source, float((worst - best).mean()) if field.number else 0.0, unsure, varied))
    together = sum(varied for *_, varied in found)
    return tuple(
        DoubtShare(source, width, unsure, v / together if together else 0.0) for source, width, unsure, v in found
    )
