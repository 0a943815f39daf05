"""Marks against the others of the cohort, in one of several forms."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from indicators.entries.amounts import Amount, Worth, parse_quantity
from indicators.entries.mistakes import show_value
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


def _parse_part_of_all(value: object) -> str:
    """``1/3`` or ``30%``, above nothing and no more than all."""
    text = str(value)
    if re.fullmatch(r"[1-9][0-9]{0,3}/[1-9][0-9]{0,3}", text):
        share = Fraction(text)
    elif text.endswith("%"):
        share = Fraction(parse_quantity(text).value)
    else:
        raise ValueError(f'{show_value(value)}应写成分数或百分数，如 "1/3"、"30%"')
    if not 0 < share <= 1:
        raise ValueError(f"{text} 不在 0 和 1 之间；请写成全组的一部分")
    return text


class RankPart(Entry):
    """The part of the ranking that a step reaches up to, and what it is worth."""

    upto: Annotated[str, BeforeValidator(_parse_part_of_all)]
    marks: Worth

    @property
    def share(self) -> Fraction:
        """The part as a fraction."""
        return Fraction(parse_quantity(self.upto).value) if self.upto.endswith("%") else Fraction(self.upto)


class RankShare(Form):
    """Marks by the part of the ranking: the first third, the next third. Ranks beyond the steps get ``beyond``.

    ``partial``: whether a part of a place counts as a whole one (``up``) or not at all (``down``); equal figures share
    the better rank, so that a step may hold more units than its part.
    """

    steps: tuple[RankPart, ...] = Field(min_length=1)
    partial: Literal["up", "down"]
    beyond: Worth = NOTHING

    @model_validator(mode="after")
    def _rising(self) -> RankShare:
        shares = [step.share for step in self.steps]
        if any(one >= other for one, other in itertools.pairwise(shares)):
            raise ValueError("rank_share 的各档 upto 请从小到大写，后一档比前一档大")
        return self

    def list_worths(self) -> Iterator[Worthy]:
        """Every part is a result."""
        yield from (Worthy("名次分", amount, True) for amount in (*(step.marks for step in self.steps), self.beyond))

    def count_places(self, step: RankPart, units: int) -> int:
        """The last place, among so many units, that a step holds."""
        places = step.share * units
        return -(-places.numerator // places.denominator) if self.partial == "up" else int(places)


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
    compares_units = True
    phrases = (
        Phrase("与同组最好的比，越高越好", {"better": "higher", "ratio_to_best": {}}),
        Phrase("功效系数，最差的得_分，越高越好", {"better": "higher", "min_max": {"base": 1}}),
        Phrase("第一名满分，每低一名少_分，越高越好", {"better": "higher", "rank_step": {"step": 1}}),
    )

    better: Literal["higher", "lower"]
    all_equal: Worth = FULL
    rank_table: RankTable | None = None
    rank_step: RankStep | None = None
    rank_share: RankShare | None = None
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
