"""``make demo``: the shipped pack and data, from nothing to a ranking, in two workspaces.

Running it again changes nothing that is there: the same files are recognised, the same run is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from importlib.resources import as_file, files
from itertools import groupby
from pathlib import Path

import typer

from data.batches.records import current_inputs
from data.calendar.office_years import load_workspace_pack
from data.demo import fill_ledger, generate_demo
from data.demo.accounts import add_demo_accounts
from data.demo.self_marks import generate_self_marks
from data.demo.tasks import fill_desks
from data.intake.imports import Fiction, import_files
from data.intake.self_marks import add_self_marks
from data.ledger.ledger import open_ledger
from data.store.drafts import draft_folder
from data.store.workspace import Workspace, create_workspace, open_workspace
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from scoring.cli.console import make_table, now, out, refusals, show_progress, user
from scoring.cli.tables import write_ranking
from scoring.results.result import lay_out_items, write_csv
from scoring.runs.interchange import make_items, write_table
from scoring.runs.store import store_run

DEMO_PACK, DEMO_YEAR, DEMO_AS_OF = "jincheng-2021-2025", 2024, date(2025, 4, 10)
DEMO_EARLIER = ((2023, date(2024, 4, 10)), (2024, date(2025, 3, 10)))
FACTS_PACK, FACTS_YEARS, FACTS_AS_OF = "published-dates", range(2020, 2026), date(2026, 4, 1)


def _open_or_create(root: Path, pack: str) -> Workspace:
    return open_workspace(root) if (root / "pack").exists() else create_workspace(root, find_pack(pack))


def _import(workspace: Workspace, pack: Pack, paths: Iterable[Path], *, fictional: bool) -> None:
    import_files(
        workspace,
        pack,
        list(paths),
        now=now(),
        user=user(),
        fiction=Fiction(declared=fictional),
        progress=lambda files: show_progress(files, "核对文件"),
    )


def build_demo(root: Path) -> str:
    """The Jincheng workspace with fictional data; returns the ranking as text."""
    workspace = _open_or_create(root, DEMO_PACK)
    pack = load_workspace_pack(workspace)
    ledger = open_ledger(workspace, pack)
    # Its story is dated in the year itself: before anything that happens now, so that the trail's clock goes one way.
    fill_ledger(ledger)
    with draft_folder() as folder:
        _import(workspace, pack, generate_demo(pack, folder), fictional=True)
        own = generate_self_marks(pack, folder / "own", DEMO_YEAR)
        _import(workspace, add_self_marks(pack), own, fictional=True)
    add_demo_accounts(ledger, now=now())
    fill_desks(ledger, now=now())
    inputs = current_inputs(workspace, pack)
    # The year before and a month before: something to compare the ranking with. The last one is the newest.
    for year, as_of in DEMO_EARLIER:
        store_run(workspace, pack, inputs, year, as_of, now=now(), user=user())
    run, result = store_run(workspace, pack, inputs, DEMO_YEAR, DEMO_AS_OF, now=now(), user=user())
    results = root / "results"
    results.mkdir(exist_ok=True)
    (results / f"{DEMO_YEAR}.json").write_bytes(run.result)
    (results / f"{DEMO_YEAR}.csv").write_bytes(write_csv(lay_out_items(pack, result)))
    (results / f"{DEMO_YEAR}.parquet").write_bytes(write_table(make_items(run.files)))
    text = write_ranking(pack, run.content)
    (results / f"{DEMO_YEAR}.txt").write_text(text, encoding="utf-8")
    return text


def build_published(root: Path) -> list[dict[str, str]]:
    """The workspace of published dates; returns a row per level, year and indicator with its outcomes."""
    workspace = _open_or_create(root, FACTS_PACK)
    pack = load_workspace_pack(workspace)
    with as_file(files("data") / "published") as folder:
        _import(workspace, pack, [folder], fictional=False)
    inputs = current_inputs(workspace, pack)
    reported = {(dataset, unit, period) for dataset, unit, period in inputs.scopes}
    datasets = {indicator.id: indicator.parts[0].measure.datasets()[0] for indicator in pack.indicators}
    rows = []
    for year in FACTS_YEARS:
        run, _ = store_run(workspace, pack, inputs, year, FACTS_AS_OF, now=now(), user=user())
        scored = run.list_items()
        for cohort in pack.head.cohorts:
            for indicator in pack.indicators:
                # Only what could be found is counted: nothing is said of places without a document.
                items = [
                    item
                    for item in scored
                    if item.cohort == cohort.id
                    and item.indicator == indicator.id
                    and (datasets[indicator.id], item.unit, year) in reported
                ]
                if items:
                    verdicts = Counter(describe_verdict(item.outcome, item.marks) for item in items)
                    counts = {name: str(verdicts[name] or "") for name in VERDICTS}
                    rows.append({"indicator": indicator.name, "level": cohort.title, "year": str(year), **counts})
    order = {indicator.name: position for position, indicator in enumerate(pack.indicators)}
    levels = {cohort.title: position for position, cohort in enumerate(pack.head.cohorts)}
    return sorted(rows, key=lambda row: (order[row["indicator"]], levels[row["level"]], row["year"]))


VERDICTS = ("按时", "逾期", "待补证据", "数据矛盾")


def describe_verdict(outcome: str, marks: str | None) -> str:
    """What a date item came to, in the words of the summary."""
    if outcome == "scored":
        return "按时" if marks is not None and Decimal(marks) > 0 else "逾期"
    return "数据矛盾" if outcome == "conflict" else "待补证据"


def main(
    workspace: Path = typer.Option(Path("workspace"), help="演示工作区"),  # noqa: B008
    published: Path = typer.Option(Path("workspace-published"), help="公开日期工作区"),  # noqa: B008
) -> None:
    """Build both workspaces and print what they show."""
    with refusals():
        out.print(build_demo(workspace), markup=False)
        pack = load_pack(find_pack(FACTS_PACK))
        out.print(f"\n{pack.head.title}（真实公开数据）", markup=False)
        out.print(str(pack.head.not_a_ranking), markup=False)
        columns = [("层级", ""), ("年度", "right"), *((name, "right") for name in VERDICTS)]
        for indicator, rows in groupby(build_published(published), key=lambda row: row["indicator"]):
            table = make_table(f"\n{indicator}", columns)
            for row in rows:
                table.add_row(row["level"], row["year"], *(row[name] for name in VERDICTS))
            out.print(table)
        out.print(f"\n结果在 {workspace}/results；下一步：", markup=False)
        out.print("  .venv/bin/ducha explain 城区 35.reconsideration-training", markup=False)


if __name__ == "__main__":
    typer.run(main)
