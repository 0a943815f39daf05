"""Whatever the program raises of its own is a Refusal, which people read, or a Signal, which nobody does."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

from indicators.entries.refusal import Refusal, Signal


@pytest.mark.parametrize("floor", ["indicators", "data", "scoring", "dashboard"])
def test_every_exception_is_a_refusal_or_a_signal(floor: str) -> None:
    package = importlib.import_module(floor)
    strays = []
    for found in pkgutil.walk_packages(package.__path__, f"{floor}."):
        if found.name.startswith(("dashboard.views", "dashboard.app")) or found.name.endswith("__main__"):
            # Pages run when they are imported, and leave the next page of this process inside a form of theirs; they
            # raise what the floors below raise.
            continue
        module = importlib.import_module(found.name)
        strays += [
            f"{found.name}.{name}"
            for name, thing in vars(module).items()
            if inspect.isclass(thing)
            and issubclass(thing, Exception)
            and thing.__module__ == found.name
            and not issubclass(thing, Refusal | Signal)
        ]
    assert not strays, f"derive them from indicators.entries.refusal.Refusal or Signal: {strays}"
