"""Which sections of which units count nothing, as a veto says."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from indicators.pack.model import Pack
from scoring.base.effects import find_effect

#: By cohort and unit: the sections that count nothing, each with the veto that says so.
Struck = Mapping[tuple[str, str], Mapping[str, str]]


def list_struck(pack: Pack, items: pl.DataFrame) -> Struck:
    """The sections that triggered vetoes leave nothing of; ``items`` of a result or of its scores."""
    effects = ((indicator.id, find_effect(indicator)) for indicator in pack.indicators)
    sections = {name: effect.section for name, effect in effects if effect is not None and effect.section is not None}
    found: dict[tuple[str, str], dict[str, str]] = {}
    if sections:
        triggered = items.filter(pl.col("veto").is_not_null() & pl.col("indicator").is_in(list(sections)))
        for cohort, unit, name in triggered.select("cohort", "unit", "indicator").sort(pl.all()).iter_rows():
            found.setdefault((cohort, unit), {}).setdefault(sections[name], name)
    return found
