"""Laws that hold for every pack and all data, on generated worlds.

What this does not prove: that the marks are the right ones (see test_agreement), only that they behave.
"""

from __future__ import annotations

import os
import random
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from indicators.pack.model import Pack
from indicators.pack.succession import Changes, Succession
from scoring.base.parts import list_parts
from scoring.engine.run import Earlier, Result, score
from scoring.runs.earlier import find_affected
from tests.reference.completions import Way, complete_world, withhold_approvals
from tests.reference.generator import World, random_world
from tests.reference.random_tables import Dice, fill_scope
from tests.scoring.states import Stage, list_combined, set_stage
from tests.worlds import Tables, store_tables

#: `make soak` tries more.
SEEDS = range(int(os.environ.get("DUCHA_LAW_WORLDS", "16")))
OPEN = ("pending", "conflict", "error")


def score_world(world: World, folder: Path) -> Result:
    """The world in a run of its own."""
    inputs = store_tables(world.pack, world.tables, world.scopes, folder, world.declared)
    return score(world.pack, inputs, world.year, world.as_of, threads=1)


def depends_on_others(pack: Pack) -> set[str]:
    """Indicators whose marks may follow from other units' data: relative ones, shared people, and their users."""
    found = {
        indicator.id
        for indicator in pack.indicators
        if any(part.marks.relative or part.measure.share_of_people for part in indicator.parts)
    }
    for _ in pack.indicators:
        found |= {
            indicator.id
            for indicator in pack.indicators
            for part in indicator.parts
            if part.measure.of_marks and set(part.measure.of_marks.indicators) & found
        }
    return found


