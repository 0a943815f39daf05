"""The runs whose results are golden: those of both demonstrations, newest first of each year."""

from __future__ import annotations

from pathlib import Path

from data.store.workspace import open_workspace
from scoring.runs.store import list_runs, read_explanations, read_run
from tests.golden.outcomes import write_cases, write_run, write_words


def write_results(demo: Path, published: Path) -> dict[str, str]:
    """The golden files of now, by name."""
    found = {"cases.tsv": write_cases()}
    for name, root in (("demo", demo), ("published", published)):
        workspace = open_workspace(root)
        for id in list_runs(workspace):
            year, day, _ = id.split("-")
            found[f"{name}-{year}-{day}.tsv"] = write_run(read_run(workspace, id))
    return found


def write_demo_words(demo: Path) -> str:
    """The words about every mark of the demonstration's newest run."""
    workspace = open_workspace(demo)
    with read_explanations(workspace, read_run(workspace)) as explanations:
        return write_words(record.write() for _, _, records in explanations.read_all() for record in records)
