"""What a run costs beyond its marks: the command on the demo, and the explanations of a nation, each mark met again."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.nation import act, submit_finding
from benchmarks.pages import DEDUCTED
from benchmarks.province import YEAR
from benchmarks.province_rows import make_rows
from benchmarks.rule_kinds import ROWS, build_pack_of_rules
from benchmarks.timing import Times, console, measure_alone, print_table
from data.batches.records import current_inputs
from data.clock import office_now
from data.ledger.ledger import list_records, open_ledger
from data.store.database import reading
from data.store.workspace import open_workspace
from scoring.cli.collecting import collect_seldom
from scoring.cli.demo import DEMO_AS_OF, DEMO_YEAR, build_demo
from scoring.engine.run import score
from scoring.explain.record import explain_run
from scoring.explain.stored import write_explanations
from scoring.runs.earlier import find_earlier, score_rest
from scoring.runs.known_packs import load_known_pack
from scoring.runs.making import make_explanations
from scoring.runs.manifests import write_manifest
from scoring.runs.rescoring import rescore

AS_OF = date(YEAR + 1, 6, 30)


def measure_storing(units: int, rounds: int) -> None:
    """Print both."""
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder:
        _measure_demo(Path(folder), rounds)
        peak, (items, wall, cpu) = measure_alone(explain_whole, Path(folder), units)
    console.print(
        f"{units:,} units, {items:,} items scored and explained, each mark met again and all written: "
        f"{wall:.0f} s on the clock, {cpu:.0f} of processors ({1000 * cpu / items:.2f} ms each), peak {peak:,.0f} MiB"
    )


def _measure_demo(folder: Path, rounds: int) -> None:
    root = folder / "demo"
    build_demo(root)
    workspace = open_workspace(root)
    pack = load_known_pack(workspace)
    inputs = current_inputs(workspace, pack)
    command, marks, words, items = [], Times(), Times(), 1
    for number in range(rounds + 1):
        # A run of the day before would be found, and not made again.
        day = DEMO_AS_OF + timedelta(days=number + 1)
        command.append(_score(root, day))
        result = marks.take(lambda day=day: score(pack, inputs, DEMO_YEAR, day))
        year, items = pack.of_year(DEMO_YEAR), result.items.height
        words.take(lambda year=year, result=result: write_explanations(folder, explain_run(year, inputs, result)))
    whole, alone = median(command[1:]), median(marks.cpu[1:])
    each = 1000 * median(words.cpu[1:]) / items
    rest, anew = _measure_findings(root, rounds)
    rows = [
        ("ducha score", f"{whole:.2f}", f"{whole / alone:.1f}x"),
        ("marks alone", f"{alone:.2f}", "1x"),
        (f"{items:,} explanations, {each:.2f} ms each", f"{median(words.cpu[1:]):.2f}", ""),
        ("marks after a finding", f"{rest:.2f}", f"{rest / alone:.1f}x"),
        ("重新评分 after a finding, to the stored run", f"{anew:.2f}", f"{anew / alone:.1f}x"),
    ]
    print_table(f"storing: the demo, {rounds} rounds", ("", "processor seconds", "of the marks"), rows)


def _measure_findings(root: Path, rounds: int) -> tuple[float, float]:
    """Marks that are found again after one more finding, and the whole of a run that begins with the one before it."""
    workspace = open_workspace(root)
    ledger = open_ledger(workspace, load_known_pack(workspace))
    with reading(ledger.engine) as connection:
        inspection = list_records(connection, "inspection", state="active")[0]
    marks, runs, year = Times(), Times(), ledger.pack.of_year(DEMO_YEAR)
    for number in range(rounds + 1):
        row = submit_finding(ledger, inspection["team"][0], inspection, inspection["units"][0], DEDUCTED, number)
        act(ledger, "demo-reviewer", "finding", row, "confirm", {})
        inputs = current_inputs(workspace, ledger.pack)
        earlier = find_earlier(
            workspace, ledger.pack, write_manifest(ledger.pack, inputs, DEMO_YEAR, DEMO_AS_OF), inputs
        )
        assert earlier is not None
        marks.take(partial(score_rest, year, inputs, earlier))
        runs.take(lambda: rescore(ledger, workspace, "demo-lead", DEMO_YEAR, DEMO_AS_OF, now=office_now()))
    return median(marks.cpu[1:]), median(runs.cpu[1:])


def _score(root: Path, day: date) -> float:
    """The processor seconds of the command, from its start to its end."""
    words = ("-w", str(root), "score", "--year", str(DEMO_YEAR), "--as-of", day.isoformat())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = subprocess.DEVNULL
    subprocess.run((sys.executable, "-m", "scoring.cli.main", *words), check=True, stdout=quiet, stderr=quiet)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def explain_whole(folder: Path, units: int) -> tuple[int, float, float]:
    """Score and explain so many units with a hundred indicators: the items, and the seconds of both kinds."""
    collect_seldom()
    pack = build_pack_of_rules(units)
    inputs = make_rows(folder, pack, units, (YEAR - 1, YEAR), ROWS)
    times = Times()

    def run() -> int:
        result = score(pack, inputs, YEAR, AS_OF)
        write_explanations(folder, make_explanations(pack, inputs, result, "bench"))
        return result.items.height

    items = times.take(run)
    return items, times.median_wall, times.median_cpu
