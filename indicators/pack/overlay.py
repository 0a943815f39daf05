"""The files of a pack that extends another one, which lies whole in its folder ``base``."""

from __future__ import annotations

from pydantic import Field

from indicators.entries.amounts import Flag, Id, Text
from indicators.entries.tables import Entry
from indicators.pack.layers import Openings, OverlayChange, Removal
from indicators.pack.model import PackFile, Section, Years
from indicators.pack.register import UnitEntry

#: Where the base lies in the folder of the pack that extends it.
BASE = "base"
#: So many packs may lie one upon another.
MAX_LAYERS = 5


class Extends(Entry):
    """Which pack it is that is extended: its id, its version, and the hash of its folder."""

    pack: Id
    version: Text
    sha256: Text


class OverlayHead(Entry):
    """The file ``pack.yaml`` of a pack that extends another: all that is not said here is as the base has it."""

    id: Id
    title: Text
    issuer: Text
    version: Text
    extends: Extends
    years: Years | None = None
    fictional: Flag = False
    sections: tuple[Section, ...] = ()
    openings: Openings = Openings()


#: What the base says once for all.
SETTLED = tuple(name for name in PackFile.model_fields if name not in OverlayHead.model_fields)


class ReplacedCase(Entry):
    """A case of the base that no longer holds, the case of this pack that holds in its place, and why."""

    case: Id
    by: Id | None = Field(default=None, title="改用的用例")
    why: Text


class OverlayFile(Entry):
    """The file ``overlay.yaml``: what becomes of the indicators and the cases of the base."""

    changes: tuple[OverlayChange, ...] = Field(default=(), title="改上级的数")
    removed: tuple[Removal, ...] = ()
    cases: tuple[ReplacedCase, ...] = ()


class OverlayUnits(Entry):
    """The file ``units.yaml`` of a pack that extends another: kinds of units are the base's."""

    units: tuple[UnitEntry, ...]
