"""All kinds of marks as scoring knows them: the modules of this folder that hold one."""

from __future__ import annotations

from typing import Any

import scoring.rules
from indicators.entries.folders import find_classes
from indicators.rules.registry import MarksRule
from scoring.rules.rule import ScoredRule

#: Name in a pack -> how it is scored, by name.
RULES: dict[str, type[ScoredRule[Any]]] = find_classes(scoring.rules, ScoredRule)  # type: ignore[type-abstract]


def find_rule(marks: MarksRule) -> ScoredRule[Any]:
    """How the marks of a part are scored."""
    return RULES[marks.kind](marks.chosen)
