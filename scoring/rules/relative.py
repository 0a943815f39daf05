"""Marks against the others of the cohort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pyarrow as pa

from indicators.rules.relative import MinMax, PeerMean, RankStep, RankTable, Relative
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import HUGE, Columns, Row
from scoring.rules.branch import KEPT
from scoring.rules.rule import ScoredRule
from scoring.rules.steps import write_cost

_peer_cost, _peer_unit = write_cost("worse", "(peers * 1000000)", "per", "partial", "each")
BRANCH = f"""SELECT {KEPT},
       CASE WHEN best = worst THEN all_equal
            WHEN form = 'rank_table'
            THEN coalesce((SELECT r.marks FROM ranks r WHERE r.part = x.part AND r.place = x.place), beyond_rank)
            WHEN form = 'rank_step' THEN greatest(floor, first - (place - 1) * step)
            WHEN form = 'ratio_to_best' AND better = 1
            THEN CASE WHEN best <= 0 THEN 0 ELSE full_marks * greatest(v, 0) END
            WHEN form = 'ratio_to_best'
            THEN CASE WHEN v = best THEN full_marks ELSE full_marks * greatest(best, 0) END
            WHEN form = 'min_max' THEN base * abs(best - worst) + (full_marks - base) * abs(v - worst)
            ELSE full_marks * mean_bottom - least(cap * mean_bottom, mean_top) END AS top,
       CASE WHEN best = worst THEN 1
            WHEN form = 'ratio_to_best' AND better = 1 THEN CASE WHEN best <= 0 THEN 1 ELSE best END
            WHEN form = 'ratio_to_best' THEN CASE WHEN v = best THEN 1 ELSE greatest(v, 1) END
            WHEN form = 'min_max' THEN abs(best - worst)
            WHEN form = 'peer_mean' THEN mean_bottom
            ELSE 1 END AS bottom, NULL AS error
FROM (SELECT *, {_peer_cost} AS mean_top, {_peer_unit} AS mean_bottom
      FROM (SELECT *, rank() OVER (PARTITION BY part ORDER BY v * better DESC) AS place,
                   CASE better WHEN 1 THEN max(v) OVER peers ELSE min(v) OVER peers END AS best,
                   CASE better WHEN 1 THEN min(v) OVER peers ELSE max(v) OVER peers END AS worst,
                   count(*) OVER peers AS peers,
                   greatest(better * (sum(v) OVER peers - v * count(*) OVER peers), 0) AS worse
            FROM (SELECT *, sign(num)::HUGEINT * ((2 * abs(num) * 1000000000000 + den) // (2 * den)) AS v
                  FROM judged_figures WHERE kind = 'relative' AND NOT is_exempt)
            WINDOW peers AS (PARTITION BY part))) x"""


class ScoredRelative(ScoredRule[Relative]):
    """See :class:`indicators.rules.relative.Relative`."""

    name = Relative.name
    branches = (BRANCH,)
    columns: ClassVar[Columns] = {
        "form": pa.string(),
        "better": pa.int32(),
        "all_equal": HUGE,
        "beyond_rank": HUGE,
        "first": HUGE,
        "step": HUGE,
        "floor": HUGE,
        "base": HUGE,
        "each": HUGE,
        "per": HUGE,
        "partial": pa.string(),
        "cap": HUGE,
    }
    relations: ClassVar[Mapping[str, Columns]] = {"ranks": {"place": pa.int64(), "marks": HUGE}}
    compares = True
    no_formula = "依同组"

    def write_row(self, part: ScoredPart) -> Row:
        """How figures are compared, and the numbers of the form."""
        better = 1 if self.rule.better == "higher" else -1
        row: Row = {"form": self.rule.kind, "better": better, "all_equal": part.worth(self.rule.all_equal)}
        match self.rule.form:
            case RankTable() as table:
                return {**row, "beyond_rank": part.worth(table.beyond)}
            case RankStep() as step:
                amounts = {"first": step.first, "step": step.step, "floor": step.floor}
                return {**row, **{name: part.worth(amount) for name, amount in amounts.items()}}
            case MinMax() as line:
                return {**row, "base": part.worth(line.base)}
            case PeerMean() as mean:
                size = {"per": to_millionths(mean.per.value), "partial": mean.partial}
                return {**row, **size, "each": part.worth(mean.each), "cap": part.worth(mean.cap)}
        return row

    def write_rows(self, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """The marks of each place."""
        if self.rule.rank_table is not None:
            places = enumerate(self.rule.rank_table.marks, start=1)
            yield from (("ranks", {"place": place, "marks": part.worth(worth)}) for place, worth in places)

    def find_bounds(self, part: ScoredPart, members: int) -> tuple[int, int]:
        """What any place among so many gives, and what all get who are equal."""
        found = [*_list_places(self.rule, part, members), part.worth(self.rule.all_equal)]
        return min(found), max(found)


def _list_places(rule: Relative, part: ScoredPart, members: int) -> list[int]:
    """Marks that hold all those of the form, for any place among so many."""
    match rule.form:
        case RankTable() as table:
            listed = [part.worth(amount) for amount in table.marks[:members]]
            return listed + ([part.worth(table.beyond)] if members > len(table.marks) else [])
        case RankStep() as step:
            first = part.worth(step.first)
            return [first, max(part.worth(step.floor), first - (members - 1) * part.worth(step.step))]
        case MinMax() as line:
            return [part.worth(line.base), part.full]
        case PeerMean() as mean:
            return [part.full - part.worth(mean.cap), part.full]
    return [0, part.full]
