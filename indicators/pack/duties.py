"""Which units a task is that of, and duties that pass from one to another."""

from __future__ import annotations

from itertools import pairwise

from pydantic import Field, model_validator

from indicators.entries.amounts import Id, Text
from indicators.entries.tables import Entry
from indicators.entries.targets import Day


class Transfer(Entry):
    """A duty that passed from one unit to another: who holds it at the end of a year answers for all of that year."""

    giver: Id = Field(alias="from", title="由谁")
    to: Id = Field(title="移交给")
    on: Day = Field(title="从哪天起")
    source: Text | None = None


class Assessors(Entry):
    """Who scores an indicator (评分单位): one office for all, and others for some units or kinds of unit.

    It moves no mark: who has to judge, and whom to ask, is printed with the rule.
    """

    office: Text | None = None
    kinds: dict[Id, Text] = Field(default_factory=dict)
    units: dict[Id, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _some(self) -> Assessors:
        if self.office is None and not self.kinds and not self.units:
            raise ValueError(
                "assessed_by（评分单位）请写 office（一家评所有单位）、kinds（按单位类别）或 units（按单位）"
            )
        return self

    def find(self, unit: str, kind: str) -> str | None:
        """Who scores it of a unit; None where nobody is named."""
        return self.units.get(unit) or self.kinds.get(kind) or self.office


class Duties(Entry):
    """Which units the source names for a task (牵头/参加): others of the same kinds are not asked.

    Kinds of which no unit is named are untouched: departments named here say nothing about counties.
    ``transfers`` are in the order of their days.
    """

    lead: tuple[Id, ...] = ()
    joint: tuple[Id, ...] = ()
    transfers: tuple[Transfer, ...] = Field(default=(), title="移交")

    @model_validator(mode="after")
    def _agree(self) -> Duties:
        if not self.lead and not self.joint:
            raise ValueError("duties 不能为空：在 lead（牵头）或 joint（参加）里写单位编号，或删去 duties")
        if any(later.on < earlier.on for earlier, later in pairwise(self.transfers)):
            raise ValueError("duties 的 transfers（职责移交）请按 on 的先后写")
        if doubled := sorted(set(self.lead) & set(self.joint)):
            raise ValueError(f"duties 里 {'、'.join(doubled)} 既是牵头（lead）又是参加（joint），请删去一处")
        return self

    def list_holders(self, year: int) -> tuple[str, ...]:
        """Who is named for the table of a year, those who lead first: as it stands at the end of that year."""
        held = [*self.lead, *self.joint]
        for transfer in self.transfers:
            if int(transfer.on[:4]) <= year:
                held = [transfer.to if name == transfer.giver else name for name in held]
        return tuple(dict.fromkeys(held))
