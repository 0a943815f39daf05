"""What a figure that can only rise can no longer change: where its marks end, and whether it only rises at all.

Marks that are the same at the figure as it stands and where they end are given before the due day. Closed: a rule of
which nothing is said here has no such end, and a figure that is not known to rise only waits.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from indicators.entries.amounts import Quantity
from indicators.entries.scales import never_negative
from indicators.entries.tables import Dataset
from indicators.pack.model import Pack
from indicators.rules.ladder import Ladder
from indicators.rules.per_shortfall import PerShortfall
from scoring.base.parts import ScoredPart, to_millionths


def worth_of(amount: Quantity, part: ScoredPart) -> int:
    """An amount of marks of a part in millionths."""
    return to_millionths(amount.of(Decimal(part.full) / 1_000_000))


def find_end(part: ScoredPart) -> int | None:
    """The marks, in millionths, of a figure that has risen without end.

    None where there are none, or where marks on the way there both rise and fall.
    """
    rule, full, gains = part.part.marks, part.full, _asks_for_more(part)
    if part.part.measure.kind not in ("count", "sum") and not (part.part.measure.findings and rule.veto):
        # What is deducted for a finding may be withdrawn; a veto stands until it is.
        return None
    if rule.all_or_nothing is not None:
        return full if gains else worth_of(rule.all_or_nothing.otherwise, part)
    if rule.proportional is not None:
        return full if gains else worth_of(rule.proportional.base, part)
    if rule.ladder is not None:
        marks = _list_rungs(rule.ladder, part)
        return marks[-1] if marks in (sorted(marks), sorted(marks, reverse=True)) else None
    if rule.per_shortfall is not None:
        return _end_shortfall(rule.per_shortfall, part, gains)
    if (occurrence := rule.per_occurrence) is not None:
        if occurrence.levels is not None:
            costs = any(worth_of(amount, part) for amount in occurrence.levels.values())
            return full - (worth_of(occurrence.cap, part) if costs else 0)
        each = [worth_of(amount, part) for amount in occurrence.each]
        cap = worth_of(occurrence.cap, part)
        return full - (cap if each[-1] else min(cap, sum(each)))
    if (award := rule.award) is not None:
        amounts = [award.each] if award.each is not None else list((award.levels or {}).values())
        return worth_of(award.cap, part) if any(worth_of(amount, part) for amount in amounts) else 0
    return 0 if rule.veto is not None else None


def only_rises(part: ScoredPart, pack: Pack) -> bool:
    """Whether the figure of a part that is not due can only rise, and be told as it rises.

    Rows are added to what has happened: not to a list that is always the newest state, and not where a finding, a
    judgement or an exemption may be withdrawn. What a row says may still be mended, other than in the columns that
    tell rows apart: where a mark can be lost by a row it must be such columns that make it count.
    """
    measure = part.part.measure
    if (count := measure.count) is not None:
        dataset = pack.dataset(count.dataset)
        known = count.by is None or _tells_level(dataset, count.by, part)
        return known and _keeps_rows(dataset, {*count.where, *filter(None, (count.by, count.distinct))}, part)
    if (total := measure.sum) is not None:
        dataset = pack.dataset(total.dataset)
        return _keeps_rows(dataset, {*total.where}, part) and never_negative(dataset, total.column)
    return False


def _asks_for_more(part: ScoredPart) -> bool:
    target = part.part.target
    return target is not None and target.at_least is not None


def _list_rungs(ladder: Ladder, part: ScoredPart) -> list[int]:
    steps = sorted(ladder.steps, key=lambda step: (step.low is not None, step.low or ()))
    return [worth_of(step.marks, part) for step in steps]


def _end_shortfall(rule: PerShortfall, part: ScoredPart, gains: bool) -> int:
    at_target = worth_of(rule.at_target, part)
    if gains:
        return part.full if rule.beyond is not None and worth_of(rule.beyond.each, part) else at_target
    if not worth_of(rule.each, part):
        return at_target
    return max(0, at_target - worth_of(rule.cap if rule.cap is not None else rule.at_target, part))


def _keeps_rows(dataset: Dataset, reads: set[str], part: ScoredPart) -> bool:
    if dataset.period.standing or dataset.ledger is not None:
        return False
    return not _can_cost(part) or reads <= dataset.identity


def _can_cost(part: ScoredPart) -> bool:
    """Whether a higher figure can be worth less, in marks or by its target."""
    rule = part.part.marks
    if rule.ladder is not None and any(high < low for low, high in pairwise(_list_rungs(rule.ladder, part))):
        return True
    return rule.per_occurrence is not None or (part.part.target is not None and not _asks_for_more(part))


def _tells_level(dataset: Dataset, name: str, part: ScoredPart) -> bool:
    """Whether every row to come has a level, and one that has marks."""
    column, rule = dataset.column(name), part.part.marks.award or part.part.marks.per_occurrence
    levels = rule.levels if rule is not None else None
    return column is not None and column.required and bool(column.choices) and set(column.choices) <= set(levels or {})
