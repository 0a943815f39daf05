"""Which results this program gives: a number that is raised whenever the same inputs give any other mark or rank.

It is part of what names a run, so that a release which moves a mark stores its runs beside those that there are.
``tests/golden`` fails when a result moves and the number does not; CHANGELOG.md says by indicator what each one moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RESULTS_VERSION: Final = 1


def read_results_version(manifest: Mapping[str, object]) -> int:
    """The version that a run was made by; runs of before it was counted are of the first."""
    version = manifest.get("results")
    return version if isinstance(version, int) else 1
