"""All kinds of marks as scoring knows them: the modules of this folder that hold one."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import scoring.rules
from indicators.rules.registry import MarksRule
from scoring.rules.rule import ScoredRule

Scored = ScoredRule[Any]


def _find_rules() -> dict[str, Scored]:
    """Name -> object, by name: of each module that is called as the kind in it."""
    found = {}
    for name in sorted(module.name for module in iter_modules(scoring.rules.__path__)):
        rule = getattr(import_module(f"{scoring.rules.__name__}.{name}"), "RULE", None)
        if rule is not None and rule.model.name == name:
            found[name] = rule
    return found


#: Name in a pack -> how it is scored, by name.
RULES = _find_rules()


def find_rule(marks: MarksRule) -> Scored:
    """How the marks of a part are scored."""
    return RULES[marks.kind]
