"""The cost of steps: for every ``per`` of a distance, a part of a step counting whole, not at all, or in part."""

from __future__ import annotations

from scoring.base.whole import Whole, number

_STEPS = {
    # short / (den * per) whole steps, where short is in millionths of the figure
    "up": "(({short} + {den} * {per} - 1) // ({den} * {per}))",
    "down": "({short} // ({den} * {per}))",
}


def write_cost(short: str, den: str, per: str, partial: str, each: str) -> tuple[str, str]:
    """Marks (as a fraction in SQL) for ``short`` millionths, ``each`` for every ``per``, by the column ``partial``."""
    up = _STEPS["up"].format(short=short, den=den, per=per)
    down = _STEPS["down"].format(short=short, den=den, per=per)
    top = f"CASE {partial} WHEN 'up' THEN {up} * {each} WHEN 'down' THEN {down} * {each} ELSE {short} * {each} END"
    return f"({top})", f"(CASE {partial} WHEN 'exact' THEN {den} * {per} ELSE 1 END)"


def floor_steps(short: Whole, size: Whole, partial: str) -> Whole:
    """Whole steps of ``size`` in ``short``, as a spreadsheet reckons them; for ``up`` and ``down``."""
    return (short + size - number(1)).floor_by(size) if partial == "up" else short.floor_by(size)
