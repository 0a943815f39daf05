"""Many worlds one by one, each by its own policies, and both shipped packs with their data.

``python -m tests.spark.alone --worlds 40`` takes a quarter of a minute for each, so it is part of ``make soak``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path

from pyspark.sql import SparkSession

from data.batches.records import Inputs, current_inputs
from data.store.workspace import open_workspace
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.cli.demo import FACTS_AS_OF, FACTS_YEARS, build_demo, build_published
from scoring.engine.run import score
from scoring.measures.raw import Moment
from scoring.spark.driver import open_session
from tests.reference.generator import random_world
from tests.spark.test_same_result import SMALL, list_apart, score_by_spark
from tests.worlds import store_tables


def tell_apart(session: SparkSession, name: str, pack: Pack, inputs: Inputs, at: Moment) -> list[str]:
    """What of one scoring Spark and DuckDB have otherwise; said as soon as it is known."""
    ours = score(pack, inputs, at.year, at.as_of, threads=1)
    apart = list_apart(ours, score_by_spark(session, pack, inputs, at))
    sys.stdout.write(f"{name}: {', '.join(apart) or 'the same'}\n")
    sys.stdout.flush()
    return apart


def main() -> int:
    """1 where anything differs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--worlds", type=int, default=40)
    worlds, apart = options.parse_args().worlds, []
    with tempfile.TemporaryDirectory() as name, open_session("local[*]", Path(name) / "spark", 0, SMALL) as session:
        for seed in range(worlds):
            world, folder = random_world(seed), Path(name) / f"world {seed}"
            folder.mkdir()
            inputs = store_tables(world.pack, world.tables, world.scopes, folder, world.declared)
            apart += tell_apart(session, f"world {seed}", world.pack, inputs, Moment(world.year, world.as_of))
        build_demo(Path(name) / "demo")
        build_published(Path(name) / "published")
        for office, at in (
            ("demo", Moment(2024, date(2025, 4, 10))),
            ("published", Moment(FACTS_YEARS[-1], FACTS_AS_OF)),
        ):
            workspace = open_workspace(Path(name) / office)
            pack = load_pack(workspace.pack_folder)
            apart += tell_apart(session, office, pack, current_inputs(workspace, pack), at)
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
