"""Dates that are derived and never stored: when something is due, and how long it lay with whom.

``deadlines.csv`` is the cited table of statutory time limits; ``checked`` says whether its quotations were
compared with the published text. A limit of n days from day D ends with day D + n.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from data.ledger.machines import MACHINES, RECTIFICATION
from data.ledger.rows import AppealRow, FindingRow, RectificationRow


@dataclass(frozen=True)
class Deadline:
    """A statutory time limit with its source."""

    id: str
    days: int
    counted_from: str
    source: str
    article: str
    quote: str
    checked: bool


@cache
def read_deadlines() -> dict[str, Deadline]:
    """The statutory time limits by their id."""
    with files("data").joinpath("ledger", "deadlines.csv").open(encoding="utf-8") as file:
        return {
            row["id"]: Deadline(**{**row, "days": int(row["days"]), "checked": row["checked"] == "yes"})  # type: ignore[arg-type]
            for row in csv.DictReader(file)
        }


def appeal_until(finding: FindingRow) -> date | None:
    """The last day to appeal against a finding; None before the unit was told."""
    if finding.notified_on is None:
        return None
    return date.fromisoformat(finding.notified_on) + timedelta(days=read_deadlines()["appeal_filing"].days)


@dataclass(frozen=True)
class Stay:
    """That an object was in a state from one day until another (None: still)."""

    state: str
    since: date
    until: date | None


def list_stays(states: Sequence[tuple[date, str]]) -> list[Stay]:
    """The stays of an object whose state became so on these days, oldest first."""
    stays: list[Stay] = []
    for day, state in states:
        if stays and stays[-1].state == state:
            continue
        if stays:
            stays[-1] = Stay(stays[-1].state, stays[-1].since, day)
        stays.append(Stay(state, day, None))
    return stays


@dataclass(frozen=True)
class Clocks:
    """Days that an object lay with the unit and with the office."""

    unit_days: int
    office_days: int


def count_days(kind: str, stays: Sequence[Stay], today: date) -> Clocks:
    """How long it lay with whom until ``today``; final and paused states count for nobody."""
    days = {"unit": 0, "office": 0, "": 0}
    for stay in stays:
        days[MACHINES[kind].state(stay.state).holder] += ((stay.until or today) - stay.since).days
    return Clocks(days["unit"], days["office"])


def decide_until(appeal: AppealRow, stays: Sequence[Stay], today: date) -> date:
    """The day by which an appeal must be decided: the days that it waits for the unit's papers do not count."""
    waited = count_days("appeal", stays, today).unit_days
    return date.fromisoformat(appeal.filed_on) + timedelta(days=read_deadlines()["appeal_decision"].days + waited)


def rectify_until(rectification: RectificationRow, today: date) -> date:
    """The day by which a unit must have rectified: the agreed day, later by the days of every pause."""
    paused = sum(
        (date.fromisoformat(pause["until"]) - date.fromisoformat(pause["since"])).days
        for pause in rectification.pauses or []
    )
    if rectification.paused_on is not None:
        paused += (today - date.fromisoformat(rectification.paused_on)).days
    return date.fromisoformat(rectification.due_on) + timedelta(days=paused)


def is_overdue(rectification: RectificationRow, today: date) -> bool:
    """Whether the unit is late: only while the matter lies with the unit."""
    with_unit = RECTIFICATION.state(rectification.state).holder == "unit"
    return with_unit and today > rectify_until(rectification, today)
