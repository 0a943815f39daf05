"""The words for what a total and a rank may still become."""

from __future__ import annotations

from collections.abc import Callable

from indicators.entries.amounts import OPEN_TITLE
from indicators.pack.model import Pack
from scoring.base.total import Mark, Total

#: What the two ranges promise, wherever they are printed.
PROMISE = (
    "未定的项目、其他单位的未定项目和逾期仍未完成的事项无论怎样了结，总分和名次都在区间之内；更正已经计分的数据除外。"
)


def write_span(row: Total[Mark], write: Callable[[Mark], str] = str, dash: str = "—") -> str:
    """The range of the total; nothing where it cannot change. A low without a high has no upper end."""
    low, high = row.low, row.high
    if low is None or low == high:
        return ""
    return f"{write(low)} 起，{OPEN_TITLE}" if high is None else f"{write(low)}{dash}{write(high)}"


def write_places(row: Total[Mark], dash: str = "—") -> str:
    """The range of the rank; nothing where it cannot change, or a run kept none."""
    best, worst = row.rank_best, row.rank_worst
    return "" if best is None or (best == worst == row.rank) else f"{best}{dash}{worst}" if best != worst else f"{best}"


def say_range(row: Total[Mark], pack: Pack, write: Callable[[Mark], str] = str) -> str:
    """Both ranges, what they hang on and the grades they reach over, as sentences; nothing where all is settled."""
    span, places = write_span(row, write, " 到 "), write_places(row, " 到 ")
    if not span and not places:
        return ""
    marks = f"总分在 {span} 分之间"
    if row.high is None and row.low is not None:
        marks = f"总分从 {write(row.low)} 分起，{OPEN_TITLE}"
    ends = [marks if span else "", f"名次为第 {places} 名" if places else ""]
    notes = [f"{note}。" for note in (describe_widest(row, pack, write), describe_grades(row)) if note]
    return f"本单位和其他单位未定、逾期未完成的事项了结以后，{'，'.join(filter(None, ends))}。{''.join(notes)}"


def write_range(row: Total[Mark], write: Callable[[Mark], str] = str, dash: str = "—", between: str = "；") -> str:
    """Both ranges in one cell."""
    places = write_places(row, dash)
    return between.join(filter(None, (write_span(row, write, dash), f"名次{places}" if places else "")))


def describe_widest(row: Total[Mark], pack: Pack, write: Callable[[Mark], str] = str) -> str:
    """That a range hangs on one item most."""
    widest = name_widest(row, pack, write)
    return f"区间主要取决于{widest}" if widest else ""


def name_widest(row: Total[Mark], pack: Pack, write: Callable[[Mark], str] = str) -> str:
    """The item that a range hangs on most, and by how many marks; nothing where there is none."""
    if row.widest is None:
        return ""
    # Quotation marks within quotation marks are double ones.
    name = pack.indicator(row.widest).name.replace("「", "『").replace("」", "』")
    width = row.widest_marks
    return f"「{name}」（{OPEN_TITLE if width is None else f'最多{write(width)}分'}）"


def describe_grades(row: Total[Mark]) -> str:
    """The grades that the range reaches over, where there are several."""
    best, worst = row.grade_best, row.grade_worst
    return f"可能的等次：{worst}至{best}" if best is not None and worst is not None and best != worst else ""
