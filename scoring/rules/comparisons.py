"""The forms in which units are compared: what each adds to a relative rule: parameters, calculation and words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, TypeVar

from indicators.rules.relative import Form, MinMax, PeerMean, RankShare, RankStep, RankTable, RatioToBest
from scoring.base.amounts import round_half_up, write_marks
from scoring.base.arithmetic import Calculation, Words, write_marks_term, write_term
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import Row
from scoring.rules.calculation import deduct
from scoring.rules.case import Case
from scoring.rules.setting import Setting, name_step, say_limit, say_marks, say_partial
from scoring.rules.standing import Standing
from scoring.rules.steps import count_steps

AnyForm = TypeVar("AnyForm", bound=Form)


@dataclass(frozen=True)
class Comparison(ABC, Generic[AnyForm]):
    """One form with what the pack says of it; ``higher`` figures are better, or lower ones.

    All figures of the cohort are equal for none of these: what is had then is said by the rule itself.
    """

    form: AnyForm
    higher: bool

    def write_row(self, part: ScoredPart) -> Row:
        """Its columns of the row of a part."""
        return {}

    def list_ranks(self, part: ScoredPart) -> Iterator[Row]:
        """Its rows of the relation ``ranks``."""
        yield from ()

    def list_rank_parts(self, part: ScoredPart) -> Iterator[Row]:
        """Its rows of the relation ``rank_parts``."""
        yield from ()

    def list_places(self, part: ScoredPart, members: int) -> list[int]:
        """Marks, in millionths, that hold all that it gives for any place among so many."""
        return [0, part.full]

    @abstractmethod
    def calculate(self, case: Case, standing: Standing, before: list[Words]) -> Calculation:
        """The line of the calculation; ``before`` names the unit's own figure."""

    @abstractmethod
    def describe(self, setting: Setting) -> str:
        """How marks are given."""

    def describe_next_step(self, case: Case, standing: Standing) -> str:
        """What the next improvement would take."""
        return f"其他单位不变时，数值达到全组最好的 {case.goal_term(standing.best).text} 就得满分。"


class _ByPlace(Comparison[AnyForm]):
    """Forms that only look at the place."""

    def describe_next_step(self, case: Case, standing: Standing) -> str:
        """To draw level with the next."""
        if standing.ahead is None:
            return "已是第 1 名。"
        return f"其他单位不变时，数值达到 {case.goal_term(standing.ahead).text} 就能与前一名并列，名次提前。"

    def _say_place(self, standing: Standing) -> str:
        return f"在全组 {len(standing.values)} 个有数据的单位中排第 {standing.place} 名"


class ByTable(_ByPlace[RankTable]):
    """Marks by rank."""

    def write_row(self, part: ScoredPart) -> Row:
        """What is had beyond the table."""
        return {"beyond_rank": part.worth(self.form.beyond)}

    def list_ranks(self, part: ScoredPart) -> Iterator[Row]:
        """The marks of each place."""
        yield from ({"place": place, "marks": part.worth(worth)} for place, worth in enumerate(self.form.marks, 1))

    def list_places(self, part: ScoredPart, members: int) -> list[int]:
        """The places that there can be."""
        listed = [part.worth(amount) for amount in self.form.marks[:members]]
        return listed + ([part.worth(self.form.beyond)] if members > len(self.form.marks) else [])

    def calculate(self, case: Case, standing: Standing, before: list[Words]) -> Calculation:
        """What the place is worth."""
        place, table = standing.place, self.form
        worth = table.marks[place - 1] if place <= len(table.marks) else table.beyond
        return case.finish(write_marks_term(case.worth(worth)), [*before, self._say_place(standing)], "得 ")

    def describe(self, setting: Setting) -> str:
        """Every place of the table, and the rest."""
        full = setting.full
        places = "、".join(f"第{place}名{write_marks(worth, full)}" for place, worth in enumerate(self.form.marks, 1))
        return f"{places}，以后的名次{say_marks(self.form.beyond, full)}，数值相同的名次并列"


