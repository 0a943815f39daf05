"""When something was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from indicators.entries.targets import By
from indicators.measures.date import EventDate
from indicators.pack.model import Pack
from scoring.base.amounts import name_column
from scoring.base.cells import Reader
from scoring.base.cited import UsedRows
from scoring.base.parts import ScoredPart
from scoring.base.sql import join_and, quote_name, write_where
from scoring.measures.dated_rows import LATE_UNITS, find_dates
from scoring.measures.deadlines import write_dates, write_dates_raw
from scoring.measures.figure import Figure, Shown, show, show_share
from scoring.measures.layer import Layer
from scoring.measures.measure import Cited, Lever, Occurrence, ScoredMeasure
from scoring.measures.raw import Moment, name_reported, write_period
from scoring.measures.words import name_rows


class DateMeasure(ScoredMeasure[EventDate]):
    """Days late of one date, or rows in time over rows."""

    name = "date"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """A verdict on every row, and what that comes to for a unit."""
        by, split = _find_deadline(part), figure in layer.split
        last_day = part.last_day if by.after is None else None
        unit = part.part.beside.late_unit
        named = write_dates(figure, self.kind, by, layer.pack, layer.moment, last_day, split, unit)
        layer.add(write_dates_raw(figure, self.kind, split), named)

    def list_unsettled(self, figure: int, part: ScoredPart, pack: Pack, moment: Moment) -> list[str]:
        """An empty date beside other rows may turn out to be the first or last; alone it may contradict the year."""
        event, dataset = self.kind, pack.dataset(self.kind.dataset)
        column = dataset.column(event.column)
        if column is None or column.required or (event.judged_one_by_one and not event.after_year_end):
            return []
        where = join_and([write_period(pack, dataset, moment.year, "year"), write_where(event.where, dataset)])
        name = quote_name(event.column)
        several = "" if event.after_year_end else " AND count(*) > 1"
        return [
            f"SELECT {figure} AS figure, _unit AS unit\nFROM {name_reported(dataset)}\nWHERE {where}\n"
            f"GROUP BY _unit HAVING count({name}) < count(*){several}"
        ]

    def describe(self, pack: Pack) -> str:
        """Which date of which rows, and what stands for it where it is not known."""
        event, dataset = self.kind, pack.dataset(self.kind.dataset)
        column = name_column(dataset, event.column)
        rows = name_rows(dataset, event.where, "本年度")
        if event.judged_one_by_one:
            text = f"{rows}逐条看{column}，按期的条数所占的比例"
        else:
            which = "最早" if event.pick == "first" else "最晚"
            text = f"{rows}的{column}，有几条的看{which}的一条"
        bounds = []
        if event.not_before is not None:
            bounds.append(f"不早于{name_column(dataset, event.not_before)}")
        if event.no_later_than is not None:
            bounds.append(f"不晚于{name_column(dataset, event.no_later_than)}")
        if bounds:
            text += f"；日期没有填或者只填到月的，按{'、'.join(bounds)}来推断，推断不出的要补证"
        if event.after_year_end:
            text += "；日期应在所报年度结束之后"
        return text

    def find_unit(self, pack: Pack | None) -> str:
        """Days late; none for a share."""
        return "" if self.kind.judged_one_by_one else "日"

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """Rows."""
        return Lever("", "条", "再有 {}按期完成")

    def find_occurrence(self) -> Occurrence:
        """A row that was not in time."""
        return Occurrence("条", "没有按期完成")

    def find_achievement(self) -> str:
        """A row in time."""
        return "每有1条按期完成"

    def read_figure(self, part: ScoredPart, row: Mapping[str, Any], pack: Pack, precision: int) -> Figure | None:
        """Days late, or two numbers of rows; how many were late or never done stands beside."""
        late, missing, days = (int(row[column] or 0) for column in ("late", "missing", "days_low"))
        num, den = Fraction(row["num"]), Fraction(row["den"])
        if self.kind.judged_one_by_one:
            figure = Figure("ratio", num, den, missed="没有按期的条数", one_by_one=True)
        else:
            figure = Figure("plain", num / den, Fraction(1), is_deadline=True)
        unit = LATE_UNITS[part.part.beside.late_unit]
        return replace(figure, late=late, missing=missing, days=days, late_unit=unit)

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """What became of it, or of how many rows."""
        if figure.is_deadline:
            state = "没有完成" if figure.missing else "逾期完成" if figure.late else "按期完成"
            return [show("完成情况", state), show(f"逾期{_name_number(figure)}", figure.now, figure.late_unit)]
        values = (figure.now, figure.of, Fraction(figure.late), Fraction(figure.missing))
        labels = ("按期条数", "全部条数", "逾期条数", "没有完成条数")
        found = [show(label, value, "条") for label, value in zip(labels, values, strict=True)]
        return [
            *found,
            show(f"逾期{_name_number(figure)}合计", figure.days, figure.late_unit),
            show_share("按期比例", figure.now, figure.of),
        ]

    def choose_figure(self, figures: list[Shown], figure: Figure) -> Shown:
        """What became of it, with the days where it was late."""
        if not figure.is_deadline:
            return super().choose_figure(figures, figure)
        state, days = figures
        late = f"逾期 {days['value']} {figure.late_unit}"
        return {**state, "value": late, "unit": ""} if figure.late else state

    def cite(self, reader: Reader, part: ScoredPart, moment: Moment, unit: str) -> Cited:
        """Row by row; for ``first`` and ``last`` the row that decides comes first."""
        total, judged = find_dates(reader, part, self.kind, _find_deadline(part), moment, unit)
        dataset = reader.pack.dataset(self.kind.dataset)
        source = UsedRows(dataset.id, dataset.title, "日期", total, tuple(row.row for row in judged))
        return Cited((source,), dated=judged)


def _name_number(figure: Figure) -> str:
    return "天数" if figure.late_unit == LATE_UNITS["day"] else f"{figure.late_unit.removeprefix('个')}数"


def _find_deadline(part: ScoredPart) -> By:
    target = part.part.target
    assert target is not None and target.by is not None
    return target.by
