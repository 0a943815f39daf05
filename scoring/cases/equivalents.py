"""Why no case notices a change: what follows from the rule itself, tried out over every figure up to a size."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from indicators.entries.amounts import Quantity
from indicators.entries.tables import Dataset
from indicators.measures.rows import EXCEPT, Where
from indicators.pack.model import Indicator, Pack, Part
from scoring.base.amounts import round_half_up
from scoring.base.parts import ScoredPart, list_parts
from scoring.explain.calculation import calculate
from scoring.explain.curves import follows_one_figure
from scoring.measures.figure import Figure
from scoring.rules.case import Case
from scoring.rules.goals import is_reached
from scoring.rules.registry import find_rule

#: Shares with a whole up to this, and numbers up to it, are tried one by one.
MOST = 100
#: So many rows of each level.
MOST_OF_LEVEL = 4


def explain_survivor(pack: Pack, entry: Indicator, changed: Indicator) -> str | None:
    """Why a change of an indicator is not seen, in a sentence; None where nothing that is known here says so."""
    if _differ_alone(entry, changed, "not_applicable_when") and _exclude_alike(pack, entry, changed):
        return "改动前后，考核这一项的单位都一样"
    at = _find_part(entry, changed)
    if at is None:
        return None
    pairs = list(zip(_list_own(pack, entry, at), _list_own(pack, changed, at), strict=True))
    one, other = entry.parts[at], changed.parts[at]
    if _picks_from_one(pack, entry, one, other):
        return "每个单位最多只有一行，取最早的还是最晚的都是它"
    if one.measure != other.measure or one.marks.kind != other.marks.kind or one.due != other.due:
        return None
    explaining = (_explain_target, _explain_levels, _explain_tiers, _explain_figures)
    return next((found for explain in explaining if (found := explain(pack, entry, pairs)) is not None), None)


Pairs = list[tuple[ScoredPart, ScoredPart]]


def _differ_alone(entry: Indicator, changed: Indicator, key: str) -> bool:
    return entry.model_copy(update={key: getattr(changed, key)}) == changed


def _exclude_alike(pack: Pack, entry: Indicator, changed: Indicator) -> bool:
    """Whether both leave out the same of the units that are asked at all, and leave out nothing else otherwise."""
    rest = {"units": (), "kinds": (), "reason": None}
    before, after = (each.not_applicable_when.model_copy(update=rest) for each in (entry, changed))
    asked = {unit.id for cohort in pack.head.cohorts if cohort.id in entry.marks for unit in pack.members(cohort)}
    years = range(pack.head.years.first or 0, (pack.head.years.last or 0) + 1)
    return before == after and all(
        {unit.id for unit in entry.list_excluded(pack.registry, year)} & asked
        == {unit.id for unit in changed.list_excluded(pack.registry, year)} & asked
        for year in years
    )


def _find_part(entry: Indicator, changed: Indicator) -> int | None:
    """The only part that differs; None where something else does, or a part was left out."""
    if not _differ_alone(entry, changed, "parts") or len(entry.parts) != len(changed.parts):
        return None
    differing = [at for at, (one, other) in enumerate(zip(entry.parts, changed.parts, strict=True)) if one != other]
    return differing[0] if len(differing) == 1 else None


def _list_own(pack: Pack, entry: Indicator, at: int) -> list[ScoredPart]:
    """The part in each cohort, in the last year of the table that it stands in."""
    last = entry.years.last or pack.head.years.last
    assert last is not None
    kept = {*(name for part in entry.parts for name in part.measure.chosen.list_used())}
    alone = pack.model_copy(
        update={"indicators": (*(each for each in pack.indicators if each.id in kept and each.id != entry.id), entry)}
    )
    return [part for part in list_parts(alone, last) if part.indicator.id == entry.id and part.index == at]


def _picks_from_one(pack: Pack, entry: Indicator, one: Part, other: Part) -> bool:
    """Whether only the pick of the first or the last date differs, and no unit can have two rows to pick from.

    Rows of a unit that ended are judged with those of its heirs, and rows of the ledger have no key to hold them apart.
    """
    dates, changed = one.measure.chosen, other.measure.chosen
    if not dates.is_deadline or not changed.is_deadline or not _differ_in_measure_alone(one, other):
        return False
    if dates.model_copy(update={"pick": getattr(changed, "pick", None)}) != changed:
        return False
    heirs = any(unit.successor is not None or unit.successors for unit in pack.registry.units)
    moved = entry.duties is not None and entry.duties.transfers
    return (
        not heirs
        and not moved
        and all(_has_one_row(pack.dataset(rows.dataset), rows.where) for rows in dates.list_rows())
    )


def _differ_in_measure_alone(one: Part, other: Part) -> bool:
    return one.model_copy(update={"measure": other.measure}) == other


def _has_one_row(dataset: Dataset, where: Where | None) -> bool:
    """Whether the conditions hold one value of each column that tells a unit's rows of one period apart."""
    if dataset.ledger is not None or dataset.period.date is not None:
        return False
    told = {name for name in dataset.key if name not in (dataset.unit, dataset.period.year)}
    fixed = {name for name, condition in (where or {}).items() if name != EXCEPT and len(condition.any_of) == 1}
    chosen = {column.name for column in dataset.columns if column.type == "choice" and column.required}
    return dataset.unit in dataset.key and told <= fixed & chosen