class ByShare(_ByPlace[RankShare]):
    """Marks by the part of the ranking."""

    def write_row(self, part: ScoredPart) -> Row:
        """What is had beyond the steps, and what becomes of a part of a place."""
        return {"beyond_rank": part.worth(self.form.beyond), "partial": self.form.partial}

    def list_rank_parts(self, part: ScoredPart) -> Iterator[Row]:
        """The part and the marks of each step."""
        for number, step in enumerate(self.form.steps):
            top, bottom = step.share.as_integer_ratio()
            yield {"step": number, "top": top, "bottom": bottom, "marks": part.worth(step.marks)}

    def list_places(self, part: ScoredPart, members: int) -> list[int]:
        """All steps and what is beyond."""
        return [part.worth(amount) for amount in (*(step.marks for step in self.form.steps), self.form.beyond)]

    def calculate(self, case: Case, standing: Standing, before: list[Words]) -> Calculation:
        """What the step of the place is worth."""
        number = len(standing.values)
        last = [self.form.count_places(step, number) for step in self.form.steps]
        held = next((n for n, place in enumerate(last) if standing.place <= place), None)
        if held is None:
            said, worth = f"在前 {last[-1]} 名之后", self.form.beyond
        else:
            step = self.form.steps[held]
            said, worth = f"在前 {step.upto}（前 {last[held]} 名）以内", step.marks
        return case.finish(write_marks_term(case.worth(worth)), [*before, self._say_place(standing), said], "得 ")

    def describe(self, setting: Setting) -> str:
        """Every step, and the rest."""
        full = setting.full
        steps = "、".join(f"前{step.upto}{say_marks(step.marks, full)}" for step in self.form.steps)
        partial = "不足一名的进一" if self.form.partial == "up" else "不足一名的舍去"
        return f"按名次，{steps}（{partial}），以后的{say_marks(self.form.beyond, full)}，数值相同的名次并列"


class ByStep(_ByPlace[RankStep]):
    """So much for the first, and a step less for every further place."""

    def write_row(self, part: ScoredPart) -> Row:
        """First, step and floor."""
        form = self.form
        return {"first": part.worth(form.first), "step": part.worth(form.step), "floor": part.worth(form.floor)}

    def list_places(self, part: ScoredPart, members: int) -> list[int]:
        """The first and the last place."""
        first = part.worth(self.form.first)
        return [first, max(part.worth(self.form.floor), first - (members - 1) * part.worth(self.form.step))]

    def calculate(self, case: Case, standing: Standing, before: list[Words]) -> Calculation:
        """The marks of the first less so many steps."""
        first, step, floor = (case.worth(each) for each in (self.form.first, self.form.step, self.form.floor))
        place, before = standing.place, [*before, self._say_place(standing)]
        if place == 1:
            return case.finish(write_marks_term(max(first, floor)), before, "得 ")
        before.append(f"比第 1 名退 {place - 1} 名")
        term = write_marks_term(first) - write_marks_term(step) * write_term(place - 1)
        if term.value < floor:
            return case.finish(write_marks_term(floor), [*before, "逐名减少后低于最低分，按最低分计"], "得 ")
        return case.finish(term, before)

    def describe(self, setting: Setting) -> str:
        """First, step and floor."""
        full, floor = setting.full, self.form.floor.of(setting.full)
        lowest = f"最低得{write_marks(floor)}" if floor else "扣完为止"
        first, step = write_marks(self.form.first, full), write_marks(self.form.step, full)
        return f"第1名得{first}，每退一名少{step}，{lowest}，数值相同的名次并列"


def _say_best(case: Case, standing: Standing) -> str:
    return f"全组 {len(standing.values)} 个有数据的单位中最好的是 {case.goal_term(standing.best).text}"


class ByRatio(Comparison[RatioToBest]):
    """In proportion to the best."""

    def calculate(self, case: Case, standing: Standing, before: list[Words]) -> Calculation:
        """Own over best, or best over own."""
        full, own, best = write_marks_term(case.full), case.goal_term(standing.own), case.goal_term(standing.best)
        before = [*before, _say_best(case, standing)]
        if standing.own == standing.best and (standing.best > 0 or not self.higher):
            return case.finish(full, [*before, "本单位最好"], "得 ")
        if standing.best <= 0 or (self.higher and standing.own <= 0):
            return case.finish(write_marks_term(Fraction(0)), [*before, "算不出正的比例"], "得 ")
        return case.finish(full * own / best if self.higher else full * best / own, before)

    def describe(self, setting: Setting) -> str:
        """Which over which."""
        way = "本单位数值 ÷ 最好数值" if self.higher else "最好数值 ÷ 本单位数值"
        return f"最好的单位得{write_marks(setting.full)}，其他单位按「{way}」的比例得分"


