"""One part of an item as a piece of the record: figures, sources, calculation, marks, next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import polars as pl

from indicators.pack.model import Pack
from scoring.base.amounts import print_points, round_half_up, write_day, write_number, write_printed
from scoring.base.parts import ScoredPart
from scoring.evidence import CountedPeople, Evidence, Reader, UsedRows, find_evidence, find_gaps
from scoring.explain.grounds import Grounds
from scoring.explain.reckoned import PartRow, ReckonedPart, SettledPart, Worth, reckon_part
from scoring.explain.steps import ASKING_CELLS, describe_next_step, describe_open_step, say_stake
from scoring.explain.taken import cite_as_written
from scoring.measures.raw import Moment
from scoring.measures.registry import find_measure
from scoring.results.disagreement import LINE, MarksDiffer
from scoring.rules.standing import Peers, Standing, gather_peers
from scoring.wording.marks import describe_marks
from scoring.wording.targets import describe_target

#: What more points of a part are to its item.
Gain = Callable[[int], int]

#: So many figures are kept for other units that have the same.
KEPT = 5_000


@dataclass(frozen=True)
class ExplainedRun:
    """What all explanations of a run share: the reader of its rows, and all that they are given of its result.

    ``texts`` and ``peers`` keep what is the same for all units: the sentences of a part, the figures of a cohort;
    ``reckoned`` what units with the same figure have in common.
    """

    reader: Reader
    grounds: Grounds
    moment: Moment
    texts: dict[int, str] = field(default_factory=dict)
    peers: dict[int, Peers] = field(default_factory=dict)
    reckoned: dict[tuple[object, ...], ReckonedPart] = field(default_factory=dict)

    @property
    def pack(self) -> Pack:
        """The pack of the run."""
        return self.reader.pack

    @property
    def precision(self) -> int:
        """The decimals of marks."""
        return self.pack.head.precision

    def find_worth(self, part: ScoredPart, unit: str, gain: Gain) -> Worth:
        """What more marks of a part would bring the unit's total, where they bring its item so much (``gain``)."""
        scale, section = self.grounds.worths.scale, part.indicator.section
        return lambda points: scale.convert(part.cohort, unit, {section: gain(points)})

    @cached_property
    def _owner(self) -> int:
        """Where in a row of part results stands whose it is."""
        return self.grounds.parts.frame.get_column_index("unit")

    def reckon(self, part: ScoredPart, row: PartRow, unit: str, levels: tuple[tuple[str, int], ...]) -> ReckonedPart:
        """What follows from the figure of a row, compared with its marks; found once for units that have the same.

        Units of the same figure stand at the same place among the others, too. Raises MarksDiffer.
        """
        values = tuple(row.values())
        key = (levels, values[: self._owner], values[self._owner + 1 :])
        if (found := self.reckoned.get(key)) is None:
            found = reckon_part(self.pack, part, row, self.precision, levels, find_standing(self, part, unit))
            if found.settled is not None:
                _check_line(self, found.settled, row, unit)
            if len(self.reckoned) >= KEPT:
                self.reckoned.clear()
            self.reckoned[key] = found
        return found


def explain_part(scene: ExplainedRun, part: ScoredPart, row: PartRow, unit: str, gain: Gain = int) -> dict[str, object]:
    """The record of one part. Marks are None where it has none of its own (parts combined by reaching targets)."""
    pack = scene.pack
    evidence = find_evidence(scene.reader, part, unit, scene.moment)
    told = scene.reckon(part, row, unit, evidence.levels)
    settled = told.settled
    if settled is not None:
        step = describe_next_step(settled, scene.find_worth(part, unit, gain), evidence)
    else:
        gaps = find_gaps(scene.reader, part, unit, scene.moment) if row["reason"] in ASKING_CELLS else ()
        step = _describe_open(scene, part, row, evidence, told, gaps)
    return {
        "title": part.part.title or "",
        "rule": _describe_part(scene, part),
        "operands": settled.operands if settled is not None else None,
        "figures": list(told.figures),
        "sources": _write_sources(cite_as_written(pack, part, unit, evidence)),
        "people": _write_people(evidence.people) if evidence.people is not None and not evidence.missing else None,
        "missing": [
            {
                "dataset": m.dataset,
                "title": m.title,
                "period": m.period,
                "unit": m.unit,
                "until": m.until.isoformat() if m.until is not None else None,
            }
            for m in evidence.missing
        ],
        **told.ending,
        "next_step": step,
    }


