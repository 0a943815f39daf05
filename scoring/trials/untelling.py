"""Indicators that would tell no unit from another on the data there is: why a pack's author looks before the year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from data.batches.records import current_inputs
from data.store.drafts import draft_folder
from data.store.workspace import Workspace
from indicators.pack.model import Pack
from scoring.engine.run import score
from scoring.results.scores import frame_result
from scoring.trials.firmness.fields import build_field
from scoring.trials.firmness.report import describe_same, describe_telling

#: Fewer units are told apart by nothing.
RANKED = 2


@dataclass(frozen=True)
class Untelling:
    """What indicators of a cohort do not tell: ``verdict`` is why (人人满分, …), ``indicators`` their names."""

    cohort: str
    verdict: str
    indicators: str

    def __str__(self) -> str:
        return "：".join(part for part in (self.cohort, self.verdict, self.indicators) if part)


def list_untelling(workspace: Workspace, pack: Pack, year: int, as_of: date) -> Iterator[Untelling]:
    """Cohort by cohort, by the pack over the data that the workspace holds now. Nothing is stored.

    Raises what scoring raises: YearNotInPack where the pack does not hold in that year.
    """
    with draft_folder() as ledger_files:
        inputs = current_inputs(workspace, pack, ledger_files=ledger_files)
        result = score(pack, inputs, year, as_of)
    scores = frame_result(pack, result)
    for cohort in pack.head.cohorts:
        field = build_field(pack, scores, cohort.id)
        if field.number < RANKED:
            yield Untelling(cohort.title, "排得出名次的单位不到两个，看不出指标分不分得出高低", "")
        for verdict, names in describe_telling(field, pack):
            yield Untelling(cohort.title, verdict, "、".join(f"「{name}」" for name in names))
        for group in describe_same(field, pack):
            yield Untelling(cohort.title, "排出的先后几乎一样，等于考了两遍", group)