def _print(marks: Fraction, pack: Pack) -> Fraction:
    return round_half_up(marks, pack.head.precision)


def _share(amount: Quantity, part: ScoredPart) -> Fraction:
    return amount.share_of(part.full_marks)


def _explain_target(pack: Pack, entry: Indicator, pairs: Pairs) -> str | None:
    """A target that the marks do not look at, of parts that are added up, decides nothing."""
    one, other = pairs[0][0].part, pairs[0][1].part
    looked_at = one.marks.chosen.targets is not None or getattr(one.marks.chosen, "beyond_target", False)
    if entry.combine != "sum" or looked_at or one.model_copy(update={"target": other.target}) != other:
        return None
    return "这种计分不看目标"


def _explain_levels(pack: Pack, entry: Indicator, pairs: Pairs) -> str | None:
    """What each level is worth, or so many rows of each."""
    levels = [each.part.marks.chosen.find_levels() for pair in pairs for each in pair]
    if any(found is None for found in levels):
        return None
    counted = entry.parts[pairs[0][0].index].measure.chosen.judged_in is None
    if not counted and getattr(entry.parts[pairs[0][0].index].measure.chosen, "several", "") == "mean":
        return None
    for one, other in pairs:
        if any(_price(one, rows, pack) != _price(other, rows, pack) for rows in _list_rows(one.part, counted)):
            return None
    return f"各档{f'在 {MOST_OF_LEVEL} 条以内' if counted else ''}的得分取整、封顶以后都不变"


def _list_rows(part: Part, counted: bool) -> Iterator[dict[str, int]]:
    """How many rows of which levels there may be: one alone where a person gives one."""
    names = list(part.marks.chosen.find_levels() or {})
    if not counted:
        yield from ({name: 1} for name in names)
        return
    for numbers in product(range(MOST_OF_LEVEL + 1), repeat=len(names)):
        yield dict(zip(names, numbers, strict=True))


def _price(part: ScoredPart, rows: dict[str, int], pack: Pack) -> Fraction:
    levels = part.part.marks.chosen.find_levels() or {}
    amount = sum((_share(levels[name], part) * number for name, number in rows.items() if name in levels), Fraction(0))
    cap = getattr(part.part.marks.chosen, "cap", None)
    return _print(amount if cap is None else min(amount, _share(cap, part)), pack)


def _explain_tiers(pack: Pack, entry: Indicator, pairs: Pairs) -> str | None:
    """One thing is in time, or in one of the tiers that stand below its line."""
    for one, other in pairs:
        if not one.part.measure.chosen.is_deadline or one.part.target != other.part.target:
            return None
        own = [_list_tiers(each, pack) for each in (one, other)]
        if not own[0] or own[0] != own[1]:
            return None
    return "按时、迟报、漏报三种结果的得分取整、封顶以后都不变"


def _list_tiers(part: ScoredPart, pack: Pack) -> list[Fraction]:
    """What each tier takes, within the least that is kept."""
    rule, full = find_rule(part.part.marks), part.full_marks
    most = full - Fraction(rule.find_bounds(part, 1)[0]) / 10**6
    return [_print(min(most, line.each), pack) for line in rule.list_sub_lines(full)]


def _explain_figures(pack: Pack, entry: Indicator, pairs: Pairs) -> str | None:
    """Whether no figure up to a size tells."""
    if not all(follows_one_figure(each) for pair in pairs for each in pair):
        return None
    asks = entry.combine != "sum"
    share = pairs[0][0].part.measure.chosen.is_share
    for whole in range(1, MOST + 1) if share else (1,):
        for number in range(whole + 1) if share else range(MOST + 1):
            figure = Figure("plain", Fraction(number, whole), Fraction(1))
            for one, other in pairs:
                marks = [_mark(each, figure, pack) for each in (one, other)]
                reached = [_reach(each, figure) for each in (one, other)] if asks else [True, True]
                if marks[0] != marks[1] or reached[0] != reached[1]:
                    return None
    size = f"分母 {MOST} 以内的每个比率" if share else f"{MOST} 以内的每个整数"
    return f"{size}得分取整以后都不变"


def _mark(part: ScoredPart, figure: Figure, pack: Pack) -> Fraction:
    return _print(calculate(Case(part, figure, pack.head.precision)).marks, pack)


def _reach(part: ScoredPart, figure: Figure) -> bool | None:
    return is_reached(part.part.target, figure)
