"""The figure of one indicator for each unit, in the words in which an explanation shows it, and their mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from indicators.pack.model import Pack
from scoring.base.parts import ScoredPart, list_parts
from scoring.explain.figures import list_figures, read_figure
from scoring.measures.figure import Figure, Shown
from scoring.measures.registry import find_measure
from scoring.results.means import Mean, find_mean, list_ranked
from scoring.results.scores import Scores


@dataclass(frozen=True)
class Values:
    """By unit the figure in words; ``mean`` of the ranked ones with its unit, None where they cannot be averaged."""

    texts: Mapping[str, str]
    mean: tuple[Mean, str] | None


def compare_values(pack: Pack, parts: pl.DataFrame, scores: Scores, indicator: str) -> Values:
    """The figures of an indicator for the cohort of ``scores``; ``parts`` are the part results of the run."""
    year, precision, ranked = scores.year, scores.precision, list_ranked(scores.list_totals())
    cohort = scores.cohort
    scored = [part for part in list_parts(pack, year) if (part.cohort, part.indicator.id) == (cohort, indicator)]
    texts, means = dict[str, list[tuple[str, str]]](), list[tuple[Mean, str] | None]()
    for part in scored:
        numbers: dict[str, Fraction] = {}
        unit = ""
        for row in parts.filter(pl.col("part") == part.number).iter_rows(named=True):
            # What is not scored may have a figure all the same, of what little is known: it says nothing yet.
            figure = read_figure(part, row, pack, precision) if row["outcome"] == "scored" else None
            shown = None if figure is None else _choose(part, figure, pack)
            if figure is not None and shown is not None and (number := _count(figure, shown)) is not None:
                numbers[row["unit"]] = number
                unit = shown["unit"]
            text = "—" if shown is None else f"{shown['value']}{shown['unit']}"
            texts.setdefault(row["unit"], []).append((part.part.title or f"第 {part.index + 1} 部分", text))
        mean = find_mean(numbers, ranked)
        means.append(None if mean is None else (mean, unit))
    return Values({unit: _join(own) for unit, own in texts.items()}, means[0] if len(means) == 1 else None)


def _join(parts: list[tuple[str, str]]) -> str:
    """The figures of an indicator's parts; once where all are the same."""
    if len({text for _, text in parts}) == 1:
        return parts[0][1] if len(parts) == 1 or parts[0][1] == "—" else f"{len(parts)} 部分都是：{parts[0][1]}"
    return "；".join(f"{title} {text}" for title, text in parts)


def _choose(part: ScoredPart, figure: Figure, pack: Pack) -> Shown | None:
    """The one number that says most: a date's lateness, a share, this year's amount."""
    figures = list_figures(part, figure, pack)
    return find_measure(part.part.measure).choose_figure(figures, figure) if figures else None


def _count(figure: Figure, shown: Mapping[str, object]) -> Fraction | None:
    """The figure as a number in the unit in which it is shown; None where it is only words."""
    if figure.is_deadline:
        return None
    if figure.form == "plain" or shown["unit"] != "%":
        return figure.now if figure.of == 1 else figure.now / figure.of if figure.of else None
    return 100 * figure.now / figure.of if figure.of else None