def _check_line(scene: ExplainedRun, settled: SettledPart, row: PartRow, unit: str) -> None:
    """The line that is printed comes to the marks that the engine gave. Raises MarksDiffer."""
    case, precision = settled.case, scene.precision
    indicator, worked = case.part.indicator, round_half_up(settled.calculation.marks, precision)
    shown: tuple[str, str] | None = None
    if settled.alone and worked != settled.marks:
        shown = (f"{print_points(row['points'], precision)} 分", f"{write_printed(worked, precision)} 分")
    elif case.part.part.target is not None and settled.is_reached != bool(row["reached"]):
        shown = ("达到目标", "没有达到目标") if row["reached"] else ("没有达到目标", "达到目标")
    if shown is not None:
        name = scene.pack.registry.unit(unit).name_on(scene.moment.as_of)
        raise MarksDiffer(name, indicator.name, *shown, LINE)


def _describe_part(scene: ExplainedRun, part: ScoredPart) -> str:
    if part.number not in scene.texts:
        scene.texts[part.number] = _write_part_rule(part, scene.pack)
    return scene.texts[part.number]


def _write_part_rule(part: ScoredPart, pack: Pack) -> str:
    measure, full = part.part.measure, part.indicator.worth(part.cohort)[part.index]
    text = f"取数：{find_measure(measure).describe(pack)}。"
    if part.part.target is not None:
        text += f"目标：{describe_target(part.part.target, measure, pack)}。"
    if part.indicator.has_own_marks(part.part):
        deducts = pack.takes_off(part.indicator, part.part)
        text += f"计分：{describe_marks(part.part.marks, full, measure, pack, deducts=deducts)}。"
    return text


def find_standing(scene: ExplainedRun, part: ScoredPart, unit: str) -> Standing | None:
    """Where a unit stands in its cohort if its marks depend on that; None where the engine gave it no points."""
    if part.number not in scene.grounds.parts.comparing:
        return None
    if part.number not in scene.peers:
        rows = scene.grounds.parts.frame.filter((pl.col("part") == part.number) & pl.col("points").is_not_null())
        figures = {row["unit"]: Fraction(row["num"]) / Fraction(row["den"]) for row in rows.iter_rows(named=True)}
        scene.peers[part.number] = gather_peers(figures, higher=part.part.marks.chosen.prefers_higher())
    peers = scene.peers[part.number]
    return Standing(peers, peers.values[unit]) if unit in peers.values else None


def _describe_open(
    scene: ExplainedRun,
    part: ScoredPart,
    row: PartRow,
    evidence: Evidence,
    told: ReckonedPart,
    gaps: tuple[UsedRows, ...],
) -> str:
    if row["outcome"] == "scored":
        # The engine leaves exempt units out of a comparison: they have a figure and no marks.
        return "本项已批准豁免，不参加同组比较。"
    last_day = part.last_day
    if evidence.dated and evidence.dated[0].last_day is not None:
        last_day = max(filter(None, (last_day, evidence.dated[0].last_day)))
    shown = write_day(last_day) if last_day is not None and last_day >= scene.moment.as_of else ""
    if row["reason"] == "calendar_missing" and part.calendar is not None:
        step = f"缺的是 {part.calendar} 年的放假安排；请督察办用 ducha calendar import 导入那一年的"
        return f"{step}。{say_stake(told.full_marks)}"
    stake, provisional = told.full_marks, told.provisional
    return describe_open_step(row["reason"] or "", row["outcome"], evidence, stake, shown, provisional, gaps)


def _write_sources(evidence: Evidence) -> list[dict[str, object]]:
    """Sources of the record: one for each file and sheet, or one that says that there is no row."""
    return [written for source in evidence.sources for written in source.told]


def _write_people(people: CountedPeople) -> dict[str, object]:
    """Those who did not reach it, at most ``limit`` of them, beside the true numbers."""
    unit = people.unit_of_measure
    return {
        "short": people.short,
        "reached": people.reached,
        "running": people.running,
        "clashes": [
            {
                "id": clash.id,
                "reason": clash.reason,
                "places": [{"unit_name": name, **row.told, "file": row.file} for name, row in clash.places],
            }
            for clash in people.clashes
        ],
        "missed": [
            {
                "id": person.id,
                "name": person.name,
                "required": write_number(person.required, 2),
                "has": write_number(person.has),
                "unit": unit,
                "in_post": f"{person.in_post}{person.in_post_unit}" if person.in_post is not None else "",
                "rows": [{**row.told, "file": row.file, "sheet": row.sheet} for row in person.rows],
            }
            for person in people.missed
        ],
    }
