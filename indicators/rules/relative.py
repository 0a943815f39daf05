"""Marks against the others of the cohort, in one of several forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from indicators.entries.amounts import Amount, Worth
from indicators.entries.tables import Entry
from indicators.entries.targets import Target
from indicators.measures.kind import Kind
from indicators.rules.rule import FULL, NOTHING, ONE, Compared, Partial, Phrase, Rule, Worthy, list_sorts


class Form(Entry):
    """One way of comparing."""

    def list_worths(self) -> Iterator[Worthy]:
        """All amounts of marks that it names."""
        yield from ()


class RankTable(Form):
    """Marks by rank; ranks beyond the table get ``beyond``."""

    marks: tuple[Worth, ...] = Field(min_length=1)
    beyond: Worth = NOTHING

    def list_worths(self) -> Iterator[Worthy]:
        """Every place is a result."""
        yield from (Worthy("名次分", amount, True) for amount in (*self.marks, self.beyond))


class RankStep(Form):
    """``first`` for rank 1 and ``step`` less for every further rank, not below ``floor``."""

    first: Worth = FULL
    step: Worth
    floor: Worth = NOTHING

    def list_worths(self) -> Iterator[Worthy]:
        """The first place and the floor are results."""
        yield Worthy("first", self.first, True)
        yield Worthy("step", self.step, False)
        yield Worthy("floor", self.floor, True)


class MinMax(Form):
    """功效系数: ``base`` for the worst of the cohort, F for the best, a straight line between."""

    base: Worth = NOTHING

    def list_worths(self) -> Iterator[Worthy]:
        """The worst has a result."""
        yield Worthy("base", self.base, True)


class PeerMean(Form):
    """F when no worse than the mean of the cohort, less ``each`` for each ``per`` worse, up to ``cap``."""

    each: Worth
    per: Amount = ONE
    partial: Partial = "exact"
    cap: Worth = FULL

    def list_worths(self) -> Iterator[Worthy]:
        """A step may cost more than there is; the cap may not."""
        yield Worthy("each", self.each, False)
        yield Worthy("cap", self.cap, True)


class RatioToBest(Form):
    """F for the best of the cohort, the others in proportion to it (best over own where lower is better)."""


class Relative(Rule):
    """Against the others of the cohort who have a figure. Ties share a rank (1, 1, 3).

    ``all_equal``: what everybody gets where all figures are equal, or only one unit has one.
    """

    name = "relative"
    title = "与同组比较"
    measures = list_sorts("number")
    phrases = (
        Phrase("与同组最好的比，越高越好", {"better": "higher", "ratio_to_best": {}}),
        Phrase("功效系数，最差的得_分，越高越好", {"better": "higher", "min_max": {"base": 1}}),
        Phrase("第一名满分，每低一名少_分，越高越好", {"better": "higher", "rank_step": {"step": 1}}),
    )

    better: Literal["higher", "lower"]
    all_equal: Worth = FULL
    rank_table: RankTable | None = None
    rank_step: RankStep | None = None
    ratio_to_best: RatioToBest | None = None
    min_max: MinMax | None = None
    peer_mean: PeerMean | None = None

    @property
    def kind(self) -> str:
        """The name of the form that is set."""
        return next(name for name in FORMS if getattr(self, name) is not None)

    @property
    def form(self) -> Form:
        """The form that is set."""
        form: Form = getattr(self, self.kind)
        return form

    @model_validator(mode="after")
    def _one(self) -> Relative:
        if sum(getattr(self, name) is not None for name in FORMS) != 1:
            raise ValueError(f"relative 请只写一种：{'、'.join(FORMS)}")
        return self

    def list_worths(self) -> Iterator[Worthy]:
        """What all get who are equal, and what the form gives."""
        yield Worthy("all_equal", self.all_equal, True)
        yield from self.form.list_worths()

    def list_compared(self) -> Iterator[Compared]:
        """Only a distance to the mean has a step."""
        if self.peer_mean is not None:
            yield Compared("per ", self.peer_mean.per, is_step=True)

    def prefers_higher(self) -> bool:
        """As the pack says."""
        return self.better == "higher"

    def find_conflicts(self, measure: Kind, target: Target | None) -> Iterator[str]:
        """Units without a figure cannot be compared."""
        if measure.zero_decides:
            yield "与同组比较（relative）时上年为零没有可比的数；from_zero 请选 not_applicable、pending 或 compare"


#: The forms, by what a field may hold.
FORMS = tuple(name for name in Relative.model_fields if name not in ("better", "all_equal"))
