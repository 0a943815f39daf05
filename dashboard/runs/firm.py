"""The study of how firm a ranking is, made once for all pages that show something of it."""

from __future__ import annotations

from dashboard.visits.session import Context, read_run_folder
from dashboard.visits.shelf import keep_by
from indicators.pack.model import Pack
from scoring.results.scores import Scores, read_parts
from scoring.trials.firmness.study import Study, make_study


def read_study(context: Context, run: str, pack: Pack, scores: Scores, cohort: str) -> Study:
    """The study of a cohort of a stored run. Raises RunChanged."""
    key = (context.root, run, cohort, "study")
    return keep_by(key, lambda: make_study(pack, scores, read_parts(read_run_folder(context, run)), cohort), "large")
