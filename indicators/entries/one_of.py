"""A closed set of which an author picks exactly one member: the measure, the target, the marks."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar, Self

from pydantic import model_validator

from indicators.entries.tables import Entry


class OneOf(Entry):
    """Exactly one of the fields is given; ``noun`` is the Chinese word for the set in the sentence of refusal."""

    noun: ClassVar[str]

    @property
    def kind(self) -> str:
        """The name of the member that is set."""
        return self._kind

    @cached_property
    def _kind(self) -> str:
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    @model_validator(mode="after")
    def _one(self) -> Self:
        members = type(self).model_fields
        given = [name for name in members if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"{self.noun}只写一种，现在写了 {len(given)} 种（{'、'.join(given) or '无'}）；"
                f"可用：{'、'.join(members)}"
            )
        return self
