"""Numbers that change in time: each leads to a number, and what they come to in any year is a rule without mistakes."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from indicators.entries.mistakes import describe_error
from indicators.lint.problem import Problem
from indicators.pack.dated import Unchangeable
from indicators.pack.model import Pack


def list_changed_years(pack: Pack) -> list[int]:
    """The years of the pack around all changes: of every other year a rule is as in one of these."""
    years = {change.first_day.year for indicator in pack.indicators for change in indicator.changes}
    return sorted(
        each for each in {year + shift for year in years for shift in (-1, 0, 1)} if pack.head.years.holds(each)
    )


def check_changes(pack: Pack) -> Iterator[Problem]:
    """Every change leads to a number, in the order of days, and fits the rule in each year of the pack."""
    years = list_changed_years(pack)
    for position, indicator in enumerate(pack.indicators):
        for year in years if indicator.changes else ():
            try:
                indicator.of_year(year)
            except Unchangeable as error:
                yield Problem(str(error), position, ("changes", error.number))
            except ValidationError as error:
                detail = error.errors()[0]
                text = describe_error(detail, [], [])
                yield Problem(f"按 changes 改过以后，{year} 年的规则不成立：{text}", position, ("changes",))
            else:
                continue
            break
