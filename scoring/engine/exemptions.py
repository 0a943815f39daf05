"""Approved exemptions: which of them hold in the table of a year."""

from __future__ import annotations

from datetime import date

from indicators.pack.model import Pack
from scoring.base.sql import quote_date
from scoring.measures.raw import Moment, name_reported


def write_holding(moment: Moment) -> str:
    """The condition that an exemption holds on the day of the year's table: its last day, or the as-of day before.

    What expires after the year has ended has covered the year, however late it is scored.
    """
    return (
        f"year = {moment.year} AND approver IS NOT NULL AND reason IS NOT NULL\n"
        f"  AND (expires_on IS NULL OR expires_on >= {quote_date(moment.cutoff)})"
    )


def write_exemptions(pack: Pack, moment: Moment) -> str:
    """The statement that lists who is exempt from what in the year."""
    name = pack.head.exemptions
    if name is None:
        return "CREATE TABLE exemptions AS SELECT '' AS unit, '' AS indicator WHERE FALSE"
    return (
        "CREATE TABLE exemptions AS\nSELECT DISTINCT _unit AS unit, indicator\n"
        f"FROM {name_reported(pack.dataset(name))}\nWHERE {write_holding(moment)}"
    )


def write_exempting(pack: Pack, moment: Moment) -> str:
    """Whose exemption from what may come or end: asked for and not approved, or running out before the year does."""
    if pack.head.exemptions is None:
        return "CREATE TABLE exempting AS SELECT '' AS unit, '' AS indicator WHERE FALSE"
    rows = name_reported(pack.dataset(pack.head.exemptions))
    end = date(moment.year, 12, 31)
    approved = "approver IS NOT NULL AND reason IS NOT NULL"
    return (
        "CREATE TABLE exempting AS\nSELECT DISTINCT _unit AS unit, indicator\n"
        f"FROM {rows}\nWHERE year = {moment.year}\n"
        f"  AND (NOT ({approved}) OR expires_on >= {quote_date(moment.cutoff)})\n"
        "EXCEPT\nSELECT _unit AS unit, indicator\n"
        f"FROM {rows}\nWHERE year = {moment.year} AND {approved}\n"
        f"  AND (expires_on IS NULL OR expires_on >= {quote_date(end)})"
    )
