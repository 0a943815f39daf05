"""Marks against the others of the cohort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, ClassVar

import pyarrow as pa

from indicators.rules.relative import Relative
from scoring.base.amounts import is_finite, write_marks
from scoring.base.arithmetic import Calculation, Words, write_marks_term
from scoring.base.parts import ScoredPart
from scoring.base.relations import HUGE, Columns, Row
from scoring.rules.branch import KEPT
from scoring.rules.case import Case
from scoring.rules.comparisons import COMPARISONS, Comparison
from scoring.rules.rule import ScoredRule
from scoring.rules.setting import Setting
from scoring.rules.standing import PLACES, Standing
from scoring.rules.steps import write_cost

_peer_cost, _peer_unit = write_cost("worse", "(peers * 1000000)", "per", "partial", "each")
BRANCH = f"""SELECT {KEPT},
       CASE WHEN best = worst THEN all_equal
            WHEN form = 'rank_table'
            THEN coalesce((SELECT r.marks FROM ranks r WHERE r.part = x.part AND r.place = x.place), beyond_rank)
            WHEN form = 'rank_share'
            THEN coalesce((SELECT min_by(s.marks, s.step) FROM rank_parts s WHERE s.part = x.part
                           AND CASE partial WHEN 'up' THEN (x.place - 1) * s.bottom < s.top * x.peers
                                            ELSE x.place * s.bottom <= s.top * x.peers END), beyond_rank)
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
    relations: ClassVar[Mapping[str, Columns]] = {
        "ranks": {"place": pa.int64(), "marks": HUGE},
        "rank_parts": {"step": pa.int64(), "top": pa.int64(), "bottom": pa.int64(), "marks": HUGE},
    }
    compares = True
    follows_figure = False
    no_formula = "依同组"

    @property
    def comparison(self) -> Comparison[Any]:
        """The form that is set."""
        return COMPARISONS[type(self.rule.form)](self.rule.form, self.rule.better == "higher")

    def write_row(self, part: ScoredPart) -> Row:
        """How figures are compared, and the numbers of the form."""
        better = 1 if self.rule.better == "higher" else -1
        row: Row = {"form": self.rule.kind, "better": better, "all_equal": part.worth(self.rule.all_equal)}
        return {**row, **self.comparison.write_row(part)}

    def write_rows(self, part: ScoredPart) -> Iterator[tuple[str, Row]]:
        """The marks of each place, or of each part of the ranking."""
        yield from (("ranks", row) for row in self.comparison.list_ranks(part))
        yield from (("rank_parts", row) for row in self.comparison.list_rank_parts(part))

    def find_bounds(self, part: ScoredPart, members: int) -> tuple[int, int]:
        """What any place among so many gives, and what all get who are equal."""
        found = [*self.comparison.list_places(part, members), part.worth(self.rule.all_equal)]
        return min(found), max(found)

    def calculate(self, case: Case) -> Calculation:
        """The own figure, then what the form makes of it."""
        standing = _get_standing(case)
        actual, own = case.figure.actual, case.goal_term(standing.own)
        exact = is_finite(actual.value, PLACES)
        said = own.text if actual.level == 3 else f"{actual.text} {'=' if exact else '≈'} {own.text}"
        before: list[Words] = [f"本单位 {said}"]
        if standing.best == standing.worst:
            number = len(standing.values)
            words = "只有本单位有数据" if number == 1 else f"全组 {number} 个有数据的单位数值都相同"
            return case.finish(write_marks_term(case.worth(self.rule.all_equal)), [*before, words], "得 ")
        return self.comparison.calculate(case, standing, before)

    def describe(self, setting: Setting) -> str:
        """Which way is better, what the form gives, and what all get who are equal."""
        better = "越高" if self.rule.better == "higher" else "越低"
        equal = f"全组数值都相同或者只有一个单位有数据的，得{write_marks(self.rule.all_equal, setting.full)}"
        return f"与同组有数据的单位比较，数值{better}越好：{self.comparison.describe(setting)}；{equal}"

    def describe_next_step(self, case: Case, marks: Fraction) -> str:
        """What of the others there is to reach."""
        standing = _get_standing(case)
        if standing.best == standing.worst:
            return "全组数值都相同，得分按规则统一确定。"
        return self.comparison.describe_next_step(case, standing)


def _get_standing(case: Case) -> Standing:
    assert case.standing is not None, "marks against others need to know the others"
    return case.standing
