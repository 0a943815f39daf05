"""The ranking as it would be if the year were scored now: only what could have changed since a run is found again."""

from __future__ import annotations

from collections.abc import Sequence

from data.batches.records import Inputs, current_inputs
from data.ledger.rows import FindingRow
from data.runs.folder import RunFolder, read_moment
from data.store.drafts import draft_folder
from data.store.workspace import Workspace
from indicators.entries.refusal import Signal
from indicators.pack.model import Pack
from scoring.engine.run import Earlier, Result, score
from scoring.results.differences import NOWHERE, UnitDifference
from scoring.results.scores import write_marks
from scoring.runs.earlier import find_again
from scoring.runs.manifests import write_manifest


class InputsMoved(Signal):
    """The inputs are no longer those that the caller has looked at."""


def score_now(
    workspace: Workspace,
    pack: Pack,
    run: RunFolder,
    result: Result,
    reported: Inputs | None = None,
    supposed: Sequence[FindingRow] = (),
    expected: str = "",
) -> Result:
    """What a new run of the same year and day would give, from the stored ``run`` and its ``result``.

    Items and totals are complete, parts are not. Nothing is stored. ``reported`` are the inputs without the ledger,
    where they have been read already; ``supposed`` are findings taken as if they had been confirmed. Raises what
    :func:`scoring.engine.run.score` raises, and InputsMoved where the new run's id would not be the ``expected`` one.
    """
    with draft_folder() as ledger_files:
        inputs = current_inputs(workspace, pack, reported=reported, ledger_files=ledger_files, supposed=supposed)
        year, as_of = read_moment(run.manifest)
        now = write_manifest(pack, inputs, year, as_of)
        if expected and now["id"] != expected:
            raise InputsMoved
        again = find_again(run, pack, now, inputs)
        if again is None:
            return score(pack, inputs, year, as_of)
        # Many small statements: one processor is as fast with them as several, and the others are free for pages.
        return score(pack, inputs, year, as_of, threads=1, earlier=Earlier(result.items, again))


def describe_shift(unit: UnitDifference, precision: int) -> str:
    """What becomes of a unit's total, rank and grade: 92.95 → 91.95，名次不变."""
    sides = unit.before or NOWHERE, unit.after or NOWHERE
    totals = [write_marks(side.total, precision) for side in sides]
    said = ["总分不变" if totals[0] == totals[1] else f"{totals[0]} → {totals[1]}"]
    ranks = ["没有名次" if side.rank is None else f"第 {side.rank} 名" for side in sides]
    said.append("名次不变" if ranks[0] == ranks[1] else f"{ranks[0]} → {ranks[1]}")
    grades = [side.grade or "未定等次" for side in sides]
    if grades[0] != grades[1]:
        said.append(f"{grades[0]} → {grades[1]}")
    return "，".join(said)