@pytest.fixture(scope="module", params=SEEDS)
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A world and its states; tests of one world run after each other, so that there is one at a time."""
    return set_stage(request.param, tmp_path_factory.mktemp("stage"))


def find_totals(result: Result) -> dict[tuple[str, str], dict[str, Any]]:
    """The totals by cohort and unit."""
    return {(row["cohort"], row["unit"]): row for row in result.totals.iter_rows(named=True)}


def test_marks_stay_between_nothing_and_full_but_for_pots_that_may_take(stage: Stage) -> None:
    items = stage.result.items
    scored = items.filter(pl.col("outcome") == "scored")
    assert (scored["points"] <= scored["applicable_points"]).all()
    unit, pack = 10**stage.result.precision, stage.world.pack
    for cohort, indicator, points in scored.select("cohort", "indicator", "points").iter_rows():
        assert points >= pack.indicator(indicator).find_lowest(cohort) * unit
    assert items.filter(pl.col("outcome") != "scored")["points"].null_count() == len(items) - len(scored)


def test_the_official_total_lies_in_its_range_and_adds_up(stage: Stage) -> None:
    for total in stage.result.totals.iter_rows(named=True):
        if total["total"] is None:
            continue
        assert total["low"] <= total["total"] <= total["high"]
        of_unit = (pl.col("cohort") == total["cohort"]) & (pl.col("unit") == total["unit"])
        mine = stage.result.items.filter(of_unit)
        assert mine.filter(pl.col("section_kind") == "base")["counted_points"].sum() == total["earned"]


def test_hiding_data_never_raises_the_total_of_a_ranked_unit(stage: Stage) -> None:
    before = find_totals(stage.result)
    for (dataset, unit), _, after in stage.states["hidden"]:
        for key, row in find_totals(after).items():
            known = before[key]["total"]
            if row["unit"] == unit and known is not None and row["total"] is not None:
                assert row["total"] <= known or row["veto_open"], (dataset, unit)


def test_an_emptied_cell_opens_an_item_or_changes_nothing_and_never_raises_a_total(stage: Stage) -> None:
    world, before = stage.world, stage.result
    ((touched, _, after),) = stage.states["emptied"]
    comparing = depends_on_others(world.pack)
    for old, new in zip(before.items.iter_rows(named=True), after.items.iter_rows(named=True), strict=True):
        assert (old["cohort"], old["unit"], old["indicator"]) == (new["cohort"], new["unit"], new["indicator"])
        if old["indicator"] not in comparing:
            same = [(item["outcome"], item["points"], item["applicable_points"]) for item in (old, new)]
            assert new["outcome"] in OPEN or same[0] == same[1], (old, new)
            assert touched or old == new
    if comparing or "peer_mean" in (world.pack.head.policy.not_applicable, world.pack.head.policy.exempt):
        return
    for old, new in zip(before.totals.iter_rows(named=True), after.totals.iter_rows(named=True), strict=True):
        if old["total"] is not None and new["total"] is not None and not new["veto_open"]:
            assert new["total"] <= old["total"], (old, new)
            assert new["low"] <= old["total"] <= new["high"], (old, new)


def test_taking_away_any_period_never_raises_the_total_of_its_unit(stage: Stage) -> None:
    before = find_totals(stage.result)
    heirs = Succession.of_year(stage.world.pack.registry, stage.world.year, stage.world.as_of).heirs
    for (dataset, unit, period), _, after in stage.states["shortened"]:
        for key, row in find_totals(after).items():
            known = before[key]["total"]
            if row["unit"] == heirs.get(unit, unit) and known is not None and row["total"] is not None:
                assert row["total"] <= known or row["veto_open"], (dataset, unit, period)


def test_a_register_that_nobody_declared_gives_no_number_to_anybody(stage: Stage) -> None:
    world = stage.world
    ((_, _, result),) = stage.states["undeclared"]
    registers = {dataset.id for dataset in world.pack.datasets if dataset.is_register}
    reading = {
        part.number for part in list_parts(world.pack, world.year) if registers & {*part.part.measure.datasets()}
    }
    found = result.parts
    assert found.filter(pl.col("part").is_in(reading))["points"].null_count() == sum(
        number in reading for number in found["part"]
    )


def test_another_units_data_change_nothing_unless_the_rule_compares(stage: Stage) -> None:
    ((unit, _, after),) = stage.states["lonely"]
    comparing = depends_on_others(stage.world.pack)
    kept = (pl.col("unit") != unit) & ~pl.col("indicator").is_in(sorted(comparing))
    columns = ["cohort", "unit", "indicator", "outcome", "reason", "points", "applicable_points"]
    before = stage.result.items.filter(kept).select(columns)
    assert_frame_equal(before, after.items.filter(kept).select(columns))


def test_to_find_again_what_changed_gives_what_a_whole_run_gives(stage: Stage, tmp_path: Path) -> None:
    for (_, dataset), state, whole in stage.states["changed"]:
        inputs = store_tables(state.pack, state.tables, state.scopes, tmp_path, state.declared)
        again = find_affected(state.pack, {dataset})
        partly = score(state.pack, inputs, state.year, state.as_of, earlier=Earlier(stage.result.items, again))
        assert_frame_equal(partly.items, whole.items)
        assert_frame_equal(partly.totals, whole.totals)
        assert set(partly.parts["indicator"]) <= again


def test_neither_the_order_of_rows_nor_threads_nor_what_else_is_scored_matter(stage: Stage, tmp_path: Path) -> None:
    world = stage.world
    first = score_world(world, tmp_path)
    rng = random.Random(stage.seed)
    shuffled = {name: rng.sample(rows, len(rows)) for name, rows in world.tables.items()}
    (tmp_path / "again").mkdir()
    inputs = store_tables(world.pack, shuffled, world.scopes, tmp_path / "again", world.declared)
    second = score(world.pack, inputs, world.year, world.as_of, threads=4)
    for name in ("parts", "items", "totals"):
        assert_frame_equal(getattr(first, name), getattr(second, name))
        assert_frame_equal(getattr(first, name), getattr(stage.result, name))
    assert first.sql == {
        name: text.replace(str(tmp_path / "again"), str(tmp_path)) for name, text in second.sql.items()
    }


def test_an_item_given_beside_open_parts_stays_as_it_is_whatever_they_become(stage: Stage) -> None:
    key = ["cohort", "unit", "indicator"]
    cohorts = {part.number: part.cohort for part in list_parts(stage.world.pack, stage.world.year)}
    for _, state, before in stage.states["unreported"]:
        combined = list_combined(state)
        waiting = {
            (cohorts[part], unit, name)
            for part, unit, name, outcome in before.parts.select("part", "unit", "indicator", "outcome").iter_rows()
            if outcome in OPEN and name in combined
        }
        given = before.items.filter(pl.col("outcome") == "scored")
        given = given.filter([found in waiting for found in given.select(key).iter_rows()])
        if not given.is_empty():
            after = stage.result.items.join(given, on=key, how="semi")
            columns = [*key, "outcome", "points"]
            assert_frame_equal(given.select(columns), after.select(columns), check_row_order=False)


#: `make soak` tries more.
RANGE_SEEDS = range(int(os.environ.get("DUCHA_RANGE_WORLDS", "6")))
WAYS: tuple[Way, ...] = ("best", "worst", "random", "random")


def find_open_scopes(world: World, result: Result) -> set[tuple[str, str]]:
    """(dataset, unit) of which every part that reads it is open, so that its rows may still become any others."""
    reads = {part.number: part.part.measure.datasets() for part in list_parts(world.pack, world.year)}
    outcomes: dict[tuple[str, str], set[str]] = {}
    for row in result.parts.iter_rows(named=True):
        for name in reads[row["part"]]:
            outcomes.setdefault((name, row["unit"]), set()).add(row["outcome"])
    return {scope for scope, found in outcomes.items() if found <= set(OPEN)}


def list_leaks(before: Result, after: Result) -> list[str]:
    """Units that a later state has outside what was printed: total, rank and grade."""
    said = {(row["cohort"], row["unit"]): row for row in before.totals.iter_rows(named=True)}
    found = []
    for row in after.totals.iter_rows(named=True):
        known = said.get((row["cohort"], row["unit"]))
        if known is None or row["total"] is None:
            continue
        who = f"{row['cohort']} {row['unit']}"
        if known["low"] is None or not known["low"] <= row["total"] <= known["high"]:
            found.append(f"{who}: {known['low']}..{known['high']}, then {row['total']} (was {known['total']})")
        if row["rank"] is not None and not known["rank_best"] <= row["rank"] <= known["rank_worst"]:
            found.append(f"{who}: rank {known['rank_best']}..{known['rank_worst']}, then {row['rank']}")
    return found


@pytest.mark.parametrize("seed", RANGE_SEEDS)
def test_however_open_items_end_total_and_rank_lie_in_the_printed_range(seed: int, tmp_path: Path) -> None:
    """Complete what is open, best and worst and at random, here and at peers, and let days go by."""
    rng = random.Random(f"completions of {seed}")
    world = withhold_approvals(random_world(seed), rng)
    before = score_world(world, tmp_path)
    assert not list_leaks(before, before)
    open_scopes = find_open_scopes(world, before)
    for way in WAYS:
        later = complete_world(world, rng, way, open_scopes, rng.choice((0.3, 0.7, 1)))
        assert not (leaks := list_leaks(before, score_world(later, tmp_path))), (seed, way, later.as_of, leaks)


@pytest.mark.parametrize("seed", SEEDS[::2])
def test_who_is_exempt_once_the_year_is_over_stays_so_however_late_one_scores(seed: int, tmp_path: Path) -> None:
    world = random_world(seed)
    inputs = store_tables(world.pack, world.tables, world.scopes, tmp_path, world.declared)
    exempt = [
        score(world.pack, inputs, world.year, day, threads=1).items.filter(pl.col("outcome") == "exempt")
        for day in (date(world.year, 12, 31), date(world.year + 3, 1, 1))
        if world.pack.head.exemptions
    ]
    for late in exempt[1:]:
        assert_frame_equal(exempt[0].select("unit", "indicator"), late.select("unit", "indicator"))


def test_what_is_given_before_its_day_stays_as_more_is_reported_and_days_go_by(tmp_path: Path) -> None:
    given = 0
    for seed in range(0, max(len(SEEDS), 24), 2):
        world, rng = random_world(seed), random.Random(seed)
        day = date(world.year, 11, 30)
        waiting = {
            part.number: part.part.measure.datasets()
            for part in list_parts(world.pack, world.year)
            if part.part.measure.kind in ("count", "sum") and part.last_day is not None and part.last_day >= day
        }
        read = sorted({name for names in waiting.values() for name in names})
        changing = sorted(Changes.of_rest(world.pack.registry, world.year, day).units)
        rows = add_rows(world, world.tables, rng, read * 2)
        early = score_on(world, tmp_path, rows, day).parts.filter(
            pl.col("part").is_in(list(waiting)) & (pl.col("outcome") == "scored") & ~pl.col("unit").is_in(changing)
        )
        if not early.is_empty():
            given += len(early)
            after = score_on(world, tmp_path, add_rows(world, rows, rng, read), date(world.year + 2, 1, 1)).parts
            columns = ["part", "unit", "outcome", "points", "reached", "veto"]
            found = after.join(early, on=["part", "unit"], how="semi").select(columns)
            assert_frame_equal(early.select(columns), found, check_row_order=False)
    assert given


def add_rows(world: World, tables: Tables, rng: random.Random, datasets: list[str]) -> Tables:
    """More rows of the year for every unit, with empty cells here and there."""
    more: Tables = {name: list(rows) for name, rows in tables.items()}
    for name in datasets:
        for unit in [entry.id for entry in world.pack.registry.units]:
            more[name] += fill_scope(Dice(rng, world.year), name, unit, world.year, [])
    return more


def score_on(world: World, folder: Path, tables: Tables, day: date) -> Result:
    """The world on another day, every register declared complete."""
    return score(world.pack, store_tables(world.pack, tables, world.scopes, folder), world.year, day, threads=1)
