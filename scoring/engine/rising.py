"""What a figure that can only rise can no longer change: where its marks end, and whether it only rises at all.

Marks that are the same at the figure as it stands and where they end are given before the due day. Closed: a rule of
which nothing is said here has no such end, and a figure that is not known to rise only waits.
"""

from __future__ import annotations

from indicators.entries.scales import never_negative
from indicators.entries.tables import Dataset
from indicators.measures.rows import list_asked
from indicators.pack.model import Pack
from scoring.base.parts import ScoredPart
from scoring.rules.registry import find_rule


def find_end(part: ScoredPart) -> int | None:
    """The marks, in millionths, of a figure that has risen without end.

    None where there are none, or where marks on the way there both rise and fall.
    """
    rule, measure = find_rule(part.part.marks), part.part.measure.chosen
    if not measure.only_adds and not (measure.way == "found" and rule.holds_for_findings):
        # What is deducted for a finding may be withdrawn; a veto stands until it is.
        return None
    return rule.find_end(part, _asks_for_more(part))


def only_rises(part: ScoredPart, pack: Pack) -> bool:
    """Whether the figure of a part that is not due can only rise, and be told as it rises.

    Rows are added to what has happened: not to a list that is always the newest state, and not where a finding, a
    judgement or an exemption may be withdrawn. What a row says may still be mended, other than in the columns that
    tell rows apart: where a mark can be lost by a row it must be such columns that make it count.
    """
    measure = part.part.measure.chosen
    if not measure.only_adds:
        return False
    (rows,) = part.part.list_rows()
    dataset = pack.dataset(rows.dataset)
    if any(tally.sum and not never_negative(dataset, tally.sum) for tally in measure.list_tallies()):
        return False
    told = {name for name in (measure.counted_by, measure.told_apart_by, measure.dated_by) if name is not None}
    known = measure.counted_by is None or (measure.dated_by is None and _tells_level(dataset, measure.counted_by, part))
    return known and _keeps_rows(dataset, {*(name for name, _ in list_asked(rows.where or {})), *told}, part)


def _asks_for_more(part: ScoredPart) -> bool:
    target = part.part.target
    return target is not None and target.at_least is not None


def _keeps_rows(dataset: Dataset, reads: set[str], part: ScoredPart) -> bool:
    if dataset.period.standing or dataset.ledger is not None:
        return False
    return not _can_cost(part) or reads <= dataset.identity


def _can_cost(part: ScoredPart) -> bool:
    """Whether a higher figure can be worth less, in marks or by its target."""
    loses = find_rule(part.part.marks).may_fall(part)
    return loses or (part.part.target is not None and not _asks_for_more(part))


def _tells_level(dataset: Dataset, name: str, part: ScoredPart) -> bool:
    """Whether every row to come has a level, and one that has marks."""
    column, levels = dataset.column(name), part.part.marks.chosen.find_levels()
    return column is not None and column.required and bool(column.choices) and set(column.choices) <= set(levels or {})
