"""All kinds of marks as scoring knows them: the modules of this folder that hold one."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import scoring.rules
from indicators.rules.registry import MarksRule
from scoring.rules.rule import ScoredRule


def _find_rules() -> dict[str, type[ScoredRule[Any]]]:
    """Name -> class, by name: of each module that is called as the kind in it."""
    found = {}
    for name in sorted(module.name for module in iter_modules(scoring.rules.__path__)):
        room = import_module(f"{scoring.rules.__name__}.{name}")
        for thing in vars(room).values():
            if isinstance(thing, type) and issubclass(thing, ScoredRule) and getattr(thing, "name", None) == name:
                found[name] = thing
    return found


#: Name in a pack -> how it is scored, by name.
RULES = _find_rules()


def find_rule(marks: MarksRule) -> ScoredRule[Any]:
    """How the marks of a part are scored."""
    return RULES[marks.kind](marks.chosen)
