"""All kinds of marks: the modules of this folder that hold one, and the choice of exactly one of them in a pack."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from pydantic import create_model

import indicators.rules
from indicators.entries.one_of import OneOf
from indicators.rules.rule import Rule


def _find_rules() -> dict[str, type[Rule]]:
    """Name -> model, by name: of each module that is called as the kind in it."""
    found = {}
    for name in sorted(module.name for module in iter_modules(indicators.rules.__path__)):
        room = import_module(f"{indicators.rules.__name__}.{name}")
        for thing in vars(room).values():
            if isinstance(thing, type) and issubclass(thing, Rule) and getattr(thing, "name", None) == name:
                found[name] = thing
    return found


#: Name in a pack -> its model, by name.
RULES = _find_rules()


class Chosen(OneOf):
    """Exactly one kind of marks."""

    noun = "计分"

    @property
    def chosen(self) -> Rule:
        """The rule that is set."""
        rule: Rule = getattr(self, self.kind)
        return rule


if TYPE_CHECKING:

    class MarksRule(Chosen):
        """A field for each kind, which nobody need know: ask :attr:`Chosen.chosen`."""


else:
    MarksRule = create_model(
        "MarksRule",
        __base__=Chosen,
        __module__=__name__,
        __doc__="Exactly one member.",
        **{name: (rule | None, None) for name, rule in RULES.items()},
    )
