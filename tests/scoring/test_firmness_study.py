"""The study of the demo's runs: what is drawn there follows from the run's own figures and printed ranges."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.store.workspace import Workspace
from indicators.pack.model import Pack
from indicators.rules.relative import Relative
from scoring.base.parts import list_parts
from scoring.cli.main import app
from scoring.results.scores import Scores, read_parts, read_scores
from scoring.runs.frozen_pack import read_frozen_pack
from scoring.runs.store import open_stored_run
from scoring.trials.firmness.absences import mark_compared, print_marks
from scoring.trials.firmness.apart_study import begin_study, find_firmness, find_firmness_apart
from scoring.trials.firmness.draws import draw_ranks
from scoring.trials.firmness.fields import WITHIN_SECTION
from scoring.trials.firmness.levels import average_levels
from scoring.trials.firmness.levers import Levers
from scoring.trials.firmness.luck import list_counts
from scoring.trials.firmness.report import list_neighbours, write_chance
from scoring.trials.firmness.study import Study, list_sources, make_study
from scoring.trials.firmness.worlds import DoubtSource
from scoring.trials.whatif import play


@dataclass(frozen=True)
class Stored:
    pack: Pack
    scores: Scores
    parts: pl.DataFrame


@pytest.fixture(scope="module")
def stored(demo: Path) -> Stored:
    workspace = Workspace(demo)
    run = open_stored_run(workspace)
    pack = read_frozen_pack(workspace, run)
    return Stored(pack, read_scores(run, pack), read_parts(run))


@pytest.fixture(scope="module")
def study(stored: Stored) -> Study:
    return make_study(stored.pack, stored.scores, stored.parts, "departments", worlds=600)


def test_without_doubt_the_ranking_is_the_official_one(study: Study) -> None:
    draws = draw_ranks(study.field, 3, seed=1, sources=frozenset())
    official = play(study.field.board)
    assert draws.ranks[np.arange(study.field.number), official.ranks - 1].tolist() == [3] * study.field.number


def test_the_official_rank_of_the_run_is_that_of_the_field(stored: Stored, study: Study) -> None:
    totals = stored.scores.of_cohort("departments").totals
    ranks = dict(totals.select("unit", "rank").iter_rows())
    assert [ranks[unit] for unit in study.field.board.units] == study.field.ranks.tolist()


def test_every_source_that_the_run_has_is_drawn(study: Study) -> None:
    assert set(list_sources(study.field)) == set(DoubtSource)
    assert [part.source for part in study.parts] == list_sources(study.field)
    assert sum(part.share for part in study.parts) == pytest.approx(1)


def test_an_open_item_stays_within_its_printed_range(stored: Stored, study: Study) -> None:
    board, opened = study.field.board, study.field.opened
    items = stored.scores.of_cohort("departments").items
    for row, column, more in zip(opened.rows, opened.columns, opened.more, strict=True):
        item = items.filter((pl.col("unit") == board.units[row]) & (pl.col("indicator") == board.indicators[column]))
        (printed,) = item.iter_rows(named=True)
        taken = printed["applicable_marks"] if printed["section_kind"] == "deduction" else 0
        ends = more + printed["counted"]
        assert (ends.min(), ends.max()) == (printed["low_points"] - taken, printed["high_points"] - taken)


def test_a_drawn_count_lies_about_the_marks_of_the_run_and_within_the_item(stored: Stored, study: Study) -> None:
    board = study.field.board
    counted = list_counts(stored.pack, stored.scores, stored.parts, board)
    assert len(counted.rows) > 50
    now = board.counted[counted.rows, counted.columns]
    worth = board.applicable[counted.rows, counted.columns]
    assert (counted.more + now[:, None] >= 0).all() and (counted.more + now[:, None] <= worth[:, None]).all()
    # What it is now is among what it might be, or just beyond: all of all is the very end.
    below, above = (counted.more <= 0).any(axis=1), (counted.more >= 0).any(axis=1)
    assert (below & above).mean() > 0.9


def test_marks_by_comparison_in_floats_are_those_of_the_engine(stored: Stored) -> None:
    compared = [part for part in list_parts(stored.pack, stored.scores.year) if part.part.marks.relative is not None]
    seen = 0
    for part in compared:
        rows = stored.parts.filter((pl.col("part") == part.number) & pl.col("points").is_not_null())
        values = np.array([int(n) / int(d) for n, d in zip(rows["num"], rows["den"], strict=True)])
        found = print_marks(mark_compared(part, values, part.full / 1e6), 10.0**stored.scores.precision)
        assert found.tolist() == [int(points) for points in rows["points"]]
        seen += len(values)
    assert seen > 10


FIVE = {
    "rank_table": ({"rank_table": {"marks": ["10", "6"], "beyond": "1"}}, [10, 6, 6, 1]),
    "rank_share": (
        {
            "rank_share": {
                "partial": "down",
                "beyond": "1",
                "steps": [{"upto": "1/3", "marks": "9"}, {"upto": "50%", "marks": "6"}],
            }
        },
        [9, 6, 6, 1],
    ),
    "rank_step": ({"rank_step": {"step": "4"}}, [10, 6, 6, 0]),
    "ratio_to_best": ({"ratio_to_best": {}}, [10, 7.5, 7.5, 2.5]),
    "min_max": ({"min_max": {"base": "4"}}, [10, 8, 8, 4]),
    "peer_mean": ({"peer_mean": {"each": "1", "per": "0.05", "partial": "up"}}, [10, 10, 10, 3]),
}


@pytest.mark.parametrize("form", FIVE)
def test_each_form_of_comparison_by_hand(stored: Stored, form: str) -> None:
    rule, expected = FIVE[form]
    part = next(part for part in list_parts(stored.pack, stored.scores.year) if part.part.marks.relative is not None)
    relative = Relative.model_validate({"better": "higher", **rule})
    marks = part.part.marks.model_copy(update={"relative": relative})
    own = part.part.model_copy(update={"marks": marks})
    indicator = part.indicator.model_copy(update={"parts": (own,)})
    moved = replace(part, indicator=indicator, index=0)
    found = mark_compared(moved, np.array([0.8, 0.6, 0.6, 0.2]), 10.0)
    assert found.tolist() == pytest.approx(expected)


def test_the_policy_within_sections_is_the_mean_of_means(study: Study) -> None:
    variant = next(each for each in study.field.variants if each.policy == WITHIN_SECTION)
    board, base = study.field.board, study.field.base
    own = study.field.variants[0]
    there = own.applicable[:, base] > 0
    shares = np.where(there, own.counted[:, base] / np.where(there, own.applicable[:, base], 1), np.nan)
    sections = [board.sections[n] for n in base]
    names = list(dict.fromkeys(sections))
    worth = {name: float(sum(study.field.marks[n] for n in base if board.sections[n] == name)) for name in names}
    lead = {n: (names.index(name), worth[name]) for n, name in enumerate(sections)}
    # Weights inside a section are what applies there: the marks of each item.
    for unit in range(study.field.number):
        marks = own.applicable[unit, base]
        mean = average_levels(shares[[unit]], marks.tolist(), [lead])[0]
        total = variant.counted[unit, base].sum() / variant.applicable[unit, base].sum()
        assert mean == pytest.approx(total, abs=1e-9)


def test_it_says_for_leaders_who_cannot_be_told_apart(study: Study) -> None:
    assert study.describe().endswith("分不出先后。") and "名" in study.describe()
    assert "不改变任何得分" in study.explain()


def test_a_cohort_without_ranks_has_nothing_to_say(stored: Stored) -> None:
    study = make_study(stored.pack, stored.scores, stored.parts, "city", worlds=50)
    assert (study.describe(), study.field.number, study.tiers) == ("", 0, ())


def test_the_tipping_point_of_a_figure_is_reached_by_the_rule(stored: Stored, study: Study) -> None:
    levers = Levers(stored.pack, stored.scores, stored.parts, "departments")
    rows = list_neighbours(study, stored.pack, levers)
    assert len(rows) == study.field.number - 1
    assert sum("再有" in row.words or "再增加" in row.words for row in rows) > 5
    assert [row.firm for row in rows] == sorted(row.firm for row in rows), "who cannot be told apart stands first"


def test_in_a_process_of_its_own_the_same_is_found(demo: Path, stored: Stored) -> None:
    run = open_stored_run(Workspace(demo))
    apart = find_firmness_apart(Workspace(demo), run, "departments", 5)
    assert apart == find_firmness(begin_study(), Workspace(demo), run, "departments", 5)
    assert len(apart.units) > 5 and len(apart.pairs) == 5 and apart.said and apart.explained


def test_what_was_only_drawn_is_never_said_to_be_certain() -> None:
    assert [write_chance(chance) for chance in (1.0, 0.995, 0.5, 0.0)] == ["99%以上", "99%以上", "50%", "不到1%"]


def test_the_command_says_it_in_words_and_for_programs(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["-w", str(demo), "robustness", "--cohort", "counties", "--draws", "400", "--seed", "1"]
    app(arguments, standalone_mode=False)
    said = capsys.readouterr().out
    assert "第2、3名分不出先后。" in said and "相邻的单位" in said and "人人满分" in said
    app([*arguments, "--format", "json"], standalone_mode=False)
    (told,) = json.loads(capsys.readouterr().out)["cohorts"]
    assert told["seed"] == 1 and told["draws"] == 400
    assert all(sum(unit["rank_probabilities"]) == pytest.approx(1, abs=1e-4) for unit in told["units"])
    assert len(told["pairs"]) == 6 * 5 // 2
