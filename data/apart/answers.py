"""How answers of a child are written and read: by the type that the function promises."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter


@cache
def find_answers(function: Callable[..., object]) -> TypeAdapter[Any]:
    """What writes and reads the answers of a function."""
    return TypeAdapter(get_type_hints(function)["return"])
