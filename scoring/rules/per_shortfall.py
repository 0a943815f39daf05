"""Marks lost for every step that the figure falls short of its target."""

from __future__ import annotations

from typing import ClassVar

import pyarrow as pa

from indicators.rules.per_shortfall import PerShortfall
from scoring.base.parts import ScoredPart, to_millionths
from scoring.base.relations import HUGE, Columns, Row
from scoring.rules.branch import KEPT
from scoring.rules.rule import ScoredRule
from scoring.rules.steps import write_cost

_cost, _unit = write_cost("greatest(-gap, 0)", "den", "per", "partial", "each")
_more, _more_unit = write_cost("greatest(gap, 0)", "den", "beyond_per", "beyond_partial", "beyond_each")
BRANCH = f"""SELECT {KEPT},
       CASE WHEN gap > 0 AND beyond_each IS NOT NULL
            THEN at_target * more_bottom + least(more_top, (full_marks - at_target) * more_bottom)
            ELSE greatest(at_target * cost_bottom - least(cost_top, cap * cost_bottom), 0) END AS top,
       CASE WHEN gap > 0 AND beyond_each IS NOT NULL THEN more_bottom ELSE cost_bottom END AS bottom, NULL AS error
FROM (SELECT *, {_cost} AS cost_top, {_unit} AS cost_bottom,
             coalesce({_more}, 0) AS more_top, coalesce({_more_unit}, 1) AS more_bottom
      FROM judged_figures WHERE kind = 'per_shortfall')"""


class ScoredPerShortfall(ScoredRule[PerShortfall]):
    """See :class:`indicators.rules.per_shortfall.PerShortfall`."""

    model = PerShortfall
    branches = (BRANCH,)
    columns: ClassVar[Columns] = {
        "each": HUGE,
        "per": HUGE,
        "partial": pa.string(),
        "cap": HUGE,
        "at_target": HUGE,
        "beyond_each": HUGE,
        "beyond_per": HUGE,
        "beyond_partial": pa.string(),
    }

    def write_row(self, rule: PerShortfall, part: ScoredPart) -> Row:
        """The size and the cost of a step on either side of the target."""
        beyond = rule.beyond
        return {
            "each": part.worth(rule.each),
            "per": to_millionths(rule.per.value),
            "partial": rule.partial,
            "cap": part.worth(rule.limit),
            "at_target": part.worth(rule.at_target),
            "beyond_each": part.worth(beyond.each) if beyond else None,
            "beyond_per": to_millionths(beyond.per.value) if beyond else None,
            "beyond_partial": beyond.partial if beyond else None,
        }

    def find_end(self, rule: PerShortfall, part: ScoredPart, gains: bool) -> int:
        """Far beyond the target, or so far short of it that the cap is reached."""
        at_target = part.worth(rule.at_target)
        if gains:
            return part.full if rule.beyond is not None and part.worth(rule.beyond.each) else at_target
        return max(0, at_target - part.worth(rule.limit)) if part.worth(rule.each) else at_target


RULE = ScoredPerShortfall()
