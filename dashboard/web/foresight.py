"""What every reader of a run waits for is read as soon as the run is there, and not when the first of them asks.

Of thousands of units that takes seconds. Nothing is decided here: pages read the same, by the same keys, and who may
see what of it they ask themselves, each time.
"""

from __future__ import annotations

import logging
import threading
import time

from dashboard.runs.compared import read_comparison
from dashboard.runs.newer import find_since
from dashboard.runs.report_states import find_year, read_all_report_states
from dashboard.visits.session import Context, read_cohort_scores, read_run_pack, read_run_scores, visiting
from scoring.results.rises import find_earlier
from scoring.results.scores import Scores

_LOG = logging.getLogger(__name__)
#: So often, in seconds, it is looked whether there is another run, or anything that is newer than it.
PAUSE = 5.0


def look_ahead() -> None:
    """From now on, until the process ends, in a thread that nothing waits for."""
    threading.Thread(target=_look, name="look ahead", daemon=True).start()


def _look() -> None:
    seen: object = None
    while True:
        try:
            with visiting() as context:
                found = context.runs, context.head, context.batches, context.pack.sha256
                if found != seen:
                    read_ahead(context)
                seen = found
        except Exception as error:
            # Whatever is wrong the page says to whoever opens it.
            _LOG.debug("not read ahead: %s", error)
        time.sleep(PAUSE)


def read_ahead(context: Context) -> None:
    """What the first pages show of the newest run, and who has reported; what is kept already is not read again.

    Raises what reading them raises.
    """
    if context.runs:
        _read_run(context, context.runs[0])
    read_all_report_states(context, find_year(context))


def _read_run(context: Context, run: str) -> None:
    """Its scores by groups, those that it is compared with, what is newer, and how its units compare."""
    earlier = find_earlier(tuple(reversed(context.runs)), run)
    found = {
        name: _read_cohorts(context, name) for name in (run, earlier.last_run, earlier.last_year) if name is not None
    }
    find_since(context, run)
    for scores in found[run]:
        read_comparison(context, read_run_pack(context, run), scores)


def _read_cohorts(context: Context, run: str) -> list[Scores]:
    present = set(read_run_scores(context, run).totals["cohort"])
    cohorts = [cohort.id for cohort in read_run_pack(context, run).head.cohorts if cohort.id in present]
    return [read_cohort_scores(context, run, cohort) for cohort in cohorts]
