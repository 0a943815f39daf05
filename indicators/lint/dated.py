"""Numbers that change in time: each leads to a number, and what they come to in any year is a rule without mistakes."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from indicators.entries.mistakes import describe_error
from indicators.entries.nearest import suggest
from indicators.entries.tables import Dataset
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
    yield from _check_dates(pack)
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


def _check_dates(pack: Pack) -> Iterator[Problem]:
    """What goes by the date of a row names a date column of the dataset that the part counts, known to the day."""
    known = {dataset.id: dataset for dataset in pack.datasets}
    for position, indicator in enumerate(pack.indicators):
        for number, change in enumerate(indicator.changes):
            if change.day_column is None or change.part is None or not 1 <= change.part <= len(indicator.parts):
                continue
            for name in indicator.parts[change.part - 1].measure.chosen.datasets():
                if name in known:
                    for text in _describe_date(change.day_column, known[name]):
                        yield Problem(text, position, ("changes", number, "date"))


def _describe_date(name: str, dataset: Dataset) -> Iterator[str]:
    column, dates = dataset.column(name), [each.name for each in dataset.columns if each.type == "date"]
    if column is None or column.type != "date":
        have = f"日期列有：{'、'.join(dates)}" if dates else "这个台账没有日期列，请加上，或改用 pro_rata、next_year"
        yield f"date 写的 {name} 不是台账 {dataset.id} 的日期列{suggest(name, dates)}；{have}"
    elif column.month_allowed:
        yield f"列 {name} 可以只填到月，分不出在哪一天前后；请去掉这一列的 month_allowed，或换一列日期"
