"""What no command asks for and a library would import all the same."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

NAME = "pandas"


class _LeftOut(MetaPathFinder):
    """Refuses one library, so that it is as if it were not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        # Refused before anything is made: DuckDB asks once for every value that it is handed.
        if fullname == NAME:
            raise ModuleNotFoundError(f"{NAME} is left out", name=NAME)
        return None


def leave_out_pandas(words: Sequence[str]) -> None:
    """Let nobody import pandas in this process: pyarrow would before its first list of values, for a third of a second.

    It is there for the pages, which are another process. ``words`` are those of the command: Spark asks for it itself.
    """
    if NAME not in sys.modules and not any("spark" in word for word in words):
        sys.meta_path.insert(0, _LeftOut())
