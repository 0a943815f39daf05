"""All kinds of marks: the modules of this folder that hold one, and the choice of exactly one of them in a pack."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import create_model

import indicators.rules
from indicators.entries.folders import find_classes
from indicators.entries.one_of import OneOf
from indicators.rules.rule import Rule

#: Name in a pack -> its model, by name.
RULES = find_classes(indicators.rules, Rule)


class Chosen(OneOf):
    """Exactly one kind of marks."""

    noun = "计分"

    @property
    def chosen(self) -> Rule:
        """The rule that is set."""
        return self._chosen

    @cached_property
    def _chosen(self) -> Rule:
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