class ByRange(Comparison[MinMax]):
    """By the way from the worst to the best."""

    def write_row(self, part: ScoredPart) -> Row:
        """What the worst has."""
        return {"base": part.worth(self.form.base)}

    def list_places(self, part: ScoredPart, members: int) -> list[int]:
        """From the worst to the best."""
        return [part.worth(self.form.base), part.full]

    def calculate(self, case: Case, standing: Standing, before: list[Words]) -> Calculation:
        """How far the unit is on the way."""
        own, best, worst = (case.goal_term(each) for each in (standing.own, standing.best, standing.worst))
        full, base = write_marks_term(case.full), case.worth(self.form.base)
        before = [*before, _say_best(case, standing), f"最差的是 {worst.text}"]
        if standing.own in (standing.best, standing.worst):
            amount = case.full if standing.own == standing.best else base
            return case.finish(write_marks_term(amount), before, "得 ")
        share = (own - worst) / (best - worst)
        if not base:
            return case.finish(full * share, before)
        return case.finish(write_marks_term(base) + (full - write_marks_term(base)) * share, before)

    def describe(self, setting: Setting) -> str:
        """Best, worst and between."""
        lowest = say_marks(self.form.base, setting.full)
        return f"最好的单位得{write_marks(setting.full)}，最差的单位{lowest}，其他单位按所处的位置比例得分"


class ByMean(Comparison[PeerMean]):
    """By the distance to the mean."""

    def write_row(self, part: ScoredPart) -> Row:
        """The size and the cost of a step."""
        mean = self.form
        size: Row = {"per": to_millionths(mean.per.value), "partial": mean.partial}
        return {**size, "each": part.worth(mean.each), "cap": part.worth(mean.cap)}

    def list_places(self, part: ScoredPart, members: int) -> list[int]:
        """Within the cap."""
        return [part.full - part.worth(self.form.cap), part.full]

    def calculate(self, case: Case, standing: Standing, before: list[Words]) -> Calculation:
        """Steps that the unit is worse than the mean."""
        number, rule = len(standing.values), self.form
        mean = case.goal_term(standing.peers.total) / write_term(number)
        before = [*before, f"全组 {number} 个有数据的单位平均是 {mean.text}"]
        worse = mean.value - standing.own if self.higher else standing.own - mean.value
        if worse <= 0:
            return case.finish(write_marks_term(case.full), [*before, "本单位不差于平均数"], "得 ")
        own = case.goal_term(standing.own)
        gap = mean - own if self.higher else own - mean
        steps, lines = count_steps(gap, case.goal_term(rule.per), rule.partial, rule.per.exact == 1)
        cost = write_marks_term(case.worth(rule.each)) * steps
        return deduct(case, case.full, cost, case.worth(rule.cap), [*before, *lines])

    def describe(self, setting: Setting) -> str:
        """The cost of being worse."""
        mean, full = self.form, setting.full
        step, cost = name_step(mean.per, setting.unit), write_marks(mean.each, full)
        partial = say_partial(mean.partial, mean.per, setting.unit)
        limit = say_limit(mean.cap.of(full), full)
        return f"不差于全组平均数得{write_marks(full)}，比平均数每差{step}扣{cost}{partial}，{limit}"

    def describe_next_step(self, case: Case, standing: Standing) -> str:
        """The mean as it is now."""
        shown = case.goal_term(round_half_up(standing.peers.total / len(standing.values), 6)).text
        return f"数值达到全组有数据的单位平均（现为 {shown}）就得满分；平均会随各单位的数值变动。"


#: What a pack writes -> how it is compared.
COMPARISONS: dict[type[Form], type[Comparison[Any]]] = {
    RankTable: ByTable,
    RankShare: ByShare,
    RankStep: ByStep,
    RatioToBest: ByRatio,
    MinMax: ByRange,
    PeerMean: ByMean,
}
