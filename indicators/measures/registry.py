"""All kinds of measure: the modules of this folder that hold one, and the choice of exactly one of them in a pack."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import create_model

import indicators.measures
from indicators.entries.folders import find_classes
from indicators.entries.one_of import OneOf
from indicators.measures.kind import Kind

#: Name in a pack -> its model, by name.
KINDS = find_classes(indicators.measures, Kind)


#: Sort of figure -> what marks can make of it.
SORTS = {sort: fits for kind in KINDS.values() for sort, fits in kind.list_sorts()}


class Chosen(OneOf):
    """Exactly one kind of measure."""

    noun = "计量"

    @property
    def chosen(self) -> Kind:
        """The measure that is set."""
        return self._chosen

    @cached_property
    def _chosen(self) -> Kind:
        kind: Kind = getattr(self, self.kind)
        return kind

    def datasets(self) -> tuple[str, ...]:
        """The datasets that are read, each once, in the order of the pack."""
        return self.chosen.datasets()


if TYPE_CHECKING:

    class Measure(Chosen):
        """A field for each kind, which nobody names: ask :attr:`Chosen.chosen`."""

else:
    Measure = create_model(
        "Measure",
        __base__=Chosen,
        __module__=__name__,
        __doc__="Exactly one member.",
        **{name: (kind | None, None) for name, kind in KINDS.items()},
    )
