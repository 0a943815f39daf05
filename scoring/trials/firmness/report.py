"""A study in rows and words, as the page, the command and the documents show it."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.pack.model import Pack
from scoring.results.scores import write_marks
from scoring.trials.firmness.fields import DrawInputs
from scoring.trials.firmness.levers import Levers
from scoring.trials.firmness.order import Pair
from scoring.trials.firmness.study import NAMES, Study
from scoring.trials.firmness.telling import Telling, list_same, list_shifted, list_telling
from scoring.trials.firmness.tipping import Edge, Shares, Tip, find_edges, find_lift, find_swap
from scoring.trials.whatif import play

#: A weight that would have to grow beyond so many times itself is no reasonable other weight.
FAR = 3.0


@dataclass(frozen=True)
class UnitRow:
    """A unit with its rank, the range of ranks, and how probable rank and grade of now are; grades best first."""

    unit: str
    name: str
    rank: int
    total: int
    best: int
    worst: int
    held: float
    grade: str | None
    grades: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class PairRow:
    """Two neighbours of the ranking: ``gap`` in units of the last decimal, and how probable their order is."""

    upper: str
    lower: str
    gap: int
    ahead: float
    behind: float
    firm: bool
    words: str


def list_units(study: Study) -> list[UnitRow]:
    """Every ranked unit, the first first."""
    board, draws = study.field.board, study.draws
    now = play(board)
    found = []
    for n in range(study.field.number):
        grades = [
            (band, int(draws.grades[n, place]) / draws.number)
            for place, band in reversed(list(enumerate(draws.bands)))
            if draws.grades[n, place]
        ]
        rank = int(study.field.ranks[n])
        found.append(
            UnitRow(
                board.units[n],
                board.names[n],
                rank,
                int(study.field.totals[n]),
                int(study.best[n]),
                int(study.worst[n]),
                int(draws.ranks[n, rank - 1]) / draws.number,
                now.grades[n],
                tuple(grades),
            )
        )
    return found


def list_neighbours(study: Study, pack: Pack, levers: Levers | None = None, most: int = 60) -> list[PairRow]:
    """Neighbours of the ranking, those that cannot be told apart first, at most so many.

    ``levers`` say what would have to happen for the lower unit to draw level.
    """
    board = study.field.board
    pairs = [pair for pair in study.pairs if pair.lower == pair.upper + 1]
    pairs.sort(key=lambda pair: (pair.is_firm(study.level), pair.upper))
    shares = Shares(study.field) if pairs else None
    found = []
    for pair in pairs[:most]:
        assert shares is not None
        found.append(
            PairRow(
                board.names[pair.upper],
                board.names[pair.lower],
                int(study.field.totals[pair.upper] - study.field.totals[pair.lower]),
                pair.ahead,
                pair.behind,
                pair.is_firm(study.level),
                _tell_pair(study, pack, shares, pair, levers),
            )
        )
    return found


def _tell_pair(study: Study, pack: Pack, shares: Shares, pair: Pair, levers: Levers | None) -> str:
    precision, board = study.field.board.precision, study.field.board
    if study.field.ranks[pair.upper] == study.field.ranks[pair.lower]:
        return "现在并列"
    lift = find_lift(shares, pair.upper, pair.lower)
    told = [describe_tip(pack, find_swap(shares, pair.upper, pair.lower))]
    lever = levers.find(board.units[pair.lower], lift.items, lift.marks) if levers is not None and lift.items else ""
    if lift.items:
        marks = write_marks(max(1, round(lift.marks + 0.499)), precision)
        told.append(f"后者在一项上再得{marks}分" + (f"，如{lever}" if lever else ""))
    else:
        told.append("后者单靠任何一项的基础分都补不回来")
    return "；".join(told)


def describe_tip(pack: Pack, tip: Tip | None) -> str:
    """一级指标「行政执法」的权重降到现在的71%就会."""
    if tip is None or tip.times > FAR:
        return f"单独改动任何一项权重（{FAR:.0f}倍以内）都不会"
    name = (
        pack.section(tip.weight.name).title
        if tip.weight.kind == "section"
        else next(each.name for each in pack.indicators if each.id == tip.weight.name)
    )
    kind = "一级指标" if tip.weight.kind == "section" else "指标"
    return f"{kind}「{name}」的权重{'升' if tip.times > 1 else '降'}到现在的{tip.times:.0%}就会"


def list_grade_edges(study: Study, pack: Pack) -> list[tuple[str, Edge, str]]:
    """Units that may well have another grade, with the bound beside them: (name, edge, words)."""
    if not study.field.number:
        return []
    shares, precision, found = Shares(study.field), study.field.board.precision, []
    for n, row in enumerate(list_units(study)):
        chances = dict(row.grades)
        for edge in find_edges(shares, n):
            if chances.get(edge.grade, 0) > 1 - study.level:
                marks = write_marks(abs(round(edge.marks)), precision)
                side = f"比「{edge.bound}」的下限{'差' if edge.marks > 0 else '只高'}{marks}分"
                words = f"{side}；{describe_tip(pack, edge.tip)}"
                found.append((row.name, edge, words))
    return found


def describe_telling(field: DrawInputs, pack: Pack) -> list[tuple[str, list[str]]]:
    """The indicators by which units cannot be told apart, by why: (why, titles)."""
    names = {each.id: each.name for each in pack.indicators}
    found: dict[str, list[str]] = {}
    rows: list[Telling] = list_telling(field) if field.number > 1 else []
    for row in rows:
        if row.verdict:
            found.setdefault(row.verdict, []).append(names[row.indicator])
    return list(found.items())


def describe_same(field: DrawInputs, pack: Pack) -> list[str]:
    """Groups of indicators that order the units (nearly) alike, each as 「甲」、「乙」."""
    names = {each.id: each.name for each in pack.indicators}
    groups: list[list[str]] = []
    for first, second, _ in list_same(field):
        held = [group for group in groups if first in group or second in group]
        merged = list(dict.fromkeys([*(name for group in held for name in group), first, second]))
        groups = [group for group in groups if group not in held] + [merged]
    return ["、".join(f"「{names[name]}」" for name in group) for group in groups]


def describe_shifted(study: Study, pack: Pack, most: int = 3) -> str:
    """Whose weights are others because something does not apply there; empty where nobody's are."""
    names = {each.id: each.name for each in pack.indicators}
    found = list_shifted(study.field) if study.field.number else []
    units = list(dict.fromkeys(unit for unit, *_ in found))
    first = {unit: next(row for row in found if row[0] == unit) for unit in units[:most]}
    shown = "；".join(
        f"{study.field.board.names[unit]}的「{names[indicator]}」由{usual:.1%}变为{own:.1%}"
        for unit, indicator, usual, own in first.values()
    )
    rest = "等" if len(units) > most else ""
    return f"有的指标不适用，{len(units)}个单位其余指标的实际权重变大（一成以上）：{shown}{rest}。" if units else ""


def write_chance(chance: float) -> str:
    """A probability that was counted: never 100 % or 0 % of what was only drawn."""
    return "99%以上" if chance > 0.99 else "不到1%" if chance < 0.01 else f"{chance:.0%}"


def list_sources(study: Study) -> list[tuple[str, str, str, str]]:
    """Each source of doubt: name, part of all, mean width of ranges alone, pairs that it makes unsure alone."""
    return [
        (NAMES[part.source], f"{part.share:.0%}", f"{part.width:.1f}", str(part.unsure))
        for part in sorted(study.parts, key=lambda part: -part.share)
    ]
