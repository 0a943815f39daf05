"""What falls due soon: deadlines of the plan with whoever has not met them, and what lies in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from data.ledger.clocks import appeal_until, decide_until, rectify_until
from data.ledger.ledger import Ledger
from data.ledger.machines import APPEAL, RECTIFICATION
from data.ledger.reading import list_visible, read_stays
from data.ledger.rows import AppealRow, FindingRow, RectificationRow
from indicators.pack.model import Pack
from scoring.base.parts import list_parts
from scoring.results.scores import Scores

DAYS = 60


@dataclass(frozen=True)
class UpcomingDuty:
    """Something to be done by the end of ``day``, ``left`` days after the day that it is looked at (negative: late).

    ``units`` are those of whom it is still asked.
    """

    day: date
    left: int
    kind: str
    what: str
    units: tuple[str, ...]
    indicator: str | None = None


def list_deadlines(pack: Pack, scores: Scores, first: date, days: int = DAYS) -> list[UpcomingDuty]:
    """Deadlines that the plan sets from ``first`` on for ``days`` days, of the run's year and that of ``first``.

    Of the run's year only units whose item is still open are named; of a later year all of the group. The closing of
    the year's accounts on 31 December is no deadline of the plan and not listed.
    """
    last = first + timedelta(days=days)
    members: dict[str, list[str]] = {}
    for cohort, name in scores.totals.select("cohort", "unit_name").iter_rows():
        members.setdefault(cohort, []).append(name)
    found: dict[tuple[date, str, str], set[str]] = {}
    names = {indicator.id: indicator.name for indicator in pack.indicators}
    for year in sorted({scores.year, first.year}):
        if not pack.head.years.holds(year):
            continue
        for part in list_parts(pack, year):
            if part.last_day is None or not part.due_by_target or not first <= part.last_day <= last:
                continue
            asked = (
                _list_open(scores, part.cohort, part.indicator.id)
                if year == scores.year
                else members.get(part.cohort, [])
            )
            what = f"{names[part.indicator.id]}（{year} 年度）"
            found.setdefault((part.last_day, what, part.indicator.id), set()).update(asked)
    dues = [
        UpcomingDuty(day, (day - first).days, "方案期限", what, tuple(sorted(units)), name)
        for (day, what, name), units in found.items()
        if units
    ]
    return sorted(dues, key=lambda due: (due.day, due.what))


def _list_open(scores: Scores, cohort: str, indicator: str) -> list[str]:
    """The names of the units whose item is still open."""
    open_items = scores.items.filter(
        (pl.col("outcome") == "pending") & (pl.col("cohort") == cohort) & (pl.col("indicator") == indicator)
    )
    return open_items["unit_name"].to_list()


def find_reporting_days(pack: Pack, year: int, today: date) -> dict[str, date]:
    """For each dataset the next day by which something scored from it has to be there; the last once all have passed.

    A part without a deadline of its own is due when the year's accounts close.
    """
    days: dict[str, set[date]] = {}
    for part in list_parts(pack, year):
        for dataset in part.part.measure.datasets() if part.last_day is not None else ():
            days.setdefault(dataset, set()).add(part.last_day)  # type: ignore[arg-type]
    return {dataset: min((day for day in found if day >= today), default=max(found)) for dataset, found in days.items()}


def list_ledger_dues(ledger: Ledger, actor: str, first: date, days: int = DAYS) -> list[UpcomingDuty]:
    """Appeals to file, appeals to decide and rectifications that fall due, of what the person may see."""
    last = first + timedelta(days=days)
    names = {unit.id: unit.name for unit in ledger.pack.registry.units}
    found: list[UpcomingDuty] = []

    def add(day: date | None, kind: str, what: str, units: Iterable[str]) -> None:
        if day is not None and day <= last:
            found.append(
                UpcomingDuty(day, (day - first).days, kind, what, tuple(names.get(unit, unit) for unit in units))
            )

    for row in list_visible(ledger, actor, RectificationRow):
        if RECTIFICATION.state(row.state).holder == "unit":
            add(rectify_until(row, first), "整改", f"整改 {row.id}", (row.unit,))
    for appeal in list_visible(ledger, actor, AppealRow):
        if APPEAL.state(appeal.state).holder == "office":
            until = decide_until(appeal, read_stays(ledger, "appeal", appeal.id), first)
            add(until, "复核", f"决定复核申请 {appeal.id}", (appeal.unit,))
    for finding in list_visible(ledger, actor, FindingRow, state="notified"):
        day = appeal_until(finding)
        if day is not None and day >= first:
            add(day, "复核", f"对问题 {finding.id} 申请复核的最后一天", (finding.unit,))
    return sorted(found, key=lambda due: (due.day, due.what))
