"""A folder of modules as a closed set of classes: each module holds the one that is called as it is."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

Base = TypeVar("Base")


def find_classes(folder: ModuleType, base: type[Base]) -> dict[str, type[Base]]:
    """Name -> class, by name: in each module of a folder the kind of ``base`` whose ``name`` is the module's."""
    found = {}
    for name in sorted(module.name for module in iter_modules(folder.__path__)):
        for thing in vars(import_module(f"{folder.__name__}.{name}")).values():
            if isinstance(thing, type) and issubclass(thing, base) and getattr(thing, "name", None) == name:
                found[name] = thing
    return found
