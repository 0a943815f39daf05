"""The share of people on a roster that reached something."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from indicators.measures.share_of_people import ShareOfPeople
from indicators.pack.model import Pack
from scoring.base.amounts import name_column, name_dataset, write_amount_unit
from scoring.base.cells import Reader
from scoring.base.parts import ScoredPart
from scoring.measures.figure import Figure, Shown, show, show_share
from scoring.measures.layer import Layer
from scoring.measures.measure import Cited, Lever, Occurrence, ScoredMeasure
from scoring.measures.persons import find_people
from scoring.measures.raw import Moment
from scoring.measures.words import describe_where

_PRORATE = {
    "whole": "",
    "months_in_post": "；全年在岗按此要求，不满一年的按在岗整月折算（每个整月为十二分之一），没有一个整月的不计入",
    "days_in_post": "；全年在岗按此要求，不满一年的按在岗天数折算",
}


class ShareOfPeopleMeasure(ScoredMeasure[ShareOfPeople]):
    """People who reached it over people who count."""

    name = "share_of_people"

    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """Columns of the scans of its roster and its records."""
        layer.shares.add(figure, self.kind)

    def list_unsettled(self, figure: int, part: ScoredPart, pack: Pack, moment: Moment) -> list[str]:
        """While the year runs somebody may still come or go."""
        if moment.as_of < date(moment.year, 12, 31):
            return [f"SELECT {figure} AS figure, unit\nFROM units"]
        return []

    def describe(self, pack: Pack) -> str:
        """Who counts, and what each must reach."""
        people = self.kind
        roster, records = pack.dataset(people.roster.dataset), pack.dataset(people.records.dataset)
        who = describe_where(people.roster.where, roster)
        done = describe_where(people.records.where, records)
        unit = write_amount_unit(records, people.records.sum)
        least = f"{people.reaching.at_least}{unit}"
        what = f"{name_column(records, people.records.sum)}合计" if people.records.sum else "记录"
        when = "任期内" if people.within == "term" else "本年度"
        text = (
            f"{name_dataset(roster)}中{who}{'、' if who else ''}本年度在岗过的人员里，达到要求的人所占的比例；"
            f"每人的要求是：{when}在{name_dataset(records)}中{done}{'的' if done else ''}{what}不少于{least}"
            f"{_PRORATE[people.reaching.prorate]}"
        )
        if people.within == "term":
            text += "；一人有几段任期的分段看，任期未满、还没有达到的暂不计入"
        return text

    def find_unit(self, pack: Pack | None) -> str:
        """None."""
        return ""

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """People."""
        return Lever("", "人", "再有 {}达到要求")

    def find_occurrence(self) -> Occurrence:
        """Somebody who did not reach it."""
        return Occurrence("人", "没有达到要求")

    def find_achievement(self) -> str:
        """Somebody who reached it."""
        return "每有1人达到要求"

    def read_figure(self, part: ScoredPart, row: Mapping[str, Any], pack: Pack, precision: int) -> Figure | None:
        """Two numbers of people."""
        return Figure("ratio", Fraction(row["num"]), Fraction(row["den"]), missed="没有达到要求的人数")

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """Who reached it, who counts, and the share."""
        return [
            show("达到要求人数", figure.now, "人"),
            show("应计人数", figure.of, "人"),
            show_share("达到要求的比例", figure.now, figure.of),
        ]

    def cite(self, reader: Reader, part: ScoredPart, moment: Moment, unit: str) -> Cited:
        """Person by person."""
        return Cited(people=find_people(reader, part.figure, self.kind, moment, unit))
